"""Three users of one engine: what one has downloaded, the others have, and nobody can break it."""

import os
from pathlib import Path

import pytest

from tests.lab.support import index as indexes
from tests.lab.support.devcontainer import Container, onto_lab_network
from tests.lab.support.hub import MODEL, running_hub
from tests.lab.test_rendered import scaffold

ACCOUNTS = {"ada": 1000, "bob": 1001, "cleo": 1002}
VOLUME = "lab-shared-models"
WEIGHTS = b"weights" * 200_000
USERS = "/opt/shared-cache/users"
CHECKPOINTS = "~/.cache/torch/hub/checkpoints"

DOWNLOAD = "import sys, huggingface_hub as h; print(h.hf_hub_download(*sys.argv[1:]))"


@pytest.fixture
def volume(engine):
    engine.docker("volume", "rm", "--force", VOLUME)
    yield VOLUME
    engine.docker("volume", "rm", "--force", VOLUME)


@pytest.fixture
def downloads(monkeypatch):
    """The wheels that the lab's index sends, by name."""
    sent: list[str] = []
    real = indexes._Handler._send_file

    def counted(handler, path: Path, **options) -> None:
        if path.suffix == ".whl" and handler.command == "GET":
            sent.append(path.name)
        real(handler, path, **options)

    monkeypatch.setattr(indexes._Handler, "_send_file", counted)
    return sent


def configured(folder: Path, index, name: str, packages: str, *flags: str) -> Path:
    """A project of somebody, whose container has their ids."""
    project = folder / name
    project.mkdir()
    (project / "requirements.txt").write_text(packages)
    number = str(ACCOUNTS[name])
    own = ("--user", name, "--uid", number, "--gid", number)
    done = scaffold(
        *("init", "--yes", "--target", "cpu", "--python", "3.11", *own),
        *(*index.flags("pip", "apt"), *flags),
        cwd=project,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    onto_lab_network(project)
    for path in (project, *project.rglob("*")):
        os.chown(path, ACCOUNTS[name], ACCOUNTS[name])
    return project


def start_again(container: Container) -> None:
    """What the editor runs at each start."""
    container.run("sh", ".devcontainer/shared-cache.sh")


def test_models_are_downloaded_once_and_nobody_can_break_those_of_another(
    volume, up, engine, index, tmp_path
):
    with running_hub({"weights.bin": WEIGHTS, "config.json": b"{}"}) as hub:

        def download(container: Container, name: str) -> str:
            env = ("env", f"HF_ENDPOINT={hub.address}", "HF_HUB_DISABLE_XET=1")
            return container.run(*env, "python", "-c", DOWNLOAD, MODEL, name).strip()

        def started(name: str) -> Container:
            flags = ("--shared-cache", volume)
            project = configured(tmp_path, index, name, "huggingface_hub<2\n", *flags)
            return up(engine, project)

        ada = started("ada")
        path = download(ada, "weights.bin")
        ada.run("sh", "-c", f"echo state >{CHECKPOINTS}/net.pth")
        assert hub.sent == ["weights.bin"]

        bob = started("bob")
        assert bob.run("id", "-u").strip() == "1001"
        download(bob, "weights.bin")
        assert bob.run("sh", "-c", f"cat {CHECKPOINTS}/net.pth").strip() == "state"
        assert hub.sent == ["weights.bin"]
        # Another file of a model that somebody else has in part.
        download(bob, "config.json")
        cleo = started("cleo")
        for name in ("weights.bin", "config.json"):
            download(cleo, name)
        assert hub.sent == ["weights.bin", "config.json"]

        theirs = f"{USERS}/1000"
        blob = ada.run("readlink", "-f", path).strip()
        for attempt in (
            f"echo broken >{blob}",
            f"rm -f {blob}",
            f"mv {blob} {blob}.old",
            f"touch {theirs}/huggingface/hub/new",
            f"mv {theirs} {USERS}/old",
            f"rm -rf {theirs}",
            f"mv {USERS} /opt/shared-cache/old",
            f"chmod -R a+w {theirs}",
        ):
            assert bob.exec("sh", "-c", attempt, check=False).returncode, attempt
        assert ada.run("sh", "-c", f"wc -c <{blob}").strip() == str(len(WEIGHTS))

        # A folder of somebody that leads elsewhere is not followed.
        bob.run("sh", "-c", f"rm -r {USERS}/1001/whisper && ln -s /etc {USERS}/1001/whisper")
        start_again(cleo)
        assert cleo.run("sh", "-c", "ls ~/.cache/whisper/") == ""

        # The model has a new commit with the same weights, whose name everybody writes down anew.
        hub.commit = "2" * 40
        download(cleo, "weights.bin")
        # What its owner deletes, the others download again.
        ada.run("sh", "-c", "rm -rf ~/.cache/huggingface/hub/*")
        assert cleo.exec("cat", path.replace("/home/ada", "/home/cleo"), check=False).returncode
        download(cleo, "weights.bin")
        assert hub.sent.count("weights.bin") == 2
        start_again(ada)
        download(ada, "weights.bin")
        assert hub.sent.count("weights.bin") == 2


def test_a_folder_that_somebody_else_made_in_ones_name_is_not_used(
    volume, up, engine, index, tmp_path
):
    flags = ("--shared-cache", volume)
    bob = up(engine, configured(tmp_path, index, "bob", "six\n", *flags))
    bob.run("mkdir", "-p", f"{USERS}/1002/torch/hub/checkpoints")
    cleo = up(engine, configured(tmp_path, index, "cleo", "six\n", *flags))
    done = cleo.exec("sh", ".devcontainer/shared-cache.sh")
    assert f"{USERS}/1002 is not yours" in done.stderr
    cleo.run("sh", "-c", "mkdir -p ~/.cache/torch && touch ~/.cache/torch/own")


@pytest.mark.long
def test_wheels_are_downloaded_once_for_all_users_of_an_engine(
    up, engine, index, downloads, tmp_path
):
    engine.docker("builder", "prune", "--all", "--force")
    lists = {"ada": "tqdm\nidna\n", "bob": "idna\ntqdm\n", "cleo": "idna\n"}
    counts = {}
    for name, packages in lists.items():
        before = len(downloads)
        up(engine, configured(tmp_path, index, name, packages)).run("python", "-c", "import idna")
        counts[name] = len(downloads) - before
    assert (counts["ada"] >= 2, counts["bob"], counts["cleo"]) == (True, 0, 0), downloads
