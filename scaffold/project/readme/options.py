"""Options of install commands: which take a value, and what it means."""

from dataclasses import field

from scaffold.project.syntax.text import words
from scaffold.records import dataclass

_MEANING = {
    "-r": "lists",
    "--requirement": "lists",
    "--requirements": "lists",
    "-c": "constraints",
    "--constraint": "constraints",
    "-e": "editable",
    "--editable": "editable",
    "-i": "indexes",
    "--index-url": "indexes",
    "--extra-index-url": "indexes",
    "--index": "indexes",
    "--default-index": "indexes",
    "--find-links": "links",
    "--file": "files",
    "--channel": "channels",
    "--extra": "extra",
    "--extras": "extra",
    "-E": "extra",
    "--group": "group",
    "-G": "group",
    "--with": "group",
    "--only": "group",
    "--python": "version",
    "-p": "version",
}
"""Options whose value is kept."""

_VALUED = frozenset(
    words(
        """
    -n --name --prefix -t --target --root --config-settings --global-option --platform
    --python-version --progress-bar --timeout --cache-dir --trusted-host --index-strategy
    --torch-backend --solver --directory --project --log --no-binary --only-binary --proxy
    --src --upgrade-package --environment --index-strategy --link-mode
    """
    )
)
"""Options whose value is ignored, but is no package."""


@dataclass(slots=True, kw_only=True)
class Options:
    """The words and options of one command line."""

    words: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    lists: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    editable: list[str] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    version: list[str] = field(default_factory=list)

    @property
    def extras(self) -> tuple[str, ...]:
        """Extras by name; Poetry takes several in one value."""
        return tuple(one for value in self.extra for one in value.replace(",", " ").split())

    @property
    def groups(self) -> tuple[str, ...]:
        """Dependency groups by name."""
        return tuple(one for value in self.group for one in value.replace(",", " ").split())

    @property
    def python(self) -> str:
        """The requested Python, as written."""
        return self.version[0].rpartition("/")[2].removeprefix("python") if self.version else ""


def split_options(arguments: list[str]) -> Options:
    """Sort a command's words; `-f` is a file that ends in .yml and else pip's page of links."""
    found = Options()
    queue = list(reversed(arguments))
    while queue:
        word = queue.pop()
        name, separator, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            found.words.append(word)
        elif word[:2] in {"-r", "-e", "-c"} and len(word) > 2 and word[1] != "-":
            _keep(found, word[:2], word[2:].lstrip("="))
        elif name in _MEANING or name in _VALUED or name == "-f":
            _keep(found, name, value if separator else queue.pop() if queue else "")
        else:
            found.flags.add(word)
    return found


def _keep(found: Options, name: str, value: str) -> None:
    if name == "-f":
        environment = value.endswith((".yml", ".yaml", ".txt"))
        (found.files if environment else found.links).append(value)
    elif name == "-c" and not value.endswith((".txt", ".in")):
        # conda's channel has the letter of pip's constraints.
        found.channels.append(value)
    elif (meaning := _MEANING.get(name)) is not None and value:
        getattr(found, meaning).append(value)
