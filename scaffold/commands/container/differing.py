"""Settings of a new container that differ without a requested change."""

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.plan import RecreatePlan
from scaffold.container.engine_json import table
from scaffold.container.recreate.differences import SettingDifference, differences
from scaffold.container.recreate.references import SHARED


def unrequested_differences(
    engine: DockerEngine, plan: RecreatePlan, successor: str
) -> tuple[SettingDifference, ...]:
    """Settings that differ without having been requested."""
    found = engine.inspect(successor)
    asked = asked_paths(plan)
    return tuple(
        one
        for one in differences(plan.old, found or {})
        if not any(one.path.startswith(path) for path in asked) and not _follows(plan, one)
    )


def _follows(plan: RecreatePlan, difference: SettingDifference) -> bool:
    """Whether a setting differs because it now refers to the successor of a container."""
    key = difference.path.rpartition(".")[2]
    sent = plan.request.body["HostConfig"].get(key)
    return key in {*SHARED, "Links", "VolumesFrom"} and sent != table(plan.old, "HostConfig").get(
        key
    )


def asked_paths(plan: RecreatePlan) -> tuple[str, ...]:
    """The settings that the options change, as paths in an inspect."""
    changes = plan.changes
    table_of_paths = (
        (changes.publish or changes.unpublish, ("Config.ExposedPorts", "HostConfig.PortBindings")),
        (
            changes.volumes or changes.no_volumes,
            (
                "Mounts",
                "HostConfig.Binds",
                "HostConfig.Mounts",
                "HostConfig.Tmpfs",
                "Config.Volumes",
            ),
        ),
        (changes.gpus, ("HostConfig.DeviceRequests", "Config.Env")),
        (changes.shm_size, ("HostConfig.ShmSize",)),
        (changes.env or changes.no_env, ("Config.Env",)),
        (changes.image, ("Config", "Path", "Args", "Mounts")),
        (
            changes.networks or changes.no_networks,
            ("NetworkSettings", "HostConfig.NetworkMode", "Config.Hostname", "Config.MacAddress"),
        ),
    )
    return tuple(path for asked, paths in table_of_paths if asked for path in paths)
