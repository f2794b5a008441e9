"""The table of options in docs/containers.md: python -m tools.containers_page"""

from pathlib import Path

from tests.lab.support.container_options import (
    CLI_ONLY,
    EXCEPTIONS,
    IMAGE_OPTIONS,
    NEWER_CLI_ONLY,
    NEWER_OPTIONS,
    OPTIONS,
    REFUSED_BY,
    REFUSED_HERE,
    SUITES,
)

PAGE = Path(__file__).parents[1] / "docs" / "containers.md"
BEGIN, END = "<!-- options: make docs -->\n", "<!-- end of options -->\n"


def table() -> str:
    """What is tried, counted, and each exception with its reason."""
    tried = sorted({name.split(",")[0] for name in OPTIONS})
    counted = (
        f"`docker run` of Docker 20.10 has {len(tried) + len(CLI_ONLY)} options. {len(tried)} end "
        f"up in a container's settings; they are tried in {len(OPTIONS)} ways on a real engine, "
        f"and {len(IMAGE_OPTIONS)} more with an image that sets everything itself. "
        f"{len(CLI_ONLY)} do not end up there."
    )
    lines = [
        counted,
        "",
        f"Tried: {', '.join(f'`{name}`' for name in tried)}.",
        "",
        "| exception | what differs, and why |",
        "| --- | --- |",
        *(f"| {name} | {reason} |" for name, reason in EXCEPTIONS.items()),
        *(
            f"| `{name}` | {reason} |"
            for name, reason in (CLI_ONLY | NEWER_CLI_ONLY).items()
            if reason
        ),
        "",
        "| engine | tried | not taken by it |",
        "| --- | --- | --- |",
        _engine("20.10", len(OPTIONS) - len(REFUSED_HERE), REFUSED_HERE),
        _engine("20.10, rootless", len(OPTIONS) - 2, {"--runtime": "", "--storage-opt": ""}),
        *(_newer(suite, version) for suite, version in SUITES.items()),
        "",
        _newer_options(),
    ]
    return "\n".join(lines) + "\n"


def _newer_options() -> str:
    names = ", ".join(f"`{name}`" for name in NEWER_OPTIONS)
    return f"Only newer engines know: {names}. Each is equal again on those that take it."


def _newer(suite: str, version: str) -> str:
    refused = REFUSED_BY[suite]
    return _engine(version, len({**OPTIONS, **NEWER_OPTIONS}) - len(refused), refused)


def _engine(version: str, ways: int, refused: dict[str, str]) -> str:
    """One engine: in how many ways options were tried there, and what it refuses."""
    names = ", ".join(f"`{name}`" for name in refused)
    return f"| Docker {version} | {ways} ways, and {len(IMAGE_OPTIONS)} of the image | {names} |"


def with_table(page: str) -> str:
    """The page with the present table."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
