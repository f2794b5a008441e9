"""The flags of `recreate`: read, refused, and put into a request."""

import pytest

from scaffold.container.recreate import options as read
from scaffold.container.recreate.apply import apply
from scaffold.container.recreate.options import PublishOption, RecreateOptions, VolumeOption
from scaffold.errors import InputError


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("8888", [PublishOption("8888/tcp")]),
        ("8080:80", [PublishOption("80/tcp", "8080")]),
        ("127.0.0.1:8080:80/udp", [PublishOption("80/udp", "8080", "127.0.0.1")]),
        ("127.0.0.1::80", [PublishOption("80/tcp", "", "127.0.0.1")]),
        ("[::1]:8080:80", [PublishOption("80/tcp", "8080", "::1")]),
        ("8000-8001:80-81", [PublishOption("80/tcp", "8000"), PublishOption("81/tcp", "8001")]),
    ],
)
def test_ports_as_docker_run_takes_them(text, ports):
    assert list(read.parse_publish(text)) == ports


@pytest.mark.parametrize(
    "text", ["", "x", "0", "70000", "80:", "9-8", "1-2:3", "1:2:3:4", "80/sctp2", "--1"]
)
def test_what_is_no_port_is_refused(text):
    with pytest.raises(InputError, match="--publish"):
        read.parse_publish(text)


def test_ports_are_written_as_they_are_read():
    for text in ("8080:80", "127.0.0.1:8080:80/udp", "[::1]:8080:80"):
        assert str(read.parse_publish(text)[0]) == text


def test_ports_to_take_away():
    assert read.parse_unpublish("80") == "80/tcp"
    assert read.parse_unpublish("53/udp") == "53/udp"
    for text in ("80:80", "x", "80/icmp", ""):
        with pytest.raises(InputError, match="--unpublish"):
            read.parse_unpublish(text)


def test_volumes_as_docker_run_takes_them():
    assert read.parse_volume("/data/:/x/:ro,z") == VolumeOption("/data/", "/x", ("ro", "z"))
    assert str(read.parse_volume("models:/m")) == "models:/m"
    assert not read.parse_volume("models:/m").is_path


@pytest.mark.parametrize("text", ["/data", "", ":/x", "~/d:/x", "./d:/x", "a/b:/x", "/d:x"])
def test_what_is_no_mount_is_refused(text):
    with pytest.raises(InputError, match="--volume"):
        read.parse_volume(text)


def test_sizes_and_variables():
    assert read.parse_size("--shm-size", "8g") == read.parse_size("--shm-size", "8 GiB") == 8 << 30
    assert read.parse_size("--shm-size", "1.5m") == 3 << 19
    assert read.parse_env("A=b=c") == ("A", "b=c")
    for text in ("8x", "", "0", "-1g"):
        with pytest.raises(InputError, match="--shm-size"):
            read.parse_size("--shm-size", text)
    for text in ("A", "=b", "A B=c"):
        with pytest.raises(InputError, match="--env"):
            read.parse_env(text)


def body(**host: object) -> dict:
    return {"Image": "pytorch", "Env": ["A=1", "PATH=/bin"], "HostConfig": host}


def applied(
    changes: RecreateOptions, before: dict, image: dict | None = None
) -> tuple[dict, tuple]:
    return apply(changes, before, image or {})


BOUND = {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}


def test_what_is_so_already_changes_nothing():
    before = body(
        PortBindings=BOUND,
        Binds=["/d:/d"],
        ShmSize=1 << 30,
        DeviceRequests=[{"Count": -1, "Capabilities": [["gpu"]], "Options": {}}],
    )
    same = RecreateOptions(
        publish=(PublishOption("80/tcp", "8080", "0.0.0.0"),),  # noqa: S104
        volumes=(VolumeOption("/d", "/d"),),
        gpus="all",
        shm_size=1 << 30,
        env=(("A", "1"),),
        image="pytorch",
    )
    assert applied(same, before) == (before, ())


def test_port_is_added_beside_others_and_taken_away():
    before = body(PortBindings=BOUND) | {"ExposedPorts": {"80/tcp": {}}}
    new, said = applied(
        RecreateOptions(publish=(PublishOption("1/tcp"),), unpublish=("80/tcp",)), before
    )
    assert new["HostConfig"]["PortBindings"] == {"1/tcp": [{"HostIp": "", "HostPort": ""}]}
    assert (new["ExposedPorts"], said) == (
        {"1/tcp": {}},
        ("no longer published: 80", "published: container port 1 on a random host port"),
    )
    assert before["HostConfig"]["PortBindings"] is BOUND


def refusal(changes: RecreateOptions, before: dict, image: dict | None = None) -> str:
    with pytest.raises(InputError) as caught:
        applied(changes, before, image)
    return f"{caught.value.message}; {caught.value.hint}"


def test_port_of_the_host_leads_to_one_place():
    before = body(PortBindings=BOUND)
    assert "leads to container port 80/tcp" in refusal(
        RecreateOptions(publish=(PublishOption("81/tcp", "8080"),)), before
    )
    applied(RecreateOptions(publish=(PublishOption("81/udp", "8080"),)), before)
    elsewhere = {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]}
    other = RecreateOptions(publish=(PublishOption("81/tcp", "8080", "127.0.0.2"),))
    applied(other, body(PortBindings=elsewhere))


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("host", "are host ports already"),
        ("none", "no network"),
        ("container:x", "publish the port on that one"),
    ],
)
def test_ports_need_a_network_of_ones_own(mode, reason):
    assert reason in refusal(
        RecreateOptions(publish=(PublishOption("1/tcp"),)), body(NetworkMode=mode)
    )


def test_what_is_not_there_cannot_be_taken_away():
    there = body(
        PortBindings=BOUND,
        Binds=["/d:/d"],
        Mounts=[{"Type": "volume", "Source": "v", "Target": "/v"}],
        Tmpfs={"/t": ""},
    )
    assert "published: 80/tcp" in refusal(RecreateOptions(unpublish=("1/tcp",)), there)
    assert "mounted: /d, /v, /t" in refusal(RecreateOptions(no_volumes=("/x",)), there)
    assert "B is not set" in refusal(RecreateOptions(no_env=("B",)), there)
    declared = {"Volumes": {"/d": {}}}
    assert "the image declares" in refusal(RecreateOptions(no_volumes=("/d",)), there, declared)


def test_mounts_are_taken_away_wherever_they_stand():
    before = body(
        Binds=["/d:/d:ro"],
        Mounts=[{"Type": "volume", "Source": "v", "Target": "/v/"}],
        Tmpfs={"/t": ""},
    )
    before["Volumes"] = {"/d": {}}
    new, said = applied(RecreateOptions(no_volumes=("/d/", "/v", "/t")), before)
    assert said == tuple(f"no longer mounted: {it}" for it in ("/d:/d:ro", "v:/v/", "tmpfs:/t"))
    assert new["HostConfig"] == {"Binds": None, "Mounts": [], "Tmpfs": {}}
    assert new["Volumes"] == {}


def test_mount_takes_the_place_of_another():
    new, said = applied(RecreateOptions(volumes=(VolumeOption("v2", "/d"),)), body(Binds=["v1:/d"]))
    assert (new["HostConfig"]["Binds"], said) == (["v2:/d"], ("mounted: v2:/d (was v1:/d)",))


def test_variables_are_set_and_taken_away_also_from_the_image():
    new, said = applied(RecreateOptions(env=(("A", "2"),), no_env=("PATH",)), body())
    assert new["Env"] == ["PATH", "A=2"]
    assert said == ("variable removed: PATH", "variable set: A")


def test_shared_memory():
    new, said = applied(RecreateOptions(shm_size=2 << 30), body(ShmSize=64 << 20))
    assert new["HostConfig"]["ShmSize"] == 2 << 30
    assert said == ("shared memory: 2048 MiB (was 64 MiB)",)
    assert "shared with host" in refusal(RecreateOptions(shm_size=1), body(IpcMode="host"))


GPU = {"Driver": "", "Count": -1, "DeviceIDs": None, "Capabilities": [["gpu"]]}
OTHER = {"Driver": "other", "Capabilities": [["tpu"]]}


@pytest.mark.parametrize(
    ("wanted", "request_"),
    [
        ("all", GPU),
        ("2", GPU | {"Count": 2}),
        ("device=0,1", GPU | {"Count": 0, "DeviceIDs": ["0", "1"]}),
        ("nvidia.com/gpu=0", {"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=0"]}),
    ],
)
def test_gpus_take_the_place_of_those_there(wanted, request_):
    before = body(DeviceRequests=[GPU | {"Count": 7}, OTHER])
    new, said = applied(RecreateOptions(gpus=wanted), before)
    assert new["HostConfig"]["DeviceRequests"] == [OTHER, request_]
    assert said == (f"GPUs: {wanted}",)


def test_gpus_are_taken_away():
    new, _ = applied(RecreateOptions(gpus="none"), body(DeviceRequests=[GPU, OTHER]))
    assert new["HostConfig"]["DeviceRequests"] == [OTHER]


@pytest.mark.parametrize(
    ("wanted", "value"), [("none", "void"), ("2", "0,1"), ("device=1", "1"), ("all", "all")]
)
def test_nvidia_runtime_is_told_by_its_variable(wanted, value):
    new, said = applied(RecreateOptions(gpus=wanted), body(Runtime="nvidia"))
    assert f"NVIDIA_VISIBLE_DEVICES={value}" in new["Env"]
    assert applied(RecreateOptions(gpus=wanted), new) == (new, ())
    assert said


def test_other_image_brings_its_own_settings():
    old_image = {
        "Env": ["PATH=/bin"],
        "Labels": {"of": "image", "own": "no"},
        "ExposedPorts": {"80/tcp": {}},
        "Volumes": None,
        "User": "1000",
        "Entrypoint": ["python"],
        "Cmd": ["-c"],
    }
    before = body() | {
        "Labels": {"of": "image", "own": "yes"},
        "ExposedPorts": {"80/tcp": {}, "81/tcp": {}},
        "User": "1000",
        "Entrypoint": ["python"],
        "Cmd": ["train.py"],
    }
    new, said = applied(RecreateOptions(image="other"), before, old_image)
    assert said == ("image: other (was pytorch)",)
    assert new == {
        "Image": "other",
        "Env": ["A=1"],
        "Labels": {"own": "yes"},
        "ExposedPorts": {"81/tcp": {}},
        "Volumes": {},
        "Cmd": ["train.py"],
        "HostConfig": {},
    }
