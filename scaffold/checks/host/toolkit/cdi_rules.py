"""Findings about CDI, by which newer engines give GPUs to containers."""

from scaffold.findings import Consent, Level, Rule, by_hand

CDI_DOCS = "NVIDIA cloud-native docs, cdi-support.md"

CDI_ONLY = Rule(
    id="toolkit.cdi-only",
    level=Level.WARN,
    title="Docker knows the GPU by CDI only",
    why="The Dev Containers CLI requires the nvidia runtime: without it, an optional GPU is "
    "left out.",
    source="@devcontainers/cli 0.89.0: docker info -f '{{.Runtimes.nvidia}}'",
    consent=Consent.ROUTINE,
)
CDI_STALE = Rule(
    id="toolkit.cdi-stale",
    level=Level.ERROR,
    title="The CDI specification names files or devices that do not exist",
    why="It was written for another driver version or other cards; containers that get their GPU "
    "by CDI fail on the first missing path.",
    source=f"containers/podman#23935; HaveAGitGat/Tdarr#1423; {CDI_DOCS}",
    consent=Consent.ROUTINE,
    symptom="failed to fulfil mount request: open /usr/lib/libcuda.so.570.86.15: no such file",
)
CDI_UNREAD = Rule(
    id="toolkit.cdi-unread",
    level=Level.INFO,
    title="Docker does not read the host's CDI specification",
    why="CDI is on by default since Docker 28.2, may be switched on from 25.0, and rootless "
    "Docker reads folders of its own.",
    source="Docker Engine 25.0, 28.2 and 29.2 release notes",
    consent=Consent.ROUTINE,
    symptom="unresolvable CDI devices nvidia.com/gpu=all",
)
CDI_HIDDEN = Rule(
    id="toolkit.cdi-hidden",
    level=Level.UNKNOWN,
    title="The docker command is too old to show whether its engine gives GPUs by CDI",
    why="A docker command before 25.0 leaves out of docker info what newer engines say of CDI.",
    source="docker/cli, cli/command/system/info.go; Docker Engine 25.0 release notes",
    fix=(
        by_hand(
            "Update the docker command to the engine's release, or make the newer one of "
            "`type -a docker` the first on the PATH."
        ),
    ),
    consent=Consent.BY_HAND,
)
CDI_CONFLICT = Rule(
    id="toolkit.cdi-conflict",
    level=Level.WARN,
    title="Two CDI specifications define the same GPUs",
    why="In one folder neither counts more, so CDI takes the devices of neither.",
    source="cdi specification, conflicts; tags.cncf.io/container-device-interface, pkg/cdi",
    consent=Consent.ROUTINE,
    symptom='conflicting device "nvidia.com/gpu=0"; unresolvable CDI devices nvidia.com/gpu=all',
)
CDI_RULES = (CDI_ONLY, CDI_STALE, CDI_CONFLICT, CDI_UNREAD, CDI_HIDDEN)
