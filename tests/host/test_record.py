"""Changes that a server keeps a record of, made and taken back by real shells in a folder."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.findings import Step, root, run
from scaffold.host import record as records
from scaffold.host.record import ChangeRecord
from scaffold.host.record_script import RECORD

SHELLCHECK = Path(sys.executable).with_name("shellcheck")

SHELLS = ("dash", "bash")


@pytest.fixture(params=SHELLS)
def shell(request, tmp_path):
    """Runs the steps as the login does, with its records below the test's folder."""

    def ran(step: Step, state: Path = tmp_path / "state") -> subprocess.CompletedProcess[str]:
        argv = list(step.argv)
        argv[2] = argv[2].replace("/var/lib/gpu-scaffold/undo", f"{state}/gpu-scaffold/undo")
        argv[0] = request.param
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    return ran


def change(command: str, *files: Path, undo: str = "", name: str = "1-x", about: str = "Do it."):
    """A step of this command, and its record."""
    record = ChangeRecord(
        id=name,
        finding="docker.x",
        why=about,
        by="ada",
        undo=undo,
        files=tuple(map(str, files)),
    )
    return records.recorded(root(about, "sh", "-c", command), record), record


def content(folder: Path) -> dict[str, str]:
    """Every path below a folder with its kind, rights and content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = f"-> {path.readlink()}"
        elif path.is_file():
            found[str(path)] = f"{path.stat().st_mode:o} {path.read_text()}"
        else:
            found[str(path)] = f"{path.stat().st_mode:o}"
    return found


@pytest.fixture
def etc(tmp_path):
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "daemon.json").write_text('{"data-root": "/data"}')
    (folder / "daemon.json").chmod(0o600)
    (folder / "real").write_text("real\n")
    (folder / "link").symlink_to("real")
    return folder


CHANGES = {
    "a file that was there is changed": ("echo new >@/daemon.json", "daemon.json"),
    "a file gets other rights": ("chmod 644 @/daemon.json", "daemon.json"),
    "a new file": ("echo x >@/new.list", "new.list"),
    "a new file in new folders": ("mkdir -p @/a/b && echo x >@/a/b/new", "a/b/new"),
    "a file behind a link": ("echo other >@/link", "link"),
    "a link that was not there": ("ln -s real @/other", "other"),
    "a link that leads elsewhere": ("ln -sf daemon.json @/dead", "dead"),
    "a file that is moved": ("mv @/daemon.json @/aside", "daemon.json aside"),
    "a file that is deleted": ("rm @/daemon.json", "daemon.json"),
    "a change that fails half way": ("echo x >@/new.list; false", "new.list"),
}


@pytest.mark.parametrize("row", CHANGES.values(), ids=CHANGES)
def test_what_a_step_wrote_is_as_it_was(row, shell, etc, tmp_path):
    command, names = row
    (etc / "dead").symlink_to("nowhere")
    before = content(etc)
    step, record = change(command.replace("@", str(etc)), *(etc / name for name in names.split()))
    done = shell(step)
    assert done.returncode == ("false" in command)
    assert content(etc) != before
    back = shell(records.take_back(record))
    assert (back.returncode, back.stdout, back.stderr) == (0, "", "")
    assert content(etc) == before
    assert not (tmp_path / "state").exists()


def test_several_changes_of_one_file_are_taken_back_one_by_one(shell, etc):
    file = etc / "daemon.json"
    before = content(etc)
    made = [change(f"echo {n} >{file}", file, name=f"{n}-x") for n in (1, 2, 3)]
    for step, _ in made:
        assert shell(step).returncode == 0
    for number, (_, record) in reversed(list(enumerate(made))):
        assert shell(records.take_back(record)).returncode == 0
        assert file.read_text().strip() == ('{"data-root": "/data"}', "1", "2")[number]
    assert content(etc) == before


def test_a_file_that_somebody_changed_since_is_kept_and_told(shell, etc, tmp_path):
    file = etc / "daemon.json"
    step, record = change(f"echo ours >{file}", file)
    shell(step)
    file.write_text("theirs")
    back = shell(records.take_back(record))
    assert back.returncode == 1
    (kept,) = records.kept_by(back.stdout)
    assert kept.startswith(f"{file}: changed since")
    assert file.read_text() == "theirs"
    copy = Path(kept.rpartition(" ")[2])
    assert copy.read_text() == '{"data-root": "/data"}'


def test_a_step_that_changes_nothing_leaves_no_record(shell, etc, tmp_path):
    step, record = change("true", etc / "daemon.json", undo=f"rm {etc}/daemon.json")
    assert shell(step).returncode == 0
    assert not (tmp_path / "state").exists()
    assert shell(records.take_back(record)).returncode == 0
    assert (etc / "daemon.json").exists()


def test_what_is_no_file_is_undone_by_its_command(shell, tmp_path):
    step, record = change("true", undo=f"touch {shlex.quote(str(tmp_path / 'it is off'))}")
    shell(step)
    assert shell(records.take_back(record)).returncode == 0
    assert (tmp_path / "it is off").exists()


def test_an_undo_that_fails_is_told_and_stays_on_record(shell):
    step, record = change("true", undo="false")
    shell(step)
    back = shell(records.take_back(record))
    assert (back.returncode, records.kept_by(back.stdout)) == (1, ("false",))
    assert shell(records.take_back(record)).returncode == 1


def test_a_run_that_was_cut_off_leaves_the_state_from_before_it_on_record(shell, etc):
    file = etc / "daemon.json"
    before = content(etc)
    cut, _ = change(f"echo half >{file}; kill -9 $PPID", file, name="1-x")
    shell(cut)
    again, record = change(f"echo whole >{file}", file, name="2-x")
    assert shell(again).returncode == 0
    (left,) = (Path(str(etc.parent)) / "state/gpu-scaffold/undo").iterdir()
    taken = records.take_back(ChangeRecord(id=left.name, finding="", why="", by=""))
    assert shell(taken).returncode == 0
    assert content(etc) == before
    assert shell(records.take_back(record)).returncode == 0


def test_where_no_record_can_be_written_nothing_is_changed(shell, etc):
    step, _ = change(f"echo x >{etc}/daemon.json", etc / "daemon.json")
    done = shell(step, Path("/proc"))
    assert done.returncode == 1
    assert "record of this change cannot be written" in done.stderr
    assert "data-root" in (etc / "daemon.json").read_text()


PACKAGE_TOOLS = """\
case ${0##*/} in
  dpkg-query) sed 's/$/ installed/' "$STORE" ;;
  dpkg)
    [ "$1" = --purge ] && shift
    echo "purged $*" >>"$STORE.log"
    for name; do sed -i "/^$name /d" "$STORE"; done ;;
esac
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A list of installed packages, kept by stand-ins of dpkg's programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dpkg", "dpkg-query"):
        (folder / name).write_text(f"#!/bin/sh\n{PACKAGE_TOOLS}")
        (folder / name).chmod(0o755)
    file = tmp_path / "packages"
    file.write_text("curl 7.8\nbase 1.0\n")
    monkeypatch.setenv("STORE", str(file))
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return file


def test_packages_that_came_with_a_change_go_with_it(shell, store):
    step, record = change(f"echo 'toolkit 1.20' >>{store}; echo 'toolkit-base 1.20' >>{store}")
    shell(step)
    assert shell(records.take_back(record)).stdout == ""
    assert store.read_text() == "curl 7.8\nbase 1.0\n"
    log = store.with_name("packages.log")
    assert log.read_text() == "purged toolkit toolkit-base\n"


def test_an_upgraded_package_is_told_with_its_version_before(shell, store):
    step, record = change(f"sed -i s/7.8/8.0/ {store}")
    shell(step)
    told = records.kept_by(shell(records.take_back(record)).stdout)
    assert told == ("package curl: it was version 7.8 before",)


@pytest.mark.parametrize(
    ("step", "files", "undo"),
    [
        (root("x", "curl", "-fsSL", "-o", "/etc/a.repo", "URL"), ("/etc/a.repo",), ""),
        (
            root("x", "sh", "-c", "curl URL | gpg --yes -o /usr/k.gpg", undo=("rm", "/usr/k.gpg")),
            ("/usr/k.gpg",),
            "",
        ),
        (root("x", "sh", "-c", "echo x >/etc/a.list 2>/dev/null"), ("/etc/a.list",), ""),
        (
            root("x", "usermod", "-aG", "docker", "ada", undo=("gpasswd", "-d", "ada", "docker")),
            ("/etc/group", "/etc/gshadow", "/etc/group-", "/etc/gshadow-", "/etc/.pwd.lock"),
            "gpasswd -d ada docker",
        ),
        (
            root("x", "nvidia-ctk", "runtime", "configure", "--runtime=docker"),
            ("/etc/docker/daemon.json", "/etc/docker/daemon.json.before-scaffold"),
            "",
        ),
        (root("x", "mv", "/a", "/b", undo=("mv", "/b", "/a")), ("/a", "/b"), ""),
        (root("x", "ln", "-s", "/a", "/b", undo=("rm", "/b")), ("/b",), ""),
        (
            root("x", "systemctl", "enable", "--now", "docker", undo=("systemctl", "disable", "x")),
            ("/etc/systemd/system/multi-user.target.wants/docker.service",),
            "systemctl disable x",
        ),
        (root("x", "apt-get", "install", "a", undo=("apt-get", "remove", "a")), (), ""),
        (run("x", "nvidia-ctk", "runtime", "configure", "--runtime=docker"), (), ""),
    ],
)
def test_files_and_undo_follow_from_the_command(step, files, undo):
    record = records.record_of(step, "1", "docker.x", "ada", stops=True)
    assert (record.files, record.undo, record.as_root) == (files, undo, step.sudo)


def test_records_are_read_back_whatever_else_a_login_prints():
    one = ChangeRecord(
        id="1-docker.x",
        finding="docker.x",
        why='Say "it\'s" \\n é',
        by="ada",
        undo="gpasswd -d 'a b' docker",
        files=("/etc/group",),
        stops_containers=True,
    )
    own = ChangeRecord(id="2-toolkit.y", finding="toolkit.y", why="x", by="ada", as_root=False)
    text = "\n".join(
        [
            "Welcome!",
            f"scaffold-record {one.id} {one.about()}",
            "scaffold-record 3 no json",
            "scaffold-record 4 []",
            "scaffold-record $(id) {}",
            "scaffold-record .. {}",
            "scaffold-own",
            f"scaffold-record {own.id} {own.about()}",
        ]
    )
    assert records.read_records(text) == (one, own)


def test_a_server_lists_its_records(shell, etc, tmp_path):
    step, record = change(f"echo x >{etc}/new", etc / "new", about='Say "it\'s" \\n.')
    shell(step)
    script = records.list_script().decode()
    listed = shell(Step(why="x", argv=("sh", "-c", script)))
    assert listed.stdout.endswith("scaffold-done list\n")
    assert records.read_records(listed.stdout) == (record,)


def test_the_script_is_clean():
    tried = subprocess.run(
        [str(SHELLCHECK), "-s", "sh", "-"],
        input=f"#!/bin/sh\n{RECORD}\nbegin a b c d\nfinish\ntake_back a\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 0, tried.stdout
