"""The open fixes of a host as a shell script that an administrator reads and runs as root."""

import shlex
from collections.abc import Iterable

from scaffold.findings import Interrupts, Step
from scaffold.host.admin_shell import HEAD, MAIN
from scaffold.host.fixing import Proposal, shown
from scaffold.host.record import record_of
from scaffold.host.record_script import RECORD
from scaffold.records import dataclass

BY = "administrator"
"""Who made a change, in the records of this script; `host setup --undo` leaves those alone."""

_SPECIAL = frozenset('$`"\\!')


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminRequest:
    """What the script is for; `stamp` is part of its records' names and unlike any other's."""

    host: str
    user: str
    stamp: str
    fixes: tuple[Proposal, ...]
    by_hand: tuple[str, ...] = ()


def admin_script(request: AdminRequest) -> str:
    """The whole script; it passes shellcheck and can be run again."""
    title = f"{request.host}: changes that let {request.user} run GPU containers"
    parts = [HEAD.format(title=_plain(title)), _comments(request)]
    if not request.fixes:
        return "".join([*parts, "echo 'No command is known for these changes.'\n"])
    parts += ["set -u\n", RECORD]
    routine = " ".join(one.finding.id for one in request.fixes if not one.own_choice)
    parts.append(f"\nstamp={shlex.quote(request.stamp)}\nroutine={shlex.quote(routine)}\n")
    parts += [_function(request, number) for number in range(len(request.fixes))]
    parts += [_list_function(request), _dispatch(request), MAIN, _ending(request)]
    return "".join(parts)


def admin_text(request: AdminRequest) -> tuple[str, ...]:
    """The same fixes as lines to paste into a message."""
    lines = [f"{request.host}: please make these changes, so that {request.user} can run GPU"]
    lines[0] += " containers."
    for number, fix in enumerate(request.fixes, 1):
        lines += ["", f"{number}. {_title(fix)}", *(f"   {line}" for line in _reasons(fix))]
        lines += [f"   {line}" for step in _root_steps(fix) for line in _commented(step)]
    lines += ["", *request.by_hand] if request.by_hand else []
    return tuple(lines)


def _root_steps(fix: Proposal) -> tuple[Step, ...]:
    return tuple(step for step in fix.steps if step.sudo)


def _title(fix: Proposal) -> str:
    choice = " (your decision)" if fix.own_choice else ""
    return f"{fix.finding.id}{choice}: {fix.finding.message}"


def _reasons(fix: Proposal) -> list[str]:
    undo = "; ".join(shlex.join(argv) for argv in fix.undo)
    found = [f"Reason: {fix.finding.why}"] if fix.finding.why else []
    found.append(f"Interrupts: {fix.interruption}")
    return [*found, f"Undo: {undo}" if undo else "Undo: restore the files and packages from before"]


def _commented(step: Step) -> list[str]:
    why, *commands = shown(step, root=False, whole=False)
    return [f"# {why}", *(line.removeprefix("    ") for line in commands)]


def _comments(request: AdminRequest) -> str:
    lines: list[str] = []
    for number, fix in enumerate(request.fixes, 1):
        lines += [f"{number}. {_title(fix)}", *(f"   {line}" for line in _reasons(fix))]
    lines += request.by_hand
    return "".join(f"# {_plain(line)}\n" for line in lines)


def _function(request: AdminRequest, number: int) -> str:
    """One fix as functions: one for each script of its steps, and one that runs all steps."""
    fix = request.fixes[number]
    scripts: list[str] = []
    calls: list[str] = []
    for count, step in enumerate(_root_steps(fix)):
        command, script = _command(step, f"script_{number + 1}_{count + 1}")
        scripts.append(script)
        calls += _call(request, fix, step, command, f"{number + 1:02}-{count + 1:02}")
    body = "\n".join(calls)
    title = _plain(f"{fix.finding.id}: {fix.finding.message}")
    return f"{''.join(scripts)}\n# {title}\nfix_{number + 1}() {{\n{body}\n}}\n"


def _call(
    request: AdminRequest, fix: Proposal, step: Step, command: str, number: str
) -> Iterable[str]:
    yield f"  # {_plain(step.why)}"
    if step.interrupts is Interrupts.MACHINE:
        yield f"  say {_quoted('Reboot this machine when it suits: ' + step.why)}"
        return
    name = f"{request.stamp}-{number}-{fix.finding.id}"
    stops = step.interrupts is Interrupts.CONTAINERS
    record = record_of(step, name, fix.finding.id, BY, stops=stops)
    words = [name, record.about(), record.undo, "\n".join(record.files)]
    yield f"  step {' '.join(map(_quoted, words))} \\\n    {command} || return 1"


def _command(step: Step, name: str) -> tuple[str, str]:
    """The command of a step, and the function that prints its script if it has one."""
    if step.argv[:2] != ("sh", "-c"):
        return " ".join(map(_quoted, step.argv)), ""
    mark = "SCRIPT"
    while mark in step.argv[2]:
        mark += "_"
    text = step.argv[2].rstrip("\n")
    script = f"\n{name}() {{\n  cat <<'{mark}'\n{text}\n{mark}\n}}\n"
    words = " ".join(map(_quoted, step.argv[3:]))
    return f'sh -c "$({name})" {words}'.rstrip(), script


def _list_function(request: AdminRequest) -> str:
    lines = [f"  printf '%s\\n' {_quoted(_plain(_title(fix)))}" for fix in request.fixes]
    return "\nlist_fixes() {\n" + "\n".join(lines or ["  :"]) + "\n}\n"


def _dispatch(request: AdminRequest) -> str:
    rows = []
    for number, fix in enumerate(request.fixes, 1):
        name, stops = shlex.quote(fix.finding.id), "yes" if fix.restarts_docker else "no"
        rows += [f"    {name})", f"      may_run {name} {stops} || return 0"]
        rows += [f"      fix_{number}", f'      ended {name} "$?"', "      ;;"]
    unknown = '    *) say "no such fix: $1" >&2; exit 2 ;;'
    return "\nrun_fix() {\n  case $1 in\n" + "\n".join([*rows, unknown]) + "\n  esac\n}\n"


def _ending(request: AdminRequest) -> str:
    own = [fix.finding.id for fix in request.fixes if fix.own_choice]
    lines = []
    if own:
        text = f"Your decision, not run by itself: {', '.join(own)}"
        lines.append(f'[ -n "$chosen" ] || say {_quoted(text)}')
    command = f"scaffold host setup {shlex.quote(request.host)}"
    lines.append(f"say {_quoted(f'{request.user} can now run: {command}')}")
    return "\n".join([*lines, 'exit "$failed"', ""])


def _plain(text: str) -> str:
    """Text for one comment line: a host's words cannot begin a line of their own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _quoted(word: str) -> str:
    """A word of the script, in double quotes if its characters look like a mistake."""
    if not _SPECIAL & set(word):
        return shlex.quote(word)
    return '"' + "".join(f"\\{c}" if c in '$`"\\' else c for c in word) + '"'
