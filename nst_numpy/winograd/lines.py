"""Winograd's F(4, 3): four results of a line from six products, where the definition has twelve.

Three weights g slide along six numbers d: ``y_k = Σ_v g_v·d_{k+v}`` for k = 0, 1, 2, 3.

**A product of polynomials.** Let g(x) = g_0 + g_1·x + g_2·x², and h(x) = h_0 + … + h_3·x³ be any
other. Their product s has six coefficients, ``s_n = Σ_v g_v·h_{n-v}``. Six products tell it, too:
the values at five points p, ``s(p) = g(p)·h(p)``, and s_5 = g_2·h_3, called the value at ∞. The way
back to the coefficients is Lagrange's. With M(x) = Π_p (x - p) and M_p(x) = M(x)/(x - p)

    s(x) = Σ_p g(p)·h(p)·M_p(x)/M_p(p) + g_2·h_3·M(x).

**Turned over.** Put d_n in the place of xⁿ. On the left Σ_n s_n·d_n = Σ_k h_k·Σ_v g_v·d_{k+v}:
beside each h_k stands y_k. So y_k is what stands beside h_k on the right. As h(p) = Σ_k h_k·p^k,

    y_k = Σ_p p^k · [g(p)/M_p(p)] · [M_p(x) with d_n for xⁿ], and for k = 3 one more,
          g_2 · [M(x) with d_n for xⁿ].

In matrices, with ∘ number by number: ``y = Aᵀ·[(G·g) ∘ (Bᵀ·d)]``.

**The points** are here 0, a, -a, -1/a, 1/a and ∞, in this order, so that the kernel turned around
has the same ones: at p, g_2 + g_1·p + g_0·p² = p²·g(1/p). Let the brackets share their constants:

    0: g_0    ±a: c·(g_0/a ± g_1 + g_2·a)    ±1/a: c·(g_0·a ± g_1 + g_2/a)    ∞: g_2

with c = 1/(2·(a² - 1/a²)); then to turn the kernel around is to read these six from the other end.

Any a will do; near 3/2 the rounding errors are smallest, half of those of the usual points, which
are 0, ±1, ±2 and ∞.

References
----------
Winograd, "Arithmetic Complexity of Computations" (SIAM 1980); Lavin and Gray, "Fast Algorithms for
Convolutional Neural Networks" (CVPR 2016). The points are ours.
"""

from collections.abc import Sequence

import numpy as np

from nst_numpy.arrays import Array

RESULTS = 4
POINTS = 6
a = 1.5


def kernel_line(g: Array) -> Array:
    """``G·g``: bring three weights, along the first axis, to the six points."""
    c = 1 / (2 * (a**2 - a**-2))
    G = np.array(
        [
            [1, 0, 0],
            [c / a, c, c * a],
            [c / a, -c, c * a],
            [c * a, -c, c / a],
            [c * a, c, c / a],
            [0, 0, 1],
        ],
        g.dtype,
    )
    at_points: Array = np.tensordot(G, g, 1)
    return at_points


def input_line(d: Sequence[Array], out: Sequence[Array]) -> None:
    """``Bᵀ·d``: bring six numbers to the six points; six arrays at once, each number by number.

    The even and the odd powers serve p and -p. Until the end they lie in the places of 0 and ∞.
    """
    zero, plus_a, minus_a, minus_1_a, plus_1_a, infinity = out
    even, odd = zero, infinity

    np.multiply(d[2], -1 / a**2, out=even)  # M_p = (x ± a)·x·(x² - 1/a²), divided by a
    even += d[4]
    even *= 1 / a
    np.multiply(d[1], -1 / a**2, out=odd)
    odd += d[3]
    np.add(even, odd, out=plus_a)
    np.subtract(even, odd, out=minus_a)

    np.multiply(d[2], a**2, out=even)  # M_p = (x ± 1/a)·x·(x² - a²), times -a
    even -= d[4]
    even *= a
    np.multiply(d[1], a**2, out=odd)
    odd -= d[3]
    np.add(even, odd, out=plus_1_a)
    np.subtract(even, odd, out=minus_1_a)

    np.multiply(d[2], -(a**2 + a**-2), out=zero)  # M_0 = (x² - a²)·(x² - 1/a²)
    zero += d[0]
    zero += d[4]
    np.multiply(d[3], -(a**2 + a**-2), out=infinity)  # M = x·M_0
    infinity += d[1]
    infinity += d[5]


def output_line(m: Sequence[Array], out: Sequence[Array]) -> None:
    """``Aᵀ·m``: bring six products back to four results. What was in m is lost.

    ``y_k = Σ_p p^k·m_p``, where again p and -p share.
    """
    zero, plus_a, minus_a, minus_1_a, plus_1_a, infinity = m
    y0, y1, y2, y3 = out

    even, odd = y2, y3
    np.add(plus_a, minus_a, out=even)
    np.subtract(plus_a, minus_a, out=odd)
    even_2, odd_2 = plus_a, minus_a
    np.add(plus_1_a, minus_1_a, out=even_2)
    np.subtract(plus_1_a, minus_1_a, out=odd_2)

    np.add(zero, even, out=y0)
    y0 += even_2
    even *= a**2
    even_2 *= a**-2
    y2 += even_2
    odd *= a
    odd_2 *= a**-1
    np.add(odd, odd_2, out=y1)
    odd *= a**2
    odd_2 *= a**-2
    y3 += odd_2
    y3 += infinity
