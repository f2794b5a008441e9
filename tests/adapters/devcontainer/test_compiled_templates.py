"""Compiled templates: kept in the user's cache, loaded only if whole and of this user."""

import os
import subprocess
import sys

import pytest
from jinja2 import DictLoader, Environment

from scaffold.adapters.devcontainer.compiled_templates import CompiledTemplates


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "gpu-scaffold" / "templates"


def rendered() -> tuple[str, bool]:
    """What a template renders to, and whether it was compiled for it."""
    environment = Environment(
        loader=DictLoader({"one": "{% if a %}yes{% endif %} {{ a }}"}),
        extensions=[CompiledTemplates],
        autoescape=True,
    )
    compiled = []
    compile_ = environment.compile
    environment.compile = lambda *given, **named: compiled.append(1) or compile_(*given, **named)
    return environment.get_template("one").render(a=3), bool(compiled)


def test_the_second_run_compiles_nothing_and_renders_the_same(cache):
    assert rendered() == ("yes 3", True)
    (kept,) = cache.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert rendered() == ("yes 3", False)


def _cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def _changed(path):
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "harm",
    [
        _cut,
        _changed,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\x80garbage" * 9),
        lambda path: path.chmod(0o666),
        lambda path: (path.unlink(), path.symlink_to("elsewhere")),
    ],
    ids=["cut short", "one bit changed", "empty", "garbage", "writable by others", "a dead link"],
)
def test_a_file_that_cannot_be_trusted_is_compiled_anew(cache, harm):
    rendered()
    harm(next(cache.iterdir()))
    assert rendered() == ("yes 3", True)


def test_a_file_of_another_user_is_not_loaded(cache, monkeypatch):
    rendered()
    path = next(cache.iterdir())
    other = os.stat_result((0o100600, 1, 1, 1, os.geteuid() + 1, 0, 9, 0, 0, 0))
    monkeypatch.setattr(type(path), "lstat", lambda self: other if self == path else os.lstat(self))
    assert rendered() == ("yes 3", True)


def test_another_release_does_not_load_it(monkeypatch):
    rendered()
    monkeypatch.setattr(
        "scaffold.adapters.devcontainer.compiled_templates._MADE_BY", b"another release"
    )
    assert rendered() == ("yes 3", True)


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert rendered() == ("yes 3", True)


def test_a_module_that_is_delayed_works_once_it_is_used():
    code = (
        "import sys\n"
        "from scaffold.adapters.devcontainer.template import _import_when_used\n"
        "for name in 'colorsys', 'colorsys', 'no_such': _import_when_used(name)\n"
        "import colorsys\n"
        "assert 'rgb_to_hsv' not in vars(sys.modules['colorsys'])\n"
        "assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0)\n"
        "assert 'rgb_to_hsv' in vars(sys.modules['colorsys'])\n"
        "assert colorsys.rgb_to_hls(0, 0, 0) == (0.0, 0.0, 0)\n"
        "assert 'no_such' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
