"""The page of containers from public questions: what recreate and adopt do with each."""

from tests.lab.support.public_containers import ADOPT_OPEN, QUESTIONS, RECREATE_OPEN, Question

HEAD = """# Containers of public questions

Containers that people show in public issues, rebuilt on a real Docker 20.10 engine with the
settings that they give. `make long` tries each one twice: `recreate` adds a port and a volume,
and every other setting and the files must be equal afterwards; `adopt` writes a `.devcontainer/`,
builds it with `docker build`, and packages, files, users and settings must equal the original,
except for settings that it names before it writes (health check, labels, log driver, restart
policy, further networks, links, published ports).

| question | container | recreate | adopt |
| --- | --- | --- | --- |
"""

LIMITS = """
## Limits
- Images are stand-ins with the same user, entrypoint and variables; programs are `sleep`.
- GPUs and other devices are stand-ins, and networks are bridges: the tests' kernel has neither
  macvlan nor ipvlan.
- The tests' machine may not raise limits of its own. Containers that ask for more are "started
  without" it, by a runtime that leaves it out; their settings are compared as they were given.
- Compose files are started by docker-compose 1.29. Only the shown container is tried.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(map(_row, QUESTIONS.items())) + LIMITS


def _row(item: tuple[str, Question]) -> str:
    where, question = item
    name, _, number = where.partition("#")
    link = f"[{where}](https://github.com/{name}/issues/{number})"
    return f"| {link} | {question.kind} | {_recreate(where)} | {_adopt(where)} |\n"


def _recreate(where: str) -> str:
    question = QUESTIONS[where]
    if where in RECREATE_OPEN:
        return f"not shown: {RECREATE_OPEN[where]}"
    if question.refused:
        return f"refused before it stops: {question.refused}"
    no_port = f"; no port: {question.no_port}" if question.no_port else ""
    beyond = f"; started without {question.beyond}" if question.beyond else ""
    return f"equal{no_port}{beyond}"


def _adopt(where: str) -> str:
    return f"not shown: {ADOPT_OPEN[where]}" if where in ADOPT_OPEN else "equal"
