"""What the engine gives containers: NVIDIA's runtime, or NVIDIA's CDI devices."""

from scaffold.facts import HostFacts
from scaffold.parsing.untrusted.numbers import leading_version


def is_desktop(facts: HostFacts) -> bool:
    """Whether the engine is Docker Desktop's, which brings a toolkit of its own."""
    return bool(facts.docker and facts.docker.operating_system == "Docker Desktop")


CDI_SWITCH, CDI_LISTS = (25,), (28, 2)
"""Docker from which CDI can be switched on, and from which `docker info` lists its devices."""


def nvidia_devices(facts: HostFacts) -> tuple[str, ...]:
    """NVIDIA's CDI devices that the engine gives; those of other vendors are no GPU of ours.

    An engine before 28.2 does not list devices, nor does a docker command before it show those
    that a newer engine lists. The engine reads the specifications if it names the folders that
    it reads.
    """
    docker, files = facts.docker, facts.toolkit.cdi_files or ()
    if docker is None:
        return ()
    listed = tuple(
        one for one in docker.cdi_devices if one.partition("/")[0].endswith("nvidia.com")
    )
    if listed or not CDI_SWITCH <= _told_by(facts) < CDI_LISTS:
        return listed
    folders = tuple(f"{folder.rstrip('/')}/" for folder in docker.cdi_folders)
    read = any(file.startswith(folders) for file in files) if folders else False
    return ("nvidia.com/gpu",) if read and names_nvidia(facts) else ()


def names_nvidia(facts: HostFacts) -> bool:
    """Whether the host's CDI specifications are of NVIDIA's devices, as far as they were read."""
    named = facts.toolkit.cdi_kinds
    return named is None or any("nvidia.com/" in kind for kind in named)


def hides_cdi(facts: HostFacts) -> bool:
    """Whether the docker command is too old to show that the engine reads CDI specifications.

    It drops what its own release does not know, so that nothing shown proves nothing.
    Source: docker/cli, `docker info` decodes the answer into its own types.
    """
    return _told_by(facts) < CDI_SWITCH <= _release(facts)


def _told_by(facts: HostFacts) -> tuple[int, ...]:
    """The release that decides what `docker info` shows: the older one of command and engine."""
    engine = _release(facts)
    return min(engine, leading_version(facts.client.version) or engine)


def _release(facts: HostFacts) -> tuple[int, ...]:
    """The engine's release; empty if it is unknown."""
    return (leading_version(facts.docker.server_version) if facts.docker else None) or ()


GPUS_BY_CDI = (29, 2)
"""First Docker release whose --gpus uses CDI if possible (moby#50228)."""


def gives_gpus_by_cdi(facts: HostFacts) -> bool:
    """Whether --gpus is served through CDI, without the hook."""
    return bool(nvidia_devices(facts)) and _release(facts) >= GPUS_BY_CDI


def shows_gpus(facts: HostFacts) -> bool:
    """Whether the engine lists NVIDIA's runtime or one of NVIDIA's CDI devices."""
    docker = facts.docker
    return bool(docker and ("nvidia" in docker.runtimes or nvidia_devices(facts)))
