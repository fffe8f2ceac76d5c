"""Style without content: a texture of any size, even one whose tiles have no seam."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy import backend
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.costs.term import Shape, Statistic, Term
from nst_numpy.costs.total_variation import TotalVariation
from nst_numpy.errors import InputError
from nst_numpy.large.cutting import halo, pools_below
from nst_numpy.network import Network, Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step, stylize


def texture(
    styles: Sequence[Array],
    shape: tuple[int, int],
    settings: Settings,
    weights: Weights,
    computing: Computing = Computing(),
    tileable: bool = False,
    objective: Callable[..., SumOfTerms] | None = None,
) -> Iterator[Step]:
    """Paint what has the styles' statistics, and no content.

    Parameters
    ----------
    styles : sequence of ndarray, each of shape (any, any, 3)
    shape : (n_H, n_W)
        Of the texture.
    settings : Settings
        Of which alpha and content_layers do not count; where they begin from the content, it is
        begun from noise.
    weights : mapping, layer -> (weight, bias)
    computing : Computing
    tileable : bool
        Whether its right edge goes on at its left, and its lower one at its upper.
    objective : callable, optional
        What makes J, in place of `Objective` or `Tileable`.

    Yields
    ------
    Step

    Raises
    ------
    InputError
        As of `stylize`; if a tile's sides are not whole numbers of the deepest layer's positions.
    """
    ours = of_texture(settings, tileable)
    if tileable:
        check_tile(shape, ours)
    gray = np.full((*shape, 3), 0.5, np.float32)
    made = objective or (Tileable() if tileable else Objective)
    yield from stylize(gray, styles, ours, weights, computing, made)


def of_texture(settings: Settings, tileable: bool) -> Settings:
    """Return settings without a content; those of a tile, which has no edge, without a margin."""
    start = settings.start
    if isinstance(start, str) and start == "content":
        start = "noise"
    margin = 0 if tileable else settings.margin
    return replace(settings, alpha=0.0, content_layers={}, start=start, margin=margin)


def check_tile(shape: Sequence[int], settings: Settings) -> None:
    """Refuse a tile that the pools of some scale would cut elsewhere each time it repeats."""
    unit = settings.network.least_side(settings.taps) * 2 ** (settings.scales - 1)
    if any(side % unit or side < unit for side in shape[:2]):
        n_H, n_W = (max(unit, round(side / unit) * unit) for side in shape[:2])
        raise InputError(
            f"The sides of a tile must be multiples of {unit} with these layers and scales; "
            f"{n_W} × {n_H} is near {shape[1]} × {shape[0]}."
        )


@dataclass(frozen=True)
class Tileable:
    """What makes the J of a picture that goes on periodically, for ``stylize(…, objective=…)``.

    The settings must have a margin of 0: a torus has no edge. A content is taken to go on
    periodically, too.

    Attributes
    ----------
    margin
        How many pixels of the next tiles the network sees on each side; as far as its deepest
        layer sees, if not given, and then J is exact.
    """

    margin: int | None = None

    def __call__(
        self,
        content: Array,
        styles: Sequence[Array],
        settings: Settings,
        weights: Weights,
        dtype: str = "float32",
        computing: Computing = Computing(),
    ) -> SumOfTerms:
        """Make J for a tile of any scale."""
        if settings.margin:
            raise InputError(f"A tile has no edge, so its margin must be 0, not {settings.margin}.")
        check_tile(content.shape, replace(settings, scales=1))
        J = Objective(content, styles, settings, weights, dtype, computing)
        margin = self.margin if self.margin is not None else halo(settings.network, settings.taps)
        torus = Torus(J.evaluator, margin)
        terms = []
        for term in J.terms:
            if isinstance(term.statistic, TotalVariation):
                term = replace(term, statistic=PeriodicVariation())
            elif term.name not in settings.style_layers:  # content, which goes on as G does
                ((target, _),) = torus.measure(content.astype(dtype, copy=False), [term])
                term = replace(term, target=target)
            terms.append(term)
        return SumOfTerms(terms, torus, content.shape, np.dtype(dtype), periodic=True)


def continued(G: Array, margin: int) -> Array:
    """``P·G``: continue a picture periodically beyond each edge."""
    return np.pad(G, ((margin, margin), (margin, margin), (0, 0)), mode="wrap")


def folded(dcanvas: Array, shape: tuple[int, ...], margin: int) -> Array:
    """``Pᵀ·dcanvas``: add up, for each pixel, the gradients at all its copies."""
    for axis in (0, 1):
        n = shape[axis]
        front = -margin % n
        back = -(front + dcanvas.shape[axis]) % n
        widths = [(0, 0)] * 3
        widths[axis] = (front, back)
        whole = np.pad(dcanvas, widths)
        parts = (*whole.shape[:axis], -1, n, *whole.shape[axis + 1 :])
        dcanvas = whole.reshape(parts).sum(axis=axis)
    return dcanvas


@dataclass(frozen=True)
class Torus:
    """An evaluator for pictures that go on periodically, made of one for those that end.

    It looks at ``P·G``, the picture continued by a margin; there each term looks at the positions
    of one tile alone, so that none counts twice. ``dJ/dG = Pᵀ·dJ/d(P·G)``. What a layer computes
    within its reach of the canvas' edge, where zeros surround it, lies in the margin.

    Attributes
    ----------
    evaluator
    margin
        In pixels; a multiple of the deepest layer's cell.
    """

    evaluator: backend.Evaluator
    margin: int

    @property
    def network(self) -> Network:
        """Whose features are compared."""
        return self.evaluator.network

    @property
    def weights(self) -> Weights:
        """Those of the network."""
        return self.evaluator.weights

    def measure(self, picture: Array, terms: Collection[Term]) -> list[tuple[Array, Shape]]:
        """Return what each term measures of one tile, and the shape of what it looked at."""
        canvas = continued(picture, self.margin)
        there = self.evaluator.measure(canvas, self.of_tile(terms, picture.shape))
        tiles = [self.tile(term, picture.shape) for term in terms]
        return [
            (s, (*(side.stop - side.start for side in tile), shape[2]))
            for (s, shape), tile in zip(there, tiles, strict=True)
        ]

    def __call__(self, G: Array, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Evaluate J = Σ weight·J_term and its gradient."""
        canvas = continued(G, self.margin)
        values, dcanvas = self.evaluator(canvas, self.of_tile(terms, G.shape))
        return values, folded(dcanvas, G.shape, self.margin)

    def of_tile(self, terms: Collection[Term], shape: Shape) -> list[Term]:
        """Let each term look at one tile of the canvas alone."""
        return [
            replace(term, statistic=Cropped(term.statistic, *self.tile(term, shape)))
            for term in terms
        ]

    def tile(self, term: Term, shape: Shape) -> tuple[slice, slice]:
        """Return where the tile is at the term's layer."""
        cell = 2 ** pools_below(self.network, term.layer)
        n_H, n_W = (slice(self.margin // cell, (self.margin + side) // cell) for side in shape[:2])
        return n_H, n_W


@dataclass(frozen=True)
class Cropped:
    """A statistic that looks at a part of the positions, and knows of no others."""

    statistic: Statistic
    rows: slice
    columns: slice

    def measure(self, a: Array) -> Array:
        """Measure the part."""
        return self.statistic.measure(self._part(a))

    def compare(self, s: Array, target: Any, shape: Shape) -> tuple[float, Array]:
        """Compare as if there were no more of it."""
        part = (self.rows.stop - self.rows.start, self.columns.stop - self.columns.start)
        return self.statistic.compare(s, target, (*part, shape[2]))

    def pull(self, a: Array, ds: Array) -> Array:
        """Pull at the part; the rest is left alone."""
        da = np.zeros_like(a)
        da[self.rows, self.columns] = self.statistic.pull(self._part(a), ds)
        return da

    def _part(self, a: Array) -> Array:
        return np.ascontiguousarray(a[self.rows, self.columns])


@dataclass(frozen=True)
class PeriodicVariation(TotalVariation):
    """`TotalVariation`, in which the last pixel's neighbour is the first."""

    def measure(self, image: Array) -> Array:
        """Return the differences, down and to the right."""
        return np.stack([np.roll(image, -1, axis) - image for axis in (0, 1)])

    def pull(self, image: Array, dd: Array) -> Array:
        """Add each dd to the gradient of the later pixel, and take it from that of the earlier."""
        dimage: Array = sum(np.roll(dd[axis], 1, axis) - dd[axis] for axis in (0, 1))
        return dimage
