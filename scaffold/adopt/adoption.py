"""Everything found in a container, and the plan for rebuilding it."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import field

from scaffold.adopt.accounts import AccountChange
from scaffold.adopt.base_image import BaseImage
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dpkg import AptChanges
from scaffold.adopt.image_config import env_text
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.overlay import LIST, ROOT, Overlay, list_content
from scaffold.adopt.python_packages import Distribution, PipIndexes, SiteChanges, pytorch_variants
from scaffold.adopt.settings import Settings
from scaffold.adopt.sorting import SortedChanges
from scaffold.plan import Plan
from scaffold.plan.adopted import Ways, plan_adopted
from scaffold.plan.adopted_model import AdoptedPlan, CondaLayer, PipLayer
from scaffold.plan.managers import manager_row
from scaffold.plan.situation import PYTORCH_INDEX
from scaffold.project.facts import PackageManager
from scaffold.records import dataclass

FOLDER = ".devcontainer"
MICROMAMBA = manager_row(PackageManager.CONDA).tool_image


@dataclass(frozen=True, kw_only=True, slots=True)
class Adoption:
    """The contents of one container or image; `origin` names it.

    `left_out` were excluded, `offered` are not copied unless the user includes them.
    `known_secrets` may occur in no generated file.
    """

    origin: str
    base: BaseImage
    settings: Settings
    apt: AptChanges = field(default_factory=AptChanges)
    accounts: tuple[AccountChange, ...] = ()
    sites: tuple[SiteChanges, ...] = ()
    indexes: Mapping[str, PipIndexes] = field(default_factory=dict)
    conda: tuple[CondaEnvironment, ...] = ()
    has_micromamba: bool = False
    npm: tuple[NpmPackage, ...] = ()
    sorted: SortedChanges = field(default_factory=SortedChanges)
    overlay: Overlay = field(default_factory=Overlay)
    left_out: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    has_dpkg: bool = True
    base_user: str = ""
    notes: tuple[str, ...] = ()
    known_secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def layers(self) -> list[tuple[str, SiteChanges]]:
        """The folders of Python packages, each with the name of its requirements file."""
        return [(f"pip-{number}.txt", one) for number, one in enumerate(self.sites, 1)]

    @property
    def environments(self) -> list[tuple[str, CondaEnvironment]]:
        """The conda environments, each with the name of its environment file."""
        return [(f"conda-{number}.yml", one) for number, one in enumerate(self.conda, 1)]


def make_adopted_plan(adoption: Adoption) -> Plan:
    """The plan for the template. Raises InputError as `make_plan` does."""
    settings = adoption.settings
    rebuilds = AdoptedPlan(
        origin=adoption.origin,
        env=tuple((name, env_text(value)) for name, value in settings.image_env),
        accounts=tuple(_account_commands(adoption)),
        early=adoption.overlay.early,
        gone=bool(adoption.overlay.deleted),
        late=adoption.overlay.late,
        apt=bool(adoption.apt.manual or adoption.apt.automatic),
        apt_removed_arguments=shlex.join(adoption.apt.removed),
        conda=tuple(
            CondaLayer(
                name=name,
                prefix=shlex.quote(one.prefix),
                create=one.new,
                owner=one.owner,
                home=one.home,
            )
            for name, one in adoption.environments
        ),
        conda_image="" if adoption.has_micromamba else MICROMAMBA,
        pip=tuple(_pip_layer(name, one) for name, one in adoption.layers),
        npm_arguments=shlex.join(package.spec for package in adoption.npm),
        after=tuple(_afterwards(adoption)),
        root_at_start=adoption.base_user not in {"", "root", "0"},
        user=settings.user or adoption.base_user,
        workdir=settings.workdir,
        entrypoint=settings.entrypoint,
        command=settings.command,
        build_options=settings.build_options,
    )
    ways = Ways(
        home=settings.home,
        gpus_by_runtime=settings.gpus_by_runtime,
        env=settings.run_env,
        args=settings.args,
        workspace=settings.workspace,
        interpreter=_interpreter(adoption),
    )
    return plan_adopted(settings.answers, adoption.base.reference, rebuilds, ways)


def _account_commands(adoption: Adoption) -> Iterator[str]:
    for account in adoption.accounts:
        # In a sed pattern a dot would match any character.
        name = account.name.replace(".", r"\.").replace("/", r"\/").replace("$", r"\$")
        yield f"sed -i {shlex.quote(f'/^{name}:/d')} {account.file}"
        if account.line:
            yield f"printf '%s\\n' {shlex.quote(account.line)} >>{account.file}"


def _pip_layer(name: str, one: SiteChanges) -> PipLayer:
    where = one.site.path
    venv = ""
    if one.venv:
        flags = " --system-site-packages" if one.system_packages else ""
        flags += "" if one.brings_pip else " --without-pip"
        venv = f"{shlex.quote(one.made_by)} -m venv{flags} {shlex.quote(one.site.prefix)}"
    return PipLayer(
        name=name,
        where=where,
        python=shlex.quote(one.site.python),
        options="--user " if one.site.user else "",
        owner=one.owner,
        home=one.home,
        venv_arguments=venv,
        fetch_pip=one.venv and not one.brings_pip,
        uninstall_arguments=shlex.join(one.uninstall),
    )


def _afterwards(adoption: Adoption) -> Iterator[str]:
    paths = [entry.path for entry in adoption.overlay.entries]
    if any(".so" in path or path.startswith("/etc/ld.so.conf") for path in paths):
        yield "ldconfig"
    if any(path.startswith("/usr/local/share/ca-certificates/") for path in paths):
        yield "update-ca-certificates"


def _interpreter(adoption: Adoption) -> str:
    """The interpreter with the most packages, probably the one in use."""
    pip = [(len(one.install), one.site.python) for one in adoption.sites]
    conda = [(len(one.packages), f"{one.prefix}/bin/python") for one in adoption.conda]
    return max((*pip, *conda), default=(0, ""))[1]


def lists(adoption: Adoption) -> dict[str, str]:
    """The package lists for the Dockerfile, by file name."""
    found = {}
    if adoption.apt.manual or adoption.apt.automatic:
        found["apt.txt"] = "".join(f"{name}\n" for name in adoption.apt.manual)
        found["apt-auto.txt"] = "".join(f"{name}\n" for name in adoption.apt.automatic)
    for name, one in adoption.layers:
        found[name] = _requirements(one, adoption.indexes.get(one.site.path, PipIndexes()))
    for name, environment in adoption.environments:
        found[name] = environment.content
    if adoption.overlay.anything:
        found[LIST] = list_content(adoption.overlay)
        # Git does not keep empty folders, and the build needs this one.
        found[f"{ROOT}/.keep"] = ""
        # The project's own ignore rules, such as *.so or lib/, would exclude files of rootfs/.
        found[".gitignore"] = f"!{ROOT}/**\n"
        found[".gitattributes"] = f"{ROOT}/** -text\n"
    return found


def _requirements(one: SiteChanges, indexes: PipIndexes) -> str:
    options = list(indexes.options)
    options += [
        f"--extra-index-url {PYTORCH_INDEX}/{variant}" for variant in pytorch_variants(one.install)
    ]
    asked = [dist for dist in one.install if dist.requested]
    along = [dist for dist in one.install if not dist.requested]
    lines = [*options, *_part("requested", asked), *_part("dependencies", along)]
    return "".join(f"{line}\n" for line in lines)


def _part(title: str, dists: list[Distribution]) -> list[str]:
    return [f"# {title}", *(dist.requirement for dist in dists)] if dists else []
