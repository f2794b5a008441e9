"""Settings for every test."""

import os
import sys
from pathlib import Path

import click
import pytest
from hypothesis import settings

# A slow or loaded machine is no defect: nothing here asserts a time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


# Programs that come with the tests (uv, shellcheck) are found where the machine has none.
os.environ["PATH"] += f"{os.pathsep}{Path(sys.executable).parent}"

LAB = Path(__file__).with_name("lab")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The lab's files, which take long, come first: the last file then ends soon on each worker."""
    items.sort(key=lambda item: LAB not in item.path.parents)


@pytest.fixture(autouse=True, scope="session")
def _own_folders(tmp_path_factory):
    """What the product remembers of other runs, and of the developer's own, decides no test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(autouse=True)
def _published_documents(monkeypatch):
    """Whatever a command prints with `--json`, in any test of this process, is as published."""
    from scaffold.cli import report

    print_json = report.print_json

    def checked(document):
        from tests.json_documents import commands_with_json, faults

        ran = click.get_current_context().command
        names = [name for name, one in commands_with_json().items() if one is ran]
        whole = {"schema": report.SCHEMA, **document}
        assert [fault for name in names for fault in faults(name, whole)] == []
        print_json(document)

    monkeypatch.setattr(report, "print_json", checked)
