"""How coarse or fine a picture is: its energy in each octave, and its grain where it is flat."""

import numpy as np

from nst_numpy.arrays import Array

OCTAVES = 6
QUIET = 0.1
"""Grain is looked for in this share of a picture, where it is flattest."""
BLOCK = 8
"""A picture is looked at in squares of so many pixels."""


def octave_edges(octaves: int = OCTAVES) -> Array:
    """Return the frequencies that part the octaves, in cycles per pixel, the highest first.

    The highest frequency that a picture has is ½ along both sides at once, √½ = 0.707 across. The
    first octave goes from there down to a half of it, 0.354, and so on; the last goes down to 0.
    """
    edges: Array = 0.5**0.5 / 2.0 ** np.arange(octaves + 1)
    edges[-1] = 0
    return edges


def octave_shares(picture: Array, octaves: int = OCTAVES) -> Array:
    """Measure what share of a picture's energy lies in each octave of spatial frequency.

    Each colour, without its mean, is multiplied by a window (Hann's) that lets it go to 0 at the
    edges: to the Fourier transform a picture goes on for ever, and where its right edge meets its
    left one there would be a step, which has energy in all octaves. The energy is the square of
    the transform's length, added up over a ring of frequencies and over the colours.

    Parameters
    ----------
    picture : ndarray, shape (n_H, n_W, 3)
    octaves : int
        How many to tell apart.

    Returns
    -------
    shares : ndarray, shape (octaves,), float64
        The finest octave first, the last with all that is coarser; they add up to 1. A picture of
        one colour has none: 0 everywhere.
    """
    n_H, n_W, _ = picture.shape
    x = picture.astype(float)
    window = np.outer(np.hanning(n_H + 2)[1:-1], np.hanning(n_W + 2)[1:-1])
    x = (x - x.mean(axis=(0, 1))) * window[:, :, None]
    energy = (np.abs(np.fft.fft2(x, axes=(0, 1))) ** 2).sum(axis=2)
    frequency = np.hypot(np.fft.fftfreq(n_H)[:, None], np.fft.fftfreq(n_W))
    edges = octave_edges(octaves)
    ring = np.digitize(frequency, edges[1:-1])  # 0 for the finest, whose lower edge is edges[1]
    rings: Array = np.bincount(ring.ravel(), energy.ravel(), octaves).astype(float)
    flat = rings.sum() <= 1e-20 * x.size**2  # what is left there is rounding
    return np.zeros(octaves) if flat else rings / rings.sum()


def grain(picture: Array) -> tuple[float, float]:
    """Measure the grain of a picture where it is flat: how much it changes within four pixels.

    What is finer than about four pixels is what is left when a blurred copy is taken away. In
    light, the mean of the three channels, and in colour, how each channel differs from it, its
    root mean square is measured in each square of `BLOCK` pixels; and the value below which `QUIET`
    of the squares lie is returned. So strokes and edges, which are as fine, do not count, as long
    as a tenth of the picture has none.

    Parameters
    ----------
    picture : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1]; at least one square.

    Returns
    -------
    light, colour : float
        In levels, of which there are 255.
    """
    n_H, n_W = (side // BLOCK * BLOCK for side in picture.shape[:2])
    x = 255 * picture.astype(float)
    fine = (x - blurred(x))[:n_H, :n_W]
    light = fine.mean(axis=2, keepdims=True)
    found = []
    for part in (light, fine - light):
        squares = (part**2).sum(axis=2).reshape(n_H // BLOCK, BLOCK, n_W // BLOCK, BLOCK)
        found.append(float(np.quantile(np.sqrt(squares.mean(axis=(1, 3))), QUIET)))
    return found[0], found[1]


def blurred(x: Array) -> Array:
    """Blur each colour, along one side and then the other, by a Gaussian of one pixel."""
    reach = 4
    weights = np.exp(-0.5 * np.arange(-reach, reach + 1.0) ** 2)
    for axis in (0, 1):
        around = [(reach, reach) if side == axis else (0, 0) for side in range(3)]
        padded = np.moveaxis(np.pad(x, around, mode="symmetric"), axis, 0)
        moved = (w * padded[i : i + x.shape[axis]] for i, w in enumerate(weights / weights.sum()))
        x = np.moveaxis(sum(moved), 0, axis)
    return x
