"""Findings about a card that does not fit the driver's branch."""

from scaffold.checks.host.packages import reboot
from scaffold.findings import Level, Rule, by_hand

TOO_NEW = Rule(
    id="driver.too-old-for-card",
    level=Level.ERROR,
    title="The driver's branch is older than the card",
    why="A branch knows the cards that were sold when it began; another kind of module of the same "
    "branch does not help.",
    source="NVIDIA driver release notes, supported products; CUDA toolkit release notes",
    fix=(by_hand("Install a current branch (on Ubuntu: nvidia-driver-580-open)."), reboot()),
    symptom="NVRM: The NVIDIA GPU 0000:01:00.0 installed in this system is not supported by the "
    "NVIDIA 550.144.03 driver release.",
)
VIRTUAL = Rule(
    id="driver.vgpu-guest",
    level=Level.ERROR,
    title="The virtual GPU needs the driver of vGPU guests",
    why="NVIDIA's usual driver starts whole cards only. A virtual machine that gets a part of a "
    "card needs the guest driver of its hypervisor's vGPU release, and a licence.",
    source="NVIDIA/gpu-operator#1371; flatcar/Flatcar#1283; docs.nvidia.com/vgpu",
    fix=(
        by_hand("Ask the hypervisor's admins whether the GPU is a virtual one (vGPU, GRID)."),
        by_hand("If so, install their guest driver (NVIDIA-Linux-x86_64-N-grid.run), and reboot."),
        by_hand("Else install a newer branch of the usual driver."),
    ),
    symptom="NVRM: installed in this system is not supported by the NVIDIA 570.86.15 driver "
    "release; NVRM: None of the NVIDIA devices were initialized.",
)
DROPPED = Rule(
    id="driver.branch-drops-card",
    level=Level.ERROR,
    title="This driver branch no longer supports the card",
    why="R470 is the last branch for Kepler, R580 the last for Maxwell, Pascal and Volta.",
    source="NVIDIA CUDA toolkit, driver and architecture matrix; NixOS/nixos-hardware#1828",
    symptom="NVRM: The NVIDIA GPU is supported through the NVIDIA 580.xx Legacy drivers.",
)
FLAVOUR = Rule(
    id="driver.wrong-module",
    level=Level.ERROR,
    title="The kernel module is of the wrong kind for the card",
    why="Open modules need Turing or newer; Blackwell needs the open ones.",
    source="NVIDIA/open-gpu-kernel-modules#862; negativo17/nvidia-driver#158",
    fix=(by_hand("Install the other kind: nvidia-driver-N-open or nvidia-driver-N."), reboot()),
    symptom="NVRM: installed in this system is not supported by open nvidia.ko",
)
