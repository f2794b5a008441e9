"""What a person can type next: hints name host, container and flags as they were used."""

import pytest

from tests.lab.support.container_options import IMAGE
from tests.lab.support.recreating import finished, remove
from tests.lab.test_engine_over_ssh import config  # noqa: F401

NAME = "worded"
UNKNOWN_PACKAGE = """set -e
packages=$(python -c 'import site; print(site.getsitepackages()[0])')
about=lab_nowhere-9.9.dist-info
mkdir -p "$packages/$about"
printf 'Metadata-Version: 2.1\\nName: lab-nowhere\\nVersion: 9.9\\n' >"$packages/$about/METADATA"
echo pip >"$packages/$about/INSTALLER"
for file in METADATA INSTALLER RECORD; do echo "$about/$file,,"; done >"$packages/$about/RECORD"
"""


@pytest.fixture
def container(engine):
    remove(engine, NAME)
    engine.docker("run", "--detach", "--init", f"--name={NAME}", IMAGE, "sleep", "1000")
    yield NAME
    remove(engine, NAME)


WRONG = [
    (("recreate", NAME, "--port=1:1"), "did you mean --publish?"),
    (("commit", NAME), "container save?"),
    (("recreate", "fart", "--env=A=1"), "scaffold container list{reach}"),
]


@pytest.mark.parametrize(("words", "hint"), WRONG)
def test_wrong_word_is_answered_with_what_was_meant(engine, container, config, words, hint):  # noqa: F811
    options = ("--host", "gpu01", "--ssh-config", str(config))
    code, _, err = finished(engine, *words, *options)
    assert code == 2
    assert hint.replace("{reach}", f" {' '.join(options)}") in err


def test_next_command_carries_the_host_as_it_was_used(engine, container, config):  # noqa: F811
    options = ("--host", "gpu01", "--ssh-config", str(config))
    code, out, err = finished(engine, "recreate", container, "--env=A=1", "--yes", *options)
    assert code == 0, err
    assert f"scaffold container prune {' '.join(options)}" in out


@pytest.mark.long
def test_build_that_fails_ends_with_its_reason(engine, container, tmp_path):
    engine.docker("exec", container, "sh", "-c", UNKNOWN_PACKAGE)
    code, _, err = finished(engine, "adopt", container, str(tmp_path), "--yes", "--verify")
    told = err[err.index("error: ") :].splitlines()
    assert code == 1, err
    assert told[0].startswith("error: the image build failed: RUN ")
    assert told[-1].startswith("hint: "), told
    assert len(told) < 9, told
