"""The architecture of an NVIDIA device on the PCI bus, even if no driver names it."""

from scaffold.catalogue import Architecture, load_catalogue
from scaffold.facts import PciDevice
from scaffold.parsing.untrusted.numbers import leading_version

# NVIDIA's code names: https://pci-ids.ucw.cz, vendor 10de.
PREFIXES = {
    "GF": "Fermi",
    "GK": "Kepler",
    "GM": "Maxwell",
    "GP": "Pascal",
    "GV": "Volta",
    "TU": "Turing",
    "GA": "Ampere",
    "AD": "Ada",
    "GH": "Hopper",
    "GB": "Blackwell",
    "GR": "Rubin",
}

# Device ids by first and last, read off pci.ids' vendor 10de; ids between are of the same chips.
RANGES = (
    (0x06C0, 0x06DF, "Fermi"),
    (0x0FC0, 0x103F, "Kepler"),
    (0x1180, 0x11FF, "Kepler"),
    (0x1280, 0x12BF, "Kepler"),
    (0x1340, 0x143F, "Maxwell"),
    (0x15F0, 0x15FF, "Pascal"),
    (0x1740, 0x17FF, "Maxwell"),
    (0x1B00, 0x1D7F, "Pascal"),
    (0x1D81, 0x1DFF, "Volta"),
    (0x1E00, 0x1FFF, "Turing"),
    (0x2080, 0x20FF, "Ampere"),
    (0x2180, 0x21FF, "Turing"),
    (0x2200, 0x22FF, "Ampere"),
    (0x2300, 0x23FF, "Hopper"),
    (0x2400, 0x25FF, "Ampere"),
    (0x2600, 0x28FF, "Ada"),
    (0x2900, 0x29FF, "Blackwell"),
    (0x2B80, 0x2FFF, "Blackwell"),
    (0x3180, 0x31FF, "Blackwell"),
)


def architecture_name(device: PciDevice) -> str | None:
    """`Pascal`, by lspci's code name or else by the device's id; None if neither is known."""
    if device.chip:
        return PREFIXES.get(device.chip[:2])
    try:
        number = int(device.device, 16)
    except ValueError:
        return None
    return next((name for first, last, name in RANGES if first <= number <= last), None)


def first_branch(device: PciDevice) -> int | None:
    """The first driver branch for a device's architecture, by the CUDA release that came with it.

    It is a lower bound: of the architecture's chips the earliest counts.
    """
    name = architecture_name(device)
    rows = (row for row in load_catalogue().architectures if name and row.name.split()[0] == name)
    needed = min((leading_version(row.first_cuda) or () for row in rows), default=())
    known = load_catalogue().branches
    fits = [row.branch for row in known if (leading_version(row.cuda) or ()) >= needed]
    # The oldest row of the table says nothing of the branches before it.
    return min(fits) if needed and fits and len(fits) < len(known) else None


def architecture(device: PciDevice) -> Architecture | None:
    """The catalogue's row of a device; those of one name share driver branch and module."""
    name = architecture_name(device)
    rows = load_catalogue().architectures
    found = (row for row in rows if name and row.name.split()[0] == name and row.last_branch)
    always = (row for row in rows if name and row.name.split()[0] == name)
    return next(found, None) or next(always, None)
