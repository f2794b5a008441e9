"""A package index with a few releases of every framework, as tiny wheels."""

from tests.tools.catalogue import wheels
from tests.tools.catalogue.web import Web

CUDNN = 'nvidia-cudnn-cu12==9.1.0.70; platform_machine == "x86_64"'
FLAGS = b"\0junk sm_1\0sm_70 sm_86 compute_86\0more\0"


LIBRARIES = {
    "nvidia-cudnn-cu12": ("9.1.0.70", "9.8.0.87"),
    "nvidia-cuda-nvcc-cu12": ("12.6.85",),
    "nvidia-cuda-runtime-cu12": ("12.8.90",),
}
"""NVIDIA's libraries, all for x86_64."""


def publish(web: Web) -> None:
    """Everything that the generator asks for."""
    for name, releases in LIBRARIES.items():
        start = name.replace("-", "_")
        files = {f"{start}-{one}-py3-none-manylinux_2_27_x86_64.whl": b"n" for one in releases}
        wheels.publish(web, name, files)
    torch(web)
    tensorflow(web)
    jax(web)
    onnxruntime(web)


def torch(web: Web) -> None:
    old = wheels.wheel(
        {"torch/version.py": "cuda = '10.1'\n", "torch/lib/libtorch_python.so": b"no list"}
    )
    cuda = wheels.wheel(
        {
            "torch/version.py": "cuda: Optional[str] = '12.6'\nhip: Optional[str] = None\n",
            "torch/lib/libtorch_python.so": FLAGS,
        },
        [CUDNN, "triton==3.1.0; platform_machine == 'x86_64'", "filelock"],
    )
    plain = wheels.wheel({"torch/version.py": "cuda = None\n"}, ["filelock"])
    wheels.publish(
        web,
        "torch",
        {
            "torch-0.4.1-cp36-cp36m-manylinux1_x86_64.whl": old,
            "torch-1.4.0-cp37-cp37m-manylinux1_x86_64.whl": old,
            "torch-2.6.0-cp311-cp311-manylinux_2_28_x86_64.whl": cuda,
            "torch-2.6.0-cp312-cp312-manylinux_2_28_x86_64.whl": cuda + b"\0",
            "torch-2.6.0-cp313-cp313-manylinux_2_28_aarch64.whl": plain,
            "torch-2.7.0-cp313-cp313-macosx_11_0_arm64.whl": plain,
        },
    )
    triton = {"triton-3.1.0-cp311-cp311-manylinux_2_28_x86_64.whl": b"t"}
    wheels.publish(web, "triton", triton)


INFO = "tensorflow/python/platform/build_info.py"


def build_info(text: str) -> dict[str, bytes | str]:
    return {INFO: f'"""Generated."""\nimport collections\n{text}\n'}


CUDA_INFO = (
    "build_info = collections.OrderedDict([('cuda_compute_capabilities', ['sm_60', 'sm_80', "
    "'compute_90']), ('cuda_version', '12.5.1'), ('is_cuda_build', True)])"
)


def tensorflow(web: Web) -> None:
    with_extra = wheels.wheel(
        build_info(CUDA_INFO),
        ["numpy", 'nvidia-cudnn-cu12>=9.3,<10; extra == "and-cuda"', 'gone==1; extra == "broken"'],
        extra="and-cuda",
    )
    not_installable = wheels.wheel(
        build_info(CUDA_INFO), ['gone==1; extra == "and-cuda"'], extra="and-cuda"
    )
    plain_dict = wheels.wheel(
        build_info(
            "build_info = {'cuda_version': '11.2', 'is_cuda_build': True, "
            "'cuda_compute_capabilities': ['sm_35', 'compute_80'], 'x': 1}"
        )
    )
    names = wheels.wheel(
        build_info("is_cuda_build = True\ncuda_version_number = '10'\na, b = 1, 2\nc = call()")
    )
    wheels.publish(
        web,
        "tensorflow",
        {
            "tensorflow-2.18.0-cp311-cp311-manylinux_2_17_x86_64.whl": with_extra,
            "tensorflow-2.18.0-cp311-cp311-manylinux_2_17_aarch64.whl": wheels.wheel(
                build_info("build_info = collections.OrderedDict([('is_cuda_build', False)])")
            ),
            "tensorflow-2.15.0-cp311-cp311-manylinux_2_17_x86_64.whl": not_installable,
            "tensorflow-2.8.0-cp39-cp39-manylinux2010_x86_64.whl": plain_dict,
        },
    )
    gpu = {"tensorflow_gpu-1.15.0-cp37-cp37m-manylinux2010_x86_64.whl": names}
    wheels.publish(web, "tensorflow-gpu", gpu)
    cpu = {"tensorflow_cpu-2.18.0-cp311-cp311-manylinux_2_17_x86_64.whl": wheels.wheel({})}
    wheels.publish(web, "tensorflow-cpu", cpu)


def jax(web: Web) -> None:
    new = wheels.wheel(
        {},
        [
            "jaxlib<=0.5.0,>=0.5.0",
            'jaxlib==0.5.0; extra == "cuda12"',
            'jax-cuda12-plugin[with_cuda]<=0.5.0,>=0.5.0; extra == "cuda12"',
            'jaxlib==0.5.0; extra == "cuda13"',
            'jax-cuda13-plugin<=0.5.0,>=0.5.0; extra == "cuda13"',
            'jaxlib==0.5.0; extra == "cuda11_pip"',
            'jaxlib==0.5.0; extra == "cuda12_local"',
        ],
        extra="cuda12 cuda13 cuda11_pip cuda12_local",
    )
    page = wheels.wheel(
        {},
        [
            'jaxlib==0.4.13; extra == "cpu"',
            'jaxlib==0.4.13+cuda12.cudnn89; extra == "cuda12_pip"',
            'nvidia-cudnn-cu12>=8.9; extra == "cuda12_pip"',
        ],
        extra="cpu cuda12_pip",
    )
    carried = "numpy\n[cuda]\njaxlib==0.3.25+cuda11.cudnn82\n[cuda111]\njaxlib==0.3.25+cuda111\n"
    numbered = "numpy\n[cuda102]\njaxlib==0.1.71+cuda102\n[cuda111]\njaxlib==0.1.71+cuda111\n"
    wheels.publish(
        web,
        "jax",
        {
            "jax-0.1.0.tar.gz": wheels.sdist("numpy"),
            "jax-0.2.0.tar.gz": wheels.sdist("numpy"),
            "jax-0.2.20.tar.gz": wheels.sdist(numbered),
            "jax-0.3.25.tar.gz": wheels.sdist(carried),
            "jax-0.4.13-py3-none-any.whl": page,
            "jax-0.5.0-py3-none-any.whl": new,
        },
        requires_python=">=3.9",
    )
    libs = {
        f"jaxlib-{version}-cp311-cp311-manylinux2014_{arch}.whl": f"{version}{arch}".encode()
        for version in ("0.4.13", "0.5.0")
        for arch in ("x86_64", "aarch64")
    }
    wheels.publish(web, "jaxlib", libs)
    plugin = wheels.wheel(
        {"p/_prng.so": wheels.fat_binary([(2, 50), (1, 90)]), "p/_linalg.so": b"", "p/a.py": ""},
        [
            'nvidia-cuda-nvcc-cu12>=12.6.85; extra == "with-cuda"',
            'nvidia-cudnn-cu12<10,>=9.1; extra == "with-cuda"',
        ],
    )
    names = {"jax_cuda12_plugin-0.5.0-cp311-cp311-manylinux2014_x86_64.whl": plugin}
    wheels.publish(web, "jax-cuda12-plugin", names)
    wheels.publish(web, "jax-cuda13-plugin", {})


def onnxruntime(web: Web) -> None:
    provider = "onnxruntime/capi/libonnxruntime_providers_cuda.so"
    code = {provider: wheels.fat_binary([(2, 75), (2, 86), (1, 90)])}
    extras = [
        "numpy",
        'nvidia-cuda-runtime-cu12~=12.0; extra == "cuda"',
        'nvidia-cudnn-cu12~=9.0; extra == "cudnn"',
    ]
    info = {"onnxruntime/capi/build_and_package_info.py": "cuda_version = '12.8.1'\n"}
    silent = {"onnxruntime/capi/build_and_package_info.py": "package_name = 'x'\n"}
    wheels.publish(
        web,
        "onnxruntime-gpu",
        {
            "onnxruntime_gpu-1.4.0-cp36-cp36m-manylinux1_x86_64.whl": b"too old",
            "onnxruntime_gpu-1.18.0-cp311-cp311-manylinux_2_28_x86_64.whl": wheels.wheel(code),
            "onnxruntime_gpu-1.20.0-cp311-cp311-manylinux_2_28_x86_64.whl": wheels.wheel(
                {**code, **silent}, extras, extra="cuda cudnn"
            ),
            "onnxruntime_gpu-1.26.0-cp312-cp312-manylinux_2_28_x86_64.whl": wheels.wheel(
                {**code, **info}, extras, extra="cuda cudnn"
            ),
            "onnxruntime_gpu-1.27.0-cp312-cp312-manylinux_2_28_x86_64.whl": wheels.wheel(
                {**code, **info}, ["gone==1"]
            ),
            "onnxruntime_gpu-1.28.0-cp312-cp312-manylinux_2_28_x86_64.whl": wheels.wheel(
                {**code, **info}, ["nvidia-cudnn-cu12<9,>=8.9"]
            ),
            "onnxruntime_gpu-1.29.0-cp312-cp312-manylinux_2_28_x86_64.whl": wheels.wheel(
                {**code, **info}, ["nvidia-gone-cu12~=12.0"]
            ),
        },
    )
    wheels.publish(web, "gone", {})
    cpu = {"onnxruntime-1.26.0-cp312-cp312-manylinux_2_28_x86_64.whl": wheels.wheel({})}
    wheels.publish(web, "onnxruntime", cpu)
