"""Every option of `docker run` of Docker 20.10, and ways in which people give it.

`OTHER` is a running container, `NET` and `NET2` are networks; `FOLDER` is on the engine's host.
"""

IMAGE = "python:3.11-slim-bookworm"
CONFIGURED = "lab/configured"
OTHER, NET, NET2 = "lab-other", "lab-net", "lab-net2"
SUBNET, SUBNET6 = "10.214.1.0/24", "fd00:214::/64"
SUBNET2 = "10.214.2.0/24"
FOLDER = "/tmp"
BIND = f"--mount=type=bind,source={FOLDER},target=/b"
ENDPOINT = "com.docker.network.endpoint"

CONFIGURED_DOCKERFILE = f"""\
FROM {IMAGE}
ENV MODE=image GONE=image
LABEL from=image kept=image
EXPOSE 6006/tcp
VOLUME /of-image
WORKDIR /of-image
USER 1000
STOPSIGNAL SIGUSR1
SHELL ["/bin/bash", "-c"]
HEALTHCHECK --interval=7s --retries=2 CMD true
ENTRYPOINT ["python"]
CMD ["-c", "print(1)"]
"""
"""An image that sets everything that containers inherit."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "--add-host": ("--add-host=db:10.0.0.5", "--add-host=gw:host-gateway"),
    "--attach": ("--attach=stdout", "--attach=stderr"),
    "--blkio-weight": ("--blkio-weight=300",),
    "--blkio-weight-device": ("--blkio-weight-device=/dev/null:200",),
    "--cap-add": ("--cap-add=SYS_PTRACE", "--cap-add=NET_ADMIN"),
    "--cap-drop": ("--cap-drop=ALL",),
    "--cgroup-parent": ("--cgroup-parent=/lab",),
    "--cgroupns": ("--cgroupns=host",),
    "--cpu-period": ("--cpu-period=50000",),
    "--cpu-quota": ("--cpu-quota=25000",),
    "--cpu-rt-period": ("--cpu-rt-period=1000000",),
    "--cpu-rt-runtime": ("--cpu-rt-runtime=1000",),
    "--cpu-shares": ("--cpu-shares=512",),
    "--cpus": ("--cpus=1.5",),
    "--cpuset-cpus": ("--cpuset-cpus=0",),
    "--cpuset-mems": ("--cpuset-mems=0",),
    "--device": ("--device=/dev/null:/dev/nothing:r", "--device=/dev/zero"),
    "--device-cgroup-rule": ("--device-cgroup-rule=c 195:* rwm",),
    "--device-read-bps": ("--device-read-bps=/dev/null:1mb",),
    "--device-read-iops": ("--device-read-iops=/dev/null:100",),
    "--device-write-bps": ("--device-write-bps=/dev/null:2mb",),
    "--device-write-iops": ("--device-write-iops=/dev/null:200",),
    "--dns": ("--dns=10.0.0.53", "--dns=10.0.0.54"),
    "--dns-option": ("--dns-option=ndots:2",),
    "--dns-search": ("--dns-search=example.org",),
    "--domainname": ("--hostname=box", "--domainname=example.org"),
    "--entrypoint": ("--entrypoint=/bin/sh",),
    "--entrypoint, none": ("--entrypoint=",),
    "--env": ("--env=A=1", "--env=B=a b=c", "--env=EMPTY="),
    "--expose": ("--expose=9000", "--expose=7000-7002/udp"),
    "--gpus, all": ("--gpus=all",),
    "--gpus, a count": ("--gpus=2",),
    "--gpus, devices": ('--gpus="device=0,2"',),
    "--gpus, capabilities": ('--gpus="device=GPU-1","capabilities=compute,utility"',),
    "--group-add": ("--group-add=44", "--group-add=video"),
    "--health-cmd": ("--health-cmd=test -e /ready", "--health-interval=5s"),
    "--health-interval": ("--health-cmd=true", "--health-interval=3s"),
    "--health-retries": ("--health-cmd=true", "--health-retries=7"),
    "--health-start-period": ("--health-cmd=true", "--health-start-period=9s"),
    "--health-timeout": ("--health-cmd=true", "--health-timeout=4s"),
    "--hostname": ("--hostname=trainer",),
    "--init": ("--init",),
    "--interactive": ("--interactive",),
    "--ip": (f"--network={NET}", "--ip=10.214.1.77"),
    "--ip6": (f"--network={NET}", "--ip6=fd00:214::77"),
    "--ipc, host": ("--ipc=host",),
    "--ipc, shareable": ("--ipc=shareable",),
    "--ipc, of a container": (f"--ipc=container:{OTHER}",),
    "--ipc, none": ("--ipc=none",),
    "--isolation": ("--isolation=default",),
    "--kernel-memory": ("--kernel-memory=64m",),
    "--label": ("--label=owner=ada", "--label=empty="),
    "--link": (f"--link={OTHER}:db", f"--link={OTHER}"),
    "--link, own network": (f"--network={NET}", f"--link={OTHER}:db"),
    "--link-local-ip": (f"--network={NET}", "--link-local-ip=169.254.3.4"),
    "--log-driver": ("--log-driver=none",),
    "--log-opt": ("--log-opt=max-size=10m", "--log-opt=max-file=3", "--log-opt=tag={{.Name}}"),
    "--mac-address": ("--mac-address=02:42:ac:11:65:43",),
    "--memory": ("--memory=512m",),
    "--memory-reservation": ("--memory-reservation=256m",),
    "--memory-swap": ("--memory=512m", "--memory-swap=-1"),
    "--memory-swappiness": ("--memory-swappiness=10",),
    "--mount, bind": (f"--mount=type=bind,source={FOLDER},target=/b,bind-propagation=rslave",),
    "--mount, bind, read-only": (f"--mount=type=bind,source={FOLDER},target=/b,readonly",),
    "--mount, volume": ("--mount=type=volume,source=lab-data,target=/v,volume-nocopy",),
    "--mount, volume with labels": (
        "--mount=type=volume,source=lab-labelled,target=/v,volume-label=a=b",
    ),
    "--mount, unnamed volume": ("--mount=type=volume,target=/u",),
    "--mount, tmpfs": ("--mount=type=tmpfs,target=/t,tmpfs-size=64m,tmpfs-mode=1770",),
    "--network, none": ("--network=none",),
    "--network, host": ("--network=host",),
    "--network, own": (f"--network={NET}",),
    "--network, of a container": (f"--network=container:{OTHER}",),
    "--network-alias": (f"--network={NET}", "--network-alias=a", "--network-alias=b"),
    "--no-healthcheck": ("--no-healthcheck",),
    "--oom-kill-disable": ("--memory=512m", "--oom-kill-disable"),
    "--oom-score-adj": ("--oom-score-adj=100",),
    "--pid, host": ("--pid=host",),
    "--pid, of a container": (f"--pid=container:{OTHER}",),
    "--pids-limit": ("--pids-limit=100",),
    "--pids-limit, none": ("--pids-limit=-1",),
    "--platform": ("--platform=linux",),
    "--privileged": ("--privileged",),
    "--publish": ("--publish=127.0.0.1:18081:80", "--publish=18082:53/udp"),
    "--publish, random": ("--publish=8888", "--publish=127.0.0.1::9999"),
    "--publish, range": ("--publish=18090-18093:90-93",),
    "--publish-all": ("--publish-all", "--expose=80"),
    "--read-only": ("--read-only",),
    "--restart, always": ("--restart=always",),
    "--restart, on-failure": ("--restart=on-failure:3",),
    "--rm": ("--rm",),
    "--runtime": ("--runtime=nvidia", "--env=NVIDIA_VISIBLE_DEVICES=all"),
    "--security-opt, label": ("--security-opt=label=disable",),
    "--security-opt, seccomp": ("--security-opt=seccomp=unconfined",),
    "--security-opt, apparmor": ("--security-opt=apparmor=unconfined",),
    "--security-opt, new privileges": ("--security-opt=no-new-privileges",),
    "--security-opt, system paths": ("--security-opt=systempaths=unconfined",),
    "--shm-size": ("--shm-size=8g",),
    "--stop-signal": ("--stop-signal=SIGINT",),
    "--stop-timeout": ("--stop-timeout=42",),
    "--storage-opt": ("--storage-opt=size=10G",),
    "--sysctl": ("--sysctl=net.core.somaxconn=1024",),
    "--tmpfs": ("--tmpfs=/t:size=64m,mode=1777", "--tmpfs=/t2"),
    "--tty": ("--tty",),
    "--tty, interactive": ("--interactive", "--tty"),
    "--ulimit": ("--ulimit=memlock=-1", "--ulimit=nofile=1024:2048", "--ulimit=stack=67108864"),
    "--user": ("--user=1000:1000",),
    "--userns": ("--userns=host",),
    "--uts": ("--uts=host",),
    "--volume, bind": (f"--volume={FOLDER}:/b",),
    "--volume, bind, read-only": (f"--volume={FOLDER}:/b:ro,rslave",),
    "--volume, named": ("--volume=lab-data:/v",),
    "--volume, named, nocopy": ("--volume=lab-data:/v:nocopy",),
    "--volume, unnamed": ("--volume=/u",),
    "--volume-driver": ("--volume-driver=local", "--volume=lab-driven:/v"),
    "--volumes-from": (f"--volumes-from={OTHER}",),
    "--volumes-from, read-only": (f"--volumes-from={OTHER}:ro", "--volume=/own"),
    "--workdir": ("--workdir=/srv",),
}
"""Option, with how it is used where that matters, to arguments of `docker create`."""

CLI_ONLY = {
    "--cidfile": "a file that the CLI writes; a second container cannot have the same",
    "--detach": "how the CLI waits",
    "--detach-keys": "how the CLI lets go of a terminal",
    "--disable-content-trust": "how the CLI finds the image",
    "--env-file": "the CLI reads it and sends its lines as --env",
    "--help": "",
    "--label-file": "the CLI reads it and sends its lines as --label",
    "--name": "the successor gets the name",
    "--pull": "how the CLI finds the image",
    "--sig-proxy": "how the CLI passes signals on",
}
"""Options that end up in no configuration, and why."""

IMAGE_OPTIONS: dict[str, tuple[str, ...]] = {
    "all of it inherited": (CONFIGURED,),
    "command of its own": (CONFIGURED, "-c", "print(2)"),
    "entrypoint of its own": ("--entrypoint=sleep", CONFIGURED, "100"),
    "entrypoint without arguments": ("--entrypoint=sh", CONFIGURED),
    "entrypoint taken away": ("--entrypoint=", CONFIGURED, "sleep", "100"),
    "variable changed": ("--env=MODE=own", CONFIGURED),
    "variable taken away": ("--env=GONE", CONFIGURED),
    "label changed": ("--label=from=me", CONFIGURED),
    "health check taken away": ("--no-healthcheck", CONFIGURED),
    "health check changed in part": ("--health-interval=11s", CONFIGURED),
    "volume of the image bound": (f"--volume={FOLDER}:/of-image", CONFIGURED),
    "volume of the image named": ("--volume=lab-data:/of-image", CONFIGURED),
    "user and folder of its own": ("--user=root", "--workdir=/", CONFIGURED),
    "ports of the image published": ("--publish-all", CONFIGURED),
    "network of a container, ports of the image": (f"--network=container:{OTHER}", CONFIGURED),
    "signal of its own": ("--stop-signal=SIGTERM", CONFIGURED),
}
"""Ways to run an image that sets everything, as arguments of `docker create`."""

REFUSED_HERE = {"--storage-opt": "overlay over xfs"}
"""Options that need another file system than the lab's, with what the engine says."""

VOLUMES = ("Config.Volumes",)

RENDERED_UNLIKE: dict[str, tuple[str, ...]] = {
    "--volume, unnamed": VOLUMES,
    "--volumes-from, read-only": VOLUMES,
    "health check taken away": (*VOLUMES, "Config.Healthcheck"),
}
"""Settings that a printed `docker run` gives in another way: unnamed volumes by their names."""

EXCEPTIONS = {
    "id, name, times, paths of logs": "each container has its own",
    "the image's name": "where files were changed, it is the image that they were saved in",
    "a host name that nobody chose": "Docker makes it of the id; so is one alias in each network",
    "unnamed volumes": "asked for by the names that Docker gave them, so that they are the same "
    "ones; `docker rm --volumes` then leaves them",
    "`--volumes-from`": "the volumes are named as well, so that they stay the same ones when the "
    "other container changes",
    "random ports (`--publish 8888`, `--publish-all`)": "the host gives new numbers",
    "`--rm`": "a running one is not replaced: when it stops, Docker removes it",
    "`--storage-opt`": "sent back as it came; the tests' file system does not allow it",
    "`--kernel-memory`": "kept on Docker 20.10; Docker 26.1 and 28.5 drop it when the first one is "
    "made",
    "a MAC address in a second network (Docker 25)": "the engine does not tell a chosen one from "
    "its own; in the first network it is kept",
    "`--no-volume` of an unnamed volume": "where files were changed, the image of them declares "
    "the volume, and a new and empty one is mounted",
}
"""What is not equal afterwards, or not tried, and why."""

NEWER_OPTIONS: dict[str, tuple[str, ...]] = {
    "--annotation": ("--annotation=org.example=a b",),
    "--device, CDI": ("--device=nvidia.com/gpu=all",),
    "--health-start-interval": (
        *("--health-cmd=true", "--health-start-period=9s"),
        "--health-start-interval=2s",
    ),
    "--mount, bind, not recursive": (f"{BIND},bind-recursive=disabled",),
    "--mount, bind, writable below": (f"{BIND},readonly,bind-recursive=writable",),
    "--mount, bind, read-only below": (
        f"{BIND},readonly,bind-recursive=readonly,bind-propagation=rprivate",
    ),
    "--mount, part of a volume": (
        "--mount=type=volume,source=lab-data,target=/v,volume-subpath=part",
    ),
    "--mount, image": (f"--mount=type=image,source={IMAGE},target=/i,image-subpath=etc",),
    "--network, several": (f"--network={NET}", f"--network=name={NET2},alias=a,ip=10.214.2.9"),
    "--network, MAC address": (f"--network=name={NET},mac-address=02:42:ac:11:65:44",),
    "--network, options of the driver": (
        f"--network=name={NET},driver-opt={ENDPOINT}.sysctls=net.ipv4.conf.IFNAME.forwarding=1",
    ),
    "--network, gateway": (f"--network=name={NET},gw-priority=3,alias=a",),
    "--use-api-socket": ("--use-api-socket",),
}
"""What came after the engine of the other tests, tried on those that know it."""

NEWER_CLI_ONLY = {"--quiet": "how much the CLI prints (newer ones)"}
"""Newer options that end up in no configuration."""

SUITES = {"trixie": "26.1", "sid": "28.5"}
"""Releases of Debian to the Docker in them. The second is under way, so its Docker will change."""

REFUSED_BY: dict[str, dict[str, str]] = {
    "trixie": {
        **REFUSED_HERE,
        "--mount, image": "unexpected key 'image-subpath'",
        "--network, gateway": "invalid field key gw-priority",
        "--use-api-socket": "unknown flag",
    },
    "sid": REFUSED_HERE,
}
"""What an engine or its command does not know or take, with what it says."""
