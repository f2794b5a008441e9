"""Findings about the NVIDIA Container Toolkit and CDI."""

from scaffold.findings import Consent, Level, Rule, by_hand, root

GUIDE = "NVIDIA Container Toolkit install guide"
CDI_DOCS = "NVIDIA cloud-native docs, cdi-support.md"

MISSING = Rule(
    "toolkit.missing",
    Level.ERROR,
    "The NVIDIA Container Toolkit is not installed",
    'Docker then says: could not select device driver "" with capabilities: [[gpu]].',
    f"NVIDIA/nvidia-docker#1034, #1243; {GUIDE}",
    consent=Consent.ROUTINE,
    symptom='could not select device driver "" with capabilities: [[gpu]]',
)
RESTART_PENDING = Rule(
    "toolkit.restart-pending",
    Level.ERROR,
    "Docker was configured for GPUs but not restarted",
    "daemon.json names NVIDIA's runtime, and the running engine has not read it.",
    GUIDE,
    consent=Consent.ROUTINE,
)
NOT_CONFIGURED = Rule(
    "toolkit.not-configured",
    Level.ERROR,
    "The toolkit is installed, but Docker is not configured for it",
    "Docker lists neither NVIDIA's runtime nor a CDI device, so that dev containers with an "
    "optional GPU start without it, and --runtime=nvidia fails.",
    "NVIDIA/nvidia-container-toolkit#150, #378",
    consent=Consent.ROUTINE,
    symptom="unknown or invalid runtime name: nvidia",
)
NO_HOOK = Rule(
    "toolkit.no-hook",
    Level.ERROR,
    "The toolkit's hook is missing",
    "--gpus calls nvidia-container-runtime-hook, which only the full package brings.",
    "moby/moby, daemon/nvidia_linux.go; package nvidia-container-toolkit beside -base",
    consent=Consent.ROUTINE,
    symptom="nvidia-container-runtime-hook: executable file not found in $PATH",
)
CDI_ONLY = Rule(
    "toolkit.cdi-only",
    Level.WARN,
    "Docker knows the GPU by CDI only",
    "The Dev Containers CLI looks for the nvidia runtime: an optional GPU is then left out.",
    "@devcontainers/cli 0.89.0: docker info -f '{{.Runtimes.nvidia}}'",
    consent=Consent.ROUTINE,
)
CGROUPS = Rule(
    "toolkit.rootless-cgroups",
    Level.ERROR,
    "Docker may not set device rules here, and the toolkit is configured to set them",
    "Rootless Docker and Docker in an unprivileged LXC have no right to write device rules.",
    "NVIDIA/libnvidia-container#154; NVIDIA/nvidia-container-toolkit#139, #106",
    (
        root(
            "Switch device rules off, for rootful Docker on this host too.",
            *("nvidia-ctk", "config", "--set", "nvidia-container-cli.no-cgroups", "--in-place"),
            undo=(
                *("nvidia-ctk", "config"),
                *("--set", "nvidia-container-cli.no-cgroups=false", "--in-place"),
            ),
        ),
        by_hand("Or use CDI names (--device nvidia.com/gpu=all), which need no such rule."),
    ),
    consent=Consent.ROUTINE,
    symptom="bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted",
)
CVE = Rule(
    "toolkit.cve",
    Level.WARN,
    "The toolkit has a known security flaw",
    "A container can break out to the host with some of them.",
    "scaffold catalogue toolkit; CVEProject/cvelistV5",
    consent=Consent.ROUTINE,
)
OLD = Rule(
    "toolkit.old",
    Level.INFO,
    "The toolkit is older than 1.18",
    "From 1.18 on CDI specifications are written anew after each driver upgrade.",
    "NVIDIA Container Toolkit 1.18.0 release notes",
    consent=Consent.ROUTINE,
)
MIXED = Rule(
    "toolkit.mixed-versions",
    Level.WARN,
    "The toolkit's packages are of different versions",
    "Since 1.18 libnvidia-container must be of exactly the toolkit's version.",
    "NVIDIA Container Toolkit 1.18.0 release notes",
    consent=Consent.ROUTINE,
)
OBSOLETE = Rule(
    "toolkit.obsolete-packages",
    Level.INFO,
    "Obsolete NVIDIA packages are installed",
    "nvidia-docker2 and nvidia-container-runtime were folded into the toolkit with 1.14.",
    "NVIDIA Container Toolkit 1.14.0 release notes",
    consent=Consent.ROUTINE,
)
OLD_SOURCES = Rule(
    "toolkit.old-sources",
    Level.WARN,
    "Old package sources of NVIDIA's are left over",
    "apt ends with: Conflicting values set for option Signed-By, and then installs nothing.",
    "NVIDIA cloud-native docs, troubleshooting.md",
    consent=Consent.ROUTINE,
    symptom="E: Conflicting values set for option Signed-By",
)
CDI_STALE = Rule(
    "toolkit.cdi-stale",
    Level.ERROR,
    "The CDI specification names files or devices that do not exist",
    "It was written for another driver version or other cards; containers that get their GPU by "
    "CDI fail on the first missing path.",
    f"containers/podman#23935; HaveAGitGat/Tdarr#1423; {CDI_DOCS}",
    consent=Consent.ROUTINE,
    symptom="failed to fulfil mount request: open /usr/lib/libcuda.so.570.86.15: no such file",
)
CDI_UNREAD = Rule(
    "toolkit.cdi-unread",
    Level.INFO,
    "Docker does not read the host's CDI specification",
    "CDI is on by default since Docker 28.2, may be switched on from 25.0, and rootless "
    "Docker reads folders of its own.",
    "Docker Engine 25.0, 28.2 and 29.2 release notes",
    consent=Consent.ROUTINE,
    symptom="unresolvable CDI devices nvidia.com/gpu=all",
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
        by_hand("When it has happened, restart the container."),
    ),
    symptom="Failed to initialize NVML: Unknown Error",
)
JETSON_RUNTIME = Rule(
    "toolkit.jetson-runtime",
    Level.ERROR,
    "The Jetson's Docker does not know the nvidia runtime",
    "On a Jetson containers get the GPU by --runtime=nvidia, not by --gpus.",
    "dusty-nv/jetson-containers#1460; nvidia-container-toolkit, internal/info/auto.go",
    consent=Consent.ROUTINE,
)
CONFIG_PATHS = Rule(
    "toolkit.config-paths",
    Level.ERROR,
    "The toolkit's config.toml names a path that does not exist",
    "A GPU operator, a driver container or another distribution left root or ldconfig behind; "
    "every container with a GPU then fails.",
    "NVIDIA/nvidia-docker#587; NVIDIA/gpu-operator#375",
    consent=Consent.ROUTINE,
    symptom="nvidia-container-cli: ldcache error: open failed: /sbin/ldconfig.real: no such file",
)
CONFIG_INVALID = Rule(
    "toolkit.config-invalid",
    Level.ERROR,
    "The toolkit's config.toml is no valid TOML",
    "nvidia-container-runtime ends at the first fault in it, and no container gets a GPU.",
    "NVIDIA/nvidia-container-toolkit, internal/config",
    (
        by_hand("Correct /etc/nvidia-container-runtime/config.toml, or write it again:"),
        by_hand(
            "sudo nvidia-ctk config default --output=/etc/nvidia-container-runtime/config.toml"
        ),
    ),
    symptom="error loading config: unable to load toml",
)
CONFIG_MODE = Rule(
    "toolkit.config-mode",
    Level.ERROR,
    "The toolkit's mode does not fit this machine",
    "Mode csv is for Jetson, legacy does not work on it, and cdi needs a CDI specification.",
    "NVIDIA/nvidia-container-toolkit#1246; NVIDIA/dcgm-exporter#101",
    consent=Consent.ROUTINE,
    symptom="unsupported mode; unresolvable CDI devices",
)
SELINUX = Rule(
    "toolkit.selinux",
    Level.WARN,
    "SELinux may refuse containers the GPU",
    "With SELinux support on, Docker labels its containers, and their label may not use the "
    "driver's devices.",
    "NVIDIA/nvidia-container-toolkit#33; NVIDIA cloud-native docs, troubleshooting",
    (
        root(
            "Allow containers to use devices.",
            *("setsebool", "-P", "container_use_devices", "on"),
            undo=("setsebool", "-P", "container_use_devices", "off"),
        ),
        by_hand("Or add --security-opt=label=disable to runArgs."),
    ),
    consent=Consent.OWN_CHOICE,
    symptom="Failed to initialize NVML: Insufficient Permissions",
)
