"""Each transform of a line against Lagrange's formula in fractions, and the whole identity."""

from fractions import Fraction

import numpy as np
import pytest

from nst_numpy.winograd import lines

a = Fraction(lines.a)
FINITE = [Fraction(0), a, -a, -1 / a, 1 / a]


def matrix_of(transform, size_in, size_out):
    """Apply a transform that writes into `out` to the unit vectors."""
    columns, out = np.eye(size_in), np.empty((size_out, size_in))
    transform(list(columns), list(out))
    return out


def from_roots(roots):
    """Return the coefficients of the polynomial with these roots, lowest power first."""
    found = [Fraction(1)]
    for root in roots:
        found = [up - root * here for up, here in zip([0, *found], [*found, 0], strict=True)]
    return found


def lagrange():
    """Return Aᵀ, G and Bᵀ as the docstring derives them, before constants are shared out."""
    A_T = [[p**k for p in FINITE] + [Fraction(k == 3)] for k in range(4)]
    G, B_T = [], []
    for p in FINITE:
        M_p = from_roots([q for q in FINITE if q != p])
        at_p = sum(coefficient * p**n for n, coefficient in enumerate(M_p))
        G.append([1 / at_p, p / at_p, p**2 / at_p])
        B_T.append([*M_p, Fraction(0)])
    G.append([Fraction(0), Fraction(0), Fraction(1)])
    B_T.append(from_roots(FINITE))
    return (np.array(M, float) for M in (A_T, G, B_T))


def test_the_transforms_are_lagrange_s_up_to_a_constant_for_each_point():
    A_T, G, B_T = lagrange()
    ours = lines.kernel_line(np.eye(3)), matrix_of(lines.input_line, 6, 6)
    np.testing.assert_allclose(matrix_of(lines.output_line, 6, 4), A_T, 1e-14)
    shared = ours[0].sum(1, keepdims=True) / G.sum(1, keepdims=True)
    np.testing.assert_allclose(ours[0], shared * G, 1e-14)
    np.testing.assert_allclose(ours[1], B_T / shared, 1e-14, 1e-14)


def test_six_products_give_four_results():
    rng = np.random.default_rng(0)
    d, g = rng.standard_normal((6, 5)), rng.standard_normal((3, 5))
    V, y = np.empty((6, 5)), np.empty((4, 5))
    lines.input_line(list(d), list(V))
    lines.output_line(list(lines.kernel_line(g) * V), list(y))
    np.testing.assert_allclose(y, [sum(g[v] * d[k + v] for v in range(3)) for k in range(4)], 1e-13)


def test_a_kernel_turned_around_has_the_same_points_from_the_other_end():
    g = np.random.default_rng(0).standard_normal((3, 4))
    np.testing.assert_allclose(lines.kernel_line(g[::-1]), lines.kernel_line(g)[::-1], 1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept(dtype):
    assert lines.kernel_line(np.ones((3, 2), dtype)).dtype == dtype
