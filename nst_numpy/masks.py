"""Regions of the content, each after a style of its own: masks, and the J that they make.

A mask says for each pixel what share of it belongs to a region. What is compared are features, so
the mask has to follow the pixels down the network. It is averaged where the network is halved: then
a position's share is that of the pixels of its cell, the shares of several regions go on adding up
to 1, and no region is lost on the way, since averaging keeps its part of the picture.

A 3×3 convolution leaves the mask alone, though a position sees beyond its cell, at conv5_1 156×156
pixels for a cell of 16×16. Counting only what sees nothing else would leave 70 pixels on either
side of a border to nobody; counting all that sees anything of a region would paint them twice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.canvas import halve
from nst_numpy.costs import Gram, MaskedGram, Term
from nst_numpy.errors import InputError, shown
from nst_numpy.network import PICTURE, Network, Weights
from nst_numpy.objective import Objective, SumOfTerms, shares_of_styles
from nst_numpy.settings import Settings


@dataclass(frozen=True, eq=False, repr=False)
class Masked:
    """What makes the J of a content whose regions have styles of their own.

    It takes what `Objective` takes, so that ``stylize(…, objective=Masked(…))`` paints. Where no
    mask is white, no style pulls, and the content is left alone. Where several are, each pulls.
    Each of the ``style_weights`` says how strongly its region is pulled, 1 on average.

    Attributes
    ----------
    content_masks
        One for each style, where in the content it should be: shape (n_H, n_W) of the content
        without its margin, numbers in [0, 1]; gray makes a soft edge.
    style_masks
        One for each style, what of it counts: shape of that style. All of it, if there are none.

    Raises
    ------
    InputError
        If a mask is not a mask, is black, or is not of its picture's shape; if there are too many
        or too few; if a region is lost in the rows and columns that the pools leave over.

    Examples
    --------
    >>> import numpy as np
    >>> import nst_numpy as nst
    >>> left = np.zeros((32, 48), np.float32)
    >>> left[:, :24] = 1
    >>> two_styles = nst.Masked([left, 1 - left])
    >>> two_styles
    Masked(content masks: 48 × 32, 48 × 32; style masks: none)
    """

    content_masks: Sequence[Array]
    style_masks: Sequence[Array] = ()

    def __post_init__(self) -> None:
        for kind, masks in (("content", self.content_masks), ("style", self.style_masks)):
            check_list(f"{kind}_masks", masks)
            for number, mask in enumerate(masks, 1):
                check_mask(f"{kind} mask {number}", mask)

    def __repr__(self) -> str:
        shapes = {
            name: ", ".join(f"{mask.shape[1]} × {mask.shape[0]}" for mask in masks) or "none"
            for name, masks in (("content", self.content_masks), ("style", self.style_masks))
        }
        return f"Masked(content masks: {shapes['content']}; style masks: {shapes['style']})"

    def __call__(
        self,
        content: Array,
        styles: Sequence[Array],
        settings: Settings,
        weights: Weights,
        dtype: str = "float32",
        computing: Computing = Computing(),
    ) -> SumOfTerms:
        """Make J for a canvas of any scale: the content with the margin of the settings, halved."""
        check_number_of_masks(len(self.content_masks), len(self.style_masks), len(styles))
        if type(settings.statistic) is not Gram:
            raise InputError("Masks are for the Gram matrix; another statistic has none.")
        J = Objective(content, styles, settings, weights, dtype, computing)
        terms = [term for term in J.terms if term.name not in settings.style_layers]
        w = shares_of_styles(settings, len(styles))
        for number, style in enumerate(styles, 1):
            regions = [("content", self.content_masks[number - 1], content, settings.margin)]
            if self.style_masks:
                regions += [("style", self.style_masks[number - 1], style, 0)]
            shares: list[Mapping[str, Array]] = [
                carried(
                    f"{kind} mask {number}",
                    brought_to(f"{kind} mask {number}", mask, picture.shape, margin),
                    settings.network,
                    settings.style_layers,
                )
                for kind, mask, picture, margin in regions
            ]
            of_G = {layer: MaskedGram(t.astype(dtype)) for layer, t in shares[0].items()}
            of_S = {layer: MaskedGram(t.astype(dtype)) for layer, t in shares[-1].items()}
            looked_at = [
                Term("", layer, of_S[layer] if self.style_masks else Gram(), 0.0)
                for layer in settings.style_layers
            ]
            measured = J.evaluator.measure(style.astype(dtype, copy=False), looked_at)
            weight = settings.beta * len(styles) * w[number - 1]
            for (layer, lambda_l), (s, shape) in zip(
                settings.style_layers.items(), measured, strict=True
            ):
                m_S = of_S[layer].positions if self.style_masks else prod(shape[:2])
                name = f"{layer} style {number}"
                terms.append(Term(name, layer, of_G[layer], weight * lambda_l, s / m_S))
        return J.with_terms(terms)


def carried(
    name: str, mask: Array, network: Network, layers: Collection[str]
) -> Mapping[str, Array]:
    """Carry a mask down the network: the share of each position of some layers.

    Raises
    ------
    InputError
        If nothing of it is left at one of them.
    """
    share: Array = mask.astype(np.float64)[:, :, None]
    found = {PICTURE: share[:, :, 0]}
    for layer in network.up_to(layers):
        if layer not in network.channels:
            share = halve(share, 1)
        found[layer] = share[:, :, 0]
    for layer in layers:
        if not found[layer].any():
            raise InputError(
                f"Nothing of the {name} is left at {layer}: it is white only in the outermost rows "
                "or columns, which the pools leave over; paint it larger, or use fewer layers."
            )
    return {layer: found[layer] for layer in layers}


def brought_to(name: str, mask: Array, shape: tuple[int, ...], margin: int) -> Array:
    """Return a mask with a margin, halved as the picture was, until it has the picture's shape."""
    found: Array = np.pad(mask.astype(np.float64), margin, mode="symmetric")
    while min(found.shape) > 1 and found.shape[0] > shape[0]:
        found = halve(found[:, :, None], 1)[:, :, 0]
    if found.shape != tuple(shape[:2]):
        raise InputError(
            f"The {name} has the shape {mask.shape}, which with a margin of {margin} does not "
            f"become that of its picture, {tuple(shape[:2])}."
        )
    return found


def check_list(name: str, masks: Any) -> None:
    """Refuse what is not a list of masks: one mask, say."""
    alone = isinstance(masks, np.ndarray) and masks.ndim == 2
    if alone or isinstance(masks, str) or not isinstance(masks, Iterable):
        raise InputError(f"{name} must be a list of masks, one for each style, not {shown(masks)}.")


def check_mask(name: str, mask: Array) -> None:
    """Refuse what is not a mask, or marks nothing."""
    if not isinstance(mask, np.ndarray) or mask.ndim != 2 or mask.dtype.kind not in "fiub":
        what = mask.shape if isinstance(mask, np.ndarray) else type(mask).__name__
        raise InputError(f"The {name} must be numbers of the shape (n_H, n_W), not {what}.")
    if not mask.size or not np.isfinite(mask).all() or mask.min() < 0 or mask.max() > 1:
        raise InputError(f"The {name} must hold numbers in [0, 1], and nothing else.")
    if not mask.any():
        raise InputError(f"The {name} is black; paint white what belongs to the region.")


def check_number_of_masks(of_content: int, of_style: int, styles: int) -> None:
    """Refuse masks if it cannot be told which style each belongs to."""
    if of_content != styles or of_style not in (0, styles):
        found = f"{counted(of_content, 'content mask')} and {counted(of_style, 'style mask')}"
        raise InputError(
            f"There {'are' if of_content > 1 else 'is'} {found} for {counted(styles, 'style')}; "
            "each style needs one content mask, and either every style has a style mask or none."
        )


def counted(number: int, name: str) -> str:
    """Say how many there are: no style, 1 style, 2 styles."""
    return f"{number or 'no'} {name}{'s' if number > 1 else ''}"
