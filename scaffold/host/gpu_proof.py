"""The container that proves the GPU: how Docker is asked for it, and how its output reads."""

import re
from collections.abc import Mapping
from typing import Any

from scaffold.facts import HostFacts, Platform
from scaffold.records import dataclass

IMAGE = "ubuntu:24.04"
"""The toolkit brings nvidia-smi and its library; they need glibc and nothing else.

Source: NVIDIA cloud-native docs, container-toolkit/sample-workload.md.
"""

_UUID = re.compile(r"\b(?:GPU|MIG)-[0-9A-Fa-f-]{8,}")


@dataclass(frozen=True, slots=True)
class ProofRequest:
    """How Docker is asked for all GPUs: as flags, and as JSON of the engine's API."""

    flags: tuple[str, ...]
    host_config: Mapping[str, Any]
    environment: tuple[str, ...] = ("NVIDIA_DRIVER_CAPABILITIES=compute,utility",)

    def container(self) -> dict[str, Any]:
        """The request for a container that lists its GPUs."""
        return {
            "Image": IMAGE,
            "Cmd": ["nvidia-smi", "-L"],
            "Env": list(self.environment),
            "HostConfig": {"NetworkMode": "none", **self.host_config},
            "Labels": {"gpu-scaffold.proof": "true"},
        }


def request_for(facts: HostFacts) -> ProofRequest | None:
    """The request that this host supports; None if it has no GPU or no engine."""
    docker = facts.docker
    if docker is None or facts.gpus == ():
        return None
    runtime = "nvidia" in docker.runtimes
    if facts.platform is Platform.JETSON and runtime:
        return ProofRequest(
            ("--runtime=nvidia",), {"Runtime": "nvidia"}, ("NVIDIA_VISIBLE_DEVICES=all",)
        )
    # Rootless, the hook may not set device rules; a CDI device needs none.
    by_hook = (runtime or facts.toolkit.hook) and not docker.rootless
    if docker.cdi_devices and not by_hook:
        device = "nvidia.com/gpu=all"
        request: dict[str, Any] = {"Driver": "cdi", "DeviceIDs": [device]}
        return ProofRequest((f"--device={device}",), {"DeviceRequests": [request]})
    request = {"Count": -1, "Capabilities": [["gpu"]]}
    return ProofRequest(("--gpus=all",), {"DeviceRequests": [request]})


def uuids(listing: str) -> frozenset[str]:
    """The GPUs and MIG slices that `nvidia-smi -L` lists."""
    return frozenset(_UUID.findall(listing))
