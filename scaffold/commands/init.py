"""`scaffold init`: look, decide, render, compare with what is there, write."""

import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from scaffold.adapters.answers_file import RECORD_NAME, Record, fingerprint, read_record
from scaffold.adapters.answers_file import write_record as record_content
from scaffold.adapters.dockerignore import left_out
from scaffold.adapters.files import NewFile, read_file, shown, write_files
from scaffold.adapters.probe import probe_local
from scaffold.adapters.repository import read_repository
from scaffold.adapters.template import render
from scaffold.answering import build_answers, complete
from scaffold.answers import Answers, Target
from scaffold.catalogue import load_catalogue
from scaffold.errors import InputError
from scaffold.facts import Gpu, HostFacts
from scaffold.plan import Plan, make_plan
from scaffold.project.facts import ProjectFacts
from scaffold.project.reading import read_project
from scaffold.questions import Value, Values
from scaffold.resolution import Conflict, Resolution, Wishes
from scaffold.resolver import resolve

Status = Literal["new", "changed", "same", "kept"]


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: the repository, this machine, and what an earlier run recorded."""

    root: Path
    project: ProjectFacts
    host: HostFacts
    record: Record


@dataclass(frozen=True, slots=True)
class Change:
    """One generated file beside what stands there now.

    `ours` says that the present content is as an earlier run wrote it, so that replacing it
    loses nothing of the user's.
    """

    path: str
    status: Status
    after: bytes
    mode: int
    before: bytes | None = None
    ours: bool = False


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


def look_at(root: Path) -> Look:
    """Read the repository and probe this machine; nothing is run and nothing changed.

    Raises InputError where the folder or an earlier record cannot be used.
    """
    with ThreadPoolExecutor(1) as pool:
        # The probe mostly waits for other programs; the repository is read in that time, and
        # the catalogue, which is needed next.
        host = pool.submit(probe_local)
        files, paths = read_repository(root)
        check_devcontainer(root)
        project, record = read_project(files, paths), read_record(root)
        load_catalogue()
        return Look(root, project, host.result(), record)


def check_devcontainer(root: Path) -> None:
    """Raise InputError where `.devcontainer` is a file, or leads out of the project."""
    folder = root / ".devcontainer"
    real = Path(os.path.realpath(folder))
    if not real.is_relative_to(os.path.realpath(root)):
        raise InputError(
            f"{shown(folder)} is a link to {shown(real)}, outside the project",
            hint="replace the link by a folder, or run scaffold init where it points to",
        )
    if folder.exists() and not folder.is_dir():
        raise InputError(
            f"{shown(folder)} is a file where a folder is needed",
            hint="move it away and run again",
        )


def host_for(values: Values, local: HostFacts) -> HostFacts:
    """The facts of where the container will run: this machine, or what the user says of it."""
    host = local if values["target"] == Target.LOCAL else _elsewhere(values, local)
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
    values = complete({**look.record.answers, **given}, look.project, look.host)
    host = host_for(values, look.host)
    answers = build_answers(values, look.root.resolve().name)
    resolution = resolve(load_catalogue(), host, wishes_of(answers, look.project))
    if isinstance(resolution, Conflict):
        return resolution
    plan = make_plan(answers, resolution, look.project, host)
    kept = {key: value for key, value in given.items() if key != "advanced"}
    recorded = {**look.record.answers, **kept}
    changes = tuple(_changes(look, plan, recorded))
    warnings = (*_warnings(look.root, plan), *_gone(look.project))
    return Decided(look, host, answers, resolution, plan, changes, recorded, warnings)


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


def _changes(look: Look, plan: Plan, recorded: Mapping[str, Value]) -> list[Change]:
    rendered = render(plan)
    generated = {path: file.content for path, file in rendered.items()}
    changes = [
        _compare(look, path, file.content, file.mode) for path, file in sorted(rendered.items())
    ]
    record = record_content(recorded, generated)
    before = read_file(look.root / RECORD_NAME)
    status: Status = "new" if before is None else "same" if before == record else "changed"
    return [*changes, Change(RECORD_NAME, status, record, 0o644, before, ours=True)]


def _compare(look: Look, path: str, after: bytes, mode: int) -> Change:
    before = read_file(look.root / path)
    if before is None:
        return Change(path, "new", after, mode)
    if before == after:
        return Change(path, "same", after, mode, before, ours=True)
    ours = look.record.generated.get(path) == fingerprint(before)
    return Change(path, "changed" if ours else "kept", after, mode, before, ours)


def overwriting(decided: Decided, paths: Collection[str]) -> Decided:
    """The same decision with the user's own files at `paths` to be replaced, not kept."""
    changes = tuple(
        replace(change, status="changed") if change.path in paths else change
        for change in decided.changes
    )
    return replace(decided, changes=changes)


def write(decided: Decided) -> list[Path]:
    """Write what is new or changed, all or nothing, and return the backups made.

    Raises InputError, with nothing changed, where the disk is full or read-only.
    """
    return write_files(
        NewFile(
            decided.look.root / change.path,
            change.after,
            change.mode,
            backup=change.status == "changed" and not change.ours,
        )
        for change in decided.changes
        if change.status in {"new", "changed"}
    )
