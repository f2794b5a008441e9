"""From what was found to a plan, to files, and to a comparison."""

from dataclasses import replace
from types import SimpleNamespace

import json5
import pytest

from scaffold.adapters.devcontainer.template import render
from scaffold.adopt import conda
from scaffold.adopt.accounts import AccountChange
from scaffold.adopt.adoption import Adoption, lists, make_adopted_plan
from scaffold.adopt.base_image import BaseImage, choose_base, committed
from scaffold.adopt.comparing import ComparedImage, compare, summary
from scaffold.adopt.conda import CondaEnvironment, CondaPackage
from scaffold.adopt.dpkg import STATUS, AptChanges
from scaffold.adopt.file_tree import FileEntry
from scaffold.adopt.image_config import env_text
from scaffold.adopt.notes import notes
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.overlay import Overlay
from scaffold.adopt.python_packages import Distribution, PipIndexes, SiteChanges, SiteFolder
from scaffold.adopt.settings import read_settings
from scaffold.answers.model import Mount
from scaffold.cli.adopt.report import print_adoption, too_big
from scaffold.cli.report import console
from scaffold.commands.adopt.find import with_names
from scaffold.container.render.run_options import EngineDefaults
from scaffold.errors import InputError
from tests.container.raw_container import inspect, volume_mount

DIGEST = "@sha256:" + "1" * 64


def image(layers: int, tags: tuple[str, ...] = (), digests: tuple[str, ...] = ()) -> dict:
    rows = [f"sha256:{number}" for number in range(layers)]
    return {"Id": f"{layers}", "RepoTags": tags, "RepoDigests": digests, "RootFS": {"Layers": rows}}


PYTHON = image(2, ("python:3.11",), (f"python{DIGEST}",))
LOCAL = image(3, ("mine:1",))
BY_HAND = [{"CreatedBy": "bash", "Comment": "lunch"}]
BUILT = [{"CreatedBy": "/bin/sh -c pip install x"}, {"CreatedBy": "CMD", "Comment": "buildkit.x"}]


@pytest.mark.parametrize(
    ("own", "named", "others", "history", "reference"),
    [
        (PYTHON, "python:3.11", [], [], f"python:3.11{DIGEST}"),
        (LOCAL, "mine:1", [PYTHON], BUILT, f"python:3.11{DIGEST}"),
        (LOCAL, "mine:1", [], BUILT, "mine:1"),
        (LOCAL, "mine:1", [image(2, ("debian:12",))], BY_HAND, "debian:12"),
        (LOCAL, "mine:1", [], BY_HAND, None),
        (image(2, (), (f"other/x{DIGEST}",)), "3f2a", [], [], f"other/x{DIGEST}"),
        (image(3), "3f2a", [{**image(2, ("a:1",)), "RootFS": {"Layers": ["z"]}}], BUILT, None),
    ],
    ids=[
        "an image of a registry",
        "built here upon one of a registry",
        "built here, nothing else known",
        "committed by hand upon a local one",
        "committed by hand upon nothing",
        "pulled by its digest",
        "others are not below it",
    ],
)
def test_base_image_is_the_nearest_that_others_can_have(own, named, others, history, reference):
    found = choose_base(own, named, others, history)
    assert (found and found.reference) == reference


def below(name: str, *, layers: int = 2, identity: str = "", parent: str = "", **config) -> dict:
    found = image(layers, (name,))
    return {**found, "Id": identity or name, "Parent": parent, "Config": config}


COMMITTED = {**image(3, ("mine:1",)), "Parent": "b:1"}


@pytest.mark.parametrize(
    ("situation", "others", "container", "reference", "equals"),
    [
        ("the engine's parent", [below("a:1"), below("b:1")], {}, "b:1", ()),
        (
            "a parent of the parent",
            [below("a:1"), below("c:1", layers=1), {**image(2), "Id": "b:1", "Parent": "c:1"}],
            {},
            "c:1",
            (),
        ),
        (
            "the settings that fit",
            [below("a:1", Env=["X=1"], identity="1"), below("z:1", Env=["X=2"], identity="2")],
            {"Env": ["X=2"]},
            "z:1",
            (),
        ),
        ("a tie", [below("z:1", identity="1"), below("a:1", identity="2")], {}, "a:1", ("z:1",)),
        (
            "more layers",
            [below("z:1", identity="1"), below("a:1", layers=1, identity="2")],
            {},
            "z:1",
            (),
        ),
    ],
)
def test_base_image_is_chosen_by_parent_layers_and_settings(
    situation, others, container, reference, equals
):
    for order in (others, others[::-1]):
        found = choose_base(COMMITTED, "mine:1", order, BY_HAND, {"Config": container})
        assert (found.reference, found.equals) == (reference, equals)


def test_commits_end_where_a_build_begins():
    assert committed([*BY_HAND, *BY_HAND, *BUILT]) == 2
    assert committed([]) == 0


SETTINGS = read_settings("trainer", inspect(), {}, {})


def test_settings_become_answers_and_flags():
    mounts = [
        volume_mount("/models", "models"),
        volume_mount("/unnamed"),
        {"Type": "bind", "Source": "/srv/p", "Destination": "/work", "RW": True},
        {"Type": "bind", "Source": "/srv/x", "Destination": "/root", "RW": False},
    ]
    gpu = {"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}
    ports = {"8888/tcp": [{"HostIp": "", "HostPort": "80"}], "53/udp": [{"HostPort": "53"}]}
    raw = inspect(
        config={
            "User": "1000:1000",
            "Env": ["A=1", "B=two $x", "HF_TOKEN=hf_abcdefghijk", "LINES=a\nb"],
            "Cmd": ["train", "--now"],
            "WorkingDir": "/work",
        },
        host={
            "DeviceRequests": [gpu, gpu],
            "ShmSize": 8 << 30,
            "PortBindings": ports,
            "Memory": 1 << 30,
            "NetworkMode": "host",
            "RestartPolicy": {"Name": "always"},
        },
        mounts=mounts,
    )
    found = read_settings("t", raw, {"Config": {"Env": ["A=1"]}}, {}, "/srv/p")
    assert found.answers.mounts == (Mount("models", "/models", "volume"),)
    assert (found.answers.gpus, found.answers.shm, found.answers.ports) == ("all", "8g", (8888,))
    assert found.workspace == "/work"
    assert found.image_env == (("B", "two $x"),)
    assert found.run_env == (("HF_TOKEN", "${localEnv:HF_TOKEN}"), ("LINES", "a\nb"))
    assert "--volume=/srv/x:/root:ro" in found.args
    assert "--memory=1073741824" in found.args
    assert (found.command, found.build_options) == ('["train", "--now"]', ("--network=host",))
    assert len(found.notes) == 6
    assert env_text('a "$b" \\') == 'a \\"\\$b\\" \\\\'


def test_shared_network_is_named_by_the_name_of_its_container():
    vpn = "a" * 64
    listed = [{"Id": vpn, "Names": ["/web/link", "/vpn"]}, {"Id": "b" * 64, "Names": None}]
    engine = SimpleNamespace(containers=lambda: listed)
    raw = inspect(host={"NetworkMode": f"container:{vpn}"})
    assert with_names(engine, raw)["HostConfig"]["NetworkMode"] == "container:vpn"
    assert raw["HostConfig"]["NetworkMode"] == f"container:{vpn}"
    assert with_names(engine, {"Id": "an image"}) == {"Id": "an image"}


def test_one_network_is_joined_and_the_other_named():
    networks = {"front": {"IPAMConfig": {"IPv4Address": "10.0.0.5"}}, "back": {}}
    found = read_settings("t", inspect(host={"NetworkMode": "front"}, networks=networks), {}, {})
    assert {"--network=front", "--ip=10.0.0.5"} <= {*found.args}
    assert found.notes == (
        "only one network is joined; for the other: docker network connect back NAME",
    )


def test_default_network_stays_the_first_one():
    networks = {"bridge": {}, "back": {}}
    found = read_settings("t", inspect(networks=networks), {}, {})
    assert [flag for flag in found.args if flag.startswith("--network")] == []
    assert "only one network is joined; for the other: docker network connect back NAME" in (
        found.notes
    )


def test_network_with_a_name_like_the_default_is_joined():
    found = read_settings(
        "t", inspect(host={"NetworkMode": "bridge2"}, networks={"bridge2": {}}), {}, {}
    )
    assert "--network=bridge2" in found.args


def test_name_that_the_host_network_brings_is_not_carried():
    raw = inspect(config={"Hostname": "gpu01"}, host={"NetworkMode": "host"})
    known = EngineDefaults(host_name="gpu01.example.org")
    assert "--hostname=gpu01" not in read_settings("t", raw, {}, {}, "", known).args
    assert "--hostname=gpu01" in read_settings("t", raw, {}, {}, "", EngineDefaults()).args


NOCOPY = {"Type": "volume", "Target": "/v", "VolumeOptions": {"NoCopy": True}}


@pytest.mark.parametrize(
    ("config", "host", "note"),
    [
        ({"Healthcheck": {"Test": ["CMD", "true"]}}, {}, "the health check is not copied: the"),
        ({"StopSignal": "SIGINT"}, {}, "the stop signal SIGINT is not copied: the editor"),
        ({"Labels": {"owner": "ada", "devcontainer.id": "1"}}, {}, "labels are not copied: owner"),
        ({}, {"LogConfig": {"Type": "gelf"}}, "the log driver gelf and its options are not"),
        ({}, {"AutoRemove": True}, "--rm is not copied: a dev container is kept until you"),
        ({}, {"Links": ["/db:/web/sql"]}, "the link db:sql is not copied: put both containers"),
        ({}, {"PublishAllPorts": True}, "published ports are forwarded by the editor, so only"),
        ({}, {"Mounts": [NOCOPY]}, "the volume at /v is mounted without its options: nocopy"),
    ],
)
def test_setting_that_a_dev_container_cannot_have_is_named(config, host, note):
    found = read_settings("t", inspect(config=config, host=host), {}, {})
    assert [one[: len(note)] for one in found.notes] == [note]
    assert not [flag for flag in found.args if "label" in flag or "health" in flag]


def test_setting_of_the_base_image_is_not_named():
    config = {"Healthcheck": {"Test": ["CMD", "true"]}, "Labels": {"a": "b"}, "StopSignal": "INT"}
    assert read_settings("t", inspect(config=config), {"Config": config}, {}).notes == ()


def test_name_memory_mount_and_way_to_spread_mounts_are_carried_or_named():
    memory = {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1024}}
    bind = {"Type": "bind", "Source": "/srv", "Destination": "/b", "RW": True}
    raw = inspect(
        config={"Hostname": "trainer", "Domainname": "example.org", "StopTimeout": 4},
        host={"Mounts": [memory]},
        mounts=[{**bind, "Propagation": "rslave"}],
    )
    found = read_settings("t", raw, {}, {})
    assert {"--hostname=trainer", "--domainname=example.org", "--stop-timeout=4"} < {*found.args}
    assert "--mount=type=tmpfs,target=/t,tmpfs-size=1024" in found.args
    assert found.notes == ("the mount at /b is made without rslave",)


@pytest.mark.parametrize(
    ("host", "shm"),
    [
        ({"IpcMode": "host"}, "host"),
        ({"ShmSize": 5 << 20}, "5m"),
        ({"ShmSize": 1001}, "1001b"),
        ({}, ""),
    ],
)
def test_shared_memory(host, shm):
    assert read_settings("t", inspect(host=host), {}, {}).answers.shm == shm


def test_secret_on_the_command_line_is_left_out():
    raw = inspect(config={"Cmd": ["jupyter", "--IdentityProvider.token=abcdefgh"]})
    found = read_settings("t", raw, {}, {})
    assert found.command == ""
    assert "secret" in found.notes[-1]


def test_secret_in_an_option_is_left_out_and_named():
    log = {"Type": "splunk", "Config": {"splunk-token": "geheim12345", "tag": "x"}}
    found = read_settings("t", inspect(host={"LogConfig": log, "Memory": 1 << 30}), {}, {})
    assert "geheim12345" not in str(found)
    raw = inspect(host={"Sysctls": {"kernel.api_key": "geheim12345"}, "Memory": 1 << 30})
    found = read_settings("t", raw, {}, {})
    assert found.args == ("--memory=1073741824",)
    assert found.notes[-1] == "the option --sysctl holds a secret: not copied"


def test_mac_address_that_was_chosen_comes_along():
    raw = inspect(config={"MacAddress": "02:42:ac:11:00:99"})
    assert read_settings("t", raw, {}, {}).args == ("--mac-address=02:42:ac:11:00:99",)


def test_image_has_no_settings_of_a_container():
    found = read_settings("t", {"Config": {"User": "ghost"}}, {}, {})
    assert (found.args, found.answers.user) == ((), "ghost")


def test_gpus_of_the_runtime_are_asked_for_once():
    variable = "NVIDIA_VISIBLE_DEVICES=0,1"
    raw = inspect(config={"Env": [variable]}, host={"Runtime": "nvidia"})
    found = read_settings("t", raw, {}, {})
    assert "--runtime=nvidia" in found.args
    assert ("NVIDIA_VISIBLE_DEVICES", "0,1") in found.image_env
    run = make_adopted_plan(replace(FULL, settings=found)).run
    assert run.gpu == "required"
    assert not [flag for flag in run.args if flag.startswith("--gpus")]
    request = {"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}
    raw["HostConfig"]["DeviceRequests"] = [request]
    found = read_settings("t", raw, {}, {})
    assert (found.answers.gpus, found.notes) == ("all", ())
    assert "--gpus=all" in make_adopted_plan(replace(FULL, settings=found)).run.args


def test_port_that_is_only_exposed_stays_exposed():
    ports = {"80/tcp": {}, "8888/tcp": {}}
    bound = {"8888/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8888"}]}
    raw = inspect(config={"ExposedPorts": ports}, host={"PortBindings": bound})
    found = read_settings("t", raw, {"Config": {}}, {})
    assert [flag for flag in found.args if "expose" in flag] == ["--expose=80/tcp"]
    base = {"Config": {"ExposedPorts": {"80/tcp": {}}}}
    assert not [flag for flag in read_settings("t", raw, base, {}).args if "expose" in flag]


def test_container_of_a_compose_project_is_told_to_be_left_to_it():
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
    found = read_settings("t", inspect(config={"Labels": labels}), {}, {})
    assert found.notes == (
        "labels of the Compose project shop are not copied: the dev container is not part of it",
    )


def test_odd_gpu_request_becomes_all():
    raw = inspect(config={"Env": ["NVIDIA_VISIBLE_DEVICES=void"]}, host={"Runtime": "nvidia"})
    assert read_settings("t", raw, {}, {}).answers.gpus == "all"


VENV = SiteFolder("/opt/e/lib/python3.11/site-packages", "/opt/e", "/opt/e/bin/python")
USER = SiteFolder(
    "/home/a/.local/lib/python3.11/site-packages", "/home/a/.local", "python3", user=True
)
FULL = Adoption(
    origin="the container trainer",
    base=BaseImage(reference="python:3.11", id="1", because="", pinned=False),
    settings=replace(
        SETTINGS, image_env=(("A", 'b "c"'),), run_env=(("T", "${localEnv:T}"),), workspace="/w"
    ),
    apt=AptChanges(
        manual=("jq=1",), automatic=("libjq1=1",), removed=("nano",), broken=(("jq", "unpacked"),)
    ),
    accounts=(
        AccountChange("/etc/passwd", "a.b", "a.b:x:1:1::/h:/bin/sh"),
        AccountChange("/etc/group", "g", ""),
    ),
    sites=(
        SiteChanges(
            site=VENV,
            install=(Distribution(name="six", version="1", folder="", requested=True),),
            uninstall=("wheel",),
            venv=True,
        ),
        SiteChanges(
            site=USER,
            install=(Distribution(name="torch", version="2+cu126", folder=""),),
            owner="5:5",
            home="/home/a",
        ),
    ),
    indexes={VENV.path: PipIndexes(("--index-url https://m.example/s",), ("/etc/pip.conf",))},
    conda=(
        CondaEnvironment(
            prefix="/opt/c d",
            packages=(CondaPackage(name="x", version="1", build="0", channel="conda-forge"),),
            new=True,
            secret=True,
            owner="5:5",
        ),
    ),
    npm=(NpmPackage("tool", "1.0", "/x"),),
    overlay=Overlay(
        entries=(
            FileEntry(path="/etc/apt/x", kind="file", mode=0o644, uid=0, gid=0, size=1, digest="d"),
            FileEntry(path="/usr/local/lib/x.so", kind="file", mode=0o644, uid=0, gid=0),
            FileEntry(
                path="/usr/local/share/ca-certificates/x.crt", kind="file", mode=0o644, uid=0, gid=0
            ),
        ),
        deleted=("/etc/old",),
        secret=("/root/.netrc",),
        odd=("/dev/x",),
    ),
    left_out=("/data",),
    has_dpkg=False,
    base_user="jovyan",
)


def test_dockerfile_has_a_step_for_each_list():
    text = render(make_adopted_plan(FULL))[".devcontainer/Dockerfile"].content.decode()
    steps = [
        "FROM python:3.11\n",
        "USER root",
        'ENV A="b \\"c\\""',
        r"sed -i '/^a\.b:/d' /etc/passwd",
        "place.sh early",
        "apt.txt",
        "apt-get purge -y nano",
        "place.sh gone",
        "USER 5:5\n",
        "create --yes --prefix '/opt/c d' --file /tmp/adopted/conda-1.yml",
        "python3 -m venv --without-pip /opt/e",
        "-m pip --python /opt/e/bin/python install --no-deps -r /tmp/adopted/pip-1.txt",
        "python3 -m pip install --user --no-deps -r /tmp/adopted/pip-2.txt",
        "npm install --global tool@1.0",
        "place.sh late",
        "ldconfig && update-ca-certificates",
        "USER jovyan\n",
    ]
    places = [text.find(step) for step in steps]
    assert -1 not in places, [step for step in steps if step not in text]
    assert places == sorted(places)


def test_settings_of_the_editor():
    content = render(make_adopted_plan(FULL))[".devcontainer/devcontainer.json"].content
    read = json5.loads(content.decode())
    assert read["workspaceFolder"] == "/w"
    assert read["build"]["context"] == "."
    assert read["containerEnv"] == {"T": "${localEnv:T}"}
    bare = replace(FULL, sites=(), conda=(), settings=SETTINGS)
    read = json5.loads(
        render(make_adopted_plan(bare))[".devcontainer/devcontainer.json"].content.decode()
    )
    assert "settings" not in read["customizations"]["vscode"]


def test_lists_name_versions_and_indexes():
    found = lists(FULL)
    assert found["apt.txt"] == "jq=1\n"
    assert found["pip-1.txt"] == "--index-url https://m.example/s\n# requested\nsix==1\n"
    assert "/whl/cu126\n# dependencies\ntorch==2+cu126\n" in found["pip-2.txt"]
    assert found[".gitignore"] == "!rootfs/**\n"
    assert lists(replace(FULL, overlay=Overlay(), apt=AptChanges(), sites=(), conda=())) == {}


def test_notes_say_what_is_not_as_it_was():
    fetched = Distribution(
        name="own", version="1", folder="", origin="https://me:pw@x.example/y", reinstallable=False
    )
    text = "\n".join(notes(FULL, [fetched], {"PIP_INDEX_URL": "https://me:pw@x.example/s"}))
    for part in (
        *("no digest", "without a password", "/etc/pip.conf holds an index URL with credentials"),
        *("PIP_INDEX_URL holds", "a channel of", "no dpkg", "is unpacked", "/dev/x"),
        "own 1 cannot be downloaded (from https://***@x.example/y)",
    ):
        assert part in text
    assert "pw" not in text


def test_packages_without_a_source_and_work_in_tmp_are_named():
    own = conda.CondaPackage(name="own", version="1", build="0", channel="file:///c")
    environment = conda.CondaEnvironment(prefix="/e", packages=(), new=True, local=(own,))
    many = tuple(f"/tmp/run {number}" for number in range(7))
    found = replace(FULL, apt=AptChanges(local=("hello=1",)), conda=(environment,), offered=many)
    text = "\n".join(notes(found, [], {}))
    for part in (
        "hello=1 came from a .deb file: its files are copied",
        "own=1=0 came from a local conda channel",
        "to copy them (and 2 more): --include '/tmp/run 0' --include",
    ):
        assert part in text
    assert "more)" not in "\n".join(notes(replace(found, offered=many[:1]), [], {}))


def test_comparison_never_shows_a_secret():
    one = side(env=("HF_TOKEN=hf_abcdefghijk", "MODE=a"))
    other = side(env=("MODE=b",))
    one = replace(one, config={**one.config, "Cmd": ["serve", "--token=geheim12345"]})
    found = compare(one, other, replace(FULL, apt=AptChanges(local=("jq=1",))), [])
    shown = {difference.name: difference.original for difference in found.differences}
    assert shown["env HF_TOKEN"] == "<secret>"
    assert shown["env MODE"] == "a"
    assert "geheim" not in str(found)


def test_quiet_adoption_has_little_to_say():
    pinned = BaseImage(reference=f"python:3.11{DIGEST}", id="1", because="", pinned=True)
    assert list(notes(Adoption(origin="x", base=pinned, settings=SETTINGS), [], {})) == []
    found = Distribution(name="six", version="1", folder="")
    assert list(notes(Adoption(origin="x", base=pinned, settings=SETTINGS), [found], {})) == []


def test_report_shows_every_part_of_it(capsys):
    console.cache_clear()
    print_adoption(FULL)
    said = capsys.readouterr().out
    console.cache_clear()
    for part in (
        *("apt packages", "jq=1", "1 packages", "apt packages removed", "wheel"),
        "pip packages in /opt/e",
        *(
            "conda packages in /opt/c d",
            "x=1=0",
            "tool@1.0",
            "/etc/passwd: a.b",
            "/root/.netrc",
            "/etc/old",
        ),
    ):
        assert part in said


def test_too_many_bytes_are_refused_where_nobody_can_agree():
    with pytest.raises(InputError, match="limit 1 B"):
        too_big(FULL, 1, may_ask=True)


def side(*entries: FileEntry, env: tuple[str, ...] = (), version: str = "1") -> ComparedImage:
    status = f"Package: jq\nStatus: install ok installed\nVersion: {version}\n"
    return ComparedImage(
        {one.path: one for one in entries}, {STATUS: status.encode()}, {"Env": list(env)}
    )


def test_comparison_tells_known_reasons_from_real_differences():
    plain = replace(FULL, apt=AptChanges(broken=(("jq", "unpacked"),)))
    secret = FileEntry(path="/root/.netrc", kind="file", mode=0o600, uid=0, gid=0)
    same = FileEntry(path="/opt/x", kind="file", mode=0o644, uid=0, gid=0, size=3, digest="abc")
    link = FileEntry(path="/opt/l", kind="link", mode=0o777, uid=0, gid=0, target="x")
    log = FileEntry(path="/var/log/x", kind="file", mode=0o644, uid=0, gid=0)
    point = FileEntry(path="/mnt", kind="dir", mode=0o755, uid=0, gid=0)
    site = "/opt/e/lib/python3.11/site-packages/six-1.dist-info"
    original = side(
        *(
            secret,
            same,
            link,
            log,
            point,
            FileEntry(path=site, kind="dir", mode=0o755, uid=0, gid=0),
        ),
        FileEntry(path=f"{site}/RECORD", kind="file", mode=0o644, uid=0, gid=0),
        FileEntry(path="/opt/c/conda-meta/x-1-0.json", kind="file", mode=0o644, uid=0, gid=0),
        env=("T=secret", "A=1"),
    )
    rebuilt = side(same, replace(link, target="y"), env=("A=1",), version="2")
    found = compare(original, rebuilt, plain, ["/mnt/data"])
    assert {(one.what, one.name) for one in found.real} == {
        ("package", "apt jq"),
        ("package", "pip six in /opt/e/lib/python3.11/site-packages"),
        ("package", "conda x in /opt/c"),
        ("file", "/opt/l"),
        ("file", site),
    }
    assert {one.name for one in found.explained} == {"/root/.netrc", "env T", "apt jq"}
    assert summary(found).endswith("3 explained, 5 unexplained")
    assert compare(original, original, FULL, []).real == ()
    left = side(
        FileEntry(path="/data", kind="dir", mode=0o755, uid=0, gid=0),
        FileEntry(path="/dev/x", kind="other", mode=0, uid=0, gid=0),
    )
    assert compare(left, side(), FULL, []).real == ()


@pytest.mark.parametrize(
    ("capabilities", "said"),
    [
        ([["gpu"]], ""),
        ([["nvidia", "gpu"]], ""),
        ([["gpu", "utility"], ["compute"]], "capabilities (compute,utility) are not copied"),
    ],
    ids=["only GPUs", "NVIDIA's GPUs", "parts of the driver"],
)
def test_parts_of_the_driver_in_a_gpu_request_are_named(capabilities, said):
    request = {"Driver": "nvidia", "Count": -1, "Capabilities": capabilities}
    found = read_settings("t", inspect(host={"DeviceRequests": [request]}), {}, {}, "")
    assert found.answers.gpus == "all"
    notes = [note for note in found.notes if "capabilities" in note]
    assert [said in note for note in notes] == ([True] if said else [])
