"""Docker contexts, through the docker CLI, or through its files if there is no CLI."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from scaffold.adapters.docker import import_docker
from scaffold.adapters.local.files import NewFile, read_file, write_files
from scaffold.adapters.local.quoting import last_line
from scaffold.adapters.ssh.command import ssh_with
from scaffold.errors import InputError, TargetError
from scaffold.parsing.untrusted.documents import read_json
from scaffold.records import dataclass

DESCRIPTION = "gpu-scaffold: {}"


@dataclass(frozen=True, slots=True)
class Context:
    """One Docker context."""

    name: str
    endpoint: str
    description: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether `scaffold host setup` made it."""
        return self.description.startswith(DESCRIPTION.format(""))


def folder() -> Path:
    """The settings folder of the docker CLI."""
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def settings_file() -> Path:
    """The settings of the docker CLI."""
    return folder() / "config.json"


def contexts() -> list[Context]:
    """All contexts, sorted by name; unreadable ones are skipped."""
    found = []
    for file in (folder() / "contexts" / "meta").glob("*/meta.json"):
        try:
            document = read_json(read_file(file) or b"")
            endpoint = document["Endpoints"]["docker"]["Host"]
            said = document.get("Metadata", {}).get("Description", "")
            found.append(Context(str(document["Name"]), str(endpoint), str(said)))
        except (InputError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return sorted(found, key=lambda context: context.name)


def context(name: str) -> Context | None:
    """The context of that name, None if there is none."""
    return next((one for one in contexts() if one.name == name), None)


def current() -> str:
    """The name of the current context."""
    try:
        found = read_json(read_file(settings_file()) or b"")
        return str(found.get("currentContext") or "default")
    except (InputError, ValueError, AttributeError):
        return "default"


def write_context(made: Context, *, replace: bool) -> None:
    """Create or update a context. Raises TargetError with docker's message."""
    if not shutil.which("docker"):
        _store(made)
        return
    verb = "update" if replace else "create"
    what = ("--description", made.description, "--docker", f"host={made.endpoint}")
    _docker("context", verb, *what, made.name)


def use(name: str) -> None:
    """Set the current context."""
    if shutil.which("docker"):
        _docker("context", "use", name)
        return
    file = settings_file()
    content = read_json(read_file(file) or b"{}")
    content = {key: value for key, value in content.items() if key != "currentContext"}
    content |= {"currentContext": name} if name != "default" else {}
    write_files([NewFile(path=file, content=json.dumps(content, indent=4).encode(), mode=0o600)])


def remove(name: str) -> None:
    """Remove a context."""
    if shutil.which("docker"):
        _docker("context", "rm", "--force", name)
        return
    shutil.rmtree(_meta_folder(name), ignore_errors=True)


def _store(made: Context) -> None:
    import_docker()
    from docker.context import Context as Stored

    endpoint = {"docker": {"Host": made.endpoint, "SkipTLSVerify": False}}
    document = dict(Stored(made.name, endpoints=endpoint).Metadata)
    document["Metadata"] = {"Description": made.description}
    content = json.dumps(document).encode()
    write_files([NewFile(path=_meta_folder(made.name) / "meta.json", content=content)])


def _meta_folder(name: str) -> Path:
    import_docker()
    from docker.context.config import get_context_id

    return folder() / "contexts" / "meta" / str(get_context_id(name))


def _docker(*argv: str) -> None:
    done = subprocess.run(["docker", *argv], capture_output=True, timeout=60, check=False)
    if done.returncode:
        raise TargetError(f"docker {' '.join(argv[:2])} fails: {last_line(done.stderr)}")


def answer_through(name: str, ssh_config: Path | None = None) -> str:
    """The engine's version, asked through the docker CLI; empty without the CLI."""
    if not shutil.which("docker"):
        return ""
    argv = ["docker", "--context", name, "version", "--format", "{{.Server.Version}}"]
    environment = {key: value for key, value in os.environ.items() if key != "DOCKER_HOST"}
    with ssh_with(ssh_config, environment) as env:
        done = subprocess.run(argv, capture_output=True, timeout=90, check=False, env=env)
    if done.returncode:
        raise TargetError(
            f"docker --context {name} cannot connect: {last_line(done.stderr)}",
            hint=f"try: ssh {name} docker version",
        )
    return done.stdout.decode().strip()
