"""Which build, image and Python come out for which driver, card, framework and project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.answers import GpuNeed, Stack
from scaffold.catalogue import load_catalogue
from scaffold.facts import DockerFacts, Gpu, HostFacts, Platform
from scaffold.project.facts import Framework
from scaffold.resolution import Conflict, Resolution, Wishes
from scaffold.resolver import resolve
from scaffold.versions import parse_version

CATALOGUE = load_catalogue()

DRIVERS = (
    "418.87.00",
    "450.51.06",
    "450.80.02",
    "470.57.02",
    "510.47.03",
    "520.61.05",
    "525.60.13",
    "535.183.01",
    "550.54.14",
    "570.26",
    "580.65.06",
    "590.48.01",
    "610.43.02",
)

# One row a card, one cell a driver of DRIVERS; "-" is a conflict.
PYTORCH = {
    "Tesla K80": "- 1.12/cu102 2.5/cu118 2.5/cu118 - - - - - - - - -",
    "Tesla K40m": "- - - - - - - - - - - - -",
    "GeForce GTX 680": "- - - - - - - - - - - - -",
    **dict.fromkeys(
        ["Tesla M40", "GeForce GTX 1080 Ti", "Tesla P100-PCIE-16GB", "Tesla V100-SXM2-16GB"],
        "- 1.12/cu102 2.7/cu118 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 2.14/cu126 2.14/cu126 "
        "2.14/cu126 2.14/cu126 - -",
    ),
    "Tesla T4": "- 1.12/cu102 2.7/cu118 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 2.14/cu126 "
    "2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 2.15/cu132",
    "NVIDIA A100-SXM4-80GB": "- - 2.7/cu118 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 2.14/cu126 "
    "2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 2.15/cu132",
    "NVIDIA GeForce RTX 3090": "- - - 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 2.14/cu126 "
    "2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 2.15/cu132",
    **dict.fromkeys(
        ["NVIDIA L4", "NVIDIA H100 80GB HBM3"],
        "- - - - - 2.7/cu118 2.14/cu126 2.14/cu126 2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 "
        "2.15/cu132",
    ),
    **dict.fromkeys(
        ["NVIDIA B200", "NVIDIA GeForce RTX 5090"],
        "- - - - - - - - - 2.11/cu128 2.15/cu132 2.15/cu132 2.15/cu132",
    ),
    "NVIDIA B300": "- - - - - - - - - - 2.15/cu132 2.15/cu132 2.15/cu132",
}

JAX = {
    "Tesla K80": "- - - - - - - - - - - - -",
    "GeForce GTX 1080 Ti": "- - - - - - 0.10/cuda12 0.10/cuda12 0.10/cuda12 0.10/cuda12 "
    "0.10/cuda12 - -",
    "Tesla T4": "- - - - - - 0.10/cuda12 0.10/cuda12 0.10/cuda12 0.10/cuda12 0.10/cuda13 "
    "0.10/cuda13 0.10/cuda13",
    "NVIDIA B200": "- - - - - - - - - 0.10/cuda12 0.10/cuda13 0.10/cuda13 0.10/cuda13",
}

TENSORFLOW = {
    "Tesla M40": "- - 2.14/and-cuda 2.14/and-cuda 2.14/and-cuda 2.14/and-cuda 2.16/and-cuda "
    "2.16/and-cuda 2.16/and-cuda 2.16/and-cuda 2.16/and-cuda - -",
    "NVIDIA H100 PCIe": "- - - - - 2.14/and-cuda 2.21/and-cuda 2.21/and-cuda 2.21/and-cuda "
    "2.21/and-cuda 2.21/and-cuda 2.21/and-cuda 2.21/and-cuda",
    "NVIDIA GeForce RTX 5090": "- - - - - - - - - 2.21/and-cuda 2.21/and-cuda 2.21/and-cuda "
    "2.21/and-cuda",
}

CELLS = [
    pytest.param(framework, card, driver, expected, id=f"{framework}-{card}-{driver}")
    for framework, table in (
        (Framework.PYTORCH, PYTORCH),
        (Framework.JAX, JAX),
        (Framework.TENSORFLOW, TENSORFLOW),
    )
    for card, row in table.items()
    for driver, expected in zip(DRIVERS, row.split(), strict=True)
]


def host(card: str | None = None, driver: str | None = None, **facts) -> HostFacts:
    cards = (Gpu(card),) if card else facts.pop("gpus", None)
    return HostFacts(driver_version=driver, gpus=cards, architecture="x86_64", **facts)


def ask(facts: HostFacts, framework: Framework = Framework.PYTORCH, **wishes):
    return resolve(CATALOGUE, facts, Wishes(framework, **wishes))


def named(result: Resolution | Conflict) -> str:
    if isinstance(result, Conflict):
        return "-"
    return f"{result.build.version}/{result.build.variant}" if result.build else result.image


@pytest.mark.parametrize(("framework", "card", "driver", "expected"), CELLS)
def test_newest_build_that_driver_and_card_both_run(framework, card, driver, expected):
    assert named(ask(host(card, driver), framework)) == expected


def test_pascal_card_gets_cu126_not_cu128():
    result = ask(host("GeForce GTX 1080 Ti", "535.183.01"), framework_spec=">=2.8")
    assert named(result) == "2.14/cu126"
    assert result.build.requirements == ("torch>=2.14,<2.15,>=2.8",)
    assert result.build.index_url == "https://download.pytorch.org/whl/cu126"


def test_default_index_is_used_where_it_holds_the_build():
    assert ask(host("NVIDIA L4", "590.48.01")).build.index_url is None


def test_pin_of_the_project_rules():
    result = ask(host("NVIDIA L4", "590.48.01"), framework_spec="==2.8.0")
    assert named(result) == "2.8/cu128"


def test_cuda_that_the_project_names_rules():
    assert named(ask(host("NVIDIA L4", "590.48.01"), cuda="12.4")) == "2.14/cu126"


def test_cuda_hint_that_is_no_version_is_not_followed():
    assert named(ask(host("NVIDIA L4", "590.48.01"), cuda="latest")) == "2.15/cu132"


def test_python_of_the_project_decides_the_build():
    result = ask(host("NVIDIA L4", "590.48.01"), python_spec="==3.10.*")
    assert (named(result), result.python) == ("2.14/cu130", "3.10")


@pytest.mark.parametrize(
    ("card", "driver", "wishes", "fact", "way"),
    [
        ("Tesla K80", "470.57.02", {"framework_spec": ">=2.6"}, "3.7", "pytorch 2.5 runs"),
        ("GeForce GTX 1080", "590.48.01", {}, "580 is the last", "driver branch 580"),
        ("NVIDIA B200", "535.183.01", {}, "CUDA 12.8", "at least 570.26"),
        ("Tesla K80", "418.87", {}, "450.80.02", "at least 440.33"),
        ("Tesla T4", "418.87", {}, "driver", "at least 440.33"),
        ("Tesla T4", "580.65.06", {"python_spec": "<3.8"}, "Python", "Python 3"),
        ("Tesla T4", "580.65.06", {"framework_spec": ">=99"}, ">=99", "pytorch 2.15"),
        (
            "Tesla T4",
            "580.65.06",
            {"framework_spec": "==2.15.*", "python_spec": "==3.10.*"},
            "3.11",
            "pytorch 2.14",
        ),
        ("GeForce GTX 680", "470.57", {}, "3.0", "run on the CPU"),
    ],
)
def test_conflict_names_the_fact_and_the_way_out(card, driver, wishes, fact, way):
    conflict = ask(host(card, driver), **wishes)
    assert isinstance(conflict, Conflict)
    assert fact in conflict.fact
    assert any(way in option.what for option in conflict.ways_out)
    assert conflict.ways_out[-1].how == "--gpu none"


def test_other_python_is_a_way_out_where_only_python_is_in_the_way():
    conflict = ask(
        host("NVIDIA L4", "590.48.01"), framework_spec="==2.15.*", python_spec="==3.10.*"
    )
    assert any("--python" in way.how for way in conflict.ways_out)


def test_unknown_host_gets_what_runs_on_most_hosts_and_is_told_so():
    result = ask(host())
    assert named(result) == "2.11/cu128"
    assert "unknown" in result.warnings[0]
    assert "widest range" in result.decisions[0].because


def test_unknown_card_is_said():
    result = ask(host("NVIDIA X1 Experimental", "610.43.02"))
    assert "not in the catalogue" in result.warnings[0]


def test_unknown_driver_is_said():
    result = ask(host("Tesla T4"))
    assert "driver of the host is unknown" in result.warnings[0]


def test_unknown_card_on_a_known_driver_is_said():
    result = ask(host(driver="535.183.01", gpus=()))
    assert "GPU of the host is unknown" in result.warnings[0]


def test_unlike_cards_get_a_build_with_code_for_both():
    facts = host(driver="580.65.06", gpus=(Gpu("Tesla V100"), Gpu("NVIDIA H100")))
    assert named(ask(facts)) == "2.14/cu126"


def test_compute_capability_of_the_driver_beats_the_name():
    facts = host(driver="580.65.06", gpus=(Gpu("Odd name", compute_capability="12.0"),))
    assert (named(ask(facts)), ask(facts).warnings[:1]) == ("2.15/cu132", ask(facts).warnings[:1])


def test_wsl2_is_judged_by_the_cuda_release_not_by_the_windows_driver():
    facts = host("NVIDIA L4", "591.59", cuda_reported="12.6", platform=Platform.WSL2)
    assert named(ask(facts)) == "2.14/cu126"


def test_cuda_release_alone_stands_for_the_driver():
    assert named(ask(host("NVIDIA L4", cuda_reported="13.1"))) == "2.15/cu132"
    assert "unknown" in ask(host("NVIDIA L4", cuda_reported="99.9")).warnings[0]


def test_jetson_is_told_to_use_its_own_images():
    for facts in (host("Orin (nvgpu)", "540.4.0"), host(platform=Platform.JETSON)):
        assert "Jetson" in ask(facts).fact


def test_aarch64_server_gets_a_wheel_that_exists_for_it():
    facts = HostFacts(architecture="aarch64", driver_version="580.65.06", gpus=(Gpu("GB10"),))
    assert named(ask(facts)) == "2.15/cu130"
    assert named(ask(HostFacts(architecture="aarch64"))) != "-"


def test_cpu_build_needs_no_driver():
    result = ask(host(), gpu=GpuNeed.NONE)
    assert result.build.index_url == "https://download.pytorch.org/whl/cpu"
    assert result.cuda is None
    assert ask(host(), Framework.JAX, gpu=GpuNeed.NONE).build.requirements == ("jax>=0.10,<0.11",)
    assert named(ask(host(), gpu=GpuNeed.NONE, framework_spec=">99")) == "-"


def test_compiling_project_gets_nvcc_of_the_wheels_release():
    result = ask(host("NVIDIA H100", "535.183.01"), nvcc=True)
    assert result.image == "nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04"
    assert (result.env, result.image_has_python) == ((), False)


def test_geforce_on_an_older_driver_needs_the_requirement_check_off():
    result = ask(host("NVIDIA GeForce RTX 4090", "535.183.01"), nvcc=True)
    assert result.env == (("NVIDIA_DISABLE_REQUIRE", "1"),)
    assert result.decisions[-1].what == "requirement check"


@pytest.mark.parametrize(
    ("version", "devices", "env"),
    [
        ("29.2.0", ("nvidia.com/gpu=all",), ()),
        ("29.2.0", (), (("NVIDIA_DISABLE_REQUIRE", "1"),)),
        ("28.2.2", ("nvidia.com/gpu=all",), (("NVIDIA_DISABLE_REQUIRE", "1"),)),
        ("", ("nvidia.com/gpu=all",), (("NVIDIA_DISABLE_REQUIRE", "1"),)),
    ],
)
def test_requirement_check_is_only_a_matter_of_the_legacy_hook(version, devices, env):
    docker = DockerFacts(server_version=version, cdi_devices=devices)
    facts = host("NVIDIA GeForce RTX 4090", "535.183.01", docker=docker)
    assert ask(facts, nvcc=True).env == env


def test_geforce_clause_of_older_images_lets_the_card_through():
    facts = host("NVIDIA GeForce RTX 3090", "525.60.13")
    assert ask(facts, Framework.NONE, stack=Stack.CUDA, cuda="12.1").env == ()


def test_cuda_image_follows_the_projects_python():
    result = ask(host("NVIDIA H100", "535.183.01"), nvcc=True, python_spec="==3.10.*")
    assert result.image.endswith("ubuntu22.04")


@pytest.mark.parametrize(
    ("card", "driver", "cuda", "image"),
    [
        ("Tesla T4", "450.51.06", "11.0", "nvidia/cuda:11.0.3-cudnn8-runtime-ubuntu20.04"),
        ("Tesla T4", "535.183.01", None, "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"),
        ("Tesla V100", "580.65.06", None, "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"),
        ("Tesla K80", "470.57.02", None, "nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04"),
        ("NVIDIA B200", "570.26", None, "nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04"),
        (None, None, None, "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04"),
        ("Tesla T4", "535.183.01", "13.0", "-"),
        ("Tesla T4", "535.183.01", "10.0", "-"),
        ("Tesla V100", "590.48.01", None, "-"),
    ],
)
def test_plain_cuda_image(card, driver, cuda, image):
    result = ask(host(card, driver), Framework.NONE, stack=Stack.CUDA, cuda=cuda)
    assert named(result) == image


def test_no_cuda_image_of_a_wheels_release_is_a_conflict():
    result = ask(host("NVIDIA L4", "535.183.01"), nvcc=True, framework_spec="==1.12.*")
    assert named(result) in {"-", "1.12/cu116"}


def test_project_without_framework_gets_plain_python():
    result = ask(host(), Framework.NONE)
    assert (result.image, result.build) == ("python:3.12-slim-bookworm", None)


def test_python_that_does_not_exist_is_a_conflict():
    assert "3.14" in ask(host(), Framework.NONE, python_spec=">=4").fact


@pytest.mark.parametrize(
    ("stack", "framework", "driver", "image"),
    [
        (Stack.PYTORCH_IMAGE, Framework.PYTORCH, "535.183.01", "cuda12.6"),
        (Stack.PYTORCH_IMAGE, Framework.NONE, "590.48.01", "cuda13.2"),
        (Stack.TENSORFLOW_IMAGE, Framework.TENSORFLOW, "535.183.01", "2.21.0-gpu"),
        (Stack.NGC_IMAGE, Framework.PYTORCH, "580.65.06", "26.03"),
        (Stack.JUPYTER_IMAGE, Framework.PYTORCH, "535.183.01", "cuda12-latest"),
        (Stack.JUPYTER_IMAGE, Framework.TENSORFLOW, "535.183.01", "cuda-latest"),
    ],
)
def test_vendor_image_fits_driver_and_framework(stack, framework, driver, image):
    result = ask(host("NVIDIA A100", driver), framework, stack=stack)
    assert image in result.image
    assert result.build.requirements == ()


def test_vendor_image_of_another_framework_is_a_conflict():
    result = ask(host("NVIDIA A100", "535.183.01"), Framework.JAX, stack=Stack.PYTORCH_IMAGE)
    assert "--stack python" in result.ways_out[0].how


names = st.one_of(st.sampled_from([row.name for row in CATALOGUE.gpus]), st.text(max_size=20))
drivers = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.tuples(st.integers(300, 700), st.integers(0, 200)).map("{0[0]}.{0[1]}".format),
)
hosts = st.builds(
    HostFacts,
    architecture=st.sampled_from([None, "x86_64", "aarch64", "riscv"]),
    platform=st.sampled_from(Platform),
    driver_version=drivers,
    cuda_reported=st.sampled_from([None, "12.2", "13.0", "x"]),
    gpus=st.one_of(
        st.none(),
        st.lists(
            st.builds(
                Gpu, names, compute_capability=st.sampled_from([None, "8.0", "12.0", "99.9", "x"])
            ),
            max_size=3,
        ).map(tuple),
    ),
)
wishes_of = st.builds(
    Wishes,
    framework=st.sampled_from(Framework),
    framework_spec=st.sampled_from(["", ">=2.0", "==2.8.*", ">=99", "<1"]),
    python_spec=st.sampled_from(["", ">=3.10", "==3.9.*", ">=4"]),
    stack=st.sampled_from(Stack),
    gpu=st.sampled_from(GpuNeed),
    nvcc=st.booleans(),
    cuda=st.sampled_from([None, "11.8", "12.4", "13.0", "7.5"]),
)


@given(hosts, wishes_of)
def test_resolver_is_total_deterministic_and_proposes_only_known_images(facts, wishes):
    result = resolve(CATALOGUE, facts, wishes)
    assert result == resolve(CATALOGUE, facts, wishes)
    if isinstance(result, Resolution):
        known = [row.tag for row in (*CATALOGUE.cuda_images, *CATALOGUE.python_images)]
        known += [row.image for row in CATALOGUE.framework_images]
        assert any(tag in result.image for tag in known)


@given(st.sampled_from(CATALOGUE.gpus), st.integers(384, 640), st.sampled_from(Framework))
def test_no_resolution_violates_a_floor_or_an_sm_list(gpu, branch, framework):
    result = ask(host(gpu.name, f"{branch}.99"), framework)
    if isinstance(result, Resolution) and result.build:
        row = next(
            row
            for row in CATALOGUE.builds[framework]
            if (row.version, row.variant) == (result.build.version, result.build.variant)
        )
        capability = parse_version(gpu.capability)
        assert (branch, 99) >= CATALOGUE.floor(row.cuda)
        assert row.has_binary(capability, aarch64=False) or row.has_ptx(capability, aarch64=False)


@given(st.sampled_from(CATALOGUE.gpus), st.integers(384, 630), st.sampled_from(Framework))
def test_newer_driver_never_loses_a_choice_until_the_card_leaves_it(gpu, branch, framework):
    older = ask(host(gpu.name, f"{branch}.99"), framework)
    newer = ask(host(gpu.name, f"{branch + 1}.99"), framework)
    last = CATALOGUE.architecture(gpu.capability).last_branch
    if isinstance(older, Resolution) and not (last and branch + 1 > last):
        assert isinstance(newer, Resolution)
