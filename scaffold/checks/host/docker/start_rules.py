"""Findings about an engine that does not start, is on a cluster's node, or in a virtual machine."""

from scaffold.findings import Consent, Level, Rule, by_hand, root, see

RESTART = by_hand("Then restart Docker: sudo systemctl restart docker.")

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
MASKED = Rule(
    id="docker.masked",
    level=Level.ERROR,
    title="Docker's service is masked",
    why="systemd refuses to start a masked unit, for root too.",
    source="docker/desktop-linux#94; dyrnq/install-docker#7; systemctl(1), mask",
    fix=(
        root(
            "Allow systemd to start it.",
            *("systemctl", "unmask", "docker.service", "docker.socket"),
            undo=("systemctl", "mask", "docker.service", "docker.socket"),
        ),
    ),
    consent=Consent.OWN_CHOICE,
    symptom="Failed to start docker.service: Unit docker.service is masked.",
)
NO_ENGINE = Rule(
    id="docker.no-engine",
    level=Level.ERROR,
    title="The docker command is installed, and no Docker engine",
    why="systemd knows no docker.service; the command alone runs no container.",
    source="docs.docker.com/engine/install; package docker-ce-cli beside docker-ce",
    consent=Consent.OWN_CHOICE,
    symptom="Failed to start docker.service: Unit docker.service not found.",
)
SOCKET_GROUP = Rule(
    id="docker.socket-group",
    level=Level.ERROR,
    title="Docker's socket belongs to another group than docker",
    why="The group docker was made after the socket, or the distribution uses another group.",
    source="docker/for-linux#1020; moby/moby#11377; VOLTTRON/volttron-docker#40",
    consent=Consent.OWN_CHOICE,
    symptom="permission denied while trying to connect to the docker API at "
    "unix:///var/run/docker.sock",
)
ROOTLESS_FAILS = Rule(
    id="docker.rootless-fails",
    level=Level.ERROR,
    title="The user's rootless Docker ends as soon as it starts",
    why="Its log names the reason: the kernel refuses the account a user namespace, or has no "
    "numbers for it.",
    source="moby/moby#47480; rootless-containers/rootlesskit#421; rootlesscontaine.rs, "
    "getting started",
    symptom="[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: "
    "operation not permitted",
)
OTHER_RUNTIME = Rule(
    id="docker.other-runtime",
    level=Level.WARN,
    title="Containers run in a sandbox by default",
    why="gVisor, Kata and Sysbox put a kernel or a machine of their own between container and "
    "driver; the GPU is not there, or only for some programs.",
    source="gvisor.dev/docs/user_guide/gpu; nestybox/sysbox#50; google/gvisor#14",
    fix=(by_hand("Add --runtime=runc (or nvidia) to the dev container's runArgs."),),
)
NO_FORWARDING = Rule(
    id="docker.no-ip-forwarding",
    level=Level.WARN,
    title="The kernel forwards no packets, so containers have no network",
    why="net.ipv4.ip_forward is 0: Docker sets it at its start, and hardening or a VPN resets it.",
    source="moby/moby#47966; wg-easy/wg-easy#225; docs.docker.com/engine/daemon/"
    "troubleshoot, IP forwarding problems",
    fix=(
        root(
            "Switch it on until the next reboot.",
            *("sysctl", "-w", "net.ipv4.ip_forward=1"),
            undo=("sysctl", "-w", "net.ipv4.ip_forward=0"),
        ),
        by_hand("Remove net.ipv4.ip_forward=0 from /etc/sysctl.conf and /etc/sysctl.d."),
    ),
    consent=Consent.OWN_CHOICE,
    symptom="WARNING: IPv4 forwarding is disabled. Networking will not work.",
)
WINDOWS = Rule(
    id="docker.windows-containers",
    level=Level.ERROR,
    title="Docker runs Windows containers",
    why="Images of CUDA and of dev containers are for Linux.",
    source="docs.docker.com/desktop/setup/install/windows-install, switch between Windows and "
    "Linux containers",
    fix=(by_hand("In Docker Desktop's menu: Switch to Linux containers."),),
    symptom="no matching manifest for windows/amd64 in the manifest list entries",
)
CREDENTIALS = Rule(
    id="docker.credential-helper",
    level=Level.WARN,
    title="A program that docker asks for passwords does not exist",
    why="config.json of the docker command names it as credsStore; every pull and build on this "
    "host fails, also of public images.",
    source="lando/drupal#155; lux4rd0/grafana-loki-syslog-aio#16; docker/for-mac#2131",
    fix=(by_hand("Remove the credsStore line from ~/.docker/config.json on the host."),),
    symptom='error getting credentials - err: exec: "docker-credential-desktop": executable file '
    "not found in $PATH",
)
NO_PROXY = Rule(
    id="docker.no-proxy",
    level=Level.WARN,
    title="This login uses a proxy, and Docker's engine uses none",
    why="The engine does not read the login's variables: pulls and builds fail where the proxy is "
    "the only way out.",
    source="docs.docker.com/engine/daemon/proxy; docker/for-linux#1444; NVIDIA/nvidia-docker#432",
    fix=(
        by_hand('Add "proxies": {"https-proxy": "http://PROXY:PORT"} to daemon.json (Docker 23).'),
        by_hand("Or: systemctl edit docker, [Service], Environment=HTTPS_PROXY=http://PROXY:PORT."),
        RESTART,
    ),
    symptom="net/http: request canceled while waiting for connection (Client.Timeout exceeded "
    "while awaiting headers)",
)
JETSON_RAW = Rule(
    id="docker.jetson-ports",
    level=Level.WARN,
    title="Containers with published ports do not start on this Jetson",
    why="Docker from 28 on protects published ports by the table raw, which JetPack's kernel is "
    "built without.",
    source="moby/moby#49557; TommyChangUMD/ros-humble-ros1-bridge-builder#29",
    fix=(
        by_hand("systemctl edit docker, [Service], Environment=DOCKER_INSECURE_NO_IPTABLES_RAW=1."),
        RESTART,
        by_hand("Or install Docker 27.5 and hold it: apt-mark hold docker-ce."),
    ),
    symptom="iptables: can't initialize iptables table `raw': Table does not exist",
)
START_RULES = (
    *(FAILS_TO_START, KUBERNETES_NODE, NERDCTL, VIRTUAL_MACHINE, NO_BUILDX, MASKED, NO_ENGINE),
    *(SOCKET_GROUP, ROOTLESS_FAILS, OTHER_RUNTIME, NO_FORWARDING, WINDOWS, CREDENTIALS, NO_PROXY),
    JETSON_RAW,
)
