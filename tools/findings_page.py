"""The tables of findings in docs, made from the rules: python -m tools.findings_page"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scaffold.checks import container
from scaffold.checks.host import TOPICS, network
from scaffold.checks.host.fit import fit_topic
from scaffold.checks.topics import Topic
from scaffold.resolver.resolution import Wishes

DOCS = Path(__file__).parents[1] / "docs"
PAGE, VERIFY_PAGE = DOCS / "host-check.md", DOCS / "verify.md"
BEGIN, END = "<!-- findings: make docs -->\n", "<!-- end of findings -->\n"


def table(topics: Iterable[Topic[Any]]) -> str:
    """A part for each topic, a row for each rule in the order in which they are looked for."""
    lines = []
    for topic in topics:
        lines += [f"### {topic.title}", "", "| id | level | what is wrong | why it matters |"]
        lines += ["| --- | --- | --- | --- |"]
        for rule in topic.rules:
            cells = (f"`{rule.id}`", rule.level.value, rule.title, rule.why)
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def with_table(page: str) -> str:
    """The page of `host check` with the present table."""
    return _filled(page, table((*TOPICS, network.TOPIC, fit_topic(Wishes()))))


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
