"""A request as `docker run` and as compose; the lab types each option's command for true."""

import yaml

from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.render.compose import compose_yaml
from scaffold.container.render.docker_run import docker_run
from scaffold.container.render.run_options import (
    EngineDefaults,
    RunOptions,
    read_defaults,
    run_options,
)

DEFAULT_NETWORK = ("network_mode", "bridge")
IMAGE = {"Env": ["PATH=/bin"], "Cmd": ["bash"], "WorkingDir": "/"}


def container(
    host: dict | None = None,
    further: dict | None = None,
    leave: tuple[str, ...] = (),
    **config: object,
) -> RunOptions:
    body = {"Image": "pytorch", "Env": ["PATH=/bin"], "Cmd": ["bash"], "WorkingDir": "/", **config}
    body["HostConfig"] = {"NetworkMode": "default", **(host or {})}
    request = CreateRequest(body, further or {}, leave)
    return run_options("trainer", request, IMAGE, EngineDefaults())


def flags(found: RunOptions) -> list[str]:
    lines = docker_run(found).split(" \\\n  ")
    assert lines[:3] == ["docker run", "--name=trainer", "--detach"]
    return lines[3:]


def service(found: RunOptions) -> dict:
    text = compose_yaml(found)
    return {
        key: value
        for key, value in yaml.safe_load(text)["services"]["trainer"].items()
        if key not in {"image", "container_name"} and (key, value) != DEFAULT_NETWORK
    }


def test_of_defaults_and_of_the_image_nothing_is_said():
    found = container(
        {
            "ShmSize": 64 << 20,
            "IpcMode": "private",
            "CgroupnsMode": "private",
            "Runtime": "runc",
            "MemorySwappiness": -1,
            "LogConfig": {"Type": "json-file", "Config": {}},
            "RestartPolicy": {"Name": "no"},
            "Binds": None,
        }
    )
    assert flags(found) == ["pytorch"]
    assert service(found) == {}


def test_engine_says_its_defaults():
    info = {"DefaultRuntime": "nvidia", "LoggingDriver": "journald", "CgroupVersion": "1"}
    assert read_defaults(info) == EngineDefaults("nvidia", "journald", "host")
    assert read_defaults({}) == EngineDefaults()


def test_health_check_as_arguments_is_typed_as_a_shell_line():
    check = {
        "Test": ["CMD", "test", "-e", "a b"],
        "Interval": 5 * 10**9,
        "Timeout": 1,
        "StartInterval": 10**9,
        "Retries": 2,
    }
    found = container(Healthcheck=check)
    assert flags(found)[:-1] == [
        "'--health-cmd=test -e '\"'\"'a b'\"'\"''",
        "--health-interval=5s",
        "--health-timeout=1ns",
        "--health-start-interval=1s",
        "--health-retries=2",
    ]
    asked = {"test": check["Test"], "interval": "5s", "timeout": "1ns", "retries": 2}
    asked["start_interval"] = "1s"
    assert service(found) == {"healthcheck": asked}
    assert service(container(Healthcheck={"Test": ["NONE"]})) == {"healthcheck": {"disable": True}}


def test_entrypoint_of_many_words_goes_before_the_command():
    found = container(Entrypoint=["python", "-u"], Cmd=["train.py", "a b"])
    assert flags(found) == ["--entrypoint=python", "pytorch -u train.py 'a b'"]
    assert service(found) == {"entrypoint": ["python", "-u"], "command": ["train.py", "a b"]}


def test_gpus_by_cdi_and_with_options():
    requests = [
        {"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=0"]},
        {"Driver": "nvidia", "Count": 2, "Capabilities": [["gpu", "video"]], "Options": {"a": "b"}},
    ]
    found = container({"DeviceRequests": requests})
    assert flags(found)[:-1] == [
        "--device=nvidia.com/gpu=0",
        "--gpus=count=2,capabilities=video,driver=nvidia,options=a=b",
    ]
    assert service(found)["devices"] == ["nvidia.com/gpu=0"]
    asked = service(found)["deploy"]["resources"]["reservations"]["devices"]
    assert asked == [
        {"driver": "nvidia", "count": 2, "capabilities": ["gpu", "video"], "options": {"a": "b"}}
    ]


def test_compose_says_what_it_has_no_key_for():
    found = container({"AutoRemove": True, "CpusetMems": "0"}, Env=["A=$B"])
    text = compose_yaml(found)
    assert text.startswith(
        "# compose has no key for: --cpuset-mems=0\n# compose has no key for: --rm\n"
    )
    assert service(found) == {"environment": ["A=$$B"]}


def test_further_networks_are_connected_to_afterwards():
    further = {"b": {"Aliases": ["x"], "IPAMConfig": {"IPv4Address": "10.0.0.5"}}}
    found = container({"NetworkMode": "a"}, further)
    assert docker_run(found).endswith(
        "pytorch\ndocker network connect --ip=10.0.0.5 --alias=x b trainer"
    )
    document = yaml.safe_load(compose_yaml(found))
    assert document["networks"] == {n: {"external": True, "name": n} for n in ("a", "b")}
    joined = {"a": None, "b": {"aliases": ["x"], "ipv4_address": "10.0.0.5"}}
    assert service(found) == {"networks": joined}


def test_default_network_is_named_if_others_follow():
    found = container(further={"b": {}})
    assert flags(found)[0] == "--network=bridge"
    assert docker_run(found).endswith("docker network connect b trainer")
    assert compose_yaml(found).startswith("# compose has no key for: --network=bridge\n")
    assert service(found) == {"networks": {"b": None}}


def test_default_network_that_was_left_is_not_joined():
    found = container(further={"b": {}}, leave=("bridge",))
    assert flags(found) == ["--network=b", "pytorch"]
    assert "connect" not in docker_run(found)
    assert service(found) == {"networks": {"b": None}}


def test_shared_network_has_a_mode_and_no_names():
    found = container({"NetworkMode": "container:x"})
    assert flags(found) == ["--network=container:x", "pytorch"]
    assert service(found) == {"network_mode": "container:x"}
    left = RunOptions(
        name="trainer", image="pytorch", config={}, host={}, networks={}, leave=("a",)
    )
    assert docker_run(left).endswith("\ndocker network disconnect a trainer")


def test_mounts_and_limits_in_compose():
    host = {
        "Mounts": [
            {"Type": "volume", "Source": "v", "Target": "/v", "VolumeOptions": {"NoCopy": True}},
            {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 64, "Mode": 0o1770}},
        ],
        "Binds": ["/d:/d", "w:/w"],
        "BlkioWeight": 300,
        "BlkioWeightDevice": [{"Path": "/dev/sda", "Weight": 200}],
        "MaskedPaths": [],
        "ReadonlyPaths": [],
        "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
        "Memory": 1 << 30,
        "MemorySwap": 2 << 30,
        "VolumesFrom": ["x:ro"],
    }
    found = container(host, StopTimeout=42)
    assert service(found) == {
        "volumes_from": ["container:x:ro"],
        "mem_limit": 1 << 30,
        "stop_grace_period": "42s",
        "restart": "on-failure:3",
        "security_opt": ["systempaths=unconfined"],
        "volumes": [
            *("/d:/d", "w:/w"),
            {"type": "volume", "source": "v", "target": "/v", "volume": {"nocopy": True}},
            {"type": "tmpfs", "target": "/t", "tmpfs": {"size": 64, "mode": 0o1770}},
        ],
        "blkio_config": {"weight": 300, "weight_device": [{"path": "/dev/sda", "weight": 200}]},
    }
    assert set(yaml.safe_load(compose_yaml(found))["volumes"]) == {"v", "w"}


def test_compose_makes_no_network_where_none_was_asked_for():
    document = yaml.safe_load(compose_yaml(container()))
    assert document["services"]["trainer"]["network_mode"] == "bridge"
    assert "networks" not in document


def test_settings_of_newer_engines_are_said():
    bind = {"Type": "bind", "Source": "/d", "Target": "/d", "ReadOnly": True}
    mounts = [
        {"Type": "volume", "Source": "v", "Target": "/v", "VolumeOptions": {"Subpath": "part"}},
        {"Type": "image", "Source": "i", "Target": "/i", "ImageOptions": {"Subpath": "etc"}},
        {**bind, "BindOptions": {"ReadOnlyNonRecursive": True}},
        {**bind, "BindOptions": {"ReadOnlyForceRecursive": True}},
    ]
    endpoint = {"DriverOpts": {"a": "b,c"}, "GwPriority": 3, "Links": ["db:db"]}
    found = container({"NetworkMode": "n", "Mounts": mounts}, {"n": endpoint, "m": endpoint})
    command = docker_run(found)
    assert "--mount=type=volume,source=v,target=/v,volume-subpath=part" in command
    assert "--mount=type=image,source=i,target=/i,image-subpath=etc" in command
    assert "readonly,bind-recursive=writable" in command
    assert "readonly,bind-recursive=readonly" in command
    assert """'--network=name=n,"driver-opt=a=b,c",gw-priority=3'""" in command
    assert "network connect --link=db:db --driver-opt=a=b,c --gw-priority=3 m trainer" in command
    text = compose_yaml(found)
    assert "# compose has no key for: --link=db:db\n" in text
    assert service(found)["networks"]["n"] == {"driver_opts": {"a": "b,c"}, "gw_priority": 3}
    assert service(found)["volumes"][0]["volume"] == {"subpath": "part"}
