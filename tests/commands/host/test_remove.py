"""`host remove` names what still runs before it takes a name away."""

from contextlib import contextmanager

import pytest

from scaffold.adapters.tunnel.records import TunnelRecord
from scaffold.cli.main import main
from scaffold.commands.host import remove
from scaffold.container.owner import OWNER
from scaffold.errors import TargetError

ROWS = [
    {"Names": ["/web"], "Image": "nginx", "State": "running", "Status": "Up 2 days"},
    {"Names": ["/dev"], "Image": "x", "State": "running", "Labels": {OWNER: "bob"}},
    {"Names": ["/old"], "Image": "nginx", "State": "exited", "Status": "Exited (0)"},
]


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A host of ours that answers, with an engine of one running container, and one tunnel."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    block = "# >>> gpu01\nHost gpu01\n  HostName 192.0.2.7\n# <<< gpu01\n"
    (tmp_path / ".ssh/gpu-scaffold.conf").write_text(block)

    class Engine:
        def containers(self):
            return ROWS

    @contextmanager
    def docker_engine(_name, _config):
        yield Engine()

    tunnels = [TunnelRecord("gpu01", "web", (), 7), TunnelRecord("gpu02", "x", (), 8)]
    monkeypatch.setattr(remove, "docker_engine", docker_engine)
    monkeypatch.setattr(remove, "is_reachable", lambda _name, _config: True)
    monkeypatch.setattr(remove.records, "running_tunnels", lambda: tunnels)
    return monkeypatch


def planned():
    return remove.plan_removal("gpu01", key=False, known_host=False)


def test_running_containers_and_tunnels_are_listed(known):
    assert planned().running == (
        "tunnel to web (pid 7)",
        "container web (nginx, Up 2 days)",
        "container dev of bob (x, running)",
    )


@contextmanager
def broken(_name, _config):
    raise TargetError("no engine")
    yield


def test_what_nobody_tells_is_unknown(known):
    known.setattr(remove.records, "running_tunnels", list)
    known.setattr(remove, "docker_engine", broken)
    assert planned().running is None
    known.setattr(remove, "is_reachable", lambda _name, _config: False)
    assert planned().running is None


def test_a_tunnel_is_listed_though_the_host_does_not_answer(known):
    known.setattr(remove, "is_reachable", lambda _name, _config: False)
    assert planned().running == ("tunnel to web (pid 7)",)


@pytest.mark.parametrize(
    ("unknown", "told"),
    [(False, "Still running; removing the alias does not stop it:"), (True, "is unknown")],
)
def test_the_list_comes_before_anything_goes(unknown, told, known, capsys):
    if unknown:
        known.setattr(remove.records, "running_tunnels", list)
        known.setattr(remove, "docker_engine", broken)
    known.setattr("sys.argv", ["scaffold", "host", "remove", "gpu01", "--dry-run"])
    with pytest.raises(SystemExit) as ended:
        main()
    out = capsys.readouterr().out
    assert ended.value.code in {0, None}
    assert told in out
    assert "Nothing was changed." in out
