"""Random combinations of the options, made again on the real engine."""

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from scaffold.adapters.docker.engine import docker_engine
from scaffold.commands.container.plan import make_plan
from scaffold.commands.container.recreate import make
from scaffold.container.recreate.differences import differences
from scaffold.container.recreate.options import RecreateOptions
from tests.lab.support.container_options import CONFIGURED, IMAGE, OPTIONS, REFUSED_HERE
from tests.lab.support.container_world import world
from tests.lab.support.engine import LONG

EXAMPLES = 200 if LONG else 15

OF_ONE_NETWORK = ("--ip", "--link", "--mac-address", "--network", "--publish", "--uts")
"""Options that shut each other out: at most one of these is given."""

ALONE = ("--cpus", "--isolation", "--storage-opt", "--pid, of a container", "--rm")
"""Options that few others go with."""


def _kinds() -> dict[str, list[str]]:
    """Ways to use each option; two ways of one option mostly contradict each other."""
    kinds: dict[str, list[str]] = {}
    for option in OPTIONS:
        if option in REFUSED_HERE or option.startswith(ALONE):
            continue
        kind = option.partition(",")[0]
        kinds.setdefault("network" if kind.startswith(OF_ONE_NETWORK) else kind, []).append(option)
    return kinds


KINDS = _kinds()

combinations = st.lists(st.sampled_from(sorted(KINDS)), unique=True, max_size=25).flatmap(
    lambda kinds: st.tuples(*(st.sampled_from(KINDS[kind]) for kind in kinds))
)


@pytest.fixture(scope="module")
def containers(engine):
    with world(engine), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", engine.socket)
        with docker_engine() as opened:
            yield opened


@settings(
    max_examples=EXAMPLES,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
@given(options=combinations, image=st.sampled_from([IMAGE, CONFIGURED]))
def test_any_combination_is_the_same_again(engine, containers, options, image):
    words = [word for option in options for word in OPTIONS[option]]
    created = engine.docker("create", "--name=lab-old", *words, image, "sleep", "9", check=False)
    try:
        if created.returncode:
            # The engine or the CLI says that these options contradict each other.
            reject()
        plan = make_plan(containers, "lab-old", RecreateOptions())
        make(containers, "lab-new", plan.request)
        assert differences(plan.old, containers.inspect("lab-new")) == ()
    finally:
        engine.docker("rm", "--force", "--volumes", "lab-old", "lab-new", check=False)
