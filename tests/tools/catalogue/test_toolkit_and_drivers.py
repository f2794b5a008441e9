"""Toolkit releases, flaws and driver branches: recorded rows and what published lists add."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.tools.catalogue import web as faults
from tests.tools.catalogue.conftest import NOWHERE
from tests.tools.catalogue.web import Web
from tools.catalogue import drivers, toolkit
from tools.catalogue.context import Context
from tools.catalogue.recorded import recorded


def flawed(*versions: dict[str, str], product: str = "NVIDIA Container Toolkit") -> bytes:
    affected = [
        {"product": "NVIDIA GPU Operator", "versions": [{"version": "up to 99.9"}]},
        {"product": product, "versions": list(versions)},
    ]
    return json.dumps({"containers": {"cna": {"affected": affected}}}).encode()


@pytest.fixture
def places(web: Web) -> dict[str, str]:
    """Nothing answers until a test says otherwise."""
    keys = [f"cve-{row['cve'].rpartition('-')[2]}" for row in recorded("toolkit")["flaws"]]
    return dict.fromkeys(["toolkit-releases", "driver-releases", *keys], f"{NOWHERE}/x")


def fixed(tables: Any, cve: str = "CVE-2024-0135") -> str:
    return str(next(row["fixed"] for row in tables["flaws"] if row["cve"] == cve))


FIRST = {"version": "up to 1.16.0"}
RECORDS = [
    ("up to and including", flawed({"version": "Versions up to and including v1.16.2"}), "1.17.0"),
    ("the last of several ranges", flawed(FIRST, {"lessThanOrEqual": "up to 1.16.1"}), "1.16.2"),
    ("an operator in the same product", flawed({"version": "GPU Operator up to 1.16.1"}), "1.17.1"),
    ("a later release than is recorded", flawed({"version": "up to 1.19.0"}), "1.17.1"),
    ("no range", flawed({"version": "some"}), "1.17.1"),
    ("another product", flawed(FIRST, product="Something"), "1.17.1"),
    ("no record", b"{}", "1.17.1"),
    ("no JSON", b"<html>", "1.17.1"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "body", "release"), RECORDS, ids=[row[0] for row in RECORDS])
def test_flaw_is_fixed_in_the_release_after_the_last_affected(
    web: Web, context: Context, places: dict[str, str], sentence: str, body: bytes, release: str
) -> None:
    web["/cve"] = body
    context = replace(context, places={**places, "cve-0135": f"{web.base}/cve"})
    before = {"releases": [{"version": "1.17.1", "released": "2024-11-09", "source": "T"}]}
    assert fixed(toolkit.tables(context, before)[0]) == release


def test_published_releases_join_the_recorded_ones(
    web: Web, context: Context, places: dict[str, str]
) -> None:
    web["/releases"] = json.dumps(
        [
            {"tag_name": "v9.9.0", "published_at": "2027-01-02T03:04:05Z"},
            {"tag_name": "v9.9.1-rc.1", "published_at": "2027-01-02T03:04:05Z"},
            {"tag_name": "nightly", "published_at": "2027-01-02T03:04:05Z"},
            {"tag_name": "v1.0.0", "published_at": "2020-01-02T03:04:05Z"},
        ]
    ).encode()
    context = replace(context, places={**places, "toolkit-releases": f"{web.base}/releases"})
    rows = toolkit.tables(context, {})[0]["releases"]
    assert rows[0] == {"version": "9.9.0", "released": "2027-01-02", "source": "T"}  # type: ignore[index]
    assert len(rows) == len(recorded("toolkit")["releases"]) + 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b'[{"tag_name": 1}]', b"<html>"])
def test_releases_of_another_form_change_nothing(
    web: Web, context: Context, places: dict[str, str], body: bytes
) -> None:
    web["/releases"] = body
    context = replace(context, places={**places, "toolkit-releases": f"{web.base}/releases"})
    rows = toolkit.tables(context, {})[0]["releases"]
    assert len(rows) == len(recorded("toolkit")["releases"])


def test_published_branches_join_the_recorded_ones(
    web: Web, context: Context, places: dict[str, str]
) -> None:
    info = {"driver_info": [{"release_version": "1"}]}
    web["/drivers"] = json.dumps(
        {
            "580": {"type": "lts branch", **info},
            "999": {"type": "new feature branch", **info},
            "998": {"type": "something", **info},
            "notes": {},
        }
    ).encode()
    context = replace(context, places={**places, "driver-releases": f"{web.base}/drivers"})
    rows = {row["branch"]: row for row in drivers.tables(context, {})[0]["branches"]}  # type: ignore[index, union-attr]
    assert rows[580]["kind"] == "LTS"
    assert (rows[999]["kind"], rows[999]["cuda"], rows[998]["kind"]) == ("NFB", "13.5", "")
    assert "not listed" in rows[999]["doubt"]
    again = drivers.tables(replace(context, places=places), {"branches": list(rows.values())})
    assert {row["branch"] for row in again[0]["branches"]} == set(rows)  # type: ignore[index]


LISTS = [
    ("truncated", faults.truncated),
    ("another type", b'{"580": 1}'),
    ("no branch", b'{"notes": {}}'),
    ("no object", b"[]"),
    ("a branch without a type", b'{"580": {"driver_info": []}}'),
    ("an empty type", b'{"580": {"type": "", "driver_info": []}}'),
]


@pytest.mark.parametrize(("sentence", "page"), LISTS, ids=[row[0] for row in LISTS])
def test_driver_list_of_another_form_changes_nothing(
    web: Web, context: Context, places: dict[str, str], sentence: str, page: Any
) -> None:
    web["/drivers"] = page
    context = replace(context, places={**places, "driver-releases": f"{web.base}/drivers"})
    rows = drivers.tables(context, {})[0]["branches"]
    assert [row["branch"] for row in rows] == [  # type: ignore[index]
        row["branch"] for row in recorded("drivers")["branches"]
    ]


def test_branch_older_than_all_that_are_known(context: Context) -> None:
    assert drivers._new(100, "", [])["cuda"] == ""
