from pathlib import Path

import nbformat
from nbconvert.preprocessors import ExecutePreprocessor

NOTEBOOK = Path(__file__).parent.parent / "explore.ipynb"


def test_notebook_runs_from_top_to_bottom():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    ExecutePreprocessor(timeout=600).preprocess(notebook)
    printed = notebook.cells[1].outputs[0].text
    assert "cuda" in printed or "cpu" in printed
