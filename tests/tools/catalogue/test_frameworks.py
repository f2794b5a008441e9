"""Rows of the frameworks, read out of a loopback index of tiny wheels."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tools.catalogue import frameworks, wheels
from tests.tools.catalogue import web as faults
from tests.tools.catalogue.web import Web
from tools.catalogue import jax, onnxruntime, pytorch, tensorflow
from tools.catalogue.context import Context
from tools.catalogue.recorded import recorded
from tools.catalogue.source import SourceError


def short(row: dict[str, Any]) -> str:
    """`2.6.0 cu126 x86_64 | 12.6 ==9.1 | 7.0 8.6 +8.6 | 3.11 | torch`."""
    code = " ".join([*row["sm"], *([f"+{row['ptx']}"] if row["ptx"] else [])])
    return " | ".join(
        [
            f"{row['version']} {row['variant']} {row['arch']}",
            f"{row['cuda']} {row['cudnn']}".strip(),
            code,
            " ".join(row["python"]),
            row["requirement"] + (" by page" if row["links"] else ""),
        ]
    )


def variants_from(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setattr(pytorch, "VARIANTS", base)


def test_torch_default_builds_say_what_their_wheels_say(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    made, _ = pytorch.tables(context, {})
    rows = list(map(short, (row for row in made["builds"] if not row["local"])))  # type: ignore[index]
    assert rows == [
        "1.4.0 cu101 x86_64 | 10.1 ==7.6.3 | 3.7 5.0 6.0 6.1 7.0 7.5 | 3.7 | torch",
        "2.6.0 cpu aarch64 |  |  | 3.13 | torch",
        "2.6.0 cu126 x86_64 | 12.6 ==9.1.0.70 | 7.0 8.6 +8.6 | 3.11 | torch",
    ]


def test_torch_variants_are_unverified_where_no_variant_index_answers(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    said: list[str] = []
    made, _ = pytorch.tables(replace(context, say=said.append), {})
    rows = [row for row in made["builds"] if row["local"] == "+cu118"]  # type: ignore[index]
    assert [(row["index"], row["verified"], row["python"]) for row in rows] == [
        (f"{web.base}/whl/cu118", False, ["3.11"])
    ]
    assert "nvidia" not in " ".join(rows[0]["requires"])
    assert any("stay unverified" in text for text in said)


def test_torch_release_of_a_page_of_its_own_is_like_the_one_it_belongs_to(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    code = {"torch/lib/libtorch_python.so": frameworks.FLAGS}
    wheel = wheels.wheel({"torch/version.py": "cuda = '10.2'\n", **code}, ["numpy"])
    wheels.publish(web, "torch", {"torch-1.8.1-cp38-cp38-manylinux1_x86_64.whl": wheel})
    made, _ = pytorch.tables(context, {})
    rows = [row for row in made["builds"] if row["version"] == "1.8.2"]  # type: ignore[index]
    assert [(row["variant"], row["local"], row["python"], row["verified"]) for row in rows] == [
        ("cu102", "+cu102", ["3.8"], False),
        ("cu111", "+cu111", ["3.8"], False),
    ]
    assert all(row["links"].endswith("torch_lts.html") and "sha256" not in row for row in rows)


def test_torch_variants_are_verified_where_their_index_lists_them(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    for row in recorded("torch_variants")["variants"]:
        web[f"/whl/{row['variant']}/torch/"] = b""
    web["/whl/cu118/torch/"] = (
        b'<a href="torch-2.6.0%2Bcu118-cp311-cp311-linux_x86_64.whl#sha256=ab">x</a>'
    )
    made, _ = pytorch.tables(context, {})
    rows = [row for row in made["builds"] if row["local"]]  # type: ignore[index]
    assert [(row["version"], row["variant"], row["verified"]) for row in rows] == [
        ("2.6.0", "cu118", True)
    ]


def test_torch_wheels_that_are_known_are_not_read_again(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    made, _ = pytorch.tables(context, {})
    web.asked.clear()
    again, _ = pytorch.tables(context, dict(made))
    assert again == made
    assert not [path for path in web.asked if path.startswith("/files/")]
    fresh, _ = pytorch.tables(replace(context, fresh=True), dict(made))
    assert fresh == made
    assert [path for path in web.asked if path.startswith("/files/")]


def test_torch_keeps_the_python_that_needs_no_triton_when_it_is_read_again(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    code = {"torch/lib/libtorch_python.so": frameworks.FLAGS}
    marker = "platform_machine == 'x86_64' and python_version < '3.13'"
    wheel = wheels.wheel(
        {"torch/version.py": "cuda = '12.4'\n", **code}, [f"triton==3.1.0; {marker}"]
    )
    files = {f"torch-2.5.0-cp{one}-cp{one}-manylinux1_x86_64.whl": wheel for one in (312, 313)}
    wheels.publish(web, "torch", files)
    made, _ = pytorch.tables(context, {})
    again, _ = pytorch.tables(context, dict(made))
    assert again == made
    first = next(row for row in made["builds"] if not row["local"])  # type: ignore[index]
    assert (first["python"], first["requires"]) == (["3.12", "3.13"], ["triton==3.1.0"])


def test_tensorflow_rows_are_what_build_info_says(web: Web, context: Context) -> None:
    frameworks.publish(web)
    made, _ = tensorflow.tables(context, {})
    assert list(map(short, made["builds"])) == [  # type: ignore[arg-type]
        "1.15.0 cuda x86_64 | 10.0 >=7.4,<8 | 3.5 3.7 5.2 6.0 6.1 7.0 +7.0 | 3.7 | tensorflow-gpu",
        "2.8.0 cuda x86_64 | 11.2 >=8.1,<9 | 3.5 8.0 +8.0 | 3.9 | tensorflow",
        "2.15.0 cuda x86_64 | 12.2 >=8.9,<9 | 6.0 8.0 9.0 +9.0 | 3.11 | tensorflow",
        "2.18.0 cpu aarch64 |  |  | 3.11 | tensorflow",
        "2.18.0 cpu x86_64 |  |  | 3.11 | tensorflow-cpu",
        "2.18.0 and-cuda x86_64 | 12.5 <10,>=9.3 | 6.0 8.0 9.0 +9.0 | 3.11 | tensorflow[and-cuda]",
    ]
    again, _ = tensorflow.tables(context, dict(made))
    assert again == made


def test_jax_rows_are_the_extras_with_everything_they_need(web: Web, context: Context) -> None:
    frameworks.publish(web)
    made, _ = jax.tables(context, {})
    assert list(map(short, made["builds"])) == [  # type: ignore[arg-type]
        "0.2.20 cuda x86_64 | 11.1 | 5.2 6.0 7.0 8.0 | 3.9 | jax[cuda111] by page",
        "0.3.25 cuda x86_64 | 11.4 >=8.2,<9 | 5.2 6.0 7.0 8.0 | 3.9 3.10 | jax[cuda] by page",
        "0.4.13 cpu aarch64 |  |  | 3.11 | jax[cpu]",
        "0.4.13 cpu x86_64 |  |  | 3.11 | jax[cpu]",
        "0.4.13 cuda12 x86_64 | 12.1 >=8.9 | 5.2 6.0 7.0 8.0 9.0 | 3.11 | jax[cuda12_pip] by page",
        "0.5.0 cpu aarch64 |  |  | 3.11 | jax",
        "0.5.0 cpu x86_64 |  |  | 3.11 | jax",
        "0.5.0 cuda12 x86_64 | 12.6 <10,>=9.1 | 5.0 +9.0 | 3.11 | jax[cuda12]",
    ]
    again, _ = jax.tables(context, dict(made))
    assert again == made


def test_onnxruntime_brings_cuda_from_the_release_that_has_extras_for_it(
    web: Web, context: Context
) -> None:
    frameworks.publish(web)
    made, _ = onnxruntime.tables(context, {})
    assert list(map(short, made["builds"])) == [  # type: ignore[arg-type]
        "1.18.0 cuda x86_64 | 11.8 >=8.2.4,<9 | 7.5 8.6 +9.0 | 3.11 | onnxruntime-gpu",
        "1.20.0 cuda x86_64 | 12.6 >=9,<10 | 7.5 8.6 +9.0 | 3.11 | onnxruntime-gpu",
        "1.26.0 cpu x86_64 |  |  | 3.12 | onnxruntime",
        "1.26.0 cuda12 x86_64 | 12.8 ~=9.0 | 7.5 8.6 +9.0 | 3.12 | onnxruntime-gpu[cuda,cudnn]",
    ]
    again, _ = onnxruntime.tables(context, dict(made))
    assert again == made


def test_fault_of_the_index_while_a_pin_is_looked_up_ends_the_run(
    web: Web, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    frameworks.publish(web)
    variants_from(monkeypatch, f"{web.base}/whl")
    web["/simple/triton/"] = faults.truncated
    with pytest.raises(SourceError):
        pytorch.tables(context, {})


def test_wheel_that_lies_about_its_build_ends_the_run(web: Web, context: Context) -> None:
    frameworks.publish(web)
    lying = wheels.wheel({frameworks.INFO: "build_info = ("})
    name = "tensorflow-2.18.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    wheels.publish(web, "tensorflow", {name: lying})
    with pytest.raises(SourceError, match="build_info"):
        tensorflow.tables(context, {})
