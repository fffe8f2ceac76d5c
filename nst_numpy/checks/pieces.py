"""Layers, taps, content and style costs as values, to be exchanged: for a mutant's, or yours.

The total variation, the other statistics and `walk_down` itself are not among them.

``Pieces(conv_backward=mine)`` are the package's own but for that one. `cases` makes the cases of
some pieces, to be checked one by one; `with_pieces` makes J, with dJ/dG put together from them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nst_numpy import layers
from nst_numpy.arrays import Array, Choice, Mask
from nst_numpy.costs import Content, Gram, content_cost, gram_per_position, style_cost
from nst_numpy.costs.term import Shape
from nst_numpy.evaluation import Evaluator
from nst_numpy.objective import SumOfTerms

CostOfTwo = Callable[[Array, Array], tuple[float, Any]]
Gradient = Callable[[Array, Array], Array]


def style_cost_of_two(a_S: Array, a_G: Array) -> tuple[float, Array]:
    """Return J_style and dJ/da_G; the style is given as activations, too."""
    return style_cost(gram_per_position(a_S), a_G)


@dataclass(frozen=True)
class Pieces:
    """The passes of each kind of layer, as `nst_numpy.layers` has them; the costs, their gradients.

    Attributes
    ----------
    content_cost, style_cost
        (a_C or a_S, a_G) -> J, and anything: the gradient is taken from the other two.
    content_gradient
        (a_C, a_G) -> dJ_content/da_G.
    style_gradient
        (a_S, a_G) -> dJ_style/da_G.
    """

    vgg_input_forward: Callable[..., Array] = layers.vgg_input_forward
    vgg_input_backward: Callable[..., Array] = layers.vgg_input_backward
    conv_forward: Callable[..., Array] = layers.conv_forward
    conv_backward: Callable[..., Array] = layers.conv_backward
    relu_forward: Callable[..., tuple[Array, Mask]] = layers.relu_forward
    relu_backward: Callable[..., Array] = layers.relu_backward
    average_pool_forward: Callable[..., Array] = layers.average_pool_forward
    average_pool_backward: Callable[..., Array] = layers.average_pool_backward
    max_pool_forward: Callable[..., tuple[Array, Choice]] = layers.max_pool_forward
    max_pool_backward: Callable[..., Array] = layers.max_pool_backward
    tap_backward: Callable[..., Array] = layers.tap_backward
    content_cost: CostOfTwo = content_cost
    style_cost: CostOfTwo = style_cost_of_two
    content_gradient: Gradient = lambda a_C, a_G: content_cost(a_C, a_G)[1]
    style_gradient: Gradient = lambda a_S, a_G: style_cost_of_two(a_S, a_G)[1]


OURS = Pieces()
"""The package's own."""


@dataclass(frozen=True)
class Claimed:
    """A cost, with another gradient that somebody claims for it.

    What is measured are the activations themselves, so the gradient may be any function of them.
    """

    cost: CostOfTwo
    gradient: Gradient

    def measure(self, a: Array) -> Array:
        """``s = a``."""
        return a

    def compare(self, a_G: Array, a: Array, shape: Shape) -> tuple[float, Array]:
        """Return J, and what is claimed for dJ/da_G."""
        return self.cost(a, a_G)[0], self.gradient(a, a_G)

    def pull(self, a_G: Array, da: Array) -> Array:
        """``da_G = da``."""
        return da


def with_pieces(J: SumOfTerms, style: Array, pieces: Pieces) -> SumOfTerms:
    """Return the same J, with dJ/dG made of these pieces, right or not.

    Terms of another statistic than `Content` and `Gram` keep their own gradient.

    Parameters
    ----------
    J : SumOfTerms
        An `Objective` with one style.
    style : ndarray, shape (n_H, n_W, 3)
        That style.
    pieces : Pieces
    """
    evaluator = Evaluator(J.evaluator.network, J.evaluator.weights, pieces)
    claimed = {
        Content: Claimed(pieces.content_cost, pieces.content_gradient),
        Gram: Claimed(pieces.style_cost, pieces.style_gradient),
    }
    terms = [
        replace(term, statistic=claimed.get(type(term.statistic), term.statistic))
        for term in J.terms
    ]
    of_S = [term for term in terms if term.statistic is claimed[Gram]]
    measured = evaluator.measure(style.astype(J.dtype), of_S)
    activations = {term.name: a_S for term, (a_S, _) in zip(of_S, measured, strict=True)}
    terms = [replace(term, target=activations.get(term.name, term.target)) for term in terms]
    return SumOfTerms(terms, evaluator, J.shape, J.dtype)
