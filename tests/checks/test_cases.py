"""The package's own cases: all hold, and a wrong piece is refused where it is used, only there."""

from importlib import import_module

import numpy as np
import pytest

from nst_numpy.checks import Pieces, cases, checks_of
from nst_numpy.checks.cases import winograd
from nst_numpy.checks.networks import narrow, whole
from nst_numpy.layers import conv_forward
from nst_numpy.network import VGG19

NETWORKS = {"VGG-19, average pooling", "VGG-19, max pooling"}

WRONG = {
    "conv_backward": (
        lambda dz, weight: np.ones((*dz.shape[:2], weight.shape[2])),
        {"convolution", *NETWORKS},
    ),
    "relu_backward": (lambda da, positive: da, {"ReLU", *NETWORKS}),
    "average_pool_backward": (
        lambda dy, shape: np.ones(shape),
        {"average pool", "VGG-19, average pooling"},
    ),
    "max_pool_backward": (
        lambda dy, winner, shape: np.ones(shape),
        {"max pool", "max pool, equals", "VGG-19, max pooling"},
    ),
    "vgg_input_backward": (lambda dx: dx, {"VGG input", *NETWORKS}),
    "tap_backward": (lambda from_above, of_tap: of_tap, NETWORKS),
    "content_gradient": (lambda a_C, a_G: a_C - a_G, {"content cost"}),
    "style_gradient": (lambda a_S, a_G: a_G, {"style cost"}),
    "conv_forward": (
        lambda x, weight, bias: conv_forward(x, 2 * weight, bias),
        {"convolution", *NETWORKS},
    ),
}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_case_holds(seed):
    rng = np.random.default_rng(seed)
    assert [check for case in cases() for check in checks_of(case, rng) if not check.holds] == []


@pytest.mark.parametrize("piece", WRONG)
def test_a_wrong_piece_is_refused_where_it_is_used_and_nowhere_else(piece):
    wrong, used = WRONG[piece]
    found = [c for case in cases(Pieces(**{piece: wrong})) for c in checks_of(case)]
    assert {check.name for check in found if not check.holds} == used


def test_tiles_whose_kernel_is_not_turned_are_refused(monkeypatch):
    checks = list(checks_of(winograd()))
    assert all(check.holds for check in checks)
    monkeypatch.setattr("nst_numpy.winograd.layers.turned", lambda U: U.swapaxes(2, 3))
    assert not any(check.holds for check in checks_of(winograd()))


def test_bounds_whose_slope_is_wrong_are_refused(monkeypatch):
    module = import_module("nst_numpy.checks.cases")
    monkeypatch.setattr(module, "bounds_backward", lambda dG, u: np.cos(u) * dG)
    found = [check for case in cases() for check in checks_of(case)]
    assert {check.name for check in found if not check.holds} == {"bounds"}


def test_a_network_s_case_taps_every_convolution_of_its_table():
    few = narrow(VGG19)
    assert [row[0] for row in few.table] == [row[0] for row in VGG19.table]
    assert max(n_C for _, _, n_C in few.table) == 5
    assert all(one[2] == two[1] for one, two in zip(few.table, few.table[1:], strict=False))
    case = whole(few)
    G, weights = case.draw(np.random.default_rng(0))
    y = case.forward(G, weights)
    sides = {"1": 19 * 17, "2": 9 * 8, "3": 4 * 4, "4": 2 * 2, "5": 1}
    assert y.shape == (sum(n * sides[tap[4]] for tap, (_, n) in few.channels.items()),)
    assert 0.2 < np.mean(y > 0) < 0.8  # the ReLUs are switched both ways
