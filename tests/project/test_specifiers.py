"""Version constraints of three worlds become PEP 440."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from scaffold.project.syntax.specifiers import (
    cuda_release,
    from_conda,
    from_poetry,
    joined,
    minor_python,
    pep440,
    relaxed,
    satisfies,
)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        (">=2.8,<3", (">=2.8,<3", "")),
        ("== 2.1.0+cu118", ("==2.1.0", "cu118")),
        ("==2.1.*", ("==2.1.*", "")),
        (">=1.7.*", (">=1.7", "")),
        ("(>=1.0)", (">=1.0", "")),
        ("===2.0", ("==2.0", "")),
        ("~=2.1", ("~=2.1", "")),
        ("==2.9.0.dev20250801", ("==2.9.0.dev20250801", "")),
        ("", ("", "")),
        (">=2,", (">=2", "")),
        ("~=2", None),
        ("=2.0", None),
        ("==2.8.O", None),
        (">>2", None),
    ],
)
def test_pip_specifier(text, spec):
    assert pep440(text) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("^2.1", ">=2.1,<3"),
        ("^0.4.2", ">=0.4.2,<0.5"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0", ">=0,<1"),
        ("~2.1", ">=2.1,<2.2"),
        ("~2", ">=2,<3"),
        ("2.1.0", "==2.1.0"),
        ("2.1.*", "==2.1.*"),
        ("*", ""),
        (">=2.1 <3", ">=2.1,<3"),
        (">= 2.1, < 3", ">=2.1,<3"),
        ("^1.13 || ^2.0", ">=2.0,<3"),
        ("==2.1.0+cu118", "==2.1.0"),
        ("latest", None),
    ],
)
def test_poetry_constraint(text, spec):
    assert from_poetry(text) == spec


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("=2.1", "==2.1.*"),
        ("=2.1.*", "==2.1.*"),
        ("=1.11.0", "==1.11.0"),
        ("==2.1.0", "==2.1.0"),
        ("2.1", "==2.1"),
        (">=2.0,<3", ">=2.0,<3"),
        ("2.1|2.2", "==2.2"),
        ("*", ""),
        ("2.1a0", "==2.1a0"),
        ("nonsense", None),
        ("^2", None),
    ],
)
def test_conda_version(text, spec):
    assert from_conda(text) == spec


@given(st.text("0123456789.*<>=!~^|, +abcrdevpost", max_size=20))
def test_every_result_is_a_specifier_set_of_packaging(text):
    found = pep440(text)
    for spec in (found and found[0], from_poetry(text), from_conda(text)):
        if spec is not None:
            SpecifierSet(spec)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("3.11.4", "==3.11.*"),
        ("3.11", "==3.11.*"),
        ("3", "==3.*"),
        ("python-3.10.2", "==3.10.*"),
        ("cpython-3.12.1-linux-x86_64-gnu", "==3.12.*"),
        ("cpython@3.12", "==3.12.*"),
        ("pypy3.9", None),
        ("system", None),
    ],
)
def test_python_release_stands_for_its_minor(text, spec):
    assert minor_python(text) == spec


@pytest.mark.parametrize(
    ("spec", "result"),
    [
        ("==3.8.5", "==3.8.*"),
        ("==3.10", "==3.10.*"),
        ("==3.8.*", "==3.8.*"),
        (">=3.8.1,<4", ">=3.8.1,<4"),
    ],
)
def test_exact_python_is_relaxed_to_its_minor(spec, result):
    assert relaxed(spec) == result


def test_what_cannot_be_compared_is_not_called_a_contradiction():
    assert satisfies("2.8.0", ">=2.8")
    assert not satisfies("2.7.0", ">=2.8")
    assert satisfies("not a version", ">=2.8")
    assert satisfies("2.8.0", "what?")


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("https://download.pytorch.org/whl/cu124", "12.4"),
        ("cu118", "11.8"),
        ("py3.8_cuda11.3_cudnn8_0", "11.3"),
        ("2.1.0-cuda12.1-cudnn8-devel", "12.1"),
        ("cuda-12.4.1", "12.4"),
        ("jax[cuda12]", None),
        ("nvidia-cublas-cu12", None),
        ("accu118", None),
        ("cpu", None),
    ],
)
def test_cuda_release_in_a_tag(text, release):
    assert cuda_release(text) == release


JOINED = [
    ((">=2.14,<2.15", ">=2.14"), ">=2.14,<2.15"),
    ((">=3.9", "<3.14", "<3.12"), ">=3.9,<3.12"),
    ((">=3.10", ">=3.9.0", ""), ">=3.10"),
    (("!=2.0", "~=2.1", "!=2.0"), "!=2.0,~=2.1"),
    (("<2rc1", "<3"), "<2rc1,<3"),
    ((), ""),
]


@pytest.mark.parametrize(("specs", "expected"), JOINED)
def test_sets_are_joined_to_the_tightest(specs, expected):
    assert joined(*specs) == expected
