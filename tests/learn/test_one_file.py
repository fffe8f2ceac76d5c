"""The one file computes the package's J and dJ/dG, without the package."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nst_numpy as nst
from nst_numpy.optimizers import Adam, iterates

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def one_file():
    spec = importlib.util.spec_from_file_location("one_file", DOCS / "one_file.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_cost_and_gradient_are_those_of_the_package(one_file, weights):
    rng = np.random.default_rng(7)
    C, S, G = rng.random((37, 34, 3)), rng.random((32, 45, 3)), rng.random((37, 34, 3))
    cost, dG = nst.Objective(C, [S], nst.Settings(), weights, dtype="float64")(G)

    theirs = one_file.load_weights(dtype=np.float64)
    J, gradient = one_file.cost(G, *one_file.targets(C, S, theirs), theirs)
    assert abs(J - cost.total) < 1e-12 * cost.total
    assert np.abs(gradient - dG).max() < 1e-12 * np.abs(dG).max()


def test_its_weights_are_those_of_the_package(one_file, weights):
    for layer, (weight, bias) in one_file.load_weights().items():
        assert np.array_equal(weight, weights[layer][0])
        assert np.array_equal(bias, weights[layer][1])


def test_its_steps_are_those_of_adam_in_the_package(one_file):
    rng = np.random.default_rng(8)
    C, S = rng.uniform(0.3, 0.7, (2, 16, 17, 3))  # far from 0 and 1, so that nothing is clipped
    theirs = one_file.load_weights(dtype=np.float64)
    a_C, gram_S = one_file.targets(C, S, theirs)
    adam = iterates(Adam(0.02), lambda G: one_file.cost(G, a_C, gram_S, theirs), C)
    for (J, G), state in zip(one_file.paint(C, S, theirs, steps=4), adam, strict=False):
        assert np.allclose(G, state.x, atol=1e-12)
        assert abs(J - state.value) < 1e-12 * J


@pytest.mark.long
def test_it_paints_and_j_goes_down(one_file):
    C = one_file.load_image(DOCS.parent / "pictures" / "eilean-donan-castle.webp", size=64)
    S = one_file.load_image(DOCS.parent / "pictures" / "church-at-auvers.webp", size=64)
    costs = [J for J, _ in one_file.paint(C, S, one_file.load_weights(), steps=12)]
    assert costs[-1] < 0.5 * costs[0]


def test_it_imports_nothing_of_the_package(tmp_path):
    program = (
        "import sys; sys.modules['nst_numpy'] = None; "
        f"sys.path.insert(0, {str(DOCS)!r}); import one_file; print(len(one_file.load_weights()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "13", done.stderr
