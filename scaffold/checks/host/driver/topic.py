"""The NVIDIA driver: first why it shows no GPU, then what is doubtful about a living one."""

from collections.abc import Iterator

from scaffold.catalogue import DriverBranch, load_catalogue
from scaffold.checks.host.driver import bus, card_rules, doubts, messages, rules, wsl_rules
from scaffold.checks.host.driver.borrowed import NO_FILES, REFUSED
from scaffold.checks.host.driver.bus import Why
from scaffold.checks.host.driver.dead import MISSING_PROGRAM, why_dead
from scaffold.checks.host.driver.left_out import left_out
from scaffold.checks.host.kinds import borrows_kernel
from scaffold.checks.host.packages import build_module, start_service
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Level, Rule, by_hand
from scaffold.parsing.untrusted.numbers import leading_version

OLDEST = (418, 81, 7)
"""Lowest driver of NVIDIA's prerequisites; see machine.PREREQUISITES."""


def _alive(facts: HostFacts) -> bool:
    """Whether the driver shows GPUs; nvidia-smi may still end with an error."""
    smi = facts.driver.smi
    return smi is not None and (smi.code == 0 or bool(facts.gpus))


def _complaint(facts: HostFacts) -> Iterator[Finding]:
    smi = facts.driver.smi
    if smi is None or not facts.gpus or smi.code in {None, MISSING_PROGRAM}:
        return
    if smi.code == 14 or "inforom" in smi.said.lower():
        yield doubts.INFOROM.found(f"{messages.NVML[14]}: {smi.said}", smi.said)
        return
    if smi.code or smi.said:
        yield doubts.COMPLAINS.found(messages.ended(smi), smi.said)


def _path(facts: HostFacts) -> Iterator[Finding]:
    smi = facts.driver.smi
    places = ("/usr/bin/", "/bin/", "/usr/local/bin/", "/usr/lib/wsl/")
    if smi and smi.path and smi.on_path is False and not smi.path.startswith(places):
        yield doubts.OFF_PATH.found(f"nvidia-smi is at {smi.path}, which the PATH lacks", smi.path)


def _left_out(facts: HostFacts) -> Iterator[Finding]:
    """Cards that this driver does not support, next to others that it does."""
    if not facts.gpus:
        return
    levels = {
        Why.NEEDS_OPEN: Level.WARN,
        Why.NEEDS_PROPRIETARY: Level.WARN,
        Why.OTHER_DRIVER: Level.WARN,
        Why.TOO_NEW: Level.WARN,
        Why.VIRTUAL: Level.WARN,
        # Often an old display card, which is not for computing.
        Why.DROPPED: Level.INFO,
    }
    for one in bus.absent(facts):
        if level := levels.get(one.why):
            finding = left_out(facts, one)
            yield _with_level(finding, level)


def _with_level(finding: Finding, level: Level) -> Finding:
    rule = next(one for one in RULES if one.id == finding.id)
    return rule.found(finding.message, finding.evidence, finding.fix, level=level)


def _version(facts: HostFacts) -> Iterator[Finding]:
    version = leading_version(facts.driver_version)
    if not _alive(facts) or not version or facts.platform is not Platform.LINUX:
        return
    if version < OLDEST:
        yield doubts.TOO_OLD.found(f"driver {facts.driver_version} is older than 418.81.07")
    elif row := _ended(version[0], facts.system.probed_on):
        when = "" if row.end_of_life == "past" else f" in {row.end_of_life}"
        yield doubts.ENDED.found(f"branch R{row.branch} ended{when}", facts.driver_version or "")


def _ended(branch: int, today: str | None) -> DriverBranch | None:
    """The branch's row if it has ended; without a date only what ended long ago counts."""
    rows = load_catalogue().branches
    row = next((row for row in rows if row.branch == branch), None)
    if row is None:
        return None
    dated = row.end_of_life[:1] == "2" and row.end_of_life < (today or "")[:7]
    return row if dated or row.end_of_life == "past" else None


def _pending(facts: HostFacts) -> Iterator[Finding]:
    driver = facts.driver
    running, installed = driver.module_version, driver.installed_version
    if not _alive(facts) or borrows_kernel(facts):
        return
    if running and installed and running != installed:
        yield doubts.REBOOT_PENDING.found(f"driver {running} runs, {installed} is installed")
    newest = (driver.kernels or ("",))[-1]
    if driver.kernels_with_module and newest not in driver.kernels_with_module:
        text = f"kernel {newest} is installed without the driver's module"
        yield doubts.NEXT_KERNEL.found(text, fix=build_module(facts, newest))


WITHOUT_UVM = "Give it to this container on the outer machine, after: nvidia-modprobe -u -c=0."


def _nodes(facts: HostFacts) -> Iterator[Finding]:
    nodes = facts.driver.nodes
    if not _alive(facts) or nodes is None or facts.platform is not Platform.LINUX:
        return
    paths = {node.path for node in nodes}
    closed = [node.path for node in nodes if node.usable is False and "caps" not in node.path]
    if "/dev/nvidia-uvm" not in paths:
        outer = (by_hand(WITHOUT_UVM),) if borrows_kernel(facts) else None
        yield doubts.UVM.found("/dev/nvidia-uvm is missing", " ".join(sorted(paths)), outer)
    if closed:
        yield doubts.NODES.found(f"{', '.join(closed)} cannot be opened by this user")


def _persistence(facts: HostFacts) -> Iterator[Finding]:
    if any(gpu.persistence is False for gpu in facts.gpus or ()) and not borrows_kernel(facts):
        units = dict(facts.system.services or ())
        daemon = facts.system.services is None or "nvidia-persistenced.service" in units
        keep = start_service(facts, "Keep it loaded.", "nvidia-persistenced", undo=True)
        steps = (keep,) if daemon else doubts.WITHOUT_DAEMON
        yield doubts.PERSISTENCE.found("persistence is off", fix=steps)


KINDS = {True: " (open module)", False: " (proprietary module)", None: ""}


def _summary(facts: HostFacts) -> str:
    cuda = f", CUDA {facts.cuda_reported}" if facts.cuda_reported else ""
    return f"{facts.driver_version or 'version unknown'}{KINDS[facts.driver.open_module]}{cuda}"


def _proved(facts: HostFacts) -> bool:
    """nvidia-smi ended well, or listed GPUs; a Jetson before JetPack 6 has none."""
    return _alive(facts) or facts.platform is Platform.JETSON


RULES: tuple[Rule, ...] = (
    *(rules.MISSING, rules.NOUVEAU, rules.SET_ASIDE, rules.SECURE_BOOT),
    *(rules.KERNEL_WITHOUT_MODULE, rules.KERNEL_REMOVED, rules.NOT_LOADED, rules.MISMATCH),
    *(rules.HANGS, card_rules.DROPPED, card_rules.TOO_NEW, card_rules.VIRTUAL),
    *(card_rules.FLAVOUR, rules.NO_DEVICES, rules.FIRMWARE, rules.BAR, rules.POWER, rules.LOST),
    *(rules.RESET, rules.PERMISSIONS, rules.LIBRARY, rules.SMI_MISSING, rules.FAILED),
    *(wsl_rules.WSL_NO_SMI, wsl_rules.WSL_LINUX_DRIVER, wsl_rules.WSL_BLOCKED, rules.BLOCKED),
    *(doubts.TOO_OLD, doubts.ENDED, doubts.REBOOT_PENDING, doubts.NEXT_KERNEL, doubts.COMPLAINS),
    *(NO_FILES, REFUSED),
    *(doubts.INFOROM, doubts.OFF_PATH, doubts.UVM, doubts.NODES, doubts.PERSISTENCE),
    rules.UNKNOWN,
)

TOPIC = Topic(
    name="driver",
    title="NVIDIA driver",
    rules=RULES,
    checks=(why_dead, _complaint, _path, _left_out, _version, _pending, _nodes, _persistence),
    summary=_summary,
    needs=("probe", "machine", "hardware"),
    parts=("module", "nodes", "disk_module"),
    proved=_proved,
)
