"""No file of a repository can make the reader raise, hang or run anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.project.formats.manifests import kind_of
from scaffold.project.framework import Framework
from scaffold.project.reading import read_project
from scaffold.project.sources import Unread
from scaffold.project.syntax.text import decode, one_line
from scaffold.project.syntax.yaml_tree import load_yaml
from tests.project.project_trees import tree

NAMES = (
    "requirements.txt",
    "requirements/base.in",
    "pyproject.toml",
    "hatch.toml",
    "uv.toml",
    "uv.lock",
    "poetry.lock",
    "pixi.toml",
    "pixi.lock",
    "Pipfile",
    "Pipfile.lock",
    "setup.py",
    "setup.cfg",
    "environment.yml",
    ".python-version",
    "runtime.txt",
    "Dockerfile",
    ".devcontainer/devcontainer.json",
    "README.md",
    "train.py",
    "a.ipynb",
    "INSTALL.md",
    ".gitmodules",
    ".gitattributes",
    ".devcontainer/scaffold.toml",
    "packages.txt",
    "compose.yaml",
    "demo/part.py",
    ".github/workflows/test.yml",
)
WORDS = st.sampled_from(
    [
        *("torch", "==2.1", "[", "]", "{", "}", "'", '"', "\n", "\\\n", " ", "=", ",", ";", "@"),
        *("[project]", "dependencies", "[[package]]", "name", "version", "[tool.poetry]"),
        *("[tool.uv.sources]", "[tool.hatch.envs.default]", "dependencies:", "- ", "pip:", "*a"),
        *("&a", "setup(", "install_requires", ")", "FROM ", "EXPOSE ", "pip install ", "-r ", "-c"),
        *(
            "conda create -n x ",
            "git clone ",
            "cd ",
            "apt install ",
            "```",
            "`",
            "# ",
            "<!--",
            "-->",
        ),
        *("[submodule", "path = ", "filter=lfs", "services:", "gpus: all", '"image":', "//", "/*"),
        *(
            "dependencies = [",
            "{ name = ",
            "source = { editable = ",
            "import ",
            "from ",
            "optional",
        ),
        *("https://", "git+", ".whl", "\0", "\u2028", "é", "cells", "source", "python", "cu124"),
    ]
)


def test_every_name_of_this_table_is_read():
    assert all(kind_of(name) for name in NAMES)


@given(st.dictionaries(st.sampled_from(NAMES), st.binary(max_size=300), max_size=5))
@settings(max_examples=150)
def test_arbitrary_bytes_never_raise(files):
    read_project(files, list(files))


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(WORDS, max_size=40), max_size=4))
@settings(max_examples=300)
def test_fragments_of_the_right_words_never_raise(files):
    read_project({path: "".join(words).encode() for path, words in files.items()})


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(["torch", "^2", ">=1", ""])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["torch", "version", "url", "a"]), inner, max_size=3),
    ),
    max_leaves=6,
)
PLACES = st.sampled_from(
    [
        "project",
        "project.dependencies",
        "project.optional-dependencies",
        "project.requires-python",
        "dependency-groups",
        "build-system.build-backend",
        "tool.uv",
        "tool.uv.sources",
        "tool.uv.index",
        "tool.poetry.dependencies",
        "tool.poetry.group",
        "tool.poetry.source",
        "tool.pdm.source",
        "tool.hatch.envs",
        "tool.pixi.dependencies",
        "tool.pixi.pypi-dependencies",
        "tool.pixi.feature",
        "tool.pixi.system-requirements",
    ]
)


@given(PLACES, VALUES)
@settings(max_examples=200)
def test_tables_of_any_shape_never_raise(place, value):
    import tomli_w

    document = value
    for key in reversed(place.split(".")):
        document = {key: document}
    try:
        text = tomli_w.dumps(document)
    except TypeError:
        return
    read_project({"pyproject.toml": text.encode()})


@pytest.mark.parametrize(
    ("path", "content", "problem"),
    [
        ("pyproject.toml", "[project\n", "pyproject.toml:1: not valid TOML"),
        ("pyproject.toml", "a = " + "[" * 5000, "pyproject.toml: nested too deeply"),
        ("uv.lock", "[[package]]\nname = \n", "uv.lock:2: not valid TOML"),
        ("uv.lock", "a = 1\n<<<<<<< HEAD\n", "uv.lock:2: an unresolved merge conflict"),
        ("uv.lock", "# " + "x" * 300_000, "uv.lock: holds no packages"),
        ("pixi.toml", "= 1", "pixi.toml:1: not valid TOML"),
        ("Pipfile", "x", "Pipfile: not valid TOML"),
        ("Pipfile.lock", "{", "Pipfile.lock:1: not valid JSON"),
        ("Pipfile.lock", "[" * 100_000, "Pipfile.lock: not valid JSON"),
        ("environment.yml", "a: b: c", "environment.yml: not valid YAML: line 1"),
        # libyaml has a limit of its own in newer releases, and other words for it.
        ("environment.yml", "[" * 100_000, "environment.yml: not valid YAML: line 1: "),
        ("environment.yml", "a: \x00", "environment.yml: not valid YAML"),
        ("setup.py", "def (", "setup.py:1: not valid Python"),
        ("setup.py", "\x00", "setup.py: not valid Python"),
        ("setup.py", "x = " + "-" * 100_000 + "1", "setup.py: not valid Python"),
        ("a.ipynb", "{", "a.ipynb:1: not a valid notebook"),
        (".python-version", "latest\n", ".python-version:1: no Python release: latest"),
        ("requirements.txt", b"torch\n\xff\xfa\n", "requirements.txt: line 2 is not valid UTF-8"),
        ("requirements.txt", Unread("Permission denied"), "requirements.txt: Permission denied"),
    ],
)
def test_broken_file_is_named_and_reading_goes_on(path, content, problem):
    files = {path: content.encode() if isinstance(content, str) else content}
    facts = read_project({**files, "requirements/base.txt": b"torch==2.8\n"})
    assert facts.problems[0].startswith(problem)
    assert facts.framework is Framework.PYTORCH


def test_document_that_doubles_itself_costs_nothing():
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))
    facts = tree({"environment.yml": f"a0: &a0 [x]\n{levels}\ndependencies: *a29\n"})
    assert facts.problems == ()


def test_alias_of_an_open_list_ends():
    document, problem = load_yaml("dependencies: &a [pytorch, *a, *unknown]\n")
    assert (len(document.get("dependencies").items), problem == "") == (3, True) or problem


def test_includes_in_a_circle_end():
    files = {"requirements.txt": "-r a.txt\ntorch\n", "a.txt": "-r requirements.txt\n-r a.txt\n"}
    assert tree(files).framework is Framework.PYTORCH


def test_requirements_that_only_include_each_other_still_have_a_first():
    files = {
        "requirements-a.txt": "-r requirements-b.txt",
        "requirements-b.txt": "-r requirements-a.txt",
    }
    assert tree(files).install_files == ("requirements-a.txt", "requirements-b.txt")


@pytest.mark.parametrize(
    "content",
    [
        "torch==2.8\r\nnumpy\r\n".encode("utf-16"),
        "torch==2.8\r\nnumpy\r\n".encode("utf-16-le"),
        "torch==2.8\r\nnumpy\r\n".encode("utf-16-be"),
        "torch==2.8\n".encode("utf-32"),
        b"\xef\xbb\xbftorch==2.8\r\n",
        b"numpy\rtorch==2.8\r",
    ],
    ids=["UTF-16", "UTF-16-LE", "UTF-16-BE", "UTF-32", "UTF-8 with a mark", "old Mac line ends"],
)
def test_encodings_that_editors_write(content):
    facts = tree({"requirements.txt": content})
    assert (facts.framework_spec, facts.problems) == ("==2.8", ())


def test_empty_file_decodes_to_nothing():
    assert decode(b"") == ("", "")


def test_setup_py_is_never_run(tmp_path):
    trap = tmp_path / "ran"
    code = f"open({str(trap)!r}, 'w')\nimport os; os.system('touch {trap}')\nsetup()\n"
    tree({"setup.py": code, "train.py": code})
    assert not trap.exists()


def test_strange_escapes_in_setup_py_warn_nobody():
    assert tree({"setup.py": "x = '\\d'\nsetup(install_requires=['torch'])\n"}).problems == ()


def test_text_is_shown_on_one_bounded_line():
    assert one_line("a\nb\x1b[31m\u202ec\t d") == "a b [31m c d"
    assert len(one_line("x" * 1000)) == 200


N = 2**15
REPEATED = [
    ("README.md", "pip install a\n"),
    ("README.md", "`pip install a` "),
    ("README.md", "pip install a \\\n"),
    ("README.md", "git clone a/b\ncd b\n"),
    (".devcontainer/devcontainer.json", '"\\'),
    (".devcontainer/devcontainer.json", "/*"),
    (".github/workflows/test.yml", "python-version:\n - 3.9"),
    (".github/workflows/test.yml", "python:      "),
    ("requirements.txt", "numpy<1.1,"),
    ("uv.lock", '[[package]]\nname = "a"\nversion = "1"\nsource = { editable = "." }\n'),
    ("train.py", "import a, "),
    (".gitmodules", "[submodule\npath = a\n"),
]


@pytest.mark.parametrize(("path", "part"), REPEATED)
def test_a_part_that_is_repeated_without_end_is_read_to_its_bound(path, part):
    facts = read_project({path: (part * (N // len(part))).encode()})
    assert len(facts.evidence) < N
