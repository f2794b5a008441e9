"""Commands fit the distribution: one table, and words where no command would."""

import pytest

from scaffold.checks.host import packages
from scaffold.checks.host.docker.fixes import upgrade_client, upgrade_docker
from scaffold.checks.host.driver.install import install_driver
from scaffold.checks.host.driver.packages import legacy_driver, remove_linux_driver, utilities
from scaffold.checks.host.toolkit.fixes import upgrade_toolkit
from scaffold.facts import HostFacts, PciDevice, SystemFacts

L40S = PciDevice(address="0000:01:00.0", device="26b9", device_class="030200")
KEPLER = PciDevice(address="0000:01:00.0", device="102d", device_class="030200")


def host(name: str, manager: str | None, programs: str = "systemctl", **more) -> HostFacts:
    system = SystemFacts(
        distribution=name,
        distribution_version=more.pop("release", "9"),
        package_manager=manager,
        programs=tuple(programs.split()),
        kernel="6.8.0-45-generic",
        services=more.pop("services", ()),
        init=more.pop("init", "systemd"),
        marks=more.pop("marks", ()),
    )
    return HostFacts(system=system, architecture="x86_64", pci=(L40S,), **more)


def told(steps) -> str:
    steps = steps if isinstance(steps, tuple) else (steps,)
    return "\n".join(" ".join((step.why, *step.argv)) for step in steps)


HOSTS = {
    "ubuntu": host("ubuntu", "apt-get", release="24.04"),
    "fedora": host("fedora", "dnf", "systemctl akmods", release="42"),
    "rocky": host("rocky", "dnf", "systemctl dkms"),
    "silverblue": host("fedora", "dnf", "systemctl rpm-ostree akmods"),
    "centos": host("centos", "yum"),
    "sles": host("sles", "zypper", release="15.6"),
    "arch": host("arch", "pacman", release=""),
    "arch with dkms": host("arch", "pacman", "systemctl dkms", release=""),
    "alpine": host("alpine", "apk", "rc-service", services=None, init="init"),
    "container": host("debian", "apt-get", "", services=None, init="sshd"),
    "nixos": host("nixos", None, release="25.05"),
    "cos": host("cos", None),
    "synology": host("", None, marks=("/etc/synoinfo.conf",)),
    "unknown": host("plan9", None),
}
ALL = {"apt-get", "dnf", "yum", "zypper", "pacman", "apk", "rpm-ostree"}


@pytest.mark.parametrize(
    ("name", "install", "initramfs", "module", "service"),
    [
        ("ubuntu", "apt-get install -y x", "update-initramfs -u", "dkms", "systemctl enable"),
        ("fedora", "dnf install -y x", "dracut --force", "akmods --force", "systemctl enable"),
        ("rocky", "dnf install -y x", "dracut --force", "dkms autoinstall", "systemctl enable"),
        ("silverblue", "rpm-ostree install", "rpm-ostree", "rpm-ostree upgrade", "systemctl"),
        ("centos", "yum install -y x", "dracut --force", "dkms autoinstall", "systemctl enable"),
        ("sles", "zypper --non-interactive install x", "dracut", "kmp-default", "systemctl enable"),
        ("arch", "pacman -S --noconfirm x", "mkinitcpio -P", "pacman -Syu", "systemctl enable"),
        ("arch with dkms", "pacman -S", "mkinitcpio -P", "dkms autoinstall", "systemctl enable"),
        ("alpine", "apk add x", "mkinitfs", "dkms", "rc-service docker start"),
        ("container", "apt-get install -y x", "update-initramfs", "dkms", "service docker start"),
        ("nixos", "configuration.nix", "configuration.nix", "configuration.nix", "systemctl"),
        ("cos", "cos-extensions", "cos-extensions", "cos-extensions", "systemctl"),
        ("synology", "Package Center", "Package Center", "Package Center", "systemctl"),
        ("unknown", "own package manager", "own package manager", "kernel 6.8.0", "systemctl"),
    ],
)
def test_commands_are_those_of_the_distribution(name, install, initramfs, module, service):
    facts = HOSTS[name]
    done = {
        install: told(packages.install(facts, "Install it.", "x")),
        initramfs: told(packages.rebuild_initramfs(facts)),
        module: told(packages.build_module(facts)),
        service: told(packages.start_service(facts, "Start it.", "docker")),
    }
    for words, text in done.items():
        assert words in text
    own = {manager for manager in ALL if f"{manager} " in "\n".join(done.values())}
    mine = "rpm-ostree" if name == "silverblue" else facts.system.package_manager
    assert own <= {mine}


@pytest.mark.parametrize(
    ("name", "headers", "module"),
    [
        ("ubuntu", "dkms linux-headers-6.8.0-50-generic", "dkms autoinstall -k 6.8.0-50-generic"),
        ("fedora", "kernel-devel-6.8.0-50-generic", "--kernels 6.8.0-50-generic"),
        ("rocky", "kernel-devel-6.8.0-50-generic", "dkms autoinstall -k 6.8.0-50-generic"),
        ("unknown", "", "for kernel 6.8.0-50-generic"),
    ],
)
def test_module_of_another_kernel_is_built_for_it_and_not_loaded(name, headers, module):
    text = told(packages.build_module(HOSTS[name], "6.8.0-50-generic"))
    assert headers in text
    assert module in text
    assert ("modprobe" in text, "uname" in text) == (False, False)


def test_release_of_a_kernel_is_quoted_for_the_shell():
    text = told(packages.build_module(HOSTS["ubuntu"], "6; touch /x"))
    assert "linux-headers-'6; touch /x'" in text


@pytest.mark.parametrize("name", HOSTS)
def test_every_fix_stays_with_its_own_package_manager(name):
    facts = HOSTS[name]
    steps = (
        *upgrade_docker(facts),
        *upgrade_client(facts),
        *upgrade_toolkit(facts),
        *install_driver(facts),
        *utilities(facts),
        *legacy_driver(facts, 470),
        packages.restart_docker(facts),
    )
    commands = [step.argv[0] for step in steps if step.argv]
    mine = "rpm-ostree" if name == "silverblue" else facts.system.package_manager
    assert {command for command in commands if command in ALL} <= {mine, "dnf", None} - (
        {"dnf"} if name not in {"silverblue", "fedora", "rocky"} else set()
    )
    assert all(step.why for step in steps)


@pytest.mark.parametrize(
    ("name", "branch", "words"),
    [
        ("ubuntu", 470, "nvidia-driver-470"),
        ("ubuntu", 580, "nvidia-driver-580"),
        ("fedora", 580, "akmod-nvidia-580xx"),
        ("rocky", 580, "nvidia-driver:580-dkms"),
        ("arch", 470, "nvidia-470xx-dkms"),
        ("sles", 470, "nvidia-gfxG05-kmp-default"),
        ("nixos", 580, "legacy_580"),
        ("unknown", 340, "R340, the last branch"),
    ],
)
def test_legacy_branch_is_the_cards_own(name, branch, words):
    text = told(legacy_driver(HOSTS[name], branch))
    assert words in text
    assert "580" not in text or branch == 580


def test_kepler_gets_r470_at_installation():
    text = told(install_driver(HostFacts(system=HOSTS["ubuntu"].system, pci=(KEPLER,))))
    assert "nvidia-driver-470" in text
    assert "580" not in text


@pytest.mark.parametrize(("name", "words"), [("ubuntu", "apt-get purge"), ("fedora", "Remove")])
def test_linux_driver_leaves_wsl_by_its_own_manager(name, words):
    assert words in told(remove_linux_driver(HOSTS[name]))


def test_gpu_model_without_a_last_branch_is_told_in_words():
    pop = host("pop", "apt-get")
    assert "system76-driver-nvidia" in told(install_driver(pop))
    assert "Install the driver" in told(install_driver(HOSTS["unknown"]))
