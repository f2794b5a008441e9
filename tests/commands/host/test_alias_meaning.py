"""An alias keeps its meaning: another login or server takes it over by a consent of its own."""

import json

import pytest

from scaffold.commands.host.attendant import StepState
from scaffold.commands.host.login import named, replace_alias
from scaffold.commands.host.setup import HostSetupRequest
from scaffold.errors import InputError
from scaffold.hosts import SILENT
from tests.commands.host.talking import Talking

UNDO = {
    "key": {"path": "/home/x/.ssh/id_ed25519", "made": True, "line": "ssh-ed25519 A x"},
    "modes": [["", "777"]],
    "known_hosts": {"path": "/k", "added": ["old\n"]},
}
BLOCK = """\
# Written by `scaffold host setup`
# >>> gpu01
Host gpu01
  HostName 192.0.2.7
  User ada
  Port 22
  # undo: {undo}
# <<< gpu01
"""


@pytest.fixture
def config(tmp_path):
    """An ssh config of its own folder, with one alias of ours."""
    own = tmp_path / "gpu-scaffold.conf"
    own.write_text(BLOCK.format(undo=json.dumps(UNDO)))
    file = tmp_path / "config"
    file.write_text(f"Include {own}\nHost mine\n  HostName 192.0.2.9\n  User kim\n")
    return file


def request(destination, config, **wishes):
    return HostSetupRequest(destination=destination, name="gpu01", ssh_config=config, **wishes)


@pytest.mark.parametrize("destination", ["gpu01", "ada@192.0.2.7", "ssh://ada@192.0.2.7:22"])
def test_the_same_login_keeps_its_alias_without_a_question(destination, config):
    attendant = Talking(agrees=False)
    login = named(request(destination, config), attendant)
    assert attendant.asked == []
    assert login.undo == UNDO


OTHER_LOGINS = ["eve@192.0.2.7", "eve@192.0.2.7:2222", "mine"]
OTHER_ADDRESSES = ["ada@192.0.2.8", "ada@192.0.2.7:2222"]


@pytest.mark.parametrize("destination", [*OTHER_LOGINS, *OTHER_ADDRESSES])
def test_another_one_takes_it_over_only_by_consent_that_shows_both(destination, config):
    attendant = Talking(agrees=False)
    with pytest.raises(InputError, match=r"gpu01 is ada@192\.0\.2\.7 port 22 already") as raised:
        # Another address is another server unless it shows the same host key.
        replace_alias(named(request(destination, config), attendant))
    assert "--replace-alias" in raised.value.hint
    (change,) = attendant.asked
    assert change.own_choice
    assert not SILENT.at_terminal
    assert change.details[0] == "now: ada@192.0.2.7 port 22"
    assert change.details[1].startswith("new: ")


@pytest.mark.parametrize(
    ("agrees", "wishes"), [(True, {}), (False, {"replace_alias": True})], ids=["agreed", "by flag"]
)
def test_what_was_done_on_the_old_server_is_no_part_of_the_new_one(agrees, wishes, config):
    attendant = Talking(agrees=agrees)
    login = named(request("eve@192.0.2.8", config, **wishes), attendant)
    assert login.replaces is None
    key = {"path": "/home/x/.ssh/id_ed25519", "made": True}
    assert login.undo == {"known_hosts": UNDO["known_hosts"], "key": key}
    assert login.target.hostname == "192.0.2.8"


@pytest.mark.parametrize("destination", OTHER_ADDRESSES)
def test_the_same_login_elsewhere_is_asked_about_after_its_host_key_is_seen(destination, config):
    attendant = Talking(agrees=False)
    login = named(request(destination, config), attendant)
    assert attendant.asked == []
    assert login.replaces is not None
    assert login.undo == UNDO


def test_a_dry_run_shows_both_and_asks_nothing(config):
    attendant = Talking(agrees=False)
    named(request("eve@192.0.2.8", config, dry_run=True), attendant)
    (outcome,) = attendant.outcomes
    assert outcome.state is StepState.WOULD
    assert outcome.details == ("now: ada@192.0.2.7 port 22", "new: eve@192.0.2.8 port 22")
    assert attendant.asked == []


def test_a_killed_run_that_only_left_its_record_asks_nothing(config):
    own = config.with_name("gpu-scaffold.conf")
    own.write_text(f"# >>> gpu01\n  # undo: {json.dumps(UNDO)}\n# <<< gpu01\n")
    attendant = Talking(agrees=False)
    assert named(request("eve@192.0.2.8", config), attendant).undo == UNDO
    assert attendant.asked == []


def test_an_alias_of_the_users_own_is_never_taken_over(config):
    attendant = Talking(agrees=True)
    taken = HostSetupRequest(destination="eve@192.0.2.8", name="mine", ssh_config=config)
    with pytest.raises(InputError, match="alias of your own ssh config"):
        named(taken, attendant)


def test_a_host_without_a_name_needs_one(config):
    with pytest.raises(InputError, match="needs a name"):
        named(HostSetupRequest(destination="ada@192.0.2.8", ssh_config=config), Talking())
