"""Every framework is in each place that cannot be derived from its row."""

import json
import re

import pytest

from scaffold.adapters.devcontainer.template import template_folder
from scaffold.adapters.probe.inside import check_script
from scaffold.answers.releases import parse_framework
from scaffold.catalogue import load_catalogue
from scaffold.project.framework import Framework
from scaffold.project.framework_table import ROWS
from scaffold.project.reading import read_project
from tools.catalogue.__main__ import MADE

EVERY = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.framework.value)


def test_every_framework_has_one_row():
    assert [row.framework for row in ROWS] == [
        one for one in Framework if one is not Framework.NONE
    ]


@pytest.mark.parametrize("field", ["names", "packages", "bound", "extras"])
def test_no_name_means_two_frameworks(field):
    names = [name for row in ROWS for name in getattr(row, field)]
    assert len(names) == len(set(names))


@EVERY
def test_its_builds_are_in_the_catalogue_and_can_be_read_again(row):
    assert load_catalogue().builds[row.framework]
    assert row.framework.value in MADE


@EVERY
def test_its_names_are_accepted_and_its_package_is_detected(row):
    assert {parse_framework(name) for name in row.names} == {(row.framework, "")}
    assert row.distribution in row.names
    found = read_project({"requirements.txt": row.distribution.encode()})
    assert found.framework is row.framework


@EVERY
def test_verify_has_a_program_for_it(row):
    script = check_script().decode()
    (modules,) = re.findall(r"^modules='(.*)'$", script, re.MULTILINE)
    assert modules.split() == [*dict.fromkeys(modules.split())]
    assert row.module in modules.split()
    assert f"def look_{row.module}():" in script


@EVERY
def test_the_template_offers_it_and_checks_its_gpu(row):
    folder = template_folder()
    choices = json.loads((folder / "cookiecutter.json").read_text())["framework"]
    assert choices == [*(one.framework.value for one in ROWS), "none"]
    (check,) = folder.glob("*/.devcontainer/*gpu_check*")
    assert f'if framework == "{row.framework.value}"' in check.read_text()
