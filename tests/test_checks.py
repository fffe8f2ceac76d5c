"""Every check that ``python -m nst_numpy check`` prints."""

import pytest

from nst_numpy import load_image
from nst_numpy.checks import Check, all_checks
from nst_numpy.files.embedded import embedded


@pytest.fixture(scope="module")
def checks(weights):
    content = load_image(embedded("pictures/eilean-donan-castle.webp"), size=24)
    style = load_image(embedded("pictures/church-at-auvers.webp"), size=24)
    return list(all_checks(content, style, weights, seed=1))


def test_every_gradient_holds(checks):
    failed = [check for check in checks if not check.holds]
    assert not failed


def test_every_layer_cost_and_pooling_is_there(checks):
    methods = {}
    for check in checks:
        methods.setdefault(check.name, set()).add(check.method)
    differences = {"central differences", "pixel by pixel"}
    for name in ("convolution", "average pool", "VGG input"):
        assert methods[name] == {"adjoint", *differences}
    for name in ("ReLU", "max pool", "content cost", "style cost", "total variation"):
        assert methods[name] == differences
    for pooling in ("average", "max"):
        assert methods[f"VGG-19, {pooling} pooling"] == {"central differences"}
        assert methods[f"J, {pooling} pooling"] == {"central differences", "Taylor slope"}


def test_nan_does_not_hold():
    assert not Check("anything", "adjoint", float("nan"), 1.0).holds
    assert Check("anything", "adjoint", 0.5, 1.0).holds
