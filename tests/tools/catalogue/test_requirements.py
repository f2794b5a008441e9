"""Requirements as they apply on Linux, with extras, out of METADATA or requires.txt."""

from email.message import Message

import pytest
from packaging.requirements import Requirement

from tools.catalogue.requirements import extras_of, metadata_of_sdist, of_metadata, pin_of


def metadata(*requires: str) -> Message:
    message = Message()
    for text in requires:
        message["Requires-Dist"] = text
    return message


APPLIES = [
    ("numpy", "numpy"),
    ('triton==3.1; platform_system == "Linux" and platform_machine == "x86_64"', "triton==3.1"),
    ('pywin32; sys_platform == "win32"', ""),
    ('tomli; python_version < "3.11"', ""),
    ('jaxlib==0.5; extra == "cuda12"', "jaxlib==0.5"),
    ('jaxlib==0.4; extra == "with-cuda"', "jaxlib==0.4"),
    ('pytest; extra == "dev"', ""),
    ("not a requirement !", ""),
]


@pytest.mark.parametrize(("line", "kept"), APPLIES, ids=[row[0] for row in APPLIES])
def test_line_applies_or_not(line: str, kept: str) -> None:
    extras = ["cuda12", "with_cuda"]
    found = of_metadata(metadata(line), python="3.12", arch="x86_64", extras=extras)
    assert ", ".join(map(str, found)) == kept


def test_line_said_twice_is_one() -> None:
    found = of_metadata(metadata("numpy", "numpy"), python="3.12", arch="x86_64")
    assert len(found) == 1


def test_requires_txt_has_sections_for_extras_and_markers() -> None:
    cuda = '[cuda:platform_machine == "x86_64"]\njaxlib==0.3+cuda11\n'
    text = f'numpy\n\n{cuda}\n[:os_name == "nt"]\nwin\n'
    message = metadata_of_sdist(text)
    assert extras_of(message) == ("cuda",)
    plain = of_metadata(message, python="3.9", arch="x86_64")
    with_cuda = of_metadata(message, python="3.9", arch="x86_64", extras=["cuda"])
    assert list(map(str, plain)) == ["numpy"]
    assert list(map(str, with_cuda)) == ["numpy", "jaxlib==0.3+cuda11"]


@pytest.mark.parametrize(
    ("text", "pin"), [("a==1.2", "1.2"), ("a==1.*", ""), ("a>=1", ""), ("a", ""), ("a===1", "1")]
)
def test_pin_is_an_exact_version(text: str, pin: str) -> None:
    assert pin_of(Requirement(text)) == pin
