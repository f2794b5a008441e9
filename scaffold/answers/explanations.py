"""What the prompts of `init` say beside each question: its part, one line of help, and more."""

from collections.abc import Mapping
from typing import NamedTuple

from scaffold.project.framework_table import SHOWN_NAMES


class Explanation(NamedTuple):
    """One line that everybody sees, and what `?` shows."""

    line: str
    more: str = ""


PARTS: Mapping[str, tuple[str, ...]] = {
    "Project": ("project_dir", "config"),
    "Where it runs": ("target", "host", "files", "workspace", "driver", "gpu_model"),
    "What it needs": ("framework", "gpu", "gpus", "image", "stack", "jupyter"),
    "Data and ports": ("mount", "port"),
    "Other settings": (
        *("advanced", "apt", "python", "package_manager", "installer", "lock", "nvcc", "shm"),
        *("user", "uid", "gid", "feature", "service", "mirror", "cache_from", "shared_cache"),
        *("extension", "name"),
    ),
}
"""The parts in which the questions are asked, in the order of the questions."""

EXPLANATIONS: Mapping[str, Explanation] = {
    "project_dir": Explanation("The folder whose dependencies are installed."),
    "config": Explanation(
        "This project has its own dev container; the new one goes to .devcontainer/NAME.",
        "Yours stays as it is. Editors let you choose between both. Leave it empty to replace "
        "your own files; a backup of each is kept.",
    ),
    "target": Explanation(
        "The machine with the GPU, which need not be the one you type on.",
        "The container runs your code with its own Python and packages. On a remote server it is "
        "started over SSH. Without any GPU, everything is computed on the CPU.",
    ),
    "host": Explanation(
        "Names from your ~/.ssh/config. A server that is not listed: scaffold host setup.",
        "Prepare a new server once, and give it a name: "
        "scaffold host setup USER@SERVER --name gpu01",
    ),
    "files": Explanation(
        "On the server is simpler, and faster for large data.",
        "On the server: VS Code connects to it over SSH, and your files are uploaded once. On this "
        "computer: your files stay here, and changes are uploaded before each start.",
    ),
    "workspace": Explanation("Where the project is stored on the server, such as ~/my-project."),
    "driver": Explanation(
        "The version decides which CUDA release works; nvidia-smi on the server prints it.",
        "It is in the first line of nvidia-smi: “Driver Version: 535.183.01”. Empty: a build for "
        "the widest range of drivers is chosen.",
    ),
    "gpu_model": Explanation("As nvidia-smi names them, such as Tesla T4 or RTX 4090."),
    "framework": Explanation(
        "What your code imports, such as torch>=2.8; none if it needs no framework.",
        f"Known: {', '.join(SHOWN_NAMES)}. A build that fits the driver and the GPU is chosen; "
        "without a version, the newest that works.",
    ),
    "gpu": Explanation(
        "With the first choice the same files also work on a computer without a GPU.",
        "If a GPU is required, the container does not start without one, so nothing is computed "
        "on the CPU by mistake.",
    ),
    "gpus": Explanation(
        "all; 2 for any two; free for those that nobody uses now; device=0,1 for these.",
        "The numbers are those of nvidia-smi. free chooses now and records the choice; nothing is "
        "reserved. A part of a GPU (MIG) is named by its UUID: MIG-….",
    ),
    "image": Explanation(
        "The container begins with it, such as nvidia/cuda:12.6.3-devel-ubuntu22.04."
    ),
    "stack": Explanation(
        "What the container begins with. The first is right unless you know that you need more.",
        "Packages such as PyTorch bring the CUDA libraries that they need. The CUDA toolkit is "
        "needed if you compile CUDA code yourself.",
    ),
    "jupyter": Explanation("It runs inside the container; scaffold tunnel prints its address."),
    "mount": Explanation(
        "FOLDER:FOLDER-IN-CONTAINER, such as ~/data:/data; :ro at the end protects it.",
        "The project's own folder is always there. A name without / is a volume, which Docker "
        "keeps when the container is removed: models:/models. Separate several with commas.",
    ),
    "port": Explanation(
        "Numbers of servers in your code, such as 8888 for Jupyter or 6006 for TensorBoard.",
        "scaffold tunnel, or VS Code, forwards them to this computer. Separate several with "
        "commas.",
    ),
    "advanced": Explanation("The suggested values work for most projects."),
    "apt": Explanation("Programs and libraries of Debian, such as ffmpeg or libgl1."),
    "python": Explanation("A version or a range, such as 3.12 or >=3.10,<3.13."),
    "package_manager": Explanation("The program whose files list your dependencies."),
    "installer": Explanation("Both install the same packages."),
    "lock": Explanation("Everybody gets the same releases until you lock again."),
    "nvcc": Explanation("Only for code with CUDA kernels of its own, such as flash-attn."),
    "shm": Explanation(
        "Memory that data loaders share, such as 8g; host takes the host's own.",
        "PyTorch's DataLoader with workers fails with “bus error” if it is too small. Empty: "
        "Docker's 64 MB.",
    ),
    "user": Explanation("The login in the container; your files keep your ids with any name."),
    "uid": Explanation("The number that `id -u` prints where the container runs."),
    "gid": Explanation("The number that `id -g` prints where the container runs."),
    "feature": Explanation("More tools, such as node:1, sshd or git-lfs."),
    "service": Explanation(
        "Databases and servers that run beside it, such as postgres, redis, mlflow or minio."
    ),
    "mirror": Explanation(
        "Closer copies of PyPI, Debian and others, such as tuna or pip=https://….",
        "scaffold catalogue mirrors lists the known ones. scaffold config set mirror NAME keeps "
        "one for every project.",
    ),
    "cache_from": Explanation("What is unchanged is downloaded from there and not built again."),
    "shared_cache": Explanation(
        "Each user of the engine keeps downloaded models there, and reads those of the others.",
        "You can change only what you downloaded yourself. To load a model of another user is to "
        "trust that user: many formats of models run code.",
    ),
    "name": Explanation("Shown by editors and by scaffold status; empty: the folder's name."),
    "extension": Explanation("Ids as the marketplace shows them, such as ms-python.python."),
}


def part_of(key: str) -> str:
    """The title of the part that a question belongs to."""
    return next((title for title, keys in PARTS.items() if key in keys), "")
