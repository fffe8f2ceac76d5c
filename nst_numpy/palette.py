"""The colours of a painting: the style's, or the photograph's own, in several ways.

Two of the ways of Gatys and others (2017). Either the style paints in light and dark alone, and the
photograph's colours are laid over it (`gray`, `coloured`); or the style is given the photograph's
colours before it is looked at (`matched`, `with_histograms_of`). Neither is a part of J.

A picture's colours are a cloud of points, a pixel each, with red, green and blue as coordinates:
a mean m and a covariance V, shape (3, 3). ``x → m_C + A·(x - m_S)`` gives the style S the mean of
the content C, and its covariance, too, if ``A·V_S·Aᵀ = V_C``. Write either V as L·Lᵀ; then
A = L_C·L_S⁻¹ does it, and so does L_C·Q·L_S⁻¹ with any rotation Q. The ways differ in that alone:

- *cholesky*: L is triangular. Red comes of red alone, green of red and green: it is quick to
  compute, and depends on the order of the colours.
- *root*: L is symmetric, V^½. It depends on no order.
- *transport*: of all A, that by which the colours move least. ``Σ |x - A·x|²`` per pixel is
  ``tr V_S + tr V_C - 2·tr(A·V_S)``. Write ``A = V_S^-½·B·V_S^-½``; then ``tr(A·V_S) = tr B``, and
  A does it if ``B·Bᵀ = V_S^½·V_C·V_S^½``. Of all such B, the symmetric root has the largest trace.

Histograms know more than m and V. Those of red, green and blue, each by itself, know less: a yellow
and a violet may have those of two browns. So they are matched along other axes: the eigenvectors of
V_C, along which the content's colours are independent of each other, as far as V can tell.

References
----------
Gatys, Ecker, Bethge, Hertzmann and Shechtman, "Controlling Perceptual Factors in Neural Style
Transfer" (CVPR 2017), sec. 5; transport: Pitié and Kokaram, "The Linear Monge-Kantorovitch Linear
Colour Mapping for Example-Based Colour Transfer" (CVMP 2007).
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.canvas import check_picture

Colours = Literal["style", "luminance", "match", "match-root", "match-cholesky", "match-histogram"]

LIGHT = np.array([0.299, 0.587, 0.114])
"""How bright each colour is: the luminance Y of a picture, as television has it (BT.601)."""
LEAST = (1 / 255) ** 2
"""A variance below which a picture has no colours: one step of 8 bits."""


def before(colours: Colours, content: Array, style: Array) -> tuple[Array, Array]:
    """Return the content and the style as they are to be looked at.

    Parameters
    ----------
    colours : str
        ``style``: as they are. ``luminance``: both gray, and the style's light and dark brought to
        the content's mean and deviation. ``match…``: the style in the content's colours.
    content, style : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1].

    Returns
    -------
    content, style : ndarray
        Of the shapes and dtypes they had, the style within [0, 1].

    Raises
    ------
    InputError
        If one is not a picture.
    """
    for name, picture in (("The content", content), ("A style", style)):
        check_picture(name, picture)
    if colours == "style":
        return content, style
    if colours == "luminance":
        content, style = gray(content), gray(style)
        return content, matched(content, style, transport)
    if colours == "match-histogram":
        return content, with_histograms_of(content, style)
    return content, matched(content, style, MAPS[colours])


def after(colours: Colours, content: Array, painting: Array) -> Array:
    """Return the painting as it is to be seen; `content` is the photograph as it was given."""
    return coloured(painting, content) if colours == "luminance" else painting


def luminance(picture: Array) -> Array:
    """Return Y, shape (n_H, n_W, 1)."""
    Y: Array = picture @ LIGHT.astype(picture.dtype)
    return Y[:, :, None]


def gray(picture: Array) -> Array:
    """Return a picture in which red, green and blue are all Y."""
    return np.repeat(luminance(picture), 3, axis=2)


def coloured(painting: Array, content: Array) -> Array:
    """Lay the content's colours over the painting's light and dark.

    A colour is what is left of a pixel less its Y; its own Y is 0, so that adding it changes no
    light. Where the sum leaves [0, 1], the colour is made paler until it fits, and the light stays.
    """
    Y = np.clip(luminance(painting), 0, 1)
    colour = content - luminance(content)
    room = np.where(colour > 0, 1 - Y, Y)
    share = room / np.maximum(np.abs(colour), np.finfo(colour.dtype).tiny)
    found: Array = Y + colour * np.minimum(share.min(axis=2, keepdims=True), 1)
    return np.clip(found, 0, 1).astype(painting.dtype, copy=False)


def matched(content: Array, style: Array, way: Callable[[Array, Array], Array]) -> Array:
    """Give a style the mean and the covariance of the content's colours."""
    (m_C, V_C), (m_S, V_S) = mean_and_covariance(content), mean_and_covariance(style)
    A = way(V_C, V_S)
    found: Array = m_C + (style - m_S) @ A.T
    return np.clip(found, 0, 1).astype(style.dtype)


def mean_and_covariance(picture: Array) -> tuple[Array, Array]:
    """Return m and V of a picture's colours, in float64."""
    x = picture.reshape(-1, 3).astype(np.float64)
    m = x.mean(axis=0)
    return m, (x - m).T @ (x - m) / len(x)


def cholesky(V_C: Array, V_S: Array) -> Array:
    """Return ``A = L_C·L_S⁻¹``, L triangular."""
    A: Array = triangular(V_C) @ np.linalg.inv(triangular(least(V_S)))
    return A


def root(V_C: Array, V_S: Array) -> Array:
    """Return ``A = V_C^½·V_S^-½``."""
    A: Array = power(V_C, 0.5) @ power(least(V_S), -0.5)
    return A


def transport(V_C: Array, V_S: Array) -> Array:
    """Return ``A = V_S^-½·(V_S^½·V_C·V_S^½)^½·V_S^-½``."""
    V_S = least(V_S)
    there, back = power(V_S, 0.5), power(V_S, -0.5)
    A: Array = back @ power(there @ V_C @ there, 0.5) @ back
    return A


def power(V: Array, p: float) -> Array:
    """Return V^p of a symmetric V without negative eigenvalues: that of its eigenvalues."""
    x, U = np.linalg.eigh(V)
    to_the_p: Array = (U * np.maximum(x, 0) ** p) @ U.T
    return to_the_p


def least(V: Array) -> Array:
    """Return V with no eigenvalue below `LEAST`: where a style has no colours, it gets none.

    What there is of them in a gray picture, or in one of two colours, is rounding; stretching it as
    far as the content's colours go would paint it. A variance of 0 could not be stretched at all.
    """
    x, U = np.linalg.eigh(V)
    raised: Array = (U * np.maximum(x, LEAST)) @ U.T
    return raised


def triangular(V: Array) -> Array:
    """Return the L of ``V = L·Lᵀ``, below its diagonal; V may have no inverse.

    With V^½ = Q·R, Q a rotation and R triangular, ``V = Rᵀ·Qᵀ·Q·R = Rᵀ·R``.
    """
    _, R = np.linalg.qr(power(V, 0.5))
    L: Array = (R * np.where(np.diag(R) < 0, -1, 1)[:, None]).T
    return L


MAPS: dict[str, Callable[[Array, Array], Array]] = {
    "match": transport,
    "match-root": root,
    "match-cholesky": cholesky,
}


def with_histograms_of(content: Array, style: Array) -> Array:
    """Give a style the content's m and V, and its histograms along the axes of V.

    Along an axis on which V could not be reached, since there were no colours (see `least`), it
    stays as it is.
    """
    _, V_C = mean_and_covariance(content)
    _, U = np.linalg.eigh(V_C)
    wanted, there = content @ U, matched(content, style, transport) @ U
    reached = there.var(axis=(0, 1)) > wanted.var(axis=(0, 1)) / 2
    found: Array = np.where(reached, histograms_matched(wanted, there), there) @ U.T
    return np.clip(found, 0, 1).astype(style.dtype)


def histograms_matched(content: Array, style: Array) -> Array:
    """Give each channel of a style the histogram of the content's.

    A number of the style that is larger than a share q of its numbers becomes the one that is
    larger than the same share of the content's. Equal numbers stay equal: they have the q of the
    middle one.
    """
    found = np.empty_like(style)
    for k in range(3):
        _, where, times = np.unique(style[:, :, k], return_inverse=True, return_counts=True)
        q = (np.cumsum(times) - times / 2) / times.sum()
        y = np.sort(content[:, :, k], axis=None)
        levels = np.interp(q, (np.arange(y.size) + 0.5) / y.size, y)
        found[:, :, k] = levels[where].reshape(style.shape[:2])
    return found
