"""J and dJ/dG beside PyTorch in float64: as stored numbers, and live where it is installed."""

import json
from pathlib import Path

import numpy as np
import pytest
from cases import CASES, pictures

from nst_numpy import Objective, Settings

REFERENCE = Path(__file__).with_name("reference.npz")


def compare(chosen, weights, terms, gradient):
    content, style, G = pictures()
    J = Objective(content, [style], Settings(**chosen), weights, dtype="float64")
    cost, dG = J(G)
    found = {"content": 0.0, "tv": 0.0}  # there, the content is one term, however many layers
    for name, term in cost.terms.items():
        kind = "content" if name.startswith("content") else name
        found[kind] = found.get(kind, 0.0) + term
    assert found == pytest.approx(terms, rel=1e-12)
    assert np.linalg.norm(dG - gradient) <= 1e-12 * np.linalg.norm(gradient)


@pytest.mark.parametrize("name", CASES)
def test_against_stored_numbers(weights, name):
    stored = np.load(REFERENCE)
    terms = json.loads(str(stored[f"{name}_terms"]))
    compare(CASES[name], weights, terms, stored[f"{name}_gradient"])


@pytest.mark.peers
@pytest.mark.parametrize("name", CASES)
def test_live(weights, name):
    pytest.importorskip("torch")
    from torch_objective import objective

    content, style, G = pictures()
    terms, gradient = objective(content, style, G, CASES[name], weights)
    compare(CASES[name], weights, terms, gradient)
