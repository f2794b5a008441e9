"""Whether the install commands of a generated Dockerfile resolve on the package index."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 400
_LINE_ASIDE = re.compile(r"^\s*(?:--?[a-z][\w-]*[ =]|-[fi]\s*\S)")
_URL = re.compile(r"(?:git|hg)\+|https?://|^\s*(?:-e|--editable)\b")
_LOCAL_VERSION = re.compile(r"\+(?:cu\d+|cpu|pt[\w.]+)\b")
_OPTIONS_WITH_VALUE = {"-c", "--constraint", "--index-url", "--extra-index-url", "--index-strategy"}
_OPTIONS_WITH_VALUE |= {
    "--extra",
    "--group",
    "--default-index",
    "--prefix",
    "--python",
    "-f",
    "--find-links",
}


@dataclass(slots=True)
class Asked:
    """What the image's commands install: requirement lines, and what this cannot resolve."""

    lines: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    managers: set[str] = field(default_factory=set)


def resolves(files: dict[str, str], tree: Path, folder: Path, python: str) -> str:
    """The verdict for one tree: `resolves`, what was left out, or why it fails."""
    dockerfile = next((text for path, text in files.items() if path.endswith("/Dockerfile")), "")
    asked = Asked()
    for instruction in _instructions(dockerfile):
        if instruction.startswith("COPY ") and "--from=" not in instruction:
            _copy(shlex.split(instruction)[1:], tree, folder)
        elif instruction.startswith("RUN "):
            _run(instruction, folder, asked)
    notes = [f"{len(asked.urls)} from git or URLs" if asked.urls else ""]
    notes += [f"{len(asked.later)} built after the framework" if asked.later else ""]
    left = ", ".join(note for note in notes if note)
    suffix = f" (not resolved here: {left})" if left else ""
    if "micromamba" in asked.managers:
        return f"conda: no channel within reach{suffix}"
    error = ""
    if asked.managers & {"uv", "poetry", "pdm", "pipenv"}:
        error = _lock(folder, python)
    if not error and asked.lines:
        error = _compile("\n".join(asked.lines), folder, python)
    return f"FAILS: {error}" if error else f"resolves for Python {python}{suffix}"


def _instructions(dockerfile: str) -> Iterator[str]:
    lines = (line for line in dockerfile.split("\n") if not line.startswith("#"))
    for whole in re.sub(r"\\\n\s*", " ", "\n".join(lines)).split("\n"):
        yield whole.strip()


def _copy(words: list[str], tree: Path, folder: Path) -> None:
    names, target = [word for word in words[:-1] if not word.startswith("--")], folder / words[-1]
    for name in names:
        source = tree / name
        to = target / source.name if words[-1].endswith("/") or len(names) > 1 else target
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_file():
            shutil.copyfile(source, to)


def _run(instruction: str, folder: Path, asked: Asked) -> None:
    for part in instruction.split("&&"):
        try:
            words = [one for one in shlex.split(part) if not one.startswith("--mount")]
        except ValueError:
            continue
        words = words[1:] if words[:1] == ["RUN"] else words
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words[:2] == ["sed", "-i"]:
            # A list that a manager exports is not there: nothing of the tree is run.
            if (folder / words[-1]).is_file():
                subprocess.run(words, cwd=folder, check=True, timeout=30)
        elif words[:3] in (["python", "-m", "pip"], ["uv", "pip", "install"]) or words[:1] == [
            "pip"
        ]:
            _pip(words[words.index("install") + 1 :], folder, asked)
        elif words[:1] and words[0] in {"micromamba", "uv", "poetry", "pdm", "pipenv", "pixi"}:
            asked.managers.add(words[0])


def _pip(words: list[str], folder: Path, asked: Asked) -> None:
    queue = list(words)
    later = "--no-build-isolation" in words
    while queue:
        word = queue.pop(0)
        if word in {"-r", "--requirement"}:
            _read(folder / queue.pop(0), folder, asked)
        elif word in _OPTIONS_WITH_VALUE:
            queue.pop(0)
        elif not word.startswith("-"):
            (asked.later if later else asked.urls if _URL.search(word) else asked.lines).append(
                _LOCAL_VERSION.sub("", word)
            )


def _read(path: Path, folder: Path, asked: Asked) -> None:
    if not path.is_file():
        return
    if path.name == "pyproject.toml":
        import tomllib

        project = tomllib.loads(path.read_text()).get("project", {})
        asked.lines += [one for one in project.get("dependencies", []) if not _URL.search(one)]
        return
    for raw in path.read_text(errors="replace").split("\n"):
        line = raw.split(" #")[0].strip()
        if match := re.match(r"(?:-r|--requirement)[ =]*(\S+)", line):
            nested = path.parent / match[1]
            if nested.is_file():
                _read(nested, folder, asked)
        elif line and not line.startswith("#"):
            if _URL.search(line):
                asked.urls.append(line)
            elif not _LINE_ASIDE.match(line):
                asked.lines.append(_LOCAL_VERSION.sub("", line))


def _lock(folder: Path, python: str) -> str:
    """The pins of uv.lock or poetry.lock that Linux takes, as lines to resolve by themselves."""
    from scaffold.project.formats.locks import read_toml_lock
    from scaffold.project.syntax.markers import applies

    for name in ("uv.lock", "poetry.lock", "pdm.lock"):
        lock = folder / name
        if not lock.is_file():
            continue
        pins: dict[str, set[str]] = {}
        for one in read_toml_lock(name, lock.read_text()).requirements:
            if name == "uv.lock" and not one.url:
                continue  # The project itself and its members.
            if not one.group and one.spec and applies(one.marker) and "git" not in one.url:
                pins.setdefault(one.name, set()).add(one.spec)
        # Several versions of one package are alternatives for several Pythons.
        lines = [f"{name}{next(iter(specs))}" for name, specs in pins.items() if len(specs) == 1]
        return _compile("\n".join(lines), folder, python, "--no-deps")
    return ""


def _compile(lines: str, folder: Path, python: str, *more: str) -> str:
    """Why `uv pip compile` finds no resolution; empty where it does."""
    (folder / "asked.in").write_text(f"{lines}\n")
    minor = ".".join(python.split(".")[:2])
    command = ["uv", "pip", "compile", "-q", "asked.in", "--python-version", minor, *more]
    command += ["--python-platform", "x86_64-manylinux_2_35", "--no-annotate", "-o", "out.txt"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS} s"
    text = " ".join(re.sub(r"[^ -~]", " ", done.stderr).split())
    return text[:300] or "no message" if done.returncode else ""
