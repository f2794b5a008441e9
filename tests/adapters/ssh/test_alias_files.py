"""Our aliases in another config than ~/.ssh/config, as ssh itself reads them."""

import pytest

from scaffold.adapters.local.files import write_files
from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.config import resolve_target
from scaffold.host.alias import Alias

ALIAS = Alias(name="gpu01", hostname="192.0.2.7", user="ada", port=2222)


@pytest.mark.parametrize("folder", ["plain", "with a space"])
def test_ssh_reads_an_alias_that_another_config_includes(folder, tmp_path):
    config = tmp_path / folder / "config"
    config.parent.mkdir()
    config.write_text("Host mine\n  HostName 192.0.2.9\n  User kim\n")
    files = AliasFiles(config)
    write_files(files.changes(ALIAS, {"key": {"line": "ssh-ed25519 A x"}}, ()))
    found = resolve_target("gpu01", config)
    assert (found.hostname, found.user, found.port) == ("192.0.2.7", "ada", 2222)
    assert resolve_target("mine", config).user == "kim"
    assert files.names() == ("gpu01",)
    assert files.installed_key("gpu01") == "ssh-ed25519 A x"
    assert files.installed_key("gpu02") == ""
    assert not files.user_defines("gpu01")
    assert files.user_defines("mine")
    assert files.changes(ALIAS, {"key": {"line": "ssh-ed25519 A x"}}, ()) == []
    files.remove("gpu01")
    assert config.read_text() == "Host mine\n  HostName 192.0.2.9\n  User kim\n"
