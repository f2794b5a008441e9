"""What cannot be sent back as it was shown, and what two inspects are compared by."""

import pytest

from scaffold.container.changed_files import has_changes
from scaffold.container.names import image_reference, parse_dated_name
from scaffold.container.recreate.create_request import EngineContext, same_again
from scaffold.container.recreate.differences import SettingDifference, differences
from scaffold.container.recreate.options import PublishOption, RecreateOptions, VolumeOption
from scaffold.container.recreate.trial import PROGRAM, is_ready, trial
from tests.container.raw_container import ID, OTHER_ID, VOLUME, inspect, volume_mount


def again(old: dict, **around: object) -> dict:
    return same_again(old, EngineContext(**around)).body


@pytest.mark.parametrize(
    ("config", "host", "kept"),
    [
        ({}, {}, False),
        ({"Hostname": "lab"}, {}, True),
        ({"Hostname": "server1"}, {"NetworkMode": "host"}, False),
        ({"Hostname": "lab"}, {"NetworkMode": "host"}, True),
        ({"Hostname": "other"}, {"NetworkMode": f"container:{OTHER_ID}"}, False),
        ({"Hostname": "server1"}, {"UTSMode": "host"}, False),
    ],
)
def test_host_name_is_kept_where_somebody_chose_it(config, host, kept):
    body = again(inspect(config=config, host=host), host_name="server1.example.org")
    assert ("Hostname" in body) == kept


def test_entrypoint_that_was_taken_away_stays_away():
    image = {"Config": {"Entrypoint": ["python"]}}
    assert again(inspect(), image=image)["Entrypoint"] == [""]
    assert "Entrypoint" not in again(inspect(), image=None)


def test_label_that_the_engine_adds_is_not_added_twice():
    for host in ({"Privileged": True}, {"IpcMode": "host"}, {"PidMode": "host"}):
        old = inspect(host=host | {"SecurityOpt": ["label=disable"]})
        assert again(old)["HostConfig"]["SecurityOpt"] is None
    own = inspect(host={"SecurityOpt": ["label=disable"]})
    assert again(own)["HostConfig"]["SecurityOpt"] == ["label=disable"]


def test_links_are_asked_for_by_name_and_alias():
    old = inspect(host={"Links": ["/db:/trainer/alias"]})
    assert again(old)["HostConfig"]["Links"] == ["db:alias"]


def test_unnamed_volumes_are_asked_for_by_name():
    mounts = [volume_mount("/a"), volume_mount("/m", "8" * 64, RW=False)]
    host = {"Mounts": [{"Type": "volume", "Target": "/m"}]}
    found = again(inspect(mounts=mounts, host=host))["HostConfig"]
    assert found["Binds"] == [f"{VOLUME}:/a:nocopy"]
    assert found["Mounts"] == [{"Type": "volume", "Target": "/m", "Source": "8" * 64}]


def test_volumes_of_a_container_that_is_gone_are_named():
    mounts = [volume_mount("/a", "v", Mode="ro", RW=False), _bind("/b", "/home")]
    old = inspect(mounts=mounts, host={"VolumesFrom": ["gone:ro", "here"]})
    found = again(old, containers=frozenset({"here"}))["HostConfig"]
    assert found["VolumesFrom"] == ["here"]
    assert found["Binds"] == ["v:/a:ro,nocopy", "/home:/b:ro"]


def _bind(target: str, source: str) -> dict:
    return {"Type": "bind", "Source": source, "Destination": target, "RW": False, "Mode": ""}


def test_networks_with_addresses_and_aliases_but_the_own_id():
    networks = {
        "a": {
            "NetworkID": "1" * 64,
            "Aliases": ["x", ID[:12]],
            "IPAMConfig": {"IPv4Address": "10.0.0.5"},
            "IPAddress": "10.0.0.5",
        },
        "b": {"NetworkID": "2" * 64, "Aliases": [ID[:12]], "IPAddress": "10.0.1.5"},
    }
    for mode in ("a", "1" * 64, "1" * 12):
        request = same_again(
            inspect(networks=networks, host={"NetworkMode": mode}), EngineContext()
        )
        asked = {"IPAMConfig": {"IPv4Address": "10.0.0.5"}, "Aliases": ["x"]}
        assert request.body["NetworkingConfig"] == {"EndpointsConfig": {"a": asked}}
        assert (request.further, request.leave) == ({"b": {}}, ())


def test_network_that_was_left_is_left_again():
    request = same_again(inspect(networks={"b": {}}, host={"NetworkMode": "a"}), EngineContext())
    assert (request.further, request.leave) == ({"b": {}}, ("a",))


def test_trial_starts_nothing_and_takes_nothing_away():
    old = inspect(
        host={
            "NetworkMode": "a",
            "Binds": ["/d:/d:ro", "v:/v"],
            "Mounts": [{"Type": "bind", "Source": "/m", "Target": "/m"}],
            "PortBindings": {"80/tcp": [{"HostPort": "8080"}]},
            "AutoRemove": True,
            "RestartPolicy": {"Name": "always"},
        },
        networks={"a": {"IPAMConfig": {"IPv4Address": "10.0.0.5"}}, "b": {"Aliases": ["x"]}},
    )
    request = same_again(old, EngineContext())
    request.body["HostConfig"]["Binds"].append("new:/n")
    changes = RecreateOptions(
        publish=(
            PublishOption("1/tcp", "1"),
            PublishOption("2/tcp", "8080"),
            PublishOption("3/tcp"),
        ),
        volumes=(VolumeOption("new", "/n"),),
    )
    tried = trial(request, changes, frozenset({"8080"}))
    host = tried.body["HostConfig"]
    assert tried.body["Entrypoint"] == [PROGRAM]
    assert host["PortBindings"] == {"1/tcp": [{"HostIp": "", "HostPort": "1"}]}
    assert (host["Binds"], host["AutoRemove"], host["RestartPolicy"]) == (
        None,
        False,
        {"Name": "no"},
    )
    assert [mount["Source"] for mount in host["Mounts"]] == ["/m", "/d", "v"]
    assert tried.body["NetworkingConfig"] == {"EndpointsConfig": {"a": {}}}
    assert tried.further == {"b": {}}
    assert is_ready(f'exec: "{PROGRAM}": stat {PROGRAM}: no such file or directory')
    assert not is_ready("nvidia-container-cli: initialization error")


def test_differences_are_of_settings_alone():
    old = inspect(config={"Entrypoint": None, "Labels": {"a": "b"}}, SizeRw=1)
    new = inspect("trainer-next", config={"Hostname": "0" * 12, "Entrypoint": []}, Id="0" * 64)
    assert differences(old, new) == (SettingDifference("Config.Labels", {"a": "b"}, None),)


@pytest.mark.parametrize(
    ("changed", "any_"),
    [
        ((), False),
        (None, True),
        (("/data", "/etc", "/etc/hosts"), False),
        (("/srv", "/srv/a", "/srv/a/mount"), False),
        (("/srv/a/other",), True),
        (("/etc/passwd",), True),
        (("/t",), False),
        (("/usr", "/usr/sbin", "/usr/sbin/docker-init"), False),
        (("/usr", "/usr/sbin", "/usr/sbin/docker-init", "/usr/sbin/own"), True),
    ],
)
def test_what_the_engine_itself_puts_there_is_no_change(changed, any_):
    old = inspect(
        mounts=[volume_mount("/data"), volume_mount("/srv/a/mount")], host={"Tmpfs": {"/t": ""}}
    )
    assert has_changes(old, changed) == any_


def test_names_are_taken_apart_and_put_together():
    assert str(parse_dated_name("a-b-before-20261124-101112")) == "a-b-before-20261124-101112"
    assert parse_dated_name("a-before-2026") is None
    assert image_reference("My_App.1", "x") == ("scaffold-recreated/my-app-1", "x")
    assert image_reference("__", "x")[0] == "scaffold-recreated/container"
