"""Settings: what they refuse, and when two are the same."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from nst_numpy import InputError, Settings


def test_they_keep_a_copy_of_the_layers():
    layers = {"conv1_1": 1.0}
    chosen = Settings(style_layers=layers)
    layers["conv9_9"] = -1.0
    assert chosen.style_layers == {"conv1_1": 1.0}


def test_they_are_frozen():
    with pytest.raises(FrozenInstanceError):
        Settings().alpha = 2.0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("alpha", -1.0, "alpha must be a number of at least 0, not -1.0."),
        ("beta", float("nan"), "beta must be a number of at least 0, not nan."),
        ("tv_weight", float("inf"), "tv_weight must be a number of at least 0, not inf."),
        ("style_layers", {"conv1_1": -2.0}, "style_layers['conv1_1'] must be a number"),
        ("pooling", "median", "pooling must be one of average, max, not 'median'."),
        ("optimizer", "sgd", "optimizer must be one of lbfgs, adam, gradient-descent, not 'sgd'."),
        ("start", "black", "start must be one of content, noise, gray, not 'black'."),
        ("learning_rate", 0.0, "learning_rate must be above 0, not 0.0."),
        ("margin", -1, "margin must be at least 0, not -1."),
        ("iterations", -1, "iterations must be at least 0, not -1."),
        ("scales", 0, "scales must be at least 1, not 0."),
        ("size", 0, "size must be at least 1, not 0."),
        ("scales", 9, "scales must be at most 8, not 9."),
        ("margin", 15, "margin must be a multiple of 2, since it is halved with each of 2 scales"),
        ("iterations", 1.5, "iterations must be a whole number, not 1.5."),
        ("threads", 0, "threads must be between 1 and 256, not 0."),
        ("backend", "gpu", "backend must be one of auto, numpy, numba, not 'gpu'."),
        ("seed", -1, "seed must be at least 0, not -1."),
    ],
)
def test_each_field_refuses_what_it_cannot_be(field, value, words):
    with pytest.raises(InputError) as caught:
        Settings(**{field: value})
    assert words in str(caught.value)


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
