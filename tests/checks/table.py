"""The table of findings in docs/host-check.md, made from the rules: python -m tests.checks.table"""

from pathlib import Path

from scaffold.checks.host import TOPICS, network
from scaffold.checks.host.fit import fit_topic
from scaffold.resolution import Wishes

PAGE = Path(__file__).parents[2] / "docs" / "host-check.md"
BEGIN, END = "<!-- findings: make docs -->\n", "<!-- end of findings -->\n"


def table() -> str:
    """A part for each topic, a row for each rule in the order in which they are looked for."""
    lines = []
    for topic in (*TOPICS, network.TOPIC, fit_topic(Wishes())):
        lines += [f"### {topic.title}", "", "| id | level | what is wrong | why it matters |"]
        lines += ["| --- | --- | --- | --- |"]
        for rule in topic.rules:
            cells = (f"`{rule.id}`", rule.level.value, rule.title, rule.why)
            lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines)


def with_table(page: str) -> str:
    """The page with the present table."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
