"""Containers made by hand are adopted, built again by the real engine, and compared whole."""

import json
import sys
from pathlib import Path

import json5
import pexpect
import pytest

from tests.lab.support.handmade import BASE, CONTAINERS, make, name_of
from tests.lab.support.recreating import finished
from tests.lab.support.rows import with_long
from tests.lab.test_engine_over_ssh import far_engine


@pytest.fixture(scope="module", autouse=True)
def _tidy(engine):
    yield
    engine.docker("rm", "--force", "--volumes", *map(name_of, CONTAINERS), check=False)
    engine.docker("volume", "rm", "--force", "lab-adopt-data", check=False)


def adopted(engine, *words: str) -> dict:
    """Adopt, build and compare; what came of it."""
    code, out, err = finished(engine, "adopt", *words, "--yes", "--json", "--verify")
    document = json.loads(out) if out else {}
    different = (document.get("comparison") or {}).get("different")
    assert (code, different) == (0, []), err + json.dumps(different, indent=1)
    return document


EACH_TIME = {"apt and pip on a base image"}


@pytest.mark.parametrize("title", with_long([(name, name) for name in CONTAINERS], EACH_TIME))
def test_container_made_by_hand_is_built_again_equal(engine, index, tmp_path, title):
    name = make(engine, index, title)
    before = engine.inspect(name)["State"]
    document = adopted(engine, name, str(tmp_path))
    assert document["comparison"]["equal"]["file"] > 1000
    assert engine.inspect(name)["State"] == before
    assert not engine.docker("ps", "-aq", "--filter=name=scaffold-look").stdout
    CHECKS.get(title, lambda *_: None)(document, tmp_path / ".devcontainer")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"hf_abcdefghijk" not in written
    assert b"geheim" not in written
    assert b"$y$" not in written


def _apt_and_pip(document: dict, folder: Path) -> None:
    assert [one.partition("=")[0] for one in document["apt"]["manual"]] == ["jq", "tree"]
    assert {"libjq1", "libonig5"} <= {one.partition("=")[0] for one in document["apt"]["automatic"]}
    assert "packaging==24.0" in (folder / "pip-1.txt").read_text()
    config = json5.loads((folder / "devcontainer.json").read_text())
    assert "--gpus=all" in config["runArgs"]


def _conda(document: dict, folder: Path) -> None:
    assert "labdemo=1.2.0=py_0" in document["conda"][0]["packages"]
    assert "six==" in (folder / "pip-1.txt").read_text()


def _files(document: dict, folder: Path) -> None:
    explained = {one["name"] for one in document["comparison"]["explained"]}
    secrets = {"/root/work/token.txt", "/root/.pip/pip.conf", "env HF_TOKEN"}
    assert explained == {*secrets, "/opt/app/pipe"}
    config = json5.loads((folder / "devcontainer.json").read_text())
    assert config["containerEnv"] == {"HF_TOKEN": "${localEnv:HF_TOKEN}"}
    assert config["mounts"] == ["type=volume,source=lab-adopt-data,target=/data"]
    assert config["forwardPorts"] == [8888]
    assert sorted(config["runArgs"]) == ["--mac-address=02:42:ac:11:00:99", "--shm-size=1g"]
    assert "/usr/share/doc/base-files" in document["overlay"]["deleted"]


def _user(document: dict, folder: Path) -> None:
    config = json5.loads((folder / "devcontainer.json").read_text())
    assert config["remoteUser"] == "ada"
    assert document["pip"][0]["owner"] == "1234:1700"


def _nothing(document: dict, folder: Path) -> None:
    empty = [document[key] for key in ("pip", "conda", "npm", "logins")]
    assert (empty, document["overlay"]["entries"]) == ([[], [], [], []], [])
    assert not (folder / "rootfs").exists()


def _broken(document: dict, folder: Path) -> None:
    assert dict(document["apt"]["broken"]) == {"hello": "unpacked", "tree": "half-configured"}


def _without_source(document: dict, folder: Path) -> None:
    assert [one.partition("=")[0] for one in document["apt"]["manual"]] == ["tree"]
    assert [one.partition("=")[0] for one in document["apt"]["local"]] == ["hello"]
    assert document["pip"] == []
    paths = {one["path"] for one in document["overlay"]["entries"]}
    assert {"/usr/bin/hello", "/usr/bin/tree", "/opt/own/setup.py"} <= paths
    assert document["offered"] == ["/tmp/work.py"]
    assert "--include /tmp/work.py" in "".join(document["notes"])


CHECKS = {
    "apt and pip on a base image": _apt_and_pip,
    "conda": _conda,
    "files in /root and /opt": _files,
    "a user made by hand": _user,
    "nothing changed": _nothing,
    "a broken package": _broken,
    "packages without a source": _without_source,
}


@pytest.fixture(scope="module")
def files(engine, index) -> str:
    """The container with files in /root and /opt, made once for what is shown and refused."""
    return make(engine, index, "files in /root and /opt")


def test_image_that_was_committed_by_hand_is_taken_back_to_its_base(engine, files, tmp_path):
    engine.docker("commit", "--message=lunch", files, "lab/committed:1")
    words = ("--image", "lab/committed:1", str(tmp_path), "--yes", "--json")
    code, out, err = finished(engine, "adopt", *words, "--include-secret=/root/work/token.txt")
    engine.docker("rmi", "lab/committed:1")
    assert code == 0, err
    document = json.loads(out)
    assert document["base"]["reference"] == BASE
    paths = {one["path"] for one in document["overlay"]["entries"]}
    assert {"/opt/app/train.py", "/opt/app/again.py", "/root/work/token.txt"} <= paths
    assert (tmp_path / ".devcontainer/rootfs/opt/app/again.py").read_text() == "print(1)\n"


def test_container_of_a_far_host_is_adopted(engine, files, keys, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    with far_engine(engine, keys, tmp_path) as config:
        reach = ("--host", "gpu01", "--ssh-config", str(config))
        code, out, err = finished(engine, "adopt", files, str(project), "--yes", *reach, "--json")
    assert code == 0, err
    assert "/opt/app/train.py" in {one["path"] for one in json.loads(out)["overlay"]["entries"]}


def test_person_sees_everything_and_agrees(engine, files, tmp_path):
    (tmp_path / ".devcontainer").mkdir()
    own = tmp_path / ".devcontainer" / "Dockerfile"
    own.write_text("FROM mine\n")

    def person(*words: str) -> pexpect.spawn:
        argv = ["-m", "scaffold", "container", "adopt", files, str(tmp_path), *words]
        env = {**engine.env, "TERM": "xterm"}
        return pexpect.spawn(sys.executable, argv, env=env, encoding="utf-8", timeout=300)

    one = person("--no-verify")
    one.expect("suspected secrets, not copied")
    one.expect("/root/work/token.txt")
    one.expect("Replace your own .devcontainer/Dockerfile")
    one.send("y")
    one.expect("Write these files")
    one.send("n")
    one.expect("nothing was written")
    one.expect(pexpect.EOF)
    assert own.read_text() == "FROM mine\n"
    two = person("--overwrite")
    two.expect("Write these files")
    two.send("y")
    two.expect("backup of your file")
    two.expect("compare it with the original")
    two.send("n")
    two.expect(pexpect.EOF)
    assert own.read_text().startswith("# Made from the container")
    assert own.with_name("Dockerfile.bak1").read_text() == "FROM mine\n"


@pytest.mark.long
def test_difference_that_nothing_explains_is_told_and_fails(engine, files, tmp_path):
    words = (files, str(tmp_path), "--yes")
    assert finished(engine, "adopt", *words)[0] == 0
    (tmp_path / ".devcontainer/rootfs/opt/app/train.py").write_text("print(2)\n")
    code, out, err = finished(engine, "adopt", *words, "--verify")
    assert (code, "file /opt/app/train.py: file 0750" in out) == (1, True), out + err
    (tmp_path / ".devcontainer/Dockerfile").write_text("FROM scratch\nRUN no\n")
    code, _, err = finished(engine, "adopt", *words, "--verify")
    assert (code, "the image build failed" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("no-such",), "the container no-such does not exist"),
        ((), "give one container"),
        (("NAME", "/no/such/folder"), "no such folder"),
        (("NAME", "--exclude=relative"), "not an absolute path"),
        (("NAME", "--base=no/such:1"), "pulling no/such:1"),
        (("--image=no/such:1",), "docker pull no/such:1"),
        (("NAME",), "--yes"),
        (("NAME", "--yes", "--max-overlay=1k"), "--max-overlay 4g"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(
    engine, files, tmp_path, monkeypatch, words, says
):
    monkeypatch.chdir(tmp_path)
    named = (files if word == "NAME" else word for word in words)
    code, _, err = finished(engine, "adopt", *named)
    assert (code, says in err) == (2, True), err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_images_that_fit_alike_are_named_and_asked_for(engine, files, tmp_path):
    for name in ("lab/alike-1:1", "lab/alike-2:1"):
        label = f"LABEL only={name}"
        engine.docker("build", "--quiet", "--tag", name, "-", input=f"FROM {BASE}\n{label}\n")
    # As after an import: no parent, no history, the layers alone.
    engine.docker("commit", "--change=LABEL only=third", files, "lab/alike-3:1")
    words = ("--image", "lab/alike-3:1", str(tmp_path), "--dry-run", "--json")
    code, out, err = finished(engine, "adopt", *words)
    chosen = json.loads(out)["base"]["reference"] if out else err
    again = finished(engine, "adopt", *words)
    engine.docker("rmi", "lab/alike-1:1", "lab/alike-2:1", "lab/alike-3:1")
    assert (code, chosen) == (0, BASE), err
    assert again[:2] == (code, out)


@pytest.mark.long
def test_environment_in_an_excluded_folder_is_not_made_again(engine, index, tmp_path):
    name = make(engine, index, "packages without a source")
    words = (name, str(tmp_path), "--dry-run", "--json", "--exclude=/usr/local/lib")
    code, out, err = finished(engine, "adopt", *words)
    assert (code, json.loads(out)["pip"]) == (0, []), err
    assert not [
        one
        for one in json.loads(out)["overlay"]["entries"]
        if one["path"].startswith("/usr/local/lib/")
    ]


def test_verify_never_shows_a_secret(engine, files, tmp_path):
    code, out, err = finished(engine, "adopt", files, str(tmp_path), "--yes", "--verify")
    assert code == 0, out + err
    assert "env HF_TOKEN: <secret>" in out
    assert "hf_abcdefghijk" not in out + err


def test_dry_run_writes_nothing(engine, files, tmp_path):
    code, out, _ = finished(engine, "adopt", files, str(tmp_path), "--dry-run")
    assert (code, "nothing written" in out) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_container_of_an_image_without_a_name_needs_one(engine, files, tmp_path):
    made = engine.docker("import", "-", input="").stdout.strip()
    engine.docker("create", "--name=handmade-nameless", made, "true")
    words = ("handmade-nameless", str(tmp_path), "--yes")
    code, _, err = finished(engine, "adopt", *words)
    assert (code, "--base REPO:TAG" in err) == (2, True)
    code, _, err = finished(engine, "adopt", *words, f"--base={BASE}", "--dry-run")
    engine.docker("rm", "handmade-nameless")
    engine.docker("rmi", made)
    assert (code, err.startswith("reading")) == (0, True)


def test_person_is_asked_about_many_bytes(engine, files, tmp_path):
    argv = ["-m", "scaffold", "container", "adopt", files, str(tmp_path), "--max-overlay=1k"]
    env = {**engine.env, "TERM": "xterm"}
    one = pexpect.spawn(sys.executable, argv, env=env, encoding="utf-8", timeout=300)
    one.expect("into the project")
    one.send("y")
    one.expect("Write these files")
    one.send("n")
    one.expect("nothing was written")
    one.expect(pexpect.EOF)
    assert list(tmp_path.iterdir()) == []
