"""Podman's socket, with a store of its own; stopped by its process."""

import io
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.support.engine import LAB, Engine, Flavour

FLAVOUR = Flavour("podman", gpu=False, number=0)

# Without these podman raises limits further than a container of the lab's machine may.
_CONFIG = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'


def why_no_podman() -> str:
    """Why podman cannot be tried here, or an empty text."""
    return "" if shutil.which("podman") else "missing: podman (.ci/run installs it)"


def tiny_image() -> bytes:
    """A root file system with busybox and the libraries it is linked to."""
    program = shutil.which("busybox")
    assert program
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    files = {"bin/busybox": program}
    files |= {word[1:]: word for word in linked.split() if word.startswith("/")}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", dereference=True) as archive:
        for name, path in files.items():
            archive.add(path, name)
        for tool in ("sh", "sleep", "dd", "cat", "touch"):
            link = tarfile.TarInfo(f"bin/{tool}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
        folder = tarfile.TarInfo("srv")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(folder)
    return packed.getvalue()


@contextmanager
def running_podman(folder: Path) -> Iterator[Engine]:
    """The service in a folder, seen through the docker CLI, with the image `tiny`."""
    engine = Engine(FLAVOUR)
    engine.folder = folder
    overlay = str(folder / "root/overlay")
    engine.socket = f"unix://{folder}/podman.sock"
    engine.env |= {"DOCKER_HOST": engine.socket, "DOCKER_CONFIG": str(folder / "cli")}
    config = folder / "containers.conf"
    config.write_text(_CONFIG)
    engine.env["CONTAINERS_CONF"] = str(config)
    # Short, since podman puts sockets below it.
    run = Path(f"/run/gpu-scaffold-podman{LAB}")
    podman = ["podman", "--root", str(folder / "root"), "--runroot", str(run)]
    options = ["--cgroup-manager=cgroupfs", "--events-backend=file", "--runtime=runc"]
    log = (folder / "podman.log").open("wb")
    service = ["system", "service", "--time=0", engine.socket]
    process = subprocess.Popen(
        [*podman, *options, *service], env=engine.env, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        deadline = time.monotonic() + 300
        while engine.docker("version", check=False).returncode:
            assert process.poll() is None, (folder / "podman.log").read_text()
            assert time.monotonic() < deadline, (folder / "podman.log").read_text()
            time.sleep(0.1)
        (folder / "tiny.tar").write_bytes(tiny_image())
        engine.docker("import", str(folder / "tiny.tar"), "tiny")
        yield engine
    finally:
        left = engine.docker("ps", "-aq", check=False).stdout.split()
        engine.docker("rm", "--force", *left, check=False)
        process.terminate()
        process.wait(timeout=300)
        log.close()
        # Mounted once by each process of podman's, one over the other.
        while (
            subprocess.run(
                ["umount", "--lazy", overlay], check=False, capture_output=True
            ).returncode
            == 0
        ):
            pass
        shutil.rmtree(run, ignore_errors=True)
