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
    assert list(cost.terms) == list(terms)
    for name, term in terms.items():
        assert cost.terms[name] == pytest.approx(term, rel=1e-10)
    assert np.linalg.norm(dG - gradient) <= 1e-10 * np.linalg.norm(gradient)


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
