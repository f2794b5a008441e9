"""What reaches outside a container, as rows: options of docker, keys of compose files."""

import re
from collections.abc import Mapping

RISKY_FLAGS: Mapping[str, str] = {
    "--privileged": "full access to the host",
    "--cap-add": "a Linux capability",
    "--security-opt": "a security option",
    "--device": "a device of the host",
    "--device-cgroup-rule": "devices of the host",
    "--volumes-from": "volumes of another container",
    "--env-file": "a file of the host",
    "--add-host": "an extra host name",
    "--dns": "a name server",
    "--pid": "a namespace of the host",
    "--ipc": "a namespace of the host",
    "--uts": "a namespace of the host",
    "--userns": "a namespace of the host",
    "--cgroupns": "a namespace of the host",
    "--cgroup-parent": "a cgroup of the host",
    "--network": "a network of the host",
    "--net": "a network of the host",
    "--publish": "a port of the host",
    "-p": "a port of the host",
    "--publish-all": "ports of the host",
    "-P": "ports of the host",
    "--group-add": "a group of the host",
    "--sysctl": "a kernel setting",
    "--ulimit": "a limit of the host",
    "--oom-score-adj": "a limit of the host",
    "--runtime": "another runtime",
    "--restart": "starts with the engine",
    "--link": "another container",
    "--cidfile": "a file of the host",
    "--label-file": "a file of the host",
    "--secret": "a secret of the host",
    "--ssh": "the ssh agent of the host",
    "--allow": "an entitlement of the build",
    "--cache-from": "a build cache",
    "--cache-to": "a build cache",
    "--output": "a file of the host",
    "--build-context": "a folder of the host",
    "--use-api-socket": "the Docker socket",
    "--tag": "a name for an image",
    "--iidfile": "a file of the host",
    "--metadata-file": "a file of the host",
}
"""Options of `docker run` and `docker build` that reach outside."""

HARMLESS_OPTIONS = re.compile(
    r"--(gpus|shm-size|memory(-swap|-reservation|-swappiness)?|cpus|cpu-(shares|period|quota)"
    r"|cpuset-(cpus|mems)|pids-limit|blkio-weight|hostname|domainname|name|init|rm|env|label|user"
    r"|workdir|entrypoint|tmpfs|platform|pull|stop-(signal|timeout)|health-[a-z-]+|no-healthcheck"
    r"|read-only|interactive|tty|detach|mac-address|ip6?|network-alias|net-alias|expose|dns-search"
    r"|dns-option|cap-drop|attach|sig-proxy|target|build-arg|no-cache|progress|quiet|file"
    r"|mount|volume)|-[eluwhmcavf]|-[ditq]+"
)
"""Options that stay inside the container; paths of mounts and files are judged by themselves."""

HARMLESS_FLAGS = re.compile(
    r"--(network|net)=(none|bridge)|--ipc=(private|shareable|none)|--(pid|uts|userns)=private"
    r"|--cgroupns=private|--ulimit=(memlock|stack|nofile)=[\d:-]+|--device=nvidia\.com/gpu=.*"
    r"|--security-opt=(no-new-privileges(:true|=true)?|label=type:[\w.]+)|--runtime=(nvidia|runc)"
    r"|--restart=no"
)

COMPOSE_KEYS: Mapping[str, str] = {
    "privileged": "full access to the host",
    "cap_add": "a Linux capability",
    "security_opt": "a security option",
    "devices": "a device of the host",
    "device_cgroup_rules": "devices of the host",
    "network_mode": "a network of the host",
    "pid": "a namespace of the host",
    "ipc": "a namespace of the host",
    "uts": "a namespace of the host",
    "userns_mode": "a namespace of the host",
    "cgroup": "a namespace of the host",
    "cgroup_parent": "a cgroup of the host",
    "extra_hosts": "an extra host name",
    "dns": "a name server",
    "volumes_from": "volumes of another container",
    "env_file": "a file of the host",
    "ports": "a port of the host",
    "sysctls": "a kernel setting",
    "group_add": "a group of the host",
    "runtime": "another runtime",
    "use_api_socket": "the Docker socket",
    "provider": "a program on this computer",
    "external_links": "another container",
    "credential_spec": "a file of the host",
    "oom_score_adj": "a limit of the host",
    "logging": "another log driver",
    "restart": "starts with the engine",
    "label_file": "a file of the host",
    "isolation": "another runtime",
}
"""Keys of a service that reach outside, with what they are."""

COMPOSE_HARMLESS = frozenset(
    {
        *("image", "build", "command", "entrypoint", "environment", "volumes", "extends"),
        *("working_dir", "user", "hostname", "domainname", "container_name", "labels", "expose"),
        *("depends_on", "healthcheck", "init", "tty", "stdin_open", "stop_signal", "scale"),
        *("stop_grace_period", "shm_size", "tmpfs", "mem_limit", "mem_reservation", "cpus"),
        *("memswap_limit", "mem_swappiness", "cpuset", "cpu_count", "cpu_percent", "cpu_shares"),
        *("cpu_period", "cpu_quota", "pids_limit", "ulimits", "read_only", "cap_drop", "platform"),
        *("profiles", "gpus", "deploy", "networks", "dns_search", "dns_opt", "links", "attach"),
        *("pull_policy", "secrets", "configs", "annotations", "mac_address", "develop"),
        *("oom_kill_disable", "blkio_config", "storage_opt", "cpu_rt_period", "cpu_rt_runtime"),
    }
)
"""Keys of a service that stay inside its container or are judged by themselves."""

COMPOSE_TOP = frozenset(
    {"services", "volumes", "networks", "secrets", "configs", "include", "version", "name"}
)
"""Keys of a whole compose file that are known."""

BUILD_KEYS = (
    *("ssh", "secrets", "network", "privileged", "entitlements", "extra_hosts", "cache_to"),
    *("additional_contexts", "tags"),
)
"""Keys of a compose file's build that reach outside."""

HARMLESS_VALUES = ("none", "bridge", "private", "nvidia", "runc", "no")
"""Of these keys."""

KNOWN_FEATURES = re.compile(r"ghcr\.io/devcontainers/features/[a-z0-9-]+(:[\w.-]+)?")

KNOWN_IMAGES = re.compile(
    r"(docker\.io/)?(library/)?[\w.-]+(:[\w.-]+)?(@sha256:[0-9a-f]+)?"
    r"|(docker\.io/)?(nvidia|pytorch|tensorflow|rocm|intel|continuumio|condaforge|mambaorg|jupyter"
    r"|rapidsai|huggingface|vllm)/[\w./-]+(:[\w.-]+)?(@sha256:[0-9a-f]+)?"
    r"|(mcr\.microsoft\.com|nvcr\.io/nvidia|quay\.io/jupyter|quay\.io/condaforge"
    r"|ghcr\.io/astral-sh|ghcr\.io/prefix-dev|public\.ecr\.aws/docker/library"
    r"|gcr\.io/deeplearning-platform-release)/[\w./-]+(:[\w.-]+)?(@sha256:[0-9a-f]+)?"
)
"""Images of publishers that ask for nothing outside the container."""
