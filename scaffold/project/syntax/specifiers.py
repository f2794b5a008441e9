"""Version constraints of pip, Poetry and conda, as PEP 440 specifier sets.

Written without `packaging`, whose import would take half the time of reading a small repository;
the tests compare every result with it.
"""

import re

_VERSION = (
    r"v?(?:\d+!)?\d+(?:\.\d+)*(?:[-_.]?(?:alpha|beta|preview|pre|rc|a|b|c)[-_.]?\d*)?"
    r"(?:[-_.]?(?:post|rev|r)[-_.]?\d*)?(?:[-_.]?dev[-_.]?\d*)?"
)
_CLAUSE = re.compile(
    rf"(===|==|~=|!=|<=|>=|<|>)\s*({_VERSION})(\.\*)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.IGNORECASE | re.ASCII,
)
_RELEASE = re.compile(r"v?\d+(?:\.\d+)*", re.ASCII)
_SEMVER = re.compile(r"(\^|~(?!=)|==?(?!=)|)\s*v?(\d+(?:\.\d+)*)(\.\*)?", re.ASCII)


MAX_CLAUSES = 50
"""Comparing specifier sets takes time that is quadratic in their clauses."""


def pep440(text: str) -> tuple[str, str] | None:
    """The specifier set without spaces and local versions, and the first local version.

    None if the text is no specifier set, or one of more than 50 clauses. `>=1.7.*`, which
    PEP 440 no longer allows but old requirement files hold, is read as `>=1.7`.
    """
    clauses, local = [], ""
    if text.count(",") > MAX_CLAUSES:
        return None
    for part in text.strip().strip("()").split(","):
        if not part.strip():
            continue
        match = _CLAUSE.fullmatch(part.strip())
        if match is None:
            return None
        operator, version, star, build = match[1].replace("===", "=="), match[2], match[3], match[4]
        if operator == "~=" and "." not in version:
            return None
        keeps_star = star and operator in {"==", "!="} and _RELEASE.fullmatch(version)
        clauses.append(f"{operator}{version}{'.*' if keeps_star else ''}")
        local = local or (build or "")
    return ",".join(clauses), local


def from_poetry(text: str) -> str | None:
    """Poetry's constraint: `^2.1` is `>=2.1,<3`, a bare `2.1.0` is `==2.1.0`, `*` is any.

    Of alternatives (`^1.13 || ^2.0`) the last one counts. None if it cannot be read.
    """
    last = re.split(r"\|\|?", text)[-1].strip()
    if last in {"", "*"}:
        return ""
    # The operator may be separated from its version, clauses by a comma or by spaces.
    joined = re.sub(r"([<>=~^!])\s+", r"\1", last)
    clauses = [_poetry_clause(part) for part in re.split(r"[,\s]+", joined) if part]
    return None if None in clauses else ",".join(clause for clause in clauses if clause)


def _poetry_clause(part: str) -> str | None:
    match = _SEMVER.fullmatch(part)
    if match is None:
        found = pep440(part)
        return found[0] if found else None
    operator, version, star = match[1], match[2], match[3]
    if operator == "^":
        return f">={version},<{_caret_end(version)}"
    if operator == "~":
        return f">={version},<{_bumped(version, min(1, version.count('.')))}"
    return f"=={version}{star or ''}"


def _caret_end(version: str) -> str:
    # The leftmost digit that is not zero may not change: ^0.4.2 ends at 0.5.
    parts = version.split(".")
    first = next((i for i, part in enumerate(parts) if int(part[:9])), len(parts) - 1)
    return _bumped(version, first)


def _bumped(version: str, index: int) -> str:
    parts = version.split(".")[: index + 1]
    return ".".join([*parts[:-1], str(int(parts[-1][:9]) + 1)])


def from_conda(text: str) -> str | None:
    """conda's version: `=2.1` is `==2.1.*`, `2.1.0` is exact; of `a|b` the last counts.

    None if the text cannot be read.
    """
    last = text.rsplit("|", maxsplit=1)[-1].strip().strip("'\"")
    clauses = [_conda_clause(part.strip()) for part in last.split(",") if part.strip()]
    return None if None in clauses else ",".join(clause for clause in clauses if clause)


def _conda_clause(part: str) -> str | None:
    if part == "*":
        return ""
    match = _SEMVER.fullmatch(part)
    if match is None or match[1] in {"^", "~"}:
        found = pep440(part if part[0] in "<>=!~" else f"=={part}")
        return found[0] if found else None
    operator, version, star = match[1], match[2], match[3]
    # `=1.11.0` means 1.11.0 and its builds; three numbers name one release already.
    fuzzy = star or (operator == "=" and version.count(".") < 2)
    return f"=={version}{'.*' if fuzzy else ''}"


def minor_python(version: str) -> str | None:
    """`3.11.4` as `==3.11.*`: wheels and images are chosen by minor release alone."""
    match = re.match(r"(?:c?python[-@]?)?\s*(\d+)(?:\.(\d+))?(?:[.\s]|$)", version, re.ASCII)
    if match is None:
        return None
    return f"=={match[1]}.{match[2]}.*" if match[2] else f"=={match[1]}.*"


def relaxed(spec: str) -> str:
    """A Python range in which an exact patch release (`==3.8.5`) counts as its minor."""
    return re.sub(r"==(\d+\.\d+)(?:\.\d+)*(?:\.\*)?(?=,|$)", r"==\1.*", spec)


def joined(*specs: str) -> str:
    """Several specifier sets as one: each clause once, of several bounds the tightest.

    `>=2.14,<2.15` and `>=2.14` are `>=2.14,<2.15`.
    """
    clauses = [clause for spec in specs for clause in spec.split(",") if clause]
    kept = dict.fromkeys(clauses)
    for operator, tightest in ((">=", max), ("<", min)):
        bounds = [one for one in kept if re.fullmatch(rf"{operator}\d[\d.]*", one)]
        best = tightest(bounds, key=_numbers, default="")
        kept = {one: None for one in kept if one not in bounds or one == best}
    return ",".join(kept)


def _numbers(clause: str) -> tuple[int, ...]:
    return tuple(int(part[:9]) for part in re.findall(r"\d+", clause))


def satisfies(version: str, spec: str) -> bool:
    """Whether a version is in a specifier set; True if either cannot be read."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    try:
        return SpecifierSet(spec).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def cuda_release(text: str) -> str | None:
    """The CUDA release in a tag of wheels or builds: `cu124`, `cuda11.8`, `cuda-12.4.1`.

    `cu12` alone names no release. None if none is named.
    """
    if match := re.search(r"(?<![a-z])cu(1[0-9])(\d)(?!\d)", text, re.ASCII):
        return f"{match[1]}.{match[2]}"
    match = re.search(r"cuda[-_]?(1[0-9])[._](\d{1,2})(?!\d)", text, re.ASCII)
    return f"{match[1]}.{match[2]}" if match else None
