"""gpu-check.sh itself, from its output to the findings; only GPU and wheel are imitated."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.answers.choices import GpuNeed
from scaffold.checks.container import CheckedContainer, check_container
from scaffold.facts.inside import InsideFacts
from scaffold.parsing.inside import read_inside
from scaffold.parsing.recording import Recording
from scaffold.workspace.request import ContainerRequest
from tests.inside.imitation import NONCE, Card, Inside, run

SAMPLES = Path(__file__).parents[1] / "parsing" / "nvidia_smi"
BLACKWELL = "sm_75 sm_80 sm_86 sm_90 sm_100 sm_120"
A100 = Card("NVIDIA A100-SXM4-80GB", "8.0")


def recorded(name: str) -> str:
    return (SAMPLES / f"{name}.txt").read_text().rstrip("\n")


def look(folder: Path, inside: Inside, *words: str, seconds: int = 40) -> InsideFacts:
    output = run(folder, inside, *words, seconds=seconds)
    return read_inside(
        Recording(host="trainer", nonce=NONCE, output=output), words or (str(folder),)
    )


def ids(facts: InsideFacts, need: GpuNeed = GpuNeed.REQUIRED) -> list[str]:
    """What is found of the GPU and of what uses it."""
    asked = ContainerRequest(
        name="trainer", folder="/", need=need, need_from="runArgs", gpus=("all",), config_asks=True
    )
    topics = {"gpu", "framework", "nccl"}
    outcomes = check_container(CheckedContainer(facts, asked))
    return [found.id for one in outcomes for found in one.findings if found.topic in topics]


SITUATIONS = [
    ("card and wheel that fit", Inside((Card(),), torch={"architectures": BLACKWELL}), ""),
    ("wheel without Blackwell", Inside((Card(),), torch={}), "framework.no-kernel"),
    (
        "Pascal and a wheel for CUDA 13",
        Inside((Card("NVIDIA GeForce GTX 1080 Ti", "6.1"),), torch={"architectures": BLACKWELL}),
        "framework.no-kernel",
    ),
    (
        "CPU wheel",
        Inside(
            (A100,), torch={"cuda": None, "unavailable": "Torch not compiled with CUDA enabled"}
        ),
        "framework.cpu-build",
    ),
    (
        "driver too old for the wheel",
        Inside((A100,), torch={"unavailable": "The NVIDIA driver on your system is too old"}),
        "framework.driver-too-old",
    ),
    (
        "no fabric manager",
        Inside((A100,), torch={"unavailable": "Error 802: system not yet initialized"}),
        "framework.fabric-manager",
    ),
    (
        "variable that hides all",
        Inside((A100,), torch={"unavailable": ""}, env={"CUDA_VISIBLE_DEVICES": "-1"}),
        "framework.hidden",
    ),
    ("sick card", Inside((A100,), torch={"wrong": 0}), "framework.wrong-product"),
    (
        "memory taken",
        Inside((A100,), torch={"error": "CUDA out of memory. Tried to allocate"}),
        "framework.out-of-memory",
    ),
    (
        "driver upgraded meanwhile",
        Inside(smi=recorded("err_mismatch_580"), code=18),
        "gpu.mismatch",
    ),
    ("driver not loaded", Inside(smi=recorded("err_couldnt_communicate"), code=9), "gpu.no-driver"),
    ("no device", Inside(smi=recorded("err_no_devices"), code=6), "gpu.no-devices"),
    ("GPU lost", Inside(smi=recorded("err_nvml_unknown_error"), code=255), "gpu.lost"),
    ("nothing was given", Inside(), "gpu.not-there"),
    ("no framework", Inside((A100,)), "framework.none"),
]


@pytest.mark.parametrize(
    ("inside", "expected"), [one[1:] for one in SITUATIONS], ids=[one[0] for one in SITUATIONS]
)
def test_look_and_judgement(tmp_path, inside, expected):
    found = ids(look(tmp_path, inside))
    # No framework is a hint of its own where the GPU is what the test is about.
    wanted = expected.split()
    assert [name for name in found if name != "framework.none" or name in wanted] == wanted


def test_facts_of_a_card_are_nvidia_smis_and_the_frameworks_own(tmp_path):
    facts = look(tmp_path, Inside((A100, A100), torch={"wrong": 1}))
    assert [gpu.compute_capability for gpu in facts.gpus or ()] == ["8.0", "8.0"]
    assert (facts.driver_version, facts.cuda_reported) == ("580.76.05", "13.0")
    (torch,) = facts.frameworks or ()
    assert (torch.version, torch.cuda, torch.count) == ("2.8.0+cu126", "12.6", 2)
    assert [device.same_product for device in torch.devices] == [True, False]
    # The stub has no torch.distributed: that the all-reduce fails is told, with the reason.
    assert torch.reduced is not None
    assert "torch.distributed" in torch.reduced.error


def test_import_that_hangs_is_ended_and_told(tmp_path):
    facts = look(tmp_path, Inside((A100,), torch={"hang": "import"}), seconds=8)
    assert facts.probe.complete
    assert ids(facts) == ["framework.hangs"]
    assert (facts.frameworks or ())[0].unfinished == "import"


def test_product_that_hangs_leaves_what_was_known_before(tmp_path):
    facts = look(
        tmp_path, Inside((A100,), torch={"hang": "device", "architectures": "sm_80"}), seconds=8
    )
    assert ids(facts) == ["framework.hangs"]
    (torch,) = facts.frameworks or ()
    assert (torch.version, torch.devices[0].name) == ("2.8.0+cu126", A100.name)


def test_nvidia_smi_that_hangs_is_given_up(tmp_path):
    facts = look(tmp_path, Inside(smi_hangs=True), seconds=4)
    assert facts.probe.complete
    assert "smi" in facts.probe.hung
    assert ids(facts)[0] == "gpu.hangs"


def test_folders_ports_and_user_are_seen(tmp_path):
    (tmp_path / "mine ü").mkdir()
    gone = tmp_path / "gone"
    words = (str(tmp_path), str(tmp_path / "mine ü"), str(gone))
    with socket.create_server(("127.0.0.1", 0)) as here, socket.create_server(("", 0)) as all_:
        facts = look(tmp_path, Inside(), *words)
        wanted = {here.getsockname()[1]: True, all_.getsockname()[1]: False}
    found = {one.port: one.loopback for one in facts.listening or ()}
    assert wanted.items() <= found.items()
    assert facts.project is not None
    assert facts.project.owner == facts.uid == tmp_path.stat().st_uid
    assert [(one.path, one.present) for one in facts.mounts] == [
        (words[1], True),
        (words[2], False),
    ]
    assert (facts.shm_mib or 0) > 0
    assert facts.libcuda == ()


def test_python_of_the_project_is_the_one_with_a_framework(tmp_path):
    environment = tmp_path / ".venv" / "bin"
    environment.mkdir(parents=True)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "torch.py").write_text("raise ImportError('broken on purpose')\n")
    program = environment / "python"
    program.write_text(f"#!/bin/sh\nPYTHONPATH='{tmp_path}/modules' exec {sys.executable} \"$@\"\n")
    program.chmod(0o755)
    facts = look(tmp_path, Inside((A100,)))
    assert facts.python == str(program)
    assert ids(facts) == ["framework.broken"]


def test_module_of_the_projects_own_is_no_framework(tmp_path):
    (tmp_path / "torch.py").write_text("raise SystemExit('not a framework')\n")
    assert look(tmp_path, Inside((A100,))).frameworks == ()


def test_nothing_is_left_behind(tmp_path):
    look(tmp_path, Inside((A100, A100), torch={"hang": "device"}), seconds=8)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert not [line for line in running.stdout.splitlines() if str(tmp_path / "bin") in line]
