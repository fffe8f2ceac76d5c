"""Wrong versions beyond the known mistakes, and what a good teacher would say of each.

They were written before the diagnosis, and are not changed to please it. Some are from what people
asked or mended in public (a comment says where), written anew; most are invented. Those that a task
cannot tell from right ones, because of its inputs, are not counted.

`right` is a regular expression that the first finding must match, `close` one that any of the first
three must match to count as close (as does `right` in second or third place).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy.checks.pieces import OURS
from nst_numpy.costs import gram_matrix, gram_per_position
from nst_numpy.layers import (
    average_pool_backward,
    average_pool_forward,
    conv_backward,
    conv_forward,
    max_pool_backward,
    max_pool_forward,
)
from nst_numpy.network import backward
from nst_numpy.vgg_input import MEAN_BGR


@dataclass(frozen=True)
class Wrong:
    task: str
    function: Callable[..., Any]
    answer: str  # what a good teacher would say
    right: str
    close: str = "(?!)"  # nothing


WRONG: list[Wrong] = []


def wrong(task, answer, right, close="(?!)"):
    def keep(function):
        WRONG.append(Wrong(task, function, answer, right, close))
        return function

    return keep


# ---------------------------------------------------------------- VGG's input


@wrong("vgg-input-forward", "You turned the rows around, not the channels.",
       r"row|upside|axis 0|height|n_H", r"channel|turned|flip|mirror")  # fmt: skip
def _(image, mean=MEAN_BGR):
    return 255 * image[::-1] - np.asarray(mean)


@wrong("vgg-input-forward", "That is another network's input: each channel has its own scale.",
       r"(each|per|by|differs.*) channel", r"channel|mean")  # fmt: skip
def _(image, mean=MEAN_BGR):
    return (image - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]


@wrong("vgg-input-forward", "Another mean is subtracted: each channel is off by a constant.",
       r"(constant|offset|added|subtracted).*|mean", r"channel")  # fmt: skip
def _(image, mean=MEAN_BGR):
    return 255 * image[:, :, ::-1] - np.array([104.0, 117.0, 124.0])


@wrong("vgg-input-forward", "The mean was multiplied by 255, too.", r"mean|constant|added",
       r"channel")  # fmt: skip
def _(image, mean=MEAN_BGR):
    return 255 * (image[:, :, ::-1] - np.asarray(mean))


@wrong("vgg-input-forward", "The values are right, but the caller's picture was changed.",
       r"chang")  # fmt: skip
def _(image, mean=MEAN_BGR):
    image *= 255
    return image[:, :, ::-1] - np.asarray(mean)


@wrong("vgg-input-backward", "The picture is mirrored left to right, not the channels.",
       r"left|column|axis 1|width|n_W", r"channel|mirror|turned|flip")  # fmt: skip
def _(dx):
    return 255 * dx[:, ::-1]


@wrong("vgg-input-backward", "The channels are in another order: moved round by one, not turned.",
       r"channel", r"permut|order")  # fmt: skip
def _(dx):
    return 255 * dx[:, :, [1, 2, 0]]


@wrong("vgg-input-backward", "Off by 256/255: the largest value is 255.", r"256|1\.0039",
       r"factor|constant|times")  # fmt: skip
def _(dx):
    return 256 * dx[:, :, ::-1]


@wrong("vgg-input-backward", "A gradient is no picture: negative numbers were cut off.",
       r"negative|clip|cut|below 0", r"sign|0")  # fmt: skip
def _(dx):
    return np.clip(255 * dx[:, :, ::-1], 0, 255)


# ---------------------------------------------------------------- convolution


def _conv_padded(x, weight, mode):
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode=mode)
    return conv_forward(padded, weight)[1:-1, 1:-1]


@wrong("conv-forward", "Right but at the border: there x is 0, not the other side's x.",
       r"border|edge|outside", r"padd")  # fmt: skip
def _(x, weight, bias=0.0):
    return _conv_padded(x, weight, "wrap") + bias


@wrong("conv-forward", "Right but at the border: the padding repeats the picture.",
       r"border|edge|outside", r"padd")  # fmt: skip
def _(x, weight, bias=0.0):
    return _conv_padded(x, weight, "reflect") + bias


@wrong("conv-forward", "The bias is added twice.", r"bias", r"constant|channel")
def _(x, weight, bias=0.0):
    return conv_forward(x, weight, bias) + bias


@wrong("conv-forward", "The padding is missing: the result is two pixels smaller each way.",
       r"padding|border|same", r"shape")  # fmt: skip
def _(x, weight, bias=0.0):
    return conv_forward(x, weight, bias)[1:-1, 1:-1]


@wrong("conv-forward", "The bias is subtracted.", r"bias", r"constant|channel")
def _(x, weight, bias=0.0):
    return conv_forward(x, weight) - bias


@wrong("conv-forward", "A loop over the columns stops at n_H: right for squares only.",
       r"n_H|n_W|square|column|row", r"side|zero|0")  # fmt: skip
def _(x, weight, bias=0.0):
    z = np.zeros((*x.shape[:2], weight.shape[3]))
    side = min(x.shape[:2])
    z[:side, :side] = conv_forward(x, weight, bias)[:side, :side]
    return z


@wrong("conv-forward", "float64 went in, float32 comes out.", r"float32", r"dtype|digits|round")
def _(x, weight, bias=0.0):
    x, weight = x.astype(np.float32), weight.astype(np.float32)
    return conv_forward(x, weight, np.asarray(bias, np.float32))


@wrong("conv-forward", "The last row and column of the kernel are never used.", r"weight|kernel",
       r"loop|range")  # fmt: skip
def _(x, weight, bias=0.0):
    kernel = weight.copy()
    kernel[2], kernel[:, 2] = 0, 0
    return conv_forward(x, kernel, bias)


@wrong("conv-forward", "The mean over the input channels is taken, not their sum.",
       r"n_C|channels?\b.*mean|mean.*channel", r"weight|factor|bias")  # fmt: skip
def _(x, weight, bias=0.0):
    return conv_forward(x, weight) / x.shape[2] + bias


@wrong("conv-backward", "The kernel is turned upside down only; it has to be turned both ways.",
       r"weight|kernel", r"turn|flip|mirror")  # fmt: skip
def _(dz, weight):
    return conv_forward(dz, weight[::-1].swapaxes(2, 3))


@wrong("conv-backward", "The border is wrong: outside, dz is 0.", r"border|edge|outside", r"padd")
def _(dz, weight):
    return _conv_padded(dz, weight[::-1, ::-1].swapaxes(2, 3), "edge")


@wrong("conv-backward", "Too small by 9 everywhere: it is a sum over the window, not a mean.",
       r"1/9|\b9\b|0\.111", r"factor|constant|times")  # fmt: skip
def _(dz, weight):
    return conv_backward(dz, weight) / 9


@wrong("conv-backward", "Two causes: the kernel is not turned, and there is a factor 2.",
       r"(?s)(turned|180).*\b2\b|\b2\b.*(turned|180)", r"turned|180")  # fmt: skip
def _(dz, weight):
    return 2 * conv_forward(dz, weight.swapaxes(2, 3))


@wrong("conv-backward", "Two causes: the sign is turned, and the border is wrong.",
       r"(?s)(sign|-1).*(border|edge)|(border|edge).*(sign|-1)",
       r"sign|-1|border|edge")  # fmt: skip
def _(dz, weight):
    dx = -conv_backward(dz, weight)
    dx[0] = dx[-1] = 0
    dx[:, 0] = dx[:, -1] = 0
    return dx


@wrong("conv-backward", "Right but for the first row and the first column.",
       r"border|edge|first row|first column", r"padd|row|column")  # fmt: skip
def _(dz, weight):
    dx = conv_backward(dz, weight)
    dx[0] = dx[:, 0] = 0
    return dx


# ---------------------------------------------------------------- ReLU


@wrong("relu-forward", "The mask should be yes or no; yours is 1.0 and 0.0.", r"bool|float64|dtype")
def _(z):
    return np.maximum(z, 0), (z > 0).astype(float)


@wrong("relu-forward", "Large numbers are cut off at 1.", r"large|above|more than|clip|\b1\b",
       r"cut")  # fmt: skip
def _(z):
    return np.clip(z, 0, 1), z > 0


@wrong("relu-forward", "The values are right, but the caller's z was changed.", r"chang")
def _(z):
    positive = z > 0
    z[~positive] = 0
    return z, positive


@wrong("relu-forward", "One thing comes back; it should be two.", r"two|tuple|2 ")
def _(z):
    return np.maximum(z, 0)


@wrong("relu-forward", "A leaky ReLU: what is negative should become 0.", r"negative|off|leak",
       r"0\.01|factor")  # fmt: skip
def _(z):
    return np.where(z > 0, z, 0.01 * z), z > 0


@wrong("relu-backward", "The mask is the wrong way round.", r"where .*(off|not positive)|invert|"
       r"opposite|wrong way|positive", r"mask|off")  # fmt: skip
def _(da, positive):
    return da * ~positive


@wrong("relu-backward", "Right, but da was changed.", r"chang")
def _(da, positive):
    da[~positive] = 0
    return da


@wrong("relu-backward", "A leak: where the ReLU is off, a hundredth comes through.",
       r"\boff\b|leak|not positive", r"0\.01|mask")  # fmt: skip
def _(da, positive):
    return np.where(positive, da, 0.01 * da)


@wrong("relu-backward", "The signs are lost.", r"sign|absolute|\babs", r"negative")
def _(da, positive):
    return np.abs(da) * positive


@wrong("relu-backward", "Only the mask comes back; da is not in it.", r"mask|positive", r"da\b")
def _(da, positive):
    return positive.astype(float)


# ---------------------------------------------------------------- average pool


@wrong("average-pool-forward", "One pixel of each four is taken, not their mean.",
       r"top left|one (pixel )?of|first", r"pixel|mean|x\[")  # fmt: skip
def _(x):
    return x[: x.shape[0] // 2 * 2 : 2, : x.shape[1] // 2 * 2 : 2].copy()


@wrong("average-pool-forward", "For odd sides the last row or column should be dropped.",
       r"odd", r"shape|last (row|column)")  # fmt: skip
def _(x):
    n_H, n_W, _ = x.shape
    return average_pool_forward(np.pad(x, ((0, n_H % 2), (0, n_W % 2), (0, 0))))


@wrong("average-pool-forward", "The window moves by 1 instead of 2: the result is too large.",
       r"stride|step|every second|\b2\b.*(too large|larger)",
       r"shape|too large|larger")  # fmt: skip
def _(x):
    return (x[:-1, :-1] + x[:-1, 1:] + x[1:, :-1] + x[1:, 1:]) / 4


@wrong("average-pool-forward", "Only the two pixels on the left are averaged.",
       r"left|two|column", r"pixel|weight")  # fmt: skip
def _(x):
    even = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
    return (even[0::2, 0::2] + even[1::2, 0::2]) / 2


@wrong("average-pool-backward", "Odd sides: what was dropped has no influence, its gradient is 0.",
       r"odd|dropped|last (row|column)", r"border|edge")  # fmt: skip
def _(dy, shape):
    n_H, n_W, _ = shape
    return np.pad(dy.repeat(2, 0).repeat(2, 1) / 4, ((0, n_H % 2), (0, n_W % 2), (0, 0)), "edge")


@wrong("average-pool-backward", "Twice too large: a quarter, not a half.", r"\b2\b|1/2|½|twice",
       r"factor|constant")  # fmt: skip
def _(dy, shape):
    return 2 * average_pool_backward(dy, shape)


@wrong("average-pool-backward", "Odd sides: the dropped row and column are missing in the result.",
       r"odd", r"shape")  # fmt: skip
def _(dy, shape):
    return dy.repeat(2, 0).repeat(2, 1) / 4


@wrong("average-pool-backward", "All goes to one of the four pixels.",
       r"top left|one (pixel )?of|first", r"pixel|square|factor|zero|0")  # fmt: skip
def _(dy, shape):
    dx = np.zeros(shape)
    dx[: 2 * dy.shape[0] : 2, : 2 * dy.shape[1] : 2] = dy
    return dx


@wrong("average-pool-backward", "Two causes: four times too large, and odd sides.",
       r"(?s)\b4\b.*(odd|last|dropped)|(odd|last|dropped).*\b4\b",
       r"\b4\b|odd|dropped|last")  # fmt: skip
def _(dy, shape):
    n_H, n_W, _ = shape
    return np.pad(dy.repeat(2, 0).repeat(2, 1), ((0, n_H % 2), (0, n_W % 2), (0, 0)), "edge")


# ---------------------------------------------------------------- max pool


@wrong("max-pool-forward", "Where numbers are equal the first of them should win.", r"tie|equal",
       r"winner")  # fmt: skip
def _(x):
    y, _ = max_pool_forward(x)
    winner = np.zeros(y.shape, np.uint8)
    for number, (i, j) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        winner[x[i : 2 * y.shape[0] : 2, j : 2 * y.shape[1] : 2] >= y] = number
    return y, winner


@wrong("max-pool-forward", "The largest without its sign is taken.", r"sign|absolute|\babs",
       r"negative")  # fmt: skip
def _(x):
    even = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
    four = np.stack([even[0::2, 0::2], even[0::2, 1::2], even[1::2, 0::2], even[1::2, 1::2]])
    winner = np.abs(four).argmax(0).astype(np.uint8)
    return np.take_along_axis(four, winner[None], 0)[0], winner


@wrong("max-pool-forward", "The largest begins at 0, so negative squares become 0.",
       r"negative|below 0|\b0\b", r"winner|clip|cut")  # fmt: skip
def _(x):
    y, winner = max_pool_forward(x)
    return np.maximum(y, 0), winner


@wrong("max-pool-forward", "The winners are counted from 1.", r"winner.*\b1\b|\b1\b.*winner|second",
       r"winner|part 2")  # fmt: skip
def _(x):
    y, winner = max_pool_forward(x)
    return y, winner + np.uint8(1)


@wrong("max-pool-backward", "The gradient always goes to the top left pixel, whoever won.",
       r"top left|winner", r"pixel")  # fmt: skip
def _(dy, winner, shape):
    return max_pool_backward(dy, np.zeros_like(winner), shape)


@wrong("max-pool-backward", "Top right and bottom left are exchanged.",
       r"(top right.*bottom left|1 and 2)|winner", r"exchanged|transpos")  # fmt: skip
def _(dy, winner, shape):
    return max_pool_backward(dy, np.array([0, 2, 1, 3], np.uint8)[winner], shape)


@wrong("max-pool-backward", "The winner gets a quarter: that is average pooling's.", r"1/4|¼|0\.25",
       r"factor|constant")  # fmt: skip
def _(dy, winner, shape):
    return max_pool_backward(dy, winner, shape) / 4


# ---------------------------------------------------------------- content


@wrong("content-cost", "4 times too large: 1/(4N), not 1/N.", r"\b4\b", r"factor|constant")
def _(a_C, a_G):
    return float(np.mean((a_C - a_G) ** 2))


@wrong("content-cost", "The root is taken: squares are added, without a root.", r"root", r"square")
def _(a_C, a_G):
    return float(np.linalg.norm(a_C - a_G)) / (4 * a_G.size)


@wrong("content-cost", "The square of the difference, not the difference of the squares.",
       r"square", r"difference|sign")  # fmt: skip
def _(a_C, a_G):
    return float(np.sum(a_C**2 - a_G**2)) / (4 * a_G.size)


@wrong("content-cost", "Divided by n_H² n_C: right for squares only.", r"n_H|n_W", r"factor|square")
def _(a_C, a_G):
    n_H, _, n_C = a_G.shape
    return float(np.sum((a_C - a_G) ** 2)) / (4 * n_H * n_H * n_C)


@wrong("content-gradient", "Only the sign of the difference is left: the gradient of Σ|a_G - a_C|.",
       r"sign|Σ\|", r"size|magnitude|absolute")  # fmt: skip
def _(a_C, a_G):
    return np.sign(a_G - a_C) / (2 * a_G.size)


@wrong("content-gradient", "It was divided by its length, which is not part of the gradient.",
       r"length|norm|unit", r"factor|constant")  # fmt: skip
def _(a_C, a_G):
    return (a_G - a_C) / np.linalg.norm(a_G - a_C)


@wrong("content-gradient", "0 where a_G is negative: the ReLU's slope does not belong here.",
       r"a_G.*(negative|positive|0)|(negative|positive|0).*a_G|ReLU|\boff\b",
       r"zero|0")  # fmt: skip
def _(a_C, a_G):
    return (a_G - a_C) / (2 * a_G.size) * (a_G > 0)


@wrong("content-gradient", "That is J, one number; wanted is the gradient, of the shape of a_G.",
       r"one number|scalar|J\b", r"shape")  # fmt: skip
def _(a_C, a_G):
    return float(np.sum((a_C - a_G) ** 2)) / (4 * a_G.size)


@wrong("content-gradient", "The sum of the two is taken, not the difference.",
       r"a_C", r"difference|sum|sign")  # fmt: skip
def _(a_C, a_G):
    return (a_G + a_C) / (2 * a_G.size)


# ---------------------------------------------------------------- style


@wrong("gram-matrix", "The mean is subtracted first: that is the covariance.",
       r"mean|centred", r"constant|a\b")  # fmt: skip
def _(a):
    A = a.reshape(-1, a.shape[2])
    A = A - A.mean(0)
    return A.T @ A


@wrong(
    "gram-matrix",
    "Divided by n_H·n_W·n_C, as other programs do; the lectures do not.",
    r"n_H·n_W·n_C",
    r"factor|n_C|n_H",
)  # fmt: skip  (lengstrom/fast-style-transfer, PR 87)
def _(a):
    return gram_matrix(a) / a.size


@wrong("gram-matrix", "Only the upper half is there; G is symmetric.",
       r"triang|symmetr|diagonal|below", r"zero|0")  # fmt: skip
def _(a):
    return np.triu(gram_matrix(a))


@wrong("gram-matrix", "A·Aᵀ compares positions; the channels are wanted, AᵀA.",
       r"position|AᵀA|A·Aᵀ|transpos", r"shape")  # fmt: skip
def _(a):
    A = a.reshape(-1, a.shape[2])
    return A @ A.T


@wrong("gram-matrix", "Only the diagonal is there: each channel with itself.", r"diagonal",
       r"zero|0")  # fmt: skip
def _(a):
    return np.diag(np.diag(gram_matrix(a)))


@wrong("style-cost", "The absolute differences are added, not their squares.",
       r"square|absolute|\babs|Σ\|")  # fmt: skip
def _(a_S, a_G):
    D = gram_per_position(a_G) - gram_per_position(a_S)
    return float(np.abs(D).sum()) / (4 * a_G.shape[2] ** 2)


@wrong("style-cost", "n_C instead of n_C²: off by n_C.", r"n_C", r"factor|constant")
def _(a_S, a_G):
    D = gram_per_position(a_G) - gram_per_position(a_S)
    return float(np.sum(D**2)) / (4 * a_G.shape[2])


@wrong(
    "style-cost",
    "Divided by n_C² again, as the Gram matrix already was: twice.",
    r"n_C",
    r"factor|constant",
)  # fmt: skip  (machrisaa/stylenet, issue 3)
def _(a_S, a_G):
    D = (gram_per_position(a_G) - gram_per_position(a_S)) / a_G.shape[2]
    return float(np.sum(D**2)) / (4 * a_G.shape[2] ** 2)


@wrong("style-cost", "Each Gram matrix by its own number of positions: right for one size only.",
       r"size|own|M_S|n_H.*n_W", r"only")  # fmt: skip
def _(a_S, a_G):
    M = a_G.shape[0] * a_G.shape[1]
    D = (gram_matrix(a_G) - gram_matrix(a_S)) / M
    return float(np.sum(D**2)) / (4 * a_G.shape[2] ** 2)


@wrong("style-cost", "The root of the sum is taken.", r"root", r"square")
def _(a_S, a_G):
    D = gram_per_position(a_G) - gram_per_position(a_S)
    return float(np.sqrt(np.sum(D**2))) / (4 * a_G.shape[2] ** 2)


@wrong(
    "style-gradient",
    "D is right, but A is unrolled in another order.",
    r"reshap|unroll|order",
    r"a_G|transpos",
)  # fmt: skip  (marcopeix/Deep_Learning_AI, issue 1)
def _(a_S, a_G):
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    A = a_G.reshape(n_C, n_H * n_W)
    return (D @ A).T.reshape(a_G.shape) / (n_C**2 * n_H * n_W)


@wrong("style-gradient", "Two causes: the sign is turned, and the ¼ of the cost is kept.",
       r"(?s)-1/4|-0\.25|(sign|-1|uphill).*(¼|1/4|0\.25|\b4\b)|(¼|1/4|0\.25|\b4\b).*(sign|-1|uphill)",
       r"sign|¼|1/4|uphill")  # fmt: skip
def _(a_S, a_G):
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_S) - gram_per_position(a_G)
    return (a_G.reshape(-1, n_C) @ D).reshape(a_G.shape) / (4 * n_C**2 * n_H * n_W)


@wrong("style-gradient", "The style's own Gram matrix is missing in D: the gradient of Σ G_G².",
       r"a_S|style|S\b", r"D\b|difference")  # fmt: skip
def _(a_S, a_G):
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G)
    return (a_G.reshape(-1, n_C) @ D).reshape(a_G.shape) / (n_C**2 * n_H * n_W)


@wrong("style-gradient", "M is there once too often.", r"n_H·n_W|M\b", r"factor|constant")
def _(a_S, a_G):
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    return (a_G.reshape(-1, n_C) @ D).reshape(a_G.shape) / (n_C * n_H * n_W) ** 2


@wrong("style-gradient", "n_H and n_W are exchanged on the way back to three axes.",
       r"n_H.*n_W|n_W.*n_H|transpos|reshap|order", r"square|shape")  # fmt: skip
def _(a_S, a_G):
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_per_position(a_S)
    return (a_G.reshape(-1, n_C) @ D).reshape(n_W, n_H, n_C).swapaxes(0, 1) / (n_C * a_G.size)


# ---------------------------------------------------------------- the walk down


def _walk(dfeatures, cache, network, weights, **pieces):
    return backward(dfeatures, cache, network, weights, replace(OURS, **pieces))


@wrong("walk-down", "The pools give each pixel the whole gradient, not a quarter.",
       r"pool|¼|1/4|\b4\b", r"factor|layer|below")  # fmt: skip
def _(dfeatures, cache, network, weights):
    def whole(dy, shape):
        return 4 * average_pool_backward(dy, shape)

    return _walk(dfeatures, cache, network, weights, average_pool_backward=whole)


@wrong("walk-down", "A tap's own gradient is added twice.",
       r"tap.*(twice|\b2\b)|(twice|\b2\b).*tap",
       r"tap")  # fmt: skip
def _(dfeatures, cache, network, weights):
    return _walk(
        dfeatures, cache, network, weights, tap_backward=lambda above, tap: above + 2 * tap
    )


@wrong("walk-down", "The gradient from above is taken off, not added.", r"sign|subtract|tap",
       r"above")  # fmt: skip
def _(dfeatures, cache, network, weights):
    return _walk(dfeatures, cache, network, weights, tap_backward=lambda above, tap: tap - above)


@wrong("walk-down", "Two causes at the picture: the 255, and the channels.",
       r"(?s)255.*(BGR|channel)|(BGR|channel).*255", r"255|BGR|channel")  # fmt: skip
def _(dfeatures, cache, network, weights):
    return _walk(dfeatures, cache, network, weights, vgg_input_backward=lambda dx: dx)


@wrong("walk-down", "The kernels are not turned.", r"turned|180", r"kernel|conv")
def _(dfeatures, cache, network, weights):
    def straight(dz, weight):
        return conv_forward(dz, weight.swapaxes(2, 3))

    return _walk(dfeatures, cache, network, weights, conv_backward=straight)


# ---------------------------------------------------------------- the checks


@wrong("central-difference", "One-sided: from x back to x - h·d.", r"one.sided|back|one side",
       r"forward|central")  # fmt: skip
def _(function, x, direction, h):
    return (function(x) - function(x - h * direction)) / h


@wrong("central-difference", "That is the second difference: the curvature, not the slope.",
       r"second|curv", r"h\b")  # fmt: skip
def _(function, x, direction, h):
    return (function(x + h * direction) - 2 * function(x) + function(x - h * direction)) / h**2


@wrong("central-difference", "The sign is turned: x - h·d was taken first.", r"sign|-1",
       r"factor")  # fmt: skip
def _(function, x, direction, h):
    return (function(x - h * direction) - function(x + h * direction)) / (2 * h)


@wrong("adjoint-test", "The difference keeps its sign; an error is at least 0.", r"sign|absolute",
       r"negative")  # fmt: skip
def _(forward, backward, v, u):
    one, other = np.vdot(u, forward(v)), np.vdot(backward(u), v)
    return float((one - other) / max(abs(one), abs(other)))


@wrong("adjoint-test", "The difference is absolute; it should be a share of the larger product.",
       r"relative|share|divid|larger", r"factor")  # fmt: skip
def _(forward, backward, v, u):
    return float(abs(np.vdot(u, forward(v)) - np.vdot(backward(u), v)))


# ---------------------------------------------------------------- the optimizers


@wrong("gradient-descent-step", "Only the sign of the gradient is used.", r"sign",
       r"size|magnitude|absolute")  # fmt: skip
def _(x, gradient, learning_rate):
    return x - learning_rate * np.sign(gradient)


@wrong("gradient-descent-step", "The learning rate is missing.", r"rate")
def _(x, gradient, learning_rate):
    return x - gradient


@wrong("gradient-descent-step", "The point is right, but the caller's x was changed.", r"chang")
def _(x, gradient, learning_rate):
    x -= learning_rate * gradient
    return x


@wrong("gradient-descent-step", "The gradient was divided by its length.", r"length|norm|unit",
       r"factor|step")  # fmt: skip
def _(x, gradient, learning_rate):
    return x - learning_rate * gradient / np.linalg.norm(gradient)


def _adam(x, gradient, m, v, t, learning_rate, one=0.9, two=0.999, of_m=None, of_v=None, pace=None):
    m = one * m + (1 - one) * gradient
    v = two * v + (1 - two) * gradient**2
    m_hat, v_hat = m / (of_m or 1 - one**t), v / (of_v or 1 - two**t)
    return x - learning_rate * m_hat / (pace or (lambda v: v**0.5 + 1e-8))(v_hat), m, v


@wrong("adam-step", "ε belongs outside the root.", r"ε|eps", r"root")  # asked of Keras, issue 17391
def _(x, gradient, m, v, t, learning_rate):
    return _adam(x, gradient, m, v, t, learning_rate, pace=lambda v: (v + 1e-8) ** 0.5)


@wrong("adam-step", "1 - β^t, not 1 - β: t is missing.", r"\bt\b", r"β|correction|1 -")
def _(x, gradient, m, v, t, learning_rate):  # as in eriklindernoren/ML-From-Scratch, issue 35
    return _adam(x, gradient, m, v, t, learning_rate, of_m=0.1, of_v=0.001)


@wrong("adam-step", "1 - β^t, not 1 - β²: a slip of the pen.", r"\bt\b", r"β|correction|1 -")
def _(x, gradient, m, v, t, learning_rate):  # ufal/npfl114, PR 79
    return _adam(x, gradient, m, v, t, learning_rate, of_m=1 - 0.9**2, of_v=1 - 0.999**2)


@wrong("adam-step", "β1 and β2 are exchanged.", r"β|beta", r"exchanged|m\b")
def _(x, gradient, m, v, t, learning_rate):
    return _adam(x, gradient, m, v, t, learning_rate, 0.999, 0.9)


@wrong("adam-step", "The root of v̂ is missing.", r"root", r"v\b|v̂")
def _(x, gradient, m, v, t, learning_rate):
    return _adam(x, gradient, m, v, t, learning_rate, pace=lambda v: v + 1e-8)


@wrong("adam-step", "t counts the step that is made: here it was one too large.", r"\bt\b",
       r"correction")  # fmt: skip
def _(x, gradient, m, v, t, learning_rate):
    return _adam(x, gradient, m, v, t + 1, learning_rate)


def _two_loop(gradient, s, y, guess=-1, second=lambda pairs: pairs, sign=-1):
    pairs = list(zip(s, y, strict=True))
    q = sign * gradient
    parts = []
    for s_k, y_k in reversed(pairs):
        parts.append(np.vdot(s_k, q) / np.vdot(s_k, y_k))
        q = q - parts[-1] * y_k
    if pairs:
        q = q * np.vdot(s[guess], y[guess]) / np.vdot(y[guess], y[guess])
    back = list(zip(pairs, reversed(parts), strict=True))
    for (s_k, y_k), part in second(back):
        q = q + (part - np.vdot(y_k, q) / np.vdot(s_k, y_k)) * s_k
    return q


@wrong("two-loop", "The first guess is taken from the newest pair; yours is from the oldest.",
       r"oldest|newest|first guess|s·y", r"order|pair|scal|factor")  # fmt: skip
def _(gradient, s, y):
    return _two_loop(gradient, s, y, guess=0)


@wrong("two-loop", "The second loop goes from the oldest to the newest; yours goes back again.",
       r"second loop|oldest|order", r"loop|pair")  # fmt: skip
def _(gradient, s, y):
    return _two_loop(gradient, s, y, second=lambda pairs: reversed(pairs))


@wrong("two-loop", "The sign is turned: that goes uphill.", r"sign|-1|uphill", r"factor")
def _(gradient, s, y):
    return _two_loop(gradient, s, y, sign=1)


@wrong("two-loop", "The oldest pair was left out.", r"oldest|pair|\bs\b|\by\b", r"memory|one")
def _(gradient, s, y):
    return _two_loop(gradient, s[1:], y[1:])
