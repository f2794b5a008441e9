"""Which ports are forwarded, where they are tried here, and where they are looked for inside."""

from itertools import islice

import pytest

from scaffold.errors import InputError
from scaffold.facts.inside import Listening
from scaffold.workspace.forwarding import (
    Forward,
    addresses_inside,
    default_forwards,
    local_ports,
    parse_port,
    require_distinct,
)
from tests.container.raw_container import inspect

JUPYTER, KERNEL = Listening(8888, loopback=True), Listening(40123, loopback=True)

PORTS = {
    "8888": Forward(8888, 8888),
    "9000:8888": Forward(8888, 9000),
    "db:5432": Forward(5432, 5432, "db"),
    "9000:db-1.local:5432": Forward(5432, 9000, "db-1.local"),
}


@pytest.mark.parametrize("text", PORTS)
def test_port_is_read(text):
    assert parse_port(text) == PORTS[text]


@pytest.mark.parametrize(
    "text", ["", "0", "65536", "x", "8888:", ":8888", "1:2:3", "-1", "db;id:1", "70000:80", "٣"]
)
def test_what_is_no_port_is_refused(text):
    with pytest.raises(InputError, match="not a port"):
        parse_port(text)


def test_forward_is_called_by_where_it_leads():
    assert [str(parse_port(text)) for text in PORTS] == [
        "8888",
        "8888",
        "db:5432",
        "db-1.local:5432",
    ]


def test_one_port_here_leads_to_one_place():
    require_distinct([Forward(1, 1), Forward(1, 2)])
    with pytest.raises(InputError, match="is given twice"):
        require_distinct([Forward(8888, 8888), Forward(80, 8888)])


DEFAULTS = {
    "what the file names comes first": (
        {"forwardPorts": [6006, "db:5432"], "appPort": 3000},
        {},
        [JUPYTER],
        ["6006", "db:5432", "3000", "8888"],
    ),
    "named and listened on is one": ({"forwardPorts": ["localhost:8888"]}, {}, [JUPYTER], ["8888"]),
    "published pair": ({"appPort": ["9000:3000"]}, {}, [], ["3000"]),
    "no port is passed over": ({"forwardPorts": ["x", None, 0], "appPort": {}}, {}, [], []),
    "ports that Linux gives out are nobody's": ({}, {}, [KERNEL, JUPYTER], ["8888"]),
    "the host's own services are not taken": ({}, {"NetworkMode": "host"}, [JUPYTER], []),
    "a look that failed takes none": ({}, {}, None, []),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_ports_by_default(name):
    config, host, listening, expected = DEFAULTS[name]
    found = default_forwards(inspect(host=host), config, listening)
    assert [str(one) for one in found] == expected


def test_without_a_file_the_label_of_the_container_counts():
    labels = {"devcontainer.metadata": '[{"forwardPorts": [7860]}]'}
    found = default_forwards(inspect(config={"Labels": labels}), None, [])
    assert [str(one) for one in found] == ["7860"]


TRIED = {8888: [8888, 8889, 8890], 80: [80, 8080, 8081], 65535: [65535, 0]}


@pytest.mark.parametrize("wanted", TRIED)
def test_next_ports_are_tried_and_at_last_any(wanted):
    assert list(islice(local_ports(wanted), len(TRIED[wanted]))) == TRIED[wanted]
    assert list(local_ports(wanted))[-1] == 0


def test_inside_loopback_comes_before_the_containers_own_address():
    networks = {"bridge": {"IPAddress": "172.17.0.2"}, "none": {"IPAddress": ""}, "odd": None}
    container = inspect(networks=networks)
    assert addresses_inside(container, Forward(1, 1)) == ("127.0.0.1", "::1", "172.17.0.2")
    assert addresses_inside(container, Forward(1, 1, "db")) == ("db",)
