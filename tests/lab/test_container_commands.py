"""`scaffold container` in this process: what is asked, shown and refused."""

import copy
import json
import sys
import tarfile
from pathlib import Path

import pexpect
import pytest
import yaml

from scaffold.cli import main, report
from tests.lab.support.container_options import IMAGE
from tests.lab.support.podman import tiny_image
from tests.lab.support.recreating import finished, names, remove

NAME = "shown"


@pytest.fixture
def scaffold(engine, monkeypatch, capsys):
    """Call `scaffold container …`; exit code, output and errors."""
    monkeypatch.setenv("DOCKER_HOST", engine.socket)
    monkeypatch.setenv("DOCKER_CONFIG", engine.env["DOCKER_CONFIG"])

    def run(*words: str) -> tuple[int, str, str]:
        report.console.cache_clear()
        monkeypatch.setattr("sys.argv", ["scaffold", "container", *words])
        with pytest.raises(SystemExit) as exited:
            main.main()
        captured = capsys.readouterr()
        return int(exited.value.code or 0), captured.out, captured.err

    yield run
    remove(engine, NAME)


@pytest.fixture(scope="module")
def tiny(engine, tmp_path_factory) -> str:
    """An image of busybox: where secrets are left out, all of a container's files are copied."""
    packed = tmp_path_factory.mktemp("tiny") / "root.tar"
    packed.write_bytes(tiny_image())
    with packed.open("rb") as stream:
        engine.docker("import", "-", "lab/tiny:1", stdin=stream)
    return "lab/tiny:1"


@pytest.fixture
def container(engine, tiny):
    """A container that was made and never started, with a port, a volume and a secret."""
    remove(engine, NAME)
    options = ("--volume=/unnamed", "--publish=18190:80", "--env=HF_TOKEN=hf_abcdefghijk")
    engine.docker("create", f"--name={NAME}", *options, tiny, "sleep", "100")


def at_terminal(engine, *words: str) -> pexpect.spawn:
    """The same at a real terminal."""
    argv = ["-m", "scaffold", "container", *words]
    return pexpect.spawn(
        sys.executable, argv, env={**engine.env, "TERM": "xterm"}, encoding="utf-8", timeout=300
    )


def test_dry_run_prints_both_ways_and_changes_nothing(engine, scaffold, container):
    code, out, _ = scaffold("recreate", NAME, "-p", "8888", "--dry-run")
    assert (code, names(engine, NAME)) == (0, [NAME])
    commands, _, compose = out.partition("\n\nservices:")
    assert f"docker rename {NAME} {NAME}-before\ndocker run \\\n" in commands
    assert yaml.safe_load("services:" + compose)["services"][NAME]["ports"] == ["18190:80", "8888"]
    _, out, _ = scaffold("recreate", NAME, "--env=A=1", "--dry-run", "--json")
    assert json.loads(out)["changes"] == ["variable set: A"]
    assert set(json.loads(out)) >= {"docker_run", "compose", "advice"}


def test_what_is_so_already_is_told(engine, scaffold, container):
    code, out, _ = scaffold("recreate", NAME, "--publish=18190:80")
    assert (code, "already has these settings" in out) == (0, True)
    _, out, _ = scaffold("recreate", NAME, "--publish=18190:80", "--json")
    assert json.loads(out)["kept"] is None
    assert names(engine, NAME) == [NAME]


@pytest.mark.parametrize("name", ["no-such", "..", ".", "a b", f"../images/{IMAGE}", "x?y", ""])
def test_name_that_is_none_is_told(scaffold, name):
    for words in (("recreate", name, "--dry-run"), ("save", name, "lab/x:1"), ("recreate", name)):
        code, _, err = scaffold(*words)
        assert (code, f"the container {name} does not exist" in err) == (2, True), err


def test_nobody_there_to_agree(engine, scaffold, container):
    code, _, err = scaffold("recreate", NAME, "--env=A=1")
    assert (code, "--yes" in err) == (2, True)


def test_person_at_a_terminal_agrees_or_does_not(engine, container):
    person = at_terminal(engine, "recreate", NAME, "--env=A=1")
    person.expect("Recreate shown")
    person.send("n")
    person.expect("nothing was changed")
    person.expect(pexpect.EOF)
    assert names(engine, NAME) == [NAME]
    person = at_terminal(engine, "recreate", NAME, "--env=A=1")
    person.expect("Recreate shown")
    person.send("y")
    person.expect("kept as (shown-before-[0-9-]+)")
    kept = person.match[1]
    person.expect(pexpect.EOF)
    assert names(engine, NAME) == [NAME, kept]
    remove(engine, NAME)


def test_interrupted_run_is_told_of_and_put_in_order(engine, scaffold, container):
    left = f"{NAME}-trial-20260101-000000"
    engine.docker("create", f"--name={left}", IMAGE, "true")
    _, out, _ = scaffold("list", "--no-sizes", "-v")
    assert "a recreate is running or did not finish" in out
    assert "code --folder-uri vscode-remote://attached-container+" in out
    code, out, err = scaffold("recreate", NAME, "--env=A=1", "--yes")
    assert (code, f"removed {left}" in err) == (0, True)
    assert f"docker start {NAME}" in out


def test_kept_ones_are_pruned_by_name(engine, scaffold, container):
    scaffold("recreate", NAME, "--env=A=1", "--yes")
    code, out, _ = scaffold("prune", "other", "--yes")
    assert (code, "nothing to remove" in out) == (0, True)
    code, out, _ = scaffold("prune", NAME, "--dry-run", "--json")
    assert (code, json.loads(out)["removed"]) == (0, False)
    code, out, _ = scaffold("prune", NAME, "--yes")
    assert (code, f"container {NAME}-before-" in out) == (0, True)
    assert "✓ removed; volumes were kept" in out
    assert names(engine, NAME) == [NAME]


def test_only_container_left_is_not_pruned_whatever_its_name(engine, scaffold):
    alone = f"{NAME}-before-20260101-000000"
    engine.docker("create", f"--name={alone}", IMAGE, "true")
    scaffold("prune", "--yes")
    assert names(engine, NAME) == [alone]


def test_image_that_is_needed_after_all_stays_and_is_told(engine, scaffold, container):
    image = "scaffold-recreated/shown:20260101-000000"
    engine.docker("commit", "--message=scaffold container recreate", NAME, image)
    engine.docker("tag", image, "scaffold-recreated/shown:mine")
    engine.docker("create", f"--name={NAME}-2", image, "true")
    _, out, _ = scaffold("prune", "--dry-run", "--json")
    assert image not in json.loads(out)["images"]


def test_saved_image_has_author_and_message_and_its_gaps_are_told(engine, scaffold, container):
    engine.docker("rmi", "lab/saved:1", check=False)
    words = ("save", NAME, "lab/saved:1", "--message=a b", "--author=ada")
    code, _, err = scaffold(*words)
    assert (code, "--yes" in err) == (2, True)
    code, out, err = scaffold(*words, "--yes", "--json")
    document = json.loads(out)
    assert (code, document["suspected_variables"]) == (0, ["HF_TOKEN"])
    assert document["left_out"][0].endswith("(unnamed volume):/unnamed")
    image = engine.inspect("lab/saved:1")
    history = engine.docker("history", "--no-trunc", "lab/saved:1").stdout
    assert "HF_TOKEN" not in json.dumps(image) + history
    assert (image["Id"], image["Author"], image["Comment"]) == (document["id"], "ada", "a b")
    code, out, _ = scaffold("save", NAME, "lab/saved:1", "--yes")
    assert (code, "loses its name" in out) == (0, True)
    assert "✓ saved as lab/saved:1" in out
    person = at_terminal(engine, "save", NAME, "lab/saved:1")
    person.expect("Save as lab/saved:1")
    person.send("n")
    person.expect("nothing was saved")
    person.expect(pexpect.EOF)


@pytest.mark.long
def test_secrets_are_found_among_thousands_of_files_and_at_the_end_of_a_long_one(
    engine, scaffold, tmp_path
):
    remove(engine, NAME)
    secret = "hf_abcdefghijklmnopqrstuvwxyz"
    script = (
        "for i in $(seq 4000); do echo >/srv/a-rather-long-name-for-a-file-$i; done;"
        f" yes 'step 1 loss 0.5' | head -c 30000000 >/srv/long.log; echo {secret} >>/srv/long.log;"
        " touch /srv/ready; sleep 100"
    )
    engine.docker("run", "--detach", "--init", f"--name={NAME}", IMAGE, "sh", "-c", script)
    engine.docker("exec", NAME, "sh", "-c", "until [ -e /srv/ready ]; do sleep 0.1; done")
    engine.docker("exec", NAME, "sh", "-c", "echo x >/root/.netrc")
    engine.docker("rmi", "lab/saved:2", check=False)
    code, _, err = scaffold("save", NAME, "lab/saved:2")
    assert (code, "--yes" in err) == (2, True)
    code, out, err = scaffold("save", NAME, "lab/saved:2", "--yes", "--json")
    assert (code, json.loads(out)["suspected_files"]) == (0, ["/root/.netrc", "/srv/long.log"])
    assert "runs on while its files are read" in err
    listed = engine.docker("create", "lab/saved:2").stdout.strip()
    engine.docker("export", listed, "--output", str(tmp_path / "saved.tar"))
    engine.docker("rm", listed)
    with tarfile.open(tmp_path / "saved.tar") as archive:
        kept = set(archive.getnames())
    assert "srv/ready" in kept
    assert not kept & {"root/.netrc", "srv/long.log"}
    names = ("/root/.netrc", "/srv/long.log", "command")
    every = [f"--include-secret={name}" for name in names]
    code, out, _ = scaffold("save", NAME, "lab/saved:2", "--yes", *every)
    assert (code, "left out" in out) == (0, False), out
    code, _, err = scaffold("save", NAME, "lab/saved:2", "--yes", "--include-secret=NOPE")
    assert (code, "no suspected secret" in err) == (2, True)
    code, out, _ = scaffold("recreate", NAME, "--dry-run")
    assert f"docker commit {NAME} scaffold-recreated/{NAME}:latest" in out


def test_files_of_earlier_recreates_count_as_changes(engine, scaffold, tiny):
    remove(engine, NAME)
    loop = "trap exit TERM; while :; do sleep 0.1; done"
    engine.docker("run", "--detach", f"--name={NAME}", tiny, "sh", "-c", loop)
    engine.docker("exec", NAME, "sh", "-c", "echo password = geheim1234 >/srv/own.ini")
    assert scaffold("recreate", NAME, "--env=A=1", "--yes")[0] == 0
    engine.docker("rmi", "lab/saved:3", check=False)
    code, out, err = scaffold("save", NAME, "lab/saved:3", "--yes", "--json")
    assert (code, json.loads(out)["suspected_files"]) == (0, ["/srv/own.ini"]), err


def test_engine_that_does_not_answer_is_told(engine):
    # A process of its own: the package leaves sockets open that could not be connected.
    gone = replace_socket(engine, "unix:///no/such.sock")
    code, _, err = finished(gone, "list")
    assert (code, "Docker is not running (no socket at /no/such.sock)" in err) == (1, True)
    assert "scaffold host check" in err


def replace_socket(engine, socket: str):
    """The engine as it would be reached by another address."""
    other = copy.copy(engine)
    other.env = {**engine.env, "DOCKER_HOST": socket}
    return other


def test_context_that_is_not_there_is_told(engine, scaffold, monkeypatch):
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("DOCKER_CONTEXT", "no-such")
    code, _, err = scaffold("list")
    assert (code, "no Docker context named 'no-such'" in err) == (2, True)
    host = f"host={engine.socket}"
    engine.docker("context", "create", "lab", "--docker", host, check=False)
    (Path(engine.env["DOCKER_CONFIG"]) / "config.json").write_text("{}")
    monkeypatch.setenv("DOCKER_CONTEXT", "lab")
    code, out, _ = scaffold("list", "--json")
    assert (code, json.loads(out)["schema"]) == (0, 1)


def test_no_containers_at_all(engine, scaffold):
    everything = engine.docker("ps", "--all", "--quiet").stdout.split()
    if everything:
        engine.docker("rm", "--force", "--volumes", *everything)
    code, out, _ = scaffold("list")
    assert (code, out) == (0, "No containers, running or stopped.\n")
