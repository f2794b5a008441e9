"""docs/installable.md, made from the record."""

from collections.abc import Callable, Iterator
from itertools import groupby

from tools.installable.answers import BESIDE
from tools.installable.record import RESOLVES, Answer, load

HEAD = """\
# What can be installed
The resolver was asked for each build of PyTorch, TensorFlow, JAX and ONNX Runtime in the catalogue, for a host that gets this build, together with the packages that most projects have beside it ({beside}) if a release of them goes with it. `uv pip compile` then resolved each answer (Python, requirements, index) for its Python and platform: uv {uv}, {recorded}. {summary}

"Out of reach" counts answers whose wheels are on an index that did not answer when this table was recorded (PyTorch's own indexes, JAX's page of wheels): these answers are unverified. "Not offered" counts builds that the resolver gives no host.

| framework | variant | platform | resolve | fail | out of reach | not offered |
| --- | --- | --- | --- | --- | --- | --- |
"""  # noqa: E501

TAIL = """
Recorded by `python -m tools.installable`; `make docs` makes this page from the record.
"""

TESTS: dict[str, Callable[[Answer], bool]] = {
    "resolve": lambda row: row.outcome == RESOLVES,
    "fail": lambda row: row.outcome != RESOLVES and not row.outcome.startswith("not "),
    "out of reach": lambda row: row.outcome.endswith("out of reach"),
    "not offered": lambda row: row.outcome.startswith("not offered"),
    "stopped": lambda row: row.outcome.endswith("was stopped"),
}


def page() -> str:
    """The page."""
    record = load()
    rows = record.answers
    counts = {word: sum(map(test, rows)) for word, test in TESTS.items()}
    summary = (
        f"Of {len(rows)} builds, {counts['resolve']} resolve, {counts['fail']} fail, "
        f"{counts['out of reach']} are out of reach and {counts['not offered']} are not offered"
    )
    stopped = counts["stopped"]
    summary += f"; {stopped} were not tried, since the run was stopped." if stopped else "."
    beside = ", ".join(name for names in BESIDE.values() for name in names)
    head = HEAD.format(uv=record.uv, recorded=record.recorded, summary=summary, beside=beside)
    lists = (*_fails(rows), *_unreached(rows), *_refused(rows))
    return head + "\n".join((*_table(rows), "", *lists)) + TAIL


def _group(row: Answer) -> tuple[str, str, str]:
    return row.framework, row.variant, row.arch


def _table(rows: tuple[Answer, ...]) -> Iterator[str]:
    for key, group in groupby(sorted(rows, key=_group), _group):
        found = list(group)
        words = ("resolve", "fail", "out of reach", "not offered")
        counts = [str(sum(map(TESTS[word], found))) for word in words]
        yield f"| {' | '.join((*key, *counts))} |"


def _fails(rows: tuple[Answer, ...]) -> Iterator[str]:
    yield "## What fails"
    failed = [row for row in rows if TESTS["fail"](row)]
    if not failed:
        yield "Nothing."
    for row in failed:
        yield f"- {' '.join(row.requirements)} (Python {row.python}, {row.arch}): {row.outcome}"
    yield ""


def _unreached(rows: tuple[Answer, ...]) -> Iterator[str]:
    yield from ("## Out of reach", "| index | releases |", "| --- | --- |")
    for index, group in _by(rows, "out of reach", lambda row: row.index):
        texts = (f"{row.requirements[0]} ({row.arch})" for row in group)
        yield f"| {index} | {', '.join(dict.fromkeys(texts))} |"
    yield ""


def _refused(rows: tuple[Answer, ...]) -> Iterator[str]:
    yield from ("## Not offered", "| reason | builds |", "| --- | --- |")
    for reason, group in _by(rows, "not offered", lambda row: row.outcome.partition(": ")[2]):
        texts = (f"{row.framework} {row.release} {row.variant} ({row.arch})" for row in group)
        yield f"| {reason} | {', '.join(dict.fromkeys(texts))} |"


def _by(
    rows: tuple[Answer, ...], word: str, key: Callable[[Answer], str]
) -> Iterator[tuple[str, list[Answer]]]:
    found = sorted(filter(TESTS[word], rows), key=key)
    for name, group in groupby(found, key):
        yield name, list(group)
