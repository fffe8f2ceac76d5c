"""Every check that ``python -m nst_numpy check`` prints."""

import numpy as np
import pytest

from nst_numpy import Objective, Settings, load_image
from nst_numpy.checks import Pieces, all_checks, everything
from nst_numpy.checks.everything import checker_check, objective_checks
from nst_numpy.costs import STATISTICS
from nst_numpy.files.embedded import embedded


@pytest.fixture(scope="module")
def pictures():
    return [
        load_image(embedded(f"pictures/{name}.webp"), shape=(16, 16))
        for name in ("eilean-donan-castle", "church-at-auvers")
    ]


@pytest.fixture(scope="module")
def checks(pictures, weights):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(everything, "DIRECTIONS", 2)  # of J; its pieces keep theirs
        return list(all_checks(*pictures, weights, seed=1))


def test_every_gradient_holds(checks):
    assert [check for check in checks if not check.holds] == []


def test_every_layer_cost_and_pooling_is_there(checks):
    methods = {}
    for check in checks:
        methods.setdefault(check.name, set()).add(check.method)
    differences = {"central differences", "pixel by pixel"}
    for name in ("convolution", "average pool", "VGG input"):
        assert methods.pop(name) == {"adjoint", *differences}
    assert methods.pop("convolution by tiles") == {"adjoint", "central differences"}
    assert methods.pop("max pool, equals") == {"central differences"}
    for name in (
        "ReLU",
        "max pool",
        "bounds",
        "content cost",
        "style cost",
        "total variation",
        "style cost, masked",
        *(f"style cost, {name}" for name in STATISTICS if name != "gram"),
    ):
        assert methods.pop(name) == differences
    for pooling in ("average", "max"):
        assert methods.pop(f"VGG-19, {pooling} pooling") == {"central differences"}
        assert methods.pop(f"J, {pooling} pooling") == {"central differences", "Taylor slope"}
    assert methods == {"x², 2.001 is refused": {"central differences"}}


@pytest.mark.long
def test_a_wrong_piece_is_refused_in_every_way_up_to_the_whole_j(pictures, weights, monkeypatch):
    """The whole way, with a ReLU that is masked by the sign of the gradient."""
    monkeypatch.setattr(everything, "DIRECTIONS", 1)  # enough to refuse J, and faster
    wrong = Pieces(relu_backward=lambda da, positive: da * (da > 0))
    found = list(all_checks(*pictures, weights, pieces=wrong))
    whole = {
        f"{name}, {pooling} pooling" for name in ("VGG-19", "J") for pooling in ("average", "max")
    }
    assert {check.name for check in found if not check.holds} == {"ReLU", *whole}
    assert not any(check.holds for check in found if check.name in whole)


def test_the_checker_that_refuses_nothing_is_found_out(monkeypatch):
    assert checker_check().holds
    monkeypatch.setattr("nst_numpy.gradcheck.directional_error", lambda *_: 0.0)
    assert not checker_check().holds


def test_a_picture_with_too_many_kinks_is_refused_in_words(pictures, weights, monkeypatch):
    monkeypatch.setattr(everything, "DRAWS", 20)
    monkeypatch.setattr(everything, "TAYLOR_STEPS", (10.0,))  # far enough to switch something
    settings = Settings(content_layers={"conv1_1": 1.0}, style_layers={"conv1_1": 1.0})
    J = Objective(pictures[0], [pictures[1]], settings, weights, "float64")
    with pytest.raises(RuntimeError, match="in 20 draws: the pictures are too large"):
        list(objective_checks("J", J, pictures[0], np.random.default_rng(0)))
