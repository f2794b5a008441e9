"""What gpu-check.sh printed inside a container, read into facts. Total: facts always come out."""

import re
from collections.abc import Iterable, Sequence

from scaffold.facts import DeviceNode
from scaffold.facts.inside import (
    Device,
    Folder,
    FrameworkFacts,
    InsideFacts,
    Listening,
    Reduced,
)
from scaffold.parsing.host import read_gpus, read_probe
from scaffold.parsing.nvidia_smi import header_versions, read_smi
from scaffold.parsing.recording import Part, Recording, split
from scaffold.parsing.untrusted.numbers import whole

VARIABLES = (
    *("NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "CUDA_VISIBLE_DEVICES"),
    "LD_LIBRARY_PATH",
)
NONE = 127
"""How the part of the frameworks ends without Python."""

_MODULE = re.compile(r"([a-z]{1,20})\.step")
_FOLDER = re.compile(r"([0-9]{1,4}) (missing|yes|no) ?([0-9]{0,10})")
_LISTENING = re.compile(r"([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})")
_LOOPBACK_6 = {f"{0:024X}01000000", "0000000000000000FFFF00000100007F"}


def read_inside(recording: Recording, paths: Sequence[str]) -> InsideFacts:
    """Everything it tells. `paths` are those it was asked about: the project's, then mounts."""
    parts = split(recording)
    account = parts.part("account").values()
    smi_part, frameworks = parts.part("smi"), parts.part("frameworks")
    smi = read_smi(smi_part.text, smi_part.code) if smi_part.begun else None
    driver, cuda = header_versions(smi_part.text)
    nodes = parts.part("driver")
    folders = _folders(parts.part("folders"), paths)
    said, ports = frameworks.values(), parts.part("ports")
    return InsideFacts(
        probe=read_probe(parts),
        user=account.get("user") or None,
        uid=whole(account.get("uid", "")),
        environment=tuple((name, account[name]) for name in VARIABLES if name in account),
        smi=smi,
        gpus=read_gpus(parts, smi)[0],
        driver_version=driver,
        cuda_reported=cuda,
        libcuda=tuple(dict.fromkeys(nodes.all("libcuda"))) if nodes.code == 0 else None,
        nodes=_nodes(nodes),
        shm_mib=_size(parts.part("shm")),
        project=folders[0] if folders else None,
        mounts=folders[1:],
        listening=None if ports.code is None else read_listening(ports.lines),
        python="" if frameworks.code == NONE else said.get("python"),
        python_version=said.get("version", "").removeprefix("Python ") or None,
        frameworks=_frameworks(frameworks),
    )


def _nodes(part: Part) -> tuple[DeviceNode, ...] | None:
    if part.code != 0:
        return None
    found = (line.partition(" ") for line in part.all("node"))
    return tuple(DeviceNode(path, usable == "yes") for usable, _, path in found)


def _size(part: Part) -> int | None:
    """The second column of `df -Pk`."""
    cells = part.joined.split()
    kib = whole(cells[1]) if part.code == 0 and len(cells) > 1 else None
    return None if kib is None else kib // 1024


def _folders(part: Part, paths: Sequence[str]) -> tuple[Folder, ...]:
    """In the order of `paths`; one that gave no answer stays unknown."""
    found = {int(match[1]): match for line in part.lines if (match := _FOLDER.fullmatch(line))}
    return tuple(
        Folder(path, state != "missing", state == "yes", whole(found[number][3]))
        if number in found and (state := found[number][2])
        else Folder(path)
        for number, path in enumerate(paths)
    )


def read_listening(lines: Iterable[str]) -> tuple[Listening, ...]:
    """Addresses in the kernel's hexadecimal, each four bytes in the machine's order."""
    found: dict[int, bool] = {}
    for line in lines:
        if match := _LISTENING.fullmatch(line):
            address, port = match[1], int(match[2], 16)
            loopback = address in _LOOPBACK_6 or (len(address) == 8 and address.endswith("7F"))
            found[port] = found.get(port, True) and loopback
    return tuple(Listening(port, loopback) for port, loopback in sorted(found.items()))


def _frameworks(part: Part) -> tuple[FrameworkFacts, ...] | None:
    if part.code == NONE:
        return ()
    if part.code is None and not part.lines:
        return None
    values: dict[str, str] = {}
    for line in part.lines:
        # The last of each key: a step that began later is further on.
        key, sign, value = line.partition("=")
        if sign:
            values[key] = value
    modules = [match[1] for key in values if (match := _MODULE.fullmatch(key))]
    return tuple(_framework(module, values) for module in modules)


def _framework(module: str, values: dict[str, str]) -> FrameworkFacts:
    def value(key: str) -> str | None:
        return values.get(f"{module}.{key}")

    architectures, code = value("architectures"), value("exit")
    return FrameworkFacts(
        module=module,
        version=value("version"),
        cuda=value("cuda"),
        architectures=None if architectures is None else tuple(architectures.split()),
        count=whole(value("count") or ""),
        devices=tuple(_devices(module, values)),
        reduced=_reduced(value("reduce")),
        error=value("error") or "",
        unfinished="" if value("error") and code == "0" else value("step") or "",
        code=None if code is None else whole(code),
    )


def _devices(module: str, values: dict[str, str]) -> list[Device]:
    found: list[Device] = []
    while (key := f"{module}.device.{len(found)}") and f"{key}.name" in values:
        capability, product = values.get(f"{key}.capability"), values.get(f"{key}.product", "")
        found.append(
            Device(
                values[f"{key}.name"],
                capability or None,
                {"same": True, "different": False}.get(product),
                product.removeprefix("failed ") if product.startswith("failed ") else "",
            )
        )
    return found


def _reduced(text: str | None) -> Reduced | None:
    if text is None:
        return None
    right = {"same": True, "different": False}.get(text)
    return Reduced(right, "" if right is not None else text.removeprefix("failed "))
