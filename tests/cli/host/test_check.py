"""`scaffold host check` from the command line: this machine, recordings, and what goes wrong."""

import json
import os
import socket

import pytest

from scaffold.cli.outcomes import command_line
from scaffold.findings import root, run
from scaffold.parsing.known_hosts import fingerprint
from tests.adapters.ssh.sshd import Door, listening, new_key
from tests.recordings import recording

UNAME = "uname=Linux 6.8.0-45-generic x86_64\nnow=1000\n"
HEALTHY = {
    "system": UNAME + 'packages=apt-get\nos.PRETTY_NAME="Ubuntu 24.04"\nMemTotal: 131072000 kB',
    "account": "user=ada\nuid=1000\ngid=1000\ngroups=ada docker\nconfigured=ada docker",
    "pci": "device 0000:01:00.0 0x030200 0x26b9 nvidia",
    "module": "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05\nloaded=nvidia",
    "disk_module": "kernel=6.8.0-45-generic yes\nversion=580.95.05\nlicense=Dual MIT/GPL",
    "nodes": "looked\nyes /dev/nvidia0\nyes /dev/nvidia-uvm",
    "smi": "NVIDIA-SMI 580.95.05   Driver Version: 580.95.05    CUDA Version: 13.0",
    "gpus": "index, name, uuid, memory.total [MiB], compute_cap\n0, NVIDIA L40S, GPU-1, 46068, 8.9",
    "docker_info": json.dumps(
        {
            "ServerVersion": "29.2.1",
            "Runtimes": {"nvidia": {}, "runc": {}},
            "DiscoveredDevices": [{"ID": "nvidia.com/gpu=all"}],
        }
    ),
    "client": "login=/usr/bin/docker\ntarget=/usr/bin/docker",
    "toolkit": "ctk=version 1.20.0\ncli=1.20.0\nhook=/usr/bin/nvidia-container-runtime-hook",
    "cdi": "looked\nfile=/var/run/cdi/nvidia.yaml\nlibcuda.so.580.95.05",
}


@pytest.fixture
def recorded(tmp_path):
    """Write a recording of the healthy host with other parts, and return its path."""

    def write(**parts: object) -> str:
        texts = {**HEALTHY, **parts}
        pairs = {n: text if isinstance(text, tuple) else (text, 0) for n, text in texts.items()}
        made = recording(pairs, clock=1000.0, software="SSH-2.0-OpenSSH_9.6")
        (tmp_path / "facts").write_bytes(made.to_bytes())
        return str(tmp_path / "facts")

    return write


STOPPED = {
    "docker_info": 'x{"ServerVersion":""}\nCannot connect to the Docker daemon',
    "client": "login=/usr/bin/docker\nsocket=yes /var/run/docker.sock",
}


def test_healthy_recording_is_a_line_a_topic(scaffold, recorded):
    done = scaffold("host", "check", "--facts", recorded())
    assert done.code == 0, done.out
    lines = [line for line in done.out.splitlines() if line]
    assert lines[0] == "gpu01"
    assert all(line.startswith("  ✓ ") for line in lines[1:-1])
    assert lines[-1].startswith("  Ready for GPU containers. Next: scaffold init")


def test_error_shows_reason_fix_and_what_to_do_next(scaffold, recorded):
    done = scaffold("host", "check", "--facts", recorded(**STOPPED))
    assert done.code == 1
    assert "[docker.stopped]" in done.out
    assert "sudo systemctl enable --now docker" in done.out
    assert 'Next: fix "the system\'s Docker engine is not running"' in done.out
    assert "then run: scaffold host check gpu01" in done.out
    assert "source:" not in done.out


def test_verbose_shows_evidence_and_source(scaffold, recorded):
    done = scaffold("host", "check", "-v", "--facts", recorded(**STOPPED))
    assert "seen: Cannot connect" in done.out
    assert "source: docs.docker.com" in done.out


def test_warning_is_ready_all_the_same(scaffold, recorded):
    done = scaffold(
        "host", "check", "--facts", recorded(toolkit=HEALTHY["toolkit"].replace("20", "17"))
    )
    assert (done.code, "warnings can wait" in done.out) == (0, True)


def test_echo_of_a_root_cause_is_not_looked_at(scaffold, recorded):
    done = scaffold("host", "check", "--facts", recorded(pci="", smi=("", 127)))
    assert "skipped (fix Hardware first)" in done.out


def test_root_needs_no_sudo(scaffold, recorded):
    account = HEALTHY["account"].replace("1000", "0")
    done = scaffold("host", "check", "--facts", recorded(account=account, **STOPPED))
    assert "sudo" not in done.out


def test_json_document_has_its_documented_keys(scaffold, recorded):
    done = scaffold("host", "check", "--json", "--facts", recorded(**STOPPED))
    document = json.loads(done.out)
    assert {"schema", "host", "status", "facts", "findings"} <= set(document)
    assert (document["schema"], document["host"], document["status"]) == (1, "gpu01", "error")
    assert document["verdict"] == "not ready"
    assert document["facts"]["driver_version"] == "580.95.05"
    (finding,) = document["findings"]
    assert {"id", "level", "message", "evidence", "source", "fix"} <= set(finding)
    assert finding["fix"][0] == {
        "why": "Start it, now and after each reboot.",
        "argv": ["systemctl", "enable", "--now", "docker"],
        "sudo": True,
        "undo": [],
        "changes": True,
        "interrupts": "nothing",
    }
    assert finding["consent"] == "routine"


def test_several_recordings_are_one_document(scaffold, recorded):
    file = recorded()
    done = scaffold("host", "check", "--json", "--facts", file, "--facts", file)
    assert [host["status"] for host in json.loads(done.out)["hosts"]] == ["ok", "ok"]


def test_fit_with_a_framework_and_with_a_project(scaffold, recorded, tmp_path):
    done = scaffold("host", "check", "--framework", "torch", "--facts", recorded())
    assert (done.code, "✓ Fit with the project" in done.out) == (0, True)
    done = scaffold("host", "check", "--framework", "torch<1.5", "--facts", recorded())
    assert (done.code, "[fit.conflict]" in done.out) == (1, True)
    (tmp_path / "requirements.txt").write_text("torch<1.5\n")
    done = scaffold("host", "check", "--for", tmp_path, "--facts", recorded())
    assert (done.code, "[fit.conflict]" in done.out) == (1, True)


def test_this_machine_is_looked_at_saved_and_judged_again(scaffold, tmp_path):
    file = tmp_path / "facts"
    first = scaffold("host", "check", "local", "--json", "--save-facts", file)
    again = scaffold("host", "check", "--json", "--facts", file)
    assert json.loads(first.out) == json.loads(again.out)
    assert file.stat().st_mode & 0o777 == 0o600
    assert first.err == ""


def test_mirrors_of_the_project_are_reached_too(scaffold, tmp_path, monkeypatch):
    record = tmp_path / ".devcontainer" / "scaffold.toml"
    record.parent.mkdir()
    record.write_text(
        '[answers]\nmirror = ["registry=127.0.0.1:1/hub", "pip=http://127.0.0.1:1/simple", '
        '"apt=http://127.0.0.1:1/$x"]\n'.replace("$x", "%20")
    )
    done = scaffold("host", "check", "local", "--network", "--for", tmp_path, "--json")
    urls = [end["url"] for end in json.loads(done.out)["facts"]["network"]]
    assert {"https://127.0.0.1:1/v2/", "http://127.0.0.1:1/simple"} <= set(urls)
    assert not any("%" in url for url in urls)


@pytest.fixture
def closed_port():
    """A port of this machine where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


def test_hosts_that_cannot_be_reached_hold_up_no_other(scaffold, closed_port):
    done = scaffold("host", "check", f"ada@127.0.0.1:{closed_port}", "local")
    assert done.code == 1
    assert "✗ cannot reach 127.0.0.1" in done.out
    assert "✓ Machine" in done.out


def test_unreachable_host_as_json(scaffold, closed_port):
    done = scaffold("host", "check", f"ada@127.0.0.1:{closed_port}", "--json")
    document = json.loads(done.out)
    assert (done.code, document["status"], document["facts"]) == (1, "unreachable", None)
    assert document["error"]["hint"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no host given"),
        (["local", "--facts", "x"], "not both"),
        (["local", "gpu01", "--save-facts", "x"], "one host at a time"),
        (["local", "gpu01", "--host-key", "x"], "one host at a time"),
        (["--facts", "/nowhere"], "cannot read /nowhere"),
        (["local", "--framework", "theano"], "unknown framework"),
    ],
)
def test_bad_input_exits_2(scaffold, arguments, words):
    done = scaffold("host", "check", *arguments)
    assert (done.code, words in done.err) == (2, True), done.err


def test_name_that_is_no_host_exits_2_beside_those_that_are(scaffold):
    done = scaffold("host", "check", "a b", "local")
    assert done.code == 2
    assert "not a host" in done.out


def test_steps_are_quoted_for_a_shell():
    assert command_line(root("Why.", "sh", "-c", "a b")) == "sudo sh -c 'a b'"
    assert command_line(root("Why.", "reboot"), root=True) == "reboot"
    assert command_line(run("Why.", "nvidia-smi")) == "nvidia-smi"


def test_decision_is_taken_for_a_host(scaffold):
    done = scaffold("resolve", "--host", "local", "--framework", "torch")
    assert done.code == 0
    assert "python:3" in done.out
    other = ("--gpu", "RTX 5090", "--driver", "580.65.06")
    done = scaffold("resolve", "--host", "local", *other, "--framework", "torch", "--json")
    assert json.loads(done.out)["framework"]["variant"] != "cpu"


def test_server_is_checked_over_ssh(scaffold, tmp_path):
    key = new_key(tmp_path / "host_key")
    with listening(Door("none"), key) as port:
        file = tmp_path / "config"
        file.write_text(
            f"Host gpu01\n  HostName 127.0.0.1\n  Port {port}\n"
            f"  IdentityFile none\n  UserKnownHostsFile {tmp_path}/known\n"
        )
        arguments = ("host", "check", "gpu01", "--json", "--ssh-config", file)
        refused = scaffold(*arguments)
        done = scaffold(*arguments, "--host-key", fingerprint(key.asbytes()))
    assert (refused.code, "--host-key SHA256:" in refused.out) == (2, True)
    document = json.loads(done.out)
    assert (document["host"], document.get("error")) == ("gpu01", None)
    assert document["facts"]["system"]["kernel"] == os.uname().release
