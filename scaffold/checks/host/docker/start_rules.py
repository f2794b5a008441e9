"""Findings about an engine that does not start, is on a cluster's node, or in a virtual machine."""

from scaffold.findings import Consent, Level, Rule, by_hand, see

FAILS_TO_START = Rule(
    id="docker.fails-to-start",
    level=Level.ERROR,
    title="The Docker daemon ends as soon as it starts",
    why="Its log names the reason; starting it again changes nothing.",
    source="docker/for-linux#599, #476, #1070; moby/moby#30348, #43637; docs.docker.com/engine/"
    "daemon/troubleshoot",
    fix=(see("Read its log.", "journalctl", "-u", "docker", "-n", "50", "--no-pager", sudo=True),),
    consent=Consent.OWN_CHOICE,
    symptom="failed to start daemon; Error initializing network controller; no available network; "
    "failed to create NAT chain DOCKER; no sockets found via socket activation; can't create unix "
    "socket /var/run/docker.sock: is a directory; error initializing graphdriver",
)
KUBERNETES_NODE = Rule(
    id="docker.kubernetes-node",
    level=Level.ERROR,
    title="A node of a Kubernetes cluster has no Docker",
    why="Docker's packages replace the containerd that the node's pods run on.",
    source="weaveworks/ignite#443; kubernetes.io/docs/setup/production-environment/"
    "container-runtimes",
    fix=(
        by_hand("Use the GPU in a pod: kubectl run with the resource nvidia.com/gpu."),
        by_hand("Or use a machine outside the cluster; ask the cluster's admins."),
        by_hand("If the node is yours, drain it first: kubectl drain NODE, then install Docker."),
    ),
)
NERDCTL = Rule(
    id="docker.nerdctl",
    level=Level.ERROR,
    title="docker is nerdctl under another name",
    why="nerdctl talks to containerd; Docker contexts and the Dev Containers CLI need Docker's "
    "engine.",
    source="containerd/nerdctl, README; VS Code documentation, alternate ways to install Docker",
)
VIRTUAL_MACHINE = Rule(
    id="docker.virtual-machine",
    level=Level.ERROR,
    title="The docker command uses an engine in a virtual machine",
    why="Colima, Lima, Rancher Desktop and minikube run Docker in a machine without the GPU.",
    source="minikube.sigs.k8s.io/docs/commands/docker-env; abiosoft/colima, README",
    fix=(by_hand("To use this host's own engine: docker context use default."),),
    symptom='could not select device driver "" with capabilities: [[gpu]]',
)
NO_BUILDX = Rule(
    id="docker.no-buildx",
    level=Level.INFO,
    title="The docker command has no buildx",
    why="From Docker 23 on it builds images; dev containers that are built on this host need it.",
    source="docs.docker.com/go/buildx; NVIDIA-ISAAC-ROS/isaac_ros_common#90",
    consent=Consent.ROUTINE,
    symptom="ERROR: BuildKit is enabled but the buildx component is missing or broken.",
)
