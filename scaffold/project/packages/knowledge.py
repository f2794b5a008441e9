"""What a package in a dependency list means: its framework, its port, whether it needs nvcc.

To add a package, add one row with its reason, and one situation to the tests.
"""

from scaffold.project.framework import Framework
from scaffold.project.framework_table import ROWS
from scaffold.records import dataclass

FRAMEWORKS = {name: row.framework for row in ROWS for name in row.packages}
"""Packages that are the framework itself, so that their version is its version."""

IMPLIED = {
    # PyTorch's own companions and libraries that declare torch as a dependency.
    "torchvision": Framework.PYTORCH,
    "torchaudio": Framework.PYTORCH,
    "torchtext": Framework.PYTORCH,
    "torchdata": Framework.PYTORCH,
    "torchmetrics": Framework.PYTORCH,
    "pytorch-cuda": Framework.PYTORCH,  # conda: the build selector of the pytorch channel
    "pytorch-lightning": Framework.PYTORCH,
    "lightning": Framework.PYTORCH,
    "accelerate": Framework.PYTORCH,
    "deepspeed": Framework.PYTORCH,
    "fastai": Framework.PYTORCH,
    "flash-attn": Framework.PYTORCH,
    "kornia": Framework.PYTORCH,
    "mamba-ssm": Framework.PYTORCH,
    "open-clip-torch": Framework.PYTORCH,
    "peft": Framework.PYTORCH,
    "pytorch-ignite": Framework.PYTORCH,
    "sentence-transformers": Framework.PYTORCH,
    "timm": Framework.PYTORCH,
    "torch-geometric": Framework.PYTORCH,
    "trl": Framework.PYTORCH,
    "ultralytics": Framework.PYTORCH,
    "vllm": Framework.PYTORCH,
    "xformers": Framework.PYTORCH,
    **dict.fromkeys(
        (
            *("torchcodec", "torchrl", "tensordict", "torchao", "torchtune", "torch-tensorrt"),
            *("bitsandbytes", "sglang", "unsloth", "auto-gptq", "autoawq", "transformer-engine"),
            *("monai", "speechbrain", "pyannote-audio", "openai-whisper", "coqui-tts", "tts"),
            *("fairseq", "allennlp", "gpytorch", "botorch", "captum", "stable-baselines3"),
        ),
        Framework.PYTORCH,
    ),
    # Keras 3 runs on any of the three; without a named one TensorFlow is its default.
    "keras": Framework.TENSORFLOW,
    "tf-keras": Framework.TENSORFLOW,
    "tensorflow-addons": Framework.TENSORFLOW,
    "tensorflow-probability": Framework.TENSORFLOW,
    "tensorflow-text": Framework.TENSORFLOW,
    "tensorflow-io": Framework.TENSORFLOW,
    "tensorflow-hub": Framework.TENSORFLOW,
    "tensorflow-recommenders": Framework.TENSORFLOW,
    "tensorflow-model-optimization": Framework.TENSORFLOW,
    "tf-agents": Framework.TENSORFLOW,
    "jaxlib": Framework.JAX,
    "flax": Framework.JAX,
    "optax": Framework.JAX,
    "equinox": Framework.JAX,
    "dm-haiku": Framework.JAX,
    **dict.fromkeys(
        (
            *("chex", "orbax-checkpoint", "numpyro", "brax", "diffrax", "distrax", "blackjax"),
            "optimistix",
        ),
        Framework.JAX,
    ),
}
"""Packages that install a framework; their versions do not tell its version."""

COMPANIONS = frozenset({"torchvision", "torchaudio", "lightning", "pytorch-lightning"}) | {
    "flax",
    "optax",
    "equinox",
    "dm-haiku",
}
"""Written only for one framework, so that they decide which of several is the main one.

A JAX project often lists torch or tensorflow for its data loading alone.
"""

EXTRA_IMPLIES = {name: row.framework for row in ROWS for name in row.extras}
"""An extra of this name installs the framework: `transformers[torch]`."""

PORTS = {
    # Default ports from each program's own documentation.
    "jupyter": 8888,
    "jupyterlab": 8888,
    "notebook": 8888,
    "jupyter-server": 8888,
    "tensorboard": 6006,
    "tensorboardx": 6006,  # writes what TensorBoard shows
    "torch-tb-profiler": 6006,
    "gradio": 7860,
    "streamlit": 8501,
    "mlflow": 5000,
    "flask": 5000,
    "dash": 8050,
    "bokeh": 5006,
    "panel": 5006,
    "voila": 8866,
    "marimo": 2718,
    "fastapi": 8000,  # uvicorn's default
    "uvicorn": 8000,
    "django": 8000,
    "chainlit": 8000,
    "visdom": 8097,
    "aim": 43800,
    "dask": 8787,
    "distributed": 8787,
    "ray": 8265,
    "fiftyone": 5151,
    "label-studio": 8080,
    "optuna-dashboard": 8080,
    "nicegui": 8080,
    "viser": 8080,
    "nerfstudio": 7007,
    "bentoml": 3000,
    "prefect": 4200,
}
"""Default port of a package's server."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A package that is compiled with nvcc where it is installed or first used.

    `wheels` is a part of the URL of prebuilt wheels elsewhere than the package index:
    with such a link in the project nothing is compiled.
    """

    reason: str
    wheels: str = ".whl"


_SDIST = "its releases hold CUDA sources and no wheel"
ON_FIRST_USE = "compiles its CUDA kernels on first use"
_PYG = Compiled(_SDIST, "data.pyg.org")
_OPENMMLAB = Compiled(_SDIST, "download.openmmlab.com")

COMPILED = {
    # flash-attn, mamba-ssm, causal-conv1d: setup.py fetches a wheel from the project's own
    # releases where one fits torch, CUDA and Python exactly, and compiles otherwise.
    "flash-attn": Compiled(_SDIST),
    "mamba-ssm": Compiled(_SDIST),
    "causal-conv1d": Compiled(_SDIST),
    # DeepSpeed's installation guide: nvcc is needed to build ops, on install or first use.
    "deepspeed": Compiled(ON_FIRST_USE),
    # The package of this name on the index is another one; projects mean NVIDIA's sources.
    "apex": Compiled("NVIDIA Apex is built from source"),
    # INSTALL.md: built from source; wheels end at torch 1.10.
    "detectron2": Compiled("is built from source", "detectron2/wheels"),
    # INSTALL.md: wheels for a few old combinations, source otherwise.
    "pytorch3d": Compiled("is built from source", "pytorch3d/packaging"),
    "minkowskiengine": Compiled(_SDIST),
    # Installation guide of PyG: the index holds sources, data.pyg.org the wheels.
    "torch-scatter": _PYG,
    "torch-sparse": _PYG,
    "torch-cluster": _PYG,
    "torch-spline-conv": _PYG,
    # Installation guide of MMCV: the index holds sources, download.openmmlab.com the wheels.
    "mmcv": _OPENMMLAB,
    "mmcv-full": _OPENMMLAB,
    "tinycudann": Compiled("is built from source"),
    "tiny-cuda-nn": Compiled("is built from source"),
    "nvdiffrast": Compiled("is built from source"),
    "diff-gaussian-rasterization": Compiled("is built from source"),
    "simple-knn": Compiled("is built from source"),
    "diff-surfel-rasterization": Compiled("is built from source"),
    "fused-ssim": Compiled("is built from source"),
    "pointops": Compiled("is built from source"),
    "curope": Compiled("is built from source"),
    # README of gsplat and nerfacc: the index holds no kernels, they are built on first use.
    "gsplat": Compiled(ON_FIRST_USE, "docs.gsplat.studio/whl"),
    "nerfacc": Compiled(ON_FIRST_USE, "nerfacc-bucket"),
    "exllamav2": Compiled(ON_FIRST_USE),
    "natten": Compiled(_SDIST, "whl.natten.org"),
    "torchsparse": Compiled("is built from source"),
    "grouped-gemm": Compiled(_SDIST),
    "transformer-engine": Compiled("its PyTorch part is built from source"),
    "pytorch-fast-transformers": Compiled(_SDIST),
    "pycuda": Compiled(_SDIST),
    # Only cupy-cuda11x, cupy-cuda12x and the like are wheels.
    "cupy": Compiled(_SDIST),
    # conda's compilers: a project that lists them compiles.
    "cuda-nvcc": Compiled("is the CUDA compiler"),
    "cudatoolkit-dev": Compiled("is the CUDA compiler"),
}

COMPILED_FROM_GIT = frozenset({"xformers", "vllm", "bitsandbytes", "sageattention", "kaolin"})
"""The index holds wheels of these; only a checkout of their sources is compiled."""

CUDA_PACKAGES = (
    # In order of authority: packages that select the builds come before the others.
    "pytorch-cuda",
    "cuda-version",
    "cudatoolkit",
    "cuda-toolkit",
    "cuda",
    "cuda-nvcc",
    "cudatoolkit-dev",
)
"""conda packages whose version is a CUDA release."""

BUILT_WITH_FRAMEWORK = (
    frozenset(COMPILED)
    - {
        # These compile on first use or come without torch in their build.
        "deepspeed",
        "gsplat",
        "nerfacc",
        "pycuda",
        "cupy",
        "cuda-nvcc",
        "cudatoolkit-dev",
    }
    | COMPILED_FROM_GIT - {"bitsandbytes"}
    | {
        # Their setup.py imports torch too, seen in their repositories.
        "sageattention",
        "spargeattn",
        "torch-points-kernels",
        "pointnet2-ops",
        "lietorch",
        "groundingdino",
        "groundingdino-py",
        "auto-gptq",
        "fused-ssim",
        "knn-cuda",
    }
)
"""Packages whose build imports torch, which build isolation hides from it."""

BUILT_WITH = {
    "chumpy": ("pip",),
    "cython-bbox": ("cython", "numpy"),
    "lap": ("numpy",),
    "madmom": ("cython", "numpy"),
    "nvidia-pyindex": ("pip",),
    "pandoc": ("pip",),
    "pymesh": ("numpy",),
    "pystan": ("cython", "numpy"),
    "pyworld": ("cython", "numpy"),
}
"""Packages whose setup.py imports others before it can require them: what it imports."""
