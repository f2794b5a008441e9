"""docs/installable.md: whether the resolver's answer for each build can be installed.

    python -m tools.installable path/to/uv >tools/installable.json

Each release of each framework is asked of the resolver for a host that it suits; `uv pip compile`
then resolves the answer for its Python and platform on the package index. An answer that needs
another index is tried only where that one is given: `--reach https://download.pytorch.org/whl`.
`--newest` tries of each minor release the newest patch alone.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from scaffold.answers.model import GpuNeed
from scaffold.catalogue import Build, load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.facts import Framework
from scaffold.resolver.resolution import Conflict, Resolution, Wishes
from scaffold.resolver.resolving import resolve
from scaffold.resolver.specifiers import version

RECORD = Path(__file__).with_name("installable.json")
KNOWN = load_catalogue()
BESIDE = {
    Framework.PYTORCH: ("torchvision", "torchaudio"),
    Framework.TENSORFLOW: ("tf-keras",),
    Framework.JAX: ("flax",),
}
"""Packages that most projects of a framework have, to be resolved with it."""

PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "aarch64": "aarch64-manylinux_2_28"}
AT_ONCE = 4
NEWEST_ONLY = "--newest" in sys.argv


@dataclass(frozen=True, slots=True)
class Answer:
    """The resolver's answer for one build, and what the installer said of it.

    `outcome` is `resolves`, `not tried` with its reason, or the installer's complaint.
    """

    framework: str
    release: str
    variant: str
    arch: str
    python: str
    requirements: tuple[str, ...]
    index: str
    outcome: str


def host_for(build: Build) -> HostFacts:
    """A host of the build's newest card, on the newest driver that drives it."""
    if not build.cuda:
        return HostFacts(name="described", architecture=build.arch)
    capability = max(build.sm, key=version)
    row = KNOWN.architecture(capability)
    branch = (row.last_branch if row else 0) or max(one.branch for one in KNOWN.branches)
    gpu = Gpu(name="a card", compute_capability=capability)
    return HostFacts(
        name="described", architecture=build.arch, driver_version=f"{branch}.99", gpus=(gpu,)
    )


def answers() -> Iterator[tuple[Build, Resolution | None]]:
    """The resolver's answer for each build; None where it answers with another build.

    Builds with CUDA come first, since a trial may be stopped.
    """
    rows = [row for builds in KNOWN.builds.values() for row in builds]
    for build in sorted(rows, key=_order):
        found = _answer(build)
        chosen = found.build if isinstance(found, Resolution) else None
        same = chosen is not None and chosen.variant == build.variant
        yield build, found if same and isinstance(found, Resolution) else None


def _order(row: Build) -> tuple[object, ...]:
    return (not row.cuda, row.arch, row.framework.value, row.variant, version(row.version))


def _answer(build: Build) -> Resolution | Conflict:
    """With the packages that most projects have, without them where they do not go with it."""
    gpu = GpuNeed.REQUIRED if build.cuda else GpuNeed.NONE
    wishes = Wishes(framework=build.framework, framework_spec=f"=={build.version}", gpu=gpu)
    beside = replace(wishes, packages=BESIDE.get(build.framework, ()))
    found = resolve(KNOWN, host_for(build), beside)
    return found if isinstance(found, Resolution) else resolve(KNOWN, host_for(build), wishes)


def newest_patches() -> set[tuple[str, str, str, str]]:
    """Of each minor release the newest patch, by framework, variant and architecture."""
    newest: dict[tuple[str, ...], str] = {}
    for rows in KNOWN.builds.values():
        for row in rows:
            minor = ".".join(row.version.split(".")[:2])
            key = (row.framework.value, row.variant, row.arch, minor)
            newest[key] = max(newest.get(key, "0"), row.version, key=version)
    return {(*key[:3], release) for key, release in newest.items()}


def ask(uv: str, build: Build, found: Resolution | None, reach: tuple[str, ...]) -> Answer:
    def answer(python: str, texts: tuple[str, ...], index: str, outcome: str) -> Answer:
        names = (build.framework.value, build.version, build.variant, build.arch)
        return Answer(*names, python, texts, index, outcome)

    if found is None or found.build is None:
        return answer("", (), "", "not tried: the resolver prefers another build of the release")
    chosen = found.build
    texts = tuple(dict.fromkeys((*chosen.requirements, *found.companions)))
    index = chosen.index_url or chosen.find_links or ""
    if index and not index.startswith(reach or ("-",)):
        return answer(found.python, texts, index, "not tried: its index is out of reach")
    key = (build.framework.value, build.variant, build.arch, build.version)
    if NEWEST_ONLY and key not in newest_patches():
        return answer(found.python, texts, index, "not tried: an older patch release")
    return answer(found.python, texts, index, compiled(uv, found, texts, PLATFORMS[build.arch]))


def compiled(uv: str, found: Resolution, texts: tuple[str, ...], platform: str) -> str:
    """`resolves`, or the installer's complaint on one line."""
    command = [uv, "pip", "compile", "-", "--quiet", "--no-header", "--no-config"]
    command += ["--python-version", found.python, "--python-platform", platform]
    if found.build and found.build.index_url:
        command += ["--index", found.build.index_url]
    if found.build and found.build.find_links:
        command += ["--find-links", found.build.find_links]
    done = subprocess.run(
        command, input="\n".join(texts), capture_output=True, text=True, check=False, timeout=600
    )
    return "resolves" if done.returncode == 0 else " ".join(done.stderr.split())[:400]


HEAD = """\
# What can be installed
Each release of PyTorch, TensorFlow and JAX in the catalogue was asked of the resolver for a host that it suits, together with the packages that most projects have beside it ({beside}). Its answer (Python, requirements, index) was given to `uv pip compile` for that Python and platform, uv {uv}, {recorded}. {summary}

"Out of reach" means that the wheels lie on an index that was not reachable where this was recorded (PyTorch's own indexes, JAX's page of wheels): these answers are unverified. Recorded by `python -m tools.installable`, made into this page by `make docs`.

| framework | variant | platform | resolve | fail | out of reach | older patches |
| --- | --- | --- | --- | --- | --- | --- |
"""  # noqa: E501


def page() -> str:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    rows = [Answer(**row) for row in record["answers"]]
    counts = {word: sum(map(test, rows)) for word, test in TESTS.items()}
    summary = (
        f"Of {len(rows)} builds, {counts['resolve']} resolve, {counts['fail']} fail and "
        f"{counts['out of reach']} are out of reach; for {counts['other']} the resolver answers "
        f"with another build of the same release; {counts['older']} older patch releases and "
        f"{counts['stopped']} builds were not tried this time."
    )
    beside = ", ".join(name for names in BESIDE.values() for name in names)
    head = HEAD.format(uv=record["uv"], recorded=record["recorded"], summary=summary, beside=beside)
    return head + "\n".join((*_table(rows), "", *_fails(rows), *_unreached(rows))) + "\n"


TESTS = {
    "resolve": lambda row: row.outcome == "resolves",
    "fail": lambda row: row.outcome != "resolves" and not row.outcome.startswith("not tried"),
    "out of reach": lambda row: row.outcome.endswith("out of reach"),
    "stopped": lambda row: row.outcome.endswith("was stopped"),
    "older": lambda row: row.outcome.endswith("older patch release"),
    "other": lambda row: row.outcome.endswith("of the release"),
}


def _group(row: Answer) -> tuple[str, str, str]:
    return row.framework, row.variant, row.arch


def _table(rows: list[Answer]) -> Iterator[str]:
    for key, group in groupby(sorted(rows, key=_group), _group):
        found = list(group)
        words = ("resolve", "fail", "out of reach", "older")
        counts = [str(sum(map(TESTS[word], found))) for word in words]
        yield f"| {' | '.join((*key, *counts))} |"


def _fails(rows: list[Answer]) -> Iterator[str]:
    yield "## What fails"
    failed = [row for row in rows if TESTS["fail"](row)]
    if not failed:
        yield "Nothing."
    for row in failed:
        yield f"- {' '.join(row.requirements)} (Python {row.python}, {row.arch}): {row.outcome}"
    yield ""


def _unreached(rows: list[Answer]) -> Iterator[str]:
    yield "## Out of reach"
    yield "| index | releases |"
    yield "| --- | --- |"
    waiting = sorted((row for row in rows if TESTS["out of reach"](row)), key=lambda row: row.index)
    for index, group in groupby(waiting, lambda row: row.index):
        texts = (f"{row.requirements[0]} ({row.arch})" for row in group)
        yield f"| {index} | {', '.join(dict.fromkeys(texts))} |"


def main() -> None:
    uv, *rest = [word for word in sys.argv[1:] if word != "--newest"]
    reach = tuple(rest[1:]) if rest[:1] == ["--reach"] else ()
    named = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True)

    def told(pair: tuple[Build, Resolution | None]) -> Answer:
        row = ask(uv, *pair, reach)
        # So that what was tried is kept where the trial is stopped.
        print(json.dumps(asdict(row)), file=sys.stderr, flush=True)
        return row

    with ThreadPoolExecutor(AT_ONCE) as pool:
        rows = list(pool.map(told, answers()))
    record = {
        "uv": named.stdout.split()[1],
        "recorded": datetime.now(UTC).date().isoformat(),
        "answers": [asdict(row) for row in rows],
    }
    lines = json.dumps(record, ensure_ascii=False).replace('{"framework"', '\n{"framework"')
    print(lines)


if __name__ == "__main__":
    main()
