"""What `scaffold init` prints: what was found, what was decided, which files and what is next."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from scaffold.answers.free_gpus import usage
from scaffold.answers.question import Value
from scaffold.answers.questions import BY_KEY
from scaffold.cli import report
from scaffold.commands.init.host_files import next_steps
from scaffold.commands.init.init import Decided, InitFacts
from scaffold.commands.init.read import described_host
from scaffold.facts import HostFacts
from scaffold.plan import plan_json
from scaffold.project.facts import Evidence, ProjectFacts
from scaffold.project.report import project_json
from scaffold.units import and_more, duration_text

MARKS = {
    "new": ("+", "green"),
    "changed": ("~", "yellow"),
    "merged": ("~", "yellow"),
    "same": ("=", "dim"),
    "kept": ("!", "red"),
}

SYSTEM = "system package"
NOT_USED = "  (not used)"


def show_found(init_facts: InitFacts, given: Mapping[str, Value]) -> None:
    """Print what was found in the repository, and on the machine that is meant."""
    report.heading(f"In {report.printable(str(init_facts.root.resolve()))}")
    report.table(
        ("fact", "found", "where"),
        shortened(evidence_rows(init_facts.project.evidence))
        or [("nothing", "no file that names a framework or a dependency", "")],
    )
    for problem in init_facts.project.problems:
        report.hanging("  could not read: ", problem, "yellow")
    for note in project_notes(init_facts.project):
        report.hanging("  note: ", note, "yellow")
    if described := described_host(given, init_facts.host):
        report.heading("Where it will run, as given")
        report.pairs(_gpu_rows(described))
    else:
        show_host(init_facts)


def evidence_rows(evidence: Iterable[Evidence]) -> list[tuple[str, str, str]]:
    """One row for each fact: files that say the same are counted, packages of a line are listed."""
    packages: dict[tuple[str, str, str, bool], list[str]] = {}
    for item in evidence:
        name, _, reason = item.text.partition(": ") if item.what == SYSTEM else ("", "", item.text)
        packages.setdefault((item.what, reason, item.where, item.used), []).append(name)
    places: dict[tuple[str, str, bool], list[str]] = {}
    for (what, reason, where, used), names in packages.items():
        listed = ", ".join(filter(None, names))
        # The command is at the place that the row names.
        text = (
            listed
            if listed and " install " in reason
            else ": ".join(filter(None, (listed, reason)))
        )
        places.setdefault((what, text, used), []).append(where)
    return [
        (what, text, _counted(found) + ("" if used else NOT_USED))
        for (what, text, used), found in places.items()
    ]


MAX_UNUSED = 8
"""Rows of one subject that were not followed; the rest is counted."""


def shortened(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The rows, with the first of those that were not followed and the number of the others."""
    kept: list[tuple[str, str, str]] = []
    unused: dict[str, int] = {}
    for row in rows:
        what, _, where = row
        unused[what] = unused.get(what, 0) + where.endswith(NOT_USED)
        if unused[what] <= MAX_UNUSED or not where.endswith(NOT_USED):
            kept.append(row)
    more = ((what, and_more(count - MAX_UNUSED)) for what, count in unused.items())
    return [*kept, *((what, f"{text}, not used".lstrip(), "--json") for what, text in more if text)]


def _counted(places: list[str]) -> str:
    return f"{places[0]}{and_more(len(places) - 1)}"


def project_notes(project: ProjectFacts) -> list[str]:
    """What the user should know before anything is decided."""
    notes = []
    if not project.python_project and project.other_language:
        notes.append(f"no Python project found here, but {project.other_language}")
    if project.siblings:
        others = ", ".join(sibling.path or "." for sibling in project.siblings)
        followed = project.base or "the repository's root"
        count = len(project.siblings) + 1
        notes.append(
            f"{count} projects in this repository: {followed} is followed; to choose another "
            f"folder ({others}): --project-dir"
        )
    return notes


def show_host(init_facts: InitFacts) -> None:
    """Print what was found on this machine, or on the host, and how old it is."""
    report.heading(f"On {where_seen(init_facts)}")
    report.pairs(host_rows(init_facts))
    if init_facts.seen and init_facts.seen.why_old:
        text = f"  not reached now: {report.printable(init_facts.seen.why_old)}"
        report.console().print(text, style="yellow")


def where_seen(init_facts: InitFacts) -> str:
    """Whose facts they are, and their age."""
    if init_facts.seen is None:
        return "this machine"
    if init_facts.seen.age_s is None:
        return f"{init_facts.host.name}, now"
    return f"{init_facts.host.name}, as it was {duration_text(init_facts.seen.age_s)} ago"


def host_rows(init_facts: InitFacts) -> list[tuple[str, str]]:
    """Driver, GPUs and Docker of the machine, each said to be unknown where it is."""
    host = init_facts.host
    docker = host.docker
    rows = [
        *_gpu_rows(host),
        ("Docker", f"{docker.server_version}" if docker else "no engine answers"),
    ]
    if init_facts.seen is None:
        return rows
    memory = "unknown" if host.memory_mib is None else f"{host.memory_mib / 1024:.0f} GiB"
    login = f"{host.login.user or 'unknown'}, uid {host.uid}, gid {host.gid}"
    used = [(f"GPU {gpu.index}", ", ".join(usage(gpu))) for gpu in host.gpus or ()]
    return [*rows, *(used if len(used) > 1 else ()), ("memory", memory), ("login", login)]


def _gpu_rows(host: HostFacts) -> list[tuple[str, str]]:
    names = ", ".join(gpu.name for gpu in host.gpus or ())
    none = ("unknown", "unknown") if host.gpus is None else ("none found", "none")
    return [
        ("GPU", host.gpu_error or names or none[0]),
        ("driver", host.driver_version or none[1]),
    ]


def show_summary(decided: Decided, defaults: dict[str, Value], *, verbose: bool) -> None:
    """Print the decisions, what was taken without asking, and the files, before any is written."""
    out = report.console()
    report.heading("Decided")
    report.print_decisions(decided.resolution.decisions, verbose=verbose)
    packages = ", ".join(decided.answers.apt)
    if packages:
        out.print(f"  system packages: {packages}")
    for warning in (*decided.resolution.warnings, *decided.plan.warnings, *decided.warnings):
        report.hanging("  note: ", warning, "yellow")
    own = {
        key: value for key, value in decided.init_facts.defaults.items() if key not in decided.given
    }
    if own:
        report.heading("From your config (scaffold config)")
        report.pairs((f"--{key}", shown_value(value)) for key, value in own.items())
    if defaults:
        report.heading("Defaults taken (change one with its flag)")
        # No answer at all has no form that a flag could have.
        taken = {key: value for key, value in defaults.items() if value != ""}
        report.pairs((BY_KEY[key].flag, shown_value(value)) for key, value in taken.items())


def shown_value(value: Value) -> str:
    """An answer as the summary prints it."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) or "empty"


def show_files(decided: Decided, *, dry_run: bool, written: bool = False) -> None:
    """Print every file with what happens to it; with a dry run also the whole change."""
    out = report.console()
    title = "Files written" if written else "Files"
    report.heading("Files (nothing written: --dry-run)" if dry_run else title)
    for change in decided.changes:
        mark, colour = MARKS[change.status]
        out.print(f"  {mark} {change.status:<8}{change.path}", style=colour)
        if (dry_run and change.status != "same") or (change.status == "merged" and not written):
            report.print_diff(change.path, change.before or b"", change.after)
    kept = [change.path for change in decided.changes if change.status == "kept"]
    if kept:
        out.print(
            "  Your own files were kept; --overwrite replaces them and keeps a backup.",
            style="yellow",
        )
    out.print(f"  {in_effect(decided)}")


def in_effect(decided: Decided) -> str:
    """Which configuration the tools use now."""
    folder = decided.plan.folder
    own = f"{folder}/devcontainer.json"
    if not decided.answers.config:
        return f"In effect: {own}"
    theirs = ", ".join(config.path for config in decided.init_facts.project.configs)
    choose = f"choose {folder} when VS Code asks, or: scaffold up --config {decided.answers.config}"
    return f"In effect: {theirs} stays as it is, {own} is a second one; {choose}"


def show_next(decided: Decided) -> None:
    """Print what to do now."""
    from scaffold.commands.workspace.next import missing_programs

    report.heading("Next")
    # On a server, the files go there first; up --dry-run says what the server lacks.
    if lacks := "" if decided.answers.host else " and ".join(missing_programs()):
        report.console().print(f"  scaffold doctor   says how to install {lacks}", style="yellow")
    init_facts = decided.init_facts
    for step in next_steps(decided.answers, decided.given, init_facts.ssh_config, init_facts.root):
        report.console().print(f"  {report.printable(step)}")


def document(decided: Decided) -> dict[str, object]:
    """The JSON document: project, resolution, plan and files."""
    seen = decided.init_facts.seen
    return {
        "host": {
            "name": decided.init_facts.host.name,
            "age_s": seen.age_s if seen else None,
            "why_old": seen.why_old if seen else "",
        },
        "project": project_json(decided.init_facts.project),
        "resolution": asdict(decided.resolution),
        "plan": plan_json(decided.plan),
        "warnings": list(decided.warnings),
        "files": [{"path": change.path, "status": change.status} for change in decided.changes],
    }
