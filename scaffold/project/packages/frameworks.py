"""Which dependencies name a framework, and which framework a project uses."""

from collections.abc import Iterable
from enum import IntEnum

from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK, TITLES
from scaffold.project.packages.knowledge import COMPANIONS, EXTRA_IMPLIES, FRAMEWORKS, IMPLIED
from scaffold.project.sources import Requirement, Source
from scaffold.project.syntax.markers import applies
from scaffold.records import dataclass

ORDER = tuple(TITLES)


class Weight(IntEnum):
    """How directly a dependency shows that the project uses its framework; less is stronger.

    STEP is a command of the README that is followed, NOT_INSTALLED an extra, group or entry
    of a lock that the project's own installation leaves out.
    """

    NAMED = 0
    IMPLIED = 1
    STEP = 2
    STEP_IMPLIED = 3
    LOCKED = 4
    ELSEWHERE = 5
    ELSEWHERE_IMPLIED = 6
    IMAGE = 7
    COMMAND = 8
    IMPORT = 9
    NOT_INSTALLED = 10


@dataclass(frozen=True, slots=True)
class Sign:
    """One dependency that names a framework or needs one."""

    framework: Framework
    requirement: Requirement
    weight: Weight
    named: bool

    @property
    def on_path(self) -> bool:
        """Whether the project's own installation reads it."""
        return self.weight <= Weight.LOCKED


def framework_of(requirement: Requirement) -> tuple[Framework, bool] | None:
    """The framework of a dependency, and whether it is the framework itself."""
    if requirement.name in FRAMEWORKS:
        return FRAMEWORKS[requirement.name], True
    if requirement.name in IMPLIED:
        return IMPLIED[requirement.name], False
    for extra in requirement.extras:
        if extra in EXTRA_IMPLIES:
            return EXTRA_IMPLIES[extra], False
    return None


def names_framework(source: Source) -> bool:
    """Whether a file names any framework."""
    return any(framework_of(requirement) for requirement in source.requirements)


def choose(signs: Iterable[Sign]) -> tuple[Framework, Weight | None, str]:
    """The framework, the weight of what decided, and the rule if several were named."""
    counted = [
        sign
        for sign in signs
        if sign.weight < Weight.NOT_INSTALLED and applies(sign.requirement.marker)
    ]
    if not counted:
        return Framework.NONE, None, ""
    counted = _for_gpus(_trained(counted))
    helper = _helper(counted)
    if helper is not None:
        return helper
    weight = min(sign.weight for sign in counted)
    strongest = _nearest([sign for sign in counted if sign.weight == weight])
    named = sorted({sign.framework for sign in strongest}, key=ORDER.index)
    if len(named) == 1:
        return named[0], weight, ""
    ranks = {one: _rank(one, strongest, counted) for one in named}
    first, second = sorted(named, key=ranks.__getitem__)[:2]
    return first, weight, _rule(first, second, ranks)


def _nearest(strongest: list[Sign]) -> list[Sign]:
    """Of lists that the installation leaves out those nearest to the root."""
    if strongest[0].weight not in {Weight.ELSEWHERE, Weight.ELSEWHERE_IMPLIED}:
        return strongest
    depth = min(sign.requirement.where.count("/") for sign in strongest)
    return [sign for sign in strongest if sign.requirement.where.count("/") == depth]


def _trained(counted: list[Sign]) -> list[Sign]:
    """Without frameworks that only run models, if the installation names one that trains them."""
    trained = [sign for sign in counted if not BY_FRAMEWORK[sign.framework].only_runs]
    return trained if any(sign.on_path for sign in trained) else counted


def _for_gpus(counted: list[Sign]) -> list[Sign]:
    """Without frameworks asked for by name without CUDA, if another one is installed too."""
    asked = [sign for sign in counted if sign.on_path and sign.named]
    able = {sign.framework for sign in asked if not without_gpu(sign.requirement)}
    only_cpu = {sign.framework for sign in asked} - able
    others = [sign for sign in counted if sign.framework not in only_cpu]
    return others if any(sign.on_path for sign in others) else counted


def _helper(counted: list[Sign]) -> tuple[Framework, Weight, str] | None:
    """The framework of image and most scripts, if the lists name only another one."""
    listed = {sign.framework for sign in counted if sign.weight < Weight.ELSEWHERE}
    images = {sign.framework for sign in counted if sign.weight == Weight.IMAGE}
    scripts = [sign.framework for sign in counted if sign.weight == Weight.IMPORT]
    if len(listed) != 1 or len(images) != 1 or listed == images:
        return None
    (main,), (other,) = images, listed
    if scripts.count(main) <= scripts.count(other):
        return None
    rule = f"{TITLES[main]} over {TITLES[other]}: the image and most scripts use it"
    return main, Weight.IMAGE, rule


def _rank(
    framework: Framework, strongest: list[Sign], counted: list[Sign]
) -> tuple[int, bool, int]:
    mine = [sign.requirement for sign in strongest if sign.framework == framework]
    device = min(_device(requirement) for requirement in mine)
    companions = any(
        sign.requirement.name in COMPANIONS
        for sign in counted
        if sign.framework == framework and sign.weight <= Weight.IMPLIED
    )
    return device, not companions, ORDER.index(framework)


def _device(requirement: Requirement) -> int:
    """0 if the build for GPUs is asked for by name, 2 if the one without, else 1."""
    if any("cuda" in extra for extra in requirement.extras):
        return 0
    return 2 if without_gpu(requirement) else 1


def without_gpu(requirement: Requirement) -> bool:
    """Whether a dependency asks by name for the build without CUDA."""
    named = requirement.name.endswith("-cpu") or requirement.local == "cpu"
    return named or "cpu" in requirement.extras


def _rule(
    first: Framework, second: Framework, ranks: dict[Framework, tuple[int, bool, int]]
) -> str:
    first_title, *others = TITLES.values()
    rest = " before ".join(others)
    reasons = (
        "its build for the GPU is asked for by name, or the other's without one",
        "libraries for it alone are listed too",
        f"{first_title} comes before {rest} if nothing else decides",
    )
    pairs = zip(ranks[first], ranks[second], reasons, strict=True)
    reason = next(text for mine, other, text in pairs if mine != other)
    return f"{TITLES[first]} over {TITLES[second]}: {reason}"
