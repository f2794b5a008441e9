"""GPU names and PCI ids, out of excerpts in the form of the two lists."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tools.catalogue import web as faults
from tests.tools.catalogue.web import Web
from tools.catalogue import gpus
from tools.catalogue.context import Context
from tools.catalogue.source import SourceError

PCI_IDS = """\
10dd  Evans & Sutherland Computer Corporation
\t1287  GK208B [Not of this vendor]
10de  NVIDIA Corporation
\t0a65  GT218 [GeForce 210]
\t0e0f  GK208 HDMI/DP Audio Controller
\t0f02  GF108 [GeForce GT 730]
\t0f06  GF108 [GeForce GT 730]
\t0fc9  GK107 [GeForce GT 730]
\t1b83  GP104 [GeForce GTX 1060 6GB]
\t1c06  GP106 [GeForce GTX 1060 6GB Rev. 2]
\t1287  GK208B [GeForce GT 730]
\t13c0  GM204 [GeForce GTX 980]
\t1392  GM107M [GeForce GTX 860M]
\t119a  GK104M [GeForce GTX 860M / 870M]
\t20b0  GA100 [A100 SXM4 40GB]
\t20b5  GA100 [A100 PCIe 80GB]
\t1af1  GA100 [A100 PCIe 40GB]
\t1c35  GP106M [Quadro P2000 Mobile]
\t2560  GA106M [GeForce RTX 3060 Mobile / Max-Q]
\t2504  GA106 [Geforce RTX 3060 Lite Hash Rate]
\t25ac  GA107BM / GN20-P0-R-K2 [GeForce RTX 3050 6GB Laptop GPU]
\t12ad  GK208 [GK208-ES]
\t128a  GK208B
\t1eb8  TU104GL [Tesla T4]
\t26b1  AD102GL [RTX 6000 Ada Generation]
\t2901  GB100 [B200]
\t31c2  GB110 [GB300]
\t2b85  GB202 [GeForce RTX 5090]
\t2e12  GB20B [GB10]
\t\t10de 0001  A subsystem
10df  Emulex Corporation
\t1b80  GP104 [Not of this vendor]
"""
NAMES = """\
static const CHIPS_RELEASED sChipsReleased[] = {
    { 0x20B0, 0x0000, 0x0000, "NVIDIA A100-SXM4-40GB" },
    { 0x20B0, 0x1450, 0x10de, "GRID A100D-40C" },
    { 0x1EB8, 0x12a2, 0x10de, "NVIDIA T4G" },
    { 0x26B1, 0x16a1, 0x10de, "NVIDIA RTX6000-Ada-48Q" },
    { 0x2504, 0x0000, 0x0000, "NVIDIA GeForce RTX 3060" },
    { 0x2504, 0x1234, 0x10de, "NVIDIA GeForce RTX 3090" },
    { 0x9999, 0x0000, 0x0000, "NVIDIA Of No Chip" },
};
"""


@pytest.fixture
def lists(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setattr(gpus, "FEWEST", 3)
    (tmp_path / "pci.ids").write_text(PCI_IDS)
    (tmp_path / "names.h").write_text(NAMES)
    places = {"pci-ids": str(tmp_path / "pci.ids"), "gpu-names": str(tmp_path / "names.h")}
    return replace(context, places=places)


def rows(context: Context) -> dict[str, dict[str, Any]]:
    made, _ = gpus.tables(context, {})
    return {row["name"]: row for row in made["gpus"]}  # type: ignore[index, union-attr]


MEANS = [
    ("A100", "8.0 datacenter"),
    ("A100D", "8.0 datacenter"),
    ("RTX6000-Ada", "8.9 workstation"),
    ("T4", "7.5 datacenter"),
    ("GeForce RTX 3060", "8.6 geforce"),
    ("GeForce RTX 3050", "8.6 geforce"),
    ("GeForce GTX 1060", "6.1 geforce"),
    ("GeForce GTX 860M", "5.0 geforce also 3.0"),
    ("GeForce GTX 870M", "3.0 geforce"),
    ("GeForce GT 730", "2.1 geforce also 3.5 3.0"),
    ("GeForce RTX 5090", "12.0 geforce"),
    ("Quadro P2000", "6.1 workstation"),
    ("RTX 6000 Ada", "8.9 workstation"),
    ("B200", "10.0 datacenter"),
    ("GB10", "12.1 datacenter"),
    ("Orin", "8.7 jetson"),
    ("GRID K2", "3.0 vgpu"),
]


@pytest.mark.parametrize(("name", "meaning"), MEANS, ids=[row[0] for row in MEANS])
def test_name_means(lists: Context, name: str, meaning: str) -> None:
    row = rows(lists)[name]
    also = f" also {' '.join(row['also'])}" if "also" in row else ""
    assert f"{row['capability']} {row['kind']}{also}" == meaning


@pytest.mark.parametrize("name", ["GK208-ES", "Of No Chip", "GeForce 210", "Not of this vendor"])
def test_name_is_left_out(lists: Context, name: str) -> None:
    assert name not in rows(lists)


def test_pci_id_says_name_and_capability(lists: Context) -> None:
    made, _ = gpus.tables(lists, {})
    pci = made["pci"]
    assert pci["1287"] == ["GeForce GT 730", "3.5"]  # type: ignore[call-overload]
    assert pci["2504"] == ["GeForce RTX 3060", "8.6"]  # type: ignore[call-overload]
    assert not {"0E0F", "9999", "1B80"} & set(pci)


@pytest.mark.parametrize("key", ["pci-ids", "gpu-names"])
def test_list_that_is_another_file_is_refused(lists: Context, web: Web, key: str) -> None:
    web["/list"] = b"10de  NVIDIA Corporation\n\t1b80  GP104 [GeForce GTX 1080]\n"
    context = replace(lists, places={**lists.places, key: f"{web.base}/list"})
    with pytest.raises(SourceError, match="only"):
        gpus.tables(context, {})


def test_list_that_does_not_come_ends_the_run(lists: Context, web: Web) -> None:
    web["/list"] = faults.truncated
    with pytest.raises(SourceError):
        gpus.tables(replace(lists, places={**lists.places, "pci-ids": f"{web.base}/list"}), {})
