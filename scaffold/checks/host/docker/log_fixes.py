"""What helps where an engine does not start, by the reason that its log names."""

from scaffold.checks.host.docker.fixes import start_docker
from scaffold.checks.host.kinds import is_kernel_removed
from scaffold.checks.host.package_managers import manager
from scaffold.checks.host.packages import reboot, start_service
from scaffold.facts import HostFacts
from scaffold.findings import Step, by_hand, root, see

SOCKET = "/var/run/docker.sock"


THEN = by_hand("Then start Docker: sudo systemctl restart docker.")
"""In words, since no command helps before somebody has followed the words above it."""


def configuration(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a setting that dockerd refuses."""
    file = "/etc/docker/daemon.json"
    look = see("Find the fault.", "dockerd", "--validate", f"--config-file={file}", sudo=True)
    correct = by_hand(f"Correct {file}, or the flags in: systemctl edit docker.")
    return (look, correct, THEN)


def addresses(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for address pools that a VPN's routes cover."""
    pool = "--set address-pool=10.200.0.0/16"
    return (
        by_hand(f"Give Docker addresses that no VPN uses: scaffold host setup {facts.name} {pool}"),
        by_hand("Or end the VPN, start Docker, and remove networks that nobody uses."),
    )


def ipv6(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a setting of IPv6 without addresses, which only older engines refuse."""
    return (
        by_hand('Add addresses to daemon.json: "fixed-cidr-v6": "fd00:d0c::/64".'),
        by_hand('Or switch IPv6 off there: "ipv6": false.'),
        THEN,
    )


def packet_filter(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a kernel without the packet filter's modules."""
    if is_kernel_removed(facts):
        return (reboot(),)
    return (
        by_hand("If the kernel was upgraded since the last boot, restart the machine."),
        by_hand("Else install the modules ip_tables and iptable_nat for this kernel, or iptables."),
        by_hand(
            "On a Jetson or in WSL2: update-alternatives --set iptables /usr/sbin/iptables-legacy."
        ),
        THEN,
    )


def extra_modules(facts: HostFacts) -> tuple[Step, ...]:
    """RHEL 10 and its rebuilds put xt_addrtype and its like into a package of their own."""
    if facts.system.package_manager != "dnf" or manager(facts) is None:
        return packet_filter(facts)
    package = "dnf install -y kernel-modules-extra-$(uname -r)"
    return (root("Install the missing kernel modules.", "sh", "-c", package), start_docker(facts))


def cgroups(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a machine without the cgroups that this Docker knows."""
    return (
        by_hand("Upgrade Docker: before 20.10 it knows only the old cgroups (version 1)."),
        by_hand("In a container or an LXC, its owner has to allow nesting."),
    )


def file_system(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for data on a file system that the storage driver does not support."""
    way = f"scaffold host setup {facts.name} --set data-root=/FOLDER"
    return (
        by_hand(f"Move Docker's data to ext4, btrfs, or xfs made with ftype=1: {way}"),
        by_hand('On ZFS use its own driver: "storage-driver": "zfs" in daemon.json.'),
    )


def bridge(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a record of networks that contradicts itself."""
    file = "/var/lib/docker/network/files/local-kv.db"
    aside = root(
        "Move the record of Docker's networks aside; it makes a new one.",
        *("mv", file, f"{file}.before-scaffold"),
        undo=("mv", f"{file}.before-scaffold", file),
    )
    return (see("See its bridges.", "ip", "-br", "link", "show", "type", "bridge"), aside, THEN)


def default_runtime(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a default runtime that nothing defines."""
    configure = ("nvidia-ctk", "runtime", "configure", "--runtime=docker")
    remove = by_hand("Or remove --default-runtime: systemctl edit docker, or default-runtime.")
    return (root("Define NVIDIA's runtime.", *configure), start_docker(facts), remove)


def zone(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a bridge that firewalld has in another zone."""
    zone = ("--permanent", "--zone=trusted", "--remove-interface=docker0")
    back = ("--permanent", "--zone=trusted", "--add-interface=docker0")
    leave = root(
        "Take docker0 out of the zone that it was put into (often trusted).",
        *("firewall-cmd", *zone),
        undo=("firewall-cmd", *back),
    )
    reload = root("Let firewalld read it.", "firewall-cmd", "--reload")
    return (
        see("See its zone.", "firewall-cmd", "--get-active-zones"),
        leave,
        reload,
        start_docker(facts),
    )


def read_only(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a disk that accepts no writes."""
    return (
        see("Read why.", "sh", "-c", "dmesg | grep -iE 'remount|ext4|xfs|I/O error'", sudo=True),
        by_hand("Check the file system (fsck) while it is not mounted, and mount it again."),
        THEN,
    )


def other_engine(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for another program that has Docker's address or data."""
    return (
        see("See who has it.", "sh", "-c", "pgrep -a dockerd; ss -ltnp | grep :237", sudo=True),
        by_hand("End the other engine or program, or a dockerd that was started by hand."),
        THEN,
    )


def socket_unit(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a socket that systemd did not make."""
    unit = "docker.socket"
    return (
        root("Start the unit that makes the socket.", "systemctl", "enable", "--now", unit),
        start_docker(facts),
        by_hand("If it does not exist, remove `-H fd://` from the service: systemctl edit docker."),
    )


def socket_folder(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a folder in the place of the socket."""
    empty = root("Remove the empty folder.", "rmdir", SOCKET, undo=("mkdir", SOCKET))
    return (empty, start_docker(facts))


def storage(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for images of a storage driver that was removed."""
    return (
        by_hand("Save what you need with the Docker of before: docker commit, docker save."),
        by_hand('Set "storage-driver": "overlay2" in daemon.json; images are pulled again.'),
    )


def space(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a full disk."""
    return (see("Find the full disk.", "df", "-h"), by_hand("Free space on it, and start Docker."))


def containerd(facts: HostFacts) -> tuple[Step, ...]:
    """Steps for containerd that does not answer."""
    why = "Start containerd, now and after each reboot."
    return (start_service(facts, why, "containerd"), start_docker(facts))


def flags(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a flag that this dockerd does not know."""
    return (by_hand("Remove the flag from the service: systemctl edit docker."), THEN)


def pid_file(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for a pid file that was left over."""
    return (
        see("See whether another dockerd runs.", "pgrep", "-a", "dockerd"),
        by_hand("If none does, remove /var/run/docker.pid."),
        THEN,
    )


def swarm(_facts: HostFacts) -> tuple[Step, ...]:
    """Steps for live-restore in a swarm."""
    text = "Remove live-restore from daemon.json, or leave the swarm: docker swarm leave."
    return (by_hand(text), THEN)
