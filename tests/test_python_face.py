"""What is given from Python by mistake is one sentence; what is meant is taken in any form."""

import io
import re
from pathlib import Path

import numpy as np
import pytest

from nst_numpy import (
    Computing,
    InputError,
    Masked,
    Objective,
    Settings,
    Term,
    load_image,
    load_weights,
    save_image,
    stylize,
)
from nst_numpy.costs import Gram

RNG = np.random.default_rng(0)
C, S = RNG.random((32, 48, 3), np.float32), RNG.random((32, 32, 3), np.float32)
QUICK = {
    "content_layers": {"conv1_2": 1.0}, "style_layers": {"conv1_1": 1.0},
    "iterations": 1, "scales": 1, "margin": 0,
}  # fmt: skip
PLAIN = Computing(backend="numpy")


def painted(weights, /, **given):
    """Paint with the default arguments but for those given; return the steps."""
    arguments = {
        "content": C, "styles": [S], "settings": Settings(**QUICK), "weights": weights,
        "computing": PLAIN,
    }  # fmt: skip
    return list(stylize(**arguments | given))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"content": "photo.jpg"}, "The content must be an array of real numbers, as load_image"),
        ({"content": Path("photo.jpg")}, "The content must be an array of real numbers"),
        ({"content": None}, "The content must be an array"),
        ({"content": C.tolist()}, "The content must be an array"),
        (
            {"content": C.astype(complex)},
            "The content must be an array of real numbers, .* not com",
        ),
        ({"content": C.astype(object)}, "The content must be an array of real numbers, .* not obj"),
        ({"content": np.moveaxis(C, 2, 0)}, r"The content has the shape \(3, 32, 48\); it must be"),
        ({"content": C[None]}, r"The content has the shape \(1, 32, 48, 3\)"),
        ({"content": 255 * C}, "The content has values from .* expected RGB in"),
        ({"styles": "painting.jpg"}, "styles must be a list, not 'painting.jpg'"),
        ({"styles": ["painting.jpg"]}, "A style must be an array of real numbers"),
        ({"styles": S}, r"styles must be a list of pictures, \[style\], even if there is one"),
        ({"styles": None}, "styles must be a list, not None"),
        ({"styles": [S.astype(complex)]}, "A style must be an array of real numbers"),
        ({"weights": None}, "weights must be arrays by layer, as .* returns them, not None"),
        ({"weights": "vgg19.h5"}, "weights must be arrays by layer, .*, not 'vgg19.h5'"),
        ({"computing": "numba"}, "computing must be a Computing, .*, not 'numba'"),
        ({"settings": {"alpha": 1}}, r"settings must be a Settings, .*, not {'alpha': 1}"),
        ({"settings": Settings}, "settings must be a Settings, .*, not <class"),
        ({"settings": load_weights()}, "settings must be a Settings, .*, not a LoadedWeights"),
        ({"after": 3}, "after must be a Step, not 3"),
        ({"objective": "masked"}, "objective must be a function that makes J"),
    ],
)
def test_another_kind_of_thing(weights, given, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        painted(weights, **given)


@pytest.mark.parametrize("given", [{"content": "photo.jpg"}, {"styles": [None]}, {"weights": 1}])
def test_the_objective_refuses_the_same(weights, given):
    arguments = {"content": C, "styles": [S], "settings": Settings(**QUICK), "weights": weights}
    with pytest.raises(InputError, match=r" must be (an? |arrays)"):
        Objective(**arguments | given)


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part.astype(complex),
        lambda part: "weights",
        lambda part: [None],
        lambda part: [[1, 2], [3]],
    ],
)
def test_weights_that_are_no_numbers(weights, change):
    weight, bias = weights["conv1_1"]
    for pair in ((change(weight), bias), (weight, change(bias)), (weight,), 3):
        with pytest.raises(InputError, match=r"^The weights of conv1_1 (are not two|have)"):
            painted({**weights, "conv1_1": pair})


@pytest.mark.parametrize("dtype", ["int32", "float16", "complex64", "longdouble", "f", 1.5, None])
def test_another_dtype(weights, dtype):
    with pytest.raises(InputError, match=r"^dtype must be one of float32, float64, not"):
        Objective(C, [S], Settings(**QUICK), weights, dtype=dtype)


def test_whole_numbers_have_no_cost(weights):
    J = Objective(C, [S], Settings(**QUICK), weights, computing=PLAIN)
    with pytest.raises(
        InputError, match=r"^The picture is of int64; it must be floats in \[0, 1\]"
    ):
        J(np.ones(C.shape, np.int64))


@pytest.mark.parametrize("G", ["photo.jpg", None, C.tolist(), C.astype(complex), C[:, :, 0]])
def test_what_is_no_picture_has_no_cost(weights, G):
    J = Objective(C, [S], Settings(**QUICK), weights, computing=PLAIN)
    with pytest.raises(InputError, match=r"^The picture (must be an array|has the shape)"):
        J(G)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("a", 4, Gram(), 1), "The layer of a term must be a str, not 4"),
        ((3, "conv1_1", Gram(), 1), "The name of a term must be a str"),
        (("a", "conv1_1", Gram(), "1"), "The weight of a term must be a Real, not '1'"),
        (("a", "conv1_1", "gram", 1), "The statistic of a term must be a Statistic, not 'gram'"),
        (("a", "conv1_1", Gram, 1), r"The statistic of a term is the class Gram; write Gram\(\)"),
    ],
)
def test_a_term_of_another_kind(given, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        Term(*given)


@pytest.mark.parametrize("masks", [3, None, "mask.png", Path("mask.png"), np.ones((4, 4))])
def test_what_is_no_list_of_masks(masks):
    with pytest.raises(InputError, match=r"^content_masks must be a list of masks, one for each"):
        Masked(masks)
    if masks is not None:
        with pytest.raises(InputError, match=r"^style_masks must be a list of masks"):
            Masked([np.ones((4, 4))], masks)


@pytest.mark.parametrize("terms", [None, 3, ["conv1_1"], "content"])
def test_what_is_no_term(weights, terms):
    J = Objective(C, [S], Settings(**QUICK), weights, computing=PLAIN)
    with pytest.raises(InputError, match=r"must be a (Sequence|Term), not"):
        J.with_terms(terms)


@pytest.mark.parametrize(
    "given",
    [
        {"alpha": np.float32(2)}, {"beta": np.float16(2)}, {"gain": np.float32(0.25)},
        {"style_layers": {"conv1_1": np.float32(0.5)}}, {"iterations": np.int64(1)},
        {"margin": np.uint8(2)}, {"scales": np.int8(1)}, {"learning_rate": np.float32(0.5)},
        {"metric": np.int32(1)}, {"start": "noise", "seed": np.uint64(2**63)},
    ],
)  # fmt: skip
def test_numbers_of_numpy_are_numbers(weights, given):
    def plain(value):
        return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else (
            value.item() if isinstance(value, np.generic) else value
        )  # fmt: skip

    (*_, ours), (*_, same) = (
        painted(weights, settings=Settings(**QUICK | values)) for values in (given, plain(given))
    )
    assert type(ours.cost.total) is float
    assert ours.cost.total == same.cost.total


@pytest.mark.parametrize(
    "given",
    [
        {"alpha": "1"}, {"alpha": np.array(1.0)}, {"iterations": True}, {"iterations": 2.0},
        {"iterations": "2"}, {"optimizer": ["lbfgs"]}, {"pooling": ["max"]}, {"start": None},
        {"start": 3}, {"start": C.tolist()}, {"start": 255 * C}, {"start": C.astype(complex)},
        {"style_layers": ["conv1_1"]}, {"bounds": 1}, {"statistic": Gram}, {"statistic": "gram"},
    ],
)  # fmt: skip
def test_settings_of_another_kind(given):
    (name,) = given
    with pytest.raises(InputError, match=f"^{name} ") as refused:
        Settings(**QUICK | given)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("styles", [(S,), np.stack([S, S]), iter([S])])
def test_styles_are_whatever_can_be_gone_through(weights, styles):
    assert painted(weights, styles=styles)[-1].cost.total == painted(weights)[-1].cost.total


@pytest.mark.parametrize("bounds", [True, False])
def test_a_picture_on_the_way_cannot_be_changed(weights, bounds):
    for step in painted(weights, settings=Settings(**QUICK, bounds=bounds)):
        for picture in (step.canvas, step.image):
            with pytest.raises(ValueError, match="read-only"):
                picture[0] = 0


@pytest.mark.parametrize(
    "path", [None, 3, io.BytesIO(), b"a.png", "a\0.png", "\ud800.png", ["a.png"]]
)
@pytest.mark.parametrize("use", [load_image, load_weights, lambda path: save_image(C, path)])
def test_what_names_no_file(path, use):
    if path is None and use is load_weights:
        return  # the embedded ones
    with pytest.raises(InputError, match=r"(must|cannot) be the name of a file"):
        use(path)


@pytest.mark.parametrize(
    "given",
    [
        {"size": 48.5}, {"size": "48"}, {"size": True}, {"shape": 5}, {"shape": (4.5, 5)},
        {"shape": "45"}, {"shape": (5,)},
    ],
)  # fmt: skip
def test_sizes_of_another_kind(tmp_path, given):
    save_image(C, tmp_path / "photo.png")
    with pytest.raises(InputError, match=re.compile("must be|whole number")):
        load_image(tmp_path / "photo.png", **given)
