"""Settings, and what computes: what they refuse, and when two are the same."""

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction

import numpy as np
import pytest
from statistics_of_ones_own import ChannelMean

from nst_numpy import Computing, InputError, Settings
from nst_numpy.costs import Gram
from nst_numpy.network import VGG19
from nst_numpy.settings import STYLE_LAYERS


def test_they_keep_a_copy_of_the_layers():
    layers = {"conv1_1": 1.0}
    chosen = Settings(style_layers=layers)
    layers["conv9_9"] = -1.0
    assert chosen.style_layers == {"conv1_1": 1.0}


def test_they_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Settings().alpha = 2.0
    with pytest.raises(FrozenInstanceError):
        Computing().threads = 2


def test_the_default_is_the_style_of_gatys_code():
    chosen = Settings()
    assert chosen.network is VGG19
    assert chosen.statistic == Gram()
    assert chosen.content_layers == {"conv4_2": 1.0}
    assert chosen.style_layers == {
        layer: 1 / n_C**2 for layer, n_C in zip(STYLE_LAYERS, (64, 128, 256, 512, 512), strict=True)
    }


def test_the_taps_are_the_layers_of_both_without_repeats():
    chosen = Settings(
        content_layers={"conv4_2": 1, "conv1_1": 0}, style_layers={"conv1_1": 1, "conv2_1": 1}
    )
    assert chosen.taps == ("conv4_2", "conv1_1", "conv2_1")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("alpha", -1.0, "alpha must be a number of at least 0, not -1.0."),
        (
            "style_weights",
            3.0,
            "style_weights must be a list with a number for each style, as in [3, 1], not 3.0.",
        ),
        ("style_weights", (1, -1.0), "style_weights, number 2, must be a number of at least 0"),
        ("style_weights", [0, 0.0], "All style_weights are 0; one must be above 0."),
        ("alpha", "1", "alpha must be a number of at least 0, not '1'."),
        ("beta", None, "beta must be a number of at least 0, not None."),
        ("beta", float("nan"), "beta must be a finite number of at least 0, not nan."),
        ("tv_weight", float("inf"), "tv_weight must be a finite number of at least 0, not inf."),
        ("alpha", 10**400, "alpha must be a finite number of at least 0, not 1000"),
        ("tv_weight", Fraction(10**400), "tv_weight must be a finite number of at least 0, not"),
        ("metric", 10**400, "metric must be a finite number of at least 0, not 1000"),
        ("gain", 10**400, "gain must be a finite number of at least 0, not 1000"),
        ("style_layers", {"conv1_1": 10**400}, "style_layers['conv1_1'] must be a finite number"),
        ("style_weights", [10**400], "style_weights, number 1, must be a finite number"),
        ("learning_rate", 10**400, "learning_rate must be finite and above 0, not 1000"),
        ("learning_rate", float("inf"), "learning_rate must be finite and above 0, not inf."),
        ("learning_rate", Fraction(1, 10**400), "learning_rate must be above 0, not"),
        ("style_layers", {"conv1_1": -2.0}, "style_layers['conv1_1'] must be a number"),
        ("content_layers", {"conv1_1": "1"}, "content_layers['conv1_1'] must be a number"),
        ("pooling", "median", "pooling must be one of average, max, not 'median'."),
        ("optimizer", "sgd", "optimizer must be one of lbfgs, adam, gradient-descent, not 'sgd'."),
        ("start", "black", "start must be one of content, noise, gray, not 'black'."),
        ("start", 5, "start must be one of content, noise, gray, not 5."),
        ("start", None, "start must be one of content, noise, gray, not None."),
        ("start", [[0.5]], "start must be one of content, noise, gray, not [[0.5]]."),
        ("learning_rate", 0.0, "learning_rate must be above 0, not 0.0."),
        ("learning_rate", "1", "learning_rate must be above 0, not '1'."),
        ("margin", -1, "margin must be at least 0, not -1."),
        ("iterations", -1, "iterations must be between 0 and 1000000000, not -1."),
        ("scales", 0, "scales must be between 1 and 8, not 0."),
        ("scales", 9, "scales must be between 1 and 8, not 9."),
        ("margin", 15, "margin must be a multiple of 2, since it is halved with each of 2 scales"),
        ("iterations", 1.5, "iterations must be a whole number, not 1.5."),
        ("iterations", "9", "iterations must be a whole number, not '9'."),
        ("metric", 250.0, "metric must be at most 4, not 250.0."),
        ("seed", -1, "seed must be at least 0, not -1."),
    ],
)
def test_each_field_refuses_what_it_cannot_be(field, value, words):
    with pytest.raises(InputError) as caught:
        Settings(**{field: value})
    assert words in str(caught.value)


@pytest.mark.parametrize("value", [["conv1_1"], "conv1_1", None, 1.0])
@pytest.mark.parametrize("field", ["content_layers", "style_layers"])
def test_layers_without_weights_are_refused(field, value):
    with pytest.raises(InputError, match=field):
        Settings(**{field: value})


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("threads", 0, "threads must be between 1 and 256, not 0."),
        ("threads", 257, "threads must be between 1 and 256, not 257."),
        ("threads", 2.5, "threads must be a whole number, not 2.5."),
        ("threads", "2", "threads must be a whole number, not '2'."),
        ("backend", "gpu", "backend must be one of auto, definition, numpy, numba, not 'gpu'."),
        ("memory", 0, "memory must be above 0, not 0."),
        ("memory", "4", "memory must be above 0, not '4'."),
        ("memory", 10**400, "memory must be finite and above 0, not 1000"),
        ("memory", float("nan"), "memory must be finite and above 0, not nan."),
        ("memory", 1e300, "memory must be at most 1e+09 (gigabytes), not 1e+300."),
    ],
)
def test_so_does_each_field_of_what_computes(field, value, words):
    with pytest.raises(InputError) as caught:
        Computing(**{field: value})
    assert words in str(caught.value)


@pytest.mark.parametrize("field", ["alpha", "learning_rate", "iterations", "margin", "seed"])
def test_a_number_too_long_to_be_written_is_refused_in_a_sentence(field):
    with pytest.raises(InputError, match=f"^{field} must be .*, not a number too long"):
        Settings(**{field: -(10**5000)})


def test_large_whole_numbers_are_weights():
    assert Settings(alpha=10**300, content_layers={"conv1_1": 10**300}).alpha == 10**300


def test_numbers_of_numpy_are_numbers():
    chosen = Settings(alpha=np.float32(2), iterations=np.int64(3), learning_rate=np.float64(0.5))
    assert (chosen.alpha, chosen.iterations, chosen.learning_rate) == (2, 3, 0.5)
    assert Computing(threads=np.int32(2), memory=np.float64(0.5)) == Computing("auto", 2, 0.5)


@pytest.mark.parametrize(
    "nothing",
    [
        {"alpha": 0.0, "beta": 0.0},
        {"alpha": 0.0, "style_layers": {}},
        {"content_layers": {}, "beta": 0},
    ],
)
def test_nothing_to_paint_is_refused(nothing):
    with pytest.raises(InputError, match="There is nothing to paint"):
        Settings(**nothing)


def test_equality_is_field_by_field():
    picture = np.zeros((2, 2, 3))
    assert Settings() == Settings()
    assert Settings() != replace(Settings(), beta=1.0)
    assert Settings(start=picture) == Settings(start=picture.copy())
    assert Settings(start=picture) != Settings(start=picture + 1)
    assert Settings(start=picture) != Settings()
    assert Settings() != "settings"
    assert Settings(statistic=ChannelMean()) == Settings(statistic=ChannelMean())
    assert Settings(statistic=ChannelMean()) != Settings()
    assert Settings(network=replace(VGG19)) == Settings()
    assert Settings(network=replace(VGG19, mean=(0.0, 0.0, 0.0))) != Settings()
    assert Computing() == Computing(threads=None) != Computing(threads=1)


@pytest.mark.parametrize("value", ["gram", None, 3])
def test_a_statistic_needs_its_three_functions(value):
    with pytest.raises(InputError, match="statistic must be a Statistic"):
        Settings(statistic=value)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (np.full((4, 5, 3), 255.0), "start has values from 255 to 255; expected RGB in [0, 1]"),
        (np.full((4, 5, 3), 255.0), "as load_image returns it; divide by 255."),
        (np.full((4, 5, 3), 9, np.uint8), "start is of uint8; it must be floats in [0, 1]."),
        (np.full((4, 5, 3), np.nan), "start holds NaN or infinite values."),
        (np.zeros((3, 4, 5)), "start has the shape (3, 4, 5); it must be (n_H, n_W, 3)"),
        (np.zeros((4, 5, 3), complex), "start must be an array of real numbers, as load_image"),
        (np.zeros((4, 5, 3), object), "returns it, not object."),
    ],
)
def test_a_start_that_is_no_picture_is_refused(start, words):
    with pytest.raises(InputError) as caught:
        Settings(start=start)
    assert words in str(caught.value)
