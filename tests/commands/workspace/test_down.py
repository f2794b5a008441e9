"""What `scaffold down` does where the engine refuses a step or cannot tell what runs."""

from contextlib import nullcontext

import pytest

from scaffold.cli.workspace.down import lines_of
from scaffold.commands.workspace.down import (
    AttachedVolume,
    DownPlan,
    StoppingContainer,
    down,
    plan_down,
)
from scaffold.errors import InputError, TargetError
from scaffold.workspace.identity import Identity
from tests.container.raw_container import inspect, volume_mount

VOLUMES = (AttachedVolume("mine", "/data"), AttachedVolume("shared", "/shared", used_by=("other",)))


class Engine:
    """An engine that refuses some steps, and keeps those that it took."""

    def __init__(self, *refused: str) -> None:
        self.refused, self.took = refused, []

    def __getattr__(self, step):
        def work(name):
            if step in self.refused:
                raise TargetError(f"{step}: no")
            self.took.append(f"{step} {name}")

        return work


CLAIM = "remove_volume claim"
REFUSALS = {
    "nothing": (
        (),
        ["stop 1", "remove 1", "remove_network net", CLAIM, "remove_volume mine"],
    ),
    "to stop": (("stop",), []),
    "to remove": (("remove",), ["stop 1"]),
    "the network": (
        ("remove_network",),
        ["stop 1", "remove 1", CLAIM, "remove_volume mine"],
    ),
    "the volume": (("remove_volume",), ["stop 1", "remove 1", "remove_network net"]),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_engine_refuses(name):
    refused, took = REFUSALS[name]
    plan = DownPlan(
        containers=(StoppingContainer(name="p", id="1", running=True),),
        volumes=VOLUMES,
        networks=("net",),
        claims=("claim",),
        remove=True,
        remove_volumes=True,
    )
    engine = Engine(*refused)
    done = down(engine, plan, lambda _: nullcontext())
    # The volume that keeps the project's name is refused with the others.
    more = 2 if name == "the volume" else len(refused)
    assert (engine.took, len(done.refused)) == (took, more)


class Listing:
    """An engine without `ps`, with a dev container and another one."""

    def containers(self):
        row = {"Id": "1", "Labels": {"devcontainer.local_folder": "/p"}}
        return [row, {"Id": "2", "Labels": {}}, {"Id": "gone", "Labels": {}}]

    def inspect(self, name, *, size=False):
        if name == "gone":
            return None
        mounts = [volume_mount("/workspaces", "work"), volume_mount("/shared", "shared")]
        labels = {"devcontainer.local_folder": "/p"} if name == "1" else {}
        config = {"WorkingDir": "/workspaces/p", "Labels": labels}
        return inspect(name, config=config, mounts=mounts[0 if name == "1" else 1 :], Id=name)

    def processes(self, name):
        raise TargetError("there is no ps")

    def changed_files(self, name):
        return ("/root/work",)

    def volume(self, name):
        return self.__dict__.get("volumes", {}).get(name)


def test_plan_knows_whose_files_a_volume_has_and_who_else_has_it():
    identity = Identity(account="ada", folders=frozenset({"/p"}))
    plan = plan_down(Listing(), identity, None, remove=True, volumes=True)
    assert plan.containers[0].processes is None
    assert plan.volumes == (
        AttachedVolume("shared", "/shared", used_by=("2",)),
        AttachedVolume("work", "/workspaces", project=True),
    )
    assert [one.name for one in plan.gone_volumes] == ["work"]


@pytest.mark.parametrize(
    ("owner", "kept_for"), [("bob", "bob"), ("ada", ""), ("", "")], ids=["other", "own", "unknown"]
)
@pytest.mark.parametrize("name", [None, "1"])
def test_a_volume_of_another_person_stays_though_no_container_uses_it(name, owner, kept_for):
    engine = Listing()
    engine.volumes = {"work": {"Name": "work", "Labels": {"io.gpu-scaffold.owner": owner}}}
    identity = Identity(account="ada", folders=frozenset({"/p"}))
    plan = plan_down(engine, identity, name, remove=True, volumes=True)
    assert [one.name for one in plan.gone_volumes] == ([] if kept_for else ["work"])
    lines = " ".join(lines_of(plan))
    assert (
        "volume work (/workspaces, your project's files) is kept: it belongs to bob" in lines
    ) == bool(kept_for)


class Shared(Listing):
    """An engine whose only dev container of the path is another person's."""

    def inspect(self, name, *, size=False):
        labels = {"devcontainer.local_folder": "/p", "io.gpu-scaffold.owner": "bob"}
        return inspect("theirs", config={"Labels": labels}, Id=name) if name == "1" else None


def test_another_persons_container_stays_unless_one_agrees():
    identity = Identity(account="ada", folders=frozenset({"/p"}))
    plan = plan_down(Shared(), identity, None, remove=False, volumes=False)
    assert not plan.anything
    assert plan.others[0].startswith("theirs belongs to bob (running")
    with pytest.raises(InputError, match="theirs belongs to bob"):
        plan_down(Shared(), identity, "1", remove=False, volumes=False)
    asked = []
    for name in (None, "1"):
        plan = plan_down(Shared(), identity, name, remove=False, volumes=False, agree=asked.append)
        assert [(one.name, one.owner) for one in plan.containers] == [("theirs", "bob")]
    assert len(asked) == 2
