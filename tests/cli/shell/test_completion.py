"""Completion of the command line: candidates for each shell, the script, and its installation."""

import shutil
import subprocess
from contextlib import contextmanager

import pytest

from scaffold.adapters.docker import engine
from scaffold.cli.main import COMMANDS, cli, main
from scaffold.cli.shell.completion import SHELL_NAMES
from scaffold.cli.shell.shells import SHELLS, candidates
from scaffold.errors import TargetError


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A user with an ssh alias and a Docker context of a server."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR", "DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host gpu01\n")
    meta = tmp_path / ".docker" / "contexts" / "meta" / "1" / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text('{"Name": "gpu02", "Endpoints": {"docker": {"Host": "ssh://gpu02"}}}')
    return tmp_path


@pytest.fixture
def complete(monkeypatch, home):
    """The candidates of bash for a line whose last word is being typed."""

    def ask(*words: str) -> list[str]:
        monkeypatch.setenv("_SCAFFOLD_COMPLETE", "bash_complete")
        quoted = [word.replace(" ", "\\ ") for word in words]
        monkeypatch.setenv("COMP_WORDS", " ".join(["scaffold", *quoted]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        lines = candidates(cli, "scaffold").splitlines()
        return [line.partition(",")[2] for line in lines]

    return ask


LINES = {
    "commands": (["ini"], "init"),
    "commands of a group": (["host", "che"], "check"),
    "commands of a group that is no table": (["catalogue", "gp"], "gpus"),
    "options": (["verify", "--cont"], "--container"),
    "options of the program": (["--ver"], "--version"),
    "choices": (["verify", "--gpu", "re"], "required"),
    "a host as an argument": (["host", "check", "gpu01", "gpu"], "gpu02"),
    "a host as an option": (["up", "--host", "lo"], "local"),
    "a host that is removed": (["host", "remove", "gp"], "gpu01"),
    "a GPU in any letter case": (
        ["init", "--gpu-model", "geforce rtx 5090"],
        "GeForce\\ RTX\\ 5090",
    ),
    "a framework": (["resolve", "--framework", "to"], "torch"),
    "a mirror": (["init", "--mirror", "pip=https://pypi.tuna"], "https://pypi.tuna.tsinghua"),
}


@pytest.mark.parametrize(("words", "expected"), LINES.values(), ids=LINES)
def test_candidate(complete, words, expected):
    assert any(expected in one for one in complete(*words))


def test_the_program_answers_a_shell(scaffold, home, monkeypatch, capsys):
    monkeypatch.setenv("_SCAFFOLD_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "scaffold ver")
    monkeypatch.setenv("COMP_CWORD", "1")
    main()
    assert capsys.readouterr().out == "plain,verify\n"


def test_every_command_is_a_candidate(complete):
    assert complete("") == list(COMMANDS)


def test_containers_of_this_computer_are_candidates(complete, monkeypatch):
    class Engine:
        def containers(self):
            return [{"Names": ["/trainer"]}, {"Names": ["/tra\nin"]}, {"Names": None}]

    @contextmanager
    def docker_engine():
        yield Engine()

    monkeypatch.setattr(engine, "docker_engine", docker_engine)
    assert complete("container", "save", "tr") == ["trainer"]
    assert complete("verify", "--container", "") == ["trainer"]
    assert complete("verify", "--host", "gpu01", "--container", "") == []


def test_an_engine_that_does_not_answer_completes_nothing(complete, monkeypatch):
    @contextmanager
    def docker_engine():
        raise TargetError("Docker is not running")
        yield

    monkeypatch.setattr(engine, "docker_engine", docker_engine)
    assert complete("container", "recreate", "x") == []


def test_powershell_gives_the_line_and_the_word(home, monkeypatch):
    monkeypatch.setenv("_GPU_SCAFFOLD_COMPLETE", "powershell_complete")
    monkeypatch.setenv("COMP_WORDS", "gpu-scaffold host che")
    monkeypatch.setenv("COMP_WORD", "che")
    assert candidates(cli, "gpu-scaffold").startswith("check\tCheck whether")
    monkeypatch.setenv("COMP_WORDS", "gpu-scaffold verify --gpu")
    monkeypatch.setenv("COMP_WORD", "")
    assert candidates(cli, "gpu-scaffold") == "required\noptional\nnone"


@pytest.mark.parametrize("shell", SHELL_NAMES)
def test_script_names_the_program(scaffold, home, monkeypatch, shell):
    monkeypatch.setenv("_SCAFFOLD_COMPLETE", f"{shell}_source")
    assert "_SCAFFOLD_COMPLETE" in candidates(cli, "scaffold")
    monkeypatch.delenv("_SCAFFOLD_COMPLETE")
    done = scaffold("completion", shell)
    assert done.code == 0
    assert "_SCAFFOLD_COMPLETE" in done.out
    assert set(SHELLS) == set(SHELL_NAMES)


@pytest.mark.parametrize("asked", ["tcsh_complete", "bash_nonsense", ""])
def test_what_is_not_known_completes_nothing(home, monkeypatch, asked):
    monkeypatch.setenv("_SCAFFOLD_COMPLETE", asked)
    monkeypatch.setenv("COMP_WORDS", "scaffold zzz")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert candidates(cli, "scaffold") == ""


@pytest.mark.parametrize(("shell", "name"), [("/bin/bash", "bash"), ("/bin/pwsh", "powershell")])
def test_the_users_own_shell_is_taken(scaffold, home, monkeypatch, shell, name):
    monkeypatch.setenv("SHELL", shell)
    assert scaffold("completion").out == scaffold("completion", name).out


def test_an_unknown_shell_is_told(scaffold, home, monkeypatch):
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    done = scaffold("completion", "--install")
    assert (done.code, "choose one of bash" in done.err) == (2, True)


STARTUP = {
    "bash": ".bashrc",
    "zsh": ".zshrc",
    "powershell": ".config/powershell/Microsoft.PowerShell_profile.ps1",
}


@pytest.mark.parametrize(("shell", "startup"), STARTUP.items())
def test_installing_adds_one_line_once_and_keeps_the_rest(scaffold, home, shell, startup):
    file = home / startup
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("# mine")
    assert "added a line" in scaffold("completion", shell, "--install").out
    assert "reads it already" in scaffold("completion", shell, "--install").out
    mine, line = file.read_text().splitlines()
    assert mine == "# mine"
    script = next((home / ".local" / "share" / "gpu-scaffold").iterdir())
    assert str(script) in line


def test_fish_reads_its_own_folder(scaffold, home):
    done = scaffold("completion", "fish", "--install")
    assert "scaffold.fish" in done.out
    assert "added" not in done.out
    assert (home / ".config" / "fish" / "completions" / "scaffold.fish").is_file()


@pytest.mark.parametrize("shell", [one for one in ("bash", "zsh", "fish") if shutil.which(one)])
def test_the_shell_itself_accepts_the_script(scaffold, home, shell):
    script = home / "script"
    script.write_text(scaffold("completion", shell).out)
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
