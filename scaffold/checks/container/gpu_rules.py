"""Findings about the GPU in a container, before any framework is tested."""

from scaffold.findings import Level, Rule, by_hand, run

REBUILD = by_hand('Rebuild the container: "Dev Containers: Rebuild Container", or devcontainer up.')
CHECK_HOST = run("See what the host lacks.", "scaffold", "host", "check", "local")

CPU_ONLY = Rule(
    id="gpu.cpu-only",
    level=Level.INFO,
    title="The container has no GPU, and none is needed",
    why="The container runs on the CPU. --gpu required makes this an error.",
    source="containers.dev, devcontainer.json reference, hostRequirements",
)
NOT_ASKED = Rule(
    id="gpu.not-asked",
    level=Level.WARN,
    title="The framework is built for CUDA, and nothing asks for a GPU",
    why="Docker gives a container only the devices that it asks for.",
    source="docs.docker.com, docker run --gpus; devcontainers/cli#319",
    fix=(
        by_hand('Add "--gpus=all" to runArgs in devcontainer.json; scaffold init does it.'),
        REBUILD,
    ),
)
UNWANTED = Rule(
    id="gpu.unasked-present",
    level=Level.INFO,
    title="The container has a GPU although nothing requests one",
    why="The engine's default runtime gives it to every container, or the flag --gpu says none.",
    source="nvidia-container-toolkit, default runtime",
)
REQUEST_MISSING = Rule(
    id="gpu.request-missing",
    level=Level.ERROR,
    title="A GPU is required, and the container was made without asking for one",
    why="Docker gives a container only the devices that it asks for. hostRequirements.gpu alone "
    "requests one only if Docker lists the nvidia runtime.",
    source="devcontainers/cli 0.89: docker info -f '{{.Runtimes.nvidia}}'; devcontainers/cli#319",
    fix=(
        by_hand('Have "--gpus=all" in runArgs: scaffold init --gpu required'),
        REBUILD,
        CHECK_HOST,
    ),
)
STALE = Rule(
    id="gpu.container-older",
    level=Level.ERROR,
    title="devcontainer.json asks for a GPU, the container was made without",
    why="Settings of a container are fixed when it is made; later edits wait for a rebuild.",
    source="containers.dev, devcontainer.json reference, runArgs",
    fix=(REBUILD,),
)
NOT_THERE = Rule(
    id="gpu.not-there",
    level=Level.ERROR,
    title="The container asked for a GPU and got none",
    why="The engine took the request, but no NVIDIA Container Toolkit put the driver in, or the "
    "host "
    "has no driver.",
    source="NVIDIA/nvidia-docker#1034, #1711",
    fix=(CHECK_HOST, REBUILD),
)
NOT_THERE_OPTIONAL = Rule(
    id="gpu.not-there-optional",
    level=Level.WARN,
    title=NOT_THERE.title,
    why=NOT_THERE.why,
    source=NOT_THERE.source,
    fix=NOT_THERE.fix,
)
LOST = Rule(
    id="gpu.lost",
    level=Level.ERROR,
    title="The GPU was taken from the running container",
    why="systemd's daemon-reload, or docker update, rewrote the container's device rules "
    "without the GPU.",
    source="NVIDIA/nvidia-container-toolkit#48, #1227; NVIDIA/nvidia-docker#1671",
    fix=(
        by_hand("Make the container again; it keeps its files: scaffold container recreate NAME"),
        by_hand("So that it stays: Docker 28.2 with CDI and toolkit 1.18, or cgroupfs as driver."),
    ),
)
MISMATCH = Rule(
    id="gpu.mismatch",
    level=Level.ERROR,
    title="Driver and library are of different versions",
    why="The host's driver was upgraded while this container ran, or the image brings a libcuda or "
    "nvidia-utils of its own.",
    source="nvidia-smi's exit code 18; Debian bug 889669",
    fix=(
        CHECK_HOST,
        by_hand("Make the container again, so that it gets the new libraries."),
        by_hand("Never install libcuda, nvidia-utils or a driver in the image."),
    ),
)
PERMISSIONS = Rule(
    id="gpu.permissions",
    level=Level.ERROR,
    title="The user may not use the GPU's device files",
    why="SELinux, or device files of the host that are not for everybody.",
    source="NVIDIA container toolkit documentation, troubleshooting; NVIDIA/k8s-device-plugin#201",
    fix=(
        by_hand('With SELinux: add "--security-opt=label=disable" to runArgs and rebuild.'),
        by_hand("Otherwise let the host's /dev/nvidia* be readable and writable for all."),
    ),
)
NO_DEVICES = Rule(
    id="gpu.no-devices",
    level=Level.ERROR,
    title="The container has the driver, but it starts no GPU",
    why="On the host every GPU failed to start, or the container's device list is empty.",
    source="NVIDIA/open-gpu-kernel-modules#789, #1104",
    fix=(
        CHECK_HOST,
        by_hand("Check --gpus in runArgs: an index that does not exist gives no GPU."),
    ),
)
NO_DRIVER = Rule(
    id="gpu.no-driver",
    level=Level.ERROR,
    title="The container has nvidia-smi, but it finds no driver",
    why="The image brings nvidia-smi along, but the host's driver is not loaded or was not passed "
    "in.",
    source="nvidia-smi's exit code 9 (NVML_ERROR_DRIVER_NOT_LOADED)",
    fix=(CHECK_HOST,),
)
HANGS = Rule(
    id="gpu.hangs",
    level=Level.ERROR,
    title="nvidia-smi hangs",
    why="A GPU that fell off the bus, or a driver stuck in the kernel: every CUDA program hangs "
    "too.",
    source="NVML calls sit in uninterruptible sleep, which no timeout ends",
    fix=(CHECK_HOST,),
)
SMI_MISSING = Rule(
    id="gpu.smi-missing",
    level=Level.WARN,
    title="The container has the driver without nvidia-smi",
    why="Programs can use the GPU, but you cannot see its memory and load.",
    source="NVIDIA container toolkit documentation, driver capabilities",
    fix=(
        by_hand('Set NVIDIA_DRIVER_CAPABILITIES to "compute,utility" in containerEnv and rebuild.'),
    ),
)
NO_COMPUTE = Rule(
    id="gpu.no-compute",
    level=Level.ERROR,
    title="nvidia-smi works, and the CUDA driver library is missing",
    why="The container asked for utilities only, so that no CUDA program can run.",
    source="NVIDIA container toolkit documentation, driver capabilities; "
    "nvidia-smi shows CUDA Version: N/A",
    fix=(
        by_hand('Set NVIDIA_DRIVER_CAPABILITIES to "compute,utility" in containerEnv and rebuild.'),
    ),
)
UVM = Rule(
    id="gpu.uvm-missing",
    level=Level.ERROR,
    title="/dev/nvidia-uvm is missing",
    why="nvidia-smi works without it and CUDA does not. It did not exist when the container "
    "started.",
    source="NVIDIA/nvidia-docker#139, #471",
    fix=(
        by_hand("On the host: sudo nvidia-modprobe -u -c=0; then restart the container."),
        CHECK_HOST,
    ),
)
FAILED = Rule(
    id="gpu.failed",
    level=Level.ERROR,
    title="nvidia-smi fails",
    why="What it says names the reason; on the host it may say more.",
    source="nvidia-smi manual page, return value",
    fix=(CHECK_HOST,),
)
UNKNOWN = Rule(
    id="gpu.unknown",
    level=Level.UNKNOWN,
    title="Whether the container has a GPU is unknown",
    why="Unknown is no pass.",
    source="the check's own record",
    fix=(by_hand("Ask inside the container: nvidia-smi"),),
)
