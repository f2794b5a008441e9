"""Hosts and wishes in short words, and what came out in words that a table can hold."""

from dataclasses import replace

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.catalogue import load_catalogue
from scaffold.facts import DockerFacts, Gpu, HostFacts, Platform
from scaffold.project.framework import Framework
from scaffold.project.framework_table import ROWS
from scaffold.resolver.resolution import Conflict, Resolution, Wishes
from scaffold.resolver.resolving import resolve

CATALOGUE = load_catalogue()

FRAMEWORKS = {row.names[0]: row.framework.value for row in ROWS}


def cards(text: str) -> tuple[Gpu, ...] | None:
    """`Tesla T4 + cc 8.0`: names as nvidia-smi prints them, or capabilities alone; `?` nobody."""
    if text == "?":
        return None
    return tuple(map(_card, filter(None, text.split(" + "))))


def _card(text: str) -> Gpu:
    name, _, slices = text.partition(" | MIG ")
    if name.startswith("cc "):
        return Gpu(name="a card", compute_capability=name[3:])
    mig = tuple(f"MIG-{n}" for n in range(int(slices or 0)))
    return Gpu(name=name, mig_enabled=bool(slices) or None, mig_devices=mig)


def host(gpus: str, driver: str, words: list[str]) -> HostFacts:
    """A host: `aarch64`, `wsl2`, `jetson` and `reports=13.1` among the words say the rest."""
    after = {key: value for key, _, value in (word.partition("=") for word in words)}
    platform = next((item for item in Platform if item.value in words), Platform.LINUX)
    docker = DockerFacts(server_version=after["docker"], cdi_devices=("nvidia.com/gpu=all",))
    return HostFacts(
        architecture="aarch64" if "aarch64" in words else "x86_64",
        platform=platform,
        driver_version=None if driver == "?" else driver,
        cuda_reported=after.get("reports"),
        docker=docker if after["docker"] else None,
        gpus=cards(gpus),
    )


def wishes(words: list[str]) -> Wishes:
    """`torch>=2.8 python==3.10.* nvcc cuda=12.4 stack=cuda cpu`, in any order."""
    after = {key: value for key, _, value in (word.partition("=") for word in words)}
    framework, spec = Framework.NONE, ""
    python = ""
    for word in words:
        for name, value in FRAMEWORKS.items():
            if word.startswith(name):
                framework, spec = Framework(value), word.removeprefix(name)
        python = word.removeprefix("python") if word.startswith("python") else python
    return Wishes(
        framework=framework,
        framework_spec=spec,
        python_spec=python,
        stack=Stack(after.get("stack", "python")),
        gpu=GpuNeed.NONE if "cpu" in words else GpuNeed.OPTIONAL,
        nvcc="nvcc" in words,
        cuda=after.get("cuda"),
    )


def outcome(gpus: str, driver: str, asked: str, packages: tuple[str, ...] = ()) -> list[str]:
    """What came out: `2.14/cu126` or `conflict` first, then every fact, image, note and way."""
    words = [*asked.split(), "docker="] if "docker=" not in asked else asked.split()
    wished = replace(wishes(words), packages=packages)
    result = resolve(CATALOGUE, host(gpus, driver, words), wished)
    return _conflict(result) if isinstance(result, Conflict) else _resolution(result)


def minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def _conflict(result: Conflict) -> list[str]:
    return ["conflict", result.fact, *(f"{way.what} {way.how}" for way in result.ways_out)]


def _resolution(result: Resolution) -> list[str]:
    build = result.build
    said = [f"{minor(build.version)}/{build.variant}" if build else "no build"]
    said += [
        f"CUDA {result.cuda}",
        result.image,
        f"Python {result.python}",
        *(f"{k}={v}" for k, v in result.env),
    ]
    if build:
        said += [f"release {build.version}"]
        said += [*build.requirements, build.index_url or "default index"]
    said += [f"{step.what}: {step.because} ({step.source})" for step in result.decisions]
    said += [f"with {text}" for text in result.companions]
    said += [f"beside {one.version}/{one.variant}: {one.requirements[0]}" for one in result.others]
    return said + list(result.warnings)
