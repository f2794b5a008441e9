"""Which containers refer to which, and to whom after a recreate."""

import pytest

from scaffold.container.engine_json import name_of
from scaffold.container.recreate.references import dependents, follow, refers_to, successors
from tests.container.raw_container import ID, inspect


def container(name: str, **host):
    return inspect(name, host=host, Id=(name.encode().hex() * 64)[:64])


MAIN = container("main")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ({"NetworkMode": "container:main"}, "shares the network of"),
        ({"IpcMode": f"container:{MAIN['Id']}"}, "shares the memory of"),
        ({"PidMode": f"container:{MAIN['Id'][:12]}"}, "shares the processes of"),
        ({"VolumesFrom": ["main:ro"]}, "uses the volumes of"),
        ({"Links": ["/main:/other/db"]}, "is linked to"),
        ({"NetworkMode": "container:another"}, ""),
        ({"NetworkMode": "host"}, ""),
    ],
)
def test_kinds_of_references(host, words):
    assert refers_to(container("other", **host), MAIN) == words


def test_dependents_come_after_what_they_need_and_kept_ones_stay_out():
    far = container("a-far", NetworkMode="container:near", VolumesFrom=["main"])
    near = container("near", NetworkMode=f"container:{MAIN['Id']}")
    kept = container("near-before-20260101-000000", NetworkMode="container:main")
    found = dependents(MAIN, [far, kept, near, container("alone")])
    assert [name_of(one) for one in found] == ["near", "a-far"]


def test_containers_that_need_each_other_have_an_order_all_the_same():
    one = container("one", VolumesFrom=["main", "two"])
    two = container("two", VolumesFrom=["one"])
    assert {name_of(found) for found in dependents(MAIN, [one, two])} == {"one", "two"}


def test_kept_containers_lead_to_their_successors():
    kept = container("main-before-20260101-000000")
    orphan = container("gone-before-20260101-000000")
    found = successors([MAIN, kept, orphan])
    assert found == {name_of(kept): "main", kept["Id"]: "main"}


def test_request_follows_by_id_by_short_id_and_by_name():
    host = {
        "NetworkMode": f"container:{ID}",
        "IpcMode": f"container:{ID[:12]}",
        "PidMode": "host",
        "Links": ["old:db", "/old:/x/db", "alone:a"],
        "VolumesFrom": ["old:ro"],
    }
    changed = follow(host, {ID: "new", "old": "new"})
    assert changed == ("NetworkMode", "IpcMode", "Links", "VolumesFrom")
    assert host["NetworkMode"] == host["IpcMode"] == "container:new"
    assert host["Links"] == ["new:db", "new:/x/db", "alone:a"]
    assert host["VolumesFrom"] == ["new:ro"]
    assert follow({"NetworkMode": "container:x"}, {ID: "new"}) == ()


def test_who_still_uses_a_kept_container_depends_on_its_successor():
    kept = container("main-before-20260101-000000")
    late = container("late", NetworkMode=f"container:{kept['Id']}")
    assert [name_of(one) for one in dependents(MAIN, [kept, late])] == ["late"]
