"""What holds for every host and wish, whatever the rows of the catalogue say."""

from hypothesis import given
from hypothesis import strategies as st

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.catalogue import Build, FrameworkImage, load_catalogue
from scaffold.facts import DockerFacts, Gpu, HostFacts, Platform
from scaffold.project.framework import Framework
from scaffold.resolver.builds import judge
from scaffold.resolver.images.images import cuda_image
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.resolution import Resolution, Wishes
from scaffold.resolver.resolving import resolve
from scaffold.versions import parse_version

CATALOGUE = load_catalogue()

names = st.one_of(st.sampled_from([row.name for row in CATALOGUE.gpus]), st.text(max_size=20))
drivers = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.tuples(st.integers(300, 700), st.integers(0, 200)).map("{0[0]}.{0[1]}".format),
)
gpus = st.builds(
    Gpu,
    name=names,
    compute_capability=st.sampled_from([None, "8.0", "12.0", "99.9", "x"]),
    mig_enabled=st.sampled_from([None, True]),
    mig_devices=st.sampled_from([(), ("MIG-1",), ("MIG-1", "MIG-2")]),
)
hosts = st.builds(
    HostFacts,
    architecture=st.sampled_from([None, "x86_64", "aarch64", "riscv"]),
    platform=st.sampled_from(Platform),
    driver_version=drivers,
    cuda_reported=st.sampled_from([None, "12.2", "13.0", "x"]),
    gpus=st.one_of(st.none(), st.lists(gpus, max_size=3).map(tuple)),
    docker=st.sampled_from(
        [None, DockerFacts(server_version="29.2.1", cdi_devices=("nvidia.com/gpu=all",))]
    ),
)
wishes = st.builds(
    Wishes,
    framework=st.sampled_from(Framework),
    framework_spec=st.sampled_from(["", ">=2.0", "==2.8.*", "==2.4.1+cu121", ">=99", "<1"]),
    python_spec=st.sampled_from(["", ">=3.10", "==3.9.*", ">=4"]),
    stack=st.sampled_from(Stack),
    gpu=st.sampled_from(GpuNeed),
    nvcc=st.booleans(),
    cuda=st.sampled_from([None, "11.8", "12.4", "13.0", "7.5", "x"]),
)

PROPOSABLE = {
    *(f"python:{row.tag}" for row in CATALOGUE.python_images),
    *(row.image for row in CATALOGUE.framework_images),
    *(
        f"nvidia/cuda:{row.tag}-{row.cudnn}-{flavour}-ubuntu{ubuntu}"
        for row in CATALOGUE.cuda_images
        for flavour in ("devel", "runtime")
        for ubuntu in row.ubuntu
    ),
}


@given(hosts, wishes)
def test_total_deterministic_and_proposes_only_images_of_the_catalogue(facts, wish):
    result = resolve(CATALOGUE, facts, wish)
    assert result == resolve(CATALOGUE, facts, wish)
    if isinstance(result, Resolution):
        assert result.image in PROPOSABLE
        assert result.decisions
    else:
        assert result.ways_out


@given(hosts, wishes)
def test_no_resolution_violates_a_floor_or_an_sm_list(facts, wish):
    result = resolve(CATALOGUE, facts, wish)
    if isinstance(result, Resolution) and result.build and wish.gpu is not GpuNeed.NONE:
        machine = machine_of(CATALOGUE, facts)
        row = _row(result, machine)
        assert machine.driver is None or machine.driver >= CATALOGUE.floor(row.cuda)
        for card in machine.cards:
            assert _has_code(row, card.capability)


def _row(result: Resolution, machine: Machine) -> Build | FrameworkImage:
    if not result.build.requirements:
        return next(row for row in CATALOGUE.framework_images if row.image == result.image)
    wanted = (result.build.version, result.build.variant, machine.arch)
    rows = CATALOGUE.builds[result.build.framework]
    return next(row for row in rows if (row.version, row.variant, row.arch) == wanted)


def _has_code(row: Build | FrameworkImage, capability: tuple[int, ...] | None) -> bool:
    codes = [parse_version(text) for text in (*row.sm, *filter(None, (row.ptx,)))]
    return capability is None or any(code <= capability for code in codes)


@given(
    st.sampled_from(CATALOGUE.gpus),
    st.sampled_from(["x86_64", "aarch64"]),
    st.integers(384, 640),
    st.integers(384, 640),
    wishes,
)
def test_newer_driver_loses_no_choice_until_the_card_leaves_it(gpu, architecture, one, two, wish):
    older, newer = (_machine(gpu.name, architecture, branch) for branch in sorted((one, two)))
    last = CATALOGUE.architecture(gpu.capability).last_branch
    if not last or max(one, two) <= last:
        assert _choices(older, wish) <= _choices(newer, wish)


def _machine(name: str, architecture: str, branch: int) -> Machine:
    facts = HostFacts(
        architecture=architecture, driver_version=f"{branch}.99", gpus=(Gpu(name=name),)
    )
    return machine_of(CATALOGUE, facts)


def _choices(machine: Machine, wish: Wishes) -> set[tuple[str, str]]:
    builds = {
        (row.version, row.variant)
        for row in CATALOGUE.builds.get(wish.framework, ())
        if row.arch == machine.arch and not judge(CATALOGUE, machine, wish, row).against
    }
    images = {
        ("nvidia/cuda", row.tag)
        for row in CATALOGUE.cuda_images
        if cuda_image(CATALOGUE, machine, row.cuda, "", nvcc=wish.nvcc)
    }
    return builds | images
