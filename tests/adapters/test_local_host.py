"""This machine's facts, read through stand-in programs that replay real output."""

import json

import pytest

from scaffold.adapters import local_host
from scaffold.adapters.local_host import probe_local
from scaffold.facts import DockerFacts, Gpu, Platform

HEADER = "| NVIDIA-SMI 535.183.01    Driver Version: 535.183.01    CUDA Version: 12.2     |"
R610_HEADER = "| NVIDIA-SMI 610.43.02   KMD Version: 610.43.02     CUDA UMD Version: 13.3     |"
R340_HEADER = "| NVIDIA-SMI 340.108    Driver Version: 340.108        |"
T4 = "0, Tesla T4, GPU-1, 15360, 15000, [N/A]"
A100 = "0, NVIDIA A100-SXM4-40GB, GPU-2, 40960, 40000, Enabled, 8.0"
LIST = """GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-2)
  MIG 3g.20gb     Device  0: (UUID: MIG-a)
  MIG 3g.20gb     Device  1: (UUID: MIG-b)
"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """An empty PATH, and a way to put a POSIX sh program on it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def add(name: str, body: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    return add


def nvidia_smi(header: str, rows: str, *, compute_cap: bool) -> str:
    """A stand-in that refuses compute_cap as drivers before R510 do, or knows it."""
    refuse = "*compute_cap*) echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2 ;;"
    return f"""case "$*" in
"") echo '{header}' ;;
-L) echo '{LIST}' ;;
{"" if compute_cap else refuse}
*) echo '{rows}' ;;
esac"""


def test_machine_without_programs_has_no_gpu_and_no_engine(programs):
    host = probe_local()
    assert (host.gpus, host.driver_version, host.gpu_error, host.docker) == ((), None, None, None)
    assert host.architecture
    assert host.memory_mib


def test_old_driver_is_asked_again_without_compute_capability(programs):
    programs("nvidia-smi", nvidia_smi(HEADER, T4, compute_cap=False))
    host = probe_local()
    assert (host.driver_version, host.cuda_reported) == ("535.183.01", "12.2")
    assert host.gpus == (Gpu("Tesla T4", 0, "GPU-1", None, 15360, 15000),)


def test_mig_slices_are_listed_under_their_gpu(programs):
    programs("nvidia-smi", nvidia_smi(HEADER, A100, compute_cap=True))
    (gpu,) = probe_local().gpus
    assert (gpu.compute_capability, gpu.mig_enabled) == ("8.0", True)
    assert gpu.mig_devices == ("MIG-a", "MIG-b")


def test_header_since_r610_is_read(programs):
    programs("nvidia-smi", nvidia_smi(R610_HEADER, A100, compute_cap=True))
    host = probe_local()
    assert (host.driver_version, host.cuda_reported) == ("610.43.02", "13.3")


def test_header_before_r410_has_no_cuda(programs):
    programs("nvidia-smi", nvidia_smi(R340_HEADER, A100, compute_cap=True))
    assert probe_local().cuda_reported is None


def test_header_that_is_no_header_leaves_all_unknown(programs):
    programs("nvidia-smi", nvidia_smi("hello", "x, y", compute_cap=True))
    host = probe_local()
    assert (host.driver_version, host.gpus) == (None, ())


def test_query_that_always_fails_leaves_gpus_unknown(programs):
    programs("nvidia-smi", f"""[ -z "$*" ] && echo '{HEADER}' && exit 0; exit 2""")
    assert probe_local().gpus is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18", "mismatch"),
        ("exit 9", "exit code 9"),
    ],
)
def test_complaint_of_nvidia_smi_is_kept_and_gpus_are_unknown(programs, body, reason):
    programs("nvidia-smi", body)
    host = probe_local()
    assert host.gpus is None
    assert reason in host.gpu_error


def test_hung_nvidia_smi_is_given_up(programs, monkeypatch):
    monkeypatch.setattr(local_host, "TIMEOUT_S", 0.2)
    programs("nvidia-smi", "exec /bin/sleep 30")
    assert "124" in probe_local().gpu_error


def test_program_that_cannot_run_is_an_error_not_a_crash(programs):
    programs("nvidia-smi", "")
    (local_host.Path(local_host.shutil.which("nvidia-smi"))).write_bytes(b"\x7fELF broken")
    assert "126" in probe_local().gpu_error or "format" in probe_local().gpu_error


def docker_says(info: object) -> str:
    return f"echo '{json.dumps(info)}'"


@pytest.mark.parametrize(
    ("info", "facts"),
    [
        (
            {"ServerVersion": "20.10.24+dfsg1", "Runtimes": {"runc": {}, "nvidia": {}}},
            DockerFacts("20.10.24+dfsg1", False, ("nvidia", "runc"), (), False),
        ),
        (
            {
                "ServerVersion": "28.2.2",
                "Runtimes": None,
                "SecurityOptions": ["name=seccomp", "name=rootless"],
                "DiscoveredDevices": [{"Source": "cdi", "ID": "nvidia.com/gpu=all"}, {}],
            },
            DockerFacts("28.2.2", True, (), ("nvidia.com/gpu=all",), True),
        ),
        ({"ServerVersion": "unknown"}, DockerFacts("unknown", False, (), (), False)),
        ({"ServerVersion": "", "ServerErrors": ["permission denied"]}, None),
        ([], None),
    ],
)
def test_docker_info_is_read(programs, info, facts):
    programs("docker", docker_says(info))
    assert probe_local().docker == facts


def test_docker_that_prints_nonsense_is_unknown(programs):
    programs("docker", "echo nonsense")
    assert probe_local().docker is None


@pytest.mark.parametrize(
    ("file", "platform"),
    [
        ("/etc/nv_tegra_release", Platform.JETSON),
        ("/dev/dxg", Platform.WSL2),
        ("", Platform.LINUX),
    ],
)
def test_platform_is_told_by_its_own_file(programs, monkeypatch, file, platform):
    monkeypatch.setattr(local_host.Path, "exists", lambda path: str(path) == file)
    assert local_host._platform() is platform


def test_memory_is_unknown_where_the_system_does_not_say(monkeypatch):
    def unknown(_name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(local_host.os, "sysconf", unknown)
    assert local_host._memory_mib() is None
