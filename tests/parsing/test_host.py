"""A recording becomes facts: each part alone, and all of them broken in every way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.errors import InputError
from scaffold.facts import DeviceNode, Endpoint, HostFacts, PciDevice, Platform
from scaffold.parsing.host import read_host
from scaffold.parsing.recording import PARTS, Recording, read_recording, split, without_secrets
from scaffold.parsing.untrusted.numbers import leading_version, whole
from tests.recordings import NONCE, framed, recording


def host(**parts) -> HostFacts:
    """Facts from a few parts, each its text, or its text and exit code."""
    pairs = {name: part if isinstance(part, tuple) else (part, 0) for name, part in parts.items()}
    return read_host(recording(pairs, clock=1000.0, software="SSH-2.0-OpenSSH_9.2"))


def test_recording_is_read_back_as_it_was_saved():
    made = recording({"system": ("now=1", 0)}, clock=5.0, noise="\udcff hello")
    assert read_recording(made.to_bytes()) == made


@pytest.mark.parametrize(
    "content", [b"", b"x\n{}\n", b"gpu-scaffold recording 1\nnot json\n", b'\n{"nonce": 1}\n']
)
def test_other_files_are_refused(content):
    with pytest.raises(InputError, match="no recording"):
        read_recording(content)


def test_passwords_in_urls_are_taken_out():
    text = b'{"proxies": {"http-proxy": "http://ada:secret@proxy:3128"}}'
    assert b"secret" not in without_secrets(text)
    assert b"http://***@proxy:3128" in without_secrets(text)


def test_noise_of_the_login_shell_is_told_from_the_probe():
    made = recording({}, noise="Welcome to gpu01!\nnvidia-smi | Driver Version: 1.2.3")
    facts = read_host(made)
    assert facts.login.noise.startswith("Welcome to gpu01!")
    assert facts.driver_version is None


def test_lines_of_others_between_the_frames_are_left_out():
    output = framed({"smi": ("No devices were found", 6)}).replace(b"\n", b"\nbroadcast: hi\n")
    facts = read_host(Recording(host="gpu01", nonce=NONCE, output=output))
    assert facts.driver.smi.said == "No devices were found"


def test_parts_that_never_ended_are_named():
    facts = host(smi=("", None), gpus=("x", None))
    assert facts.probe.hung == ("smi", "gpus")
    assert facts.gpu_error == "nvidia-smi: no answer"


def test_recording_cut_in_the_middle_is_incomplete():
    facts = read_host(recording({"smi": ("", 0)}, done=False))
    assert (facts.probe.complete, facts.probe.hung) == (False, ())
    assert not read_host(Recording(host="gpu01", nonce=NONCE, output=b"nologin")).probe.complete


def test_part_that_printed_too_much_is_said_to_be_cut():
    output = framed({}).replace(f"{NONCE} pci =0".encode(), f"{NONCE} pci !".encode())
    facts = read_host(Recording(host="gpu01", nonce=NONCE, output=output))
    assert (facts.probe.cut, facts.probe.hung) == (("pci",), ())


SYSTEM = """now=1012
uname=Linux 6.8.0-45-generic x86_64
cpus=64
virtualization=none
packages=apt-get
os.ID=ubuntu
os.VERSION_ID="24.04"
os.PRETTY_NAME="Ubuntu 24.04.1 LTS"
enforce=0
MemTotal:       65536000 kB"""


def test_machine_is_read():
    facts = host(system=SYSTEM)
    system = facts.system
    assert (facts.architecture, facts.memory_mib, facts.platform) == (
        "x86_64",
        64000,
        Platform.LINUX,
    )
    assert (system.kernel, system.distribution, system.distribution_version) == (
        "6.8.0-45-generic",
        "ubuntu",
        "24.04",
    )
    assert (system.clock_skew_s, system.cpus, system.selinux_enforcing) == (12, 64, False)


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("jetson=yes", Platform.JETSON),
        ("uname=Linux 5.15.148-tegra aarch64", Platform.JETSON),
        ("wsl=yes", Platform.WSL2),
        ("uname=Linux 5.15.153.1-microsoft-standard-WSL2 x86_64", Platform.WSL2),
    ],
)
def test_wsl_and_jetson_are_told(text, platform):
    assert host(system=text).platform is platform


def test_pci_devices_carry_driver_and_chip():
    text = """device 0000:01:00.0 0x030000 0x1b06 nvidia
device 0000:02:00.0 0x068000 0x1af1
device broken
01:00.0 VGA compatible controller: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] (rev a1)"""
    card, switch = host(pci=text).pci
    assert card == PciDevice(
        address="0000:01:00.0", device="1b06", device_class="030000", driver="nvidia", chip="GP102"
    )
    assert (card.is_gpu, switch.is_gpu, switch.is_nvswitch) == (True, False, True)
    assert host(pci=("", 1)).pci is None


MODULE = """NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build
GCC version:
loaded=nvidia_uvm
loaded=nvidia"""
OLD_MODULE = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13 16:14:05 UTC"


def test_module_in_the_kernel_is_read():
    facts = host(module=MODULE)
    assert facts.driver_version == "580.95.05"
    assert (facts.driver.open_module, facts.driver.loaded) == (True, ("nvidia_uvm", "nvidia"))
    assert host(module=OLD_MODULE).driver.open_module is False
    assert host(module=OLD_MODULE).driver_version == "470.57.02"


def test_kernels_are_sorted_by_their_numbers():
    text = "kernel=6.8.0-45-generic no\nkernel=6.8.0-9-generic yes\nversion=580.95.05\nlicense="
    driver = host(disk_module=text).driver
    assert driver.kernels == ("6.8.0-9-generic", "6.8.0-45-generic")
    assert driver.kernels_with_module == ("6.8.0-9-generic",)
    assert (driver.installed_version, driver.installed_open) == ("580.95.05", None)
    assert host(disk_module="license=Dual MIT/GPL").driver.installed_open is True


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("SecureBoot enabled", True),
        ("SecureBoot disabled\nPlatform is in Setup Mode", False),
        ("   6   0   0   0   1", True),
        ("   6   0   0   0   0", False),
        ("EFI variables are not supported on this system", None),
        ("", None),
    ],
)
def test_secure_boot_is_read_from_either_source(text, on):
    assert host(secure_boot=text).driver.secure_boot is on


def test_device_nodes_tell_whether_they_can_be_used():
    text = "looked\nyes /dev/nvidia0\nno /dev/nvidiactl"
    assert host(nodes=text).driver.nodes == (
        DeviceNode("/dev/nvidia0", True),
        DeviceNode("/dev/nvidiactl", False),
    )
    assert host(nodes="").driver.nodes is None


def test_slices_and_processes_join_their_gpu():
    facts = host(
        smi="| NVIDIA-SMI 535.161.08  Driver Version: 535.161.08  CUDA Version: 12.2 |",
        gpus="index, name, uuid\n0, NVIDIA A100, GPU-a",
        slices="GPU 0: NVIDIA A100 (UUID: GPU-a)\n  MIG 3g Device 0: (UUID: MIG-1)",
        processes="GPU-a, 7",
    )
    (gpu,) = facts.gpus
    assert (gpu.mig_devices, gpu.processes) == (("MIG-1",), 1)
    assert (facts.driver_version, facts.cuda_reported) == ("535.161.08", "12.2")


def test_no_program_means_no_gpu_and_a_failing_one_that_nobody_knows():
    assert host(smi=("sh: nvidia-smi: not found", 127)).gpus == ()
    failed = host(smi=("", 9))
    assert (failed.gpus, failed.gpu_error) == (None, "nvidia-smi: exit code 9")


INFO = {
    "ServerVersion": "28.2.2",
    "Driver": "overlay2",
    "DockerRootDir": "/var/lib/docker",
    "Runtimes": {"runc": {}, "nvidia": {}},
    "DiscoveredDevices": [{"Source": "cdi", "ID": "nvidia.com/gpu=all"}, {}, 3],
    "SecurityOptions": ["name=seccomp", "name=rootless"],
    "CDISpecDirs": ["/etc/cdi"],
}


def folded(text: str) -> str:
    return "\n".join(text[at : at + 40] for at in range(0, len(text), 40))


def test_engine_is_read_from_folded_json():
    facts = host(
        docker_info=folded(json.dumps(INFO)) + "\ncode=0",
        docker_version='{"Client":{"Version":"28.0.1"},"Server":{"ApiVersion":"1.50"}}\ncode=0',
    )
    docker = facts.docker
    assert (docker.server_version, docker.rootless, docker.buildkit_default) == (
        "28.2.2",
        True,
        True,
    )
    assert (docker.runtimes, docker.cdi_devices) == (("nvidia", "runc"), ("nvidia.com/gpu=all",))
    assert (docker.api_version, facts.client.version) == ("1.50", "28.0.1")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"ServerVersion": 3}', '{"ServerVersion": ""}'])
def test_engine_that_does_not_answer_is_unknown(text):
    assert host(docker_info=text).docker is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"ServerVersion":""}\nCannot connect to the Docker daemon at unix:///x.', "Cannot"),
        ('{"ServerErrors":["permission denied while trying to connect"]}', "permission denied"),
        ("sh: 3: docker: not found\ncode=127", "docker: not found"),
        ("WARNING: No swap limit support\ncode=0", ""),
    ],
)
def test_complaint_of_docker_is_found(text, error):
    found = host(docker_info=text).client.error
    assert error in found
    assert bool(found) is bool(error)


def test_client_and_its_files_are_read():
    text = """login=
found=/usr/local/bin/docker
target=/usr/bin/podman
socket=no /var/run/docker.sock
file=/etc/docker/daemon.json
|{"runtimes": {
file=/home/ada/.config/docker/daemon.json
unreadable=/var/snap/docker/current/config/daemon.json"""
    client = host(client=text, account="docker_host=tcp://gpu02:2375").client
    assert (client.path, client.elsewhere) == (None, "/usr/local/bin/docker")
    assert (client.socket, client.socket_usable, client.podman) == (
        "/var/run/docker.sock",
        False,
        True,
    )
    broken, empty, hidden = client.daemon_files
    assert "Expecting" in broken.error
    assert (empty.text, empty.error) == ("", "")
    assert hidden.text is None
    assert client.docker_host == "tcp://gpu02:2375"


def test_list_as_daemon_file_is_named_and_podman_tells_itself():
    listed = host(client="file=/etc/docker/daemon.json\n|[]").client.daemon_files[0]
    assert listed.error == "it is not a JSON object"
    deep = host(client="file=/etc/docker/daemon.json\n|" + "[" * 99999).client.daemon_files[0]
    assert deep.error
    assert host(docker_info='{"host": {}, "store": {}}').client.podman is True
    assert host(docker_info="[" * 99999).docker is None


def test_toolkit_is_read_from_programs_or_packages():
    text = """ctk=NVIDIA Container Toolkit CLI version 1.17.8
cli=cli-version: 1.17.8
hook=/usr/bin/nvidia-container-runtime-hook
package=nvidia-docker2 2.13.0-1 installed
package=libnvidia-container1 1.10.0-1 config-files
no-cgroups = true
source=/etc/apt/sources.list.d/nvidia-docker.list"""
    toolkit = host(toolkit=text).toolkit
    assert (toolkit.version, toolkit.library_version) == ("1.17.8", "1.17.8")
    assert (toolkit.no_cgroups, toolkit.obsolete_packages) == (True, ("nvidia-docker2",))
    assert toolkit.old_sources == ("/etc/apt/sources.list.d/nvidia-docker.list",)
    package = host(toolkit="ctk=\npackage=nvidia-container-toolkit 1.16.1-1 installed").toolkit
    assert package.version == "1.16.1-1"


def test_cdi_specs_tell_the_driver_that_they_were_made_for():
    text = "looked\nfile=/etc/cdi/nvidia.yaml\nlibcuda.so.570.86.15\nlibcuda.so.1"
    toolkit = host(cdi=text).toolkit
    assert toolkit.cdi_files == ("/etc/cdi/nvidia.yaml",)
    assert "570.86.15" in toolkit.cdi_driver_versions
    assert host(cdi="").toolkit.cdi_files is None


SERVICES = """Id=docker.service
LoadState=loaded
ActiveState=active

Id=nvidia-fabricmanager.service
LoadState=not-found
ActiveState=inactive"""


def test_services_that_exist_are_listed():
    assert host(services=SERVICES).system.services == (("docker.service", "active"),)
    assert host(services=("not booted with systemd", 1)).system.services is None


def test_disks_know_their_space_inodes_and_type():
    facts = host(
        disk="disk=/\n/dev/vda 1000 500 2048000 50% /\n/dev/vda 100 60 40 60% /\ndisk=/dev/shm\nx",
        home_disk="disk=/home/ada\nnas:/home 1 1 1024 1% /home\n",
        mounts="ext4 /\nnfs4 /home\ntmpfs /dev/shm\nodd",
    )
    root, shm, home = facts.system.disks
    assert (root.free_mib, root.inodes_free_percent, root.kind) == (2000, 40, "ext4")
    assert (shm.free_mib, shm.kind) == (None, "tmpfs")
    assert (home.free_mib, home.inodes_free_percent, home.kind) == (1, None, "nfs4")


@pytest.mark.parametrize("path", ["//", "///x", "", "relative/path", "."])
def test_odd_paths_of_disks_come_to_an_end(path):
    (disk,) = host(disk=f"disk={path}\n", mounts="ext4 /").system.disks
    assert disk.kind in {None, "ext4"}


def test_login_is_read():
    text = """path=/usr/bin:/bin
home=/home/ada
user=ada
uid=1000
gid=1000
groups=ada
configured=ada docker
passwd=ada:x:1000:1000::/home/ada:/usr/bin/fish
sudo="""
    facts = host(account=text)
    login = facts.login
    assert (login.user, login.shell, facts.uid, facts.gid) == ("ada", "/usr/bin/fish", 1000, 1000)
    assert (login.groups, login.configured_groups) == (("ada",), ("ada", "docker"))
    assert (login.sudo_present, login.sudo_without_password) == (False, None)
    assert host(elevated="sudo=yes").login.sudo_without_password is True
    assert host(elevated=("", 1)).login.sudo_without_password is False


@pytest.mark.parametrize(
    ("text", "tcp", "stream", "sessions"),
    [
        ("# /etc/ssh/sshd_config\nAllowTcpForwarding no\nMaxSessions 3", "no", None, 3),
        ("# /etc/ssh/sshd_config\nDisableForwarding yes", "no", "no", None),
        (
            (
                "# /etc/ssh/sshd_config\nInclude /etc/ssh/sshd_config.d/*.conf\n"
                "AllowTcpForwarding no\n# /etc/ssh/sshd_config.d/a.conf\nAllowTcpForwarding yes"
            ),
            "yes",
            None,
            None,
        ),
        ("# /etc/ssh/sshd_config\nMatch User bob\nAllowTcpForwarding no", None, None, None),
        ("# /etc/ssh/sshd_config\nAllowStreamLocalForwarding=no\nMaxSessions", None, "no", None),
    ],
)
def test_first_value_of_sshd_wins_and_match_blocks_are_left(text, tcp, stream, sessions):
    sshd = host(sshd=text).sshd
    assert (sshd.tcp_forwarding, sshd.stream_forwarding, sshd.max_sessions) == (
        tcp,
        stream,
        sessions,
    )


MAIN, EXTRA = "# /etc/ssh/sshd_config", "# /etc/ssh/sshd_config.d/a.conf"
INCLUDE = "Include /etc/ssh/sshd_config.d/*.conf"


@pytest.mark.parametrize(
    ("lines", "stream"),
    [
        (("Match User ada", "AllowStreamLocalForwarding no"), "no"),
        (("Match User bob,a?a", "AllowStreamLocalForwarding no"), "no"),
        (("Match User *,!ada", "AllowStreamLocalForwarding no"), None),
        (("Match Group docker", "AllowStreamLocalForwarding no"), "no"),
        (("Match Group wheel", "AllowStreamLocalForwarding no"), None),
        (("Match User ada Group wheel", "AllowStreamLocalForwarding no"), None),
        (("Match all", "AllowStreamLocalForwarding no"), "no"),
        (("Match", "AllowStreamLocalForwarding no"), None),
        (
            ("AllowStreamLocalForwarding no", "Match User ada", "AllowStreamLocalForwarding yes"),
            "yes",
        ),
        (
            ("AllowStreamLocalForwarding no", "Match Address 10.*", "AllowStreamLocalForwarding x"),
            None,
        ),
        (
            (INCLUDE, "AllowStreamLocalForwarding no", EXTRA, "Match User bob", "MaxSessions 1"),
            "no",
        ),
        (
            (INCLUDE, "AllowStreamLocalForwarding no", EXTRA, "Match Address 10.*", "MaxSessions"),
            "no",
        ),
        (
            (INCLUDE, EXTRA, "Match User bob", "# /etc/ssh/sshd_config.d/b.conf",
             "AllowStreamLocalForwarding no"),
            "no",
        ),
    ],
)  # fmt: skip
def test_match_blocks_of_sshd_are_judged_for_this_login(lines, stream):
    account = "user=ada\ngroups=ada docker"
    facts = host(account=account, sshd="\n".join((MAIN, *lines)))
    assert facts.sshd.stream_forwarding == stream


def test_settings_that_root_saw_are_believed_first():
    sshd = host(elevated="sudo=yes\nmaxsessions 10\nNVRM: x", sshd="# x\nMaxSessions 3").sshd
    assert sshd.max_sessions == 10
    assert host(elevated="NVRM: Xid 79").driver.messages == ("NVRM: Xid 79",)


def test_reached_and_unreached_registries_are_told_apart():
    text = """url=https://registry-1.docker.io/v2/
answer=401 0.123
url=https://nvcr.io/v2/
curl: (28) Connection timed out
answer=000 6.001
url=https://quay.io/v2/
answer=200"""
    assert host(reach=text).network == (
        Endpoint("https://registry-1.docker.io/v2/", 401, 0.123),
        Endpoint("https://nvcr.io/v2/", None, 6.001, "curl: (28) Connection timed out"),
        Endpoint("https://quay.io/v2/", 200, None),
    )


@pytest.mark.parametrize(
    ("text", "number"), [(" 7 ", 7), ("\x1e7", 7), ("[N/A]", None), ("²", None), ("9" * 16, None)]
)
def test_numbers_are_whole_or_unknown(text, number):
    assert whole(text) == number


def test_versions_are_taken_from_the_start_of_a_text():
    assert leading_version("20.10.24+dfsg1") == (20, 10, 24)
    assert leading_version("v3") is None
    assert leading_version(None) is None


@given(st.binary())
def test_any_bytes_become_facts(output):
    assert isinstance(read_host(Recording(host="x", nonce=NONCE, output=output)), HostFacts)


PIECES = st.sampled_from(
    [
        *(f"{key}=" for key in ("now", "uname", "kernel", "file", "disk", "url", "answer", "user")),
        *("|", "{", "}", '"ServerVersion":', "GPU 0: a (UUID: GPU-", "device ", "Driver Version: "),
        *("9" * 5000, "[N/A]", "ERR!", "| MIG", ",", "name, ", "\n", " ", "\0", "\udcff", "²", "٣"),
    ]
)


@given(
    st.dictionaries(
        st.sampled_from(PARTS),
        st.tuples(
            st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join),
            st.sampled_from([0, 1, 127, None]),
        ),
    )
)
def test_any_text_in_any_part_becomes_facts(parts):
    made = Recording(host="x", nonce=NONCE, output=framed(parts).replace(b"\xed\xb3\xbf", b"\xff"))
    assert isinstance(read_host(made), HostFacts)
    assert split(made).done


def test_mounts_carry_their_options_in_recordings_that_have_them():
    rows = "disk=/home/ada\n/dev/x 1 1 99999999 1% /home\n/dev/x 9 1 8 1% /home"
    (old,) = host(home_disk=rows, mounts="ext4 /").system.disks
    (new,) = host(home_disk=rows, mounts="ext4 / rw\nnfs4 /home rw,noexec").system.disks
    assert (old.kind, old.options) == ("ext4", None)
    assert (new.kind, new.options) == ("nfs4", ("rw", "noexec"))


@pytest.mark.parametrize(
    ("info", "found"),
    [
        ({}, None),
        ({"ClientInfo": {"Plugins": None}}, None),
        ({"ClientInfo": {"Plugins": [{"Name": "compose"}, 3]}}, ("compose",)),
        ({"ClientInfo": {"Plugins": [{"Name": "buildx", "Err": "broken"}]}}, ()),
    ],
)
def test_plugins_of_the_docker_command_are_those_that_run(info, found):
    assert host(docker_info=json.dumps(info)).client.plugins == found


def test_what_an_editor_needs_is_read():
    facts = host(
        account="home=/home/ada\ndocker_context=desktop-linux\nlocked=.vscode-server",
        kind="looked\nroot=overlay\nloader=/x/stub-ld\nwatches=8192",
        docker_log='level=fatal msg="no available network"',
    )
    system = facts.system
    assert (system.root_kind, system.loader, system.watches) == ("overlay", "/x/stub-ld", 8192)
    assert (facts.login.locked, facts.client.context_variable) == (
        (".vscode-server",),
        "desktop-linux",
    )
    assert facts.client.log == ('level=fatal msg="no available network"',)


@pytest.mark.parametrize(("value", "ignored"), [("false", True), ("true", False), ('"x"', None)])
def test_setting_for_the_variable_is_read(value, ignored):
    key = "accept-nvidia-visible-devices-envvar-when-unprivileged"
    assert host(toolkit=f"toml={key} = {value}").toolkit.ignores_variable is ignored
