"""The files that a manifest includes, for whoever reads them from disk."""

from scaffold.project.formats.manifests import Role, kind_or_included
from scaffold.project.syntax.text import decode

_INCLUDING = (".txt", ".in", ".yml", ".yaml", ".toml", ".cfg", "setup.py", "uv.lock")


def included_paths(path: str, content: bytes) -> list[str]:
    """Paths inside the root that the file at `path` includes, as far as they are named."""
    kind = kind_or_included(path)
    if kind.role not in {Role.MANIFEST, Role.LOCK} or not path.endswith(_INCLUDING):
        return []
    if not any(word in content for word in (b"-r", b"-c", b"--", b"requirements", b"editable")):
        # Most manifests include nothing; those are parsed once, by the reader of facts.
        return []
    includes = kind.read(path, decode(content, kind.max_bytes)[0]).includes
    return [one for one, _ in includes if not one.startswith(("/", "..")) and "\0" not in one]
