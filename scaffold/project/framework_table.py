"""The frameworks, one row each: every other module derives what it needs from these rows.

To add a framework, add a member of `Framework`, a row here, and a module of `tools/catalogue`
that reads its builds; `scaffold/adapters/probe/gpu-check.sh` and the template's GPU check get
the program that computes with it. The tests name each place that is missing.
"""

from collections.abc import Mapping

from scaffold.project.framework import Framework
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkRow:
    """One framework.

    `framework` is also the name of its catalogue file. `distribution` is its package on the
    index, `packages` are all names of the framework itself in dependency lists, so that their
    version is its version; those that other packages bind are `bound`. `extras` install it:
    `transformers[torch]`. `names` are accepted on the command line, the first is shown.
    """

    framework: Framework
    title: str
    module: str
    distribution: str
    names: tuple[str, ...]
    packages: tuple[str, ...]
    bound: tuple[str, ...]
    extras: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Packages of a vendor's image that later layers must not replace."""
    companions: tuple[str, ...] = ()
    """Packages whose releases belong to one release of the framework."""
    beside: tuple[str, ...] = ()
    """Companions whose builds for a CUDA release are on the framework's own index."""
    named_variant: tuple[str, ...] = ()
    """Those of them whose old versions name their variant as well: `0.8.2+cu110`."""
    image: str = ""
    """Name of images that hold it, as in `nvcr.io/nvidia/jax:25.04-py3`."""
    own_index: str = ""
    """An index with a folder for each variant, whose versions name it: `2.4.1+cu121`."""
    calls_compiler: bool = False
    """Whether the C++ compiler is called when programs run."""
    clears_library_path: bool = False
    """Whether its wheels find their CUDA libraries only with an empty LD_LIBRARY_PATH."""
    library_folders: tuple[str, ...] = ()
    """Folders of site-packages/nvidia in which its wheels do not search their CUDA libraries."""
    only_runs: bool = False
    """Whether it only runs models, so that a framework that trains them is the main one."""
    with_gpu: str
    """The requirement that installs the build with CUDA libraries from the package index."""
    without_gpu: str
    oldest: str
    """Lower bound of the plain template."""


ROWS = (
    FrameworkRow(
        framework=Framework.PYTORCH,
        title="PyTorch",
        module="torch",
        distribution="torch",
        names=("torch", "pytorch"),
        # pytorch is conda's name, pytorch-gpu and pytorch-cpu are conda-forge's.
        packages=("torch", "pytorch", "pytorch-gpu", "pytorch-cpu"),
        bound=("torch",),
        extras=("torch",),  # transformers[torch], accelerate's and datasets' convention
        kept=("torch", "torchvision", "torchaudio"),
        companions=("torchvision", "torchaudio", "torchtext", "torchdata"),
        beside=("torchvision", "torchaudio", "torchtext"),
        named_variant=("torchvision",),
        image="pytorch",
        own_index="https://download.pytorch.org/whl",
        calls_compiler=True,  # torch.compile and CUDA extensions
        with_gpu="torch",
        without_gpu="torch",
        oldest=">=2.6",
    ),
    FrameworkRow(
        framework=Framework.TENSORFLOW,
        title="TensorFlow",
        module="tensorflow",
        distribution="tensorflow",
        names=("tensorflow", "tensorflow-gpu", "tf"),
        # The last release of tensorflow-gpu is 2.12.
        packages=("tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tf-nightly"),
        bound=("tensorflow", "tensorflow-gpu"),
        extras=("tf", "tensorflow"),
        kept=("tensorflow",),
        image="tensorflow",
        with_gpu="tensorflow[and-cuda]",
        without_gpu="tensorflow",
        oldest=">=2.16",
    ),
    FrameworkRow(
        framework=Framework.JAX,
        title="JAX",
        module="jax",
        distribution="jax",
        names=("jax",),
        packages=("jax",),
        bound=("jax",),
        extras=("flax", "jax"),
        kept=("jax", "jaxlib"),
        image="jax",
        clears_library_path=True,  # jax-ml/jax, docs/installation.md
        with_gpu="jax[cuda12]",
        without_gpu="jax",
        oldest=">=0.5",
    ),
    FrameworkRow(
        framework=Framework.ONNXRUNTIME,
        title="ONNX Runtime",
        module="onnxruntime",
        distribution="onnxruntime-gpu",
        names=("onnxruntime", "onnxruntime-gpu"),
        # Plain onnxruntime is the CPU build: a project that lists it needs no GPU.
        packages=("onnxruntime-gpu",),
        # The builds of torch that go with it are in the catalogue's companions.
        bound=(),
        kept=("onnxruntime-gpu",),
        # Those of CUDA 13 share cu13. Without them on the path, or onnxruntime.preload_dlls() in
        # the program, it runs on the CPU: onnxruntime.ai, CUDA execution provider.
        library_folders=(
            *("cu13", "cudnn", "cublas", "cuda_nvrtc", "cuda_runtime"),
            *("cufft", "curand", "nvjitlink"),
        ),
        only_runs=True,
        with_gpu="onnxruntime-gpu[cuda,cudnn]",
        without_gpu="onnxruntime",
        oldest=">=1.21",
    ),
)
"""In the order that is the last resort between several of one project: PyTorch projects import
the others' tools more often (TensorBoard, tf.data, checkpoints) than the reverse."""

BY_FRAMEWORK: Mapping[Framework, FrameworkRow] = {row.framework: row for row in ROWS}
BY_NAME = {name: row.framework for row in ROWS for name in row.names} | {"none": Framework.NONE}
"""Names that the command line accepts."""

SHOWN_NAMES = tuple(row.names[0] for row in ROWS)
TITLES = {row.framework: row.title for row in ROWS}
DISTRIBUTIONS = {row.framework: row.distribution for row in ROWS}
"""The package of the index that other packages bind, by framework."""


def listed(words: tuple[str, ...], last: str = "and") -> str:
    """Words as a sentence lists them: `PyTorch, TensorFlow and JAX`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
