"""What other rows decide differently, over the situations of the resolver."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.resolver import test_situations
from tools.catalogue import differences, proof, stored


def test_rows_without_the_newest_release_decide_differently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    situation = ("newest torch on a Turing card", "Tesla T4", "580.95.05", "torch", "")
    monkeypatch.setattr(test_situations, "SITUATIONS", [situation])
    old = tmp_path / "old"
    shutil.copytree(stored.ROOT, old)
    newest = proof.without_newest(old / "pytorch.json")
    (found,) = differences.differences(old, stored.ROOT)
    assert found.startswith("newest torch on a Turing card\n  before: ")
    assert newest in found.split("now:")[1]
    monkeypatch.setattr(sys, "argv", ["differences", str(stored.ROOT)])
    differences.main()
    assert capsys.readouterr().out == "No situation is decided differently.\n"
