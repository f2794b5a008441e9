"""GPU names and PCI ids: the PCI id list and NVIDIA's own table of names, capability by chip."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.version import Version

from tools.catalogue.context import Context
from tools.catalogue.recorded import recorded as by_hand
from tools.catalogue.source import SourceError
from tools.catalogue.stored import Made, Row

PCI_IDS = "https://pci-ids.ucw.cz/v2.2/pci.ids"
NAMES = (
    "https://raw.githubusercontent.com/NVIDIA/open-gpu-kernel-modules/main/"
    "src/nvidia/generated/g_nv_name_released.h"
)
VENDOR = re.compile(r"^10de  .*?$(.*?)(?=^[0-9a-f]{4}  |\Z)", re.MULTILINE | re.DOTALL)
DEVICE = re.compile(
    r"^\t([0-9a-f]{4})  (G[A-Z]\w+|TU\w+|AD\w+)[^\[\n]*(?:\[(.+)\])?$", re.MULTILINE
)
RELEASED = re.compile(r'\{ 0x([0-9A-Fa-f]{4}), 0x(\w{4}), 0x\w{4}, "([^"\\]{1,80})" \}')
FEWEST = 300
"""Both lists hold more names than this; a shorter one is not the list."""
SIZE = 8 << 20
NOISE = re.compile(
    r"\(.*?\)|[ -](SXM|PCIe)\d?\b.*|\[.*|\b(Mobile|Max-Q|Refresh|Lite Hash Rate|Rev\. ?\w+|OEM\w*|"
    r"GDDR\w+|HBM\d?e?|Laptop GPU|with Max-Q Design|CNX|NVL\d*|\d+ ?GB|Generation|vGPU)(?=\s|$)",
    re.IGNORECASE,
)
NOT_GPUS = re.compile(
    r"audio|controller|bridge|usb|host|switch|reserved|endpoint|\[(?:G[FKMP]\d{3}|D\d+M|N\d+|Q\d+)|"
    r"Engineering Sample|FAKE|\bINT\b|\bES\b",
    re.IGNORECASE,
)
UNUSUAL = re.compile(r"\bOEM\b|\bRev\b|Mac Edition")
BRANDS = {"GeForce", "Quadro", "Tesla", "RTX", "TITAN", "GRID", "NVS"}
PROFILE = re.compile(r"-\d+(-\d+)?[A-Z]{0,4}$")


def tables(context: Context, _before: Mapping[str, Any]) -> Made:
    """Rows of names, and of PCI ids, from the two lists."""
    recorded = by_hand("gpus")
    chips = recorded["capability"]
    listed = _listed(context.text("pci-ids", PCI_IDS, SIZE), chips)
    released = _released(context.text("gpu-names", NAMES, SIZE))
    votes: dict[str, Counter[str]] = {}
    for _, name, capability in listed:
        for each in plain_names(name):
            votes.setdefault(each, Counter())[capability] += 1 if UNUSUAL.search(name) else 2
    pci = {device: [_plain(name), capability] for device, name, capability in listed if name}
    capabilities = {device: capability for device, _, capability in listed}
    for device, subsystem, name in released:
        base, capability = _base(name), capabilities.get(device, "")
        own = not int(subsystem, 16)
        if capability and (own or base not in votes):
            votes.setdefault(base, Counter())[capability] += 2
        if capability and (own or device not in pci):
            pci[device] = [_plain(name), capability]
    typed = recorded["boards"] | recorded["names"]
    rows = [
        _row(context, name, votes.get(name, Counter()), typed.get(name, ""), recorded["boards"])
        for name in sorted({*votes, *typed})
    ]
    return {"gpus": rows, "pci": dict(sorted(pci.items()))}, recorded["sources"]


def _listed(text: str, chips: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Device id, name and capability of every NVIDIA GPU of the PCI id list."""
    vendor = VENDOR.search(text)
    found = []
    for match in DEVICE.finditer(vendor[1] if vendor else ""):
        device, chip, name = match[1].upper(), match[2], match[3] or ""
        capability = chips.get(chip[:5], "")
        if capability and not NOT_GPUS.search(match[0]):
            found.append((device, name, capability))
    if len(found) < FEWEST:
        raise SourceError(f"the PCI id list names {len(found)} GPUs only")
    return found


def _released(text: str) -> list[tuple[str, str, str]]:
    found = [(match[1].upper(), match[2], match[3]) for match in RELEASED.finditer(text)]
    if len(found) < FEWEST:
        raise SourceError(f"NVIDIA's table of names holds {len(found)} names only")
    return found


def plain_names(text: str) -> Iterator[str]:
    """`GeForce GTX 765M / 770M` names two; modifiers and memory sizes are left out."""
    first = _plain(text.partition("/")[0])
    brand = re.match(r"((?:GeForce |Quadro |Tesla |RTX |GTX |GT |TITAN )*)", first)
    for part in text.split("/"):
        name = _plain(part)
        if not name or not re.search(r"\d|TITAN|Titan", name):
            continue
        known = name.split(" ", 1)[0] in {
            "GeForce",
            "Quadro",
            "Tesla",
            "RTX",
            "TITAN",
            "GRID",
            "NVS",
        }
        yield (name if known or not brand else f"{brand[1]}{name}").removeprefix("Tesla ")


def _plain(text: str) -> str:
    name = NOISE.sub(" ", text.strip().removeprefix("NVIDIA ").removeprefix("Tesla "))
    return " ".join(name.replace("Geforce", "GeForce").split())


def _base(name: str) -> str:
    """The board of a virtual GPU: `GRID A100D-40C` is an A100D."""
    plain = _plain(name)
    base = PROFILE.sub("", plain)
    return base.removeprefix("GRID ") if base != plain else plain


def _row(
    context: Context, name: str, votes: Counter[str], by_hand: str, boards: Mapping[str, str]
) -> Row:
    """The likeliest capability of a name: that of most device ids, the newest among equals."""
    ranked = sorted(votes, key=lambda code: (votes[code], Version(code)), reverse=True)
    capabilities = [by_hand, *ranked] if by_hand else ranked
    others = [code for code in dict.fromkeys(capabilities) if code != capabilities[0]]
    row = {
        "name": name,
        "capability": capabilities[0],
        "kind": _kind(name, name in boards),
        "source": "B+G" if by_hand else "I+O+G",
        "read": context.today,
    }
    return row | ({"also": others} if others and not by_hand else {})


def _kind(name: str, board: bool) -> str:
    if board:
        return "jetson"
    if name.startswith("GRID"):
        return "vgpu"
    if name.startswith(("GeForce", "TITAN", "Titan", "GTX", "GT ")):
        return "geforce"
    workstation = r"(Quadro|NVS|RTX( |A?\d)|T\d{3,4}\b|T10\b|CMP)"
    return "workstation" if re.match(workstation, name) else "datacenter"
