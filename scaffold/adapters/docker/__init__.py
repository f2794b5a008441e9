"""Docker: the engine's API, contexts, builds, images, and programs in containers."""

import sys

_OWN_SSH = "docker.transport.sshconn"


def import_docker() -> None:
    """Import the `docker` package without its own SSH, which brings paramiko: half of the time.

    The package expects that it may be missing. Engines of hosts are reached through the ssh
    program instead.
    """
    if "docker" in sys.modules:
        return
    # An import of this module raises ImportError now.
    sys.modules[_OWN_SSH] = None  # type: ignore[assignment]
    try:
        import docker  # noqa: F401
    finally:
        del sys.modules[_OWN_SSH]
