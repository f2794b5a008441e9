"""`scaffold config`: the user's defaults, and what init makes of them."""

import json

import pytest

REQUIREMENTS = "torch>=2.8\n"


@pytest.fixture
def config(monkeypatch, tmp_path):
    """The file of the defaults in a home of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "gpu-scaffold" / "config.toml"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text(REQUIREMENTS)
    return folder


def test_default_is_set_printed_and_removed(scaffold, config):
    assert scaffold("config", "get", "shm").code == 1
    assert scaffold("config", "set", "shm", "4g").code == 0
    assert scaffold("config", "get", "shm").out == "4g\n"
    assert scaffold("config", "set", "--", "--shm", "2g").code == 0
    assert scaffold("config", "get", "shm").out == "2g\n"
    assert "no longer set" in scaffold("config", "unset", "shm").out
    assert "is not set" in scaffold("config", "unset", "shm").out
    assert scaffold("config", "get", "shm").code == 1
    assert config.stat().st_mode & 0o777 == 0o600


def test_list_of_values_is_replaced_and_printed_a_line_each(scaffold, config):
    scaffold("config", "set", "mount", "/a:/a")
    scaffold("config", "set", "mount", "/data:/data:ro", "models:/models")
    assert scaffold("config", "get", "mount").out == "/data:/data:ro\nmodels:/models\n"


def test_comments_and_other_keys_survive_a_change(scaffold, config):
    config.parent.mkdir(parents=True)
    config.write_text('# mine\nmount = [\n  "/a:/a", # disk\n]\nuser = "me" # me\n')
    scaffold("config", "set", "mount", "/b:/b")
    scaffold("config", "set", "installer", "pip")
    text = config.read_text()
    assert text.startswith("# mine\n")
    assert 'user = "me" # me\n' in text
    assert "/a:/a" not in text
    assert scaffold("config", "get", "installer").out == "pip\n"


def test_alone_it_lists_what_is_set_and_what_is_not(scaffold, config):
    assert "No defaults are set" in scaffold("config").out
    scaffold("config", "set", "mirror", "tuna")
    lines = scaffold("config").out.splitlines()
    assert "    mirror  tuna" in lines
    assert any(line.startswith("    shm") for line in lines)
    document = json.loads(scaffold("config", "list", "--json").out)
    assert document["defaults"] == {"mirror": ["tuna"]}
    assert document["path"] == str(config)
    assert scaffold("config", "path").out == f"{config}\n"


MISTAKES = {
    "an unknown key": (("set", "shn", "8g"), "unknown key 'shn'", "did you mean shm?"),
    "a key of a project": (("get", "framework"), "unknown key", "choose one of"),
    "a value that the flag refuses": (("set", "shm", "8"), "8 is only 8 B", "8g"),
    "an unknown mirror": (("set", "mirror", "tunaa"), "tunaa", "did you mean tuna?"),
    "an unknown choice": (("set", "installer", "pp"), "unknown choice", "choose one of uv, pip"),
    "two values for one": (("set", "user", "a", "b"), "user takes one value, not 2", "error"),
    "a password in an address": (
        ("set", "mirror", "pip=https://me:pass@example.org/simple"),
        "user name or password",
        "credentials",
    ),
    "a token": (
        ("set", "feature", "ghcr.io/a/b/c:1,token=ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"),
        "looks like a secret",
        "environment",
    ),
    "no value": (("set", "shm"), "missing argument", "--help"),
}


@pytest.mark.parametrize(("words", "wrong", "fix"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_changes_nothing_and_ends_with_two(scaffold, config, words, wrong, fix):
    done = scaffold("config", *words)
    assert done.code == 2
    assert wrong in done.err
    assert fix in done.err
    assert not config.exists()


BROKEN = {
    "no TOML": ("shm = \n", "is not valid TOML"),
    "an unknown key": ('shmm = "8g"\n', "unknown key 'shmm'"),
    "a wrong type": ("mount = 3\n", "mount: expected a list of texts"),
    "a value that cannot be meant": ('shm = "8"\n', "8 is only 8 B"),
    "no text": ("\udcff", "is not UTF-8 text"),
}


@pytest.mark.parametrize(("text", "wrong"), BROKEN.values(), ids=BROKEN)
def test_broken_file_stops_every_command_and_is_left_alone(scaffold, config, project, text, wrong):
    config.parent.mkdir(parents=True)
    content = text.encode("utf-8", "surrogateescape")
    config.write_bytes(content)
    for words in (("config",), ("config", "set", "user", "me"), ("init", project, "--yes")):
        done = scaffold(*words)
        assert done.code == 2
        assert wrong in done.err
        assert str(config) in done.err
        assert "scaffold config edit" in done.err
    assert config.read_bytes() == content
    assert not (project / ".devcontainer").exists()


def test_editor_opens_the_file_and_its_faults_are_told(scaffold, config, monkeypatch, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho \'user = "me"\' >>"$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    assert "1 default is set" in scaffold("config", "edit").out
    assert "is not valid TOML" in scaffold("config", "edit").err
    monkeypatch.setenv("VISUAL", str(tmp_path / "none"))
    done = scaffold("config", "edit")
    assert (done.code, str(config) in done.err) == (2, True)


def test_init_takes_the_defaults_and_says_so(scaffold, config, project):
    scaffold("config", "set", "shm", "3g")
    scaffold("config", "set", "user", "me")
    done = scaffold("init", project, "--yes")
    assert "From your config" in done.out
    assert "--shm   3g" in done.out
    assert "--shm-size=3g" in (project / ".devcontainer/devcontainer.json").read_text()
    record = (project / ".devcontainer/scaffold.toml").read_text()
    assert "shm" not in record.partition("[image]")[0]


def test_flags_and_answers_of_the_project_go_first(scaffold, config, project):
    scaffold("init", project, "--shm", "5g", "--yes")
    scaffold("config", "set", "shm", "3g")
    done = scaffold("init", project, "--yes")
    assert "From your config" not in done.out
    assert "--shm-size=5g" in (project / ".devcontainer/devcontainer.json").read_text()
