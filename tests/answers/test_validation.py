"""From raw answers to valid ones."""

import pytest

from scaffold.answers.choices import GpuNeed, Target
from scaffold.answers.mirrors import parse_mirrors
from scaffold.answers.model import Mirrors, Mount
from scaffold.answers.places import parse_mount
from scaffold.answers.questions import QUESTIONS
from scaffold.answers.releases import (
    parse_capability,
    parse_driver,
    parse_framework,
    parse_gpu_model,
    parse_python,
    with_driver,
)
from scaffold.answers.validation import (
    build_answers,
    check_content,
    check_value,
    complete,
    parse_gpus,
)
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.project.facts import ProjectFacts
from scaffold.project.framework import Framework

QUESTION = {question.key: question for question in QUESTIONS}


EMPTY, UNKNOWN = ProjectFacts(), HostFacts()


def answers(project=EMPTY, host=UNKNOWN, **values):
    return build_answers(complete(values, project, host), "folder")


@pytest.mark.parametrize(
    ("text", "framework", "spec"),
    [
        ("torch>=2.8", Framework.PYTORCH, ">=2.8"),
        ("pytorch", Framework.PYTORCH, ""),
        ("TensorFlow == 2.21.*", Framework.TENSORFLOW, "==2.21.*"),
        ("jax 0.7.2", Framework.JAX, "==0.7.2"),
        ("none", Framework.NONE, ""),
        ("", Framework.NONE, ""),
        ("torch=2.3", Framework.PYTORCH, "==2.3.*"),
        ("torch@2.3.1", Framework.PYTORCH, "==2.3.1"),
        ("torch^2.3", Framework.PYTORCH, "<3,>=2.3"),
        ("tf==2.10", Framework.TENSORFLOW, "==2.10"),
        ("tensorflow-gpu==2.4.0", Framework.TENSORFLOW, "==2.4.0"),
        ("tensorflow[and-cuda]==2.16.1", Framework.TENSORFLOW, "==2.16.1"),
    ],
)
def test_framework_is_split_into_name_and_specifier(text, framework, spec):
    assert parse_framework(text) == (framework, spec)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tensorflwo", "tensorflow"),
        ("torch>>2", "torch>=2.8"),
        (">=2", "known"),
        ("jax[cuda12]", "'jax'"),
    ],
)
def test_unknown_framework_names_the_nearest(text, hint):
    with pytest.raises(InputError) as raised:
        parse_framework(text)
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        *(("3.12", "==3.12.*"), ("3.12.4", "==3.12.4"), (">=3.10", ">=3.10"), ("", "")),
        *(("3", "==3.*"), ("3.10.x", "==3.10.*"), ("===3.10", "==3.10.*")),
        *(("python3.9", "==3.9.*"), ("py39", "==3.9.*"), ("cp310", "==3.10.*")),
        *(("python=3.9", "==3.9.*"), ("^3.9", "<4,>=3.9"), ("~3.10", "<3.11,>=3.10")),
        *((">=3.8 <3.11", "<3.11,>=3.8"), ("3.9 || 3.10", "==3.10"), ("~=3.10", "~=3.10")),
    ],
)
def test_python_is_read_as_a_person_means_it(text, spec):
    assert parse_python(text) == spec


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        *(("", ""), ("535", "535"), ("535.183.01", "535.183.01"), ("R535", "535")),
        *(("535.xx", "535"), ("v550.54.15", "550.54.15"), ("535.183.01-server", "535.183.01")),
        *(("nvidia-driver-535", "535"), ("NVIDIA 535.183.01", "535.183.01")),
        *(("NVIDIA driver version 535.183.01", "535.183.01"), ("535.54.03-0ubuntu1", "535.54.03")),
        *(("CUDA 12.2", "CUDA 12.2"), ("12.2", "CUDA 12.2"), ("CUDA Version: 12.2", "CUDA 12.2")),
        *(("31.0.15.3623", "536.23"), ("32.0.15.6094", "560.94")),
    ],
)
def test_driver_is_read_in_the_forms_in_which_people_have_it(text, driver):
    assert parse_driver(text) == driver


def test_driver_known_by_its_cuda_release_alone_replaces_what_was_seen():
    host = HostFacts(name="x", driver_version="470.57", cuda_reported="11.4")
    changed = with_driver(host, "CUDA 12.2")
    assert (changed.driver_version, changed.cuda_reported) == (None, "12.2")
    assert with_driver(host, "535").cuda_reported is None
    assert with_driver(host, "") is host


@pytest.mark.parametrize(
    ("text", "capability"),
    [("8.6", "8.6"), ("sm_90", "9.0"), ("sm_120a", "12.0"), ("86", "8.6"), ("compute_75", "7.5")],
)
def test_compute_capability_is_read_as_compilers_write_it(text, capability):
    assert parse_capability(text) == capability


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RTX 9999", "no GPU is known by the name"),
        ("Radeon RX 7900", "not an NVIDIA GPU"),
        ("MI300X", "not an NVIDIA GPU"),
    ],
)
def test_unknown_gpu_model_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        parse_gpu_model(text)
    with pytest.raises(InputError, match=said):
        check_content("gpu_model", (text,))


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("all", "all"),
        ("2", "2"),
        ("0,1", "device=0,1"),
        ("device=0", "device=0"),
        ("GPU-f15ae561-21b1", "device=GPU-f15ae561-21b1"),
        ("MIG-1,MIG-2", "device=MIG-1,MIG-2"),
        ("nvidia.com/gpu=0", "nvidia.com/gpu=0"),
        ("nvidia.com/gpu=0:1,nvidia.com/gpu=1", "nvidia.com/gpu=0:1,nvidia.com/gpu=1"),
    ],
)
def test_gpu_request_is_written_as_docker_wants_it(text, request_):
    assert parse_gpus(text) == request_


@pytest.mark.parametrize(
    ("text", "mount"),
    [
        ("~/data:/data:ro", Mount("${localEnv:HOME}/data", "/data", "bind", True)),
        ("/a b:/c d", Mount("/a b", "/c d")),
        ("./out:/out:rw", Mount("${localWorkspaceFolder}/out", "/out")),
        ("../out:/out", Mount("${localWorkspaceFolder}/../out", "/out")),
        ("~:/h", Mount("${localEnv:HOME}", "/h")),
        ("models:/models", Mount("models", "/models", "volume")),
        ("/données:/données", Mount("/données", "/données")),
    ],
)
def test_mount_is_read_like_docker_volume(text, mount):
    assert parse_mount(text) == mount


BAD = [
    ("shared_cache", "/srv/models", "--shared-cache models"),
    ("mount", "/data", "HOST:CONTAINER"),
    ("mount", "/a:b", "HOST:CONTAINER"),
    ("mount", "a b:/c", "volume name"),
    ("mount", "/a\n:/c", ""),
    ("mount", "/a,b:/c", ""),
    ("gpus", "three", "count"),
    ("gpus", "0", "count"),
    ("gpus", "", "count"),
    ("port", "0", "65535"),
    ("port", "65536", "65535"),
    ("port", "²", "65535"),
    ("port", "eighty", "65535"),
    ("shm", "lots", "8g"),
    ("user", "Robert'); --", "lower-case"),
    ("user", "-rf", "lower-case"),
    ("mirror", "pypi=https://x.org", "KIND=URL"),
    ("mirror", "https://x.org", "KIND=URL"),
    ("mirror", "pip=ftp://x.org", "https://"),
    ("mirror", "pip=https://u:secret@x.org", "credentials"),
    ("mirror", "pip=https://x.org/$(id)", "https://"),
    ("mirror", "registry=https://x.org", "registry.example.org"),
    ("extension", "python", "publisher.name"),
    ("driver", "five", "535.183.01"),
    ("framework", "keras??", "known"),
    ("python", "snake", "3.12"),
]


@pytest.mark.parametrize(("key", "text", "hint"), BAD)
def test_bad_text_names_its_flag_and_the_right_form(key, text, hint):
    with pytest.raises(InputError) as raised:
        check_content(key, (text,))
    assert f"--{key.replace('_', '-')}" in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(("key", "text", "hint"), BAD)
def test_bad_text_never_becomes_an_answer(key, text, hint):
    value = (text,) if QUESTION[key].kind == "list" else text
    with pytest.raises(InputError):
        answers(**{key: value})


def test_secret_in_a_mirror_is_not_repeated_in_the_message():
    with pytest.raises(InputError) as raised:
        parse_mirrors(("pip=https://u:secret@x.org",))
    assert "secret" not in str(raised.value)


def test_mirrors_lose_their_trailing_slash():
    assert parse_mirrors(("pip=https://x.org/simple/", "registry=r.org:5000/hub")) == Mirrors(
        pip="https://x.org/simple", registry="r.org:5000/hub"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [("gpu", 3), ("nvcc", "yes"), ("uid", "1000"), ("uid", True), ("mount", "x"), ("name", [])],
)
def test_value_of_the_wrong_type_is_refused(key, value):
    with pytest.raises(InputError) as raised:
        check_value(QUESTION[key], value, "answers.toml: " + key)
    assert raised.value.message.startswith(f"answers.toml: {key}")


def test_unknown_choice_names_the_nearest():
    with pytest.raises(InputError) as raised:
        check_value(QUESTION["gpu"], "require", "--gpu")
    assert "did you mean required?" in raised.value.hint


def test_defaults_of_an_empty_repository_ask_for_no_gpu_and_no_mount():
    found = answers()
    assert (found.gpu, found.mounts, found.shm, found.name) == (GpuNeed.NONE, (), "", "folder")


def test_defaults_of_a_pytorch_repository_make_the_gpu_optional():
    found = answers(
        ProjectFacts(framework=Framework.PYTORCH, framework_spec=">=2.8", ports=(8888,)),
        HostFacts(memory_mib=8192, uid=1234, gid=5678),
    )
    assert (found.gpu, found.shm, found.ports) == (GpuNeed.OPTIONAL, "16g", (8888,))
    assert (found.uid, found.gid) == (1234, 5678)
    assert found.framework_spec == ">=2.8"
    assert "ms-toolsai.jupyter" in found.extensions


def test_root_on_the_host_gets_an_ordinary_id_in_the_container():
    assert answers(host=HostFacts(uid=0, gid=0)).uid == 1000


def test_root_in_the_container_has_id_zero():
    found = answers(user="root", framework="torch")
    assert (found.uid, found.gid) == (0, 0)
    assert found.mounts[0].target == "/root/.cache"


def test_cpu_target_needs_no_gpu_whatever_the_project_uses():
    found = answers(ProjectFacts(framework=Framework.JAX, nvcc=True), target="cpu")
    assert (found.target, found.gpu) == (Target.CPU, GpuNeed.NONE)


@pytest.mark.parametrize("value", [0, -1, 2**31])
def test_id_of_nobody_ordinary_is_refused(value):
    with pytest.raises(InputError):
        answers(uid=value)


WRONG = {
    "config": ("a/b", "--config"),
    "project_dir": ("../x", "--project-dir"),
    "apt": ("Not a package", "--apt"),
    "service": ("postgress", "did you mean postgres?"),
    "feature": ("nod", "--feature"),
    "user": ("games", "login of the system"),
}


@pytest.mark.parametrize(("key", "text", "message"), [(k, *v) for k, v in WRONG.items()])
def test_names_that_nothing_can_carry_are_refused(key, text, message):
    value = (text,) if QUESTION[key].kind == "list" else text
    with pytest.raises(InputError) as caught:
        check_content(key, value)
    assert message in f"{caught.value.message} {caught.value.hint}"


def test_names_come_back_whole():
    found = answers(apt=("ffmpeg", "ffmpeg"), service=("redis",), feature=("sshd",), config="gpu")
    assert (found.apt, found.services, found.config) == (("ffmpeg",), ("redis",), "gpu")
    assert found.features[0].reference == "ghcr.io/devcontainers/features/sshd:1"
    check_content("project_dir", "./python/app/")
