"""A notebook executed without a screen: a picture and its ledger, stopped, and gone on."""

import base64
import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import nst_numpy

nbformat = pytest.importorskip("nbformat", reason="a notebook needs nbclient and ipykernel")
nbclient = pytest.importorskip("nbclient", reason="a notebook needs nbclient and ipykernel")
pytest.importorskip("ipykernel", reason="a notebook needs nbclient and ipykernel")

CELLS = [
    """
import signal
import nst_numpy as nst
cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
few = nst.Settings(iterations=3, margin=0, gain=0)
plain = nst.Computing(backend="numpy")
steps = nst.steps(cat, cafe, few, size=48, computing=plain)
""",
    """
for step in nst.watch(steps):
    if step.iteration == 1:
        signal.raise_signal(signal.SIGINT)  # the black square
""",
    "for step in nst.watch(steps): pass",
    "step",
    "step.cost",
    "nst.load_weights()",
    "painting = nst.paint(cat, cafe, few, size=48, computing=plain); painting",
    "painting",
]


@pytest.mark.filterwarnings("ignore")  # those of the programs that run notebooks
def test_it_is_executed_without_a_traceback(tmp_path, monkeypatch):
    root = str(Path(nst_numpy.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]))
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, CELLS)))
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    nothing, stopped, further, step, ledger, weights, painted, again = (
        cell["outputs"] for cell in notebook["cells"]
    )
    assert not nothing
    assert all(output["output_type"] != "stream" for output in (*stopped, *further, *painted))
    assert sizes(stopped) == [(24, 16)]
    assert "Stopped after step 1; the same generator goes on." in html(stopped)
    assert sizes(further) == sizes(step) == [(48, 32)]
    assert "scale 2, step 6" in html(further)
    assert "<td" in html(ledger)
    assert "conv1_1" in html(ledger)
    assert "(3, 3, 3, 64)" in html(weights)
    assert sizes(painted) == [(48, 32)]  # it grew there, and what came of it stays: once
    assert painted[-1]["data"]["text/plain"].startswith("Painting(48 × 32 pixels")
    assert sizes(again) == [(48, 32)]  # in another cell it shows itself
    for output in json.loads(nbformat.writes(notebook))["cells"][1]["outputs"]:
        assert output["data"]["text/plain"]  # for whoever reads it without pictures


def sizes(outputs):
    pictures = [one["data"]["image/png"] for one in outputs if "image/png" in one["data"]]
    return [Image.open(BytesIO(base64.b64decode(picture))).size for picture in pictures]


def html(outputs):
    return "".join(one["data"].get("text/html", "") for one in outputs)
