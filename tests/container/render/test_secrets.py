"""Secret values never stand in what is printed of a container."""

import pytest

from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.render.compose import compose_yaml
from scaffold.container.render.docker_run import docker_run
from scaffold.container.render.run_options import EngineDefaults, run_options
from scaffold.container.render.secrets import hide_secrets, hide_text, hide_value, hide_words

SECRET = "geheim12345"
TOKEN = "hf_abcdefghijklmnop"


def test_command_and_compose_file_show_names_and_no_values():
    body = {
        "Image": "pytorch",
        "Env": [f"HF_TOKEN={TOKEN}", f"URL=https://ada:{SECRET}@host.example/x", "MODE=fast"],
        "Cmd": ["serve", "--password", SECRET, f"--api-key={SECRET}", "--port=80"],
        "Labels": {"registry.password": SECRET, "owner": "ada"},
        "Healthcheck": {"Test": ["CMD", "curl", "-u", f"ada:{SECRET}", "http://localhost"]},
        "HostConfig": {
            "NetworkMode": "default",
            "LogConfig": {"Type": "splunk", "Config": {"splunk-token": SECRET, "tag": "x"}},
        },
    }
    options = hide_secrets(run_options("t", CreateRequest(body), {}, EngineDefaults()))
    for text in (docker_run(options), compose_yaml(options)):
        assert SECRET not in text
        assert TOKEN not in text
        assert "HF_TOKEN=<secret>" in text
        assert "MODE=fast" in text
    assert "--port=80" in docker_run(options)
    plain = {"Image": "x", "HostConfig": {"NetworkMode": "default"}}
    assert docker_run(hide_secrets(run_options("t", CreateRequest(plain), {}, EngineDefaults())))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (f"TOKEN={TOKEN}", "TOKEN=<secret>"),
        ("MODE=fast", "MODE=fast"),
        (["A=1", f"DB_PASSWORD={SECRET}"], ["A=1", "DB_PASSWORD=<secret>"]),
        ({"api_key": SECRET, "n": 1}, {"api_key": "<secret>", "n": 1}),
        (None, None),
    ],
)
def test_values_of_an_inspect(value, shown):
    assert hide_value(value) == shown


def test_words_of_a_command_line():
    assert hide_words(["mysql", "--password", SECRET]) == ["mysql", "--password", "<secret>"]
    assert SECRET not in hide_text(f"python serve.py --password={SECRET}")
    assert hide_words(["sleep", "100"]) == ["sleep", "100"]
