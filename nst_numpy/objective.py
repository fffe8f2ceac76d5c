"""J(G) = α·J_content + β·J_style + tv_weight·J_tv and dJ/dG, for one content and its styles.

Gatys et al. 2016, eq. 7; J_style = Σ λ_l·J_style[l] is their eq. 5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from nst_numpy import backend
from nst_numpy.appearance import html_table, share, text_table
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing, Evaluator
from nst_numpy.canvas import check_array, check_floats, check_picture
from nst_numpy.costs import Content, Term, TotalVariation
from nst_numpy.errors import InputError, check_choice, check_kind
from nst_numpy.large import Strips
from nst_numpy.large.cluster import cluster_for
from nst_numpy.network import PICTURE, Network, Weights, check_size
from nst_numpy.settings import Settings

LEDGER = ("term of J", "cost", "before its weight", "share")


@dataclass(frozen=True, repr=False)
class Cost:
    """The ledger of one picture: what each term of J came to.

    Attributes
    ----------
    terms
        What each term adds to J, its weight included: "content" (with several content layers
        "content conv4_2" and so on), each style layer, "tv" if it is asked for.
    values
        The same before the weights: J_content, J_style[l], J_tv.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cost = nst.Cost({"content": 30.0, "conv1_1": 10.0}, {"content": 30.0, "conv1_1": 40.0})
    >>> cost
    term of J  cost  before its weight  share
    content      30                 30    75%
    conv1_1      10                 40    25%
    J            40
    >>> cost.total, cost.terms["conv1_1"]
    (40.0, 10.0)
    """

    terms: Mapping[str, float]
    values: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of the terms, which is J."""
        return sum(self.terms.values())

    def __float__(self) -> float:
        return float(self.total)

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """The ledger as words: each term, its cost with and without its weight, its share of J."""
        J = float(self.total)
        rows = [
            (name, f"{cost:.4g}", f"{self.values[name]:.4g}", share(cost, J))
            for name, cost in self.terms.items()
        ]
        return [*rows, ("J", f"{J:.4g}", "", "")]

    def __repr__(self) -> str:
        return text_table(LEDGER, self.rows)

    def _repr_html_(self) -> str:
        return html_table(LEDGER, self.rows)


@dataclass(frozen=True, eq=False, repr=False)
class SumOfTerms:
    """The function that is minimised: give it a picture G, it returns J(G) and dJ/dG.

    Attributes
    ----------
    terms
        With their targets; each with a name of its own.
    evaluator
        The definition, or the compiled kernels.
    shape
        (n_H, n_W, 3) of the pictures it takes.
    dtype
        What it computes in, "float32" or "float64": that of the evaluator's weights.
    periodic
        Whether a picture goes on at its opposite edge; it is also enlarged that way between scales.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = (nst.load_image(nst.examples()[name], size=32) for name in ("cat", "cafe"))
    >>> settings = nst.Settings(content_layers={"conv2_2": 1}, style_layers={"conv1_1": 1})
    >>> J = nst.Objective(cat, [cafe], settings, nst.load_weights())
    >>> J.with_terms(J.terms[1:])  # the style alone
    J = 250·conv1_1, of pictures of the shape (21, 32, 3), in float32
    """

    terms: Sequence[Term]
    evaluator: Evaluator
    shape: tuple[int, ...]
    dtype: str | np.dtype[np.floating] = "float32"
    periodic: bool = False

    def __post_init__(self) -> None:
        check_kind("terms", self.terms, Sequence)
        for term in self.terms:
            check_kind("A term", term, Term)
        names = [term.name for term in self.terms]
        if len(set(names)) < len(names) or not names:
            raise InputError(f"J needs terms, each with a name of its own; there are {names}.")
        network, weights = self.evaluator.network, self.evaluator.weights
        for term in self.terms:
            if any(x in network.channels and x not in weights for x in network.up_to([term.layer])):
                raise InputError(f"{term.name} looks at {term.layer}; J has no weights that deep.")
        ours = tuple(term.in_dtype(np.dtype(self.dtype)) for term in self.terms)
        object.__setattr__(self, "terms", ours)

    def __call__(self, image: Array) -> tuple[Cost, Array]:
        """Evaluate J and its gradient.

        Parameters
        ----------
        image : ndarray, shape (n_H, n_W, 3)
            The picture G: RGB of the content's shape, nominally in [0, 1].

        Returns
        -------
        cost : Cost
        gradient : ndarray, shape (n_H, n_W, 3)
            dJ/dG: how much J changes per unit of a pixel, for a small change.
        """
        check_floats("The picture", image)
        if image.shape != self.shape:
            raise InputError(f"The picture has the shape {image.shape}; J takes {self.shape}.")
        values, dG = self.evaluator(image.astype(self.dtype, copy=False), self.terms)
        terms = {term.name: term.weight * values[term.name] for term in self.terms}
        return Cost(terms, values), dG.astype(self.dtype, copy=False)

    def with_terms(self, terms: Sequence[Term]) -> "SumOfTerms":
        """Return another sum over the same network, which is faster than building a new one."""
        return SumOfTerms(terms, self.evaluator, self.shape, self.dtype, self.periodic)

    def __repr__(self) -> str:
        terms = " + ".join(f"{term.weight:.4g}·{term.name}" for term in self.terms)
        shape = tuple(map(int, self.shape))
        return f"J = {terms}, of pictures of the shape {shape}, in {np.dtype(self.dtype).name}"


class Objective(SumOfTerms):
    """The J of the paper: close to one picture in its content, to others in their style.

    Content and styles go through the network once, here. What is kept of them are the targets: the
    content's activations, and the styles' Gram matrices per position, averaged over the styles by
    their weights.

    Parameters
    ----------
    content : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1].
    styles : sequence of ndarray, each of shape (any, any, 3)
        RGB in [0, 1]; a style may differ in size from the content.
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        From `load_weights`.
    dtype : "float32" or "float64"
        float32 paints, float64 checks.
    computing : Computing
        What computes it.

    Raises
    ------
    InputError
        If one of these is of the wrong kind; if a picture is too small for the
        deepest layer that is tapped, or holds NaN; if there is no style; if the network has no such
        layer.

    Examples
    --------
    >>> import numpy as np
    >>> import nst_numpy as nst
    >>> cat, cafe = (nst.load_image(nst.examples()[name], size=32) for name in ("cat", "cafe"))
    >>> settings = nst.Settings(content_layers={"conv2_2": 1}, style_layers={"conv1_1": 1})
    >>> J = nst.Objective(cat, [cafe], settings, nst.load_weights(), dtype="float64")
    >>> J
    J = 1·content + 250·conv1_1, of pictures of the shape (21, 32, 3), in float64
    >>> cost, gradient = J(cat)
    >>> cost.terms["content"], gradient.shape
    (0.0, (21, 32, 3))
    >>> downhill = cat - 1e-9 * gradient
    >>> J(downhill)[0].total < cost.total
    True
    """

    def __init__(
        self,
        content: Array,
        styles: Sequence[Array],
        settings: Settings,
        weights: Weights,
        dtype: str = "float32",
        computing: Computing = Computing(),
    ) -> None:
        styles = check_arguments(content, styles, settings, weights, computing)
        check_choice("dtype", getattr(dtype, "__name__", str(dtype)), ("float32", "float64"))
        network, taps = settings.network, settings.taps
        evaluator = backend.evaluator(network, weights, taps, dtype, computing)
        if computing.cluster:
            evaluator = cluster_for(network, weights, taps, dtype, computing, evaluator)
        elif computing.rows or computing.strips:
            evaluator = Strips(evaluator, computing.rows, computing.strips or 1)
        style_layers = settings.style_layers if styles or settings.beta else {}

        # α·J_content: the activations themselves, compared with the content's
        many = len(settings.content_layers) > 1
        of_C = [
            Term(f"content {x}" if many else "content", x, Content(), settings.alpha * weight)
            for x, weight in settings.content_layers.items()
        ]
        C = checked(content, "The content", network, taps, dtype)
        measured = evaluator.measure(C, of_C) if of_C else []
        terms = [replace(term, target=a) for term, (a, _) in zip(of_C, measured, strict=True)]

        # β·Σ λ_l·J_style[l]: sums over the positions, compared with the styles', per position
        of_S = [
            Term(x, x, settings.statistic, settings.beta * lambda_l)
            for x, lambda_l in style_layers.items()
        ]
        w = shares_of_styles(settings, len(styles))
        per_position = [
            [s / prod(shape[:2]) for s, shape in evaluator.measure(S, of_S)]
            for S in (checked(style, "A style", network, taps, dtype) for style in styles)
        ]
        for term, *targets in zip(of_S, *per_position, strict=True):
            mean = sum(w_S * target for w_S, target in zip(w, targets, strict=True))
            terms.append(replace(term, target=mean))

        if settings.tv_weight:
            terms.append(Term("tv", PICTURE, TotalVariation(), settings.tv_weight))
        super().__init__(terms, evaluator, content.shape, np.dtype(dtype))


def check_arguments(
    content: Any, styles: Any, settings: Any, weights: Any, computing: Any
) -> list[Array]:
    """Refuse what is of the wrong kind; return the styles as a list."""
    check_kind("settings", settings, Settings)
    check_kind("weights", weights, Mapping)
    check_kind("computing", computing, Computing)
    check_array("The content", content)
    if isinstance(styles, str) or not isinstance(styles, Iterable):
        check_kind("styles", styles, list)
    if isinstance(styles, np.ndarray) and styles.ndim == 3 and styles.shape[2] == 3:
        raise InputError(
            "styles must be a list of pictures, [style], even if there is one; it is one array of "
            f"the shape {styles.shape}."
        )
    pictures: list[Array] = list(styles)
    for style in pictures:
        check_array("A style", style)
    if settings.beta and settings.style_layers and not pictures:
        raise InputError("There is no style; give at least one picture.")
    return pictures


def shares_of_styles(settings: Settings, styles: int) -> list[float]:
    """Return the styles' weights as shares of 1: all alike, if there are none.

    Raises
    ------
    InputError
        If there are not as many weights as styles.
    """
    weights = settings.style_weights or [1.0] * styles
    if len(weights) != styles:
        raise InputError(f"There are {len(weights)} style_weights for {styles} styles.")
    return [weight / sum(weights) for weight in weights]


def checked(picture: Array, name: str, network: Network, taps: Sequence[str], dtype: str) -> Array:
    """Return a picture in a dtype, or say why it cannot be used."""
    check_size(picture.shape, network, taps)
    check_picture(name, picture)
    return picture.astype(dtype, copy=False)
