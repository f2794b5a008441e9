"""Which changed paths are somebody's work, and what of it goes into the project."""

from dataclasses import replace

import pytest

from scaffold.adopt.file_tree import FileEntry, read_changes, tree_changes
from scaffold.adopt.overlay import ReadContents, list_content, make_overlay
from scaffold.adopt.sorting import (
    EXCLUDED,
    PACKAGES,
    PackagePaths,
    noise,
    sort_changes,
    temporary_work,
    whole_folders,
)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/tmp/x", "temporary files"),
        ("/var/log/apt/history.log", "logs"),
        ("/root/.cache/pip/http/a", "caches"),
        ("/home/ada/miniconda3/pkgs/x.conda", "caches"),
        ("/opt/app/__pycache__/a.cpython-311.pyc", "caches"),
        ("/var/lib/dpkg/status", "the package manager's state"),
        ("/root/.vscode-server/bin/1", "the editor's server"),
        ("/home/ada/.bash_history", "shell history"),
        ("/etc/shadow", "users and groups, created without passwords"),
        ("/etc/hosts", "created for each container"),
        ("/etc/ssh/ssh_host_rsa_key", "host keys"),
        ("/opt/app/train.py", ""),
        ("/etc/pip.conf", ""),
        ("/root/.jupyter/jupyter_server_config.py", ""),
        ("/var/lib/mydata/x", ""),
    ],
)
def test_rule_knows_what_programs_leave_behind(path, reason):
    assert noise(path) == reason


def sorted_from(text: str, owned: PackagePaths | None = None, mounts=(), **more):
    """Changes as `docker diff` prints them, sorted."""
    kinds = {"C": 0, "A": 1, "D": 2}
    rows = [line.split(maxsplit=1) for line in text.strip().splitlines()]
    changes = read_changes({"Path": path, "Kind": kinds[kind]} for kind, path in rows)
    return sort_changes(changes, owned or PackagePaths(), mounts, **more), changes


def test_folders_are_kept_only_where_nothing_in_them_brings_them():
    found, _ = sorted_from(
        "C /opt\nA /opt/app\nA /opt/app/x\nA /opt/empty\nA /home/bob\nA /home/bob/.bash_history\n"
        "C /srv\nC /home\nA /opt/lib\nA /opt/lib/six.py",
        PackagePaths(now=frozenset({"/opt/lib/six.py"})),
    )
    assert found.real == ("/home/bob", "/opt/app/x", "/opt/empty", "/srv")
    assert found.explained[PACKAGES] == 1


def test_what_packages_took_away_is_not_deleted_again():
    owned = PackagePaths(before=frozenset({"/usr/bin/jq"}), trees=("/usr/lib/node_modules/x",))
    found, _ = sorted_from(
        "D /usr/bin/jq\nD /usr/share/doc/base-files\nA /usr/lib/node_modules/x/a.js", owned
    )
    assert (found.real, found.deleted) == ((), ("/usr/share/doc/base-files",))


def test_what_is_asked_for_overrules():
    text = "A /data\nA /data/model.bin\nA /root/.cache\nA /root/.cache/mine"
    found, _ = sorted_from(text, include=["/root/.cache/mine"], exclude=["/data"])
    assert found.real == ("/root/.cache/mine",)
    assert found.explained[EXCLUDED] == 2


def test_mount_points_are_the_engines():
    found, _ = sorted_from("A /mnt/a\nA /mnt/a/b\nA /mnt/c", mounts=["/mnt/a/b"])
    assert (found.real, found.explained["mount points"]) == (("/mnt/c",), 2)


def test_new_folders_are_read_as_a_whole_where_all_of_them_is_wanted():
    found, changes = sorted_from(
        "C /opt\nA /opt/app\nA /opt/app/a\nA /opt/app/b\nA /opt/app/b/c\n"
        "A /opt/mixed\nA /opt/mixed/x.pyc\nA /opt/mixed/d\nC /etc\nC /etc/profile"
    )
    whole, single = whole_folders(found, changes)
    assert whole == ["/opt/app"]
    assert single == ["/etc", "/etc/profile", "/opt", "/opt/mixed", "/opt/mixed/d"]


def entry(path: str, kind: str = "file", mode: int = 0o644, **more) -> FileEntry:
    return FileEntry(
        path=path, kind=kind, mode=mode, uid=more.pop("uid", 0), gid=more.pop("gid", 0), **more
    )


def test_two_trees_give_the_list_that_the_engine_would():
    base = {path: entry(path) for path in ("/a", "/b", "/c", "/c/d")}
    base["/c"] = entry("/c", "dir", 0o755)
    now = {"/a": entry("/a"), "/b": entry("/b", mode=0o600), "/e": entry("/e")}
    assert tree_changes(base | {"/": entry("/")}, now | {"/": entry("/")}) == {
        "/b": "modified",
        "/e": "added",
        "/c": "deleted",
    }


CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nMIIB"
KEY = b"-----BEGIN RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("path", "content", "secret"),
    [
        ("/root/.netrc", b"machine x", True),
        ("/etc/ca.pem", CERTIFICATE, False),
        ("/etc/own.pem", b"", True),
        ("/root/notes", b"token: hf_abcdefghijklmnop", True),
        ("/root/key", KEY, True),
        ("/etc/pip.conf", b"index-url = https://me:pw@m.example/simple", True),
        ("/root/.bashrc", b"export WANDB_API_KEY=0123456789abcdef", True),
        ("/root/.bashrc", b"export WANDB_API_KEY=$OTHER", False),
        ("/root/a.json", b'{"password": "argon2:longer"}', True),
        ("/root/train.py", b"tokenizer = load('x')\npassword = None\n", False),
        ("/root/x.bin", b"\0token=hf_abcdefghijklmnop", False),
    ],
)
def test_suspected_secret_is_left_out_unless_asked_for(path, content, secret):
    read = {path: entry(path)}
    contents = ReadContents({path: content})
    found = make_overlay(read, contents, [path], [])
    assert found.secret == ((path,) if secret else ())
    assert not make_overlay(read, contents, [path], [], included=[path]).secret


def test_files_with_the_content_or_the_values_of_a_suspected_file_are_suspected_too():
    paths = ("/etc/app.ini", "/opt/copy", "/opt/train.py", "/root/.netrc", "/srv/big.log")
    read = {path: entry(path, size=9) for path in paths}
    for path in ("/opt/copy", "/root/.netrc"):
        read[path] = replace(read[path], digest="d")
    small = {
        "/root/.netrc": b"machine h login ada password hunter22X",
        "/etc/app.ini": b"x = hunter22X",
        "/opt/train.py": b"print(1)",
    }
    contents = ReadContents(small, secret={"/srv/big.log"}, known=())
    found = make_overlay(read, contents, paths, [])
    assert [one.path for one in found.entries] == ["/opt/train.py"]
    assert "hunter22X" in found.values
    assert "hunter22X" not in repr(found)


def test_list_says_order_owner_and_mode():
    read = {
        "/etc/apt/sources.list.d": entry("/etc/apt/sources.list.d", "dir", 0o755),
        "/etc/apt/sources.list.d/x": entry("/etc/apt/sources.list.d/x", size=3),
        "/home/a": entry("/home/a", "dir", 0o700, uid=5, gid=6),
        "/home/a/s": entry("/home/a/s", mode=0o4755, uid=5),
        "/opt/l": entry("/opt/l", "link", 0o777, target="/x y"),
        "/opt/p": entry("/opt/p", "other"),
        "/opt/new\nline": entry("/opt/new\nline"),
    }
    real = [path for path in read if path != "/home/a"]
    found = make_overlay(read, ReadContents(), [*real, "/gone"], ["/etc/old"], first=["/home/a"])
    assert found.odd == ("/opt/new\nline", "/opt/p")
    assert (found.early, found.late, found.size) == (True, True, 3)
    assert list_content(found).splitlines()[2:] == [
        "gone\tgone\t-\t-\t/etc/old\t-",
        "dir\tearly\t0755\t0:0\t/etc/apt/sources.list.d\t-",
        "file\tearly\t0644\t0:0\t/etc/apt/sources.list.d/x\t-",
        "dir\tearly\t0700\t5:6\t/home/a\t-",
        "file\tlate\t4755\t5:0\t/home/a/s\t-",
        "link\tlate\t0777\t0:0\t/opt/l\t/x y",
    ]


def test_work_in_tmp_is_offered_and_what_programs_leave_there_is_not():
    paths = ("work.py", "run/data.bin", "run", "pip-abc", "tmp123", ".X11-unix", "a.sock", "gone")
    changes = {f"/tmp/{path}": "added" for path in paths} | {"/tmp/gone": "deleted"}
    assert temporary_work(changes) == ("/tmp/run", "/tmp/work.py")
    assert temporary_work({**changes, "/var/tmp/x": "added"}, ["/tmp/run"]) == (
        "/tmp/work.py",
        "/var/tmp/x",
    )


def test_paths_that_no_installer_restores_are_carried():
    owned = PackagePaths(now=frozenset({"/usr/bin/a", "/usr/bin/b"}), own=frozenset({"/usr/bin/a"}))
    found = sort_changes({"/usr/bin/a": "added", "/usr/bin/b": "added"}, owned)
    assert found.real == ("/usr/bin/a",)
