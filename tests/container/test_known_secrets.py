"""Values of secrets are found again wherever they occur, and left out of an image's settings."""

import pytest

from scaffold.container.known_secrets import (
    secret_command,
    secret_values,
    spellings,
    suspected_variables,
)
from scaffold.container.saving import clean_config, suspected_layers, suspected_settings
from scaffold.container.secret_search import holds_secret
from tests.container.raw_container import inspect


@pytest.mark.parametrize(
    ("situation", "config", "values"),
    [
        ("a variable by its name", {"Env": ["DB_PASS=hunter22"]}, ("hunter22",)),
        ("a short value", {"Env": ["DB_PASS=abc"]}, ()),
        ("a usual value", {"Env": ["DB_PASS=postgres"]}, ()),
        (
            "a login in an address",
            {"Env": ["U=https://ada:hunter22@h/x"]},
            ("ada:hunter22", "hunter22"),
        ),
        ("an option", {"Cmd": ["serve", "--password=hunter22"]}, ("hunter22",)),
        ("the word after an option", {"Cmd": ["serve", "--token", "hunter22"]}, ("hunter22",)),
        ("a script", {"Cmd": ["sh", "-c", "serve --token hunter22"]}, ("hunter22",)),
        ("a word of the entrypoint", {"Entrypoint": ["serve", "--token=hunter22"]}, ("hunter22",)),
        ("nothing", {"Env": ["A=1"], "Cmd": ["serve"]}, ()),
    ],
)
def test_the_secret_values_of_a_container(situation, config, values):
    assert secret_values({"Config": config}) == values


def test_values_of_included_names_are_no_secrets():
    raw = {"Config": {"Env": ["DB_PASS=hunter22"], "Cmd": ["serve", "--token=hunter23"]}}
    assert secret_values(raw, {"DB_PASS", "command"}) == ()


def test_a_value_is_known_in_its_usual_spellings():
    assert set(spellings(["hunter/22"])) == {"hunter/22", "hunter%2F22", "aHVudGVyLzIy"}
    assert 'quo\\"te22' in spellings(['quo"te22'])


def test_a_variable_that_repeats_a_secret_is_suspected_too():
    raw = inspect(config={"Env": ["DB_PASS=hunter22", "CONF=x hunter22 y", "A=1"]})
    assert suspected_variables(raw, secret_values(raw)) == ("DB_PASS", "CONF")
    assert suspected_variables(raw, secret_values(raw), {"CONF"}) == ("DB_PASS",)


def test_a_command_is_left_out_unless_it_is_included():
    config = {"Cmd": ["serve", "hunter22"]}
    assert not secret_command(config, ())
    assert secret_command(config, ("hunter22",))
    assert not secret_command(config, ("hunter22",), {"command"})


SECRET = {
    "Env": ["A=1", "HF_TOKEN=hunter22"],
    "Cmd": ["serve", "--token", "hunter22"],
    "Labels": {"note": "hunter22", "plain": "x", "api_key": "abcdefgh1"},
    "Healthcheck": {"Test": ["CMD", "curl", "-u", "ada:hunter22", "http://localhost"]},
    "User": "ada",
}


def test_settings_without_secrets_keep_everything_else():
    raw = inspect(config=SECRET)
    known = secret_values(raw)
    names = ("command", "healthcheck", "note", "api_key")
    assert suspected_settings(raw, known, ()) == names
    found = clean_config(raw, {"Cmd": ["python3"]}, known, ())
    assert "hunter22" not in str(found)
    assert (found["Env"], found["Labels"], found["User"]) == (["A=1"], {"plain": "x"}, "ada")
    assert (found["Cmd"], found["Healthcheck"]) == (["python3"], None)


def test_a_command_of_the_image_that_is_secret_itself_becomes_a_shell():
    raw = inspect(config=SECRET)
    found = clean_config(raw, {"Cmd": ["serve", "--token", "abcdefgh"]}, secret_values(raw), ())
    assert (found["Entrypoint"], found["Cmd"]) == (None, ["/bin/sh"])


def test_included_settings_stay():
    raw = inspect(config=SECRET)
    included = {"HF_TOKEN", "command", "healthcheck", "note", "api_key"}
    found = clean_config(raw, {}, secret_values(raw, included), included)
    assert {key: found[key] for key in SECRET} == SECRET


def test_a_known_value_in_a_build_step_is_named_up_to_it():
    steps = [{"CreatedBy": "RUN make hunter22 now"}]
    assert suspected_layers(steps, ["hunter22"]) == ("RUN make …",)


@pytest.mark.parametrize(
    ("situation", "content", "found"),
    [
        ("in a text", b"x hunter22 y", True),
        ("in a binary file", b"\0\1hunter22", True),
        ("a text of two bytes a character", "password = hunter22".encode("utf-16"), True),
        ("nothing", b"x y", False),
    ],
)
def test_a_known_value_is_found_in_any_file(situation, content, found):
    assert holds_secret([content], ["hunter22"]) is found
