"""Dependencies in the image, local code in the container, for every package manager."""

from dataclasses import replace

import pytest

from scaffold.answers.choices import GpuNeed, Installer, Stack
from scaffold.answers.model import Answers, Mirrors
from scaffold.facts import Gpu, HostFacts
from scaffold.facts.system import SystemFacts
from scaffold.project.facts import (
    Isolated,
    LocalPath,
    NeededPackage,
    PackageManager,
    Pin,
    PipOnly,
    ProjectFacts,
    Submodule,
    SystemPackage,
)
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Decision, FrameworkBuild
from tests.plan.planning import (
    PROJECT,
    RESOLUTION,
    TORCH,
    UNKNOWN,
    commands,
    copied,
    plan_of,
    tasks,
)

PLAIN = ProjectFacts(install_files=("requirements.txt",))
WITHOUT = replace(RESOLUTION, build=None)


def of(manager: str, *files: str, **facts: object) -> dict:
    """What makes the plan of a project without a framework."""
    project = replace(PLAIN, install_files=files, package_manager=PackageManager(manager), **facts)
    return {
        "project": project,
        "package_manager": PackageManager(manager),
        "framework": Framework.NONE,
        "resolution": WITHOUT,
    }


def local(manager: str, where: str, text: str, path: str = ".") -> LocalPath:
    return LocalPath(
        path=path, where=where, text=text, editable=True, manager=PackageManager(manager)
    )


LOCAL = {
    "pip": (
        of("pip", "requirements.txt", local=(local("pip", "requirements.txt:1", "-e ."),)),
        r"sed -i -e '/^ *-e \. *\(#.*\)*$/d' requirements.txt",
        "uv pip install -e .",
    ),
    "a uv workspace": (
        of("uv", "uv.lock", "pyproject.toml", local=(local("uv", "uv.lock:9", "x", "packages/a"),)),
        "uv sync --frozen --inexact --no-install-local",
        "uv sync --frozen --inexact",
    ),
    "a uv project alone": (
        of("uv", "uv.lock", "pyproject.toml", installable=True),
        "uv sync --frozen --inexact --no-install-project",
        "uv sync --frozen --inexact",
    ),
    "Poetry with a path dependency": (
        of("poetry", "pyproject.toml", "poetry.lock", local=(local("poetry", "p:1", "x", "lib"),)),
        "poetry install --no-interaction --no-root --no-directory",
        "poetry install --no-interaction",
    ),
    "PDM with a lock and a path dependency": (
        of("pdm", "pyproject.toml", "pdm.lock", local=(local("pdm", "pyproject.toml:3", "x"),)),
        "pdm export --without-hashes --output exported.txt",
        "pdm sync",
    ),
    "PDM alone": (
        of("pdm", "pyproject.toml", installable=True),
        "pdm install --no-self",
        "pdm install",
    ),
    "Pipenv with a path": (
        of("pipenv", "Pipfile", local=(local("pipenv", "Pipfile:4", 'own = {path = "."}'),)),
        r"""sed -i -e '/^ *own = {path = "\."} *\(#.*\)*$/d' Pipfile""",
        "pipenv install --dev",
    ),
    "Pipenv with a path in a lock": (
        of("pipenv", "Pipfile", "Pipfile.lock", local=(local("pipenv", "Pipfile:4", "x"),)),
        "pipenv requirements --dev >exported.txt",
        "pipenv sync --dev",
    ),
    "conda": (
        of("conda", "environment.yml", local=(local("conda", "environment.yml:7", "-e ."),)),
        r"sed -i -e '/^ *- *-e \. *\(#.*\)*$/d' environment.yml",
        "python -m pip install --no-compile -e .",
    ),
    "pixi": (of("pixi", "pixi.toml", "pixi.lock"), "", "pixi install --frozen"),
}


@pytest.mark.parametrize(("asked", "image", "container"), LOCAL.values(), ids=LOCAL)
def test_local_code_waits_for_the_container(asked, image, container):
    plan = plan_of(**asked)
    assert image in commands(plan)
    assert container in tasks(plan).splitlines()


def test_what_needs_nothing_of_the_source_does_nothing_in_the_container():
    assert tasks(plan_of(**of("pip", "requirements.txt"))) == ""
    assert tasks(plan_of(**of("pipenv", "Pipfile", installable=True))) == ""


def test_a_project_in_a_folder_is_installed_from_there():
    files = ("app/pyproject.toml", "app/uv.lock")
    plan = plan_of(**of("uv", *files, base="app", installable=True, extras=("train",)))
    wanted = "uv sync --project app --frozen --inexact --no-install-project --extra train"
    assert wanted in commands(plan)
    assert copied(plan) == ["app/pyproject.toml app/uv.lock ./app/"]
    listed = plan_of(**of("pip", "app/requirements.txt", base="app", installable=True))
    assert "uv pip install -e ./app" in tasks(listed)


def test_extras_and_groups_of_the_readme_are_installed():
    facts = {"installable": True, "extras": ("train", "viz"), "groups": ("dev",)}
    plan = plan_of(**of("pip", "pyproject.toml", **facts))
    assert "-r pyproject.toml --extra train --extra viz --group dev" in commands(plan)
    assert "-e '.[train,viz]'" in tasks(plan)
    poetry = plan_of(**of("poetry", "pyproject.toml", **facts))
    assert "--no-root --extras train --extras viz --with dev" in commands(poetry)


ONE_OF = {
    "that of the decided build": (("cpu", "cu126", "cu129"), "cu129", "cu126"),
    "of other builds, as asked": (("cpu", "cu118", "cu129"), "cu129", "cu129"),
    "of no build, as asked": (("fast", "small"), "fast", "fast"),
    "another one": (("cpu", "cu126"), "train", "train"),
}


@pytest.mark.parametrize(("apart", "asked", "expected"), ONE_OF.values(), ids=ONE_OF)
def test_of_extras_for_one_cuda_each_that_of_the_build_is_installed(apart, asked, expected):
    facts = {"installable": True, "extras": (asked, "viz"), "exclusive": (apart,)}
    project = of("uv", "pyproject.toml", "uv.lock", **facts)
    plan = plan_of(**project | {"resolution": RESOLUTION, "framework": Framework.PYTORCH})
    assert f"--extra {expected} --extra viz" in commands(plan)
    assert f"--extra {expected} --extra viz" in tasks(plan)


@pytest.mark.parametrize("facts", [{"dynamic": True}, {}], ids=["dynamic", "static"])
def test_dependencies_that_only_a_build_tells_are_named(facts):
    installer = Installer.UV if facts else Installer.PIP
    project = of("pip", "pyproject.toml", requires=("numpy>=1.2", "tqdm"), **facts)
    plan = plan_of(**project, installer=installer)
    assert "'numpy>=1.2' tqdm" in commands(plan)
    assert copied(plan) == []


def test_members_of_a_workspace_lie_beside_the_lock():
    needed = ("packages/a/pyproject.toml",)
    plan = plan_of(**of("uv", "pyproject.toml", "uv.lock", needed_files=needed))
    assert "packages/a/pyproject.toml ./packages/a/" in copied(plan)


FLASH = Isolated(
    name="flash-attn", text="flash-attn>=2", where="requirements.txt:2", reason="imports torch"
)
CARDS = HostFacts(
    gpus=(
        Gpu(name="A", compute_capability="8.6"),
        Gpu(name="B", compute_capability="12.0"),
        Gpu(name="C"),
    ),
    memory_mib=20_000,
    system=SystemFacts(cpus=8),
)


def test_what_imports_the_framework_is_built_after_it():
    facts = {"isolated": (FLASH,), "build_tools": ("ninja", "torch")}
    plan = plan_of(project=replace(PROJECT, **facts), host=CARDS)
    done = commands(plan).splitlines()
    deleting = next(line for line in done if line.startswith("sed"))
    last = "uv pip install torch==2.8.0 --no-build-isolation 'flash-attn>=2'"
    tools = "uv pip install torch==2.8.0 ninja"
    assert done.index(deleting) < done.index(tools) < done.index(last)
    assert plan.install.layers[-1].env == (("TORCH_CUDA_ARCH_LIST", "8.6;12.0"), ("MAX_JOBS", "4"))
    assert "build-essential" in plan.image.apt


def test_processes_are_bounded_by_what_the_host_has():
    facts = replace(PROJECT, isolated=(FLASH,))
    small = replace(CARDS, system=SystemFacts(cpus=2))
    assert ("MAX_JOBS", "2") in plan_of(project=facts, host=small).install.layers[-1].env
    unknown = plan_of(project=facts, host=HostFacts()).install.layers[-1].env
    assert unknown == (("MAX_JOBS", "4"),)


def test_a_folder_that_imports_the_framework_is_built_in_the_container():
    knn = LocalPath(path="ext/knn", where="requirements.txt:2", text="ext/knn")
    isolated = Isolated(
        name="ext/knn", text="ext/knn", where="requirements.txt:2", reason="setup.py imports torch"
    )
    project = replace(PROJECT, local=(knn,), isolated=(isolated,), build_tools=("ninja",))
    plan = plan_of(project=project)
    assert "--no-build-isolation torch==2.8.0 ./ext/knn" in tasks(plan)
    assert "ext/knn" not in commands(plan).replace(r"ext\/knn", "")
    assert "ninja" in commands(plan)


def test_a_setup_that_imports_the_framework_finds_it():
    project = replace(PROJECT, installable=True, setup_imports=("torch", "numpy"))
    plan = plan_of(project=project)
    assert "uv pip install torch==2.8.0 numpy" in commands(plan)
    assert "uv pip install --no-build-isolation torch==2.8.0 -e ." in tasks(plan)


def test_a_pin_that_the_chosen_build_breaks_is_left_out_with_a_note():
    pins = (Pin("requirements.txt:1", "torch==2.5.1", "==2.5.1", "torch"),)
    plan = plan_of(project=replace(PROJECT, framework_pins=pins))
    assert r"sed -i -e '/^ *torch==2\.5\.1 *\(#.*\)*$/d' requirements.txt" in commands(plan)
    assert any("requirements.txt:1: torch==2.5.1 is left out" in text for text in plan.warnings)


@pytest.mark.parametrize("spec", ["==2.8.0", ">=2.5", "~=2.8.0", "not a version"])
def test_a_pin_that_the_build_keeps_stays_in_the_list(spec):
    pins = (Pin("requirements.txt:1", "torch", spec, "torch"),)
    plan = plan_of(project=replace(PROJECT, framework_pins=pins))
    assert "sed" not in commands(plan)


def test_companions_come_with_the_framework():
    pinned = replace(PROJECT, companions=("torchvision==0.23.0",), framework_spec="==2.8.0")
    assert "whl/cu126 torch==2.8.0 torchvision==0.23.0" in commands(plan_of(project=pinned))
    free = replace(PROJECT, companions=("torchvision>=0.1",))
    assert "torch==2.8.0 torchvision\n" in commands(plan_of(project=free))


def test_companion_that_the_build_brings_is_named_once():
    build = replace(TORCH, requirements=("torch==2.8.0", "torchvision==0.23.0"))
    asked = replace(PROJECT, companions=("torchvision", "torchaudio"))
    done = commands(plan_of(project=asked, resolution=replace(RESOLUTION, build=build)))
    assert "whl/cu126 torch==2.8.0 torchvision==0.23.0 torchaudio\n" in done


def test_wheels_that_only_a_page_links_to_are_found_there():
    links = "https://storage.example.org/jax.html"
    build = replace(TORCH, index_url=None, find_links=links)
    done = commands(plan_of(resolution=replace(RESOLUTION, build=build)))
    assert f"uv pip install --find-links {links} torch==2.8.0" in done


def test_packages_that_no_list_names_say_where_they_come_from():
    packages = (NeededPackage("numpy", "README.md:3"), NeededPackage("tqdm", "README.md:4"))
    plan = plan_of(project=replace(PROJECT, packages=packages, install_files=()))
    assert "uv pip install torch==2.8.0 numpy tqdm" in commands(plan)
    assert any("README.md:3" in text for text in plan.install.layers[-1].comments)
    guessed = (NeededPackage("numpy", "train.py:1", guessed=True),)
    plan = plan_of(project=replace(PROJECT, packages=guessed))
    assert any("guess from the project's imports: numpy" in text for text in plan.warnings)


def test_parts_that_a_clone_lacks_are_fetched_first():
    parts = (Submodule("ext", "https://example.org/ext", missing=True),)
    plan = plan_of(project=replace(PROJECT, submodules=parts, lfs=("*.bin",), installable=True))
    first = plan.install.tasks[0].commands[0]
    assert first == "[ ! -e .git ] || git submodule update --init --recursive"
    assert "git lfs pull" in tasks(plan)
    assert "git-lfs" in plan.image.apt


@pytest.mark.parametrize(
    ("image", "stack", "name"),
    [
        ("python:3.12-slim-bookworm", Stack.PYTHON, "libglib2.0-0"),
        ("python:3.12-slim-trixie", Stack.PYTHON, "libglib2.0-0t64"),
        ("nvidia/cuda:12.8.1-devel-ubuntu24.04", Stack.CUDA, "libglib2.0-0t64"),
        ("nvcr.io/nvidia/pytorch:24.10-py3", Stack.NGC_IMAGE, "libglib2.0-0"),
    ],
)
def test_system_packages_have_the_names_of_the_base(image, stack, name):
    resolution = replace(RESOLUTION, image=image)
    plan = plan_of(resolution=resolution, stack=stack, apt=("libglib2.0-0", "ffmpeg"))
    assert {name, "ffmpeg"} <= set(plan.image.apt)


def test_system_packages_that_no_release_has_are_said():
    names = ("cuda-9-0", "libold1")
    unknown = tuple(SystemPackage(name, "README.md:2", "apt install") for name in names)
    plan = plan_of(project=replace(PROJECT, apt_unknown=unknown))
    assert [text for text in plan.warnings if text.startswith("README.md:2: ")] == [
        "README.md:2: left out, not known in the base image's releases: cuda-9-0, libold1"
    ]


def test_conda_without_a_gpu_is_told_nothing():
    asked = of("conda", "environment.yml")
    plan = plan_of(**asked, gpu=GpuNeed.NONE)
    assert "CONDA_OVERRIDE_CUDA" not in commands(plan)


def test_a_build_without_an_index_needs_no_second_one():
    build = FrameworkBuild(
        framework=Framework.JAX,
        version="0.7.2",
        variant="cuda12",
        cuda="12",
        requirements=("jax[cuda12]==0.7.2",),
        index_url=None,
    )
    plan = plan_of(resolution=replace(RESOLUTION, build=build), framework=Framework.JAX)
    assert "UV_INDEX" not in dict(plan.image.environment)
    pip = plan_of(installer=Installer.PIP)
    assert dict(pip.image.environment)["PIP_EXTRA_INDEX_URL"] == TORCH.index_url


LINE = PipOnly(where="r.txt:2", text="-e git+https://x.org/a#egg=a", reason="an editable one")


def test_uv_is_told_what_the_lists_mean_to_pip():
    options = ("--prerelease=allow", "--trusted-host=a b")
    asked = of("pip", "requirements.txt", "odd name.txt", uv_options=options)
    words = "uv pip install --prerelease=allow '--trusted-host=a b'"
    assert f"{words} -r requirements.txt" in commands(plan_of(**asked))
    assert f"{words} -r './odd name.txt'" in tasks(plan_of(**asked))
    assert "prerelease" not in commands(plan_of(**asked, installer=Installer.PIP))


def test_pip_installs_what_uv_cannot_read_and_says_so():
    plan = plan_of(**of("pip", "requirements.txt", pip_only=LINE))
    assert "python -m pip install --no-compile -r requirements.txt" in commands(plan)
    note = f"pip installs, since uv refuses an editable one: r.txt:2: {LINE.text}"
    assert note in plan.warnings
    assert note in plan.install.layers[-1].comments


@pytest.mark.parametrize(
    "asked",
    [
        {**of("pip", "requirements.txt", pip_only=LINE), "installer": Installer.PIP},
        of("poetry", "pyproject.toml", pip_only=LINE),
        of("pip", "requirements.txt"),
    ],
    ids=["pip was asked for", "another manager reads its own files", "uv reads every line"],
)
def test_nothing_is_said_where_uv_is_not_replaced(asked):
    assert not any("since uv" in text for text in plan_of(**asked).warnings)


def test_answers_begin_with_uv():
    assert Answers(name="x").installer is Installer.UV


TORCH_ON_CPU = FrameworkBuild(
    framework=Framework.PYTORCH,
    version="2.8.0",
    variant="cpu",
    cuda=None,
    requirements=("torch==2.8.0",),
    index_url="https://download.pytorch.org/whl/cpu",
)
TENSORFLOW_ON_CPU = replace(
    TORCH_ON_CPU,
    framework=Framework.TENSORFLOW,
    version="2.21.0",
    requirements=("tensorflow-cpu==2.21.0",),
    index_url=None,
)


def test_further_frameworks_are_installed_as_they_were_decided():
    lines = ("torch", "tensorflow")
    pins = tuple(Pin(f"requirements.txt:{at}", name, "", name) for at, name in enumerate(lines))
    resolution = replace(RESOLUTION, others=(TORCH_ON_CPU, TENSORFLOW_ON_CPU))
    plan = plan_of(project=replace(PROJECT, framework_pins=pins), resolution=resolution)
    text = commands(plan)
    assert (
        "uv pip install --default-index https://download.pytorch.org/whl/cpu torch==2.8.0" in text
    )
    assert "uv pip install torch==2.8.0 tensorflow-cpu==2.21.0\n" in text
    assert "torch==2.8.0 torch==2.8.0 tensorflow-cpu==2.21.0 -r requirements.txt" in text
    # Both distributions write the same files.
    assert r"sed -i -e '/^ *tensorflow *\(#.*\)*$/d' requirements.txt" in text
    assert not plan.warnings


def test_page_of_wheels_is_named_to_the_installer():
    build = replace(TORCH, index_url=None, find_links="https://example.org/wheels.html")
    plan = plan_of(resolution=replace(RESOLUTION, build=build))
    assert "--find-links https://example.org/wheels.html torch==2.8.0" in commands(plan)


@pytest.mark.parametrize(
    ("manager", "files", "variable"),
    [
        ("pdm", ("pyproject.toml", "pdm.lock"), "PDM_PYPI_URL"),
        ("pipenv", ("Pipfile",), "PIPENV_PYPI_MIRROR"),
    ],
)
def test_mirror_of_the_index_is_named_as_each_manager_reads_it(manager, files, variable):
    mirrors = Mirrors(pip="https://mirror.example.org/simple")
    plan = plan_of(**of(manager, *files), mirrors=mirrors)
    assert (variable, mirrors.pip) in plan.image.env
    assert ("PIP_INDEX_URL", mirrors.pip) in plan.image.env


TARGETS = [
    # (release of torch, the card, what extensions are compiled for)
    ("2.8.0", "8.9", "8.9"),
    ("1.13.1", "8.9", "8.6"),
    ("1.7.1", "8.9", "8.0"),
    ("1.13.1", "8.6", "8.6"),
    ("1.13.1", "7.5", "7.5"),
]


@pytest.mark.parametrize(("release", "card", "target"), TARGETS)
def test_extensions_are_compiled_for_what_the_release_of_torch_knows(release, card, target):
    host = replace(CARDS, gpus=(Gpu(name="x", compute_capability=card),))
    resolution = replace(RESOLUTION, build=replace(TORCH, version=release))
    project = replace(PROJECT, setup_imports=("torch",), build_tools=("ninja",))
    plan = plan_of(nvcc=True, resolution=resolution, project=project, host=host)
    assert plan.install.layers[-1].env[0] == ("TORCH_CUDA_ARCH_LIST", target)


def test_pip_takes_a_mirror_without_tls_as_uv_does():
    mirrors = Mirrors(pip="http://Intra.example:8080/simple", pytorch="http://t.example/whl")
    env = dict(plan_of(mirrors=mirrors).image.env)
    assert env["PIP_TRUSTED_HOST"] == "intra.example t.example"
    safe = plan_of(mirrors=Mirrors(pip="https://intra.example/simple"))
    assert "PIP_TRUSTED_HOST" not in dict(safe.image.env)


OWN = replace(RESOLUTION, image="registry.example/ml:1", base=UNKNOWN)


def test_uv_gets_the_indexes_that_an_own_image_names_to_pip():
    env = dict(plan_of(resolution=OWN).image.environment)
    assert env["UV_DEFAULT_INDEX"] == "$PIP_INDEX_URL"
    assert env["UV_INDEX"] == f"{TORCH.index_url} $PIP_EXTRA_INDEX_URL"
    assert env["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert env["UV_INSECURE_HOST"] == "$PIP_TRUSTED_HOST"
    assert env["UV_CONSTRAINT"] == "$PIP_CONSTRAINT"
    mirrors = Mirrors(pip="https://m.example/simple")
    mirrored = plan_of(resolution=OWN, mirrors=mirrors).image
    assert "UV_DEFAULT_INDEX" not in dict(mirrored.environment)
    assert ("UV_DEFAULT_INDEX", mirrors.pip) in mirrored.env


CAPPED = replace(RESOLUTION, caps=("numpy<2",))


def test_release_that_breaks_the_framework_is_kept_out_of_every_layer():
    plan = plan_of(resolution=CAPPED, lock=True, jupyter=True)
    framework, *later = plan.install.layers
    # The framework's own index need not have it, so it comes before.
    assert framework.commands[0] == "uv pip install 'numpy<2'"
    assert "numpy" not in framework.commands[1]
    assert all("'numpy<2'" in layer.commands[-1] for layer in later if "-r " not in str(layer))
    assert plan.install.lock
    assert "numpy<2" in plan.install.lock.lines
    from_default = replace(CAPPED, build=replace(TORCH, index_url=None))
    (command,) = plan_of(resolution=from_default).install.layers[0].commands
    assert command.endswith("'numpy<2'")


def test_cap_holds_without_a_framework_and_for_lists_only():
    why = Decision(what="numpy", chosen="numpy<2", because="pandas==1.5.3 was …", source="x")
    plain = replace(WITHOUT, caps=("numpy<2",), decisions=(why,))
    layers = plan_of(project=PLAIN, framework=Framework.NONE, resolution=plain).install.layers
    assert layers[-1].comments[1] == "numpy<2: pandas==1.5.3 was …"
    assert "uv pip install 'numpy<2' -r requirements.txt" in commands(
        plan_of(project=PLAIN, framework=Framework.NONE, resolution=plain)
    )
    poetry = of("poetry", "pyproject.toml", "poetry.lock")
    assert "numpy" not in commands(plan_of(**{**poetry, "resolution": plain}))


def test_image_that_holds_the_framework_gets_nothing_for_a_cap_alone():
    image = replace(TORCH, requirements=(), index_url=None)
    found = replace(CAPPED, build=image, image_has_python=True)
    pip = "python -m pip install --no-compile"
    plan = plan_of(stack=Stack.PYTORCH_IMAGE, resolution=found, project=PLAIN)
    assert [text for text in commands(plan).splitlines() if "numpy" in text] == [
        f"{pip} --constraint /opt/dependencies/constraints.txt 'numpy<2' -r requirements.txt"
    ]


def test_isolated_builds_of_uv_get_a_setuptools_with_pkg_resources():
    name = "UV_BUILD_CONSTRAINT"
    assert dict(plan_of().image.environment)[name] == "/opt/dependencies/.builds.txt"
    assert name not in dict(plan_of(installer=Installer.PIP).image.environment)
