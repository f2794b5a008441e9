"""Containers that are made to read an image, and what a killed run left of them."""

import json
from dataclasses import dataclass, field

import pytest

from scaffold.adapters.docker.container_files import LOOK, made_of
from scaffold.adapters.docker.run_mark import mark

OWN = json.loads(mark())
ENDED = {**OWN, "started": "1"}


@dataclass
class Recorded:
    """An engine that keeps what it is asked to create and to remove."""

    there: dict[str, dict] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)

    def containers(self):
        return [{"Id": name, "Labels": labels} for name, labels in self.there.items()]

    def create(self, name, settings):
        self.there[name] = settings["Labels"]

    def remove(self, name, *, unnamed_volumes):
        assert unnamed_volumes
        del self.there[name]
        self.removed.append(name)


LEFT = [
    ("of a run that was killed", {LOOK: json.dumps(ENDED)}, True),
    ("of a run before the last boot", {LOOK: json.dumps({**OWN, "boot": "before"})}, True),
    ("of this very process", {LOOK: mark()}, False),
    ("of another computer", {LOOK: json.dumps({**ENDED, "host": "elsewhere"})}, False),
    ("with a label that is no mark", {LOOK: "{"}, False),
    ("of somebody else's", {"com.example": json.dumps(ENDED)}, False),
    ("without labels", None, False),
]


@pytest.mark.parametrize(("labels", "goes"), [row[1:] for row in LEFT], ids=[r[0] for r in LEFT])
def test_only_what_an_ended_run_of_this_computer_left_is_removed(labels, goes):
    engine = Recorded({"left": labels})
    with made_of(engine, "debian:12") as made:
        assert engine.removed == (["left"] if goes else [])
        assert json.loads(engine.there[made][LOOK])["pid"] == OWN["pid"]
    assert engine.removed[-1] == made
