"""From what was found to a plan, to files, and to a comparison."""

from dataclasses import replace

import json5
import pytest

from scaffold.adapters.devcontainer.template import render
from scaffold.adopt.accounts import Account
from scaffold.adopt.adoption import Adoption, lists, make_adopted_plan
from scaffold.adopt.base_image import BaseImage, choose_base, committed
from scaffold.adopt.comparing import Side, compare, summary
from scaffold.adopt.conda import CondaEnvironment, CondaPackage
from scaffold.adopt.dists import Dist, Indexes, Site, SiteChanges
from scaffold.adopt.dpkg import STATUS, AptChanges
from scaffold.adopt.notes import notes
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.overlay import Overlay
from scaffold.adopt.settings import env_text, read_settings
from scaffold.adopt.tree import Entry
from scaffold.answers.model import Mount
from scaffold.cli.adopt.report import print_adoption, too_big
from scaffold.cli.report import console
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
    assert len(found.notes) == 5
    assert env_text('a "$b" \\') == 'a \\"\\$b\\" \\\\'


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


def test_image_has_no_settings_of_a_container():
    found = read_settings("t", {"Config": {"User": "ghost"}}, {}, {})
    assert (found.args, found.answers.user) == ((), "ghost")


def test_odd_gpu_request_becomes_all():
    raw = inspect(config={"Env": ["NVIDIA_VISIBLE_DEVICES=void"]}, host={"Runtime": "nvidia"})
    assert read_settings("t", raw, {}, {}).answers.gpus == "all"


VENV = Site("/opt/e/lib/python3.11/site-packages", "/opt/e", "/opt/e/bin/python")
USER = Site("/home/a/.local/lib/python3.11/site-packages", "/home/a/.local", "python3", user=True)
FULL = Adoption(
    origin="the container trainer",
    base=BaseImage("python:3.11", "1", "", pinned=False),
    settings=replace(
        SETTINGS, image_env=(("A", 'b "c"'),), run_env=(("T", "${localEnv:T}"),), workspace="/w"
    ),
    apt=AptChanges(("jq=1",), ("libjq1=1",), ("nano",), (("jq", "unpacked"),)),
    accounts=(
        Account("/etc/passwd", "a.b", "a.b:x:1:1::/h:/bin/sh"),
        Account("/etc/group", "g", ""),
    ),
    sites=(
        SiteChanges(VENV, (Dist("six", "1", "", requested=True),), ("wheel",), venv=True),
        SiteChanges(USER, (Dist("torch", "2+cu126", ""),), owner="5:5", home="/home/a"),
    ),
    indexes={VENV.path: Indexes(("--index-url https://m.example/s",), ("/etc/pip.conf",))},
    conda=(
        CondaEnvironment(
            "/opt/c d", (CondaPackage("x", "1", "0", "conda-forge"),), True, True, "5:5"
        ),
    ),
    npm=(NpmPackage("tool", "1.0", "/x"),),
    overlay=Overlay(
        (
            Entry("/etc/apt/x", "file", 0o644, 0, 0, 1, "d"),
            Entry("/usr/local/lib/x.so", "file", 0o644, 0, 0),
            Entry("/usr/local/share/ca-certificates/x.crt", "file", 0o644, 0, 0),
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
    assert found["pip-1.txt"] == "--index-url https://m.example/s\n# asked for\nsix==1\n"
    assert "/whl/cu126\n# came along\ntorch==2+cu126\n" in found["pip-2.txt"]
    assert found[".gitignore"] == "!rootfs/**\n"
    assert lists(replace(FULL, overlay=Overlay(), apt=AptChanges(), sites=(), conda=())) == {}


def test_notes_say_what_is_not_as_it_was():
    fetched = Dist("own", "1", "", origin="https://me:pw@x.example/y", reinstallable=False)
    text = "\n".join(notes(FULL, [fetched], {"PIP_INDEX_URL": "https://me:pw@x.example/s"}))
    for part in (
        *("no digest", "without a password", "/etc/pip.conf names an index with a login"),
        *("PIP_INDEX_URL names", "a channel of", "no dpkg", "is unpacked here", "/dev/x"),
        "own 1 cannot be fetched again (from https://…@x.example/y)",
    ):
        assert part in text
    assert "pw" not in text


def test_quiet_adoption_has_little_to_say():
    pinned = BaseImage(f"python:3.11{DIGEST}", "1", "", pinned=True)
    assert list(notes(Adoption("x", pinned, SETTINGS), [], {})) == []
    found = Dist("six", "1", "")
    assert list(notes(Adoption("x", pinned, SETTINGS), [found], {})) == []


def test_report_shows_every_part_of_it(capsys):
    console.cache_clear()
    print_adoption(FULL)
    said = capsys.readouterr().out
    console.cache_clear()
    for part in (
        *("apt, asked for", "jq=1", "1 packages", "apt, taken away", "pip, /opt/e", "wheel"),
        *("conda, /opt/c d", "x=1=0", "tool@1.0", "/etc/passwd: a.b", "/root/.netrc", "/etc/old"),
    ):
        assert part in said


def test_too_many_bytes_are_refused_where_nobody_can_agree():
    with pytest.raises(InputError, match="more than 1 B"):
        too_big(FULL, 1, may_ask=True)


def side(*entries: Entry, env: tuple[str, ...] = (), version: str = "1") -> Side:
    status = f"Package: jq\nStatus: install ok installed\nVersion: {version}\n"
    return Side({one.path: one for one in entries}, {STATUS: status.encode()}, {"Env": list(env)})


def test_comparison_tells_known_reasons_from_real_differences():
    plain = replace(FULL, apt=AptChanges(broken=(("jq", "unpacked"),)))
    secret = Entry("/root/.netrc", "file", 0o600, 0, 0)
    same = Entry("/opt/x", "file", 0o644, 0, 0, 3, "abc")
    link = Entry("/opt/l", "link", 0o777, 0, 0, target="x")
    log = Entry("/var/log/x", "file", 0o644, 0, 0)
    point = Entry("/mnt", "dir", 0o755, 0, 0)
    site = "/opt/e/lib/python3.11/site-packages/six-1.dist-info"
    original = side(
        *(secret, same, link, log, point, Entry(site, "dir", 0o755, 0, 0)),
        Entry(f"{site}/RECORD", "file", 0o644, 0, 0),
        Entry("/opt/c/conda-meta/x-1-0.json", "file", 0o644, 0, 0),
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
    assert summary(found).endswith("3 explained, 5 not")
    assert compare(original, original, FULL, []).real == ()
    left = side(Entry("/data", "dir", 0o755, 0, 0), Entry("/dev/x", "other", 0, 0, 0))
    assert compare(left, side(), FULL, []).real == ()
