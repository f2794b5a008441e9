"""gpu-check.sh on this machine, with an nvidia-smi that replays recordings and a stub of torch."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold.adapters.probe.inside import check_script

STUBS = Path(__file__).parent / "stubs"
NONCE = "0123abcd"


@dataclass(frozen=True)
class Card:
    """A GPU as nvidia-smi and the framework show it."""

    name: str = "NVIDIA GeForce RTX 5090"
    capability: str = "12.0"


@dataclass(frozen=True)
class Inside:
    """What is imitated: `smi` is what nvidia-smi prints where it does not list `cards`."""

    cards: tuple[Card, ...] = ()
    smi: str = ""
    code: int = 0
    smi_hangs: bool = False
    torch: Mapping[str, Any] | None = None
    env: Mapping[str, str] = field(default_factory=dict)


def programs(folder: Path, inside: Inside) -> dict[str, str]:
    """A PATH with this Python, an nvidia-smi where one is to be seen, and the stub of torch."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "python").symlink_to(sys.executable)
    if inside.cards or inside.smi or inside.smi_hangs:
        program = folder / "nvidia-smi"
        program.write_text(_smi(inside))
        program.chmod(0o755)
    env = {"PATH": f"{folder}:/usr/bin:/bin", **inside.env}
    if inside.torch is None:
        return env
    modules = folder / "modules"
    modules.mkdir()
    shutil.copy(STUBS / "torch.py", modules)
    devices = [(card.name, card.capability) for card in inside.cards]
    settings = {"devices": devices, **inside.torch}
    return env | {"PYTHONPATH": str(modules), "TORCH_STUB": json.dumps(settings)}


def _smi(inside: Inside) -> str:
    if inside.smi_hangs:
        return "#!/bin/sh\nexec sleep 1000\n"
    if not inside.cards:
        return f"#!/bin/sh\ncat <<'END'\n{inside.smi}\nEND\nexit {inside.code}\n"
    rows = "\n".join(
        f"{index}, {card.name}, GPU-{index}, 32607, 32110, 00000000:0{index}:00.0, "
        f"[N/A], [N/A], {card.capability}"
        for index, card in enumerate(inside.cards)
    )
    head = "index, name, uuid, memory.total [MiB], memory.free [MiB], pci.bus_id, "
    head += "mig.mode.current, mig.mode.pending, compute_cap"
    names = "\n".join(card.name for card in inside.cards)
    title = "| NVIDIA-SMI 580.76.05   Driver Version: 580.76.05   CUDA Version: 13.0 |"
    return (
        "#!/bin/sh\ncase $1 in\n"
        f"--query-gpu=name) cat <<'END'\n{names}\nEND\n;;\n"
        f"--query-gpu=*) cat <<'END'\n{head}\n{rows}\nEND\n;;\n"
        f"'') cat <<'END'\n{inside.smi or title}\nEND\n;;\nesac\n"
    )


def run(folder: Path, inside: Inside, *words: str, seconds: int = 40) -> bytes:
    """What the program prints for `scaffold verify`; WORDS are the project's folder and mounts."""
    env = programs(folder / "bin", inside)
    done = subprocess.run(
        ["sh", "-s", "--", "--parts", NONCE, str(seconds), *(words or (str(folder),))],
        input=check_script(),
        env=env,
        stdout=subprocess.PIPE,
        start_new_session=True,
        check=False,
        timeout=seconds + 30,
    )
    return done.stdout
