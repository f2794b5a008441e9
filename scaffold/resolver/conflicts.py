"""What to say where nothing fits: the fact, the wish, and the ways out by effort."""

from collections.abc import Callable
from dataclasses import replace

from packaging.version import Version as Pep440

from scaffold.answers.model import GpuNeed
from scaffold.catalogue import Architecture, Build, Catalogue
from scaffold.project.facts import Framework
from scaffold.resolver.builds import (
    Verdict,
    judge,
    judge_for_cpu,
    preference,
    preference_of_cpu,
    pythons,
)
from scaffold.resolver.installing import DISTRIBUTIONS
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Conflict, Decision, WayOut, Wishes
from scaffold.versions import Version, dotted, parse_version

ON_CPU = WayOut("run on the CPU", "--gpu none")


def no_build(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, verdicts: list[Verdict]
) -> Conflict:
    """No build meets wishes and machine: name the fact nearest to being met."""
    nearest = min(verdicts, key=_effort)
    reasons = tuple(nearest.against.values())
    on_cpu = wishes.gpu is GpuNeed.NONE
    ways = [
        _fewer_cards(catalogue, machine, wishes),
        _other_version(catalogue, machine, wishes),
        _other_python(wishes, verdicts),
        _driver_change(catalogue, machine, wishes),
        None if on_cpu else _cpu(catalogue, wishes),
    ]
    where = "on the CPU" if on_cpu else _host(machine)
    return Conflict(
        fact=_unknown_version(wishes, verdicts)
        or f"{where}: {nearest.build.framework.value} {nearest.build.version} "
        f"{nearest.build.variant}: {'; '.join(reason.because for reason in reasons)}",
        wish=_wish(wishes),
        source=nearest.build.source,
        ways_out=tuple(way for way in ways if way),
        decisions=(
            Decision(
                "framework build",
                "none",
                "every build is ruled out",
                nearest.build.source,
                tuple(
                    {
                        reason.because: reason
                        for verdict in verdicts
                        for reason in verdict.against.values()
                    }.values()
                ),
            ),
        ),
    )


def _unknown_version(wishes: Wishes, verdicts: list[Verdict]) -> str:
    """What to say where no known release satisfies the range, whatever the host."""
    if not all("version" in verdict.against for verdict in verdicts):
        return ""
    known = sorted({parse_version(verdict.build.version) for verdict in verdicts})
    span = f"{dotted(known[0])} to {dotted(known[-1])}"
    return f"the catalogue knows {wishes.framework.value} {span}, none is {wishes.framework_spec}"


def _cpu(catalogue: Catalogue, wishes: Wishes) -> WayOut:
    """The CPU, with the version range where it can be met there, else without it."""

    def fits(wanted: Wishes) -> bool:
        return any(not verdict.against for verdict in judge_for_cpu(catalogue, wanted))

    if fits(wishes):
        return ON_CPU
    name = DISTRIBUTIONS[wishes.framework]
    keeps_python = fits(replace(wishes, framework_spec=""))
    python = "" if keeps_python else f" --python {catalogue.python_images[0].python}"
    return WayOut(f"run another {name} on the CPU", f"--gpu none --framework {name}{python}")


def _effort(verdict: Verdict) -> tuple[int, bool, bool, tuple[int, ...]]:
    """Fewest facts against it first, then those that the user can change, the newest first."""
    against = verdict.against
    version = tuple(-part for part in Pep440(verdict.build.version).release)
    fixed = "architecture" in against or "branch" in against
    return (len(against), "version" in against, fixed, version)


def _host(machine: Machine) -> str:
    cards = ", ".join(
        f"{card.name} (compute capability {dotted(card.capability)})"
        if card.capability
        else card.name
        for card in machine.cards
    )
    driver = f"driver {machine.driver_text}" if machine.driver_text else "driver unknown"
    return f"{cards or 'GPU unknown'}, {driver}"


def _wish(wishes: Wishes) -> str:
    parts = [f"{wishes.framework.value}{wishes.framework_spec}"]
    if wishes.python_spec:
        parts.append(f"Python {wishes.python_spec}")
    if wishes.cuda:
        parts.append(f"CUDA {wishes.cuda}")
    return ", ".join(parts)


def _fitting(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> list[Build]:
    rows = catalogue.builds[wishes.framework]
    judged = [judge(catalogue, machine, wishes, row) for row in rows]
    return [verdict.build for verdict in judged if not verdict.against]


def _fewer_cards(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> WayOut | None:
    """One kind of card out of several, where that alone lets a build fit."""
    for kind in dict.fromkeys(card.capability for card in machine.cards):
        here = [n for n, card in enumerate(machine.cards) if card.capability == kind]
        if kind is None or len(here) == len(machine.cards):
            continue
        alone = replace(machine, cards=tuple(machine.cards[n] for n in here))
        if _fitting(catalogue, alone, wishes):
            name = machine.cards[here[0]].name
            devices = ",".join(map(str, here))
            return WayOut(f"give the container only the {name}", f"--gpus device={devices}")
    return None


def _other_version(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> WayOut | None:
    """The newest version that runs there, with the project's Python where it has one."""
    free = replace(wishes, framework_spec="", cuda=None)
    fitting = _fitting(catalogue, machine, free)
    keeps_python = bool(fitting)
    fitting = fitting or _fitting(catalogue, machine, replace(free, python_spec=""))
    if not fitting:
        return None
    if wishes.gpu is GpuNeed.NONE:
        build = max(fitting, key=preference_of_cpu)
    else:
        build = max(fitting, key=lambda row: preference(catalogue, machine, row))
    major, minor = build.version.split(".")[:2]
    name = "torch" if wishes.framework is Framework.PYTORCH else wishes.framework.value
    spec = f"{name}>={major}.{minor},<{major}.{int(minor) + 1}"
    python = "" if keeps_python else f" --python {pythons(catalogue, build, '')[0]}"
    what = f"{build.framework.value} {build.version} runs there"
    return WayOut(what, f"--framework '{spec}'{python}")


def _other_python(wishes: Wishes, verdicts: list[Verdict]) -> WayOut | None:
    only = [verdict.build for verdict in verdicts if set(verdict.against) == {"python"}]
    if not only or not wishes.python_spec:
        return None
    low, high = only[-1].python
    return WayOut(f"Python {low} to {high}", f"--python '>={low},<={high}.99'")


def _driver_change(catalogue: Catalogue, machine: Machine, wishes: Wishes) -> WayOut | None:
    """The lowest driver upgrade that helps, or the last branch of a card that was dropped."""
    rows = [
        row
        for card in machine.cards
        if card.capability and (row := catalogue.architecture(dotted(card.capability))) is not None
    ]
    lasts = [row.last_branch for row in rows if row.last_branch]
    if lasts and machine.driver and machine.driver[0] > min(lasts):
        return WayOut(f"install the NVIDIA driver branch {min(lasts)}", "")
    judged = [judge(catalogue, machine, wishes, row) for row in catalogue.builds[wishes.framework]]
    floors = [
        max(catalogue.floor(verdict.build.cuda), *map(_first_driver(catalogue), rows), (0,))
        for verdict in judged
        if verdict.against and set(verdict.against) <= {"driver", "branch"}
    ]
    if not floors or (lasts and min(floors)[0] > min(lasts)):
        return None
    lowest = min(floors)
    where = " of Windows, outside WSL2," if machine.wsl2 else ""
    return WayOut(f"upgrade the NVIDIA driver{where} to at least {dotted(lowest)}", "")


def _first_driver(catalogue: Catalogue) -> Callable[[Architecture], Version]:
    """The first driver of a card's architecture; releases before the catalogue's need none."""
    known = {row.cuda for row in catalogue.releases}
    return lambda row: catalogue.toolkit_driver(row.first_cuda) if row.first_cuda in known else (0,)


def no_python(catalogue: Catalogue, wishes: Wishes) -> Conflict:
    """No Python release of the catalogue is in the range."""
    known = ", ".join(sorted(pythons(catalogue, None, ""), key=parse_version))
    return Conflict(
        fact=f"Python releases with an image: {known}",
        wish=f"Python {wishes.python_spec}",
        source="Docker official image python",
        ways_out=(WayOut("choose one of these", "--python 3.12"),),
    )


def no_cuda_image(machine: Machine, cuda: str | None) -> Conflict:
    """No nvidia/cuda image of the release exists or runs."""
    wish = f"an nvidia/cuda image of CUDA {cuda}" if cuda else "an nvidia/cuda image"
    return Conflict(
        fact=f"{_host(machine)}; no such image is known that runs there",
        wish=wish,
        source="NVIDIA container-images/cuda, tag lists",
        ways_out=(
            WayOut("do without the CUDA toolkit in the image", "--stack python --no-nvcc"),
            WayOut("upgrade the NVIDIA driver", ""),
            ON_CPU,
        ),
    )


def no_vendor_image(machine: Machine, wishes: Wishes) -> Conflict:
    """No image of the vendor meets the wishes on this machine."""
    return Conflict(
        fact=f"{_host(machine)}; none of the known images of this stack fits",
        wish=f"{wishes.stack.value} for {_wish(wishes)}",
        source="catalogue of images",
        ways_out=(WayOut("wheels on a plain Python image", "--stack python"), ON_CPU),
    )


def jetson_conflict() -> Conflict:
    """Jetson boards run images made for their JetPack release, which this tool does not list."""
    return Conflict(
        fact="the host is a Jetson: desktop wheels and nvidia/cuda images hold no code for it",
        wish="a container with the GPU",
        source="NVIDIA container toolkit, Tegra; torch wheels list no sm_87",
        ways_out=(
            WayOut("use an l4t image of your JetPack release and --runtime=nvidia", ""),
            ON_CPU,
        ),
    )
