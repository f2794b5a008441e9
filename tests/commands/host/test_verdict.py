"""`host check`, `host list`, `host setup` and the Python API give one verdict on a host."""

import json

import pytest

from scaffold import hosts
from scaffold.adapters.probe import facts_cache
from scaffold.cli.main import main
from scaffold.commands.host import check, known
from tests.checks.reported import recorded
from tests.checks.reported_rows import ROWS

BY_NAME = {row.name: row for row in ROWS}
HOSTS = {
    "Ubuntu 24.04": "ready",
    "a damaged infoROM: nvidia-smi works and ends with 14": "ready with warnings",
    "nvidia-smi ends well and lists no GPU": "unknown",
    "a GPU that requires a reset": "not ready",
}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder with one host that was set up."""
    for name in ("HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    block = "# >>> gpu01\nHost gpu01\n  HostName 192.0.2.7\n# <<< gpu01\n"
    (tmp_path / ".ssh/gpu-scaffold.conf").write_text(block)
    return tmp_path


@pytest.fixture
def said(capsys, monkeypatch):
    """What a command prints."""

    def run(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["scaffold", *arguments])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize(("name", "verdict"), HOSTS.items())
def test_every_command_gives_the_same_verdict(name, verdict, home, said):
    recording = recorded(BY_NAME[name])
    facts_cache.remember("gpu01", recording)
    saved = home / "saved.facts"
    saved.write_bytes(recording.to_bytes())
    checked = check.judge(recording, None)
    steps = [hosts.StepOutcome(one, hosts.StepState.DONE, "") for one in ("context", "gpu")]
    setup = hosts.HostSetup("gpu01", checked, tuple(steps[: 2 if checked.verdict.is_ready else 0]))
    (listed,) = known.known_hosts(reach=False)
    document = json.loads(said("host", "check", "--facts", str(saved), "--json"))
    (row,) = json.loads(said("host", "list", "--no-reach", "--json"))["hosts"]
    assert (document["verdict"], row["verdict"]) == (verdict, verdict)
    assert verdict in said("host", "list", "--no-reach")
    assert (listed.verdict, checked.verdict.value, setup.verdict.value) == (verdict,) * 3


def test_a_check_is_what_the_list_shows_next(home, monkeypatch):
    broken, sound = (
        recorded(BY_NAME[name]) for name in ("a GPU that requires a reset", "Ubuntu 24.04")
    )
    monkeypatch.setattr(check, "probe_host", lambda *_arguments: sound)
    request = hosts.HostCheckRequest(hosts.ProbeOptions())
    facts_cache.remember("gpu01", broken)
    check.check_hosts(["gpu01", "other"], hosts.SILENT, request)
    (listed,) = known.known_hosts(reach=False)
    assert listed.verdict == "ready"
    assert facts_cache.remembered("other") is None
