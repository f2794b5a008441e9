"""The steps of the guide to a GPU container of one's own, as docs/tutorial.md shows them.

Each command is quoted on that page as it stands here; tests/lab/test_guide.py runs them.
"""

from dataclasses import dataclass

IMAGE = "nvidia/cuda:11.1.1-cudnn8-devel-ubuntu18.04"


@dataclass(frozen=True)
class Step:
    """A command of the page, and what its output says."""

    title: str
    command: str
    says: tuple[str, ...] = ()


BY_HAND = (
    Step(
        "does the image run there",
        f"scaffold resolve --image {IMAGE} --gpu-model 'Tesla T4' --driver 535.183.01",
        ("CUDA 11.1 with nvcc runs on",),
    ),
    Step(
        "a container with a port and a volume",
        "docker run --detach --gpus all --name guide --publish 127.0.0.1:18088:8888 "
        f"--volume guide-data:/data {IMAGE} sleep infinity",
    ),
    Step("work in it", "docker exec guide sh -c 'echo notes >/root/notes; echo rows >/data/rows'"),
    Step("it ends", "docker stop --time 1 guide"),
    Step(
        "back into an exited container",
        "scaffold container list",
        ("guide", "exited", "docker start guide", "docker exec"),
    ),
    Step("start it again", "docker start guide"),
    Step("the work is there", "docker exec guide cat /root/notes", ("notes",)),
    Step(
        "save it as an image",
        "scaffold container save guide ada/guide:1 --yes",
        ("ada/guide:1",),
    ),
    Step(
        "the image has the work",
        "docker run --rm --entrypoint cat ada/guide:1 /root/notes",
        ("notes",),
    ),
    Step(
        "what new ports and volumes would change",
        "scaffold container recreate guide --publish 127.0.0.1:18089:6006 "
        "--volume guide-models:/models --dry-run",
        ("published: 127.0.0.1:18089:6006", "mounted: guide-models:/models"),
    ),
    Step(
        "new ports and volumes for an existing container",
        "scaffold container recreate guide --publish 127.0.0.1:18089:6006 "
        "--volume guide-models:/models --yes",
        ("guide is running", "the old container is kept as guide-before-"),
    ),
    Step(
        "everything is there",
        "docker exec guide cat /root/notes /data/rows",
        ("notes", "rows"),
    ),
    Step("both ports", "docker port guide", ("127.0.0.1:18088", "127.0.0.1:18089")),
    Step(
        "VS Code's address of it", "scaffold open --container guide --print", ("vscode-remote://",)
    ),
    Step("the old container goes", "scaffold container prune guide --yes"),
)

AS_FILES = (
    Step(
        "a repository gets its container",
        f"scaffold init --yes --image {IMAGE} --python 3.11 --gpu required --port 8888 "
        "--mount guide-models:/models",
        (f"{IMAGE}", "CUDA 11.1 with nvcc", ".devcontainer/Dockerfile"),
    ),
    Step("build, start, test the GPU", "scaffold up", ("is running", "scaffold open")),
    Step(
        "another user: the container is built again",
        f"scaffold init --yes --image {IMAGE} --user root",
        (".devcontainer/devcontainer.json",),
    ),
    Step("it is rebuilt, not kept", "scaffold up --yes", ("is running", "as root")),
    Step("stop and remove it", "scaffold down --remove --yes"),
)
