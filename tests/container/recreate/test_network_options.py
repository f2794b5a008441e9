"""Networks that are joined and left."""

import pytest

from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.recreate.network_options import change_networks
from scaffold.container.recreate.options import RecreateOptions
from scaffold.errors import InputError


def request(mode: str, first: dict | None = None, further: dict | None = None, **host):
    body = {"HostConfig": {"NetworkMode": mode, **host}, "Hostname": "h", "ExposedPorts": {}}
    if first:
        body["NetworkingConfig"] = {"EndpointsConfig": first}
    return CreateRequest(body, further or {})


def changed(before: CreateRequest, **options: tuple[str, ...]):
    found, said = change_networks(RecreateOptions(**options), before)
    first = (found.body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    return found.body["HostConfig"]["NetworkMode"], first, found.further, said


LAB = {"lab": {"Aliases": ["x"]}}


@pytest.mark.parametrize(
    ("situation", "before", "options", "after"),
    [
        ("nothing is asked", request("lab", LAB), {}, ("lab", LAB, {}, ())),
        (
            "one more",
            request("lab", LAB),
            {"networks": ("b",)},
            ("lab", LAB, {"b": {}}, ("network joined: b",)),
        ),
        ("it is there", request("lab", LAB), {"networks": ("lab",)}, ("lab", LAB, {}, ())),
        (
            "beside the default",
            request("default"),
            {"networks": ("b",)},
            ("bridge", {}, {"b": {}}, ("network joined: b",)),
        ),
        (
            "the first is left",
            request("default", None, LAB),
            {"no_networks": ("bridge",)},
            ("lab", LAB, {}, ("network left: bridge",)),
        ),
        (
            "the only one is left",
            request("lab", LAB),
            {"no_networks": ("lab",)},
            ("none", {}, {}, ("network left: lab",)),
        ),
        (
            "out of the host's network",
            request("host"),
            {"networks": ("b",)},
            ("b", {}, {}, ("network joined: b",)),
        ),
        (
            "into the host's network",
            request("lab", LAB),
            {"networks": ("host",)},
            ("host", {}, {}, ("network: host only",)),
        ),
    ],
)
def test_networks_are_joined_and_left(situation, before, options, after):
    assert changed(before, **options) == after


def test_shared_network_has_no_ports_and_no_name_of_its_own():
    found, _ = change_networks(
        RecreateOptions(networks=("container:x",)), request("lab", LAB, None)
    )
    assert {"Hostname", "ExposedPorts", "NetworkingConfig"}.isdisjoint(found.body)
    bound = request("lab", LAB, None, PortBindings={"80/tcp": []})
    with pytest.raises(InputError, match="80/tcp"):
        change_networks(RecreateOptions(networks=("none",)), bound)


def test_network_that_it_is_not_in_cannot_be_left():
    with pytest.raises(InputError, match="not connected to b") as caught:
        change_networks(RecreateOptions(no_networks=("b",)), request("lab", LAB))
    assert caught.value.hint == "connected networks: lab"
