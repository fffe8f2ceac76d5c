"""The functions of `nst_numpy.layers`, faster: Winograd's tiles, several at once, in place."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from nst_numpy import layers as definition
from nst_numpy.arrays import Array, Mask
from nst_numpy.winograd import thin
from nst_numpy.winograd.tiles import blocks, convolve, kernel_points, scratch_size, turned

THIN = 16
"""Fewer channels than this are not worth a transform."""

BAND = 2**17
"""Numbers in a band of rows, for what is done number by number; 512 KiB of float32."""

Each = Callable[[Callable[[Any], None], Iterable[Any]], Iterable[None]]


class Winograd:
    """The passes of each kind of layer, under the names that `nst_numpy.layers` has for them.

    They come to the same up to rounding, with two differences. Some write their result over what
    they are given, so what is given is given away. And a picture is done in parts, in any order.

    Parameters
    ----------
    weights : mapping, layer -> (weight, bias)
        Whose points are kept: a kernel is known again by being the same array. Any other is
        brought to its points when it is used.
    each : callable
        What calls a function with each of some parts: `map`, or one that does several at once.
    """

    vgg_input_forward = staticmethod(definition.vgg_input_forward)
    vgg_input_backward = staticmethod(definition.vgg_input_backward)
    max_pool_forward = staticmethod(definition.max_pool_forward)
    max_pool_backward = staticmethod(definition.max_pool_backward)

    def __init__(self, weights: Mapping[str, tuple[Array, Array]] = {}, each: Each = map) -> None:
        self._each = each
        self._scratch: list[Array] = []  # of blocks that are done; nothing is read from it
        self._weights = weights
        self._points = {
            id(weight): kernel_points(weight)
            for weight, _ in weights.values()
            if min(weight.shape[2:]) >= THIN
        }

    def __reduce__(self) -> tuple[Any, ...]:
        return Winograd, (self._weights, self._each)  # the points are made again

    def conv_forward(self, x: Array, weight: Array, bias: Array | float = 0.0) -> Array:
        """See `nst_numpy.layers.conv_forward`."""
        if weight.shape[2] < THIN:
            return definition.conv_forward(x, weight, bias)
        return self._convolve(x, self._points_of(weight), bias)

    def conv_backward(self, dz: Array, weight: Array) -> Array:
        """See `nst_numpy.layers.conv_backward`; to its points a kernel is brought once for both."""
        if weight.shape[2] >= THIN:
            return self._convolve(dz, turned(self._points_of(weight)), 0.0)
        dx = np.empty((*dz.shape[:2], weight.shape[2]), dz.dtype)

        def some(first: int, last: int) -> None:
            dx[first:last] = thin.conv_backward(dz, weight, first, last)

        self._in_bands(some, dz)
        return dx

    def relu_forward(self, z: Array) -> tuple[Array, Mask]:
        """See `nst_numpy.layers.relu_forward`; z becomes a."""
        positive = np.empty(z.shape, np.bool_)

        def some(first: int, last: int) -> None:
            np.greater(z[first:last], 0, out=positive[first:last])
            np.maximum(z[first:last], 0, out=z[first:last])

        self._in_bands(some, z)
        return z, positive

    def relu_backward(self, da: Array, positive: Mask) -> Array:
        """See `nst_numpy.layers.relu_backward`; da becomes dz."""

        def some(first: int, last: int) -> None:
            da[first:last] *= positive[first:last]

        self._in_bands(some, da)
        return da

    def average_pool_forward(self, x: Array) -> Array:
        """See `nst_numpy.layers.average_pool_forward`."""
        n_H, n_W, n_C = x.shape
        y = np.empty((n_H // 2, n_W // 2, n_C), x.dtype)

        def some(first: int, last: int) -> None:
            y[first:last] = definition.average_pool_forward(x[2 * first : 2 * last])

        self._in_bands(some, y)
        return y

    def average_pool_backward(self, dy: Array, shape: tuple[int, ...]) -> Array:
        """See `nst_numpy.layers.average_pool_backward`."""
        dx = np.empty(shape, dy.dtype)
        dx[2 * dy.shape[0] :] = 0

        def some(first: int, last: int) -> None:
            part = dx[2 * first : 2 * last]
            part[...] = definition.average_pool_backward(dy[first:last], part.shape)

        self._in_bands(some, dy)
        return dx

    def tap_backward(self, da_from_above: Array, da_of_J: Array) -> Array:
        """See `nst_numpy.layers.tap_backward`; the sum is where da_from_above was."""

        def some(first: int, last: int) -> None:
            da_from_above[first:last] += da_of_J[first:last]

        self._in_bands(some, da_from_above)
        return da_from_above

    def _points_of(self, weight: Array) -> Array:
        known = self._points.get(id(weight))
        return kernel_points(weight) if known is None else known

    def _convolve(self, x: Array, U: Array, bias: Array | float) -> Array:
        (n_H, n_W, _), n_C = x.shape, max(U.shape[2:])
        z = np.empty((n_H, n_W, U.shape[-1]), x.dtype)
        parts = blocks(n_H, n_W)
        size = scratch_size(n_C, parts[0])

        def some(block: Any) -> None:
            scratch = self._scratch.pop() if self._scratch else np.empty(0, x.dtype)
            if scratch.size < size or scratch.dtype != x.dtype:
                scratch = np.empty(size, x.dtype)
            convolve(x, U, bias, z, block, scratch)
            self._scratch.append(scratch)

        for _ in self._each(some, parts):
            pass
        return z

    def _in_bands(self, some: Callable[[int, int], None], x: Array) -> None:
        """Call a function with the first and the last row of each band of x."""
        n_H = len(x)
        rows = max(1, BAND // max(1, x[:1].size))
        for _ in self._each(lambda i: some(i, min(i + rows, n_H)), range(0, n_H, rows)):
            pass
