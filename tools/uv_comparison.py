"""docs/uv-comparison.md: what `uv --torch-backend=auto` takes beside what the resolver takes."""

import json
from dataclasses import dataclass

from scaffold.catalogue import Build, load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.resolver.builds import judge
from scaffold.resolver.machine import machine_of
from scaffold.resolver.resolution import Conflict, Wishes
from scaffold.resolver.resolving import resolve
from scaffold.versions import parse_version
from tools.uv_picks import RECORD

KNOWN = load_catalogue()
BUILDS = KNOWN.builds_for(Framework.PYTORCH, "x86_64", cpu=False)
CARDS = (
    ("Tesla K80", "3.7"),
    ("GeForce GTX 1080 Ti", "6.1"),
    ("Tesla V100", "7.0"),
    ("Tesla T4", "7.5"),
    ("A100", "8.0"),
    ("GeForce RTX 5090", "12.0"),
)
WISHES = Wishes(framework=Framework.PYTORCH)

HEAD = """\
# uv's `--torch-backend=auto` beside this tool
`uv pip install --torch-backend=auto torch` chooses a CUDA variant by the driver's version alone. It is quick and often right. It does not look at the card, so it installs builds without code for old or very new ones, and since it takes the first index that has any torch, it stays with an old release where a newer one exists for another variant. This page holds both choices side by side for {count} driver versions; `scaffold resolve --driver … --gpu-model …` gives each answer with its reasons.

How it was made: uv {uv} was run with `UV_CUDA_DRIVER_VERSION` set to each driver, and told which indexes it asks ({recorded}). Of the newest of these that holds a build, uv takes the newest torch (its `first-index` strategy). Which builds exist, and for which cards, is this tool's catalogue. Made by `make docs`; recorded anew by `python -m tools.uv_picks`.

## The choices
`=` the same build. **uv fails**: uv's build does not run on that card with that driver. *newer*: both run, and ours is the newer torch. *no cuDNN*: uv's build runs, but its cuDNN has no code for the card. *no torch*: nothing that is known runs there.

"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Pair:
    """Both choices for a card on a driver, and why they differ."""

    driver: str
    card: str
    uv: Build | None
    ours: Build | None
    mark: str
    reason: str


def title(build: Build | None) -> str:
    return f"{build.version} {build.variant}" if build else "none"


def uv_build(asked: list[str]) -> Build | None:
    """The newest torch of the first index that holds one."""
    for variant in asked:
        rows = [row for row in BUILDS if row.variant == variant]
        if rows:
            return max(rows, key=lambda row: parse_version(row.version))
    return None


def host(driver: str, card: tuple[str, str]) -> HostFacts:
    gpu = Gpu(name=card[0], compute_capability=card[1])
    return HostFacts(name="described", architecture="x86_64", driver_version=driver, gpus=(gpu,))


def our_build(facts: HostFacts) -> Build | Conflict:
    result = resolve(KNOWN, facts, WISHES)
    if isinstance(result, Conflict) or result.build is None:
        assert isinstance(result, Conflict)
        return result
    chosen = result.build
    return next(
        row for row in BUILDS if (row.version, row.variant) == (chosen.version, chosen.variant)
    )


def compare(driver: str, card: tuple[str, str], asked: list[str]) -> Pair:
    facts = host(driver, card)
    theirs, ours = uv_build(asked), our_build(facts)
    mine = None if isinstance(ours, Conflict) else ours
    machine = machine_of(KNOWN, facts)
    verdict = judge(KNOWN, machine, WISHES, theirs) if theirs else None
    against = verdict.against if verdict else {}
    why = "; ".join(reason.because for reason in against.values())
    if theirs is mine:
        return Pair(driver, card[0], theirs, mine, "=" if mine else "no torch", "")
    if against:
        mark = "**uv fails**" if mine else "**uv fails**, no torch"
        return Pair(driver, card[0], theirs, mine, mark, why)
    if verdict and verdict.cudnn_doubt:
        return Pair(driver, card[0], theirs, mine, "*no cuDNN*", verdict.cudnn_doubt)
    return Pair(driver, card[0], theirs, mine, *_both_run(theirs, mine))


def _both_run(theirs: Build | None, mine: Build | None) -> tuple[str, str]:
    if theirs is None:
        return "uv: none", "uv takes the CPU build, since none of the indexes it asks has a torch"
    assert mine is not None, "a build that nothing speaks against is chosen"
    newer = parse_version(mine.version) > parse_version(theirs.version)
    if newer:
        return "*newer*", f"the {theirs.variant} index ends at torch {theirs.version}"
    return "*same torch*", f"torch {mine.version} comes from the default index with {mine.variant}"


def table(pairs: list[Pair]) -> list[str]:
    names = [name for name, _ in CARDS]
    lines = [
        f"| driver | uv takes | {' | '.join(names)} |",
        "| --- | --- |" + " --- |" * len(names),
    ]
    for driver in dict.fromkeys(pair.driver for pair in pairs):
        row = [pair for pair in pairs if pair.driver == driver]
        cells = [pair.mark + (f" {title(pair.ours)}" if pair.ours else "") for pair in row]
        lines.append(f"| {driver} | {title(row[0].uv)} | {' | '.join(cells)} |")
    return lines


def reasons(pairs: list[Pair]) -> list[str]:
    """Every difference once, with the drivers and cards that it is true of."""
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for pair in pairs:
        if pair.reason:
            key = (pair.card, title(pair.uv), title(pair.ours), pair.reason)
            groups.setdefault(key, []).append(pair.driver)
    lines = ["| card | drivers | uv | ours | why |", "| --- | --- | --- | --- | --- |"]
    for (card, theirs, mine, reason), drivers in groups.items():
        span = drivers[0] if len(drivers) == 1 else f"{drivers[0]} to {drivers[-1]}"
        lines.append(f"| {card} | {span} | {theirs} | {mine} | {reason} |")
    return lines


def summary(pairs: list[Pair]) -> str:
    marks = [pair.mark for pair in pairs]
    fails = [pair for pair in pairs if pair.mark.startswith("**uv fails**")]
    remedied = sum(pair.ours is not None for pair in fails)
    same = marks.count("=") + marks.count("no torch")
    return (
        f"Of {len(pairs)} pairs of driver and card, both choose the same in {same}. In "
        f"{len(fails)} uv's build does not run; for {remedied} of these there is one that does. In "
        f"{marks.count('*newer*')} both run and ours is newer. Each difference is explained "
        "below.\n"
    )


def page() -> str:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    drivers: dict[str, list[str]] = record["drivers"]
    pairs = [compare(driver, card, asked) for driver, asked in drivers.items() for card in CARDS]
    head = HEAD.format(count=len(drivers), uv=record["uv"], recorded=record["recorded"])
    parts = [head + summary(pairs), *table(pairs), "", "## Every difference", *reasons(pairs)]
    return "\n".join(parts) + "\n"
