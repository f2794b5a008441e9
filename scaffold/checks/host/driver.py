"""The NVIDIA driver: first the one reason why it is dead, then what is doubtful when alive."""

from collections.abc import Iterable, Iterator

from scaffold.catalogue import DriverBranch, load_catalogue
from scaffold.checks.host import driver_rules as rules
from scaffold.checks.host.chips import architecture
from scaffold.checks.host.driver_fixes import install_driver
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, PciDevice, Platform, Smi
from scaffold.findings import Finding, Rule
from scaffold.parsing.numbers import leading_version

OLDEST = (418, 81, 7)
"""Lowest driver of NVIDIA's prerequisites; see machine.PREREQUISITES."""

MISSING_PROGRAM = 127


def why_dead(facts: HostFacts) -> Iterator[Finding]:
    """The one root cause of a driver that shows no GPU; nothing where it shows one."""
    smi = facts.driver.smi
    if smi is None:
        yield rules.UNKNOWN.found("the driver could not be looked at")
    elif facts.platform is Platform.WSL2:
        yield from _wsl(facts, smi)
    elif facts.platform is Platform.JETSON and smi.code in {0, MISSING_PROGRAM}:
        return  # JetPack before 6 has no nvidia-smi.
    elif smi.code is None:
        yield _hung(facts)
    elif smi.code != 0:
        yield _refusing(facts, smi) if "nvidia" in _loaded(facts) else _not_there(facts, smi)


def _hung(facts: HostFacts) -> Finding:
    if "smi" in facts.probe.cut:
        return rules.FAILED.found("nvidia-smi prints without end")
    return rules.HANGS.found("nvidia-smi gave no answer", _messages(facts, "Xid"))


def _wsl(facts: HostFacts, smi: Smi) -> Iterator[Finding]:
    if facts.driver.module_version or facts.driver.installed_version:
        version = facts.driver.module_version or facts.driver.installed_version
        yield rules.WSL_LINUX_DRIVER.found(f"the Linux driver {version} is installed in WSL2")
    elif smi.code == MISSING_PROGRAM:
        yield rules.WSL_NO_SMI.found("there is no nvidia-smi, not under /usr/lib/wsl/lib either")
    elif smi.code is None:
        yield _hung(facts)
    elif smi.code != 0:
        yield _refusing(facts, smi)


def _loaded(facts: HostFacts) -> tuple[str, ...]:
    """Loaded modules; the version file speaks for the module where /proc/modules is hidden."""
    named = facts.driver.loaded or ()
    return (*named, "nvidia") if facts.driver.module_version else named


def _refusing(facts: HostFacts, smi: Smi) -> Finding:
    """The module is loaded, and nvidia-smi names what is wrong with it."""
    if smi.code == MISSING_PROGRAM:
        return rules.SMI_MISSING.found(f"driver {facts.driver_version} runs without nvidia-smi")
    if smi.code == 18 or "version mismatch" in smi.said:
        return _mismatch(facts, smi)
    if smi.code == 6 or "No devices were found" in smi.said:
        return _no_devices(facts, smi)
    if "Unable to determine the device handle" in smi.said or "GPU is lost" in smi.said:
        return rules.LOST.found("a GPU cannot be reached any more", smi.said)
    if "Insufficient Permissions" in smi.said:
        return rules.PERMISSIONS.found("this user may not use the GPU", smi.said)
    return rules.FAILED.found(f"nvidia-smi ends with exit code {smi.code}", smi.said)


def _mismatch(facts: HostFacts, smi: Smi) -> Finding:
    module = facts.driver.module_version or "another"
    library = smi.library_version or facts.driver.installed_version or "another"
    return rules.MISMATCH.found(
        f"the kernel runs driver {module}, the libraries are of {library}: a reboot is pending",
        smi.said,
    )


def _no_devices(facts: HostFacts, smi: Smi) -> Finding:
    cards = [device for device in facts.pci or () if device.is_gpu]
    dropped = _dropped(facts, cards)
    if dropped:
        return dropped
    for card in cards:
        row = architecture(card)
        if row and facts.driver.open_module is True and row.open_module == "no":
            return rules.FLAVOUR.found(f"the open module cannot drive {row.name} cards", smi.said)
        if row and facts.driver.open_module is False and row.open_module == "required":
            return rules.FLAVOUR.found(f"{row.name} cards need the open module", smi.said)
    evidence = _messages(facts, "RmInitAdapter", "GSP", "NVRM") or smi.said
    return rules.NO_DEVICES.found("the driver starts none of the GPUs on the bus", evidence)


def _dropped(facts: HostFacts, cards: Iterable[PciDevice]) -> Finding | None:
    version = facts.driver_version or facts.driver.installed_version
    branch = leading_version(version)
    for card in cards:
        row = architecture(card)
        if branch and row and row.last_branch and branch[0] > row.last_branch:
            return rules.DROPPED.found(
                f"R{row.last_branch} is the last branch for {row.name}; this is driver {version}",
                _messages(facts, "Legacy drivers") or f"PCI device 10de:{card.device}",
            )
    return None


def _not_there(facts: HostFacts, smi: Smi) -> Finding:
    """The module is not loaded: who holds the card, what forbids it, or what is not installed."""
    driver = facts.driver
    cards = [device for device in facts.pci or () if device.is_gpu]
    if "nouveau" in (driver.loaded or ()) or any(card.driver == "nouveau" for card in cards):
        return rules.NOUVEAU.found("nouveau holds the GPU", "/proc/modules")
    if driver.installed_version:
        return _dropped(facts, cards) or _installed(facts)
    if driver.kernels_with_module or smi.code != MISSING_PROGRAM:
        kernel = facts.system.kernel
        others = ", ".join(driver.kernels_with_module[-2:]) or "no kernel"
        return rules.KERNEL_WITHOUT_MODULE.found(
            f"kernel {kernel} runs, and the driver's module is there for {others}", smi.said
        )
    evidence = "no module, no nvidia-smi"
    return rules.MISSING.found("no NVIDIA driver is installed", evidence, install_driver(facts))


def _installed(facts: HostFacts) -> Finding:
    version = facts.driver.installed_version
    rejected = _messages(facts, "rejected", "Lockdown", "signature")
    if rejected or facts.driver.secure_boot:
        return rules.SECURE_BOOT.found(
            f"driver {version} is installed, and Secure Boot refuses its module",
            rejected or "mokutil --sb-state: enabled",
        )
    return rules.NOT_LOADED.found(
        f"driver {version} is installed but not loaded", _messages(facts, "NVRM")
    )


def _messages(facts: HostFacts, *words: str) -> str:
    """The last kernel message with one of the words."""
    found = (
        text for text in reversed(facts.driver.messages) if any(word in text for word in words)
    )
    return next(found, "")


def _alive(facts: HostFacts) -> bool:
    smi = facts.driver.smi
    return smi is not None and smi.code == 0


def _version(facts: HostFacts) -> Iterator[Finding]:
    version = leading_version(facts.driver_version)
    if not _alive(facts) or not version or facts.platform is not Platform.LINUX:
        return
    if version < OLDEST:
        yield rules.TOO_OLD.found(f"driver {facts.driver_version} is older than 418.81.07")
    elif row := _ended(version[0], facts.system.probed_on):
        when = "" if row.end_of_life == "past" else f" in {row.end_of_life}"
        yield rules.ENDED.found(f"branch R{row.branch} ended{when}", facts.driver_version or "")


def _ended(branch: int, today: str | None) -> DriverBranch | None:
    """The branch's row where it has ended; without a date only what ended long ago counts."""
    rows = load_catalogue().branches
    row = next((row for row in rows if row.branch == branch), None)
    if row is None:
        return None
    dated = row.end_of_life[:1] == "2" and row.end_of_life < (today or "")[:7]
    return row if dated or row.end_of_life == "past" else None


def _pending(facts: HostFacts) -> Iterator[Finding]:
    driver = facts.driver
    running, installed = driver.module_version, driver.installed_version
    if not _alive(facts):
        return
    if running and installed and running != installed:
        yield rules.REBOOT_PENDING.found(f"driver {running} runs, {installed} is installed")
    newest = (driver.kernels or ("",))[-1]
    if driver.kernels_with_module and newest not in driver.kernels_with_module:
        yield rules.NEXT_KERNEL.found(f"kernel {newest} is installed without the driver's module")


def _nodes(facts: HostFacts) -> Iterator[Finding]:
    nodes = facts.driver.nodes
    if not _alive(facts) or nodes is None or facts.platform is not Platform.LINUX:
        return
    paths = {node.path for node in nodes}
    closed = [node.path for node in nodes if node.usable is False and "caps" not in node.path]
    if "/dev/nvidia-uvm" not in paths:
        yield rules.UVM.found("/dev/nvidia-uvm is missing", " ".join(sorted(paths)))
    if closed:
        yield rules.NODES.found(f"{', '.join(closed)} cannot be opened by this user")


def _persistence(facts: HostFacts) -> Iterator[Finding]:
    if any(gpu.persistence is False for gpu in facts.gpus or ()):
        units = dict(facts.system.services or ())
        daemon = facts.system.services is None or "nvidia-persistenced.service" in units
        yield rules.PERSISTENCE.found(
            "persistence is off", fix=None if daemon else rules.WITHOUT_DAEMON
        )


KINDS = {True: " (open module)", False: " (proprietary module)", None: ""}


def _summary(facts: HostFacts) -> str:
    cuda = f", CUDA {facts.cuda_reported}" if facts.cuda_reported else ""
    return f"{facts.driver_version or 'version unknown'}{KINDS[facts.driver.open_module]}{cuda}"


RULES: tuple[Rule, ...] = (
    *(rules.MISSING, rules.NOUVEAU, rules.SECURE_BOOT, rules.KERNEL_WITHOUT_MODULE),
    *(rules.NOT_LOADED, rules.MISMATCH, rules.HANGS, rules.DROPPED, rules.FLAVOUR),
    *(rules.NO_DEVICES, rules.LOST, rules.PERMISSIONS, rules.SMI_MISSING, rules.FAILED),
    *(rules.WSL_NO_SMI, rules.WSL_LINUX_DRIVER, rules.TOO_OLD, rules.ENDED),
    *(rules.REBOOT_PENDING, rules.NEXT_KERNEL, rules.UVM, rules.NODES, rules.PERSISTENCE),
    rules.UNKNOWN,
)

TOPIC = Topic(
    "driver",
    "NVIDIA driver",
    RULES,
    (why_dead, _version, _pending, _nodes, _persistence),
    _summary,
    ("probe", "machine", "hardware"),
    ("module", "nodes", "disk_module"),
)
