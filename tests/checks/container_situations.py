"""Containers that differ from a healthy one, and exactly what is found of each."""

from dataclasses import replace
from typing import Any

from scaffold.answers.choices import GpuNeed
from scaffold.checks.container import CheckedContainer
from scaffold.container.facts import ContainerMount, PublishedPort
from scaffold.facts import DeviceNode, ProbeFacts, Smi
from scaffold.facts.inside import (
    Device,
    Folder,
    FrameworkFacts,
    InsideFacts,
    Listening,
    Reduced,
)
from scaffold.workspace.request import ContainerRequest
from tests.checks.hosts import DRIVER, L40S

CARD = Device("NVIDIA L40S", "8.9", same_product=True)
TORCH = FrameworkFacts(
    module="torch",
    version="2.8.0+cu126",
    cuda="12.6",
    architectures=("sm_50", "sm_80", "sm_86", "sm_90"),
    count=1,
    devices=(CARD,),
    code=0,
)
NODES = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm")
HEALTHY = CheckedContainer(
    InsideFacts(
        user="dev",
        uid=1000,
        smi=Smi(code=0, version=DRIVER),
        gpus=(L40S,),
        driver_version=DRIVER,
        cuda_reported="13.0",
        libcuda=("/usr/lib/x86_64-linux-gnu/libcuda.so.1",),
        nodes=tuple(DeviceNode(path, True) for path in NODES),
        shm_mib=8192,
        project=Folder("/workspaces/p", True, True, 1000),
        mounts=(Folder("/data", True, True, 1000),),
        listening=(Listening(8888, loopback=True),),
        python="/opt/venv/bin/python",
        python_version="3.12.3",
        frameworks=(TORCH,),
    ),
    ContainerRequest(
        name="trainer",
        folder="/workspaces/p",
        need=GpuNeed.REQUIRED,
        need_from="runArgs",
        gpus=("all",),
        config_asks=True,
        mounts=(ContainerMount("volume", "data", "/data"),),
        forwarded=(8888,),
    ),
)
"""An L40S that PyTorch computes on, a volume, and a Jupyter that the editor forwards."""

NO_GPU: dict[str, Any] = {
    "smi": Smi(code=127),
    "gpus": (),
    "libcuda": (),
    "nodes": (),
    "listening": (),
}
BARE: dict[str, Any] = {**NO_GPU, "asked__forwarded": ()}


def seen(**changes: Any) -> CheckedContainer:
    """The healthy container with other facts; `asked__` before a name changes the request."""
    asked = {key[7:]: value for key, value in changes.items() if key.startswith("asked__")}
    inside = {key: value for key, value in changes.items() if not key.startswith("asked__")}
    return CheckedContainer(replace(HEALTHY.inside, **inside), replace(HEALTHY.asked, **asked))


def said(text: str, code: int) -> dict[str, Any]:
    """nvidia-smi that fails so."""
    return {"smi": Smi(code=code, said=text), "gpus": None}


def torch(**changes: Any) -> dict[str, Any]:
    """PyTorch with other facts."""
    return {"frameworks": (replace(TORCH, **changes),)}


def blind(error: str = "") -> dict[str, Any]:
    """PyTorch that finds no GPU."""
    return torch(count=0, devices=(), error=error)


def device(**changes: Any) -> dict[str, Any]:
    """PyTorch with its GPU in another state."""
    return torch(devices=(replace(CARD, **changes),))


def several(right: bool | None, error: str = "") -> dict[str, Any]:
    """Two GPUs that were to be added up."""
    pair = torch(count=2, devices=(CARD, CARD), reduced=Reduced(right, error))
    return {**pair, "gpus": (L40S, L40S)}


def need(need: GpuNeed, source: str, *gpus: str, config: bool | None = None) -> dict[str, Any]:
    """What the container was asked for."""
    return {
        "asked__need": need,
        "asked__need_from": source,
        "asked__gpus": gpus,
        "asked__config_asks": config,
    }


def mount(kind: str = "volume", path: str = "/data", **facts: Any) -> dict[str, Any]:
    """The mount in another state."""
    source = "data" if kind == "volume" else "/srv/data"
    return {
        "mounts": (Folder(path, **facts),),
        "asked__mounts": (ContainerMount(kind, source, path),),
    }


def project(*, present: bool = True, writable: bool = True, owner: int = 1000) -> dict[str, Any]:
    """The project's folder in another state."""
    return {"project": Folder("/workspaces/p", present, writable, owner)}


PUBLISHED = (PublishedPort("8888/tcp", "", "8888"), PublishedPort("53/udp", "", "53"))
NO_COMPUTE: dict[str, Any] = {"libcuda": (), "cuda_reported": None}
LINUX_ONLY = tuple(DeviceNode(path, True) for path in NODES[:2])
CLOSED = (DeviceNode(NODES[0], False), *(DeviceNode(path, True) for path in NODES[1:]))
MIG = replace(L40S, mig_enabled=True)
WANTED = {
    "optional": need(GpuNeed.OPTIONAL, "hostRequirements.gpu"),
    "given": need(GpuNeed.OPTIONAL, "hostRequirements.gpu", "all"),
    "none": need(GpuNeed.NONE, "nothing asks for a GPU"),
    "flag": need(GpuNeed.REQUIRED, "--gpu"),
    "stale": need(GpuNeed.REQUIRED, "runArgs", config=True),
}
CPU_TORCH = replace(TORCH, cuda="", version="2.8.0+cpu", count=0, devices=())

SITUATIONS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("a healthy one", {}, ""),
    ("look that broke off", {"probe": ProbeFacts(complete=False)}, "look.incomplete"),
    ("account that hung", {"probe": ProbeFacts(hung=("account",))}, "probe.no-answer"),
    (
        "CPU machine, none wanted",
        {**BARE, **WANTED["none"], "frameworks": (CPU_TORCH,)},
        "gpu.cpu-only",
    ),
    ("CPU machine, GPU optional", {**BARE, **WANTED["optional"]}, "gpu.cpu-only"),
    (
        "optional, and the engine gave nothing",
        {**BARE, **WANTED["given"]},
        "gpu.not-there-optional",
    ),
    ("CUDA build and no request", {**BARE, **WANTED["none"]}, "gpu.not-asked"),
    ("GPU that nobody asked for", WANTED["none"], "gpu.unasked-present"),
    ("required by the flag, no request", {**BARE, **WANTED["flag"]}, "gpu.request-missing"),
    ("devcontainer.json edited, not rebuilt", {**BARE, **WANTED["stale"]}, "gpu.container-older"),
    ("request that brought nothing", BARE, "gpu.not-there"),
    (
        "GPU lost to daemon-reload",
        said("Failed to initialize NVML: Unknown Error", 255),
        "gpu.lost",
    ),
    (
        "driver upgraded meanwhile",
        said("NVML: Driver/library version mismatch", 18),
        "gpu.mismatch",
    ),
    ("SELinux", said("Failed to initialize NVML: Insufficient Permissions", 4), "gpu.permissions"),
    ("device file closed", {"nodes": CLOSED}, "gpu.permissions"),
    ("no device", said("No devices were found", 6), "gpu.no-devices"),
    (
        "smi of the image",
        said("it couldn't communicate with the NVIDIA driver", 9),
        "gpu.no-driver",
    ),
    ("smi that hangs", {"smi": Smi(code=None), "gpus": None}, "gpu.hangs"),
    ("smi with a new complaint", said("Something else", 3), "gpu.failed"),
    ("smi that says nothing", said("", 3), "gpu.failed"),
    ("smi not asked", {"smi": None, "gpus": None}, "gpu.unknown"),
    ("compute without utility", {"smi": Smi(code=127), "gpus": ()}, "gpu.smi-missing"),
    ("utility without compute", NO_COMPUTE, "gpu.no-compute"),
    ("no nvidia-uvm", {"nodes": LINUX_ONLY}, "gpu.uvm-missing"),
    ("MIG without instances", {"gpus": (MIG,)}, "gpu.mig-without-instances"),
    ("no answer of frameworks", {"frameworks": None}, "framework.unknown"),
    ("no python", {"python": "", "frameworks": ()}, "framework.no-python"),
    ("no framework", {"frameworks": ()}, "framework.none"),
    ("import that fails", torch(count=None, devices=(), error="No module"), "framework.broken"),
    ("import that hangs", torch(count=None, unfinished="import", code=142), "framework.hangs"),
    ("look given up", torch(unfinished="device 0", code=None), "framework.hangs"),
    ("import that crashes", torch(count=None, unfinished="import", code=139), "framework.crashed"),
    ("CPU wheel", {"frameworks": (CPU_TORCH,)}, "framework.cpu-build"),
    (
        "CPU wheel, by what it says",
        blind("Torch not compiled with CUDA enabled"),
        "framework.cpu-build",
    ),
    (
        "GPUs hidden by the variable",
        {**blind("No CUDA GPUs"), "environment": (("CUDA_VISIBLE_DEVICES", ""),)},
        "framework.hidden",
    ),
    (
        "old driver",
        blind("The NVIDIA driver on your system is too old"),
        "framework.driver-too-old",
    ),
    ("fabric manager", blind("Error 802: system not yet initialized"), "framework.fabric-manager"),
    (
        "compat library",
        blind("Error 804: forward compatibility was attempted on non supported HW"),
        "framework.forward-compat",
    ),
    ("no UVM", blind("CUDA unknown error - this may be due to"), "framework.no-uvm"),
    ("finds none, says nothing", blind(), "framework.sees-none"),
    ("fewer than there are", {"gpus": (L40S, L40S)}, "framework.fewer"),
    (
        "card newer than the wheel",
        device(name="RTX 5090", capability="12.0", same_product=None, error="no kernel image is"),
        "framework.no-kernel",
    ),
    (
        "only PTX for the card",
        {
            **device(),
            **torch(architectures=("sm_50", "compute_80"), devices=(CARD,)),
        },
        "framework.compiles-first",
    ),
    ("no architectures known", torch(architectures=None), ""),
    (
        "memory taken",
        device(same_product=None, error="CUDA out of memory."),
        "framework.out-of-memory",
    ),
    ("sick card", device(same_product=False), "framework.wrong-product"),
    ("product that fails", device(same_product=None, error="cuBLAS"), "framework.failed"),
    ("two GPUs together", several(True), ""),
    ("wrong sums", several(False), "nccl.wrong-sum"),
    ("processes that do not meet", several(None, "hangs"), "nccl.hangs"),
    (
        "no shared memory for NCCL",
        several(None, "Error: No space left on device"),
        "nccl.shared-memory",
    ),
    ("NCCL fails", several(None, "unhandled system error"), "nccl.failed"),
    ("project missing", project(present=False), "user.project-missing"),
    ("project not writable", project(writable=False, owner=0), "user.project-not-writable"),
    ("project of somebody else", project(owner=1001), "user.other-owner"),
    ("root in a user's project", {"uid": 0}, "user.root"),
    ("project without an answer", {"project": Folder("/workspaces/p")}, "user.unknown"),
    (
        "volume of root",
        mount(present=True, writable=False, owner=0),
        "user.mount-not-writable",
    ),
    (
        "volume of another user",
        mount(present=True, writable=False, owner=1001),
        "user.mount-not-writable",
    ),
    (
        "folder of nobody known",
        mount("bind", present=True, writable=False),
        "user.mount-not-writable",
    ),
    ("models of all users", mount(present=True, writable=False, path="/opt/shared-cache"), ""),
    ("dead NFS", mount("bind"), "user.mount-unknown"),
    ("small shared memory", {"shm_mib": 64}, "memory.shared-small"),
    ("size unknown", {"shm_mib": None}, "memory.unknown"),
    ("published and on loopback", {"asked__published": PUBLISHED}, "port.loopback-only"),
    ("forwarded, nothing there", {"listening": ()}, "port.nothing-listens"),
    (
        "published, nothing there",
        {"listening": (), "asked__forwarded": (), "asked__published": PUBLISHED},
        "port.nothing-listens",
    ),
    ("ports unknown", {"listening": None}, "port.unknown"),
    ("ports unknown, none wanted", {"listening": None, "asked__forwarded": ()}, ""),
)
