"""config.toml of the NVIDIA Container Toolkit, compared with what exists on the host."""

from collections.abc import Iterator

from scaffold.checks.host.docker.gives import gives_gpus_by_cdi, is_desktop
from scaffold.checks.host.kinds import is_lxc
from scaffold.checks.host.package_managers import is_like
from scaffold.checks.host.toolkit import rules
from scaffold.checks.host.toolkit.fixes import set_config
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, by_hand

ROOT, LDCONFIG = "nvidia-container-cli.root", "nvidia-container-cli.ldconfig"
MODE = "nvidia-container-runtime.mode"
MODES = {"auto", "legacy", "csv", "cdi", "jit-cdi"}
CGROUPS = "nvidia-container-cli.no-cgroups"
VARIABLE = "accept-nvidia-visible-devices-envvar-when-unprivileged"


def config_findings(facts: HostFacts) -> Iterator[Finding]:
    """What in config.toml keeps containers from their GPU."""
    toolkit = facts.toolkit
    if toolkit.config_error:
        yield rules.CONFIG_INVALID.found(toolkit.config_error, toolkit.config_file or "")
        return
    yield from _paths(facts)
    yield from _mode(facts)
    yield from _rights(facts)


def _paths(facts: HostFacts) -> Iterator[Finding]:
    """Settings whose path does not exist on the host."""
    lost = dict(facts.toolkit.missing)
    if not lost:
        return
    own = "@/sbin/ldconfig.real" if is_like(facts, "ubuntu") else "@/sbin/ldconfig"
    usual = {ROOT: ("Look for the driver on the host.", "/"), LDCONFIG: ("Use its ldconfig.", own)}
    steps = tuple(
        set_config(usual[name][0], name, usual[name][1], value)
        if name in usual
        else by_hand(f"Remove {name} from config.toml: the program is found on the PATH.")
        for name, value in lost.items()
    )
    gone = " and ".join(value.removeprefix("@") for value in lost.values())
    text = f"the toolkit looks for {gone}, which does not exist"
    yield rules.CONFIG_PATHS.found(text, facts.toolkit.config_file or "config.toml", steps)


def _rights(facts: HostFacts) -> Iterator[Finding]:
    """Settings with which the hook of --gpus gives a container no device, or ends."""
    docker = facts.docker
    if docker is None or gives_gpus_by_cdi(facts) or is_desktop(facts):
        return
    if facts.toolkit.no_cgroups and not docker.rootless and not is_lxc(facts):
        step = set_config("Let it write device rules again.", CGROUPS, "false", "true")
        own = by_hand("A rootless Docker on this host then uses CDI names: nvidia.com/gpu=all.")
        text = "no-cgroups is set, and this engine is not rootless"
        yield rules.NO_CGROUPS.found(text, "config.toml", (step, own))
    if facts.toolkit.ignores_variable:
        step = set_config("Let containers ask for GPUs again.", VARIABLE, "true", "false")
        yield rules.NO_VARIABLE.found(f"{VARIABLE} is false", "config.toml", (step,))


def _why_no_cdi(files: tuple[str, ...] | None) -> str:
    """Why mode cdi fails: nothing to read, or `--gpus` calls the hook, which it refuses."""
    if files == ():
        return "the host has no CDI specification"
    return "--gpus calls the hook on this Docker, which mode cdi refuses" if files else ""


def _mode(facts: HostFacts) -> Iterator[Finding]:
    mode, files = facts.toolkit.mode, facts.toolkit.cdi_files
    jetson = facts.platform is Platform.JETSON
    reasons = {
        "csv": "" if jetson else "this is no Jetson",
        "legacy": "this is a Jetson" if jetson else "",
        "cdi": "" if files and gives_gpus_by_cdi(facts) else _why_no_cdi(files),
    }
    if mode and mode not in MODES:
        reasons[mode] = "the toolkit does not know it"
    if mode and (reason := reasons.get(mode)):
        step = set_config("Let the toolkit choose its mode.", MODE, "auto", mode)
        yield rules.CONFIG_MODE.found(f"mode is {mode}, and {reason}", "config.toml", (step,))
