"""What a person is told before a container is replaced or saved."""

import pytest

from scaffold.container.known_secrets import suspected_variables
from scaffold.container.recreate.advice import advice, require_free_ports, require_replaceable
from scaffold.container.recreate.options import PublishOption, RecreateOptions
from scaffold.container.saving import (
    left_out,
    parse_reference,
    suspected_files,
    suspected_layers,
)
from scaffold.errors import InputError
from tests.container.raw_container import ID, OTHER_ID, inspect, volume_mount


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("com.docker.compose.project", "Docker Compose created it (project mine)"),
        ("devcontainer.local_folder", "devcontainer.json"),
        ("com.docker.swarm.service.name", "Swarm created it"),
    ],
)
def test_who_looks_after_it(label, said):
    told = advice(inspect(config={"Labels": {label: "mine"}}), [])
    assert [line for line in told if said in line]


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ({"Links": ["/trainer:/board/t"]}, "board is linked to"),
        ({"NetworkMode": f"container:{ID}"}, "board shares the network of"),
        ({"IpcMode": "container:trainer"}, "board shares the memory of"),
        ({"PidMode": f"container:{ID}"}, "board shares the processes of"),
    ],
)
def test_who_depends_on_it(host, said):
    told = advice(inspect(), [inspect("board", host=host, Id=OTHER_ID), inspect("x", Id=OTHER_ID)])
    assert [line[: len(said)] for line in told] == [said]


def test_random_ports_get_new_numbers():
    for host in ({"PublishAllPorts": True}, {"PortBindings": {"1/tcp": [{"HostPort": ""}]}}):
        assert "new numbers" in advice(inspect(host=host), [])[0]
    assert advice(inspect(host={"PortBindings": {"1/tcp": [{"HostPort": "1"}]}}), []) == ()


def test_what_could_not_be_kept_is_not_replaced():
    require_replaceable(inspect())
    require_replaceable(inspect(host={"AutoRemove": True}, state={"Running": False}))
    for old, hint in (
        (inspect(host={"AutoRemove": True}), "scaffold container save trainer"),
        (inspect(state={"Paused": True}), "docker unpause trainer"),
    ):
        with pytest.raises(InputError) as caught:
            require_replaceable(old)
        assert hint in caught.value.hint


def test_port_that_another_container_holds():
    holder = inspect("board", host={"PortBindings": {"80/tcp": [{"HostPort": "8080"}]}})
    asked = RecreateOptions(publish=(PublishOption("1/tcp", "8080"), PublishOption("2/tcp")))
    with pytest.raises(InputError, match="host port 8080 is used by board"):
        require_free_ports(asked, [holder])
    stopped = {**holder, "State": {"Running": False}}
    require_free_ports(asked, [stopped])
    require_free_ports(RecreateOptions(publish=(PublishOption("1/udp", "8080"),)), [holder])


def test_variables_that_look_like_secrets_by_name_or_by_value():
    entries = ["HF_TOKEN=x", "API_KEY=", "PATH=/bin", "U=https://ada:pw@host/x", "K=hf_abcdefghijk"]
    entries += ["DB_PASSWORD=y", "TOKENIZERS_PARALLELISM=false", "BARE"]
    found = suspected_variables(inspect(config={"Env": entries}))
    assert found == ("HF_TOKEN", "U", "K", "DB_PASSWORD")


def test_files_and_layers_that_look_like_secrets():
    files = ["/root/.netrc", "/root/x.py", "/root/.ssh/id_rsa", "/h/.cache/huggingface/token"]
    assert suspected_files(files) == (
        "/h/.cache/huggingface/token",
        "/root/.netrc",
        "/root/.ssh/id_rsa",
    )
    steps = [{"CreatedBy": "RUN |1 PIP_TOKEN=abc pip install"}, {"CreatedBy": "ENV A=1"}, {}]
    assert suspected_layers(steps) == ("RUN |1 PIP_TOKEN=",)


def test_what_an_image_leaves_out():
    assert left_out(inspect(mounts=[volume_mount("/v", "models")])) == ("models:/v",)


def test_image_names():
    assert parse_reference("mine") == ("mine", "latest")
    assert parse_reference("hub.example.org:5000/a/b:1.0") == ("hub.example.org:5000/a/b", "1.0")
    for text in ("Mine", "a b", "", "a:", ":a", "a@sha256:1"):
        with pytest.raises(InputError, match="not an image name"):
            parse_reference(text)
