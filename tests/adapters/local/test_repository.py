"""The walk over a repository on a real disk."""

import os

import pytest

from scaffold.adapters.local import repository
from scaffold.adapters.local.repository import read_repository
from scaffold.errors import InputError
from scaffold.project.framework import Framework
from scaffold.project.reading import read_project
from scaffold.project.sources import Unread
from scaffold.project.syntax.text import MAX_MANIFEST_BYTES


def lay(root, files):
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def look(root):
    return read_project(*read_repository(root))


def test_contents_of_manifests_and_all_paths(tmp_path):
    lay(
        tmp_path,
        {"requirements.txt": "torch\n", "src/k.cu": "", "src/very/deep/a.py": "", "b.bin": ""},
    )
    files, paths = read_repository(tmp_path)
    assert files == {"requirements.txt": b"torch\n"}
    assert paths == ["b.bin", "requirements.txt", "src/k.cu", "src/very/deep/a.py"]


def test_ignored_folders_among_fifty_thousand_files_are_not_entered(tmp_path, monkeypatch):
    lay(tmp_path, {".gitignore": "/data/\n", "requirements.txt": "torch\n", "src/a.py": ""})
    (tmp_path / "data").mkdir()
    entered = []
    scandir = os.scandir

    class Entries(list):
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    def many(folder):
        entered.append(os.path.relpath(folder, tmp_path))
        with scandir(folder) as entries:
            found = list(entries)
        # One entry stands for the 50,000 that the folder would hold.
        return Entries(found * 25_000 if entered[-1] == "src" else found)

    monkeypatch.setattr(os, "scandir", many)
    monkeypatch.setattr(repository, "_check", lambda root: None)
    _, paths = read_repository(tmp_path)
    assert sorted(entered) == [".", "src"]
    assert len(paths) == 25_002


def test_fifty_thousand_real_files_in_an_ignored_folder(tmp_path):
    lay(tmp_path, {".gitignore": "data/\n", "requirements.txt": "torch\n"})
    first = lay(tmp_path, {"data/0": ""}) / "data/0"
    for number in range(1, 50_000):
        # A disk allows some thousand links to one file: a new one every thousand.
        if number % 1000 == 0:
            first = tmp_path / "data" / str(number)
            first.touch()
        else:
            os.link(first, tmp_path / "data" / str(number))
    _, paths = read_repository(tmp_path)
    assert paths == [".gitignore", "requirements.txt"]


@pytest.mark.parametrize(
    "folder",
    [".git", "node_modules", ".venv", "__pycache__", "wandb"],
)
def test_folders_of_nobodys_sources_are_skipped(tmp_path, folder):
    lay(tmp_path, {f"{folder}/requirements.txt": "torch\n"})
    assert read_repository(tmp_path) == ({}, [])


@pytest.mark.parametrize("sign", ["pyvenv.cfg", "conda-meta/history", "CACHEDIR.TAG"])
def test_environments_and_caches_of_any_name_are_skipped(tmp_path, sign):
    lay(tmp_path, {f"my-env/{sign}": "", "my-env/lib/requirements.txt": "torch\n"})
    assert read_repository(tmp_path) == ({}, [])


def test_nested_ignore_files_and_exceptions(tmp_path):
    lay(
        tmp_path,
        {
            ".gitignore": "*.ipynb\nout/\n",
            "requirements.txt": "",
            "a.ipynb": "{}",
            "lib/.gitignore": "!keep.ipynb\nsecret/\n",
            "lib/keep.ipynb": "{}",
            "lib/b.ipynb": "{}",
            "lib/secret/x.cu": "",
            "out/x.cu": "",
        },
    )
    _, paths = read_repository(tmp_path)
    # The notebook at the root is read although ignored: it is there for whoever works here.
    expected = [".gitignore", "a.ipynb", "lib/.gitignore", "lib/keep.ipynb", "requirements.txt"]
    assert paths == expected


def test_ignored_manifest_at_the_root_is_read(tmp_path):
    lay(tmp_path, {".gitignore": "*.txt\n", "requirements.txt": "torch\n"})
    assert look(tmp_path).framework is Framework.PYTORCH


@pytest.mark.parametrize("patterns", ["", "\n\n", "!\ndata/\n", b"\xff\xfe\ndata/\n"])
def test_odd_ignore_files(tmp_path, patterns):
    lay(tmp_path, {".gitignore": patterns, "requirements.txt": "torch\n"})
    assert look(tmp_path).framework is Framework.PYTORCH


def test_ignore_file_that_is_a_folder(tmp_path):
    (tmp_path / ".gitignore").mkdir()
    assert read_repository(tmp_path) == ({}, [])


def test_included_files_of_any_name_are_read(tmp_path):
    lay(
        tmp_path,
        {
            "requirements.txt": "-r deps/core.list\n-r missing.txt\n-r requirements.txt\n",
            "deps/core.list": "torch==2.3\n-r ../requirements.txt\n",
            "setup.py": "setup(install_requires=open('requirements-none.txt'))",
        },
    )
    facts = look(tmp_path)
    assert facts.framework_spec == "==2.3"
    assert facts.install_files == ("requirements.txt", "deps/core.list")
    assert facts.problems == ("missing.txt: No such file or directory",)


def test_nothing_outside_the_root_is_read(tmp_path):
    lay(tmp_path, {"outside.txt": "torch==1.0\n", "repo/README.md": ""})
    root = tmp_path / "repo"
    text = "-r ../outside.txt\n-r /etc/passwd\n-r ../../../etc/passwd\n-r link.txt\n"
    lay(root, {"requirements.txt": text})
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (root / "environment.yml").symlink_to("/etc/passwd")
    (root / "away").symlink_to(tmp_path)
    files, _ = read_repository(root)
    assert b"torch==1.0\n" not in files.values()
    facts = look(root)
    assert facts.framework is Framework.NONE
    assert len([one for one in facts.problems if "outside the project: not read" in one]) == 3
    assert "link.txt: a link that leaves the project: not read" in facts.problems
    assert "environment.yml: a link that leaves the project: not read" in facts.problems


def test_link_inside_the_root_is_followed(tmp_path):
    lay(tmp_path, {"deps.txt": "torch\n"})
    (tmp_path / "requirements.txt").symlink_to("deps.txt")
    assert look(tmp_path).framework is Framework.PYTORCH


def test_what_is_no_regular_file_is_named_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "environment.yml")
    (tmp_path / "requirements.txt").mkdir()
    (tmp_path / "Pipfile").symlink_to("Pipfile")
    (tmp_path / "setup.py").symlink_to("nowhere")
    problems = look(tmp_path).problems
    assert "environment.yml: not a regular file" in problems
    assert "requirements.txt: a folder, not a file" in problems
    assert any(one.startswith("Pipfile: ") for one in problems)
    assert "setup.py: No such file or directory" in problems


def test_file_that_may_not_be_read(tmp_path, monkeypatch):
    lay(tmp_path, {"requirements.txt": "torch\n"})

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    files, _ = read_repository(tmp_path)
    assert files == {"requirements.txt": Unread("Permission denied")}


def test_folder_that_may_not_be_read_is_passed_over(tmp_path, monkeypatch):
    lay(tmp_path, {"requirements.txt": "torch\n", "closed/k.cu": ""})
    scandir = os.scandir

    def refuse(folder):
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert read_repository(tmp_path)[1] == ["requirements.txt"]


def test_large_file_is_read_to_its_bound(tmp_path):
    line = b"numpy # padding padding padding\n"
    lay(tmp_path, {"requirements.txt": b"torch\n" + line * (MAX_MANIFEST_BYTES // len(line) + 10)})
    facts = look(tmp_path)
    assert facts.framework is Framework.PYTORCH
    assert facts.problems == (
        "requirements.txt: larger than 1.049 MB: only the beginning was read",
        "requirements.txt:10001: only 10000 lines of a list are read",
    )


def test_of_many_scripts_a_sample_is_read(tmp_path):
    lay(tmp_path, {f"s{number:03}.py": "" for number in range(100)})
    files, paths = read_repository(tmp_path)
    assert (len(files), len(paths)) == (repository.MAX_SCRIPTS, 100)


def test_names_with_line_breaks_and_broken_encodings(tmp_path):
    lay(tmp_path, {"a\nb/requirements.txt": "torch==2.0\n", "requirements.txt": "torch=2\n"})
    broken = os.path.join(os.fsencode(tmp_path), b"\xff-requirements.txt")  # noqa: PTH118
    with open(broken, "wb") as stream:  # noqa: PTH123
        stream.write(b"torch\n")
    facts = look(tmp_path)
    shown = repr([*facts.evidence, *facts.problems])
    assert "\\n" not in shown
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda root: root / "missing", "there is no folder"),
        (lambda root: lay(root, {"file": ""}) / "file", "is not a folder"),
        (lambda root: lay(root, {"file": ""}) / "file" / "below", "cannot read"),
        (lambda root: root / "nul\0byte", "cannot read"),
    ],
)
def test_root_that_is_no_folder_is_the_users_to_correct(tmp_path, make, message):
    with pytest.raises(InputError, match=message) as raised:
        read_repository(make(tmp_path))
    assert raised.value.hint
