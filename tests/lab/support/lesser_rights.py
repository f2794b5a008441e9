"""A runtime that starts containers which ask for more than the lab's machine may give.

The machine may not raise limits (it lacks CAP_SYS_RESOURCE), so `--privileged`, `--ulimit
memlock=-1` or a negative out-of-memory score end with an error. While `lesser_rights` lasts,
the runtime leaves these out of what it starts; the engine keeps the settings as they were given.
"""

import json
import resource
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NEEDED = "CAP_SYS_RESOURCE"
_FLAG = "lesser-rights"

_WRAPPER = """\
#!/bin/sh
if [ -e {flag} ]; then
  case " $* " in *" create "*) {python} {script} "$@" ;; esac
fi
exec {runc} "$@"
"""


def write_runtime(folder: Path) -> Path:
    """Write the runtime into the engine's folder for programs; its path."""
    runtime = folder / "bin" / "runc"
    runtime.parent.mkdir(exist_ok=True)
    words = {
        "flag": folder / _FLAG,
        "python": sys.executable,
        "script": Path(__file__).resolve(),
        "runc": shutil.which("runc") or "/usr/sbin/runc",
    }
    runtime.write_text(
        _WRAPPER.format(**{key: shlex.quote(str(one)) for key, one in words.items()})
    )
    runtime.chmod(0o755)
    return runtime


@contextmanager
def lesser_rights(folder: Path) -> Iterator[None]:
    """While it lasts, containers of the engine in that folder start with the rights at hand."""
    flag = folder / _FLAG
    flag.touch()
    try:
        yield
    finally:
        flag.unlink()


def lessen(config: dict[str, Any]) -> None:
    """Take out of a runtime configuration what this process may not give."""
    process = config["process"]
    process["rlimits"] = [one for one in process.get("rlimits") or () if _may_set(one)]
    process["oomScoreAdj"] = max(process.get("oomScoreAdj") or 0, 0)
    for kind, rights in (process.get("capabilities") or {}).items():
        process["capabilities"][kind] = [one for one in rights if one != NEEDED]


def _may_set(limit: Mapping[str, Any]) -> bool:
    number = getattr(resource, limit["type"], None)
    if number is None:
        return False
    hard = resource.getrlimit(number)[1]
    return hard == resource.RLIM_INFINITY or limit["hard"] <= hard


if __name__ == "__main__":
    path = Path(sys.argv[sys.argv.index("--bundle") + 1]) / "config.json"
    read = json.loads(path.read_text())
    lessen(read)
    path.write_text(json.dumps(read))
