"""Docker's own settings may be broken, endless, or planted in the working folder."""

import json
import os

import pytest

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.address import api_client, engine_settings
from scaffold.errors import InputError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".docker/contexts/meta/x").mkdir(parents=True)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def store(folder, name, endpoint, **more):
    made = folder / contexts._meta_folder(name).name
    made.mkdir(parents=True)
    document = {"Name": name, **more, "Endpoints": {"docker": {"Host": endpoint}}}
    (made / "meta.json").write_text(json.dumps(document))


@pytest.mark.parametrize(
    "settings",
    [{"auths": 5}, {"auths": {"h": {"auth": "x"}}}, {"proxies": 3}, [1]],
)
def test_settings_of_other_types_are_the_users_to_fix(home, settings):
    (home / ".docker/config.json").write_text(json.dumps(settings))
    with pytest.raises(InputError, match=r"config\.json"):
        api_client("tcp://127.0.0.1:1", version="1.41")


def test_pipes_and_devices_are_not_waited_for(home):
    os.mkfifo(home / ".docker/config.json")
    (home / ".docker/contexts/meta/x/meta.json").symlink_to("/dev/zero")
    assert (contexts.current(), contexts.contexts()) == ("default", [])
    with pytest.raises(InputError, match="regular"):
        api_client("tcp://127.0.0.1:1", version="1.41")


def test_a_context_of_the_working_folder_is_none(home, monkeypatch):
    store(home / "project/contexts/meta", "gpu01", "tcp://evil.example.org:2375")
    monkeypatch.setenv("DOCKER_CONTEXT", "gpu01")
    with pytest.raises(InputError, match="gpu01"):
        engine_settings()
    store(home / ".docker/contexts/meta", "gpu01", "ssh://gpu01")
    assert engine_settings()["base_url"] == "ssh://gpu01"


def test_a_context_with_a_certificate_is_read_by_the_package(home):
    (home / ".docker/config.json").write_text('{"currentContext": "tls"}')
    store(home / ".docker/contexts/meta", "tls", "tcp://192.0.2.1:2376", Metadata={})
    assert "192.0.2.1:2376" in engine_settings()["base_url"]
    store(home / ".docker/contexts/meta", "odd", "tcp://192.0.2.1:2376")
    (home / ".docker/config.json").write_text('{"currentContext": "odd"}')
    with pytest.raises(InputError, match="odd"):
        engine_settings()
