"""Findings about the NVIDIA Container Toolkit and CDI."""

from scaffold.findings import Consent, Level, Rule, by_hand, root

GUIDE = "NVIDIA Container Toolkit install guide"

MISSING = Rule(
    id="toolkit.missing",
    level=Level.ERROR,
    title="The NVIDIA Container Toolkit is not installed",
    why='Docker then says: could not select device driver "" with capabilities: [[gpu]].',
    source=f"NVIDIA/nvidia-docker#1034, #1243; {GUIDE}",
    consent=Consent.ROUTINE,
    symptom='could not select device driver "" with capabilities: [[gpu]]',
)
RESTART_PENDING = Rule(
    id="toolkit.restart-pending",
    level=Level.ERROR,
    title="Docker was configured for GPUs but not restarted",
    why="daemon.json names NVIDIA's runtime, and the running engine has not read it.",
    source=GUIDE,
    consent=Consent.ROUTINE,
)
NOT_CONFIGURED = Rule(
    id="toolkit.not-configured",
    level=Level.ERROR,
    title="The toolkit is installed, but Docker is not configured for it",
    why="Docker lists neither NVIDIA's runtime nor a CDI device, so that dev containers with an "
    "optional GPU start without it, and --runtime=nvidia fails.",
    source="NVIDIA/nvidia-container-toolkit#150, #378",
    consent=Consent.ROUTINE,
    symptom="unknown or invalid runtime name: nvidia",
)
NO_HOOK = Rule(
    id="toolkit.no-hook",
    level=Level.ERROR,
    title="The toolkit's hook is missing",
    why="--gpus calls nvidia-container-runtime-hook, which only the full package brings.",
    source="moby/moby, daemon/nvidia_linux.go; package nvidia-container-toolkit beside -base",
    consent=Consent.ROUTINE,
    symptom="nvidia-container-runtime-hook: executable file not found in $PATH",
)
CGROUPS = Rule(
    id="toolkit.rootless-cgroups",
    level=Level.ERROR,
    title="Docker may not set device rules on this host, and the toolkit is configured to set them",
    why="Rootless Docker and Docker in an unprivileged LXC have no right to write device rules.",
    source="NVIDIA/libnvidia-container#154; NVIDIA/nvidia-container-toolkit#139, #106",
    fix=(
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
    id="toolkit.cve",
    level=Level.WARN,
    title="The toolkit has a known security flaw",
    why="A container can break out to the host with some of them.",
    source="scaffold catalogue toolkit; CVEProject/cvelistV5",
    consent=Consent.ROUTINE,
)
OLD = Rule(
    id="toolkit.old",
    level=Level.INFO,
    title="The toolkit is older than 1.18",
    why="From 1.18 on CDI specifications are rewritten after each driver upgrade.",
    source="NVIDIA Container Toolkit 1.18.0 release notes",
    consent=Consent.ROUTINE,
)
TOO_OLD = Rule(
    id="toolkit.too-old",
    level=Level.ERROR,
    title="The toolkit is older than this driver or kernel allows",
    why="It finds no number for the driver's devices, or no cgroups, and gives containers no GPU.",
    source="NVIDIA/nvidia-container-toolkit#381 (driver 550 renamed a device); libnvidia-container "
    "1.8.0 release notes (cgroups of version 2); NVIDIA/nvidia-docker#1447, #1660",
    consent=Consent.ROUTINE,
    symptom="Failed to initialize NVML: Unknown Error; nvidia-container-cli: container error: "
    "cgroup subsystem devices not found",
)
MIXED = Rule(
    id="toolkit.mixed-versions",
    level=Level.WARN,
    title="The toolkit's packages are of different versions",
    why="Since 1.18 libnvidia-container must be of exactly the toolkit's version.",
    source="NVIDIA Container Toolkit 1.18.0 release notes",
    consent=Consent.ROUTINE,
)
OBSOLETE = Rule(
    id="toolkit.obsolete-packages",
    level=Level.INFO,
    title="Obsolete NVIDIA packages are installed",
    why="nvidia-docker2 and nvidia-container-runtime were folded into the toolkit with 1.14.",
    source="NVIDIA Container Toolkit 1.14.0 release notes",
    consent=Consent.ROUTINE,
)
OLD_SOURCES = Rule(
    id="toolkit.old-sources",
    level=Level.WARN,
    title="Old package sources of NVIDIA's are left over",
    why="apt ends with: Conflicting values set for option Signed-By, and then installs nothing.",
    source="NVIDIA cloud-native docs, troubleshooting.md",
    consent=Consent.ROUTINE,
    symptom="E: Conflicting values set for option Signed-By",
)
DAEMON_RELOAD = Rule(
    id="toolkit.daemon-reload",
    level=Level.WARN,
    title="A running container loses its GPU when systemd reloads",
    why="systemctl daemon-reload, which package upgrades call, rewrites the device rules that "
    "the hook made: Failed to initialize NVML: Unknown Error.",
    source="NVIDIA/nvidia-container-toolkit#48, #251; NVIDIA/nvidia-docker#1671",
    fix=(
        by_hand("Upgrade to Docker 29.2 and toolkit 1.18: --gpus then goes through CDI."),
        by_hand('Or put "exec-opts": ["native.cgroupdriver=cgroupfs"] in daemon.json.'),
        by_hand("When it has happened, restart the container."),
    ),
    symptom="Failed to initialize NVML: Unknown Error",
)
JETSON_RUNTIME = Rule(
    id="toolkit.jetson-runtime",
    level=Level.ERROR,
    title="The Jetson's Docker does not know the nvidia runtime",
    why="On a Jetson containers get the GPU by --runtime=nvidia, not by --gpus.",
    source="dusty-nv/jetson-containers#1460; nvidia-container-toolkit, internal/info/auto.go",
    consent=Consent.ROUTINE,
)
CONFIG_PATHS = Rule(
    id="toolkit.config-paths",
    level=Level.ERROR,
    title="The toolkit's config.toml names a path that does not exist",
    why="A GPU operator, a driver container or another distribution left root or ldconfig behind; "
    "every container with a GPU then fails.",
    source="NVIDIA/nvidia-docker#587; NVIDIA/gpu-operator#375",
    consent=Consent.ROUTINE,
    symptom="nvidia-container-cli: ldcache error: open failed: /sbin/ldconfig.real: no such file",
)
CONFIG_INVALID = Rule(
    id="toolkit.config-invalid",
    level=Level.ERROR,
    title="The toolkit's config.toml is no valid TOML",
    why="nvidia-container-runtime ends at the first fault in it, and no container gets a GPU.",
    source="NVIDIA/nvidia-container-toolkit, internal/config",
    fix=(
        by_hand("Correct /etc/nvidia-container-runtime/config.toml, or write it again:"),
        by_hand(
            "sudo nvidia-ctk config default --output=/etc/nvidia-container-runtime/config.toml"
        ),
    ),
    symptom="error loading config: unable to load toml",
)
CONFIG_MODE = Rule(
    id="toolkit.config-mode",
    level=Level.ERROR,
    title="The toolkit's mode does not fit this machine",
    why="Mode csv is for Jetson, legacy does not work on it, and cdi needs a CDI specification.",
    source="NVIDIA/nvidia-container-toolkit#1246; NVIDIA/dcgm-exporter#101",
    consent=Consent.ROUTINE,
    symptom="unsupported mode; unresolvable CDI devices",
)
NO_CGROUPS = Rule(
    id="toolkit.no-cgroups",
    level=Level.ERROR,
    title="The toolkit writes no device rules, and Docker is not rootless",
    why="The setting is for rootless Docker; with it containers of the system's Docker may not "
    "open the GPU's devices.",
    source="NVIDIA/nvidia-container-toolkit#381, #85; NVIDIA/dcgm-exporter#440",
    consent=Consent.ROUTINE,
    symptom="Failed to initialize NVML: Unknown Error",
)
NO_VARIABLE = Rule(
    id="toolkit.variable-ignored",
    level=Level.ERROR,
    title="The toolkit ignores the GPUs that containers ask for",
    why="Docker's --gpus sets NVIDIA_VISIBLE_DEVICES, which the hook then refuses to containers "
    "without --privileged; the setting is for Kubernetes.",
    source="NVIDIA/k8s-device-plugin#203",
    consent=Consent.ROUTINE,
    symptom="insufficient privileges to read device list from NVIDIA_VISIBLE_DEVICES envvar",
)
SELINUX = Rule(
    id="toolkit.selinux",
    level=Level.WARN,
    title="SELinux may refuse containers the GPU",
    why="With SELinux support on, Docker labels its containers, and their label may not use the "
    "driver's devices.",
    source="NVIDIA/nvidia-container-toolkit#33; NVIDIA cloud-native docs, troubleshooting",
    fix=(
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
