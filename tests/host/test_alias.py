"""The texts of an alias: put in, taken out, and nothing else touched."""

import pytest

from scaffold.errors import InputError
from scaffold.host.alias import (
    Alias,
    made_of,
    names,
    require_name,
    undo_of,
    with_block,
    with_include,
    without_block,
    without_include,
)

GPU01 = Alias(name="gpu01", hostname="10.1.2.3", user="ada", port=2222, share=False)
GPU02 = Alias(
    name="gpu02", hostname="fe80::1%eth0", user="ada", port=22, identity_files=("/home/a b/key",)
)


def test_blocks_come_and_go_in_any_order():
    one = with_block("", "gpu01", GPU01.block({"a": 1}), ("/home/ada/.ssh",))
    both = with_block(one, "gpu02", GPU02.block({}))
    assert names(both) == ("gpu01", "gpu02")
    assert without_block(both, "gpu02") == one
    assert undo_of(without_block(both, "gpu02"), "gpu01") == {"a": 1}
    assert made_of(without_block(both, "gpu01")) == ("/home/ada/.ssh",)
    assert without_block(one, "gpu01") == ""
    assert without_block(one, "other") == one


def test_a_block_is_replaced_in_its_place():
    both = with_block(with_block("", "gpu01", GPU01.block({})), "gpu02", GPU02.block({}))
    moved = Alias(name="gpu01", hostname="10.9.9.9", user="ada", port=22)
    again = with_block(both, "gpu01", moved.block({}))
    assert names(again) == ("gpu01", "gpu02")
    assert "10.9.9.9" in again
    assert "10.1.2.3" not in again
    assert with_block(again, "gpu01", moved.block({})) == again


def test_values_are_as_ssh_reads_them():
    full = Alias(
        name="gpu03",
        hostname="h",
        user="ada",
        port=22,
        identity_files=("/k%y",),
        known_hosts=("/known hosts",),
        host_key_alias="name",
        proxy_jump="jump",
        proxy_command="nc %h",
        share=True,
    )
    lines = full.lines()
    assert 'IdentityFile "/k%%y"' in lines
    assert 'UserKnownHostsFile "/known hosts"' in lines
    assert "ProxyCommand nc %%h" in lines
    assert {"HostKeyAlias name", "ProxyJump jump", "ControlPersist 10m"} <= set(lines)
    assert "HostName fe80::1%%eth0" in GPU02.lines()


@pytest.mark.parametrize("bad", ['a"b', "a\nHost *"])
def test_what_would_break_out_of_a_value_is_refused(bad):
    with pytest.raises(InputError):
        Alias(name="gpu01", hostname="h", user="ada", port=22, identity_files=(bad,)).block({})


@pytest.mark.parametrize("bad", ["", "a", "-x", "a b", "default", "local", "a/b", "a;b", "ä1"])
def test_names_that_ssh_or_docker_refuse(bad):
    with pytest.raises(InputError):
        require_name(bad)


def test_the_include_stands_first_and_goes_without_a_trace():
    mine = "Host x\n  User y\n# no end"
    assert with_include(mine, "c") == f"Include c\n{mine}"
    assert with_include(with_include(mine, "c"), "c") == with_include(mine, "c")
    assert without_include(with_include(mine, "c"), "c") == mine


def test_a_note_that_somebody_broke_is_no_note():
    text = with_block("", "gpu01", GPU01.block({})).replace("undo: {}", "undo: {")
    assert undo_of(text, "gpu01") == {}
    assert undo_of(text, "gpu09") == {}
    assert made_of(text) == ()
