"""Findings about a driver that WSL2 gets from Windows."""

from scaffold.findings import Level, Rule, by_hand

WSL_NO_SMI = Rule(
    id="driver.wsl-missing",
    level=Level.ERROR,
    title="WSL2 has no NVIDIA driver from Windows",
    why="Windows' driver puts libraries and nvidia-smi under /usr/lib/wsl/lib.",
    source="NVIDIA, CUDA on WSL user guide",
    fix=(by_hand("Install NVIDIA's driver in Windows, then: wsl --update and wsl --shutdown."),),
)
WSL_LINUX_DRIVER = Rule(
    id="driver.wsl-linux-driver",
    level=Level.ERROR,
    title="A Linux driver is installed inside WSL2",
    why="It hides the libraries of Windows' driver, which alone can reach the card.",
    source="NVIDIA, CUDA on WSL user guide: do not install any Linux display driver in WSL",
)
WSL_BLOCKED = Rule(
    id="driver.wsl-blocked",
    level=Level.ERROR,
    title="Windows does not let WSL2 use the GPU",
    why="The card is in TCC mode, or Windows' build, its driver or WSL's kernel is too old.",
    source="microsoft/WSL#11865, #12859; NVIDIA, CUDA on WSL user guide",
    fix=(
        by_hand("In Windows: wsl --update, then wsl --shutdown."),
        by_hand("In Windows: install NVIDIA's current driver; Windows 11 or 10 21H2 is needed."),
        by_hand("In Windows, as administrator: nvidia-smi -dm 0 (WDDM instead of TCC), reboot."),
    ),
    symptom="Failed to initialize NVML: GPU access blocked by the operating system",
)
