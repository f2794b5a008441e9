"""Changes that would help: each is tried on the same facts, and shown only if it works."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.catalogue import Catalogue
from scaffold.facts import DescribedHost
from scaffold.project.framework import Framework
from scaffold.project.framework_table import DISTRIBUTIONS as NAMES
from scaffold.records import dataclass
from scaffold.resolver.asked import asked_packages
from scaffold.resolver.builds import judged, pythons
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.ranking import best_first
from scaffold.resolver.refusals.driver_changes import driver_changes
from scaffold.resolver.refusals.refusal import Refusal
from scaffold.resolver.resolution import Resolution, WayOut, Wishes
from scaffold.resolver.specifiers import lowest, requirement, version

OF_PROJECT = {"version", "companion", "python", "cuda", "image"}
"""Reasons against a build that the host itself could run."""

Decide = Callable[[Catalogue, DescribedHost, Wishes], Resolution | Refusal]
Told = Callable[[Resolution], WayOut]


@dataclass(frozen=True, slots=True)
class WayOutAttempt:
    """Changed facts or wishes, and the text for the user if they resolve.

    Of the attempts of one `group` only the first that works is shown.
    """

    host: DescribedHost
    wishes: Wishes
    told: Told
    group: str = ""


def ways_out(
    catalogue: Catalogue, host: DescribedHost, wishes: Wishes, refusal: Refusal, decide: Decide
) -> tuple[WayOut, ...]:
    """The changes that work, the least effort first."""
    found: dict[str, WayOut] = {}
    done: set[str] = set()
    machine = machine_of(catalogue, host)
    for attempt in _attempts(catalogue, host, machine, wishes, refusal):
        if attempt.group in done:
            continue
        result = decide(catalogue, attempt.host, attempt.wishes)
        if isinstance(result, Resolution):
            way = attempt.told(result)
            found.setdefault(way.how or way.what, way)
            done |= {attempt.group} if attempt.group else set()
    return tuple(found.values())


def _attempts(
    catalogue: Catalogue, host: DescribedHost, machine: Machine, wishes: Wishes, refusal: Refusal
) -> Iterator[WayOutAttempt]:
    on_cpu = wishes.gpu is GpuNeed.NONE
    if wishes.framework is not Framework.NONE:
        if not on_cpu:
            yield from _fewer_cards(host, machine, wishes)
        yield from _other_versions(catalogue, host, machine, wishes)
        yield from _other_packages(catalogue, host, wishes)
    yield from _other_pythons(catalogue, host, wishes)
    if not on_cpu:
        yield from _drivers(catalogue, host, machine, wishes, refusal)
    yield from _images(catalogue, host, wishes)
    if not on_cpu:
        yield from _vendor_images(host, wishes, refusal)
        yield from _cpu(catalogue, host, wishes)


def _way(what: str, how: str = "") -> Told:
    return lambda _: WayOut(what, how)


def _fewer_cards(host: DescribedHost, machine: Machine, wishes: Wishes) -> Iterator[WayOutAttempt]:
    """One kind of card out of several."""
    kinds = dict.fromkeys(card.capability for card in machine.cards)
    for kind in kinds if len(kinds) > 1 else ():
        numbers = [n for n, card in enumerate(machine.cards) if card.capability == kind]
        gpus = tuple((host.gpus or ())[n] for n in numbers)
        devices = ",".join(map(str, numbers))
        what = f"give the container only the {gpus[0].name}"
        told = _way(what, f"--gpus device={devices}")
        yield WayOutAttempt(replace(host, gpus=gpus), wishes, told, "cards")


def _other_versions(
    catalogue: Catalogue, host: DescribedHost, machine: Machine, wishes: Wishes
) -> Iterator[WayOutAttempt]:
    """The nearest version that runs on the host and the newest, with the project's Python first."""
    # A version is named, so that CUDA may come from the image.
    free = replace(wishes, framework_spec=">=0", cuda=None)
    asked = asked_packages(catalogue, wishes)
    for python in (wishes.python_spec, "") if wishes.python_spec else ("",):
        wanted = replace(free, python_spec=python)
        fitting = best_first(catalogue, machine, judged(catalogue, machine, wanted, asked), asked)
        for release in _near_and_newest([one.build.version for one in fitting], wishes):
            one = next(one for one in fitting if one.build.version == release)
            spec = f"=={release}"
            flags = f"--framework '{NAMES[wishes.framework]}{spec}'"
            flags += f" --python {one.pythons[0]}" if python != wishes.python_spec else ""
            narrowed = replace(wanted, framework_spec=spec)
            narrowed = replace(narrowed, python_spec=python or _minor(one.pythons[0], wishes))
            what = f"{wishes.framework.value} {release} runs there"
            yield WayOutAttempt(host, narrowed, _way(what, flags))
        if fitting:
            return


def _minor(python: str, wishes: Wishes) -> str:
    return f"=={python}.*" if wishes.python_spec else ""


def _near_and_newest(fitting: list[str], wishes: Wishes) -> list[str]:
    """Of the releases that fit the nearest to what is asked for, then the newest."""
    if not fitting:
        return []
    named = lowest(wishes.framework_spec)
    wanted = version(named.public) if named else None
    ordered = sorted(set(fitting), key=version)
    later = [text for text in ordered if wanted and version(text) >= wanted]
    earlier = [text for text in ordered if wanted and version(text) < wanted]
    of_its_minor = wanted and earlier and version(earlier[-1]).release[:2] == wanted.release[:2]
    exact = bool(later) and version(later[0]) == wanted
    near = earlier[-1:] if not exact and (of_its_minor or not later) else later[:1]
    return list(dict.fromkeys([*near, fitting[0]]))


def _other_packages(
    catalogue: Catalogue, host: DescribedHost, wishes: Wishes
) -> Iterator[WayOutAttempt]:
    """Other releases of the packages that bind the framework, together with it."""
    bound = {one.name for one in asked_packages(catalogue, wishes) if one.spec}
    if not bound:
        return
    free = tuple(_unbound(text, bound) for text in wishes.packages)
    keeping = replace(wishes, packages=free)
    for wanted in (keeping, replace(keeping, framework_spec="", cuda=None)):
        yield WayOutAttempt(host, wanted, lambda result: _told_packages(result, bound), "packages")


def _unbound(text: str, bound: set[str]) -> str:
    parsed = requirement(text)
    return parsed[0] if parsed and parsed[0] in bound else text


def _told_packages(result: Resolution, bound: set[str]) -> WayOut:
    names = [text for text in result.companions if text.partition("==")[0] in bound]
    build = result.build
    framework = f"{NAMES[build.framework]}=={build.version}" if build else ""
    return WayOut(f"change the project's list to {', '.join((framework, *names))}", "")


def _other_pythons(
    catalogue: Catalogue, host: DescribedHost, wishes: Wishes
) -> Iterator[WayOutAttempt]:
    """The first other Python that works, the best first."""
    allowed = pythons(catalogue, None, wishes.python_spec)
    for row in catalogue.python_images if wishes.python_spec else ():
        if row.python not in allowed:
            wanted = replace(wishes, python_spec=f"=={row.python}.*")
            told = _way(f"use Python {row.python}", f"--python {row.python}")
            yield WayOutAttempt(host, wanted, told, "python")


def _images(catalogue: Catalogue, host: DescribedHost, wishes: Wishes) -> Iterator[WayOutAttempt]:
    """Wheels on a plain image, or the other way round, CUDA in the image."""
    if wishes.stack is not Stack.PYTHON or wishes.nvcc:
        wanted = replace(wishes, stack=Stack.PYTHON, nvcc=False)
        flags = "--stack python --no-nvcc" if wishes.nvcc else "--stack python"
        what = "install wheels in a plain Python image"
        yield WayOutAttempt(host, wanted, _way(what, flags), "plain image")
        loose = replace(wanted, framework_spec="")
        if wishes.framework is not Framework.NONE:
            flags += f" --framework {NAMES[wishes.framework]}"
            yield WayOutAttempt(host, loose, _way(what, flags), "plain image")
        python = catalogue.python_images[0].python
        flags += f" --python {python}"
        loose = replace(loose, python_spec=f"=={python}.*")
        yield WayOutAttempt(host, loose, _way(what, flags), "plain image")
    if wishes.framework is Framework.TENSORFLOW and not (wishes.nvcc or wishes.stack is Stack.CUDA):
        wanted = replace(wishes, stack=Stack.CUDA)
        yield WayOutAttempt(host, wanted, _told_cuda_image)


def _vendor_images(
    host: DescribedHost, wishes: Wishes, refusal: Refusal
) -> Iterator[WayOutAttempt]:
    """NVIDIA's image with the framework, if no wheel of any version would run."""
    runs = any(one.against.keys() <= OF_PROJECT for one in refusal.verdicts)
    if wishes.framework is not Framework.NONE and wishes.stack is not Stack.NGC_IMAGE and not runs:
        wanted = replace(wishes, stack=Stack.NGC_IMAGE, nvcc=False)
        for spec in _looser(wishes.framework_spec):
            loose = replace(wanted, framework_spec=spec)
            yield WayOutAttempt(host, loose, _told_image(spec), "vendor image")


def _looser(spec: str) -> Iterator[str]:
    """The range, then its minor and its major release: images have patches of their own."""
    yield spec
    if least := lowest(spec):
        yield f"=={least.major}.{least.minor}.*"
        yield f"=={least.major}.*"
    yield ""


def _told_cuda_image(result: Resolution) -> WayOut:
    release = result.build.version if result.build else ""
    return WayOut(f"tensorflow {release} with CUDA {result.cuda} in the image", "--stack cuda")


def _told_image(spec: str) -> Told:
    def told(result: Resolution) -> WayOut:
        release = result.build.version if result.build else ""
        name = NAMES[result.build.framework] if result.build else ""
        return WayOut(
            f"use NVIDIA's image {result.image} ({name} {release})",
            f"--stack {Stack.NGC_IMAGE.value} --framework {shlex.quote(name + spec)}",
        )

    return told


def _cpu(catalogue: Catalogue, host: DescribedHost, wishes: Wishes) -> Iterator[WayOutAttempt]:
    """The CPU, with the versions that are asked for, then with any."""
    wanted = replace(wishes, gpu=GpuNeed.NONE, stack=Stack.PYTHON, nvcc=False)
    yield WayOutAttempt(host, wanted, _way("run on the CPU", "--gpu none"), "cpu")
    what, flags, loose = "run on the CPU", "--gpu none --stack python --no-nvcc", wanted
    if wishes.framework is not Framework.NONE:
        name = NAMES[wishes.framework]
        what, flags = f"run another {name} on the CPU", f"--gpu none --framework {name}"
        loose = replace(wanted, framework_spec="")
        yield WayOutAttempt(host, loose, _way(what, flags), "cpu")
    for row in catalogue.python_images if wishes.python_spec else ():
        any_python = replace(loose, python_spec=f"=={row.python}.*")
        yield WayOutAttempt(host, any_python, _way(what, f"{flags} --python {row.python}"), "cpu")


def _drivers(
    catalogue: Catalogue, host: DescribedHost, machine: Machine, wishes: Wishes, refusal: Refusal
) -> Iterator[WayOutAttempt]:
    for what, changed in driver_changes(catalogue, host, machine, refusal):
        yield WayOutAttempt(changed, wishes, _way(what), "driver")
