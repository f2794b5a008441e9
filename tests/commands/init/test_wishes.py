"""A preference of the project never forbids; a way out that is shown has been tried."""

from dataclasses import replace

import pytest

from scaffold.answers.model import Answers
from scaffold.answers.questions import QUESTIONS
from scaffold.answers.validation import build_answers, complete
from scaffold.commands.init.read import host_for
from scaffold.commands.init.ways_out import answers_of, with_working_ways
from scaffold.commands.init.wishes import resolve_for, wishes_of
from scaffold.errors import InputError
from scaffold.facts import Gpu, HostFacts
from scaffold.project.facts import Evidence, PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Conflict, Resolution, WayOut

BLACKWELL = HostFacts(
    architecture="x86_64",
    driver_version="580.95.05",
    gpus=(Gpu(name="NVIDIA GeForce RTX 5090", compute_capability="12.0"),),
)
TORCH = ProjectFacts(framework=Framework.PYTORCH)
ASKED = Answers(name="x", framework=Framework.PYTORCH)


def named(**facts: object) -> ProjectFacts:
    evidence = (Evidence("cuda", "Dockerfile:1", "FROM nvidia/cuda:11.8.0-devel-ubuntu22.04"),)
    return replace(TORCH, cuda_hint="11.8", evidence=evidence, **facts)


def test_cuda_of_a_dockerfile_gives_way_to_the_card():
    project = named(soft=frozenset({"cuda"}))
    found, notes = resolve_for(ASKED, project, BLACKWELL, {})
    assert isinstance(found, Resolution)
    assert notes[0].startswith("Dockerfile:1 names CUDA 11.8")


def test_cuda_that_the_project_pins_stays_a_conflict():
    found, notes = resolve_for(ASKED, named(), BLACKWELL, {})
    assert isinstance(found, Conflict)
    assert notes == []


def test_preference_that_fits_is_kept():
    project = replace(TORCH, python_spec="==3.11.*", soft=frozenset({"python"}))
    answers = replace(ASKED, python_spec="==3.11.*")
    found, notes = resolve_for(answers, project, BLACKWELL, {})
    assert isinstance(found, Resolution)
    assert (found.python, notes) == ("3.11", [])


def test_bound_that_remains_of_a_preference_still_binds():
    project = replace(
        TORCH, python_spec="==3.7.*", python_bound=">=3.7,<3.12", soft=frozenset({"python"})
    )
    answers = replace(ASKED, python_spec="==3.7.*")
    found, _ = resolve_for(answers, project, BLACKWELL, {})
    assert isinstance(found, Resolution)
    assert found.python == "3.11"
    refused, _ = resolve_for(answers, project, BLACKWELL, {"python": "3.7"})
    assert isinstance(refused, Conflict)


def test_framework_that_was_typed_makes_the_projects_cuda_void():
    assert wishes_of(ASKED, named(), {"framework": "torch"}).cuda is None
    assert wishes_of(ASKED, named(), {}).cuda == "11.8"


def test_environment_that_brings_its_own_asks_for_no_python_image():
    project = replace(
        TORCH,
        package_manager=PackageManager.CONDA,
        python_spec="==3.7.*",
        brings_python=True,
        brings_framework=True,
    )
    answers = replace(ASKED, package_manager=PackageManager.CONDA, python_spec="==3.7.*")
    wishes = wishes_of(answers, project, {})
    assert (wishes.framework, wishes.python_spec) == (Framework.NONE, "")
    pip = wishes_of(replace(answers, package_manager=PackageManager.PIP), project, {})
    assert pip.python_spec == "==3.7.*"


WAYS = (
    WayOut("another build", "--framework 'torch>=2.9' --no-nvcc"),
    WayOut("nonsense", "--driver"),
    WayOut("an unknown flag", "--speed 3"),
    WayOut("upgrade the driver", ""),
)


def test_only_ways_out_that_work_are_shown():
    tried = []

    def works(answers):
        tried.append(answers)
        return "framework" in answers

    shown = with_working_ways(
        Conflict(fact="fact", wish="wish", source="source", ways_out=WAYS), works
    )
    assert [way.what for way in shown.ways_out] == ["another build", "upgrade the driver"]
    assert tried[0] == {"framework": "torch>=2.9", "nvcc": False}


def test_flags_become_answers_of_their_kinds():
    found = answers_of("--gpu none --port 80 --uid 5 --jupyter")
    assert found == {"gpu": "none", "port": ("80",), "uid": 5, "jupyter": True}
    with pytest.raises(InputError, match="unknown flag"):
        answers_of("--x")


class Watched(dict):
    """Answers that know which of them were read."""

    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def __getitem__(self, key):
        self.read.add(key)
        return super().__getitem__(key)

    def items(self):
        raise AssertionError("read each answer by its key")


def test_every_question_is_read_by_somebody():
    values = complete({}, TORCH, BLACKWELL)
    watched = Watched(values)
    host_for(watched, BLACKWELL)
    built = {key for key in values if key not in watched.read and _changes(values, key)}
    # `advanced` opens more prompts, `project_dir` is read with the repository.
    unread = set(values) - watched.read - built - {"advanced", "project_dir", "host", "files"}
    assert unread == {"workspace"}, "an answer that nothing reads"


OTHERS = {
    "choice": None,
    "number": 7,
    "flag": True,
}
TEXTS = {
    "framework": "jax",
    "image": "nvidia/cuda:12.6.3-base-ubuntu24.04",
    "gpus": "2",
    "python": "3.11",
    "shm": "1g",
    "user": "me",
    "name": "n",
    "config": "gpu",
    "mount": ("/a:/b",),
    "port": ("80",),
    "apt": ("ffmpeg",),
    "feature": ("sshd",),
    "service": ("redis",),
    "mirror": ("pip=https://m.example",),
    "extension": ("a.b",),
    "cache_from": ("ghcr.io/team/project:main",),
    "shared_cache": "models",
}


def _changes(values, key):
    """Whether another answer makes other `Answers`."""
    question = next(question for question in QUESTIONS if question.key == key)
    other = TEXTS.get(key, OTHERS.get(question.kind))
    if question.choices:
        other = next(name for name, _ in question.choices if name != values[key])
    if other is None:
        return False
    return build_answers({**values, key: other}, "f") != build_answers(values, "f")


@pytest.mark.parametrize(
    ("spec", "said"),
    [("==3.7.*", "==3.7.*"), ("", "the newest that the environment allows")],
)
def test_python_of_an_environment_is_said_and_not_that_of_the_base_image(spec, said):
    project = replace(
        TORCH,
        package_manager=PackageManager.CONDA,
        python_spec=spec,
        brings_python=True,
        brings_framework=True,
    )
    answers = replace(ASKED, package_manager=PackageManager.CONDA, python_spec=spec)
    found, _ = resolve_for(answers, project, BLACKWELL, {})
    assert isinstance(found, Resolution)
    assert [one.chosen for one in found.decisions if one.what == "Python"] == [said]


def test_a_compiler_that_only_the_first_use_needs_gives_way_and_is_said():
    evidence = (Evidence("nvcc", "environment.yml:9", "deepspeed: compiles on first use"),)
    project = replace(
        TORCH,
        cuda_hint="11.3",
        nvcc=True,
        evidence=evidence,
        package_manager=PackageManager.CONDA,
        brings_python=True,
        brings_framework=True,
        python_spec="==3.7.*",
        soft=frozenset({"nvcc"}),
    )
    answers = replace(ASKED, nvcc=True, package_manager=PackageManager.CONDA)
    found, notes = resolve_for(answers, project, BLACKWELL, {})
    assert isinstance(found, Resolution)
    assert notes == [
        "environment.yml:9: no image with nvcc of CUDA 11.3 runs here, so it is left out"
    ]
    (python,) = (one for one in found.decisions if one.what == "Python")
    assert python.chosen == "==3.7.*"
    assert isinstance(resolve_for(answers, project, BLACKWELL, {"nvcc": True})[0], Conflict)


AMPERE = HostFacts(
    architecture="x86_64",
    driver_version="550.90.07",
    gpus=(Gpu(name="NVIDIA GeForce RTX 3090", compute_capability="8.6"),),
)

OF_CONDA = {
    # conda installs one of PyTorch's builds of the release, for CUDA 11.8 at most.
    "a pinned release": ("==2.0.0", AMPERE, "11.8"),
    "a release that is open": (">=2.0", AMPERE, None),
    "a pin that no card of the host can use": ("==2.0.0", BLACKWELL, None),
}


@pytest.mark.parametrize(("spec", "host", "cuda"), OF_CONDA.values(), ids=OF_CONDA)
def test_nvcc_is_that_of_the_release_which_conda_brings(spec, host, cuda):
    manager = PackageManager.CONDA
    project = replace(TORCH, package_manager=manager, brings_python=True, brings_framework=True)
    answers = replace(ASKED, package_manager=manager, framework_spec=spec, nvcc=True)
    found, notes = resolve_for(answers, project, host, {})
    assert isinstance(found, Resolution)
    assert (found.cuda == cuda) == (cuda is not None)
    told = "conda brings pytorch==2.0.0, whose builds do not run on this GPU: NVIDIA GeForce"
    assert [note[: len(told)] for note in notes] == ([told] if host is BLACKWELL else [])
    assert "devel" in found.image
    plain = wishes_of(replace(answers, nvcc=False), project, {})
    assert (plain.cuda, plain.framework) == (None, Framework.NONE)
