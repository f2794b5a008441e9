"""The findings in docs, generated from the rules: python -m tools.findings_page"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scaffold.checks import container
from scaffold.checks.host import TOPICS, check_host, network
from scaffold.checks.host.fit import fit_topic
from scaffold.checks.topics import Topic
from scaffold.cli.outcomes import command_line
from scaffold.findings import Finding, Rule, Step
from scaffold.parsing.host import read_host
from scaffold.resolver.resolution import Wishes
from tests.checks.hosts import host
from tests.checks.reported import recorded
from tests.checks.reported_rows import ROWS
from tests.checks.situations import SITUATIONS

DOCS = Path(__file__).parents[1] / "docs"
PAGE, VERIFY_PAGE = DOCS / "host-check.md", DOCS / "verify.md"
BEGIN, END = "<!-- findings: make docs -->\n", "<!-- end of findings -->\n"


def table(topics: Iterable[Topic[Any]]) -> str:
    """A part for each topic, a row for each rule in the order of the checks."""
    lines = []
    for topic in topics:
        lines += [f"### {topic.title}", "", "| id | level | what is wrong | why it matters |"]
        lines += ["| --- | --- | --- | --- |"]
        for rule in topic.rules:
            cells = (f"`{rule.id}`", rule.level.value, rule.title, rule.why)
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def entries(topics: Iterable[Topic[Any]]) -> str:
    """A part for each topic, and for each of its rules symptom, cause and fix."""
    samples = _samples()
    lines = []
    for topic in topics:
        lines += [f"### {topic.title}", ""]
        for rule in topic.rules:
            lines += [*_entry(rule, samples.get(rule.id)), ""]
    return "\n".join(lines)


def _entry(rule: Rule, sample: Finding | None) -> list[str]:
    """One rule; its fix is that of a sample host, since commands depend on the distribution."""
    lines = [f"#### `{rule.id}` ({rule.level.value})", f"{rule.title}.", ""]
    if rule.symptom:
        lines.append(f"- **Error message:** `{rule.symptom}`")
    lines.append(f"- **Cause:** {rule.why}")
    steps = sample.fix if sample else rule.fix
    lines += [f"- **Fix:** {_step(step)}" for step in steps]
    lines.append(f"- **Source:** {rule.source}")
    return lines


def _step(step: Step) -> str:
    """A step as words and its command, where that is short enough to read."""
    command = command_line(step) if step.argv else ""
    return f"{step.why} `{command}`" if command and len(command) < LONGEST else step.why


LONGEST = 100


def _samples() -> dict[str, Finding]:
    """A finding of each rule: those of the reported hosts, then those of made-up facts."""
    hosts = [read_host(recorded(row)) for row in ROWS]
    hosts += [host(**changes) for _, changes, _ in SITUATIONS]
    found: dict[str, Finding] = {}
    for facts in hosts:
        for outcome in check_host(facts):
            for finding in outcome.findings:
                found.setdefault(finding.id, finding)
    return found


def with_table(page: str) -> str:
    """The page of `host check` with the present findings."""
    return _filled(page, entries((*TOPICS, network.TOPIC, fit_topic(Wishes()))))


def with_verify_table(page: str) -> str:
    """The page of `verify` with the present table."""
    return _filled(page, table(container.TOPICS))


def _filled(page: str, findings: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{findings}{END}{after}"


if __name__ == "__main__":
    for path, filled in ((PAGE, with_table), (VERIFY_PAGE, with_verify_table)):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
