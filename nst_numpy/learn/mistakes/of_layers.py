"""Known mistakes in VGG's input and in the layers, up and down."""

import numpy as np

from nst_numpy.arrays import Array, Mask
from nst_numpy.layers import conv_forward
from nst_numpy.learn.mistakes.taken import of_mutant
from nst_numpy.learn.task import Mistake
from nst_numpy.vgg_input import MEAN_BGR, vgg_input_forward

INPUT = "x = 255 · image[BGR] - mean"
INPUT_BACK = "dimage = 255 · dx[RGB]"
CONV = "z[i, j, o] = bias[o] + Σ_uvc x[i + u - 1, j + v - 1, c] · weight[u, v, c, o]"
CONV_BACK = "dx[i, j, c] = Σ_uvo dz[i - u + 1, j - v + 1, o] · weight[u, v, c, o]"
RELU = "a = max(z, 0), and positive = z > 0"
RELU_BACK = "dz = da where z > 0, else 0"

Mean = tuple[float, float, float]


def _scaled(image: Array, mean: Mean = MEAN_BGR) -> Array:
    return image[:, :, ::-1] - np.asarray(mean) / 255


def _of_255(image: Array, mean: Mean = MEAN_BGR) -> Array:
    return image[:, :, ::-1] - np.asarray(mean, image.dtype)


def _still_rgb(image: Array, mean: Mean = MEAN_BGR) -> Array:
    return 255 * image - np.asarray(mean, image.dtype)


def _mean_first(image: Array, mean: Mean = MEAN_BGR) -> Array:
    return (255 * image - np.asarray(mean, image.dtype))[:, :, ::-1]


def _no_mean(image: Array, mean: Mean = MEAN_BGR) -> Array:
    turned: Array = 255 * image[:, :, ::-1]
    return turned


def _mean_added(image: Array, mean: Mean = MEAN_BGR) -> Array:
    return 255 * image[:, :, ::-1] + np.asarray(mean, image.dtype)


def _divided(image: Array, mean: Mean = MEAN_BGR) -> Array:
    return vgg_input_forward(image, mean) / 255


def _turned(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    return conv_forward(x, weight[::-1, ::-1], bias)


def _exchanged(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    return conv_forward(x, weight.swapaxes(0, 1), bias)


def _no_bias(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    return conv_forward(x, weight)


def _bias_each_time(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    return conv_forward(x, weight, 9 * np.asarray(bias))


def _repeated(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), "edge")
    return conv_forward(padded, weight, bias)[1:-1, 1:-1]


def _top_left(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    padded = np.pad(x, ((2, 0), (2, 0), (0, 0)))
    return conv_forward(padded, weight, bias)[1:-1, 1:-1]


def _border_left_out(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    z = np.zeros((*x.shape[:2], weight.shape[3]), x.dtype)
    z[1:-1, 1:-1] = conv_forward(x, weight, bias)[1:-1, 1:-1]
    return z


def _axes_of_weight(x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
    _, _, n_C_in, n_C_out = weight.shape
    return conv_forward(x, weight.reshape(3, 3, n_C_out, n_C_in).swapaxes(2, 3), bias)


def _windows_replace(dz: Array, weight: Array) -> Array:
    n_H, n_W, _ = dz.shape
    dx = np.zeros((n_H + 2, n_W + 2, weight.shape[2]), dz.dtype)
    for u in range(3):
        for v in range(3):
            dx[u : u + n_H, v : v + n_W] = dz @ weight[u, v].T
    return dx[1:-1, 1:-1]


def _abs(z: Array) -> tuple[Array, Mask]:
    return np.abs(z), z > 0


def _at_least_0(z: Array) -> tuple[Array, Mask]:
    return np.maximum(z, 0), z >= 0


def _negative(z: Array) -> tuple[Array, Mask]:
    return np.minimum(z, 0), z < 0


def _below_0(z: Array) -> tuple[Array, Mask]:
    return np.maximum(z, 0), z <= 0


def _uncut(z: Array) -> tuple[Array, Mask]:
    return z.copy(), z > 0


def _everywhere(da: Array, positive: Mask) -> Array:
    dz: Array = da.copy()
    return dz


# fmt: off
OF_LAYERS: dict[str, tuple[Mistake, ...]] = {
    "vgg-input-forward": (
        Mistake("no 255", "The factor 255 is forgotten: the picture stays in [0, 1].",
                INPUT, _of_255),
        Mistake("still RGB", "The channels are not turned from RGB to BGR.", INPUT, _still_rgb),
        Mistake("mean in RGB", "The mean is subtracted before the channels are turned, so red and "
                "blue get each other's.", INPUT, _mean_first),
        Mistake("no mean", "The mean is not subtracted.", INPUT, _no_mean),
        Mistake("mean added", "The mean is added instead of subtracted.", INPUT, _mean_added),
        Mistake("[0, 1]", "Picture and mean are both in units of 0 to 1, not of 0 to 255.",
                INPUT, _divided),
    ),
    "vgg-input-backward": (
        of_mutant("no 255", "vgg_input_backward", INPUT_BACK),
        of_mutant("still BGR", "vgg_input_backward", INPUT_BACK),
        of_mutant("input inverted", "vgg_input_backward", INPUT_BACK),
    ),
    "conv-forward": (
        Mistake("kernel turned", "The kernel is turned by 180°, as a mathematician's convolution "
                "would; here it is not.", CONV, _turned),
        Mistake("height for width", "The kernel's height and width are exchanged.",
                CONV, _exchanged),
        Mistake("no bias", "The bias is not added.", CONV, _no_bias),
        Mistake("bias each time", "The bias is added nine times, once for each number of the "
                "window: it belongs after the loop.", CONV, _bias_each_time),
        Mistake("border repeated", "Outside the picture its border is repeated; there x is 0.",
                CONV, _repeated),
        Mistake("padding at top left", "All of the padding stands at the top and at the left, "
                "which shifts the result by a pixel.", CONV, _top_left),
        Mistake("border left out", "The border of the result is left 0; a loop runs from 1 to "
                "n - 1 and leaves it out.", CONV, _border_left_out),
        Mistake("channels reshaped", "The kernel's channel axes are reshaped into another order.",
                CONV, _axes_of_weight),
    ),
    "conv-backward": (
        of_mutant("kernel not turned", "conv_backward", CONV_BACK),
        of_mutant("axes not swapped", "conv_backward", CONV_BACK),
        of_mutant("height for width", "conv_backward", CONV_BACK),
        of_mutant("border lost", "conv_backward", CONV_BACK),
        of_mutant("shifted by a pixel", "conv_backward", CONV_BACK),
        Mistake("windows replace", "What comes back from one window replaces what came from the "
                "others instead of adding to it: = where += is meant.",
                CONV_BACK, _windows_replace),
    ),
    "relu-forward": (
        of_mutant("no mask", "relu_forward", RELU),
        Mistake("z ≥ 0", "Where z is 0 exactly it counts as positive; there the slope is taken as "
                "0.", RELU, _at_least_0),
        Mistake("absolute", "The absolute value is taken: what is negative should become 0.",
                RELU, _abs),
        Mistake("negative kept", "What is negative is kept and what is positive is cut off.",
                RELU, _negative),
        Mistake("mask inverted", "The mask says where z was not positive.", RELU, _below_0),
        Mistake("nothing cut", "Nothing is cut off: a is z.", RELU, _uncut),
    ),
    "relu-backward": (
        of_mutant("mask by gradient", "relu_backward", RELU_BACK),
        of_mutant("mask by both", "relu_backward", RELU_BACK),
        Mistake("nothing cut", "The gradient comes through everywhere, also where z was not "
                "positive.", RELU_BACK, _everywhere),
    ),
}
# fmt: on
