"""What an upload tells before and after: secrets, large ignored folders, links to nowhere."""

import os

import pytest

from scaffold.adapters.sync import left_out
from scaffold.cli.sync.push import hints, sent_json, show_sent
from scaffold.cli.sync.terminal import consent_to_secrets, tells_what_stays
from scaffold.errors import InputError, TargetError
from tests.commands.sync.two_sides import TwoSides

SECRETS = (".env", "certs/server.key", "config/service-account.json", ".netrc")


@pytest.fixture
def sides(two_sides: TwoSides) -> TwoSides:
    for path in (*SECRETS, "train.py", ".env.example", ".gitignore"):
        file = two_sides.here / path
        file.parent.mkdir(exist_ok=True)
        file.write_text("runs/\n" if path == ".gitignore" else "x")
    return two_sides


@pytest.mark.parametrize("answer", [True, False])
def test_each_secret_is_asked_for_once(sides: TwoSides, answer):
    asked: list[dict[str, str]] = []

    def consent(kinds):
        asked.append(dict(kinds))
        return answer

    first = sides.push(secrets=consent)
    assert [sorted(one) for one in asked] == [sorted(SECRETS)]
    assert [(sides.there / path).exists() for path in SECRETS] == [answer] * 4
    assert (sides.there / ".env.example").exists() and not first.undecided
    again = sides.push(secrets=consent)
    assert (len(asked), again.files, again.skipped) == (1, (), ())
    assert ("it stays here" in " ".join(again.notes)) is not answer
    (sides.here / "id_ed25519").write_text("new")
    sides.push(secrets=consent)
    assert [*asked[1]] == ["id_ed25519"]
    sides.push(secrets=None)
    assert (sides.there / ".env").exists()


def test_what_the_server_needs_is_not_left_out_in_silence(two_sides: TwoSides, monkeypatch):
    config = two_sides.here / ".devcontainer/devcontainer.json"
    config.parent.mkdir()
    config.write_text("{}")
    (two_sides.here / ".gitignore").write_text(".devcontainer/\n")
    needed = (".devcontainer/devcontainer.json", ".devcontainer/not-there.sh")
    with pytest.raises(InputError, match=r"devcontainer.json is excluded by an ignore") as told:
        two_sides.push(needed=needed)
    line, _, file = told.value.hint.partition("echo ")[2].partition(" >>")
    assert file == str(two_sides.here / ".scaffoldignore")
    assert not (two_sides.there / ".gitignore").exists()
    monkeypatch.chdir(two_sides.here)
    with pytest.raises(InputError) as told:
        two_sides.push(needed=(".devcontainer/devcontainer.json",))
    assert told.value.hint.endswith(">>.scaffoldignore")
    (two_sides.here / ".scaffoldignore").write_text(line.strip("'"))
    two_sides.push(needed=needed)
    assert (two_sides.there / ".devcontainer/devcontainer.json").exists()
    (two_sides.here / ".scaffoldignore").write_text(".hidden.json")
    (two_sides.here / ".hidden.json").write_text("{}")
    with pytest.raises(InputError) as told:
        two_sides.push(needed=(".hidden.json",))
    assert "echo '!/.hidden.json'" in told.value.hint


def test_a_target_that_did_not_exist_is_told(two_sides: TwoSides):
    (two_sides.here / "a").write_text("1")
    assert not two_sides.push(dry_run=True).created
    assert [two_sides.push().created for _ in range(2)] == [True, False]
    two_sides.there.rename(two_sides.there.with_name("moved"))
    assert two_sides.push().created
    assert (two_sides.there / "a").read_text() == "1"


def test_where_nobody_can_answer_a_secret_stays_here_and_is_told(sides: TwoSides):
    sent = sides.push(secrets=lambda _kinds: None)
    assert {one.path for one in sent.skipped} == {*SECRETS} and sent.undecided
    assert "--include-secrets" in "".join(hints(sent))
    assert not (sides.there / ".env").exists() and (sides.there / "train.py").exists()
    asked: list[object] = []
    sides.push(secrets=lambda kinds: bool(asked.append(kinds)))
    assert asked


def test_a_dry_run_names_secrets_and_asks_nothing(sides: TwoSides):
    sent = sides.push(dry_run=True, secrets=lambda _kinds: pytest.fail("asked"))
    assert ".env looks like a secret (environment file): it asks first" in " ".join(sent.notes)


def test_a_dry_run_names_what_is_ignored_by_its_size(sides: TwoSides, monkeypatch, capsys):
    monkeypatch.setattr(left_out, "LARGE", 1000)
    for path, size in {"runs/a/best.pt": 5000, "runs/b": 10, "node_modules/x": 9000}.items():
        (sides.here / path).parent.mkdir(parents=True, exist_ok=True)
        (sides.here / path).write_bytes(b"x" * size)
    sent = sides.push(dry_run=True)
    assert sent.ignored == {"runs": 5010}
    show_sent(sent, dry_run=True)
    assert "ignored, so not uploaded:\n  5.01 kB  runs\n" in capsys.readouterr().out
    assert sent_json(sent, dry_run=True)["ignored"] == {"runs": 5010}
    monkeypatch.setattr(left_out, "MAX_COUNTED", 1)
    assert sides.push(dry_run=True).ignored == {}


LINKS = {
    "out of the project": ("../data", "link is a link to ../data, which is not uploaded"),
    "an absolute path": ("/data/imagenet", "link is a link to /data/imagenet, which"),
    "what does not exist": ("nothing", "link is a link to nothing, which"),
    "what is ignored": ("runs", "link is a link to runs, which"),
    "a file of the project": ("train.py", ""),
    "a folder of the project": ("certs", ""),
    "a link that leads on": ("other", ""),
}


@pytest.mark.parametrize(("target", "told"), LINKS.values(), ids=LINKS)
def test_a_link_that_leads_nowhere_on_the_server_is_told(sides: TwoSides, target, told):
    (sides.here / "other").symlink_to("./certs/../train.py")
    (sides.here / "runs").mkdir()
    (sides.here / "link").symlink_to(target)
    notes = " ".join(sides.push().notes)
    assert told in notes and bool(told) == bool(notes)
    assert sides.push().notes == ()


def test_after_an_interrupt_it_tells_what_stays(capsys):
    with pytest.raises(KeyboardInterrupt), tells_what_stays("It stays at gpu01."):
        raise KeyboardInterrupt
    assert "It stays at gpu01." in capsys.readouterr().err


def test_without_a_terminal_secrets_are_listed_and_not_asked_for(capsys):
    consent = consent_to_secrets(include=False)
    assert consent and consent({".env": "environment file"}) is None
    assert ".env (environment file)" in capsys.readouterr().err
    assert consent_to_secrets(include=True) is None


def test_more_than_fits_is_told_before_anything_is_uploaded(sides: TwoSides, tmp_path, monkeypatch):
    programs = tmp_path / "programs"
    programs.mkdir()
    df = programs / "df"
    df.write_text("#!/bin/sh\necho head\necho /dev/x 1 1 3 1% /\n")
    df.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    (sides.here / "model.bin").write_bytes(bytes(5000))
    with pytest.raises(TargetError, match=r"uploads 5\S* kB, but .* has 3\S* kB left"):
        sides.push()
    assert [path.name for path in sides.there.iterdir()] == [".scaffold-sync"]
    (sides.here / "model.bin").unlink()
    assert sides.push().files
