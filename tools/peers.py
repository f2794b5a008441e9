"""docs/peers.md: cog's published matrix and conda's `__cuda` beside the resolver.

    python -m tools.peers path/to/cog >tools/peers.json

compares a checkout of replicate/cog with the catalogue and records the differences, and the
variant that cog takes for each torch release: its newest CUDA, whatever the card.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.catalogue import Build, load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.resolver.builds import judge
from scaffold.resolver.machine import machine_of
from scaffold.resolver.resolution import Conflict, Wishes
from scaffold.resolver.resolving import resolve
from scaffold.resolver.specifiers import admits, version
from scaffold.versions import parse_version

RECORD = Path(__file__).with_name("peers.json")
KNOWN = load_catalogue()
TORCH = {
    (row.version, row.variant): row
    for row in KNOWN.builds[Framework.PYTORCH]
    if row.arch == "x86_64"
}
HOSTS = (
    ("Tesla K80", "3.7", "470.256.02"),
    ("A100", "8.0", "470.161.03"),
    ("GeForce GTX 1080 Ti", "6.1", "535.183.01"),
    ("GeForce GTX 1080 Ti", "6.1", "580.95.05"),
    ("Tesla V100", "7.0", "580.95.05"),
    ("Tesla T4", "7.5", "535.183.01"),
    ("Tesla T4", "7.5", "580.95.05"),
    ("GeForce RTX 4090", "8.9", "550.144.03"),
    ("H100", "9.0", "550.144.03"),
    ("B200", "10.0", "570.133.20"),
    ("GeForce RTX 5090", "12.0", "570.133.07"),
    ("GeForce RTX 5090", "12.0", "580.95.05"),
)
RELEASES = ("1.13.1", "2.1.2", "2.4.1", "2.6.0", "2.7.1", "2.8.0", "2.9.1", "2.11.0")
CONDA = (
    ("2.13.0 cuda130", 13, ("7.5", "8.0", "8.6", "9.0", "10.0", "11.0", "12.0")),
    ("2.13.0 cuda129", 12, ("5.0", "6.0", "7.0", "7.5", "8.0", "8.6", "9.0", "10.0", "12.0")),
)
"""conda-forge/pytorch-cpu-feedstock @74dd3d46 (builds, TORCH_CUDA_ARCH_LIST; the last with PTX),
cuda-version-feedstock @ae97761f (`__cuda >=MAJOR`)."""


def compared(checkout: str) -> dict[str, object]:
    """The differences between a checkout of cog and the catalogue."""

    def read(path: str) -> Any:
        command = ["git", "-C", checkout, "show", f"HEAD:pkg/config/{path}"]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    head = ["git", "-C", checkout, "rev-parse", "HEAD"]
    torch, tensorflow = read("torch_compatibility.json"), read("tf_compatibility.json")
    takes: dict[str, str] = {}
    for row in sorted(torch, key=lambda row: parse_version(row["CUDA"] or "0")):
        takes[row["Torch"].partition("+")[0]] = _variant(row)
    return {
        "commit": subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip(),
        "rows": len(torch) + len(tensorflow),
        "takes": takes,
        "differences": [
            *(text for row in torch for text in _torch_differences(row)),
            *(text for row in tensorflow for text in _tensorflow_differences(row)),
        ],
    }


def _variant(row: dict[str, Any]) -> str:
    return f"cu{row['CUDA'].replace('.', '')}" if row["CUDA"] else "cpu"


def _torch_differences(row: dict[str, Any]) -> Iterator[str]:
    release, variant = row["Torch"].partition("+")[0], _variant(row)
    mine = TORCH.get((release, variant))
    title = f"torch {release} {variant}"
    if mine is None:
        yield f"{title}: not in the catalogue"
        return
    if lacking := [text for text in row["Pythons"] if text not in mine.python]:
        yield f"{title}: cog also lists Python {', '.join(lacking)}"
    for name in ("Torchvision", "Torchaudio"):
        wanted = row[name].partition("+")[0]
        pairs = [one for one in KNOWN.companions(name.lower()) if one.version == wanted]
        if not pairs or not admits(pairs[0].needs.get("torch", ""), release):
            yield f"{title}: cog pairs it with {name.lower()} {wanted}"


def _tensorflow_differences(row: dict[str, Any]) -> Iterator[str]:
    found = [
        one
        for one in KNOWN.builds[Framework.TENSORFLOW]
        if one.version == row["TF"] and one.cuda and one.arch == "x86_64"
    ]
    title = f"tensorflow {row['TF']}"
    if not found:
        yield f"{title}: not in the catalogue"
        return
    mine = found[0]
    if mine.cuda != row["CUDA"]:
        yield f"{title}: cog says CUDA {row['CUDA']}, the catalogue {mine.cuda}"
    if lacking := [text for text in row["Pythons"] if text not in mine.python]:
        yield f"{title}: cog also lists Python {', '.join(lacking)}"


EXPLAINED = {
    "tensorflow 2.14.0: cog also lists Python 3.11": "cog takes the wheel alone, with CUDA from "
    "its image; `tensorflow[and-cuda]` 2.14 needs tensorrt 8.5.3.1, which has no wheel for 3.11",
}

HEAD = """\
# cog and conda beside this tool
Two other tools choose CUDA for a project: [cog](https://github.com/replicate/cog) by a published matrix of framework releases, and conda by the virtual package `__cuda`, which is the CUDA release that the driver reports. Neither looks at the card. This page compares both with `scaffold resolve`. Made by `make docs`; cog's matrix was read at {commit} by `python -m tools.peers`.

## cog's matrix, row by row
Of {rows} rows (torch with its Pythons, torchvision and torchaudio; TensorFlow with its Pythons, CUDA and cuDNN), {same} say the same as the catalogue.

"""  # noqa: E501

COG = """\

## cog's choice on a host
cog takes the newest CUDA that it lists for the pinned torch. `=`: the resolver takes the same build. **fails**: cog's build does not run on that card and driver; what the resolver takes instead, or *none* where no build of that release runs. *other*: both run.

"""  # noqa: E501

CONDA_HEAD = """\

## conda's choice on a host
conda-forge builds torch 2.13.0 for CUDA 12.9 (code from 5.0 to 12.0) and 13.0 (from 7.5 to 12.0), and asks for `__cuda` of the same major release. conda takes the newest whose `__cuda` fits. On an old card with a new driver that is the build without code for it: `CONDA_OVERRIDE_CUDA=12.9` or `cuda-version=12.9` in the environment mends it. The resolver chooses among wheels instead, so its releases differ; what counts is which of them run. conda's build for CUDA 12.9 holds Pascal and Blackwell at once, which no wheel does: on a host with both it is the only choice.

| card | driver | `__cuda` | conda takes | runs | the resolver takes |
| --- | --- | --- | --- | --- | --- |
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Host:
    """A card on a driver."""

    card: str
    capability: str
    driver: str

    @property
    def facts(self) -> HostFacts:
        gpu = Gpu(name=self.card, compute_capability=self.capability)
        return HostFacts(name="x", architecture="x86_64", driver_version=self.driver, gpus=(gpu,))


def _mine(host: Host, spec: str) -> Build | None:
    result = resolve(KNOWN, host.facts, Wishes(framework=Framework.PYTORCH, framework_spec=spec))
    if isinstance(result, Conflict) or result.build is None:
        return None
    return TORCH[result.build.version, result.build.variant]


def _cog_cell(host: Host, release: str, variant: str) -> str:
    theirs, mine = TORCH[release, variant], _mine(host, f"=={release}")
    if theirs is mine:
        return "="
    against = judge(
        KNOWN, machine_of(KNOWN, host.facts), Wishes(framework=Framework.PYTORCH), theirs
    ).against
    return f"{'**fails**' if against else '*other*'} {mine.variant if mine else '*none*'}"


def _cog_table(takes: dict[str, str]) -> Iterator[str]:
    yield f"| card | driver | {' | '.join(f'{one} {takes[one]}' for one in RELEASES)} |"
    yield "| --- | --- |" + " --- |" * len(RELEASES)
    for row in HOSTS:
        host = Host(*row)
        cells = [_cog_cell(host, release, takes[release]) for release in RELEASES]
        yield f"| {host.card} | {host.driver} | {' | '.join(cells)} |"


def _conda_table() -> Iterator[str]:
    for row in HOSTS:
        host = Host(*row)
        cuda = KNOWN.cuda_of(parse_version(host.driver)) or "none"
        taken = next((one for one in CONDA if one[1] <= parse_version(cuda)[0]), None)
        mine = _mine(host, "")
        own = f"{mine.version} {mine.variant}" if mine else "none"
        runs = "no" if taken is None or not _conda_runs(taken[2], host.capability) else "yes"
        yield (
            f"| {host.card} | {host.driver} | {cuda} | {taken[0] if taken else 'CPU'} | "
            f"{'no GPU' if taken is None else runs} | {own} |"
        )


def _conda_runs(codes: tuple[str, ...], capability: str) -> bool:
    card = parse_version(capability)
    return any(
        code[0] == card[0] and code <= card for code in map(parse_version, codes)
    ) or card >= parse_version(codes[-1])


def page() -> str:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    differences = record["differences"]
    head = HEAD.format(
        commit=record["commit"][:8], rows=record["rows"], same=record["rows"] - len(differences)
    )
    lines = [f"- {text}: {EXPLAINED[text]}." for text in differences]
    newest = max(record["takes"], key=version)
    lines.append(f"- cog's matrix ends at torch {newest}; the catalogue goes on.")
    return (
        head
        + "\n".join(lines)
        + "\n"
        + COG
        + "\n".join(_cog_table(record["takes"]))
        + "\n"
        + CONDA_HEAD
        + "\n".join(_conda_table())
        + "\n"
    )


if __name__ == "__main__":
    print(json.dumps(compared(sys.argv[1]), indent=1))
