"""What is doubtful about an engine that answers: its runtime, network, proxy and helpers."""

from collections.abc import Iterator

from scaffold.checks.host.docker import start_rules as rules
from scaffold.checks.host.docker.engine import is_remote
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding
from scaffold.parsing.untrusted.numbers import leading_version

SANDBOXES = ("runsc", "gvisor", "kata", "sysbox", "krun", "firecracker")
"""Names of runtimes that keep containers away from the host's driver."""


def engine_doubts(facts: HostFacts) -> Iterator[Finding]:
    """Settings of the engine with which containers lack the GPU, the network or their image."""
    docker = facts.docker
    if docker is None or facts.client.podman:
        return
    if docker.os_type == "windows":
        yield rules.WINDOWS.found("the engine runs Windows containers", "docker info, OSType")
    runtime = docker.default_runtime or ""
    if any(name in runtime for name in SANDBOXES):
        yield rules.OTHER_RUNTIME.found(f"the default runtime is {runtime}", "docker info")
    if docker.forwards_packets is False and not docker.rootless:
        yield rules.NO_FORWARDING.found("IPv4 forwarding is switched off", "docker info")
    yield from _downloads(facts)
    version = leading_version(docker.server_version) or ()
    on_jetson = facts.platform is Platform.JETSON and facts.system.iptable_raw is False
    if on_jetson and version >= NEEDS_RAW:
        text = f"Docker {docker.server_version} needs iptable_raw, which this kernel lacks"
        yield rules.JETSON_RAW.found(text, "/lib/modules")


NEEDS_RAW = (28,)
"""Docker from which published ports need the table raw (moby#49557)."""


def _downloads(facts: HostFacts) -> Iterator[Finding]:
    docker, helper = facts.docker, facts.client.lost_helper
    if facts.login.proxy and docker and docker.proxy is False and not is_remote(facts):
        text = "HTTPS_PROXY is set for this login, docker info shows no proxy"
        yield rules.NO_PROXY.found(text, "docker info, HttpsProxy")
    if helper:
        yield rules.CREDENTIALS.found(f"{helper} was not found", "~/.docker/config.json")
