"""A network as a value: VGG-19 against reference activations, other tables, and the walls."""

from dataclasses import replace

import numpy as np
import pytest
from networks import NARROW, VGG16, random_weights

from nst_numpy import layers
from nst_numpy.checks import Pieces
from nst_numpy.errors import InputError
from nst_numpy.gradcheck import directional_error
from nst_numpy.network import (
    PICTURE,
    VGG19,
    Network,
    backward,
    check_size,
    forward,
    walk_down,
)

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


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def upstream_of(features, rng):
    return {layer: rng.standard_normal(a.shape) for layer, a in features.items()}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reference_activations_of_the_embedded_weights(weights, dtype):
    cast = {layer: (w.astype(dtype), b.astype(dtype)) for layer, (w, b) in weights.items()}
    network = replace(VGG19, pooling="max")
    features, _ = forward(reference_picture().astype(dtype), network, cast, REFERENCE)
    for layer, (mean, largest, share) in REFERENCE.items():
        a = features[layer]
        assert a.dtype == dtype
        assert a.mean() == pytest.approx(mean, rel=1e-2)
        assert a.max() == pytest.approx(largest, rel=1e-2)
        assert (a > 0).mean() == pytest.approx(share, rel=1e-2)


@pytest.mark.parametrize(("network", "convolutions"), [(VGG19, 16), (VGG16, 13), (NARROW, 16)])
def test_the_convolutions_of_a_table_fit_each_other(network, convolutions):
    assert len(network.channels) == convolutions
    for (_, _, below), (_, above, _) in zip(network.table, network.table[1:], strict=False):
        assert below == above
    assert network.table[0][1] == 3


def test_the_embedded_weights_fit_vgg19(weights):
    assert list(weights) == list(VGG19.channels)
    for layer, (n_C_in, n_C_out) in VGG19.channels.items():
        weight, bias = weights[layer]
        assert weight.shape == (3, 3, n_C_in, n_C_out)
        assert bias.shape == (n_C_out,)


def test_forward_goes_only_as_deep_as_the_deepest_tap(rng):
    weights = {
        layer: pair
        for layer, pair in random_weights(NARROW).items()
        if layer in NARROW.up_to(["conv2_1"])
    }
    features, cache = forward(rng.random((8, 8, 3)), NARROW, weights, ["conv2_1", "conv1_1"])
    assert list(features) == ["conv2_1", "conv1_1"]
    assert features["conv2_1"].shape == (4, 4, 8)
    assert list(cache.positive) == ["conv1_1", "conv1_2", "conv2_1"]
    assert cache.shape == {"pool1": (8, 8, 8)}
    assert not cache.winner


def test_the_picture_is_the_bottom_of_every_network(rng):
    G = rng.random((1, 1, 3))
    features, cache = forward(G, NARROW, {}, [PICTURE])
    assert features[PICTURE] is G
    dG = rng.standard_normal(G.shape)
    np.testing.assert_array_equal(backward({PICTURE: dG}, cache, NARROW, {}), dG)


@pytest.mark.parametrize("pooling", ["average", "max"])
@pytest.mark.parametrize("layer", [*VGG19.channels, PICTURE])
def test_every_layer_can_be_tapped_alone(rng, layer, pooling):
    network, weights = replace(NARROW, pooling=pooling), random_weights(NARROW)
    G = rng.random((16, 16, 3))
    features, cache = forward(G, network, weights, [layer])
    assert list(features) == [layer]
    upstream = upstream_of(features, rng)
    d = rng.standard_normal(G.shape)

    def value(G):
        return float(np.vdot(upstream[layer], forward(G, network, weights, [layer])[0][layer]))

    dG = backward(upstream, cache, network, weights)
    assert dG.any()
    assert directional_error(value, G, dG, [d]) < 1e-6


@pytest.mark.parametrize("network", [VGG16, Network("Two", (("a", 3, 5), ("b", 5, 2)))])
def test_another_table_goes_up_and_down(rng, network):
    weights = random_weights(network)
    taps = list(network.channels)[1:3]
    G = rng.random((6, 5, 3))
    features, cache = forward(G, network, weights, taps)
    upstream = upstream_of(features, rng)

    def value(G):
        found, _ = forward(G, network, weights, taps)
        return sum(float(np.vdot(upstream[layer], found[layer])) for layer in taps)

    dG = backward(upstream, cache, network, weights)
    assert directional_error(value, G, dG, [rng.standard_normal(G.shape)]) < 1e-6


def test_vgg16_is_vgg19_up_to_conv3_3(rng, weights):
    G = rng.random((8, 8, 3), np.float32)
    taps = ["conv1_2", "conv3_3"]
    ours, theirs = (forward(G, network, weights, taps)[0] for network in (VGG16, VGG19))
    for layer in taps:
        np.testing.assert_array_equal(ours[layer], theirs[layer])


def test_the_mean_is_the_networks_own(rng):
    """Weights that add the colours up, on a picture that is brighter than any mean."""
    network = Network("Sum", (("sum", 3, 1),), mean=(1.0, 2.0, 4.0))
    kernel = np.zeros((3, 3, 3, 1))
    kernel[1, 1] = 1
    G = 0.5 + rng.random((3, 4, 3)) / 2
    features, _ = forward(G, network, {"sum": (kernel, np.zeros(1))}, ["sum"])
    np.testing.assert_allclose(features["sum"][:, :, 0], 255 * G.sum(-1) - 7)


def test_a_network_is_a_value():
    assert replace(VGG19) == VGG19
    assert replace(VGG19, pooling="max") != VGG19
    assert {VGG19: 1}[replace(VGG19)] == 1
    assert repr(VGG19).startswith("Network(name='VGG-19', mean=(103.939, ")


def test_a_tap_whose_gradient_overwrites_instead_of_adding_is_caught(rng):
    weights = random_weights(NARROW)
    G = rng.random((8, 8, 3))
    taps = ["conv1_1", "conv2_1"]
    features, cache = forward(G, NARROW, weights, taps)
    upstream = upstream_of(features, rng)
    directions = list(rng.standard_normal((3, *G.shape)))

    def value(G):
        found, _ = forward(G, NARROW, weights, taps)
        return sum(float(np.vdot(upstream[layer], found[layer])) for layer in taps)

    right = backward(upstream, cache, NARROW, weights)
    overwriting = Pieces(tap_backward=lambda da, dfeature: dfeature)
    overwritten = backward(upstream, cache, NARROW, weights, overwriting)
    assert directional_error(value, G, right, directions) < 1e-6
    assert directional_error(value, G, overwritten, directions) > 1e-2
    alone = backward({"conv1_1": upstream["conv1_1"]}, cache, NARROW, weights)
    np.testing.assert_array_equal(overwritten, alone)


@pytest.mark.parametrize("taps", [["conv1_2", "conv3_1"], ["conv2_2", PICTURE]])
def test_gradients_of_two_taps_add(rng, taps):
    weights = random_weights(NARROW)
    features, cache = forward(rng.random((16, 16, 3)), NARROW, weights, taps)
    upstream = upstream_of(features, rng)
    alone = [backward({layer: da}, cache, NARROW, weights) for layer, da in upstream.items()]
    np.testing.assert_allclose(backward(upstream, cache, NARROW, weights), sum(alone), 1e-12)


def test_backward_leaves_what_it_is_given_alone(rng):
    weights = random_weights(NARROW)
    taps = [PICTURE, "conv1_2", "conv2_2"]
    features, cache = forward(rng.random((4, 4, 3)), NARROW, weights, taps)
    upstream = {layer: a.copy() for layer, a in features.items()}
    first = backward(upstream, cache, NARROW, weights)
    for layer in taps:
        np.testing.assert_array_equal(upstream[layer], features[layer])
    np.testing.assert_array_equal(backward(upstream, cache, NARROW, weights), first)


def test_the_walk_down_passes_every_layer_and_ends_where_backward_does(rng):
    weights = random_weights(NARROW)
    features, cache = forward(rng.random((8, 9, 3)), NARROW, weights, ["conv1_1", "conv3_2"])
    upstream = upstream_of(features, rng)
    walked = list(walk_down(upstream, cache, NARROW, weights))
    assert [layer for layer, _ in walked] == [
        "conv3_2", "conv3_1", "pool2", "conv2_2", "conv2_1", "pool1", "conv1_2", "conv1_1", PICTURE
    ]  # fmt: skip
    np.testing.assert_array_equal(walked[0][1], upstream["conv3_2"])
    assert walked[-2][1].shape == features["conv1_1"].shape
    np.testing.assert_array_equal(walked[-1][1], backward(upstream, cache, NARROW, weights))


def test_what_is_walked_down_is_the_gradient_of_each_layer(rng):
    """J of conv2_1 as a function of conv1_2 alone: pool, convolution, ReLU."""
    weights = random_weights(NARROW)
    features, cache = forward(rng.random((6, 6, 3)), NARROW, weights, ["conv1_2", "conv2_1"])
    upstream = {"conv2_1": rng.standard_normal(features["conv2_1"].shape)}
    found = dict(walk_down(upstream, cache, NARROW, weights))

    def value(a):
        z = layers.conv_forward(layers.average_pool_forward(a), *weights["conv2_1"])
        return float(np.vdot(upstream["conv2_1"], np.maximum(z, 0)))

    a = features["conv1_2"]
    direction = rng.standard_normal(a.shape)
    assert directional_error(value, a, found["conv1_2"], [direction]) < 1e-6


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_every_pass_can_be_exchanged(rng, pooling):
    """Each pass of the network is called, as often as there are layers of its kind."""
    network, weights = replace(NARROW, pooling=pooling), random_weights(NARROW)
    ours = {name: f for name, f in vars(Pieces()).items() if hasattr(layers, name)}
    count = dict.fromkeys(ours, 0)

    def counting(name, function):
        def counted(*args):
            count[name] += 1
            return function(*args)

        return counted

    passes = Pieces(**{name: counting(name, f) for name, f in ours.items()})
    taps = ["conv2_2", "conv1_1"]
    G = rng.random((4, 5, 3))
    features, cache = forward(G, network, weights, taps, passes)
    dG = backward(upstream := upstream_of(features, rng), cache, network, weights, passes)
    called = {name: n for name, n in count.items() if n}
    assert called == {
        "vgg_input_forward": 1, "vgg_input_backward": 1, "conv_forward": 4, "conv_backward": 4,
        "relu_forward": 4, "relu_backward": 4, f"{pooling}_pool_forward": 1,
        f"{pooling}_pool_backward": 1, "tap_backward": 1,
    }  # fmt: skip
    np.testing.assert_array_equal(dG, backward(upstream, cache, network, weights))


def test_a_wrong_pass_changes_the_gradient_and_nothing_of_the_way_up(rng):
    weights = random_weights(NARROW)
    G = rng.random((4, 4, 3))
    wrong = Pieces(conv_backward=lambda dz, weight: 2 * layers.conv_backward(dz, weight))
    features, cache = forward(G, NARROW, weights, ["conv2_1"])
    again, _ = forward(G, NARROW, weights, ["conv2_1"], wrong)
    np.testing.assert_array_equal(again["conv2_1"], features["conv2_1"])
    upstream = upstream_of(features, rng)
    expected = 2**3 * backward(upstream, cache, NARROW, weights)
    np.testing.assert_allclose(backward(upstream, cache, NARROW, weights, wrong), expected)


@pytest.mark.parametrize(
    ("layer", "side"), [(PICTURE, 1), ("conv1_2", 1), ("conv2_1", 2), ("conv5_4", 16)]
)
def test_a_picture_too_small_is_refused(layer, side):
    assert NARROW.least_side([layer]) == side
    assert NARROW.least_side([layer, "conv1_1"]) == side
    weights = random_weights(NARROW)
    forward(np.zeros((side, side, 3)), NARROW, weights, [layer])
    check_size((side, side, 3), NARROW, [layer])
    if side > 1:
        with pytest.raises(InputError, match=f"too small for {layer}; it needs at least {side}"):
            forward(np.zeros((side, side - 1, 3)), NARROW, weights, [layer])


def test_an_unknown_layer_is_refused_with_those_that_there_are():
    with pytest.raises(InputError, match=r"VGG-16 has no layer 'conv3_4'; it has conv1_1, .*5_3"):
        VGG16.up_to(["conv1_1", "conv3_4"])
    with pytest.raises(InputError, match="has no layer 'pool9'"):
        VGG19.up_to(["pool9"])


@pytest.mark.parametrize(
    ("pooling", "table", "words"),
    [
        ("avg", NARROW.table, "pooling must be one of average, max, not 'avg'"),
        (
            "max",
            (("conv1_1", 3, 4), ("conv1_2", 5, 4)),
            "conv1_2 of N does not fit the 4 channels",
        ),
        ("max", (("conv1_1", 3, 4), ("pool1", 4, 5)), "pool1 of N does not fit the 4 channels"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(pooling, table, words):
    with pytest.raises(InputError, match=words):
        Network("N", table, pooling=pooling)


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_a_pool_can_be_tapped_too(rng, pooling):
    network = replace(NARROW, pooling=pooling)
    weights = random_weights(network)
    G = rng.random((12, 14, 3))
    features, cache = forward(G, network, weights, ["conv1_2", "pool1"])
    assert features["pool1"].shape[:2] == (6, 7)
    upstream = upstream_of(features, rng)
    dG = backward(upstream, cache, network, weights)

    def J(G):
        a, _ = forward(G, network, weights, upstream)
        return sum(float(np.vdot(upstream[layer], a[layer])) for layer in upstream)

    assert directional_error(J, G, dG, list(rng.standard_normal((3, *G.shape)))) < 1e-7
