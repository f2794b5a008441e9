"""`scaffold init`: decide, render, compare with the present files, write."""

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from pathlib import Path

from scaffold.answers.choices import Target
from scaffold.answers.for_host import (
    doubts,
    of_this_host,
    reconciled,
    remembered_answers,
    settled,
    worth_recording,
)
from scaffold.answers.model import Answers
from scaffold.answers.question import Value
from scaffold.answers.validation import build_answers, complete
from scaffold.commands.init.files import (
    FileChange,
    Status,
    changes_of,
    check_features,
    foreign_files,
    merged_settings,
    write_changes,
)
from scaffold.commands.init.host_files import (
    context_doubts,
    left_over,
    need_doubts,
    path_doubts,
)
from scaffold.commands.init.local_mounts import missing_sources
from scaffold.commands.init.lock import lock_changes
from scaffold.commands.init.personal_files import tracked_doubts
from scaffold.commands.init.preset import preset_changes
from scaffold.commands.init.project_notes import other_user, project_notes
from scaffold.commands.init.read import (
    InitFacts,
    WantedHost,
    givers,
    host_for,
    host_of,
    read_again,
    read_init_facts,
)
from scaffold.commands.init.refusals import check_project
from scaffold.commands.init.ways_out import with_working_ways
from scaffold.commands.init.wishes import resolve_for
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.plan import Plan, make_plan
from scaffold.records import dataclass
from scaffold.resolver.resolution import Conflict, Resolution
from scaffold.versions import parse_version

__all__ = [
    "Decided",
    "InitFacts",
    "WantedHost",
    "check_whole",
    "conflict_of",
    "decide",
    "host_of",
    "marked",
    "read_again",
    "read_init_facts",
    "write",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Everything that was decided, and the files that follow from it.

    `warnings` are doubts beyond those of the resolution and the plan, which carry their own.
    """

    init_facts: InitFacts
    host: HostFacts
    answers: Answers
    resolution: Resolution
    plan: Plan
    changes: tuple[FileChange, ...]
    given: Mapping[str, Value] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def foreign(self) -> tuple[str, ...]:
        """Files of the user's in the place of ours."""
        return foreign_files(
            self.init_facts.record, self.init_facts.project, self.plan.folder, self.changes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """Answers and what they resolve to, before anything is compared with the disk."""

    host: HostFacts
    answers: Answers
    values: Mapping[str, Value]
    asked: Mapping[str, Value]
    resolution: Resolution
    notes: list[str]


def decide(init_facts: InitFacts, given: Mapping[str, Value]) -> Decided | Conflict:
    """Turn answers into files; what was not answered takes what the facts suggest."""
    choice = _choose(init_facts, given)
    if isinstance(choice, Conflict):
        return with_working_ways(choice, lambda more: _works(init_facts, {**given, **more}))
    answers, project = choice.answers, init_facts.project
    plan = make_plan(answers, choice.resolution, project, choice.host)
    check_features(init_facts.root, plan)
    recorded = _recorded(init_facts, reconciled(given), choice)
    root = init_facts.root
    changes = changes_of(root, plan, recorded, init_facts.record.generated)
    merged, unread = merged_settings(root, answers)
    locked, stale = lock_changes(root, plan, given)
    warnings = (
        *choice.notes,
        *project_notes(root, project, answers, choice.resolution, plan),
        *other_user(changes, answers),
        *doubts(choice.asked, choice.host, str(root)),
        *(*context_doubts(answers), *_doubts_of_paths(init_facts, answers, recorded)),
        *left_over(root, answers),
        *tracked_doubts(root, plan, recorded, (one.path for one in merged if one.before)),
        *unread,
        *stale,
    )
    return Decided(
        init_facts=init_facts,
        host=choice.host,
        answers=answers,
        resolution=choice.resolution,
        plan=plan,
        changes=(*preset_changes(init_facts.preset), *changes, *locked, *merged),
        given=recorded,
        warnings=warnings,
    )


def _choose(init_facts: InitFacts, given: Mapping[str, Value]) -> _Choice | Conflict:
    given = reconciled(given)
    before = of_this_host(init_facts.record.answers, given)
    known = {**init_facts.defaults, **before, **given}
    check_project(init_facts.project, known)
    asked = complete(known, init_facts.project, init_facts.host)
    host = host_for(asked, init_facts.host)
    values = settled(asked, host, init_facts.root.resolve().name)
    answers = build_answers(values, init_facts.name)
    by = givers(init_facts, given)
    resolution, notes = resolve_for(answers, init_facts.project, host, {**before, **given}, by)
    if isinstance(resolution, Conflict):
        return resolution
    return _Choice(
        host=host, answers=answers, values=values, asked=asked, resolution=resolution, notes=notes
    )


def conflict_of(init_facts: InitFacts, given: Mapping[str, Value]) -> Conflict | None:
    """Why these answers cannot work together; None if they do, or one of them cannot be read."""
    try:
        choice = _choose(init_facts, given)
    except InputError:
        return None
    return choice if isinstance(choice, Conflict) else None


def _works(init_facts: InitFacts, given: Mapping[str, Value]) -> bool:
    """Whether these answers lead to a container: the whole plan is made, nothing is compared."""
    choice = _choose(init_facts, given)
    if isinstance(choice, Conflict):
        return False
    build = choice.resolution.build
    if init_facts.project.legacy and build and parse_version(build.version) >= (2,):
        return False
    make_plan(choice.answers, choice.resolution, init_facts.project, choice.host)
    return True


def _recorded(
    init_facts: InitFacts, given: Mapping[str, Value], choice: _Choice
) -> dict[str, Value]:
    """The answers to keep: those that were given now or earlier."""
    # GPUs that were free are those that are recorded: another run shall not choose others.
    kept = worth_recording(given, choice.host)
    kept |= {"gpus": choice.values["gpus"]} if "gpus" in kept else {}
    kept |= {"config": choice.answers.config} if choice.answers.config else {}
    before = of_this_host(init_facts.record.answers, given)
    return {**before, **kept, **remembered_answers(choice.values)}


def _doubts_of_paths(
    init_facts: InitFacts, answers: Answers, recorded: Mapping[str, Value]
) -> list[str]:
    if answers.target is Target.LOCAL:
        return missing_sources(recorded.get("mount", ()), init_facts.root)
    if init_facts.seen is None or init_facts.seen.age_s is not None:
        return []
    workspace = str(recorded["workspace"])
    return [
        *path_doubts(answers, workspace, init_facts.host, init_facts.ssh_config),
        *need_doubts(answers, init_facts.root, workspace, init_facts.ssh_config),
    ]


def marked(decided: Decided, paths: Collection[str], status: Status) -> Decided:
    """The same decision with another fate of the files at `paths`: replaced, or kept."""
    changes = tuple(
        replace(change, status=status) if change.path in paths else change
        for change in decided.changes
    )
    return replace(decided, changes=changes)


def check_whole(decided: Decided) -> None:
    """Raise InputError if a file of the user's would make the configuration half theirs."""
    kept = {change.path for change in decided.changes if change.status == "kept"}
    if half := [path for path in decided.foreign if path in kept]:
        raise InputError(
            f"{half[0]} is yours, and the configuration would be half yours and half new",
            hint="write a second configuration: scaffold init --config gpu; or --overwrite",
        )


def write(decided: Decided) -> list[Path]:
    """Write what is new or changed, all or nothing, and return the backups made.

    Raises InputError, with nothing changed, if the disk is full or read-only, and as
    `check_whole` does.
    """
    check_whole(decided)
    root = decided.init_facts.root
    if decided.init_facts.preset:
        root.mkdir(parents=True, exist_ok=True)
    return write_changes(root, decided.changes)
