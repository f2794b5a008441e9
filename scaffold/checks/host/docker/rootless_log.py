"""Why an account's own Docker does not start, by the lines of its log that complain.

Sources: rootlesscontaine.rs/getting-started (subuid, AppArmor, sysctl, login); moby/moby#47480.
"""

from scaffold.checks.host.docker.engine_log import Row, by_rows
from scaffold.checks.host.docker.start_rules import ROOTLESS_FAILS
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Step, by_hand, root, run

RESTART = run("Start your Docker again.", "systemctl", "--user", "restart", "docker")


def _namespaces(_facts: HostFacts) -> tuple[Step, ...]:
    allow = "kernel.apparmor_restrict_unprivileged_userns=0"
    back = "kernel.apparmor_restrict_unprivileged_userns=1"
    setting = root(
        "Or allow user namespaces to every program until the next reboot.",
        *("sysctl", "-w", allow),
        undo=("sysctl", "-w", back),
    )
    profile = "Install docker-ce-rootless-extras, whose AppArmor profile allows it."
    return (by_hand(profile), setting, RESTART)


def _numbers(facts: HostFacts) -> tuple[Step, ...]:
    user, numbers = facts.login.user or "USER", "100000-165535"
    ranges = root(
        "Give the account numbers for its containers' users.",
        *("usermod", "--add-subuids", numbers, "--add-subgids", numbers, user),
        undo=("usermod", "--del-subuids", numbers, "--del-subgids", numbers, user),
    )
    tools = by_hand("Install newuidmap: the package uidmap, on RHEL and Fedora shadow-utils.")
    return (tools, ranges, RESTART)


def _session(_facts: HostFacts) -> tuple[Step, ...]:
    words = "Log in over SSH as this account: su and sudo open no session of systemd."
    return (by_hand(words), RESTART)


ROWS: tuple[Row, ...] = (
    (
        ("newuidmap", "newgidmap", "subuid", "subgid", "lchown"),
        "the account has no numbers for the users of its containers",
        _numbers,
    ),
    (("xdg_runtime_dir", "dbus"), "systemd has no session for the account", _session),
    (
        ("/proc/self/exe", "userns", "user namespace", "clone: operation not permitted"),
        "the kernel refuses the account a user namespace",
        _namespaces,
    ),
)


def why_rootless_ends(facts: HostFacts) -> Finding | None:
    """The finding that the log of the account's engine proves, None if nothing is known."""
    return by_rows(facts, ROWS, ROOTLESS_FAILS)
