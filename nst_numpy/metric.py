"""What an optimizer may know of pictures beforehand: coarse changes count for more than fine ones.

Of the curvature H of J, L-BFGS knows nothing at first and little later, so it begins from a guess
of H⁻¹. The plain guess, a number, takes all changes of a picture to be equally easy. They are not:
J falls furthest, and for longest, along changes that spread over many pixels and are light or dark
rather than coloured. A guess that says so saves what L-BFGS would else have to learn from steps.
"""

import numpy as np

from nst_numpy.arrays import Array

COLOURS = np.array([[1, 1, 1], [1, -1, 0], [1, 1, -2]]) / np.sqrt([[3], [2], [6]])
"""Light, red against green, and yellow against blue: three axes at right angles, as rows."""


class Metric:
    """Scales the frequency f of a change by f^-p, and its colours by a factor: ``M·g = Fᵀ·m·F·g``.

    F takes the gradient apart, into light and two colours and each of these into its frequencies;
    m is one positive number for each part; Fᵀ = F⁻¹ puts them together again. So M is symmetric
    and positive, and -M·g goes down wherever -g does: ``(-M·g)·g < 0``.

    Parameters
    ----------
    shape : (n_H, n_W, 3)
        Of the pictures.
    p : float
        How much coarse changes come before fine ones; 0 for not at all.
    colour : float
        What changes of colour count, beside changes of light.
    finest : float
        In cycles per pixel: from here on all frequencies count alike.

    References
    ----------
    Olah, Mordvintsev and Schubert, "Feature Visualization" (Distill, 2017), section
    "Preconditioning and Parameterization": the same idea, for other pictures.
    """

    def __init__(
        self, shape: tuple[int, ...], p: float = 1.0, colour: float = 0.5, finest: float = 0.2
    ) -> None:
        n_H, n_W, _ = shape
        f = np.hypot(np.fft.fftfreq(n_H)[:, None], np.fft.rfftfreq(n_W))
        coarsest = 1 / max(n_H, n_W)
        m = (np.clip(f, coarsest, finest) / finest) ** -p
        self.shape = shape
        self.m = np.stack([m, colour * m, colour * m])

    def __call__(self, g: Array) -> Array:
        """Return M·g, of the shape and dtype of g."""
        parts = np.moveaxis(g, -1, 0)
        light = np.tensordot(COLOURS.astype(g.dtype), parts, 1)
        for part, m in zip(light, self.m, strict=True):  # in turn: their spectra are large
            part[...] = np.fft.irfft2(np.fft.rfft2(part) * m.astype(g.dtype), self.shape[:2])
        back = np.tensordot(COLOURS.T.astype(g.dtype), light, 1)
        return np.ascontiguousarray(np.moveaxis(back, 0, -1))
