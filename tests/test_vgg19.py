"""The real VGG-19 against reference activations, and its walls."""

import numpy as np
import pytest

from nst_numpy import vgg19
from nst_numpy.errors import InputError
from nst_numpy.gradcheck import directional_error
from nst_numpy.vgg_input import vgg_input_forward

# mean, max, share above 0; from the canonical float32 file, max pooling, for `reference_picture`
REFERENCE = {
    "conv1_1": (32.40381, 572.2463, 0.5032),
    "conv2_1": (140.21906, 4469.3848, 0.6082),
    "conv3_1": (197.51199, 9419.0400, 0.6016),
    "conv4_1": (768.75781, 14698.6719, 0.5667),
    "conv4_2": (483.82501, 19990.4141, 0.4087),
    "conv5_1": (72.52394, 3867.6470, 0.3256),
}


def reference_picture():
    y, x = np.mgrid[:64, :64] / 63.0
    return np.stack([x, y, (np.sin(8 * x) * np.cos(8 * y) + 1) / 2], -1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reference_activations_of_the_embedded_weights(weights, dtype):
    cast = {layer: (w.astype(dtype), b.astype(dtype)) for layer, (w, b) in weights.items()}
    x = vgg_input_forward(reference_picture().astype(dtype))
    features, _ = vgg19.forward(x, cast, REFERENCE, "max")
    for layer, (mean, largest, share) in REFERENCE.items():
        a = features[layer]
        assert a.dtype == dtype
        assert a.mean() == pytest.approx(mean, rel=1e-2)
        assert a.max() == pytest.approx(largest, rel=1e-2)
        assert (a > 0).mean() == pytest.approx(share, rel=1e-2)


def test_the_table_has_sixteen_convolutions_that_fit_each_other(weights):
    assert len(vgg19.CHANNELS) == 16
    for (_, _, below), (_, above, _) in zip(vgg19.TABLE, vgg19.TABLE[1:], strict=False):
        assert below == above
    for layer, (n_C_in, n_C_out) in vgg19.CHANNELS.items():
        weight, bias = weights[layer]
        assert weight.shape == (3, 3, n_C_in, n_C_out)
        assert bias.shape == (n_C_out,)


def narrow(seed=0):
    """A VGG-19 with eight channels everywhere: as deep, and quick."""
    rng = np.random.default_rng(seed)
    weights = {}
    n_C_in = 3
    for layer in vgg19.CHANNELS:
        kernel = rng.standard_normal((3, 3, n_C_in, 8)) * np.sqrt(2 / (9 * n_C_in))
        weights[layer] = kernel, 0.2 * rng.standard_normal(8)
        n_C_in = 8
    return weights


def test_forward_goes_only_as_deep_as_the_deepest_tap():
    weights = {layer: pair for layer, pair in narrow().items() if layer <= "conv2_1"}
    x = np.random.default_rng(0).standard_normal((8, 8, 3))
    features, cache = vgg19.forward(x, weights, ["conv2_1", "conv1_1"])
    assert list(features) == ["conv1_1", "conv2_1"]
    assert features["conv2_1"].shape == (4, 4, 8)
    assert len(cache.entries) == 4


@pytest.mark.parametrize("layer", vgg19.CHANNELS)
def test_every_layer_can_be_tapped_alone(layer):
    weights = narrow()
    x = np.random.default_rng(0).standard_normal((16, 16, 3))
    features, cache = vgg19.forward(x, weights, [layer])
    assert list(features) == [layer]
    rng = np.random.default_rng(1)
    upstream = {layer: rng.standard_normal(features[layer].shape)}
    d = rng.standard_normal(x.shape)

    def value(x):
        return float(np.vdot(upstream[layer], vgg19.forward(x, weights, [layer])[0][layer]))

    dx = vgg19.backward(upstream, cache, weights)
    assert dx.any()
    assert directional_error(value, x, dx, [d]) < 1e-6


def test_a_tap_whose_gradient_overwrites_instead_of_adding_is_caught():
    weights = narrow()
    rng = np.random.default_rng(2)
    x = rng.standard_normal((8, 8, 3))
    taps = ["conv1_1", "conv2_1"]
    features, cache = vgg19.forward(x, weights, taps)
    upstream = {layer: rng.standard_normal(a.shape) for layer, a in features.items()}
    directions = list(rng.standard_normal((3, *x.shape)))

    def value(x):
        found, _ = vgg19.forward(x, weights, taps)
        return sum(float(np.vdot(upstream[layer], found[layer])) for layer in taps)

    right = vgg19.backward(upstream, cache, weights)
    overwritten = vgg19.backward({"conv1_1": upstream["conv1_1"]}, cache, weights)
    assert directional_error(value, x, right, directions) < 1e-6
    assert directional_error(value, x, overwritten, directions) > 1e-2


def test_gradients_of_two_taps_add():
    weights = narrow()
    rng = np.random.default_rng(1)
    x = rng.standard_normal((16, 16, 3))
    features, cache = vgg19.forward(x, weights, ["conv1_2", "conv3_1"])
    upstream = {layer: rng.standard_normal(a.shape) for layer, a in features.items()}
    alone = [vgg19.backward({layer: da}, cache, weights) for layer, da in upstream.items()]
    np.testing.assert_allclose(vgg19.backward(upstream, cache, weights), sum(alone), 1e-12)


def test_backward_leaves_what_it_is_given_alone():
    weights = narrow()
    x = np.random.default_rng(0).standard_normal((4, 4, 3))
    features, cache = vgg19.forward(x, weights, ["conv1_2", "conv2_2"])
    upstream = {layer: a.copy() for layer, a in features.items()}
    first = vgg19.backward(upstream, cache, weights)
    np.testing.assert_array_equal(upstream["conv1_2"], features["conv1_2"])
    np.testing.assert_array_equal(vgg19.backward(upstream, cache, weights), first)


@pytest.mark.parametrize(("layer", "side"), [("conv1_2", 1), ("conv2_1", 2), ("conv5_4", 16)])
def test_a_picture_too_small_is_refused(layer, side):
    assert vgg19.smallest_side(layer) == side
    vgg19.forward(np.zeros((side, side, 3)), narrow(), [layer])
    if side > 1:
        with pytest.raises(InputError, match=f"too small for {layer}; it needs at least {side}"):
            vgg19.forward(np.zeros((side, side - 1, 3)), narrow(), [layer])
