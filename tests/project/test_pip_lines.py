"""Lines of requirements files that uv reads differently from pip, or not at all."""

import pytest

from tests.project.project_trees import tree

LIKE_PIP = {
    "pre-releases": ("--pre", ("--prerelease=allow",)),
    "a second index": (
        "--extra-index-url https://x.org/simple",
        ("--index-strategy=unsafe-best-match",),
    ),
    "a second index with an equals sign": (
        "--extra-index-url=https://x.org/simple",
        ("--index-strategy=unsafe-best-match",),
    ),
    "a host without a certificate": ("--trusted-host x.org", ("--trusted-host=x.org",)),
    "one index": ("--index-url https://x.org/simple", ()),
    "a page of links": ("-f https://x.org/whl/torch.html", ()),
    "no wheels": ("--no-binary :all:", ()),
    "hashes": ("numpy==2.0.0 --hash=sha256:00", ()),
    "hashes on the next line": ("numpy==2.0.0 \\\n    --hash=sha256:00", ()),
    "hashes are required": ("--require-hashes", ()),
    "constraints": ("-c constraints.txt", ()),
    "a repository": ("git+https://x.org/a/b@v1#egg=b", ()),
    "a repository with a name": ("b @ git+ssh://git@x.org/a/b", ()),
    "an archive": ("b @ https://x.org/b-1.0.tar.gz", ()),
    "a folder of the project": ("-e .", ()),
    "a folder of the project with an extra": ("-e ./lib[gpu]", ()),
    "a marker": ("numpy; python_version < '3.13'", ()),
    "an exact version": ("numpy===2.0.0", ()),
    "a comment with an option": ("numpy  # --prefer-binary", ()),
}

FOR_PIP = {
    "an option after a package": "numpy==1.26.4 -i https://x.org/simple",
    "an editable repository": "-e git+https://x.org/a/b.git@v1#egg=b",
    "an editable repository by its long option": "--editable=git+https://x.org/a/b",
    "an editable repository with a name": "-e b @ git+https://x.org/a/b",
    "Mercurial": "hg+https://x.org/a/b#egg=b",
    "Subversion with a name": "b @ svn+https://x.org/a/b",
    "git's own protocol": "git+git://x.org/a/b.git",
    "older wheels before newer sources": "--prefer-binary",
    "settings of one build": "numpy --config-settings=a=b",
    "settings of one build on the next line": "numpy \\\n  --config-settings a=b",
    "an option for setup.py": "numpy --global-option=--x",
    "two packages without wheels": "--no-binary numpy,scipy",
    "a package and those without wheels": "numpy>=1 --no-binary qudida,numpy",
    "a package from wheels alone": "numpy --only-binary=numpy",
    "a package with its pre-releases": "numpy --pre",
    "wheels of a folder": "--find-links ./wheels",
    "wheels of a folder in short": "-f wheels",
    "an index without a space": "-ihttps://x.org/simple",
    "a list without a space": "-rbase.txt",
    "a second value of the index": "-i https://x.org/simple\n--index-url https://y.org/simple",
    "an empty marker": "numpy>=1.0;",
    "a version of another kind": "numpy===2.0-custom",
}


@pytest.mark.parametrize(("line", "options"), LIKE_PIP.values(), ids=LIKE_PIP)
def test_lines_for_both_keep_the_meaning_of_pip(line, options):
    facts = tree({"requirements.txt": f"pandas\n{line}\n", "constraints.txt": "pandas<3\n"})
    assert facts.uv_options == options
    assert facts.pip_only is None


@pytest.mark.parametrize("line", FOR_PIP.values(), ids=FOR_PIP)
def test_lines_that_only_pip_reads_are_found(line):
    facts = tree({"requirements.txt": f"pandas\n{line}\n", "base.txt": "pandas<3\n"})
    assert facts.pip_only is not None
    assert not facts.problems or "===" in line
    assert facts.pip_only.where in {"requirements.txt:2", "requirements.txt:3"}


def test_lists_that_are_included_count_and_others_do_not():
    files = {
        "requirements.txt": "-r base.txt\n-c limits.txt\n",
        "base.txt": "numpy\n--pre\n",
        "limits.txt": "--trusted-host x.org\nnumpy<3\n",
        "requirements-docs.txt": "--prefer-binary\nsphinx\n",
    }
    facts = tree(files)
    assert set(facts.uv_options) == {"--prerelease=allow", "--trusted-host=x.org"}
    assert facts.pip_only is None


def test_password_of_a_line_is_not_repeated():
    facts = tree({"requirements.txt": "-e git+https://me:secret@x.org/a/b#egg=b\n"})
    assert facts.pip_only is not None
    assert "secret" not in facts.pip_only.text


AFTER = {
    "a page of links": ("-f https://x.org/jax.html", "--find-links=https://x.org/jax.html"),
    "an index": ("--extra-index-url=https://x.org/s", "--extra-index-url=https://x.org/s"),
}


@pytest.mark.parametrize("situation", AFTER)
def test_an_option_after_a_package_goes_to_the_command_line(situation):
    option, told = AFTER[situation]
    facts = tree({"requirements.txt": f"jax[cuda12-pip]==0.4.25 {option}\n"})
    assert (facts.framework_spec, facts.problems) == ("==0.4.25", ())
    assert facts.uv_options == (told,)
    assert facts.pip_only is not None


PLAIN = {
    "names and versions": ("numpy>=2\npandas[parquet]; python_version >= '3.9'", True),
    "a list and constraints": ("-r base.txt\n-c constraints.txt\n--requirement=base.txt", True),
    "code of the project": ("-e .\n--editable ./lib", True),
    "a repository": ("git+https://x.org/a-b/c@v1#egg=c", True),
    "a hash": ("numpy==2.0.0 --hash=sha256:00", False),
    "a hash on the next line": ("numpy==2.0.0 \\\n    --hash=sha256:00", False),
    "an index": ("-i https://x.org/simple", False),
    "an index without a space": ("-ihttps://x.org/simple", False),
    "a second index": ("--extra-index-url https://x.org/simple", False),
    "a page of links": ("-f https://x.org/torch.html", False),
    "an index after a package": ("numpy --extra-index-url https://x.org/simple", False),
    "no wheels": ("--no-binary :all:", False),
    "pre-releases": ("--pre", False),
    "a hash in an included list": ("-r hashed.txt", False),
}


@pytest.mark.parametrize(("lines", "plain"), PLAIN.values(), ids=PLAIN)
def test_lists_with_options_tell_more_than_names_and_versions(lines, plain):
    files = {"base.txt": "scipy\n", "hashed.txt": "scipy==1.0 --hash=sha256:00\n"}
    files["constraints.txt"] = "pandas<3\n"
    assert tree({"requirements.txt": f"pandas\n{lines}\n", **files}).plain_lists is plain


@pytest.mark.parametrize(
    ("tables", "plain"),
    [("", True), ('[tool.uv.sources]\nnumpy = { index = "internal" }\n', False)],
    ids=["dependencies alone", "a table of uv"],
)
def test_table_of_uv_tells_more_than_names_and_versions(tables, plain):
    text = '[project]\nname = "a"\nversion = "1"\ndependencies = ["numpy"]\n'
    assert tree({"pyproject.toml": text + tables}).plain_lists is plain


def test_project_without_lists_has_no_plain_ones():
    assert not tree({"train.py": "import numpy\n"}).plain_lists
