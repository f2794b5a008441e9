"""A proxy's password is used by the build and kept by no image: history, settings, layers."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.lab.support.engine import Engine
from tests.lab.support.images import provide_for
from tests.lab.support.proxy import BASIC, PASSWORD, running_proxy
from tests.lab.test_rendered import scaffold

TAG = "lab/behind-a-proxy"
PROGRAMS = {
    "uv": {"pip", "uv", "Debian APT-HTTP"},
    "pip": {"pip", "Debian APT-HTTP"},
}
"""Who downloads while the image is built, by what installs the project's list."""


@pytest.fixture
def image(engine: Engine):
    yield TAG
    engine.docker("image", "rm", "--force", TAG, check=False)


@pytest.mark.long
@pytest.mark.parametrize("installer", PROGRAMS)
def test_password_of_a_proxy_stays_out_of_the_image(engine, index, image, tmp_path, installer):
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("six\n")
    flags = ("--target", "cpu", "--python", "3.11", "--installer", installer)
    done = scaffold("init", "--yes", *flags, *index.flags("pip", "apt"), cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    dockerfile = project / ".devcontainer" / "Dockerfile"
    provide_for(engine, dockerfile.read_text())
    with running_proxy() as proxy:
        settings = tmp_path / "docker"
        settings.mkdir()
        ways = dict.fromkeys(("httpProxy", "httpsProxy"), proxy.address)
        (settings / "config.json").write_text(json.dumps({"proxies": {"default": ways}}))
        words = ("build", "--no-cache", "--network=host", "--tag", image, "--file", str(dockerfile))
        engine.docker("--config", str(settings), *words, str(project))
    assert proxy.programs >= PROGRAMS[installer]
    told = engine.docker("history", "--no-trunc", image).stdout
    told += engine.docker("image", "inspect", image).stdout
    assert not [secret for secret in (PASSWORD, BASIC) if secret in told]
    assert found_in_layers(engine, image, (PASSWORD.encode(), BASIC.encode())) == set()


def found_in_layers(engine: Engine, image: str, secrets: tuple[bytes, ...]) -> set[bytes]:
    """Which of the texts the saved image contains: all layers with their files, and its settings.

    The engine saves layers as plain archives, so their files can be searched as they are.
    """
    save = [*engine.cli, "save", image]
    overlap = max(map(len, secrets))
    found: set[bytes] = set()
    with subprocess.Popen(save, env=engine.env, stdout=subprocess.PIPE) as process:
        assert process.stdout
        before = b""
        while piece := process.stdout.read(1 << 22):
            found |= {secret for secret in secrets if secret in before + piece}
            before = piece[-overlap:]
    assert process.returncode == 0
    return found


def test_search_of_layers_finds_what_is_there(engine, image, tmp_path: Path):
    (tmp_path / "hidden").write_text(f"login = {PASSWORD}\n")
    text = "FROM python:3.11-slim-bookworm\nCOPY hidden /etc/\nRUN rm /etc/hidden\n"
    (tmp_path / "Dockerfile").write_text(text)
    engine.docker("build", "--quiet", "--tag", image, str(tmp_path))
    assert PASSWORD not in engine.docker("history", "--no-trunc", image).stdout
    assert found_in_layers(engine, image, (PASSWORD.encode(), b"geheim-nowhere")) == {
        PASSWORD.encode()
    }
