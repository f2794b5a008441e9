import json
from dataclasses import replace

import pytest

from scaffold.answers.choices import GpuNeed, Installer, Stack, Target
from scaffold.answers.model import Mirrors, Mount
from scaffold.answers.places import shared_mounts
from scaffold.errors import InputError
from scaffold.facts import HostFacts, Platform
from scaffold.plan import plan_json
from scaffold.plan.image import mirrored_image
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Decision, FrameworkBuild
from tests.plan.planning import PROJECT, RESOLUTION, TORCH, commands, copied, plan_of, tasks


@pytest.mark.parametrize(
    ("gpus", "args"),
    [
        ("all", ("--gpus=all",)),
        ("2", ("--gpus=2",)),
        ("device=0", ("--gpus=device=0",)),
        ("device=0,1", ('--gpus="device=0,1"',)),
        ("0,1", ('--gpus="device=0,1"',)),
        ("MIG-1234", ("--gpus=device=MIG-1234",)),
        ("device=MIG-GPU-1/1/0", ("--gpus=device=MIG-GPU-1/1/0",)),
        (
            "nvidia.com/gpu=0,nvidia.com/gpu=1",
            ("--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=1"),
        ),
    ],
)
def test_required_gpus_are_asked_for_by_run_arguments_alone(gpus, args):
    run = plan_of(gpu=GpuNeed.REQUIRED, gpus=gpus).run
    assert run.args == args
    assert not run.gpu_optional


@pytest.mark.parametrize(
    ("gpus", "env"),
    [
        ("all", ()),
        ("2", (("CUDA_VISIBLE_DEVICES", "0,1"),)),
        ("device=1,3", (("CUDA_VISIBLE_DEVICES", "1,3"),)),
        ("GPU-abc", (("CUDA_VISIBLE_DEVICES", "GPU-abc"),)),
    ],
)
def test_optional_gpus_are_asked_for_by_host_requirements_alone(gpus, env):
    plan = plan_of(gpu=GpuNeed.OPTIONAL, gpus=gpus)
    assert (plan.run.args, plan.run.gpu_optional, plan.run.env) == ((), True, env)
    assert bool(plan.warnings) == (gpus != "all")


def test_optional_cdi_devices_are_refused():
    with pytest.raises(InputError, match="CDI"):
        plan_of(gpu=GpuNeed.OPTIONAL, gpus="nvidia.com/gpu=0")


def test_no_gpu_asks_for_nothing():
    run = plan_of(gpu=GpuNeed.NONE, gpus="2").run
    assert (run.args, run.gpu_optional, run.env) == ((), False, ())


@pytest.mark.parametrize("gpu", [GpuNeed.REQUIRED, GpuNeed.OPTIONAL])
def test_jetson_takes_the_nvidia_runtime(gpu):
    run = plan_of(gpu=gpu, host=HostFacts(platform=Platform.JETSON)).run
    assert run.args == ("--runtime=nvidia",)
    assert not run.gpu_optional


@pytest.mark.parametrize(
    ("shm", "args"), [("", ()), ("8g", ("--shm-size=8g",)), ("host", ("--ipc=host",))]
)
def test_shared_memory(shm, args):
    assert plan_of(shm=shm).run.args == args


MOUNTS = {
    "a read-only bind": (
        Mount("/data", "/data", "bind", True),
        "type=bind,source=/data,target=/data,readonly",
    ),
    "a volume": (Mount("models", "/models", "volume"), "type=volume,source=models,target=/models"),
    "a template's braces and a dollar": (
        Mount("/d/{{x}} $y", "/x y"),
        "type=bind,source=/d/{{x}} $y,target=/x y",
    ),
    "a target below the workspace": (
        Mount("${localEnv:HOME}/data", "${containerWorkspaceFolder}/data"),
        "type=bind,source=${localEnv:HOME}/data,target=${containerWorkspaceFolder}/data",
    ),
}


@pytest.mark.parametrize(("mount", "text"), MOUNTS.values(), ids=MOUNTS)
def test_mounts_are_written_as_docker_reads_them(mount, text):
    assert plan_of(mounts=(mount,)).run.mounts == (text,)


@pytest.mark.parametrize(
    ("mounts", "message"),
    [
        ((Mount("/a", "/"),), "needs"),
        ((Mount("/a", "//"),), "needs"),
        ((Mount("/a", "/usr/"),), "needs"),
        ((Mount("/a", "/data/../etc"),), "needs"),
        ((Mount("/a", "/opt/venv"),), "needs"),
        ((Mount("/a", "/workspaces/${localWorkspaceFolderBasename}"),), "needs"),
        ((Mount("/a", "data"),), "not an absolute path"),
        ((Mount("/a", "/data"), Mount("/b", "/data/")), "both /a and /b"),
        ((Mount("/a,b", "/data"),), "cannot be written"),
        ((Mount('/a"b', "/data"),), "cannot be written"),
        ((Mount("/a", "/da\nta"),), "cannot be written"),
        ((Mount("", "/data"),), "cannot be written"),
    ],
)
def test_mounts_that_would_break_the_container_are_refused(mounts, message):
    with pytest.raises(InputError, match=message) as caught:
        plan_of(mounts=mounts)
    assert caught.value.hint


def test_the_user_owns_the_parents_of_what_is_mounted_in_the_home():
    mounts = (
        Mount("hub", "/home/dev/.cache/huggingface/hub", "volume"),
        Mount("/data", "/data"),
        Mount("models", "/models", "volume"),
        Mount("x", "/${localEnv:X}", "volume"),
    )
    plan = plan_of(mounts=mounts)
    made = plan.user.directories
    wanted = (
        "/home/dev/.cache",
        "/home/dev/.cache/huggingface",
        "/home/dev/.cache/huggingface/hub",
    )
    assert made[:4] == (*wanted, "/models")
    assert "/data" not in made
    assert [volume.name for volume in plan.run.volumes] == ["hub", "models"]


def test_the_models_of_all_users_belong_to_no_single_one():
    plan = plan_of(shared_cache="team", mounts=shared_mounts("team"))
    assert plan.run.mounts == ("type=volume,source=team,target=/opt/shared-cache",)
    assert plan.user.directories == ("/home/dev/.cache",)
    assert (plan.run.volumes, plan.run.shared_cache) == ((), "/opt/shared-cache")
    assert (plan_of().run.shared_cache, shared_mounts("")) == ("", ())


@pytest.mark.parametrize(
    ("image", "registry", "wanted"),
    [
        ("python:3.12", "", "python:3.12"),
        ("python:3.12", "m.example/hub", "m.example/hub/library/python:3.12"),
        ("nvidia/cuda:12.8", "m.example", "m.example/nvidia/cuda:12.8"),
        ("docker.io/nvidia/cuda:12.8", "m.example/", "m.example/nvidia/cuda:12.8"),
        ("docker.io/python:3.12", "m.example", "m.example/library/python:3.12"),
        ("docker.io/library/python:3.12", "m.example", "m.example/library/python:3.12"),
        ("nvcr.io/nvidia/pytorch:24.10", "m.example", "nvcr.io/nvidia/pytorch:24.10"),
        ("localhost:5000/x:1", "m.example", "localhost:5000/x:1"),
    ],
)
def test_a_registry_mirror_stands_for_docker_hub_only(image, registry, wanted):
    assert mirrored_image(image, registry) == wanted


@pytest.mark.parametrize(
    "mirrors",
    [
        Mirrors(pip="https://me:secret@example.org/simple"),
        Mirrors(registry="me:secret@example.org/hub"),
        Mirrors(apt="http://example.org/$(id)"),
        Mirrors(conda="https://example.org/'x"),
        Mirrors(pytorch="https://example.org/a b"),
    ],
)
def test_mirrors_with_credentials_or_shell_text_are_refused(mirrors):
    with pytest.raises(InputError, match="--mirror") as caught:
        plan_of(mirrors=mirrors)
    assert caught.value.hint


def test_mirrors_reach_what_they_stand_for():
    plan = plan_of(
        mirrors=Mirrors(
            apt="https://m.example/ubuntu/",
            pip="https://m.example/simple",
            pytorch="https://m.example/whl/",
            conda="https://m.example/conda",
        )
    )
    assert plan.image.apt_mirror == "https://m.example"
    assert ("PIP_INDEX_URL", "https://m.example/simple") in plan.image.env
    assert "--default-index https://m.example/whl/cu126 torch==2.8.0" in commands(plan)
    assert ("UV_INDEX", "https://m.example/whl/cu126") in plan.image.environment
    assert plan.install.conda_alias == "https://m.example/conda"


def recipe(manager: PackageManager, *files: str) -> str:
    project = replace(PROJECT, install_files=files)
    return plan_of(package_manager=manager, project=project).install.recipe


@pytest.mark.parametrize(
    ("manager", "files", "wanted"),
    [
        ("pip", ("requirements.txt",), "pip"),
        ("pip", ("pyproject.toml",), "pip"),
        ("pip", (), "pip"),
        ("hatch", ("pyproject.toml",), "pip"),
        ("uv", ("pyproject.toml", "uv.lock"), "uv-lock"),
        ("uv", ("pyproject.toml",), "pip"),
        ("uv", (), "pip"),
        ("conda", ("env\n.yml",), "pip"),
        ("conda", ("environment.yml",), "conda"),
        ("conda", ("requirements.txt",), "pip"),
        ("poetry", ("pyproject.toml", "poetry.lock"), "poetry"),
        ("poetry", ("requirements.txt",), "pip"),
        ("pdm", ("pyproject.toml", "pdm.lock"), "pdm"),
        ("pipenv", ("Pipfile", "Pipfile.lock"), "pipenv"),
        ("pixi", ("pixi.toml", "pixi.lock"), "pixi"),
        ("pixi", (), "pip"),
    ],
)
def test_the_recipe_follows_manager_and_files(manager, files, wanted):
    assert recipe(PackageManager(manager), *files) == wanted


@pytest.mark.parametrize("files", [(), ("constraints.txt",), ("setup.py", "setup.cfg")])
def test_what_lists_nothing_makes_no_layer(files):
    assert copied(plan_of(project=replace(PROJECT, install_files=files))) == []


@pytest.mark.parametrize(
    ("manager", "files", "decides"),
    [
        ("pip", ("requirements.txt",), False),
        ("hatch", ("pyproject.toml",), False),
        ("uv", ("pyproject.toml",), False),
        ("uv", ("pyproject.toml", "uv.lock"), True),
        ("conda", ("environment.yml",), True),
        ("conda", (), False),
        ("poetry", ("pyproject.toml",), True),
        ("pipenv", ("Pipfile",), True),
        ("pixi", ("pixi.toml",), True),
        ("pixi", (), False),
    ],
)
def test_a_lock_that_names_the_framework_replaces_its_layer(manager, files, decides):
    project = replace(PROJECT, install_files=files)
    plan = plan_of(package_manager=PackageManager(manager), project=project)
    assert ("torch==2.8.0" in commands(plan)) != decides
    assert any("decide the pytorch build" in text for text in plan.warnings) == decides


def test_a_lock_without_the_framework_leaves_its_layer():
    project = ProjectFacts(install_files=("uv.lock", "pyproject.toml"))
    plan = plan_of(package_manager=PackageManager.UV, project=project)
    assert "torch==2.8.0" in commands(plan)


def test_requirement_files_become_arguments():
    files = ("requirements.txt", "constraints.txt", "-odd.in", "sub/dev.txt")
    plan = plan_of(project=replace(PROJECT, install_files=files))
    assert "-r requirements.txt -c constraints.txt -r ./-odd.in -r sub/dev.txt" in commands(plan)
    assert copied(plan) == ["requirements.txt constraints.txt -odd.in ./", "sub/dev.txt ./sub/"]


@pytest.mark.parametrize(
    "name", ["a b.txt", "$(id).txt", "{{x}}.txt", "../up.txt", "/abs.txt", "a'b.txt", "ü\n.txt"]
)
def test_files_whose_names_a_dockerfile_cannot_carry_are_installed_later(name):
    project = replace(PROJECT, install_files=(name, "requirements.txt"))
    plan = plan_of(project=project)
    assert plan.install.files == ("requirements.txt",)
    assert name.split("'", maxsplit=1)[0] in tasks(plan)
    assert any("cannot carry" in text for text in plan.warnings)


@pytest.mark.parametrize(
    ("image", "python", "has_python", "source"),
    [
        ("python:3.12-slim", "3.12", True, "image"),
        ("nvidia/cuda:12.8.1-devel-ubuntu24.04", "3.12", False, "distribution"),
        ("nvidia/cuda:12.8.1-devel-ubuntu22.04", "3.12", False, "uv"),
        ("ubuntu:22.04", "3.10.12", False, "distribution"),
    ],
)
@pytest.mark.parametrize("installer", list(Installer))
def test_python_comes_from_where_it_is(image, python, has_python, source, installer):
    resolution = replace(RESOLUTION, image=image, python=python, image_has_python=has_python)
    plan = plan_of(resolution=resolution, installer=installer)
    assert plan.image.python_source == source
    has_uv = any(tool.startswith("uv==") for tool in plan.install.tools)
    assert has_uv == (source == "uv" or installer is Installer.UV)
    assert ("python3-venv" in plan.image.apt) == (source != "image")


def test_conda_brings_python_and_is_told_of_cuda():
    project = replace(PROJECT, install_files=("environment.yml",))
    plan = plan_of(package_manager=PackageManager.CONDA, project=project)
    assert plan.image.python_source == "conda"
    assert "CONDA_OVERRIDE_CUDA=12.6 micromamba create" in commands(plan)
    assert plan.install.environment == "/opt/conda-envs/project"
    assert plan.image.tool_image.startswith("mambaorg/micromamba:")


def test_pixi_keeps_its_environment_in_the_project():
    project = replace(PROJECT, install_files=("pixi.toml",))
    plan = plan_of(package_manager=PackageManager.PIXI, project=project)
    assert plan.editor.interpreter.startswith("${containerWorkspaceFolder}/.pixi/")


def test_a_vendors_image_keeps_its_framework():
    resolution = replace(RESOLUTION, image="pytorch/pytorch:2.8.0-cuda12.6", build=None)
    plan = plan_of(stack=Stack.PYTORCH_IMAGE, resolution=resolution)
    assert plan.image.sees_system_packages
    assert "torch==" not in commands(plan)
    assert "--constraint /opt/dependencies/constraints.txt -r requirements.txt" in commands(plan)


def test_pip_installs_on_a_vendors_image_since_uv_does_not_see_its_packages():
    plan = plan_of(stack=Stack.PYTORCH_IMAGE, package_manager=PackageManager.UV)
    assert (plan.install.installer, plan.install.recipe) == ("pip", "pip")


@pytest.mark.parametrize(
    ("python", "installer", "command"),
    [
        ("3.12", Installer.UV, "uv pip install"),
        ("3.12", Installer.PIP, "python -m pip install --no-compile"),
        ("3.7", Installer.UV, "python -m pip install --no-compile"),
    ],
)
def test_uv_installs_what_pip_would_where_it_runs(python, installer, command):
    resolution = replace(RESOLUTION, python=python)
    plan = plan_of(resolution=resolution, installer=installer)
    assert f"{command} torch==2.8.0 -r requirements.txt" in commands(plan)


@pytest.mark.parametrize(("python", "tool"), [("3.12", "poetry==2.5.1"), ("3.8", "poetry")])
def test_a_tool_of_today_does_not_run_on_every_python(python, tool):
    project = replace(PROJECT, install_files=("pyproject.toml",))
    resolution = replace(RESOLUTION, python=python)
    plan = plan_of(package_manager=PackageManager.POETRY, project=project, resolution=resolution)
    assert tool in plan.install.tools


def test_jax_is_not_led_astray_by_the_library_path_of_nvidia_images():
    resolution = replace(RESOLUTION, image="nvidia/cuda:12.8.1-base-ubuntu24.04", build=None)
    plan = plan_of(framework=Framework.JAX, stack=Stack.CUDA, resolution=resolution)
    assert ("LD_LIBRARY_PATH", "") in plan.image.env


def test_jupyter_images_start_as_root():
    plan = plan_of(stack=Stack.JUPYTER_IMAGE)
    assert plan.image.root_at_start


def test_the_resolutions_variables_reach_the_container():
    resolution = replace(RESOLUTION, env=(("NVIDIA_DISABLE_REQUIRE", "1"),))
    assert plan_of(resolution=resolution).run.env == (("NVIDIA_DISABLE_REQUIRE", "1"),)


def test_root_needs_no_ids_of_its_own():
    user = plan_of(user="root").user
    assert (user.uid, user.gid, user.home, user.update_uid) == (0, 0, "/root", False)


def test_ids_of_this_machine_are_not_used_by_a_remote_engine():
    home = (Mount("${localEnv:HOME}/d", "/d"),)
    plan = plan_of(target=Target.REMOTE, workspace="/srv/p", mounts=home)
    assert not plan.user.update_uid
    assert any("needs the path on the server" in text for text in plan.warnings)


def test_over_remote_ssh_nothing_remote_stands_in_the_files():
    home = (Mount("${localEnv:HOME}/d", "/d"),)
    there, here = (plan_of(target=target, mounts=home) for target in (Target.REMOTE, Target.LOCAL))
    assert there.user == here.user
    assert there.run == here.run
    assert there.warnings == here.warnings


@pytest.mark.parametrize(
    ("source", "kind"), [("/srv/project", "bind"), ("project-source", "volume")]
)
def test_a_remote_engine_gets_a_workspace_of_its_own(source, kind):
    run = plan_of(target=Target.REMOTE, workspace=source).run
    name = source.rpartition("/")[2]
    assert run.workspace_mount == f"type={kind},source={source},target=/workspaces/{name}"
    assert run.workspace_folder == f"/workspaces/{name}"


def test_the_volume_of_the_project_begins_as_the_users():
    plan = plan_of(workspace="source", mounts=(Mount("models", "/models", "volume"),))
    assert "/workspaces/source" in plan.user.directories
    # Only those with one name for everybody: post-create.sh is in git.
    assert [volume.target for volume in plan.run.volumes] == ["/models"]
    assert "/workspaces/p" not in plan_of(workspace="/srv/p").user.directories


def test_a_workspace_that_a_mount_cannot_carry_is_refused():
    with pytest.raises(InputError, match="--workspace"):
        plan_of(workspace="/srv/a,b")


def test_jupyter_brings_its_port_once():
    assert plan_of(jupyter=True, ports=(6006, 8888)).run.ports == (8888, 6006)


def test_reasons_become_one_line_comments():
    because = "the driver\nis $(old)\x1b[0m"
    decisions = (
        Decision(what="image", chosen="python:3.12-slim-bookworm", because=because, source="hub"),
        Decision(what="framework", chosen="torch 2.8.0 (cu126)", because=because, source="index"),
    )
    plan = plan_of(resolution=replace(RESOLUTION, decisions=decisions))
    assert plan.image.reason == "the driver is $(old) [0m"
    comments = [text for layer in plan.install.layers for text in layer.comments]
    assert "torch 2.8.0 (cu126): the driver is $(old) [0m" in comments


def test_several_requirements_select_one_build():
    build = replace(TORCH, requirements=("torch==2.8.0", "xformers[all]==0.1"))
    plan = plan_of(resolution=replace(RESOLUTION, build=build))
    assert "torch==2.8.0 'xformers[all]==0.1' -r requirements.txt" in commands(plan)


def test_the_plan_is_json():
    plan = plan_of()
    assert json.loads(json.dumps(plan_json(plan))) == plan_json(plan)


def test_onnxruntime_finds_the_cuda_libraries_of_its_wheels():
    build = FrameworkBuild(
        framework=Framework.ONNXRUNTIME,
        version="1.26.0",
        variant="cuda12",
        cuda="12.8",
        requirements=("onnxruntime-gpu[cuda,cudnn]==1.26.0",),
        index_url=None,
    )
    resolution = replace(RESOLUTION, build=build)
    plan = plan_of(framework=Framework.ONNXRUNTIME, resolution=resolution)
    (path,) = (value for name, value in plan.image.env if name == "LD_LIBRARY_PATH")
    packages = "/opt/venv/lib/python3.12/site-packages/nvidia"
    assert path.startswith(f"{packages}/cu13/lib:{packages}/cudnn/lib:{packages}/cublas/lib:")
    assert "onnxruntime-gpu[cuda,cudnn]==1.26.0" in commands(plan)
    on_cpu = plan_of(framework=Framework.ONNXRUNTIME, resolution=resolution, gpu=GpuNeed.NONE)
    carried = replace(resolution, image="nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04")
    in_image = plan_of(framework=Framework.ONNXRUNTIME, resolution=carried)
    for other in (on_cpu, in_image):
        assert "LD_LIBRARY_PATH" not in dict(other.image.env)
