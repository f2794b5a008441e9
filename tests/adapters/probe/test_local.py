"""The probe on this machine: real sh, stand-ins for what cannot be here, and no leftovers."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from scaffold.adapters.probe.local import (
    LOCAL,
    ProbeOptions,
    Receiver,
    load,
    probe_here,
    probe_local,
    script,
)
from scaffold.errors import InputError, TargetError
from scaffold.parsing.host import read_host

HEADER = "| NVIDIA-SMI 535.183.01    Driver Version: 535.183.01    CUDA Version: 12.2     |"
T4 = """index, name, uuid, memory.total [MiB], mig.mode.current
0, Tesla T4, GPU-1, 15360, [N/A]"""
A100 = """index, name, uuid, mig.mode.current, compute_cap
0, NVIDIA A100-SXM4-40GB, GPU-2, Enabled, 8.0"""
LIST = """GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-2)
  MIG 3g.20gb     Device  0: (UUID: MIG-a)"""
INFO = {"ServerVersion": "28.2.2", "Runtimes": {"runc": {}, "nvidia": {}}}


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder first on the PATH, and a way to put a POSIX sh program there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def add(name: str, body: str) -> None:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    add("nvidia-smi", "exit 127")
    add("docker", "exit 127")
    return add


def nvidia_smi(rows: str, *, compute_cap: bool) -> str:
    """A stand-in that refuses compute_cap as drivers before R510 do, or knows it."""
    refuse = "*compute_cap*) echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2 ;;"
    return f"""case "$*" in
"") echo '{HEADER}' ;;
-L) echo '{LIST}' ;;
{"" if compute_cap else refuse}
*) echo '{rows}' ;;
esac"""


@pytest.mark.parametrize("look", [ProbeOptions(), ProbeOptions(brief=True)])
def test_machine_without_programs_has_no_gpu_and_no_engine(programs, look):
    host = read_host(probe_here(look))
    assert (host.name, host.gpus, host.docker) == (LOCAL, (), None)
    assert (host.uid, host.gid) == (os.getuid(), os.getgid())
    assert (host.architecture, host.system.kernel) == (os.uname().machine, os.uname().release)
    assert (host.probe.complete, host.probe.hung) == (True, ())
    assert host.memory_mib


def test_old_driver_is_asked_again_without_compute_capability(programs):
    programs("nvidia-smi", nvidia_smi(T4, compute_cap=False))
    host = probe_local()
    assert (host.driver_version, host.cuda_reported) == ("535.183.01", "12.2")
    (gpu,) = host.gpus
    assert (gpu.name, gpu.memory_mib, gpu.compute_capability) == ("Tesla T4", 15360, None)


def test_mig_slices_are_listed_under_their_gpu(programs):
    programs("nvidia-smi", nvidia_smi(A100, compute_cap=True))
    (gpu,) = probe_local().gpus
    assert (gpu.compute_capability, gpu.mig_enabled, gpu.mig_devices) == ("8.0", True, ("MIG-a",))


def test_complaint_of_nvidia_smi_is_kept_and_gpus_are_unknown(programs):
    programs("nvidia-smi", "echo 'Failed to initialize NVML: Driver mismatch'; exit 18")
    host = probe_local()
    assert host.gpus is None
    assert host.driver.smi.code == 18
    assert "mismatch" in host.gpu_error


def test_program_that_cannot_run_is_an_error_not_a_crash(programs):
    Path(shutil.which("nvidia-smi")).write_bytes(b"\x7fELF broken")
    assert probe_local().gpus is None


def test_programs_that_hang_are_given_up_and_ended(programs, tmp_path):
    programs("nvidia-smi", f"echo $$ >>{tmp_path}/pids; exec /bin/sleep 60")
    host = read_host(probe_here(ProbeOptions(seconds=1)))
    assert (host.driver.smi.code, host.probe.complete) == (None, True)
    assert set(host.probe.hung) == {"smi", "gpus", "slices", "processes", "details"}
    assert host.architecture
    for pid in (tmp_path / "pids").read_text().split():
        assert _gone(pid)


def _gone(pid: str) -> bool:
    """Whether a killed process is dead within seconds, be it not yet reaped."""
    for _ in range(100):
        try:
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_megabytes_of_output_are_cut_and_said_to_be(programs):
    programs("nvidia-smi", "exec yes")
    host = read_host(probe_here(ProbeOptions()))
    assert {"smi", "gpus"} <= set(host.probe.cut)
    assert host.probe.complete
    assert host.architecture


def test_engine_is_asked(programs):
    programs("docker", f"echo '{json.dumps(INFO)}'")
    docker = probe_local().docker
    assert (docker.server_version, docker.runtimes) == ("28.2.2", ("nvidia", "runc"))


def test_addresses_are_reached_side_by_side(programs):
    programs("curl", 'for url; do :; done; echo "answer=${url##*/} 0.5"')
    urls = tuple(f"https://mirror.example.org/{code}" for code in (200, 401, 503))
    network = read_host(probe_here(ProbeOptions(urls=urls))).network
    assert {(end.url, end.status) for end in network} == set(
        zip(urls, (200, 401, 503), strict=True)
    )


def test_sudo_is_used_only_when_asked_for(programs, tmp_path):
    programs("sudo", f"echo $* >>{tmp_path}/sudo; [ $1 = -n ] && exit 0")
    assert read_host(probe_here(ProbeOptions())).login.sudo_without_password is None
    assert not (tmp_path / "sudo").exists()
    assert read_host(probe_here(ProbeOptions(sudo=True))).login.sudo_without_password is True


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_every_posix_shell_runs_the_script(programs, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    receiver = Receiver()
    argv = [shell, "sh"] if shell == "busybox" else [shell]
    done = subprocess.run(
        [*argv, "-s", "--", *ProbeOptions().arguments(receiver.nonce).split()],
        input=script(),
        capture_output=True,
        check=True,
        start_new_session=True,
    )
    assert receiver.feed(done.stdout)
    assert read_host(receiver.recording("gpu01", 0.0)).probe.hung == ()


def test_script_that_arrives_cut_is_never_begun():
    text = script()
    for size in range(0, len(text) - 20, 997):
        done = subprocess.run(
            ["/bin/sh", "-s", "--", "nonce", "1", "no", "no"],
            input=text[:size],
            capture_output=True,
            check=False,
        )
        assert b"nonce" not in done.stdout


def test_noise_is_kept_at_its_head_and_the_probe_found_behind_it():
    receiver = Receiver()
    noise = b"Welcome!\n" + b"spam " * 100_000
    for start in range(0, len(noise), 1000):
        assert not receiver.feed(noise[start : start + 1000])
    assert not receiver.feed(f"\n{receiver.nonce} beg".encode())
    assert receiver.feed(f"in\n{receiver.nonce} done\n".encode())
    made = receiver.recording("gpu01", 5.0, "SSH-2.0-OpenSSH_9.2")
    facts = read_host(made)
    assert facts.probe.complete
    assert facts.login.noise.startswith("Welcome!\nspam")
    assert len(made.output) < 200_000


def test_endless_output_ends_at_a_cap():
    receiver = Receiver()
    receiver.feed(f"\n{receiver.nonce} begin\n".encode())
    assert any(receiver.feed(b"x" * 100_000, b"y" * 100_000) for _ in range(100))
    assert len(receiver.errors) < 200_000


@pytest.mark.parametrize(
    ("data", "errors", "words"),
    [
        (b"This account is currently not available.\n", b"", "not available"),
        (b"", b"sh: exec: not found\x1b[2J\n", r"sh: exec: not found\x1b[2J"),
        (b"", b"", "printed nothing"),
    ],
)
def test_login_that_runs_something_else_is_quoted(data, errors, words):
    receiver = Receiver()
    receiver.feed(data, errors)
    with pytest.raises(TargetError) as raised:
        receiver.recording("gpu01", 0.0)
    assert words in raised.value.message


def test_recording_is_saved_without_passwords_and_loaded_again(tmp_path):
    receiver = Receiver()
    receiver.feed(
        f"\n{receiver.nonce} begin\n{receiver.nonce} client |http://a:b@c\n".encode(),
        b"proxy http://ada:secret@proxy",
    )
    made = receiver.recording("gpu01", 1.0)
    (tmp_path / "file").write_bytes(made.to_bytes())
    assert load(tmp_path / "file") == made
    assert b"a:b@" not in made.output
    assert "secret" not in made.errors


def test_missing_recording_is_the_users_to_correct(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        load(tmp_path / "none")
