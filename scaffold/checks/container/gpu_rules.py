"""What can be said of the GPU in a container, before any framework is asked."""

from scaffold.findings import Level, Rule, by_hand, run

REBUILD = by_hand('Rebuild the container: "Dev Containers: Rebuild Container", or devcontainer up.')
CHECK_HOST = run("See what the host lacks.", "scaffold", "host", "check", "local")

CPU_ONLY = Rule(
    "gpu.cpu-only",
    Level.INFO,
    "There is no GPU here, and none is needed",
    "The container runs on the CPU. --gpu required makes this an error.",
    "containers.dev, devcontainer.json reference, hostRequirements",
)
NOT_ASKED = Rule(
    "gpu.not-asked",
    Level.WARN,
    "The framework is built for CUDA, and nothing asks for a GPU",
    "Docker gives a container only the devices that it asks for.",
    "docs.docker.com, docker run --gpus; devcontainers/cli#319",
    (
        by_hand('Add "--gpus=all" to runArgs in devcontainer.json; scaffold init does it.'),
        REBUILD,
    ),
)
UNWANTED = Rule(
    "gpu.unasked-present",
    Level.INFO,
    "A GPU is here although nothing asks for one",
    "The engine's default runtime gives it to every container, or the flag --gpu says none.",
    "nvidia-container-toolkit, default runtime",
)
REQUEST_MISSING = Rule(
    "gpu.request-missing",
    Level.ERROR,
    "A GPU is required, and the container was made without asking for one",
    "Docker gives a container only the devices that it asks for. hostRequirements.gpu alone asks "
    "only where Docker lists the nvidia runtime.",
    "devcontainers/cli 0.89: docker info -f '{{.Runtimes.nvidia}}'; devcontainers/cli#319",
    (
        by_hand('Have "--gpus=all" in runArgs: scaffold init --gpu required'),
        REBUILD,
        CHECK_HOST,
    ),
)
STALE = Rule(
    "gpu.container-older",
    Level.ERROR,
    "devcontainer.json asks for a GPU, the container was made without",
    "Settings of a container are fixed when it is made; later edits wait for a rebuild.",
    "containers.dev, devcontainer.json reference, runArgs",
    (REBUILD,),
)
NOT_THERE = Rule(
    "gpu.not-there",
    Level.ERROR,
    "The container asked for a GPU and got none",
    "The engine took the request, but no NVIDIA Container Toolkit put the driver in, or the host "
    "has no driver.",
    "NVIDIA/nvidia-docker#1034, #1711",
    (CHECK_HOST, REBUILD),
)
NOT_THERE_OPTIONAL = Rule(
    "gpu.not-there-optional",
    Level.WARN,
    NOT_THERE.title,
    NOT_THERE.why,
    NOT_THERE.source,
    NOT_THERE.fix,
)
LOST = Rule(
    "gpu.lost",
    Level.ERROR,
    "The GPU was taken from the running container",
    "systemd's daemon-reload, or docker update, wrote the container's device rules anew and left "
    "the GPU out.",
    "NVIDIA/nvidia-container-toolkit#48, #1227; NVIDIA/nvidia-docker#1671",
    (
        by_hand("Make the container again; it keeps its files: scaffold container recreate NAME"),
        by_hand("So that it stays: Docker 28.2 with CDI and toolkit 1.18, or cgroupfs as driver."),
    ),
)
MISMATCH = Rule(
    "gpu.mismatch",
    Level.ERROR,
    "Driver and library are of different versions",
    "The host's driver was upgraded while this container ran, or the image brings a libcuda or "
    "nvidia-utils of its own.",
    "nvidia-smi's exit code 18; Debian bug 889669",
    (
        CHECK_HOST,
        by_hand("Make the container again, so that it gets the new libraries."),
        by_hand("Never install libcuda, nvidia-utils or a driver in the image."),
    ),
)
PERMISSIONS = Rule(
    "gpu.permissions",
    Level.ERROR,
    "The user may not use the GPU's device files",
    "SELinux, or device files of the host that are not for everybody.",
    "NVIDIA container toolkit documentation, troubleshooting; NVIDIA/k8s-device-plugin#201",
    (
        by_hand('With SELinux: add "--security-opt=label=disable" to runArgs and rebuild.'),
        by_hand("Otherwise let the host's /dev/nvidia* be readable and writable for all."),
    ),
)
NO_DEVICES = Rule(
    "gpu.no-devices",
    Level.ERROR,
    "The driver is here but starts no GPU",
    "On the host every GPU failed to start, or the container's device list is empty.",
    "NVIDIA/open-gpu-kernel-modules#789, #1104",
    (CHECK_HOST, by_hand("Look at --gpus in runArgs: an index that is not there gives none.")),
)
NO_DRIVER = Rule(
    "gpu.no-driver",
    Level.ERROR,
    "nvidia-smi is here and finds no driver",
    "The image brings nvidia-smi along, but the host's driver is not loaded or was not passed in.",
    "nvidia-smi's exit code 9 (NVML_ERROR_DRIVER_NOT_LOADED)",
    (CHECK_HOST,),
)
HANGS = Rule(
    "gpu.hangs",
    Level.ERROR,
    "nvidia-smi hangs",
    "A GPU that fell off the bus, or a driver stuck in the kernel: every CUDA program hangs too.",
    "NVML calls sit in uninterruptible sleep, which no timeout ends",
    (CHECK_HOST,),
)
SMI_MISSING = Rule(
    "gpu.smi-missing",
    Level.WARN,
    "The driver is here without nvidia-smi",
    "Programs can use the GPU, but you cannot see its memory and load.",
    "NVIDIA container toolkit documentation, driver capabilities",
    (by_hand('Set NVIDIA_DRIVER_CAPABILITIES to "compute,utility" in containerEnv and rebuild.'),),
)
NO_COMPUTE = Rule(
    "gpu.no-compute",
    Level.ERROR,
    "nvidia-smi works, and the CUDA driver library is missing",
    "The container asked for utilities only, so that no CUDA program can run.",
    "NVIDIA container toolkit documentation, driver capabilities; "
    "nvidia-smi shows CUDA Version: N/A",
    (by_hand('Set NVIDIA_DRIVER_CAPABILITIES to "compute,utility" in containerEnv and rebuild.'),),
)
UVM = Rule(
    "gpu.uvm-missing",
    Level.ERROR,
    "/dev/nvidia-uvm is missing",
    "nvidia-smi works without it and CUDA does not: it was not there when the container began.",
    "NVIDIA/nvidia-docker#139, #471",
    (
        by_hand("On the host: sudo nvidia-modprobe -u -c=0; then restart the container."),
        CHECK_HOST,
    ),
)
FAILED = Rule(
    "gpu.failed",
    Level.ERROR,
    "nvidia-smi fails",
    "What it says names the reason; on the host it may say more.",
    "nvidia-smi manual page, return value",
    (CHECK_HOST,),
)
UNKNOWN = Rule(
    "gpu.unknown",
    Level.UNKNOWN,
    "Whether there is a GPU could not be seen",
    "Unknown is no pass.",
    "the check's own record",
    (by_hand("Ask inside the container: nvidia-smi"),),
)
