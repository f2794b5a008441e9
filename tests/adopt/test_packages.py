"""What package managers wrote down, and what follows from it."""

import gzip
import json
from dataclasses import replace

import pytest

from scaffold.adopt import conda, npm
from scaffold.adopt.accounts import AccountChange, account_changes, read_logins
from scaffold.adopt.apt_sources import DPKG_LOG, HISTORY, LISTS, local_packages
from scaffold.adopt.dpkg import (
    EXTENDED,
    OVERRIDES,
    STATUS,
    AptChanges,
    DebianPackage,
    apt_changes,
    overridden,
    read_dpkg,
)
from scaffold.adopt.file_tree import FileEntry
from scaffold.adopt.package_files import (
    find_owned,
    folders_to_make_first,
    home_of,
    settings_to_compare,
    site_changes,
)
from scaffold.adopt.python_packages import (
    Distribution,
    name_and_version,
    pytorch_variants,
    read_dist,
    read_indexes,
    read_site,
    without_source,
)


def paragraph(name: str, version: str = "1", state: str = "installed", **more: str) -> str:
    fields = {"Architecture": "amd64", **more}
    lines = [f"Package: {name}", f"Status: install ok {state}", f"Version: {version}"]
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in fields.items())])


DPKG = paragraph("dpkg")
FROM_FILE = "Commandline: apt install ./hello_1.0_amd64.deb\n"


def system(*paragraphs: str, auto: tuple[str, ...] = (), **files: str):
    marks = "\n\n".join(f"Package: {n}\nArchitecture: amd64\nAuto-Installed: 1" for n in auto)
    texts = {STATUS: "\n\n".join([DPKG, *paragraphs]) + "\n", EXTENDED: marks, **files}
    return read_dpkg({path: text.encode() for path, text in texts.items()})


@pytest.mark.parametrize(
    ("base", "now", "wanted"),
    [
        (system(), system(), AptChanges()),
        (system(), system(paragraph("jq", "1.6")), AptChanges(manual=("jq=1.6",))),
        (
            system(),
            system(paragraph("jq"), paragraph("libjq1"), auto=("libjq1",)),
            AptChanges(manual=("jq=1",), automatic=("libjq1=1",)),
        ),
        (system(paragraph("jq")), system(paragraph("jq", "2")), AptChanges(manual=("jq=2",))),
        (
            system(paragraph("jq"), auto=("jq",)),
            system(paragraph("jq")),
            AptChanges(manual=("jq=1",)),
        ),
        (system(paragraph("jq")), system(), AptChanges(removed=("jq",))),
        (
            system(paragraph("jq")),
            system(paragraph("jq", state="config-files")),
            AptChanges(removed=("jq",)),
        ),
        (
            system(),
            system(paragraph("jq", state="half-configured")),
            AptChanges(manual=("jq=1",), broken=(("jq", "half-configured"),)),
        ),
        (
            system(),
            system(paragraph("libc6", Architecture="i386")),
            AptChanges(manual=("libc6:i386=1",)),
        ),
    ],
    ids=[
        "nothing",
        "one that was asked for",
        "one that came along",
        "an upgrade",
        "only the mark",
        "one that was removed",
        "one of which only settings are left",
        "one left half done",
        "one of another architecture",
    ],
)
def test_what_apt_has_to_do(base, now, wanted):
    assert apt_changes(base, now) == wanted


def test_broken_status_file_is_no_error():
    assert read_dpkg({STATUS: b"\xff\xfe: \n\n continued\n\nnothing"}).packages == {}


def test_settings_alternatives_and_owners_are_read():
    conffiles = "\n /etc/jq.conf 0123456789abcdef0123456789abcdef\n /etc/old 0123 obsolete"
    now = system(
        paragraph("jq", Conffiles=conffiles),
        **{
            "/var/lib/dpkg/info/jq.list": "/.\n/bin/jq\n/etc/jq.conf\n",
            "/var/lib/dpkg/info/jq.md5sums": "x",
            "/var/lib/dpkg/alternatives/editor": "auto\n/usr/b\neditor.1.gz\n/usr/m\n\n/a\n",
            "/var/lib/dpkg/alternatives/pager": "manual\n/usr/bin/pager\n\n/b\n",
        },
    )
    assert now.owners == {"/bin/jq": "jq", "/usr/bin/jq": "jq", "/etc/jq.conf": "jq"}
    assert now.alternatives == {"editor", "editor.1.gz", "pager"}
    assert now.chosen_alternatives == {"pager"}
    sums = settings_to_compare(system(), now, {"/etc/jq.conf": "added"})
    assert list(sums) == ["/etc/jq.conf"]
    owned = find_owned(system(), now, ["/etc/jq.conf"], [], [], [], [])
    assert owned.now == {"/bin/jq", "/usr/bin/jq", "/etc/alternatives/editor"} | {
        "/etc/alternatives/editor.1.gz"
    }


PASSWD = "root:x:0:0:root:/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/sh\nodd\n"


def test_logins_come_without_passwords():
    now = {
        "/etc/passwd": PASSWD.replace("ada:x", "ada:$6$hash").encode(),
        "/etc/group": b"g:x:9:ada",
    }
    base = {"/etc/passwd": b"root:x:0:0:root:/root:/bin/bash\ngone:x:5:5::/:/bin/sh"}
    assert account_changes(base, now) == (
        AccountChange("/etc/group", "g", "g:x:9:ada"),
        AccountChange("/etc/passwd", "ada", "ada:x:1000:1000::/home/ada:/bin/sh"),
        AccountChange("/etc/passwd", "gone", ""),
    )
    logins = read_logins(now)
    assert (logins["ada"].uid, logins["ada"].home) == (1000, "/home/ada")
    assert home_of("1000:1000", logins) == "/home/ada"
    assert home_of("7:7", logins) == "/tmp"


@pytest.mark.parametrize(
    ("path", "python", "user"),
    [
        ("/usr/local/lib/python3.11/site-packages", "/usr/local/bin/python3.11", False),
        ("/usr/local/lib/python3.11/dist-packages", "/usr/bin/python3.11", False),
        ("/usr/lib/python3/dist-packages", "/usr/bin/python3", False),
        ("/home/a/.local/lib/python3.12/site-packages", "python3.12", True),
        ("/opt/my env/lib/python3.12/site-packages", "/opt/my env/bin/python", False),
    ],
)
def test_folder_of_packages_says_whose_it_is(path, python, user):
    site = read_site(path)
    assert (site.python, site.user) == (python, user)


def test_other_folders_hold_no_packages():
    assert read_site("/opt/app/packages") is None
    assert name_and_version("/x/readme") == ("readme", "")


SITE = "/opt/env/lib/python3.11/site-packages"
RECORD = b"six.py,sha256=x,3\n../../../bin/six,,\nsix-1.0.dist-info/RECORD,,\n"
WHOLE = {"RECORD": RECORD, "METADATA": b"Name: six", "INSTALLER": b"pip\n"}


def dist(direct: object = None, **more: bytes) -> Distribution:
    files = {**WHOLE, **more}
    if direct is not None:
        files["direct_url.json"] = (
            direct if isinstance(direct, bytes) else json.dumps(direct).encode()
        )
    return read_dist(f"{SITE}/six-1.0.dist-info", files)


GIT = {"url": "https://example.org/six", "vcs_info": {"vcs": "git", "commit_id": "abc"}}


@pytest.mark.parametrize(
    ("direct", "requirement", "fetchable"),
    [
        (None, "six==1.0", True),
        (b"not json", "six==1.0", True),
        ({}, "six==1.0", True),
        (GIT, "six @ git+https://example.org/six@abc", True),
        (
            {**GIT, "subdirectory": "a"},
            "six @ git+https://example.org/six@abc#subdirectory=a",
            True,
        ),
        ({"url": "https://example.org/six.whl"}, "six @ https://example.org/six.whl", True),
        ({"url": "file:///opt/six", "dir_info": {"editable": True}}, "six==1.0", False),
        ({"url": "https://me:pw@example.org/six.whl"}, "six==1.0", False),
        ({"url": "ssh://git@example.org/six"}, "six==1.0", False),
    ],
)
def test_where_a_distribution_came_from(direct, requirement, fetchable):
    read = dist(direct)
    assert (read.requirement, read.reinstallable) == (requirement, fetchable)


def test_distribution_owns_what_its_record_says():
    read = dist(REQUESTED=b"")
    assert (read.requested, read.installer, read.site) == (True, "pip", SITE)
    assert read.files == {f"{SITE}/six.py", "/opt/env/bin/six", f"{SITE}/six-1.0.dist-info/RECORD"}
    assert not read_dist(f"{SITE}/six-1.0.dist-info", {"METADATA": b""}).reinstallable


def test_what_packages_own_comes_back_with_them():
    local = read_dist(f"{SITE}/own-1.dist-info", {"METADATA": b"", "RECORD": b"own.py,,\n"})
    local = replace(local, reinstallable=False)
    old = Distribution(
        name="old",
        version="1",
        folder=f"{SITE}/old-1.dist-info",
        files=frozenset({f"{SITE}/old.py"}),
    )
    package = conda.CondaPackage(
        name="x", version="1", build="0", channel="c", files=frozenset({"/opt/c/bin/x"})
    )
    environment = conda.CondaEnvironment(prefix="/opt/c", packages=(package,), new=True)
    base = system(paragraph("nano"), **{"/var/lib/dpkg/info/nano.list": "/usr/bin/nano\n"})
    tool = npm.NpmPackage("tool", "1", "/usr/lib/node_modules/tool")
    owned = find_owned(base, system(), [], [dist(), local], [old], [environment], [tool])
    assert f"{SITE}/six.py" in owned.now
    assert "/opt/c/bin/x" in owned.now
    assert f"{SITE}/own.py" not in owned.now
    assert owned.before == {f"{SITE}/old.py", old.folder, "/usr/bin/nano"}
    assert owned.trees == (tool.folder, f"{SITE}/six-1.0.dist-info", "/opt/c/conda-meta")


def test_environment_of_a_login_is_made_by_it():
    read = {
        SITE: FileEntry(path=SITE, kind="dir", mode=0o755, uid=1000, gid=1000),
        "/opt": FileEntry(path="/opt", kind="dir", mode=0o755, uid=0, gid=0),
    }
    for name, target in (("python", "python3"), ("python3", "/usr/bin/python3.11")):
        path = f"/opt/env/bin/{name}"
        read[path] = FileEntry(path=path, kind="link", mode=0o777, uid=0, gid=0, target=target)
    venv = {"/opt/env/pyvenv.cfg": b"include-system-site-packages = true\n"}
    logins = read_logins({"/etc/passwd": PASSWD.encode()})
    old = [
        Distribution(
            name="wheel",
            version="1",
            folder=f"{SITE}/wheel-1.dist-info",
            files=frozenset({f"{SITE}/wheel.py"}),
        )
    ]
    (one,) = site_changes([dist()], old, venv, read, logins, {SITE: "/opt/env/bin/python3"})
    assert (one.owner, one.home, one.uninstall) == ("1000:1000", "/home/ada", ("wheel",))
    assert (one.venv, one.system_packages, one.brings_pip) == (True, True, False)
    assert one.made_by == "/usr/bin/python3.11"
    assert one.site.python == "/opt/env/bin/python3"
    changes = {"/opt/env": "added", "/opt/env/lib": "added", "/opt": "modified"}
    assert folders_to_make_first([SITE], [], read, changes) == {"/opt/env", "/opt/env/lib"}
    assert folders_to_make_first([SITE], ["/opt/env"], read, changes) == set()


def test_index_with_a_login_is_not_used():
    files = {
        "/etc/pip.conf": b"[global]\nindex-url = https://a.example/simple\n",
        "/root/.pip/pip.conf": b"[global]\nindex-url = https://me:pw@b.example/simple\n",
    }
    read = read_indexes(files, {"PIP_EXTRA_INDEX_URL": "https://c.example/s https://d.example/s"})
    assert read.options == (
        "--index-url https://a.example/simple",
        "--extra-index-url https://c.example/s",
        "--extra-index-url https://d.example/s",
    )
    assert read.secret == ("/root/.pip/pip.conf",)
    assert read_indexes({}, {"PIP_INDEX_URL": "https://t@e.example/s"}).options == ()


def test_builds_of_pytorch_name_their_index():
    versions = ("2.8.0+cu126", "0.1+cpu", "1.0+local.1", "3.0")
    found = [
        Distribution(name="x", version=version, folder=f"{SITE}/x.dist-info")
        for version in versions
    ]
    assert pytorch_variants(found) == ("cpu", "cu126")


def record(name: str, **more: object) -> bytes:
    about = {"name": name, "version": "1.2", "build": "h0", "subdir": "linux-64", "files": ["a/b"]}
    return json.dumps({**about, **more}).encode()


@pytest.mark.parametrize(
    ("url", "channel", "secret"),
    [
        ("https://conda.anaconda.org/conda-forge/linux-64/x.conda", "conda-forge", False),
        ("https://me:pw@m.example/ch/linux-64/x.conda", "https://m.example/ch", True),
        ("https://m.example/t/tok-1/ch/linux-64/x.conda", "https://m.example/ch", True),
        ("", "defaults", False),
    ],
)
def test_conda_package_has_its_channel(url, channel, secret):
    records = {"x-1.2-h0.json": record("x", url=url, channel="defaults"), "y": b"{", "z": b"[]"}
    found = conda.read_environment("/opt/e", records, {})
    assert (found.channels, found.secret, found.new) == ((channel,), secret, True)
    assert found.packages[0].files == {"/opt/e/a/b"}
    assert '  - "x=1.2=h0"' in found.content


def test_conda_packages_of_the_base_image_are_not_repeated():
    both = {"x-1.2-h0.json": record("x")}
    found = conda.read_environment("/opt/e", {**both, "y-1-0.json": record("y")}, both)
    assert ([one.name for one in found.packages], found.new) == (["y"], False)
    assert conda.meta_folders({"/opt/e/conda-meta/y-1-0.json": "added", "/x.json": "added"}) == [
        "/opt/e/conda-meta"
    ]
    assert conda.package_of("/opt/e/conda-meta/a-b-1.2-h0.json") == ("a-b", "1.2=h0")
    assert conda.package_of("/opt/e/a-1-2.json") is None


def test_global_packages_of_npm():
    folder = "/usr/local/lib/node_modules/@scope/tool"
    paths = [f"{folder}/package.json", f"{folder}/node_modules/x/package.json", "/a/package.json"]
    assert npm.package_files(paths) == paths[:1]
    package = npm.read_package(paths[0], b'{"version": "1.0.0"}')
    assert package.spec == "@scope/tool@1.0.0"
    assert npm.read_package(paths[0], b"[]") is None
    target = "../lib/node_modules/@scope/tool/cli.js"
    assert npm.is_program_link("/usr/local/bin/tool", target, [package])
    assert not npm.is_program_link("/opt/x", "", [package])


def test_linked_and_local_npm_packages_are_the_users_own():
    path = "/usr/local/lib/node_modules/mine/package.json"
    for origin in ("file:../mine.tgz", "git+ssh://git@host.example/mine.git#abc"):
        content = f'{{"version": "1", "_resolved": "{origin}"}}'.encode()
        assert npm.read_package(path, content) is None
    link = ("/usr/local/bin/mine", "../lib/node_modules/mine/cli.js")
    other = npm.NpmPackage("tool", "1", "/usr/local/lib/node_modules/tool")
    assert not npm.is_program_link(*link, [other])


@pytest.mark.parametrize(
    ("situation", "lists", "history", "dpkg_log", "local"),
    [
        ("archives list it", "Package: hello\n", "", "", set()),
        ("archives list others only", "Package: other\n", "", "", {"hello"}),
        (
            "apt installed it from an archive",
            "",
            "Commandline: apt-get install hello\nInstall: hello:amd64 (1.0)",
            "2026-11-24 10:00:00 install hello:amd64 <none> 1.0",
            set(),
        ),
        (
            "apt installed it from a file",
            "",
            f"{FROM_FILE}Install: libx:amd64 (2, automatic), hello:amd64 (1.0)",
            "",
            {"hello"},
        ),
        (
            "dpkg installed it",
            "",
            "Commandline: apt-get install other\nInstall: other:amd64 (1.0)",
            "2026-11-24 10:00:00 install hello:amd64 <none> 1.0",
            {"hello"},
        ),
        ("no list and no log is left", "", "", "", set()),
    ],
)
def test_packages_from_deb_files_are_told_from_those_of_archives(
    situation, lists, history, dpkg_log, local
):
    new = [DebianPackage(name="hello", version="1.0")]
    files = {HISTORY: history.encode(), DPKG_LOG: dpkg_log.encode()}
    if lists:
        files[f"{LISTS}/deb.example_Packages"] = lists.encode()
        files[f"{LISTS}/zip.example_Packages.gz"] = gzip.compress(b"Package: zipped\n")
    assert local_packages(new, files) == local


def test_file_of_a_local_package_is_carried_and_never_listed():
    now = system(paragraph("hello"), **{"/var/lib/dpkg/info/hello.list": "/usr/bin/hello\n"})
    changes = apt_changes(system(), now, {"hello"})
    assert (changes.manual, changes.local) == ((), ("hello=1",))
    owned = find_owned(system(), now, [], [], [], [], [], {"hello"})
    assert "/usr/bin/hello" not in owned.now


def test_wheels_that_lie_in_the_container_cannot_be_downloaded():
    found = without_source(
        [
            Distribution(name="own-tool", version="1.0", folder=f"{SITE}/own_tool-1.0.dist-info"),
            Distribution(name="built", version="2.0+gpu1", folder=f"{SITE}/built-2.0.dist-info"),
            Distribution(name="torch", version="2.8.0+cu126", folder=f"{SITE}/torch-2.dist-info"),
            Distribution(name="six", version="1.16", folder=f"{SITE}/six-1.16.dist-info"),
        ],
        ["/wheels/own_tool-1.0-py3-none-any.whl", "/wheels/six-1.15.tar.gz"],
    )
    assert [one.name for one in found if not one.reinstallable] == ["own-tool", "built"]


def test_conda_packages_of_a_local_channel_are_carried_as_files():
    def record(name: str, url: str) -> bytes:
        found = {"name": name, "version": "1", "build": "0", "url": url, "subdir": "noarch"}
        return json.dumps({**found, "files": [f"lib/{name}.py"]}).encode()

    records = {
        "own-1-0.json": record("own", "file:///srv/channel/noarch/own-1-0.conda"),
        "six-1-0.json": record("six", "https://conda.anaconda.org/conda-forge/noarch/six.conda"),
    }
    found = conda.read_environment("/opt/e", records, {})
    assert [one.name for one in found.packages] == ["six"]
    assert "own" not in found.content
    owned = find_owned(system(), system(), [], [], [], [found], [])
    assert {"/opt/e/lib/own.py", "/opt/e/conda-meta/own-1-0.json"} <= owned.own


def test_modes_that_the_user_set_by_dpkg_are_known():
    line = "root root 4755 /usr/bin/ping two\n"
    assert overridden({OVERRIDES: line.encode()}) == {"/usr/bin/ping two"}
