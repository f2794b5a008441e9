"""Values that cannot be meant, and what `init` says to do next."""

import pytest

MISTAKES = {
    "shared memory of 8 bytes": (["--shm", "8"], "--shm: 8 is only 8 B", "for gigabytes: 8g"),
    "shared memory of 64 kB": (["--shm", "64k"], "64k is only", "for gigabytes: 64g"),
    "a port out of range": (["--port", "99999"], "'99999' is not a port", "1 to 65535"),
    "a context without a server": (["--files", "context"], "needs the server", "--host NAME"),
    "bytes that are no text": (["--name", "a\udcff"], "--name: the text holds bytes", ""),
    "a release of 5000 digits": (["--framework", "torch==" + "9" * 5000], "a hundred digits", ""),
    "shared memory of 5000 digits": (["--shm", "9" * 5000 + "g"], "--shm: no number has", ""),
    "a user id that is no number": (["--uid", "foo"], "--uid: 'foo'", "init --help"),
    "an unknown framework": (["--framework", "torhc"], "unknown framework", "did you mean torch?"),
    "an unknown GPU": (["--gpu-model", "T44"], "no GPU is known by the name 'T44'", "T40"),
    "a driver that is no version": (["--driver", "abc"], "'abc' is not a driver", "535.183.01"),
    "a Python that is no version": (["--python", "three"], "--python", "3.12"),
    "a login of the system": (["--user", "daemon"], "'daemon' is a login", "--user dev"),
    "a user at a server": (["--host", "ada@gpu01"], "is no alias", "host setup ada@gpu01"),
    "ports in one text": (["--port", "8888,6006"], "is not a port", "--port 8888 --port 6006"),
    "a pair of ports": (["--port", "9000:8888"], "is not a port", "scaffold tunnel 9000:8888"),
    "packages in one text": (["--apt", "libgl1 ffmpeg"], "--apt: ", "--apt libgl1 --apt ffmpeg"),
    "a package that is none": (["--apt", "libgl1, _"], "--apt: ", "e.g. ffmpeg"),
    "shared memory with the unit of disks": (["--shm", "8GB"], "--shm: cannot", "such as 8g,"),
    "a folder of Windows": (["--mount", "C:\\data:/data"], "--mount: ", "/mnt/c/Users"),
    "a wrong choice": (["--target", "remot"], "unknown choice 'remot'", "did you mean remote?"),
}


@pytest.mark.parametrize(("words", "wrong", "fix"), MISTAKES.values(), ids=MISTAKES)
def test_value_that_cannot_be_meant_is_refused(scaffold, tmp_path, words, wrong, fix):
    done = scaffold("init", "--yes", tmp_path, *words)
    assert done.code == 2
    assert wrong in done.err
    assert fix in done.err
    assert done.out == "", "nothing else is printed"
    assert not list(tmp_path.iterdir())


ADDRESS = "https://example.org/ada/vision"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("init", ADDRESS), f"clone it with: scaffold start {ADDRESS}"),
        (("up", ADDRESS), f"clone it with: scaffold start {ADDRESS}"),
        (("up", "gpu01"), "a server is named with --host"),
        (("open", "gpu01"), "a server is named with --host"),
        (("sync", "gpu01"), "a server is named with --host"),
        (("pull", "--path", "gpu01"), "a server is named with --host"),
    ],
)
def test_path_that_is_something_else_is_told(scaffold, tmp_path, monkeypatch, words, hint):
    monkeypatch.chdir(tmp_path)
    done = scaffold(*words)
    assert done.code == 2
    assert "folder" in done.err
    assert hint in done.err


@pytest.mark.parametrize("size", ["8g", "1048576", "1024k", "512M", "host", ""])
def test_sizes_that_are_meant_are_taken(scaffold, tmp_path, size):
    assert scaffold("init", "--yes", "--dry-run", tmp_path, "--shm", size).code == 0


def test_next_names_folder_and_configuration(scaffold, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my sub").mkdir()
    (tmp_path / "my sub" / "requirements.txt").write_text("numpy\n")
    done = scaffold("init", "--yes", "my sub", "--config", "gpu")
    assert "scaffold up 'my sub' --config gpu  starts" in done.out
    assert "scaffold open 'my sub' --config gpu opens" in done.out


def test_what_is_missing_is_said_before_it_matters(scaffold, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    done = scaffold("init", "--yes", tmp_path)
    expected = "scaffold doctor   says how to install Docker and the Dev Containers CLI"
    assert expected in done.out.split("Next")[1]


@pytest.mark.parametrize("command", ["up", "verify", "sync", "down", "init", "start"])
def test_a_file_in_place_of_a_folder_is_told(scaffold, tmp_path, command):
    (tmp_path / "file").write_text("")
    done = scaffold(command, tmp_path / "file")
    assert done.code == 2
    assert "file" in done.err
    assert "folder" in done.err or "directory" in done.err
