"""What can be said of the NVIDIA Container Toolkit and of CDI."""

from scaffold.checks.host.toolkit_fixes import RESTART
from scaffold.findings import Level, Rule, by_hand, root

GUIDE = "NVIDIA Container Toolkit install guide"
CDI_DOCS = "NVIDIA cloud-native docs, cdi-support.md"
REFRESH = root(
    "Write the CDI specification anew.",
    *("nvidia-ctk", "cdi", "generate", "--output=/var/run/cdi/nvidia.yaml"),
)

MISSING = Rule(
    "toolkit.missing",
    Level.ERROR,
    "The NVIDIA Container Toolkit is not installed",
    'Docker then says: could not select device driver "" with capabilities: [[gpu]].',
    f"NVIDIA/nvidia-docker#1034, #1243; {GUIDE}",
)
RESTART_PENDING = Rule(
    "toolkit.restart-pending",
    Level.ERROR,
    "Docker was configured for GPUs but not restarted",
    "daemon.json names NVIDIA's runtime, and the running engine has not read it.",
    GUIDE,
    (RESTART,),
)
NOT_CONFIGURED = Rule(
    "toolkit.not-configured",
    Level.ERROR,
    "The toolkit is installed, but Docker was not told of it",
    "Docker lists neither NVIDIA's runtime nor a CDI device, so that dev containers with an "
    "optional GPU start without it, and --runtime=nvidia fails.",
    "NVIDIA/nvidia-container-toolkit#150, #378",
)
NO_HOOK = Rule(
    "toolkit.no-hook",
    Level.ERROR,
    "The toolkit's hook is missing",
    "--gpus calls nvidia-container-runtime-hook, which only the full package brings.",
    "moby/moby, daemon/nvidia_linux.go; package nvidia-container-toolkit beside -base",
)
CDI_ONLY = Rule(
    "toolkit.cdi-only",
    Level.WARN,
    "Docker knows the GPU by CDI only",
    "The Dev Containers CLI looks for the nvidia runtime: an optional GPU is then left out.",
    "@devcontainers/cli 0.89.0: docker info -f '{{.Runtimes.nvidia}}'",
)
CGROUPS = Rule(
    "toolkit.rootless-cgroups",
    Level.ERROR,
    "Rootless Docker may not set device rules, and the toolkit is told to",
    "Containers fail with bpf_prog_query(BPF_CGROUP_DEVICE): operation not permitted.",
    "NVIDIA/libnvidia-container#154; NVIDIA/nvidia-container-toolkit#139",
    (
        root(
            "Switch device rules off. This holds for rootful Docker on this host too.",
            *("nvidia-ctk", "config", "--set", "nvidia-container-cli.no-cgroups", "--in-place"),
            undo=(
                *("nvidia-ctk", "config"),
                *("--set", "nvidia-container-cli.no-cgroups=false", "--in-place"),
            ),
        ),
        by_hand("Or use CDI names (--device nvidia.com/gpu=all), which need no such rule."),
    ),
)
CVE = Rule(
    "toolkit.cve",
    Level.WARN,
    "The toolkit has a known security flaw",
    "A container can break out to the host with some of them.",
    "scaffold catalogue toolkit; CVEProject/cvelistV5",
)
OLD = Rule(
    "toolkit.old",
    Level.INFO,
    "The toolkit is older than 1.18",
    "From 1.18 on CDI specifications are written anew after each driver upgrade.",
    "NVIDIA Container Toolkit 1.18.0 release notes",
)
MIXED = Rule(
    "toolkit.mixed-versions",
    Level.WARN,
    "The toolkit's packages are of different versions",
    "Since 1.18 libnvidia-container must be of exactly the toolkit's version.",
    "NVIDIA Container Toolkit 1.18.0 release notes",
)
OBSOLETE = Rule(
    "toolkit.obsolete-packages",
    Level.INFO,
    "Obsolete NVIDIA packages are installed",
    "nvidia-docker2 and nvidia-container-runtime were folded into the toolkit with 1.14.",
    "NVIDIA Container Toolkit 1.14.0 release notes",
)
OLD_SOURCES = Rule(
    "toolkit.old-sources",
    Level.WARN,
    "Old package sources of NVIDIA's are left over",
    "apt ends with: Conflicting values set for option Signed-By, and then installs nothing.",
    "NVIDIA cloud-native docs, troubleshooting.md",
)
CDI_STALE = Rule(
    "toolkit.cdi-stale",
    Level.ERROR,
    "The CDI specification is of another driver version",
    "Containers that get their GPU by CDI fail on a missing libcuda.so of the old version.",
    f"containers/podman#23935; {CDI_DOCS}",
    (
        root("Remove a specification made by hand.", "rm", "-f", "/etc/cdi/nvidia.yaml"),
        REFRESH,
        RESTART,
    ),
)
CDI_UNREAD = Rule(
    "toolkit.cdi-unread",
    Level.INFO,
    "There is a CDI specification, and Docker does not read it",
    "CDI is on by default since Docker 28.2, may be switched on from 25.0, and rootless "
    "Docker reads folders of its own.",
    "Docker Engine 25.0, 28.2 and 29.2 release notes",
    (
        root(
            "Switch it on.",
            *("nvidia-ctk", "runtime", "configure", "--runtime=docker", "--cdi.enabled"),
        ),
        RESTART,
    ),
)
DAEMON_RELOAD = Rule(
    "toolkit.daemon-reload",
    Level.WARN,
    "A running container loses its GPU when systemd reloads",
    "systemctl daemon-reload, which package upgrades call, rewrites the device rules that "
    "the hook made: Failed to initialize NVML: Unknown Error.",
    "NVIDIA/nvidia-container-toolkit#48, #251; NVIDIA/nvidia-docker#1671",
    (
        by_hand("Upgrade to Docker 29.2 and toolkit 1.18: --gpus then goes through CDI."),
        by_hand('Or put "exec-opts": ["native.cgroupdriver=cgroupfs"] in daemon.json.'),
        by_hand("When it has happened, start the container anew."),
    ),
)
JETSON_RUNTIME = Rule(
    "toolkit.jetson-runtime",
    Level.ERROR,
    "The Jetson's Docker does not know the nvidia runtime",
    "On a Jetson containers get the GPU by --runtime=nvidia, not by --gpus.",
    "dusty-nv/jetson-containers#1460; nvidia-container-toolkit, internal/info/auto.go",
)
