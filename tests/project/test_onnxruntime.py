"""When a repository is one of ONNX Runtime, which other frameworks often bring along."""

import pytest

from scaffold.project.framework import Framework
from scaffold.project.reading import read_project

ONNX, TORCH, NONE = Framework.ONNXRUNTIME, Framework.PYTORCH, Framework.NONE

SITUATIONS = [
    ("the GPU package alone", {"requirements.txt": "onnxruntime-gpu>=1.20\n"}, ONNX, ">=1.20"),
    ("its extras", {"requirements.txt": "onnxruntime-gpu[cuda,cudnn]==1.26.0\n"}, ONNX, "==1.26.0"),
    ("plain onnxruntime is the CPU build", {"requirements.txt": "onnxruntime==1.20\n"}, NONE, ""),
    (
        "torch beside it trains",
        {"requirements.txt": "onnxruntime-gpu\ntorch==2.8\n"},
        TORCH,
        "==2.8",
    ),
    (
        "torch beside it trains, although only the other asks for a GPU by name",
        {"requirements.txt": "onnxruntime-gpu[cuda,cudnn]\ntorch\n"},
        TORCH,
        "",
    ),
    (
        "a library that brings torch counts too",
        {"requirements.txt": "onnxruntime-gpu\nultralytics\n"},
        TORCH,
        "",
    ),
    (
        "a script that exports with torch does not, where no list names it",
        {"requirements.txt": "onnxruntime-gpu\n", "export.py": "import torch\n"},
        ONNX,
        "",
    ),
]


@pytest.mark.parametrize(
    ("files", "framework", "spec"),
    [row[1:] for row in SITUATIONS],
    ids=[row[0] for row in SITUATIONS],
)
def test_repository_is_one_of(files, framework, spec):
    found = read_project({path: text.encode() for path, text in files.items()})
    assert (found.framework, found.framework_spec) == (framework, spec)
