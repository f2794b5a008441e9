"""Shell scripts of the repository that the README runs to install the project."""

import pytest

from scaffold.project.formats.manifests import included_paths
from scaffold.project.framework import Framework
from scaffold.project.readme.script import read_script
from scaffold.project.sources import UNDECIDED
from tests.project.project_trees import tree

PLAIN = "pip install torch==2.1.0 einops\n"


def readme(line):
    return f"# Installation\n```bash\n{line}\n```\n"


RUNS = {
    "bash": ("install.sh", "bash install.sh"),
    "sh, below a folder": ("scripts/install.sh", "sh scripts/install.sh"),
    "by its own name": ("install.sh", "./install.sh"),
    "sourced": ("install.sh", "source install.sh"),
    "sourced by a dot": ("install.sh", ". ./install.sh"),
    "as root": ("install.sh", "sudo bash install.sh"),
    "after a chmod": ("install.sh", "chmod +x install.sh && ./install.sh"),
    "with options of bash": ("install.sh", "bash -e -x install.sh"),
    "in a folder that was entered": ("tools/install.sh", "cd tools && bash install.sh"),
    "after the clone": ("install.sh", "git clone https://h/o/own.git\ncd own\nbash install.sh"),
}


@pytest.mark.parametrize(("path", "line"), RUNS.values(), ids=RUNS)
def test_script_that_the_readme_runs_is_read_as_its_own_commands(path, line):
    assert included_paths("README.md", readme(line).encode()) == [path]
    facts = tree({"README.md": readme(line), path: PLAIN, "train.py": "import torch\n"})
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.1.0")
    assert [one.text for one in facts.packages] == ["einops"]
    assert [one.where for one in facts.packages] == [f"{path}:1"]


PASSED_OVER = {
    "another project's script": "git clone u:o/a\ngit clone u:o/x\ncd x\n./install.sh",
    "one that the README does not run": "cat install.sh",
    "one outside the repository": "bash ../install.sh",
    "a program text": 'bash -c "echo install.sh"',
}


@pytest.mark.parametrize("line", PASSED_OVER.values(), ids=PASSED_OVER)
def test_other_scripts_are_not_read(line):
    assert included_paths("README.md", readme(line).encode()) == []


def test_script_that_is_not_there_changes_nothing():
    facts = tree({"README.md": readme("bash install.sh"), "requirements.txt": "torch==2.1.0\n"})
    assert (facts.framework_spec, facts.undecided) == ("==2.1.0", ())


OPTIONS = 'case "$1" in\n  --basic) BASIC=true ;;\n  -d|--demo) DEMO=1; shift ;;\nesac\n'
CONDITIONS = {
    "none": ("pip install a", ()),
    "an option": ('if [ "$BASIC" = true ]; then\n  pip install a\nfi', ("--basic",)),
    "an option in another form": ("if [[ $DEMO == 1 ]]\nthen\npip install a\nfi", ("--demo",)),
    "an option that is set": ('if [ -n "${DEMO}" ]; then\npip install a\nfi', ("--demo",)),
    "two options": (
        'if [ "$BASIC" = true ]; then\nif [ "$DEMO" = 1 ]; then\npip install a\nfi\nfi',
        ("--basic", "--demo"),
    ),
    "in one line": ('if [ "$BASIC" = true ]; then pip install a; fi', ("--basic",)),
    "before the command": ('[ "$BASIC" = true ] && pip install a', ("--basic",)),
    "after a block": ('if [ "$BASIC" = true ]; then\n:\nfi\npip install a', ()),
    "no option": ('if [ "$BASIC" != true ]; then\npip install a\nfi', (UNDECIDED,)),
    "otherwise": ('if [ "$BASIC" = true ]; then\n:\nelse\npip install a\nfi', (UNDECIDED,)),
    "or if": (
        'if [ "$X" = 1 ]; then\n:\nelif [ "$BASIC" = true ]; then\npip install a\nfi',
        ("--basic",),
    ),
    "the machine": ("if command -v nvidia-smi; then\npip install a\nfi", (UNDECIDED,)),
    "a variable of the environment": ('if [ "$CI" = true ]; then\npip install a\nfi', (UNDECIDED,)),
    "a case": ("case $CUDA in\n  11.8)\n    pip install a ;;\nesac", (UNDECIDED,)),
    "the machine, under an option": (
        'if [ "$BASIC" = true ]; then\nif [ "$P" = hip ]; then\npip install a\nfi\nfi',
        ("--basic", UNDECIDED),
    ),
    "a function that is called": ("go() {\n  pip install a\n}\ngo", ()),
    "a function that is not": ("go() {\n  pip install a\n}", (UNDECIDED,)),
    "after a function": ("go() {\n  :\n}\npip install a", ()),
    "text for the screen": ("cat <<EOF\npip install a\nEOF", (UNDECIDED,)),
    "after text for the screen": ("cat <<'EOF'\nif x; then\nEOF\npip install a", ()),
    "a remark": ("# if this fails\npip install a", ()),
    "an end without a beginning": ("fi\npip install a", ()),
}


@pytest.mark.parametrize(("text", "conditions"), CONDITIONS.values(), ids=CONDITIONS)
def test_command_of_a_script_stands_under_its_conditions(text, conditions):
    source = read_script("x.sh", OPTIONS + text)
    assert [one.conditions for one in source.commands] == [conditions]


def test_readme_chooses_by_its_options_and_the_rest_is_told():
    script = (
        f"{OPTIONS}"
        'if [ "$BASIC" = true ]; then\n  pip install einops\nfi\n'
        'if [ "$DEMO" = 1 ]; then\n  pip install gradio\n  bash more.sh\nfi\n'
        'if [ "$BASIC" = true ] ; then\n'
        '  if [ "$PLATFORM" = cuda ]; then\n    pip install kaolin\n  fi\nfi\n'
    )
    shown = tree({"README.md": readme("bash setup.sh --basic"), "setup.sh": script})
    assert [one.text for one in shown.packages] == ["einops"]
    assert shown.undecided == ("setup.sh:14",)
    both = tree({"README.md": readme("bash setup.sh --basic --demo"), "setup.sh": script})
    assert [one.text for one in both.packages] == ["einops", "gradio"]
    none = tree({"README.md": readme("bash setup.sh"), "setup.sh": script})
    assert (none.packages, none.undecided) == ((), ())


VALUES = {
    "exported": ("export V=2.1.0\npip install torch==$V", "==2.1.0"),
    "in braces and quotes": ('V="2.1.0"\npip install torch==${V}+cu118', "==2.1.0"),
    "with a remark": ("V=2.1.0  # newest\npip install torch==$V", "==2.1.0"),
    "of two values": ("V=2.1.0\nV=2.2.0\npip install torch==$V", ""),
    "of a program": ("V=$(cat version)\npip install torch==$V", ""),
}


@pytest.mark.parametrize(("text", "spec"), VALUES.values(), ids=VALUES)
def test_variable_that_a_text_sets_once_is_read(text, spec):
    assert tree({"README.md": readme(text), "a.py": "import torch\n"}).framework_spec == spec
