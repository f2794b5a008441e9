"""The texts beside a rule are in everything that the rule finds, so that nothing is passed over."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.parsing.untrusted.secret_files import FILES
from scaffold.parsing.untrusted.secret_issuers import ISSUERS

# What stands before a match is generated as a part of it, and what must follow is left out.
BEHIND = re.compile(r"\(\?<=((?:[^()]|\([^()]*\))*)\)")
AHEAD = re.compile(r"\(\?[=!](?:[^()]|\([^()]*\))*\)")


def generated(form):
    whole = AHEAD.sub("", BEHIND.sub(r"(?:\1)", form))
    return st.from_regex(re.compile(whole, re.ASCII), fullmatch=True)


@pytest.mark.parametrize(("form", "texts"), [(form, texts) for _, form, texts in ISSUERS])
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_form_of_an_issuer_has_one_of_its_texts(form, texts, data):
    found = data.draw(generated(form))
    assert any(one in found for one in texts.split())


@pytest.mark.parametrize(("name", "texts"), [(name, texts) for _, name, texts in FILES])
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_path_of_a_secret_file_has_one_of_its_texts(name, texts, data):
    found = data.draw(generated(name)).casefold()
    assert any(one in found for one in texts.split())
    assert texts == texts.lower()
