"""Base and framework images: what is recorded, overlaid by what their registries list."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from packaging.version import Version

from tools.catalogue import stored
from tools.catalogue.context import Context
from tools.catalogue.recorded import recorded as by_hand
from tools.catalogue.registry import Registry, branches_of
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row

HUB = "https://registry-1.docker.io"
HUB_LOGIN = (
    "https://auth.docker.io/token?service=registry.docker.io&scope=repository:{repository}:pull"
)
NGC = "https://nvcr.io"
NGC_LOGIN = "https://nvcr.io/proxy_auth?scope=repository:{repository}:pull"
QUAY = "https://quay.io"
CUDA_TAG = re.compile(r"((\d+\.\d+)\.\d+)-base-ubuntu(\d\d\.\d\d)")
FIRST_CUDA = Version("11.0")
PREFERRED = ("24.04", "22.04", "26.04", "20.04")
UNASKED = "tag not asked of the registry"


def tables(context: Context, before: Mapping[str, Any]) -> Made:
    """All image rows; those of a registry that does not answer are not verified."""
    recorded = by_hand("images")
    hub = Registry(context.source, context.places.get("docker-hub", HUB), _hub_token(context))
    ngc = Registry(context.source, context.places.get("ngc", NGC), _ngc_token(context))
    quay = Registry(context.source, context.places.get("quay", QUAY))
    made = {
        "cuda_images": _asked(context, lambda: _cuda(hub), recorded["cuda_images"], before),
        "python_images": recorded["python_images"],
        "framework_images": [
            *_listed(context, hub, [*_pytorch(recorded), *_tensorflow(recorded)], before),
            *_listed(context, ngc, _ngc(recorded), before),
            *_listed(context, quay, _jupyter(recorded), before),
        ],
        "removed": recorded["removed"],
        "ubuntu_pythons": recorded["ubuntu_pythons"],
    }
    return made, recorded["sources"] | {"V": "the registry's tags and image configurations"}


def _hub_token(context: Context) -> str:
    return context.places.get("docker-hub-token", HUB_LOGIN)


def _ngc_token(context: Context) -> str:
    return context.places.get("ngc-token", NGC_LOGIN)


def _asked(
    context: Context, ask: Callable[[], list[Row]], recorded: list[Row], before: Mapping[str, Any]
) -> list[Row]:
    """Rows of a registry, else those that it gave before, else the recorded ones."""
    try:
        return ask()
    except SourceError as error:
        context.say(f"images: {error}; its rows stay as they are")
        known: list[Row] = before.get("cuda_images", [])
        verified = [row for row in known if row.get("verified")]
        return verified or [row | {"require": "", "verified": False} for row in recorded]


def _cuda(registry: Registry) -> list[Row]:
    """The newest point release of each CUDA release, with its requirement as it is written."""
    tags = registry.tags("nvidia/cuda")
    points: dict[str, dict[str, list[str]]] = {}
    for match in filter(None, map(CUDA_TAG.fullmatch, tags)):
        points.setdefault(match[2], {}).setdefault(match[1], []).append(match[3])
    rows = []
    for release in sorted(points, key=Version, reverse=True):
        if Version(release) >= FIRST_CUDA:
            point = max(points[release], key=Version)
            rows.append(_cuda_row(registry, tags, point, points[release][point]))
    if not rows:
        raise SourceError("nvidia/cuda: no tags of the known form")
    return rows


def _cuda_row(registry: Registry, tags: Iterable[str], point: str, ubuntu: list[str]) -> Row:
    order = sorted(ubuntu, key=lambda name: PREFERRED.index(name) if name in PREFERRED else 9)
    environment, archs = registry.config("nvidia/cuda", f"{point}-base-ubuntu{order[0]}")
    require = environment.get("NVIDIA_REQUIRE_CUDA", "")
    branches, geforce = branches_of(require)
    words = [word for word in ("cudnn", "cudnn9", "cudnn8") if _has_cudnn(tags, point, word)]
    return {
        "tag": point,
        "cudnn": words[0] if words else "cudnn",
        "ubuntu": order,
        "branches": branches,
        "geforce": geforce,
        "require": require,
        "arch": archs,
        "source": "V",
        "verified": True,
    }


def _has_cudnn(tags: Iterable[str], point: str, word: str) -> bool:
    return any(tag.startswith(f"{point}-{word}-runtime-ubuntu") for tag in tags)


def _listed(
    context: Context, registry: Registry, rows: list[Row], before: Mapping[str, Any]
) -> list[Row]:
    """The rows whose tags are listed; where a registry does not answer, what it said before."""
    repositories = dict.fromkeys(row["image"].partition(":")[0] for row in rows)
    found: list[Row] = []
    for repository in repositories:
        mine = [row for row in rows if row["image"].partition(":")[0] == repository]
        tags = _tags(context, registry, repository)
        if tags is None:
            said = [row for row in before.get("framework_images", []) if row.get("verified")]
            said = [row for row in said if row["image"].partition(":")[0] == repository]
            found += said or [row | {"verified": False} for row in mine]
        else:
            found += [_verified(row) for row in mine if row["image"].partition(":")[2] in tags]
    return found


def _verified(row: Row) -> Row:
    doubt = "" if row["doubt"] == UNASKED else row["doubt"]
    return row | {"verified": True, "doubt": doubt}


def _tags(context: Context, registry: Registry, name: str) -> frozenset[str] | None:
    name = name.removeprefix("nvcr.io/").removeprefix("quay.io/")
    try:
        return registry.tags(name)
    except SourceError as error:
        context.say(f"images: {error}; rows of {name} stay unverified")
        return None


def _pytorch(recorded: Mapping[str, Any]) -> list[Row]:
    builds = stored.load(stored.ROOT / "pytorch.json").get("builds", [])
    rows = []
    for entry in recorded["pytorch_images"]:
        for cuda in entry["cuda"]:
            variant = f"cu{cuda.replace('.', '')}"
            version = entry["version"]
            image = f"pytorch/pytorch:{version}-cuda{cuda}-cudnn{entry['cudnn']}-runtime"
            made = _row("pytorch-image", image, "pytorch", version, cuda, variant, entry)
            rows.append(made | _code(builds, version, variant))
    return rows


def _tensorflow(recorded: Mapping[str, Any]) -> list[Row]:
    builds = stored.load(stored.ROOT / "tensorflow.json").get("builds", [])
    rows = []
    for entry in recorded["tensorflow_images"]:
        version = entry["version"]
        build = next(
            row
            for row in builds
            if row["version"] == version and row["cuda"] and row["arch"] == "x86_64"
        )
        image = f"tensorflow/tensorflow:{version}-gpu"
        made = _row(
            "tensorflow-image", image, "tensorflow", version, build["cuda"], build["variant"], entry
        )
        rows.append(made | {"sm": build["sm"], "ptx": build["ptx"]})
    return rows


def _code(builds: Iterable[Row], version: str, variant: str) -> Row:
    for row in builds:
        if (row["version"], row["variant"], row["arch"]) == (version, variant, "x86_64"):
            return {"sm": row["sm"], "ptx": row["ptx"]}
    raise SourceError(f"no build {version} {variant} for an image")


def _ngc(recorded: Mapping[str, Any]) -> list[Row]:
    rows = []
    for entry in recorded["ngc_images"]:
        codes = recorded["codes"][entry["code"]]
        variant = f"cu{entry['cuda'].replace('.', '')}"
        made = _row(
            "ngc-image",
            entry["image"],
            entry["framework"],
            entry["version"],
            entry["cuda"],
            variant,
            entry,
        )
        rows.append(made | {"sm": codes, "ptx": codes[-1], "arch": entry["arch"]})
    return rows


def _jupyter(recorded: Mapping[str, Any]) -> list[Row]:
    rows = []
    for entry in recorded["jupyter_images"]:
        name = entry["framework"]
        builds = stored.load(stored.ROOT / f"{name}.json").get("builds", [])
        build = next(
            row
            for row in reversed(builds)
            if row["variant"] == entry["variant"] and row["version"].startswith(entry["version"])
        )
        made = _row(
            "jupyter-image",
            entry["image"],
            name,
            entry["version"],
            entry["cuda"],
            entry["variant"],
            entry,
        )
        rows.append(made | {"sm": build["sm"], "ptx": build["ptx"]})
    return rows


def _row(
    stack: str, image: str, framework: str, version: str, cuda: str, variant: str, entry: Row
) -> Row:
    return {
        "stack": stack,
        "image": image,
        "framework": framework,
        "version": version,
        "cuda": cuda,
        "variant": variant,
        "arch": ["x86_64"],
        "sm": [],
        "ptx": "",
        "python": entry["python"],
        "source": entry["source"],
        "doubt": entry.get("doubt", UNASKED),
    }
