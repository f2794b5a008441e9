"""What `scaffold init` reads: the repository, the machine, and the record of an earlier run."""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from scaffold.adapters.computer.user_config import user_defaults
from scaffold.adapters.local.answers_file import Record, read_record, record_path
from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.repository import read_repository
from scaffold.adapters.local.signals import interruptible_worker
from scaffold.adapters.probe.local import probe_local
from scaffold.adapters.ssh.asking import Asking
from scaffold.answers.choices import Files, Target
from scaffold.answers.for_host import of_this_host, reconciled
from scaffold.answers.names import parse_project_dir
from scaffold.answers.question import Value, Values
from scaffold.answers.releases import parse_driver, with_driver
from scaffold.catalogue import load_catalogue
from scaffold.commands.host.facts import FoundFacts, facts_of_host
from scaffold.commands.init.files import check_folder
from scaffold.commands.init.refusals import check_place
from scaffold.errors import InputError
from scaffold.facts import Gpu, HostFacts, Platform
from scaffold.parsing.untrusted.documents import read_jsonc
from scaffold.project.facts import ProjectFacts
from scaffold.project.formats.manifests import kind_of
from scaffold.project.project_dir import of_folder
from scaffold.project.reading import read_project
from scaffold.records import dataclass
from scaffold.versions import parse_version


@dataclass(frozen=True, slots=True)
class WantedHost:
    """The host that is meant, and how to connect: `cached` takes its saved facts."""

    name: str
    asking: Asking
    cached: bool = False
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InitFacts:
    """What was found: the repository, the machine, and what an earlier run recorded.

    `host` are the facts of this machine, or those of the host that `seen` tells the age of;
    `ssh_config` is the file that the host's name was read from, None for the user's own.
    `preset` are files that are written with the configuration, read as if they were there.
    `defaults` are the user's own for every project. `given_by` says how an answer was given, by
    its key: a flag, a file; one that was typed at a prompt is not in it.
    """

    root: Path
    project: ProjectFacts
    host: HostFacts
    record: Record
    seen: FoundFacts | None = None
    ssh_config: Path | None = None
    preset: Mapping[str, bytes] = field(default_factory=dict)
    defaults: Mapping[str, Value] = field(default_factory=dict)
    given_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of a dev container that has none of its own; the same in every clone."""
        return self.record.name or self.root.resolve().name


def read_init_facts(
    root: Path,
    given: Mapping[str, Value],
    wanted: WantedHost | None = None,
    preset: Mapping[str, bytes] | None = None,
) -> InitFacts:
    """Read the repository and probe this machine, or a host; nothing is run, nothing changed.

    Raises InputError if the folder or an earlier record cannot be used, TargetError if the
    host cannot be probed.
    """
    check_place(root)
    record = read_record(root, _config(given))
    defaults = user_defaults()
    base = project_dir({**record.answers, **given})
    with interruptible_worker() as pool:
        # The probe mostly waits for other programs; the repository is read in that time, and
        # the catalogue, which is needed next. Not the other way round: a host may have to be
        # asked for at the terminal, where an interrupt reaches only this thread.
        reading = pool.submit(_read, root, base, preset or {})
        seen = _facts_of(wanted) if wanted else None
        host = seen.facts if seen else _as_owner(root, probe_local())
        return InitFacts(
            root=root,
            project=reading.result(),
            host=host,
            record=_with_name(record, root, _config(given)),
            seen=seen,
            ssh_config=wanted.ssh_config if wanted else None,
            preset=preset or {},
            defaults=defaults,
        )


def _with_name(record: Record, root: Path, config: str | None) -> Record:
    """The record with the name in devcontainer.json if an older version wrote it without one."""
    path = record_path(root, config)
    if record.name or not path or not record.generated:
        return record
    content = read_file(path.with_name("devcontainer.json"), below=root) or b""
    try:
        found = read_jsonc(content.decode("utf-8", "replace"))
    except ValueError:
        return record
    name = found.get("name") if isinstance(found, dict) else None
    return replace(record, name=name) if isinstance(name, str) else record


def _as_owner(root: Path, host: HostFacts) -> HostFacts:
    """The facts with the ids of the project's owner if root runs `init`, whose files they are."""
    if host.uid != 0:
        return host
    owner = next(one for one in (root, *root.absolute().parents) if one.exists()).stat()
    login = replace(host.login, user="root")
    return replace(host, uid=owner.st_uid, gid=owner.st_gid, login=login)


def _facts_of(wanted: WantedHost) -> FoundFacts:
    return facts_of_host(wanted.name, wanted.asking, cached=wanted.cached, config=wanted.ssh_config)


def givers(facts: InitFacts, given: Mapping[str, Value]) -> dict[str, str]:
    """Whose each answer is, by its key, as the subject of a sentence."""
    record = record_path(facts.root, _config(given))
    recorded = record.relative_to(facts.root).as_posix() if record else ""
    return {
        **dict.fromkeys(facts.defaults, "your config"),
        **dict.fromkeys(of_this_host(facts.record.answers, given), recorded),
        **{key: facts.given_by.get(key, "your answer") for key in given},
    }


def read_again(init_facts: InitFacts, base: str) -> InitFacts:
    """The same with another folder of the repository as the project."""
    return replace(init_facts, project=_read(init_facts.root, base, init_facts.preset))


def project_dir(values: Values) -> str | None:
    """The folder that was chosen, None for the reader's own choice."""
    return parse_project_dir(str(values["project_dir"])) if "project_dir" in values else None


def _config(values: Values) -> str | None:
    return str(values["config"]) if "config" in values else None


def _read(root: Path, base: str | None, preset: Mapping[str, bytes]) -> ProjectFacts:
    is_new = bool(preset) and not root.exists()
    files, paths = ({}, []) if is_new else read_repository(root)
    files |= {path: content for path, content in preset.items() if kind_of(path)}
    paths = sorted({*paths, *preset})
    if base and not (root / base).is_dir():
        raise InputError(
            f"--project-dir: {root} has no folder {base}",
            hint="write it relative to the repository, e.g. python/app",
        )
    check_folder(root, ".devcontainer")
    check_folder(root, ".vscode")
    project = read_project(files, paths)
    if base is not None and base != project.base:
        # The folder by itself, with what the whole repository says of systems and submodules.
        part = read_project(*read_repository(root / base))
        project = of_folder(project, part, base) if base else project
    load_catalogue()
    return project


def host_of(root: Path, given: Mapping[str, Value]) -> str:
    """The host that answers and record mean; empty for none.

    Raises InputError if files are to be reached through a host's Docker context without a host.
    """
    answers = reconciled(given)
    known = {**of_this_host(read_record(root, _config(given)).answers, answers), **answers}
    host = str(known.get("host", ""))
    if known.get("files") == Files.CONTEXT and not host:
        raise InputError(
            "--files context needs the server whose Docker context is used",
            hint="add --host NAME; a new server: scaffold host setup USER@SERVER --name NAME",
        )
    return host


def described_host(given: Mapping[str, Value], local: HostFacts) -> HostFacts | None:
    """The machine that the user's answers describe; None where the facts seen are meant."""
    nothing: Values = {"target": Target.LOCAL, "host": "", "driver": "", "gpu_model": ()}
    values = {key: given.get(key, nothing[key]) for key in nothing}
    if values == nothing or values["host"]:
        return None
    return host_for(values, local)


def host_for(values: Values, local: HostFacts) -> HostFacts:
    """The facts of where the container will run: those seen, or what the user says of it."""
    seen = values["target"] == Target.LOCAL or values["host"]
    host = local if seen else _elsewhere(values, local)
    host = with_driver(host, parse_driver(str(values["driver"])))
    if isinstance(models := values["gpu_model"], tuple) and models:
        host = replace(host, gpus=tuple(Gpu(name=model) for model in models))
    return _with_capabilities(_with_cuda(host))


def _with_cuda(host: HostFacts) -> HostFacts:
    """The CUDA release that the driver supports, from the catalogue if it did not say it."""
    driver = re.fullmatch(r"\d+(\.\d+)*", host.driver_version or "")
    if host.cuda_reported or not driver or host.platform is not Platform.LINUX:
        return host
    return replace(host, cuda_reported=load_catalogue().cuda_of(parse_version(driver[0])))


def _with_capabilities(host: HostFacts) -> HostFacts:
    """The compute capability of each GPU, from the catalogue if the driver did not say it."""
    if not host.gpus:
        return host
    catalogue = load_catalogue()

    def known(gpu: Gpu) -> Gpu:
        model = None if gpu.compute_capability else catalogue.gpu(gpu.name)
        return replace(gpu, compute_capability=model.capability) if model else gpu

    return replace(host, gpus=tuple(known(gpu) for gpu in host.gpus))


def _elsewhere(values: Values, local: HostFacts) -> HostFacts:
    # Ids and RAM of this machine are the best guess for another; its GPUs are not.
    gpus = () if values["target"] == Target.CPU else None
    return HostFacts(
        name=str(values["target"]),
        gpus=gpus,
        memory_mib=local.memory_mib,
        uid=local.uid,
        gid=local.gid,
    )
