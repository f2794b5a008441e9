"""Who uses the GPUs, from nvidia-smi's lists, and what that is for one container."""

import pytest

from scaffold.parsing.gpu_use import GpuUse, read_gpu_use
from scaffold.workspace.gpu_share import GpuShare, shares

GPU = "N gpu, GPU-1, 0, NVIDIA H100, 97, 4100, 81559"
MIG = "N gpu, GPU-2, 1, NVIDIA A100, [N/A], 10, 40960"
APP = "N app, 100, GPU-1, 4096"
UNTOLD = "N app, 101, GPU-1, [N/A]"

SITUATIONS = {
    "one process": (
        (GPU, APP),
        {100},
        [GpuShare(gpu="NVIDIA H100", index=0, used_mib=4096, busy=97, processes=1)],
    ),
    "another's process": ((GPU, APP), {7}, []),
    "memory that is not told": (
        (GPU, APP, UNTOLD),
        {100, 101},
        [GpuShare(gpu="NVIDIA H100", index=0, used_mib=None, busy=97, processes=2)],
    ),
    "two GPUs": (
        (GPU, MIG, APP, "N app, 100, GPU-2, 5"),
        {100},
        [
            GpuShare(gpu="NVIDIA H100", index=0, used_mib=4096, busy=97, processes=1),
            GpuShare(gpu="NVIDIA A100", index=1, used_mib=5, busy=None, processes=1),
        ],
    ),
    "lines that are no rows": (
        (GPU, "N app, x, GPU-1, 1", "N app, 1", "app, 100, GPU-1, 1"),
        {100},
        [],
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_share_of_a_container(name):
    lines, pids, expected = SITUATIONS[name]
    use = read_gpu_use("\n".join(["noise", *lines, "N looked"]), "N")
    assert use is not None
    assert list(shares(use, pids)) == expected


def test_what_was_not_seen_is_not_known():
    assert read_gpu_use("N looked", "N") is None
    assert read_gpu_use(GPU, "N") is None
    assert read_gpu_use("", "N") is None


def test_machine_without_nvidia_smi_uses_none():
    assert read_gpu_use("N none", "N") == GpuUse()
