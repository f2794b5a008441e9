"""What changed since a container was created: its image, its user, or any file."""

import json

import pytest

from scaffold.workspace.recipe import Recipe, changed, recipe_of

DOCKERFILE = b"""\
FROM golang:1 AS tools
FROM nvidia/cuda:12.4.1-base-ubuntu22.04
RUN groupadd --non-unique --gid 1000 dev \\
    && useradd --no-log-init --non-unique --uid 1000 --gid 1000 --create-home dev
USER dev
"""
CONFIG = {"build": {"dockerfile": "Dockerfile"}, "remoteUser": "dev"}
NOW = recipe_of(CONFIG, DOCKERFILE, {"Dockerfile": DOCKERFILE})


def made_as(user):
    label = json.dumps([{"id": "feature"}, {"remoteUser": user}])
    return {"Config": {"Labels": {"devcontainer.metadata": label}}}


def test_recipe_has_the_last_image_and_the_user_with_its_ids():
    assert (NOW.base, NOW.user) == ("nvidia/cuda:12.4.1-base-ubuntu22.04", "dev (1000:1000)")
    plain = recipe_of({"image": "ubuntu:24.04", "containerUser": "me"}, b"", {})
    assert (plain.base, plain.user) == ("ubuntu:24.04", "me")
    assert recipe_of({}, b"\xff", {}) == Recipe(digest=plain.digest)


def test_every_file_changes_the_digest():
    others = [{"Dockerfile": b""}, {"devcontainer.json": DOCKERFILE}, {}]
    digests = {recipe_of(CONFIG, DOCKERFILE, files).digest for files in others}
    assert len({*digests, NOW.digest}) == 4


@pytest.mark.parametrize(
    ("then", "label", "said"),
    [
        (NOW, "dev", ()),
        (Recipe(base="python:3.12", user=NOW.user), "dev", (f"image python:3.12, now {NOW.base}",)),
        (Recipe(base=NOW.base, user="root"), "dev", ("user root, now dev (1000:1000)",)),
        (Recipe(base=NOW.base, user="dev (5:5)"), "dev", ("user dev (5:5), now dev (1000:1000)",)),
        (None, "dev", ()),
        (None, "root", ("user root, now dev",)),
        (None, "", ()),
    ],
)
def test_change_of_image_or_user_is_said(then, label, said):
    assert changed(made_as(label), then, NOW) == said


def test_user_that_is_a_variable_is_not_compared():
    now = recipe_of({"remoteUser": "${localEnv:USER}"}, b"", {})
    assert changed(made_as("ada"), None, now) == ()
