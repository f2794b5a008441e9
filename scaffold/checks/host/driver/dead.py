"""The one root cause of a driver that shows no GPU."""

from collections.abc import Iterator

from scaffold.checks.host.driver import bus, messages, rules, wsl_rules
from scaffold.checks.host.driver.borrowed import NO_FILES, borrowed, without_files
from scaffold.checks.host.driver.bus import Absent, Why
from scaffold.checks.host.driver.install import install_driver
from scaffold.checks.host.driver.left_out import data_centre_only, left_out, nouveau
from scaffold.checks.host.driver.packages import (
    enrol_key,
    libraries,
    remove_linux_driver,
    utilities,
)
from scaffold.checks.host.kinds import borrows_kernel, is_kernel_removed, is_virtual_machine
from scaffold.checks.host.package_managers import WHOLE, whole_system
from scaffold.checks.host.packages import build_module
from scaffold.facts import HostFacts, Platform, Smi
from scaffold.findings import Finding, Rule, by_hand

MISSING_PROGRAM = 127


def why_dead(facts: HostFacts) -> Iterator[Finding]:
    """The root cause of a driver that shows no GPU; nothing if it shows one."""
    smi = facts.driver.smi
    if smi is None:
        yield rules.UNKNOWN.found("the state of the driver is unknown")
    elif facts.platform is Platform.WSL2:
        yield from _wsl(facts, smi)
    elif facts.gpus and smi.code not in {None, MISSING_PROGRAM}:
        return
    elif facts.platform is Platform.JETSON and smi.code in {0, MISSING_PROGRAM}:
        return  # JetPack before 6 has no nvidia-smi.
    elif smi.code is None:
        yield _hung(facts)
    elif smi.code != 0 or smi.said:
        outer = borrowed(facts, smi) if borrows_kernel(facts) else None
        yield outer or (_refusing if _is_loaded(facts) else _not_there)(facts, smi)


def _hung(facts: HostFacts) -> Finding:
    if "smi" in facts.probe.cut:
        return rules.FAILED.found("nvidia-smi prints without end")
    return rules.HANGS.found("nvidia-smi gave no answer", messages.last_line(facts, "Xid"))


def _wsl(facts: HostFacts, smi: Smi) -> Iterator[Finding]:
    version = facts.driver.module_version or facts.driver.installed_version
    if version:
        message = f"the Linux driver {version} is installed in WSL2"
        yield wsl_rules.WSL_LINUX_DRIVER.found(message, fix=remove_linux_driver(facts))
    elif smi.code == MISSING_PROGRAM:
        yield wsl_rules.WSL_NO_SMI.found(
            "nvidia-smi is neither on the PATH nor in /usr/lib/wsl/lib"
        )
    elif smi.code is None:
        yield _hung(facts)
    elif facts.gpus:
        return
    elif _says(smi, 17, "blocked by the operating system"):
        yield wsl_rules.WSL_BLOCKED.found("Windows blocks the GPU for WSL2", smi.said)
    elif smi.code != 0:
        found = _refusing(facts, smi)
        # Everything of this driver is Windows' own, so that a fix for Linux does not help.
        is_general = found.id == rules.FAILED.id
        yield rules.FAILED.found(messages.ended(smi), smi.said, WINDOWS) if is_general else found


WINDOWS = wsl_rules.WSL_BLOCKED.fix


def _is_loaded(facts: HostFacts) -> bool:
    """Whether the module is loaded; some exit codes prove it if /proc is hidden."""
    driver = facts.driver
    code = driver.smi.code if driver.smi else None
    named = "nvidia" in (driver.loaded or ())
    return named or bool(driver.module_version) or code in messages.LOADED_CODES


def _says(smi: Smi, code: int, *words: str) -> bool:
    """Whether nvidia-smi ended with a code, or with 255 or another one and these words."""
    return smi.code == code or any(word in smi.said for word in words)


PLAIN: tuple[tuple[int, tuple[str, ...], Rule, str], ...] = (
    (8, ("enough power",), rules.POWER, "a GPU has not enough power"),
    (16, ("requires reset", "GPU Reset"), rules.RESET, "a GPU has to be reset"),
    (17, ("blocked by the operating system",), rules.BLOCKED, "access to the GPU is blocked"),
    (15, ("GPU is lost", "determine the device handle"), rules.LOST, "a GPU cannot be reached"),
    (4, ("Insufficient Permissions",), rules.PERMISSIONS, "this user may not use the GPU"),
)
"""Codes of NVML and the words that come with 255, and what they mean by themselves."""


def _refusing(facts: HostFacts, smi: Smi) -> Finding:
    """The module is loaded, and nvidia-smi names what is wrong."""
    by_facts = (
        (_lacks_library(smi), _library),
        (smi.code == MISSING_PROGRAM, _no_program),
        (_says(smi, 18, "version mismatch"), _mismatch),
        (_says(smi, 6, "No devices were found"), _no_devices),
        (smi.code in {9, 255} and without_files(facts), _no_files),
    )
    for applies, finding in by_facts:
        if applies:
            return finding(facts, smi)
    for code, words, rule, text in PLAIN:
        if _says(smi, code, *words):
            return rule.found(text, smi.said)
    return rules.FAILED.found(messages.ended(smi), smi.said)


def _lacks_library(smi: Smi) -> bool:
    """The loader ends a program without its libraries with 127, as a shell does without it."""
    return smi.code in {12, 13} or "libnvidia-ml" in smi.said or "shared libraries" in smi.said


def _no_program(facts: HostFacts, _smi: Smi) -> Finding:
    name = whole_system(facts)
    text = f"driver {facts.driver_version} runs, and nvidia-smi is not on the PATH"
    if name == "cos":
        place = "This image keeps the driver under /var/lib/nvidia: /var/lib/nvidia/bin/nvidia-smi"
        mounted = "(its libraries in lib64). Containers need both mounted; install no package."
        return rules.SMI_MISSING.found(text, fix=(by_hand(f"{place} {mounted}"),))
    if name:
        return rules.SMI_MISSING.found(text, fix=(by_hand(f"{WHOLE[name]}."),))
    text = f"driver {facts.driver_version} runs without nvidia-smi"
    return rules.SMI_MISSING.found(text, fix=utilities(facts))


def _no_files(_facts: HostFacts, smi: Smi) -> Finding:
    return NO_FILES.found("the module is loaded, and /dev has no file of a GPU", smi.said)


def _library(facts: HostFacts, smi: Smi) -> Finding:
    text = messages.NVML[smi.code] if smi.code in {12, 13} else messages.NVML[12]
    return rules.LIBRARY.found(text, smi.said, libraries(facts))


def _mismatch(facts: HostFacts, smi: Smi) -> Finding:
    module, library = facts.driver.module_version, smi.library_version
    library = library or facts.driver.installed_version
    evidence = messages.last_line(facts, "API mismatch") or smi.said
    runs = f"driver {module}" if module else "another driver version"
    text = f"the kernel runs {runs}, the libraries are of {library or 'another version'}"
    text += ": a reboot is pending"
    return rules.MISMATCH.found(text, evidence)


KERNEL_WORDS: tuple[tuple[tuple[str, ...], Rule, str], ...] = (
    (("Direct firmware load for nvidia",), rules.FIRMWARE, "the GSP firmware was not found"),
    (("PCI I/O region assigned", "BAR0 is 0M", "BAR1 is 0M"), rules.BAR, "the GPU got no BAR"),
    (("find an IRQ",), rules.BAR, "the GPU got no interrupt"),
    (("enough power",), rules.POWER, "a GPU has not enough power"),
    (("fallen off the bus",), rules.LOST, "a GPU has fallen off the bus"),
)


def _no_devices(facts: HostFacts, smi: Smi) -> Finding:
    for found in (bus.explain(facts, device) for device in bus.gpus_on_bus(facts)):
        if found.why is not Why.UNKNOWN:
            return left_out(facts, found)
    if line := messages.last_line(facts, messages.DATA_CENTRE_ONLY):
        return data_centre_only(facts, line)
    for words, rule, text in KERNEL_WORDS:
        if line := messages.last_line(facts, *words):
            return rule.found(text, line)
    evidence = messages.last_line(facts, "RmInitAdapter", "GSP") or messages.complaint(facts)
    text = "the driver starts none of the GPUs on the bus"
    fix = (*rules.NO_DEVICES.fix, PASSED_THROUGH) if is_virtual_machine(facts) else None
    return rules.NO_DEVICES.found(text, evidence or smi.said, fix)


PASSED_THROUGH = by_hand(
    "The host of this virtual machine passes the GPU through: 64-bit MMIO and UEFI have to be on "
    "(VMware: pciPassthru.use64bitMMIO=TRUE; QEMU: q35 and OVMF), and no other guest may have it."
)


def _not_there(facts: HostFacts, smi: Smi) -> Finding:
    """The module is not loaded: another driver, a refusal, or nothing is installed."""
    driver = facts.driver
    reasons = [bus.explain(facts, device) for device in bus.gpus_on_bus(facts)]
    if held := _held(facts, reasons):
        return held
    if _lacks_library(smi):
        return _library(facts, smi)
    if driver.kernels_with_module and is_kernel_removed(facts):
        text = f"the modules of kernel {facts.system.kernel}, which runs, were removed"
        return rules.KERNEL_REMOVED.found(text, f"installed: {driver.kernels_with_module[-1]}")
    if driver.installed_version:
        dropped = next((one for one in reasons if one.why in {Why.DROPPED, Why.TOO_NEW}), None)
        return left_out(facts, dropped) if dropped else _installed(facts)
    if driver.kernels_with_module or smi.code != MISSING_PROGRAM:
        kernel = facts.system.kernel
        others = ", ".join(driver.kernels_with_module[-2:]) or "no kernel"
        text = f"kernel {kernel} runs, and the driver's module is built for {others}"
        return rules.KERNEL_WITHOUT_MODULE.found(text, smi.said, build_module(facts))
    evidence = "no module, no nvidia-smi"
    return rules.MISSING.found("no NVIDIA driver is installed", evidence, install_driver(facts))


def _held(facts: HostFacts, reasons: list[Absent]) -> Finding | None:
    """Another kernel driver that has every GPU, or nouveau."""
    aside = [one for one in reasons if one.why is Why.SET_ASIDE]
    if aside and len(aside) == len(reasons):
        return left_out(facts, aside[0])
    others = [one.device.driver for one in reasons if one.why is Why.OTHER_DRIVER]
    taken = messages.last_line(facts, "obtained ownership")
    if others or taken or "nouveau" in (facts.driver.loaded or ()):
        return nouveau(facts, (others or ["nouveau"])[0], taken)
    return None


OTHER_KERNEL = (
    *("version magic", "disagrees about version of symbol", "section size must match"),
    *("nvidia: Unknown symbol", "failed to validate module [nvidia] BTF"),
)
"""The kernel's words about a module that was built for another kernel."""


def _installed(facts: HostFacts) -> Finding:
    version = facts.driver.installed_version
    other = messages.last_line(facts, *OTHER_KERNEL)
    if other:
        text = f"the module of driver {version} is built for another kernel"
        return rules.KERNEL_WITHOUT_MODULE.found(text, other, build_module(facts))
    rejected = _rejected(facts)
    if rejected or facts.driver.secure_boot:
        text = f"driver {version} is installed, and Secure Boot refuses its module"
        evidence = rejected or "mokutil --sb-state: enabled"
        return rules.SECURE_BOOT.found(text, evidence, enrol_key(facts))
    text = f"driver {version} is installed but not loaded"
    return rules.NOT_LOADED.found(text, messages.last_line(facts, "NVRM"))


def _rejected(facts: HostFacts) -> str:
    """The kernel's refusal of a module; a tainted kernel has loaded it all the same."""
    words = ("rejected", "Lockdown", "signature")
    lines = [line for line in facts.driver.messages if "tainting kernel" not in line]
    return next((line for line in reversed(lines) if any(word in line for word in words)), "")
