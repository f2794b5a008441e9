"""The questions of one run of `init`: asked where they are open, and changed on wish."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.answers.explanations import part_of
from scaffold.answers.for_host import HOSTS_OWN, of_this_host, reconciled
from scaffold.answers.free_gpus import freest, in_use, usage
from scaffold.answers.question import Question, Value
from scaffold.answers.questions import QUESTIONS
from scaffold.cli import report
from scaffold.cli.init.prompts import ask_host, ask_question, ask_what_to_change
from scaffold.cli.init.report import show_host, shown_value
from scaffold.cli.terminal import say
from scaffold.commands.init.init import InitFacts, conflict_of, read_init_facts
from scaffold.commands.init.local_mounts import missing_sources
from scaffold.commands.init.wishes import why_not_on
from scaffold.facts import HostFacts
from scaffold.parsing.untrusted.printable import printable
from scaffold.project.facts import ProjectFacts

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer

RESOLVED = frozenset({"framework", "python", "image", "stack", "gpu", "driver", "gpu_model"})
"""Questions whose answers the resolver can refuse."""

FILTERED = frozenset({"stack", "gpu"})
"""Choices of which the impossible ones are not offered."""

PLACES = ("host", *HOSTS_OWN)


class Interview:
    """What is known and what was asked; `given` are answers that differ from their defaults."""

    def __init__(
        self, init_facts: InitFacts, given: Mapping[str, Value], ssh_config: Path | None = None
    ) -> None:
        self.facts = init_facts
        self.given = reconciled(given)
        self._ssh_config = ssh_config
        self._asked: set[str] = set()
        self._part = ""

    def ask_open(self) -> None:
        """Ask what is not given, was not asked and still matters; ^C raises KeyboardInterrupt."""
        if not self._asked:
            report.paragraph("Enter takes the suggestion; ? explains a question.", "")
        values: dict[str, Value] = {}
        with ExitStack() as closing:
            for question in QUESTIONS:
                default = self._default(question, values)
                is_open = question.key not in {*self.given, *self._asked}
                if is_open and question.asked(self.facts.project, self.facts.host, values):
                    value = self._ask(question, default, values, closing)
                    if value != default:
                        self._take(question.key, value)
                    values[question.key] = value
                else:
                    values[question.key] = self.given.get(question.key, default)

    def change(self) -> bool:
        """Ask one answer again, and what the new one makes matter; False if none is chosen."""
        values: dict[str, Value] = {}
        for question in QUESTIONS:
            default = self._default(question, values)
            values[question.key] = self.given.get(question.key, default)
        matter = {one.key: one for one in QUESTIONS if self._matters(one, values)}
        rows = [(key, f"{key:<16} {shown_value(values[key])}") for key in matter]
        key = ask_what_to_change(rows)
        if not key:
            return False
        question = matter[key]
        with ExitStack() as closing:
            self._take(key, self._ask(question, values[key], values, closing))
        self.ask_open()
        return True

    def _matters(self, question: Question, values: Mapping[str, Value]) -> bool:
        """Whether an answer can be changed at the end: all that was asked, or could have been."""
        if question.key in {"project_dir", "advanced"}:
            return False
        if question.key in {"framework", "name", *self.given}:
            return True
        every = {**values, "advanced": True}
        return question.asked(self.facts.project, self.facts.host, every)

    def _default(self, question: Question, values: Mapping[str, Value]) -> Value:
        """The answer of an earlier run, the user's own default, or what the facts suggest."""
        record = self.facts.record.answers
        before = {**self.facts.defaults, **of_this_host(record, self.given)}
        if question.key in before:
            return before[question.key]
        return question.default(self.facts.project, self.facts.host, {**self.given, **values})

    def _take(self, key: str, value: Value) -> None:
        """Keep an answer; another host or target makes answers of the old one void."""
        if key in {"target", "host"}:
            for name in PLACES:
                self.given.pop(name, None)
                self._asked.discard(name)
        self.given = reconciled({**self.given, key: value})
        by = {name: one for name, one in self.facts.given_by.items() if name != key}
        self.facts = replace(self.facts, given_by=by)
        if key == "host" or (key == "target" and self.facts.seen):
            self._read_again(str(self.given.get("host", "")))

    def _read_again(self, host: str) -> None:
        from scaffold.cli.init.answering import wanted_host

        wanted = wanted_host(host, self._ssh_config, cached=False)
        by = self.facts.given_by
        self.facts = read_init_facts(self.facts.root, self.given, wanted, self.facts.preset)
        self.facts = replace(self.facts, given_by=by)
        show_host(self.facts)

    def _ask(
        self, question: Question, default: Value, values: Mapping[str, Value], closing: ExitStack
    ) -> Value:
        """Ask; what cannot work is explained, and the same answer again keeps it."""
        self._asked.add(question.key)
        self._head(question.key)
        proposal = self._proposal(question, default)
        refused: Value | None = None
        while True:
            value = self._prompt(question, proposal, values, closing)
            # A suggestion is not the user's mistake; the summary explains what rules it out.
            kept = value in {default, refused}
            doubt = "" if kept else self._doubt(question, value, values)
            if not doubt:
                return value
            report.paragraph(doubt, "yellow")
            report.paragraph("Give the same answer again to keep it.")
            proposal = refused = value

    def _prompt(
        self, question: Question, default: Value, values: Mapping[str, Value], closing: ExitStack
    ) -> Value:
        if question.key == "host":
            from scaffold.cli.shell.values import server_names

            return ask_host(question, server_names(self._ssh_config), str(default))
        completer = self._completer(question, values, closing)
        left_out = self._impossible(question, values)
        return ask_question(question, default, left_out=left_out, completer=completer)

    def _head(self, key: str) -> None:
        if (part := part_of(key)) != self._part:
            self._part = part
            report.heading(part)

    def _proposal(self, question: Question, default: Value) -> Value:
        if question.key == "gpus" and default == "all":
            return _freest_gpus(self.facts.host) or default
        if question.key == "image" and not default:
            return _image_of(self.facts.project, self.facts.host)
        return default

    def _impossible(self, question: Question, values: Mapping[str, Value]) -> list[str]:
        """The choices that nothing fits together with the answers so far; none if all are so."""
        if question.key not in FILTERED:
            return []
        names = [name for name, _ in question.choices]
        bad = [name for name in names if self._refusal(question.key, name, values)]
        if not bad or len(bad) == len(names):
            return []
        report.paragraph(f"left out, since it does not fit: {', '.join(bad)}")
        return bad

    def _doubt(self, question: Question, value: Value, values: Mapping[str, Value]) -> str:
        """Why an answer cannot work; empty if nothing speaks against it."""
        if question.key in RESOLVED:
            return self._refusal(question.key, value, values)
        if question.key == "mount" and values.get("target") == "local":
            return "; ".join(missing_sources(value, self.facts.root))
        return ""

    def _refusal(self, key: str, value: Value, values: Mapping[str, Value]) -> str:
        # What was asked with its default counts too, but of a server only what is given.
        known = {name: one for name, one in values.items() if name in self._asked}
        conflict = conflict_of(self.facts, {**known, **self.given, key: value})
        return f"{conflict.wish}: {conflict.fact}" if conflict else ""

    def _completer(
        self, question: Question, values: Mapping[str, Value], closing: ExitStack
    ) -> "Completer | None":
        """Completes folders of the host in the question for mounts, and the names of mirrors."""
        if question.key == "mirror":
            from scaffold.answers.mirrors import public_mirrors
            from scaffold.cli.completion import Words

            return Words(public_mirrors())
        if question.key != "mount" or not values.get("host"):
            return None
        from scaffold.adapters.ssh.remote_paths import FolderNames
        from scaffold.cli.completion import RemoteFolders

        home = self.facts.host.login.home or ""
        names = FolderNames(str(values["host"]), home, self._ssh_config)
        closing.callback(names.close)
        return RemoteFolders(names)


def _freest_gpus(host: HostFacts) -> str:
    """Show how each GPU is used; the freest if any is in use, else nothing."""
    gpus = host.gpus or ()
    for gpu in gpus:
        say(f"  GPU {gpu.index}: {gpu.name}, {', '.join(usage(gpu))}")
    if not any(map(in_use, gpus)):
        return ""
    say("  use at the time of the check; nothing is reserved")
    return f"device={freest(gpus)[0].index}"


def _image_of(project: ProjectFacts, host: HostFacts) -> str:
    """Say what the project's own Dockerfile builds on; the image if it runs on the host."""
    named = project.base_image
    if named is None:
        return ""
    say(f"  {printable(named.where)} builds on {printable(named.text)}")
    refusal = why_not_on(named.text, host)
    if refusal:
        say(f"  not proposed: {printable(refusal)}")
    return "" if refusal else named.text


def open_questions(given: Mapping[str, Value], project: ProjectFacts, host: HostFacts) -> list[str]:
    """The flags of the questions that would be asked at a terminal."""
    values: dict[str, Value] = {}
    flags = []
    for question in QUESTIONS:
        default = question.default(project, host, {**given, **values})
        values[question.key] = given.get(question.key, default)
        if question.key not in given and question.asked(project, host, values):
            flags.append(question.flag)
    return [flag for flag in flags if flag != "--advanced"]
