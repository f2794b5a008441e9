"""Requirement lines and requirements files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.project.formats.requirements import read_requirements
from scaffold.project.sources import OPTIONS, Subject
from scaffold.project.syntax.requirement import parse_requirement
from tests.project.project_trees import tree


@pytest.mark.parametrize(
    ("line", "name", "spec"),
    [
        ("torch", "torch", ""),
        ("Torch_Vision >= 0.15 , < 1", "torch-vision", ">=0.15,<1"),
        ("jax[cuda12]==0.7.2", "jax", "==0.7.2"),
        ("torch==2.8.0;sys_platform=='linux'", "torch", "==2.8.0"),
        (
            "torch @ https://x.org/torch-2.3.0%2Bcu121-cp310-cp310-linux_x86_64.whl",
            "torch",
            "==2.3.0",
        ),
        (
            "https://x.org/whl/torch-2.3.0+cu121-cp310-cp310-linux_x86_64.whl#sha256=0",
            "torch",
            "==2.3.0",
        ),
        ("flash-attn @ git+https://github.com/Dao-AILab/flash-attention@v2.8", "flash-attn", ""),
        ("git+https://github.com/facebookresearch/detectron2.git", "detectron2", ""),
        (
            "git+https://github.com/CompVis/x.git@master#egg=taming-transformers",
            "taming-transformers",
            "",
        ),
        ("git+ssh://git@host/group/thing", "thing", ""),
    ],
)
def test_requirement_line(line, name, spec):
    found = parse_requirement(line, "r:1")
    assert (found.name, found.spec) == (name, spec)


@pytest.mark.parametrize("line", ["./local", ".", "../up", "path/to/pkg", "!!", "/abs", "https://"])
def test_what_names_no_package_is_passed_over(line):
    assert parse_requirement(line, "r:1") is None


def test_impossible_version_is_an_error():
    with pytest.raises(ValueError, match="torch has no valid version"):
        parse_requirement("torch==2.8.O", "r:1")


@given(st.text(max_size=80))
def test_any_line_is_read_or_refused(line):
    source = read_requirements("requirements.txt", line)
    assert source.path == "requirements.txt"


def test_options_and_includes_of_a_requirements_file():
    source = read_requirements(
        "requirements/gpu.txt",
        "# comment\n"
        "-r base.txt  # shared\n"
        "--requirement=../more.txt\n"
        "-cconstraints.txt\n"
        "--extra-index-url https://download.pytorch.org/whl/cu124\n"
        "-f https://data.pyg.org/whl/torch-2.4.0+cu121.html\n"
        "--no-binary :all:\n"
        "torch==2.6.0 \\\n    --hash=sha256:abc\n"
        "-e .[dev]\n"
        "-e git+https://github.com/x/y.git#egg=y\n",
    )
    assert source.includes == (
        ("requirements/base.txt", False),
        ("more.txt", False),
        ("requirements/constraints.txt", True),
    )
    assert [(one.topic, one.value) for one in source.notes] == [
        (Subject.PIP_ONLY, "an option without a space"),
        (Subject.UV_OPTION, "--index-strategy=unsafe-best-match"),
        (Subject.PIP_ONLY, "an editable repository"),
        (Subject.INDEX, "https://download.pytorch.org/whl/cu124"),
        (Subject.CUDA, "12.4"),
        (Subject.LINKS, "https://data.pyg.org/whl/torch-2.4.0+cu121.html"),
        (Subject.CUDA, "12.1"),
    ]
    assert [(one.name, one.where) for one in source.requirements] == [
        ("torch", "requirements/gpu.txt:8"),
        ("y", "requirements/gpu.txt:11"),
    ]
    assert source.mentions == {".", OPTIONS}


def test_bad_lines_are_named_with_their_line():
    source = read_requirements("r.txt", "numpy\ntorch=2.0\n<<<<<<< HEAD\n")
    assert source.problems[0].startswith("r.txt:2: torch has no valid version specifier: =2.0")
    assert source.problems[1] == "r.txt:3: an unresolved merge conflict"


def test_specifier_of_very_many_clauses_is_a_problem_and_shown_in_part():
    spec = ",".join(f"!={number}.0" for number in range(3000))
    source = read_requirements("r.txt", f"torch{spec}\nnumpy\n")
    assert [one.name for one in source.requirements] == ["numpy"]
    assert len(source.problems[0]) < 300


SETUP_LISTS = (
    "setup(install_requires=['numpy>=1.2', 'torch', 'six; python_version < \"3.9\"', 'winreg; "
    "sys_platform == \"win32\"', 'apex @ git+https://x.example/apex'],\n"
    "      extras_require={'train': ['wandb'], 'dev': ['black']})\n"
)
TOOLS_ONLY = '[build-system]\nrequires = ["setuptools"]\n[tool.black]\nline-length = 9\n'
FROM_SETUP = ("numpy>=1.2", "torch", 'six; python_version < "3.9"')


@pytest.mark.parametrize(
    ("files", "dynamic", "expected"),
    [
        ({"setup.py": SETUP_LISTS}, False, FROM_SETUP),
        ({"setup.py": SETUP_LISTS, "pyproject.toml": TOOLS_ONLY}, True, FROM_SETUP),
        (
            {"setup.py": SETUP_LISTS, "pyproject.toml": '[project]\nname = "x"\n'},
            False,
            (),
        ),
        (
            {
                "setup.py": SETUP_LISTS,
                "pyproject.toml": '[project]\nname = "x"\ndynamic = ["dependencies"]\n',
            },
            True,
            FROM_SETUP,
        ),
        (
            {"setup.py": "setup(install_requires=['six<2' if OLD else 'six', 'tqdm'])"},
            False,
            ("tqdm",),
        ),
        (
            {"setup.py": SETUP_LISTS, "README.md": "```\npip install -e '.[train]'\n```\n"},
            False,
            (*FROM_SETUP, "wandb"),
        ),
        (
            {
                "pyproject.toml": '[project]\nname = "x"\ndependencies = ["lib", "tqdm"]\n'
                '[tool.uv.sources]\nlib = { path = "lib" }\n',
                "requirements.txt": "six\n",
                "README.md": "```\npip install .\n```\n",
            },
            False,
            ("tqdm",),
        ),
    ],
    ids=[
        "setup.py alone",
        "pyproject.toml with tools only",
        "a static pyproject.toml comes before setup.py",
        "dependencies that a build tells",
        "alternatives are left to the build",
        "an extra that README asks for",
        "code of the repository is no package of the index",
    ],
)
def test_what_the_metadata_asks_for(files, dynamic, expected):
    facts = tree(files)
    assert (facts.dynamic, facts.requires) == (dynamic, expected)
