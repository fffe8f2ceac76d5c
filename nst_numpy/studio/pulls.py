"""How hard each term of J pulls at the pixels, and whether they pull together.

J is a sum, J = Σ J_t, and so is its gradient: dJ/dG = Σ g_t with g_t = dJ_t/dG, the *pull* of the
term t. Adding happens on the way down, layer by layer, so to know one pull its gradient is carried
down to the picture alone: as many passes as there are terms. That is why it is done when somebody
asks, and not at each step. What a term costs says nothing of its pull: near its minimum J_t may be
large and pull at nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError
from nst_numpy.network import Weights
from nst_numpy.objective import Cost, Objective, SumOfTerms
from nst_numpy.optimizers import dot
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step, stylize


def pulls(J: SumOfTerms, G: Array) -> dict[str, Array]:
    """Return what each term asks of the pixels, its weight included; together they are dJ/dG.

    Parameters
    ----------
    J : SumOfTerms
    G : ndarray, shape (n_H, n_W, 3)

    Returns
    -------
    gradients : dict, name of a term -> ndarray, shape (n_H, n_W, 3)
        dJ_t/dG.
    """
    return {term.name: J.with_terms([term])(G)[1] for term in J.terms}


@dataclass(frozen=True, eq=False)
class Pulls:
    """The pulls at one picture, as lengths and angles.

    Attributes
    ----------
    cost
        The ledger at that picture.
    products
        P_tu = <g_t, g_u>/N over the N numbers of the picture, shape (terms, terms), in the order
        of ``cost.terms``. All the rest follows from it: Σ_tu P_tu is the square of the whole.
    """

    cost: Cost
    products: Array

    @property
    def names(self) -> tuple[str, ...]:
        """Of the terms."""
        return tuple(self.cost.terms)

    @property
    def lengths(self) -> dict[str, float]:
        """``|g_t| = √P_tt``: the root mean square of each pull."""
        return self._named(np.sqrt(np.diag(self.products)))

    @property
    def length(self) -> float:
        """``|dJ/dG| = √Σ P_tu``; less than the sum of the lengths, as far as they disagree."""
        return float(np.sqrt(max(self.products.sum(), 0.0)))

    @property
    def shares(self) -> dict[str, float]:
        """What each term adds to J, as a share of it."""
        J = self.cost.total
        return {name: cost / J if J else 0.0 for name, cost in self.cost.terms.items()}

    @property
    def cosines(self) -> Array:
        """``cos(g_t, g_u) = P_tu / √(P_tt·P_uu)``; 0 where a term does not pull."""
        lengths = np.sqrt(np.diag(self.products))
        return _ratio(self.products, lengths[:, None] * lengths)

    @property
    def angles(self) -> dict[str, float]:
        """Between each pull and dJ/dG, in degrees: above 90 a term is pulled along unwillingly."""
        lengths = np.sqrt(np.diag(self.products)) * self.length
        cosines = _ratio(self.products.sum(axis=1), lengths)
        return self._named(np.degrees(np.arccos(np.clip(cosines, -1, 1))))

    def _named(self, numbers: Array) -> dict[str, float]:
        return dict(zip(self.names, map(float, numbers), strict=True))


def _ratio(a: Array, b: Array) -> Array:
    ratio: Array = np.divide(a, b, out=np.zeros_like(a), where=b > 0)
    return ratio


def pulls_at(J: SumOfTerms, G: Array) -> Pulls:
    """Measure the pulls at a picture, and keep of them their lengths and angles."""
    pulls, _ = pulls_and_gradients(J, G)
    return pulls


def pulls_and_gradients(J: SumOfTerms, G: Array) -> tuple[Pulls, list[Array]]:
    """Carry the gradient of each term down alone: their lengths and angles, and they themselves."""
    terms: dict[str, float] = {}
    values: dict[str, float] = {}
    gradients: list[Array] = []
    for term in J.terms:
        cost, gradient = J.with_terms([term])(G)
        terms |= cost.terms
        values |= cost.values
        gradients.append(gradient)
    products = np.array([[dot(g, h) for h in gradients] for g in gradients]) / G.size
    return Pulls(Cost(terms, values), products), gradients


class Watched:
    """What makes the J of a scale, as `Objective` does; it remembers the last one.

    Parameters
    ----------
    objective : callable
        What is given to ``stylize(objective=…)``.

    Attributes
    ----------
    J
        Of the scale that is being painted.
    """

    def __init__(self, objective: Callable[..., SumOfTerms] = Objective) -> None:
        self.objective = objective
        self._J: SumOfTerms | None = None

    @property
    def J(self) -> SumOfTerms:
        """The J of the scale that is being painted."""
        if self._J is None:
            raise InputError("There is no J yet: nothing has been painted.")
        return self._J

    def forget(self) -> None:
        """Let go of the J, and of its arrays."""
        self._J = None

    def __call__(self, *arguments: Any, **named: Any) -> SumOfTerms:
        """Make the J of a scale."""
        self.forget()  # its arrays, before the next scale has its own
        self._J = self.objective(*arguments, **named)
        return self._J


@dataclass(frozen=True, kw_only=True, repr=False)
class MeasuredStep(Step):
    """A step, and the pulls measured last at its scale.

    Attributes
    ----------
    pulls
    measured_at
        The iteration at which they were measured; of this step, if it is its own.
    """

    pulls: Pulls
    measured_at: int


def measured(steps: Iterator[Step], watched: Watched, every: int) -> Iterator[MeasuredStep]:
    """Measure the pulls at the start of each scale and every so many steps.

    Parameters
    ----------
    steps : iterator of Step
        From ``stylize(…, objective=watched)``.
    watched : Watched
    every : int
        At least 1.
    """
    scale = at = 0
    for step in steps:
        if step.scale != scale or step.iteration % every == 0:
            scale, at = step.scale, step.iteration
            found = pulls_at(watched.J, step.canvas)
        yield MeasuredStep(**vars(step), pulls=found, measured_at=at)


def balanced(
    content: Array,
    styles: Sequence[Array],
    settings: Settings,
    weights: Weights,
    computing: Computing = Computing(),
    objective: Callable[..., SumOfTerms] = Objective,
) -> Settings:
    """Choose the λ of the style layers such that each pulls as hard as any other at the start.

    It takes what `stylize` takes, and measures at the picture with which that would begin.

    Returns
    -------
    settings : Settings
        With other ``style_layers``. With them the run can be repeated without measuring.

    Raises
    ------
    InputError
        As of `stylize`; if a layer does not pull at all there, or there is nothing to balance.
    """
    watched = Watched(objective)
    start = next(stylize(content, styles, settings, weights, computing, watched))
    return replace(settings, style_layers=balanced_layers(watched.J, start.canvas, settings))


def balanced_layers(J: SumOfTerms, G: Array, settings: Settings) -> Mapping[str, float]:
    """Return λ_l such that all layers pull equally at G, and together as hard as before.

    With g_l the pull of a layer and ``|g_l|`` its length, ``λ'_l = λ_l·c/|g_l|`` gives each the
    length c; ``c = |Σ g_l| / |Σ g_l/|g_l||`` leaves the length of their sum, and with it the ratio
    of style to content. A layer whose λ is 0 keeps it.
    """
    layers = [layer for layer, weight in settings.style_layers.items() if weight]
    if not layers or not settings.beta:
        raise InputError("There is no style layer to balance: beta or all style_layers are 0.")
    gradients = {}
    for layer in layers:
        ours = [t for t in J.terms if t.name == layer or t.name.startswith(f"{layer} ")]
        gradients[layer] = J.with_terms(ours)(G)[1]
    lengths = {layer: np.sqrt(dot(g, g) / g.size) for layer, g in gradients.items()}
    for layer, length in lengths.items():
        if not length:
            raise InputError(f"{layer} does not pull at the start, so it cannot be balanced.")
    whole = np.sum(list(gradients.values()), axis=0)
    evened = np.sum([g / lengths[layer] for layer, g in gradients.items()], axis=0)
    c = np.sqrt(dot(whole, whole) / dot(evened, evened))
    return {
        layer: float(weight * c / lengths[layer]) if weight else 0.0
        for layer, weight in settings.style_layers.items()
    }
