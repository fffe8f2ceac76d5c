"""Winograd's transforms along one line, for tiles of 4×4 and of 6×6 pixels of the result.

A convolution of a line with three weights is a product of polynomials. Where both are known at as
many *points* as the result has coefficients, they are multiplied there, number by number. With the
points 0, 1, -1, 2, -2 and ∞ that makes four numbers of the result, y = Aᵀ·(G·g ∘ Bᵀ·d), with

    ⎡4  0 -5  0  1  0⎤        ⎡ 1/4    0     0  ⎤
    ⎢0 -4 -4  1  1  0⎥        ⎢-1/6  -1/6  -1/6 ⎥        ⎡1  1  1  1  1  0⎤
    ⎢0  4 -4 -1  1  0⎥        ⎢-1/6   1/6  -1/6 ⎥   Aᵀ = ⎢0  1 -1  2 -2  0⎥
    ⎢0 -2 -1  2  1  0⎥ = Bᵀ   ⎢ 1/24  1/12  1/6 ⎥ = G    ⎢0  1  1  4  4  0⎥
    ⎢0  2 -1 -2  1  0⎥        ⎢ 1/24 -1/12  1/6 ⎥        ⎣0  1 -1  8 -8  1⎦
    ⎣0  4  0 -5  0  1⎦        ⎣  0     0     1  ⎦

and with ½ and -½ besides, six. A point p and its negative share the sums of even and of odd terms,
so everything is written out. (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
CVPR 2016, has the first; the second follows by the same rule.)

A size of tile is a tuple as long as the tile's side in the input. Only its length counts: to Numba
that is a type, so the code is compiled for each of the two, with all loops along a line unrolled.
"""

from typing import Any

from numba.extending import overload

Side = tuple[int, ...]
FOUR: Side = (0,) * 6
SIX: Side = (0,) * 8

KERNEL = 8
"""Tiles whose products take about as long as bringing a kernel to its points does."""


def pixels(side: Side) -> int:
    """Return how many pixels of the result a tile has along a side."""
    return len(side) - 2


def points(side: Side) -> int:
    """Return how many points a tile has."""
    return len(side) ** 2


def tiles(side: Side, n_H: int, n_W: int) -> int:
    """Return how many tiles cover a picture."""
    return -(-n_H // pixels(side)) * -(-n_W // pixels(side))


def side_for(n_H: int, n_W: int) -> Side:
    """Return the size of tile that does a layer of this size with less work."""
    return min((FOUR, SIX), key=lambda side: points(side) * (tiles(side, n_H, n_W) + KERNEL))


def input_line(d: Any) -> Any:
    """Bᵀ·d for one line of pixels."""
    return (input_line_4 if len(d) == len(FOUR) else input_line_6)(d)


def output_line(m: Any) -> Any:
    """Aᵀ·m for one line of points."""
    return (output_line_4 if len(m) == len(FOUR) else output_line_6)(m)


def kernel_line(g0: Any, g1: Any, g2: Any, side: Any) -> Any:
    """G·g for one line of three weights."""
    return (kernel_line_4 if len(side) == len(FOUR) else kernel_line_6)(g0, g1, g2, side)


def input_line_4(d: Any) -> Any:
    """With the points 0, 1, -1, 2, -2 and ∞."""
    d0, d1, d2, d3, d4, d5 = d
    even, odd = d4 - 4.0 * d2, d3 - 4.0 * d1
    even_2, odd_2 = d4 - d2, 2.0 * (d3 - d1)
    return (
        4.0 * d0 - 5.0 * d2 + d4,
        even + odd,
        even - odd,
        even_2 + odd_2,
        even_2 - odd_2,
        4.0 * d1 - 5.0 * d3 + d5,
    )


def output_line_4(m: Any) -> Any:
    """With the points 0, 1, -1, 2, -2 and ∞."""
    m0, m1, m2, m3, m4, m5 = m
    even, odd = m1 + m2, m1 - m2
    even_2, odd_2 = m3 + m4, m3 - m4
    return m0 + even + even_2, odd + 2.0 * odd_2, even + 4.0 * even_2, odd + 8.0 * odd_2 + m5


def kernel_line_4(g0: Any, g1: Any, g2: Any, side: Any) -> Any:
    """With the points 0, 1, -1, 2, -2 and ∞."""
    even, odd = (-1 / 6) * (g0 + g2), (1 / 6) * g1
    even_2, odd_2 = (1 / 24) * g0 + (1 / 6) * g2, (1 / 12) * g1
    return 0.25 * g0, even - odd, even + odd, even_2 + odd_2, even_2 - odd_2, g2


def input_line_6(d: Any) -> Any:
    """With the points 0, 1, -1, 2, -2, ½, -½ and ∞."""
    d0, d1, d2, d3, d4, d5, d6, d7 = d
    even, odd = d2 - 4.25 * d4 + d6, d1 - 4.25 * d3 + d5
    even_2, odd_2 = 0.25 * d2 - 1.25 * d4 + d6, 0.5 * d1 - 2.5 * d3 + 2.0 * d5
    even_h, odd_h = 4.0 * d2 - 5.0 * d4 + d6, 2.0 * d1 - 2.5 * d3 + 0.5 * d5
    return (
        d0 - d6 + 5.25 * (d4 - d2),
        even + odd,
        even - odd,
        even_2 + odd_2,
        even_2 - odd_2,
        even_h + odd_h,
        even_h - odd_h,
        d7 - d1 + 5.25 * (d3 - d5),
    )


def output_line_6(m: Any) -> Any:
    """With the points 0, 1, -1, 2, -2, ½, -½ and ∞."""
    m0, m1, m2, m3, m4, m5, m6, m7 = m
    even, odd = m1 + m2, m1 - m2
    even_2, odd_2 = m3 + m4, m3 - m4
    even_h, odd_h = m5 + m6, m5 - m6
    return (
        m0 + even + even_2 + even_h,
        odd + 2.0 * odd_2 + 0.5 * odd_h,
        even + 4.0 * even_2 + 0.25 * even_h,
        odd + 8.0 * odd_2 + 0.125 * odd_h,
        even + 16.0 * even_2 + 0.0625 * even_h,
        odd + 32.0 * odd_2 + 0.03125 * odd_h + m7,
    )


def kernel_line_6(g0: Any, g1: Any, g2: Any, side: Any) -> Any:
    """With the points 0, 1, -1, 2, -2, ½, -½ and ∞."""
    even, odd = (-2 / 9) * (g0 + g2), (2 / 9) * g1
    even_2, odd_2 = (1 / 90) * g0 + (2 / 45) * g2, (1 / 45) * g1
    even_h, odd_h = (32 / 45) * g0 + (8 / 45) * g2, (16 / 45) * g1
    return (
        g0,
        even - odd,
        even + odd,
        even_2 + odd_2,
        even_2 - odd_2,
        even_h + odd_h,
        even_h - odd_h,
        g2,
    )


# For Numba the choice is made where the types are known.


@overload(input_line, inline="always")
def _input_line(d: Any) -> Any:
    return input_line_4 if len(d) == len(FOUR) else input_line_6


@overload(output_line, inline="always")
def _output_line(m: Any) -> Any:
    return output_line_4 if len(m) == len(FOUR) else output_line_6


@overload(kernel_line, inline="always")
def _kernel_line(g0: Any, g1: Any, g2: Any, side: Any) -> Any:
    return kernel_line_4 if len(side) == len(FOUR) else kernel_line_6
