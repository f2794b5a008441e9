"""What a server lacks for the chosen way, and the way out that is named."""

import pytest

from scaffold.workspace.needs import ServerNeeds, read_needs, unmet
from scaffold.workspace.sides import HostPath

FINE = "need cli devcontainer\nneed docker ok\nneed writable yes\nneed free 2000\n"
FOLDER = HostPath("/home/ada/p")

READINGS = {
    "a good server": (
        f"motd\n{FINE}",
        ServerNeeds(cli="devcontainer", docker="ok", writable=True, free=2_048_000),
    ),
    "a quota below the free space": (
        f"{FINE}need quota 10\n",
        ServerNeeds(cli="devcontainer", docker="ok", writable=True, free=10_240),
    ),
    "nothing": ("need free x\nneed other 1\n", ServerNeeds()),
}


@pytest.mark.parametrize("name", READINGS)
def test_reading(name):
    text, expected = READINGS[name]
    assert read_needs(text) == expected


SITUATIONS = {
    "nothing is missing": (FINE, False, 2_000_000, []),
    "nothing is known": ("", False, 9 << 40, []),
    "no CLI": ("need cli none", False, 0, ["--files context"]),
    "no CLI, but one on this computer": ("need cli none", True, 0, []),
    "no right to Docker": ("need docker denied", True, 0, ["scaffold host setup gpu01"]),
    "no Docker": ("need docker missing", True, 0, ["scaffold host check gpu01"]),
    "a dead engine": ("need docker down", False, 0, ["scaffold host check gpu01"]),
    "a folder of another": ("need writable no", False, 0, ["--workspace '~/NAME'"]),
    "a full disk": (FINE, False, 3_000_000, ["--workspace PATH"]),
    "a network home": (f"{FINE}need squash /home/ada", False, 0, ["--workspace PATH"]),
    "a quota": (f"{FINE}need quota 1\n", True, 2000, ["--workspace PATH"]),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_missing_needs_name_a_way_out(name):
    text, by_context, upload, hints = SITUATIONS[name]
    found = unmet(read_needs(text), "gpu01", FOLDER, upload, by_context=by_context)
    assert len(found) == len(hints)
    assert all(hint in one.hint for hint, one in zip(hints, found, strict=True))
    volume = unmet(read_needs(text), "gpu01", None, upload, by_context=by_context)
    assert not any("--workspace" in one.hint for one in volume)
