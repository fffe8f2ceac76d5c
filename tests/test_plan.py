"""The operations of an evaluation, and that no two arrays that live at a time share a place."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import NARROW, VGG16, random_weights

from nst_numpy.network import PICTURE, VGG19, backward, forward, walk_down
from nst_numpy.plan import (
    down,
    fused,
    last_uses,
    places,
    shape_of,
    shapes,
    up,
    up_and_down,
)

networks = st.sampled_from([VGG19, VGG16])
sides = st.integers(16, 90)


@st.composite
def cases(draw):
    network = draw(networks)
    return network, draw(st.sets(st.sampled_from([*network.channels, PICTURE]), min_size=1))


@given(cases(), sides, sides)
def test_what_is_read_was_written_and_nothing_has_been_written_over_it(case, n_H, n_W):
    operations = up_and_down(*case)
    known = shapes(case[0], n_H, n_W)
    arrays = {one.writes for one in operations if one.writes}
    sizes = {name: prod(shape_of(name, known)) for name in arrays}
    start, length = places(operations, sizes)
    holds = {}
    for one in operations:
        assert one.reads == "x" or holds[one.reads]
        if one.add:
            assert holds[one.writes]
        if one.writes and one.writes != "dx":
            first, last = start[one.writes], start[one.writes] + sizes[one.writes]
            assert last <= length
            for other in holds:
                if start[other] < last and first < start[other] + sizes[other]:
                    holds[other] = False
            holds[one.writes] = True


@given(cases())
def test_every_tap_of_the_network_is_compared_once_and_pulls_once(case):
    network, taps = case
    operations = up_and_down(network, taps)
    for kind in ("compare", "pull"):
        tapped = sorted(one.layer for one in operations if one.kind == kind)
        assert tapped == sorted(taps - {PICTURE})
    if taps != {PICTURE}:
        assert operations[-1].writes == "dx"


@given(cases())
def test_the_way_up_and_the_way_down_pass_the_same_layers(case):
    network, taps = case
    assert up_and_down(network, taps) == [*up(network, taps), *down(network, taps)]
    going_up = [one for one in up(network, taps) if one.kind in ("convolve", "pool")]
    going_down = [one for one in down(network, taps) if one.kind.endswith("back")]
    assert [one.layer for one in going_up] == list(network.up_to(taps))
    assert [one.layer for one in reversed(going_down)] == list(network.up_to(taps))
    for one, back in zip(going_up, reversed(going_down), strict=True):
        assert back.kind == f"{one.kind} back"
        assert (back.reads, back.writes) == (f"d{one.writes}", f"d{one.reads}")


@given(cases())
def test_a_gradient_is_added_to_where_there_is_one(case):
    written = set()
    for one in down(*case):
        if one.kind != "convolve":
            assert one.add == (one.writes in written)
        written.add(one.writes)


def test_the_picture_alone_needs_no_operation():
    assert up_and_down(VGG19, {PICTURE}) == []
    assert places([], {}) == ({}, 0)


@pytest.mark.parametrize("network", [NARROW, replace(NARROW, pooling="max")])
def test_the_shapes_are_those_of_the_features_and_of_their_gradients(network):
    weights = random_weights(network)
    G = np.zeros((37, 21, 3))
    known = shapes(network, 37, 21)
    features, cache = forward(G, network, weights, network.channels)
    for layer, a in features.items():
        assert known[layer] == a.shape
        assert shape_of(f"d{layer}", known) == shape_of(f"{layer} again", known) == a.shape
    for layer, da in walk_down(features, cache, network, weights):
        assert da.shape == shape_of("dx" if layer == PICTURE else f"d{layer}", known)
    assert backward(features, cache, network, weights).shape == known["x"]


def test_the_first_layer_is_computed_again_rather_than_kept():
    operations = up_and_down(VGG19, ["conv1_1", "conv2_1"])
    (pull,) = (one for one in operations if one.kind == "pull" and one.layer == "conv1_1")
    assert pull.reads == "conv1_1 again"
    at = {(one.kind, one.layer, one.writes): n for n, one in enumerate(operations)}
    assert last_uses(operations)["conv1_1"] == at["convolve", "conv1_2", "conv1_2"]
    alone = up_and_down(VGG19, ["conv1_1"])
    assert [one.kind for one in alone] == ["convolve", "compare", "pull", "convolve back"]
    assert alone[2].reads == "conv1_1"


def taken_apart(operations):
    for one in operations:
        yield from taken_apart(one.parts) if one.parts else [one]


@given(cases(), st.booleans())
def test_joining_changes_no_operation_and_hides_no_array_that_a_term_sees(case, whole):
    network, taps = case
    plain = up_and_down(network, taps)
    joined = fused(plain, {network.table[0][0]} if whole else ())
    assert list(taken_apart(joined)) == plain
    written = {one.writes for one in joined}
    first = network.table[0][0]
    for tap in taps - {PICTURE} - {first}:
        assert {tap, f"d{tap}"} <= written
    if whole and first in taps:
        assert {first, f"d{first}"} <= written
    assert written <= {one.writes for one in plain}


def test_the_default_taps_need_no_array_below_the_first_pool():
    joined = fused(up_and_down(VGG19, ["conv1_1", "conv2_1", "conv3_1", "conv4_2", "conv5_1"]))
    assert [joined[0].kind, joined[-1].kind] == ["strips up", "strips down"]
    assert not any(one.writes.startswith(("conv1", "dconv1")) for one in joined)
    kinds = [one.kind for one in joined]
    assert "pool" not in kinds
    assert "pool back" not in kinds
    assert kinds.count("convolve and pool") == kinds.count("pool and convolve back") == 3
