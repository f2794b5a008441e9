"""What a dry run of `scaffold sync` says of the upload."""

from scaffold.cli.sync.push import sent_json, show_sent
from scaffold.commands.sync.requests import PushResult
from scaffold.sync.target import SyncTarget

SENT = PushResult(
    target=SyncTarget(host="gpu01", path="/p"),
    files=("data", "data/a.csv", "data/model.bin", "train.py"),
    size=2_000_001_000,
    sizes={"data/a.csv": 900, "data/model.bin": 2_000_000_000, "train.py": 100},
)


def test_largest_files_are_named_first_with_their_sizes(capsys):
    show_sent(SENT, dry_run=True)
    _, *lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "   2 GB  data/model.bin",
        "  900 B  data/a.csv",
        "  100 B  train.py",
        "         data",
    ]


def test_sizes_are_in_the_document():
    assert sent_json(SENT, dry_run=True)["sizes"]["train.py"] == 100
