"""`scaffold init`: look, decide, render, compare with what is there, write."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from scaffold.adapters.local.answers_file import Record, read_record
from scaffold.adapters.local.dockerignore import left_out
from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.repository import read_repository
from scaffold.adapters.probe.local import probe_local
from scaffold.adapters.ssh.asking import Asking
from scaffold.answers.for_host import doubts, of_this_host, reconciled, remembered_answers, settled
from scaffold.answers.model import Answers, Files, Target
from scaffold.answers.questions import Value, Values
from scaffold.answers.validation import build_answers, complete
from scaffold.catalogue import load_catalogue
from scaffold.commands.host.facts import Seen, facts_of_host
from scaffold.commands.init.files import (
    Change,
    Status,
    changes_of,
    check_folder,
    settings_change,
    write_changes,
)
from scaffold.commands.init.host_files import SETTINGS, context_doubts, names_a_context, path_doubts
from scaffold.facts import Gpu, HostFacts
from scaffold.plan import Plan, make_plan
from scaffold.project.facts import ProjectFacts
from scaffold.project.reading import read_project
from scaffold.resolver.resolution import Conflict, Resolution, Wishes
from scaffold.resolver.resolving import resolve


@dataclass(frozen=True, slots=True)
class Wanted:
    """The host that is meant, and how to look at it: `cached` takes what was last seen."""

    name: str
    asking: Asking
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: the repository, the machine, and what an earlier run recorded.

    `host` are the facts of this machine, or those of the host that `seen` tells the age of.
    """

    root: Path
    project: ProjectFacts
    host: HostFacts
    record: Record
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Everything that was decided, and the files that follow from it."""

    look: Look
    host: HostFacts
    answers: Answers
    resolution: Resolution
    plan: Plan
    changes: tuple[Change, ...]
    given: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    """Doubts beyond those of the resolution and the plan, which carry their own."""


def look_at(root: Path, wanted: Wanted | None = None) -> Look:
    """Read the repository and probe this machine, or a host; nothing is run, nothing changed.

    Raises InputError where the folder or an earlier record cannot be used, TargetError where
    the host cannot be looked at.
    """
    record = read_record(root)
    with ThreadPoolExecutor(1) as pool:
        # The probe mostly waits for other programs; the repository is read in that time, and
        # the catalogue, which is needed next. Not the other way round: a host may have to be
        # asked for at the terminal, where an interrupt reaches only this thread.
        reading = pool.submit(_read, root)
        seen = facts_of_host(wanted.name, wanted.asking, cached=wanted.cached) if wanted else None
        host = seen.facts if seen else probe_local()
        return Look(root, reading.result(), host, record, seen)


def _read(root: Path) -> ProjectFacts:
    files, paths = read_repository(root)
    check_folder(root, ".devcontainer")
    check_folder(root, ".vscode")
    project = read_project(files, paths)
    load_catalogue()
    return project


def host_of(root: Path, given: Mapping[str, Value]) -> str:
    """The host that answers and record mean; empty for none."""
    known = {**read_record(root).answers, **reconciled(given)}
    return str(known.get("host", ""))


def host_for(values: Values, local: HostFacts) -> HostFacts:
    """The facts of where the container will run: those seen, or what the user says of it."""
    seen = values["target"] == Target.LOCAL or values["host"]
    host = local if seen else _elsewhere(values, local)
    if driver := values["driver"]:
        host = replace(host, driver_version=str(driver), cuda_reported=None)
    if isinstance(models := values["gpu_model"], tuple) and models:
        host = replace(host, gpus=tuple(Gpu(name=model) for model in models))
    return host


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


def decide(look: Look, given: Mapping[str, Value]) -> Decided | Conflict:
    """Turn answers into files; what was not answered takes what the facts suggest."""
    given = reconciled(given)
    before = of_this_host(look.record.answers, given)
    folder = look.root.resolve().name
    asked = complete({**before, **given}, look.project, look.host)
    host = host_for(asked, look.host)
    values = settled(asked, host, folder)
    answers = build_answers(values, folder)
    resolution = resolve(load_catalogue(), host, wishes_of(answers, look.project))
    if isinstance(resolution, Conflict):
        return resolution
    plan = make_plan(answers, resolution, look.project, host)
    # GPUs that were free are those that are recorded: another run shall not choose others.
    kept = {key: value for key, value in given.items() if key != "advanced"}
    kept |= {"gpus": values["gpus"]} if "gpus" in kept else {}
    recorded = {**before, **kept, **remembered_answers(values)}
    changes = changes_of(look.root, look.record, plan, recorded)
    merged, unread = _merged(look.root, answers)
    warnings = (
        *_warnings(look.root, plan),
        *_gone(look.project),
        *doubts(asked, host),
        *context_doubts(answers),
        *_doubts_of_paths(look, answers, recorded),
        *_left_over(look.root, answers),
        *unread,
    )
    return Decided(look, host, answers, resolution, plan, (*changes, *merged), recorded, warnings)


def _merged(root: Path, answers: Answers) -> tuple[list[Change], list[str]]:
    """VS Code's settings, which only a context needs, or why they are left alone."""
    if not answers.host or answers.files is not Files.CONTEXT:
        return [], []
    try:
        return [settings_change(root, answers.host)], []
    except ValueError as error:
        value = f'{{"DOCKER_CONTEXT": "{answers.host}"}}'
        text = f"{SETTINGS} was left alone, since it cannot be read ({error}): set "
        return [], [f"{text}docker.environment and containers.environment to {value} there"]


def _doubts_of_paths(look: Look, answers: Answers, recorded: Mapping[str, Value]) -> list[str]:
    if look.seen is None or look.seen.age_s is not None:
        return []
    return path_doubts(answers, str(recorded["workspace"]), look.host)


def _left_over(root: Path, answers: Answers) -> list[str]:
    if (answers.files is Files.CONTEXT and answers.host) or not names_a_context(root):
        return []
    return [f"{SETTINGS} sends VS Code to a Docker context, which is not meant any more: see there"]


def _warnings(root: Path, plan: Plan) -> list[str]:
    ignored = left_out(read_file(root / ".dockerignore") or b"", plan.install.files)
    return [
        f".dockerignore keeps {path} out of the build, which needs it: add the line !{path}"
        for path in ignored
    ]


def _gone(project: ProjectFacts) -> list[str]:
    """A warning for each image that the project names and nobody can pull any more."""
    rows = {
        f"{seen.where}: {image} is gone; use {row.instead}"
        for seen in project.evidence
        for image in seen.text.split()
        if (row := load_catalogue().replacement(image))
    }
    return sorted(rows)


def wishes_of(answers: Answers, project: ProjectFacts) -> Wishes:
    """What the resolver is asked: the answers, and the CUDA release that the project names."""
    follows_project = answers.framework == project.framework
    return Wishes(
        framework=answers.framework,
        framework_spec=answers.framework_spec,
        python_spec=answers.python_spec,
        stack=answers.stack,
        gpu=answers.gpu,
        nvcc=answers.nvcc,
        cuda=project.cuda_hint if follows_project else None,
    )


def marked(decided: Decided, paths: Collection[str], status: Status) -> Decided:
    """The same decision with another fate of the files at `paths`: replaced, or kept."""
    changes = tuple(
        replace(change, status=status) if change.path in paths else change
        for change in decided.changes
    )
    return replace(decided, changes=changes)


def write(decided: Decided) -> list[Path]:
    """Write what is new or changed, all or nothing, and return the backups made.

    Raises InputError, with nothing changed, where the disk is full or read-only.
    """
    return write_changes(decided.look.root, decided.changes)
