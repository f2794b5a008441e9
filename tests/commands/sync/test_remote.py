"""What a far side that does not answer as it should comes to."""

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.adapters.sync.volume_shell import VolumeShell
from scaffold.adapters.sync.writer import WorkspaceWriter
from scaffold.commands.sync.pull_transfer import download
from scaffold.commands.sync.remote import RemoteWorkspace, check_target
from scaffold.commands.sync.ui import SilentSyncUi
from scaffold.errors import InputError, TargetError
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import ManifestEntry
from scaffold.sync.target import SyncTarget

CLAIM = Holder("1", "a@b", "/w", "now")
FILE = ManifestEntry(kind="f", mode=0o644, size=1, mtime=0)


class Answering:
    """A far side that answers with a text in which @ is the nonce."""

    name, folder, as_root = "gpu01", "/p", False

    def __init__(self, text: bytes) -> None:
        self._text = text

    def run(self, script: bytes) -> bytes:
        found = re.search(rb"nonce='?([0-9a-f]{16})", script)
        assert found
        return self._text.replace(b"@", found[1])

    @contextlib.contextmanager
    def fetch(self, script: bytes):
        yield io.BytesIO(self.run(script))


LOOKS = {
    "no script ran": (b"menu\n", "runs no commands: menu"),
    "it ended early": (b"@ begin\n", "the connection to gpu01 was lost"),
    "a listing without an end": (b"@ begin\n@ clock 5\n@ list as_gnu cat\nf\t", "was lost"),
    "its own reason": (b"@ begin\n@ fail Disk quota exceeded\n", "Disk quota exceeded"),
}


@pytest.mark.parametrize(("text", "told"), LOOKS.values(), ids=LOOKS)
def test_a_look_without_a_whole_answer_is_an_error(text, told):
    with pytest.raises(TargetError, match=told):
        RemoteWorkspace(Answering(text), "").scan(CLAIM, [], ["a"], take=False, dry=True)


def test_a_change_without_an_end_is_an_error():
    with pytest.raises(TargetError, match="was lost"):
        RemoteWorkspace(Answering(b"@ begin\n"), "").change("1", "")


def test_sums_that_are_not_for_each_file_prove_nothing(tmp_path: Path):
    sight = RemoteWorkspace(Answering(b"@ begin\n@ sum aa\n@ done\n"), "")
    assert sight.equal("1", tmp_path, ["a", "b"]) == set()
    assert sight.equal("1", tmp_path, ["unreadable"]) == set()


ANSWERS = {
    "nothing": (b"", "runs no commands: it printed nothing"),
    "no script": (b"menu\n", "runs no commands"),
    "an early end": (b"@ begin\n", "was lost"),
    "noise without an end": (b"x\n" * 2000, "runs no commands"),
    "no archive": (b"@ begin\n@ send\n", "was lost"),
    "a cut archive": (b"@ begin\n@ send\n" + b"x" * 700, "could not be downloaded"),
}


@pytest.mark.parametrize(("text", "told"), ANSWERS.values(), ids=ANSWERS)
def test_a_pull_without_a_whole_answer_is_an_error(text, told, tmp_path: Path):
    came: list[str] = []
    with pytest.raises(TargetError, match=told):
        download(tmp_path, Answering(text), ["a"], set(), {"a": FILE}, SilentSyncUi(), came)
    assert came == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "place", [SyncTarget(host="h", path="/p", volume="v"), SyncTarget(host="", path="/p")]
)
def test_a_place_is_a_folder_elsewhere_or_a_volume(place):
    with pytest.raises(InputError):
        check_target(place)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x"])
def test_nothing_is_put_outside(path, tmp_path: Path):
    with pytest.raises(TargetError, match="leaves the workspace"):
        WorkspaceWriter(tmp_path / "root").write(path, FILE, io.BytesIO(b"x"))


def test_a_thousandth_copy_is_refused(tmp_path: Path):
    for number in range(1, 1000):
        (tmp_path / f"a.bak{number}").touch()
    (tmp_path / "a").write_text("mine")
    with pytest.raises(TargetError, match="999 backups"):
        WorkspaceWriter(tmp_path).write("a", FILE, io.BytesIO(b"x"), keep=True)
    assert (tmp_path / "a").read_text() == "mine"


class FullEngine:
    """An engine whose disk is full."""

    def __init__(self) -> None:
        self.ran: list[bytes] = []

    def unpack(self, *_arguments: object) -> None:
        raise TargetError("copying: no space left on device")

    def run(self, _name: str, program, feed: Callable[[bytes, bytes], bool], _s: float) -> None:
        self.ran.append(program.text)


def test_a_volume_on_a_full_disk_is_left_without_the_half(tmp_path: Path):
    engine = FullEngine()
    far = VolumeShell(engine, "helper", "the volume v")  # type: ignore[arg-type]
    with pytest.raises(TargetError, match="no space left"):
        far.unpack(".scaffold-sync/in-1", [b""], b"", b"")
    assert engine.ran == [
        b"mkdir /scaffold-place/.scaffold-sync/in-1",
        b"rm -rf /scaffold-place/.scaffold-sync/in-1",
    ]
