"""The notebooks run on the tables as they are, show no error, and are kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipeline.folders import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebook_is_kept_without_outputs(file):
    cells = [c for c in nbformat.read(file, as_version=4).cells if c.cell_type == "code"]

    assert [c.outputs for c in cells if c.outputs or c.execution_count] == []


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_notebook_runs_and_shows_passages(file: Path, demonstration, monkeypatch):
    monkeypatch.setenv("OUT", str(demonstration.out))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    notebook = nbformat.read(file, as_version=4)

    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()

    shown = "".join(str(output) for c in notebook.cells for output in c.get("outputs", []))
    assert "image/png" in shown
    assert "text/markdown" in shown
