"""The two costs and their gradients, and the Gram matrix between them."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import Content, Gram, gram_matrix, gram_per_position
from nst_numpy.costs import content_cost as cost_and_gradient_of_content
from nst_numpy.costs import style_cost as cost_and_gradient_of_style
from nst_numpy.costs.style import unroll
from nst_numpy.gradcheck import Scalar
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn, matrix, normal, shapes, whole


def content_cost(a_C: Array, a_G: Array) -> float:
    """Return J_content of one layer."""
    return cost_and_gradient_of_content(a_C, a_G)[0]


def content_gradient(a_C: Array, a_G: Array) -> Array:
    """Return dJ_content/da_G of one layer."""
    return cost_and_gradient_of_content(a_C, a_G)[1]


def style_cost(a_S: Array, a_G: Array) -> float:
    """Return J_style of one layer, of the activations of both."""
    return cost_and_gradient_of_style(gram_per_position(a_S), a_G)[0]


def style_gradient(a_S: Array, a_G: Array) -> Array:
    """Return dJ_style/da_G of one layer, of the activations of both."""
    return cost_and_gradient_of_style(gram_per_position(a_S), a_G)[1]


def styles(rng: np.random.Generator) -> Drawn:
    """Draw activations of a style and of a picture, as they leave a ReLU."""
    for about, shape in shapes(rng):
        a_S, a_G = rng.standard_normal((2, *shape))
        yield about, (np.maximum(a_S, 0), np.maximum(a_G, 0))
    other = rng.standard_normal((6, 7, 3)), rng.standard_normal((4, 5, 3))
    yield "a style of another size", tuple(np.maximum(a, 0) for a in other)


def of_content(inputs: tuple[Array, Array], rng: np.random.Generator) -> tuple[Scalar, Array]:
    """Return J_content as a function of a_G, and a_G."""
    a_C, a_G = inputs
    return lambda a: content_cost(a_C, a), a_G


def of_style(inputs: tuple[Array, Array], rng: np.random.Generator) -> tuple[Scalar, Array]:
    """Return J_style as a function of a_G, and a_G."""
    a_S, a_G = inputs
    return lambda a: style_cost(a_S, a), a_G


TWO_CHANNELS = np.array([[[1, 0], [1, 2]], [[0, 0], [2, 1]]], float)
AND_OTHERS = np.array([[[1, 1], [0, 0]], [[2, 0], [1, 1]]], float)

TASKS_OF_COSTS = (
    Task(
        name="content-cost",
        function="content_cost",
        title="The content cost",
        question="""
            How far is the picture G from the photograph C? Compare their activations in one layer,
            number by number, each with the one at the same place.
            """,
        formula="J = Σ (a_G - a_C)² / (4·n_H·n_W·n_C)",
        shapes="""
            a_C   (n_H, n_W, n_C)   activations of the photograph
            a_G   (n_H, n_W, n_C)   activations of the picture that is painted
            J     one number
            """,
        returns=("J",),
        example=(matrix((1, 2), (3, 4)), matrix((1, 2), (3, 8))),
        hints=(
            "First the differences, then their squares, then the sum: in this order.",
            "The sum of squares is not the square of the sum.",
            "a_G.size is n_H·n_W·n_C. Return one number, no array.",
        ),
        reference=content_cost,
        solution=(Content,),
        inputs=normal(whole, whole),
        mistakes=MISTAKES["content-cost"],
        chapter="docs/05-content.md#the-formula",
    ),
    Task(
        name="content-gradient",
        function="content_gradient",
        title="The gradient of the content cost",
        question="""
            How much does J_content change for each number of a_G? Take the derivative of the
            formula with respect to one of them; all the other numbers are constants then.
            """,
        formula="da_G = ∂J/∂a_G, where J = Σ (a_G - a_C)² / (4·n_H·n_W·n_C)",
        shapes="""
            a_C    (n_H, n_W, n_C)   activations of the photograph
            a_G    (n_H, n_W, n_C)   activations of the picture that is painted
            da_G   (n_H, n_W, n_C)   ∂J/∂a_G, of the dtype of a_G
            """,
        returns=("da_G",),
        example=(matrix((1, 2), (3, 4)), matrix((1, 2), (3, 8))),
        hints=(
            "Only one summand contains a_G[i, j, k]: all the others are constants.",
            "x² has the slope 2x. And J rises with a_G where a_G is larger than a_C.",
            "2·(a_G - a_C), divided by what the cost is divided by.",
        ),
        reference=content_gradient,
        solution=(Content,),
        inputs=normal(whole, whole),
        mistakes=MISTAKES["content-gradient"],
        chapter="docs/05-content.md#the-derivation-of-the-gradient",
        gradient_of=of_content,
    ),
    Task(
        name="gram-matrix",
        function="gram_matrix",
        title="The Gram matrix",
        question="""
            Style is which channels are active together, wherever in the picture. For each pair of
            channels multiply their activations at each position, and add up over all positions.
            """,
        formula="G[k, k'] = Σ_ij a[i, j, k] · a[i, j, k']\n"
        "that is G = AᵀA, with the positions in the rows of A",
        shapes="""
            a   (n_H, n_W, n_C)
            G   (n_C, n_C)        not divided by anything, of the dtype of a
            """,
        returns=("G",),
        example=(TWO_CHANNELS,),
        hints=(
            "G[0, 1] of the example: at each of the four positions, the first channel times the "
            "second, added up.",
            "Lay the positions out in the rows of a matrix A, of shape (n_H·n_W, n_C); then the "
            "sum over positions is a product of matrices.",
            "a.reshape(-1, n_C) keeps each position's channels together. A reshape to "
            "(n_C, -1) has the right shape and the wrong numbers.",
        ),
        reference=gram_matrix,
        solution=(unroll, gram_matrix),
        inputs=normal(whole),
        mistakes=MISTAKES["gram-matrix"],
        chapter="docs/06-style.md#the-formula-the-gram-matrix",
    ),
    Task(
        name="style-cost",
        function="style_cost",
        title="The style cost",
        question="""
            Compare the Gram matrices of painting and picture. The painting may have another size,
            so each of them is first divided by its own number of positions, M = n_H·n_W.
            """,
        formula="J = Σ_kk' (G_G/M - G_S/M_S)² / (4·n_C²)",
        shapes="""
            a_S   (any, any, n_C)   activations of the painting; M_S positions
            a_G   (n_H, n_W, n_C)   activations of the picture that is painted; M positions
            J     one number
            """,
        returns=("J",),
        example=(TWO_CHANNELS, AND_OTHERS),
        imports="import numpy as np\n\n"
        "from nst_numpy.costs import gram_matrix  # or yours: from step13_gram_matrix",
        hints=(
            "Write a line for each of D = G_G/M - G_S/M_S, the sum of its squares, and the factor.",
            "M is taken from a_G and M_S from a_S: they are not the same where the sizes differ.",
            "After the division by M nothing is left of the sizes; the factor knows n_C alone. "
            "Return one number, no array.",
        ),
        reference=style_cost,
        solution=(Gram, gram_per_position),
        inputs=styles,
        mistakes=MISTAKES["style-cost"],
        chapter="docs/06-style.md#the-formula-the-style-cost",
    ),
    Task(
        name="style-gradient",
        function="style_gradient",
        title="The gradient of the style cost",
        question="""
            How much does J_style change for each number of a_G? Go in two steps: from J to the Gram
            matrix, D = G_G/M - G_S/M_S, and from the Gram matrix AᵀA to A.
            """,
        formula="da_G = ∂J/∂a_G, where J = Σ D²/(4·n_C²)\n"
        "D = AᵀA/M - G_S/M_S, with the positions of a_G in the rows of A",
        shapes="""
            a_S    (any, any, n_C)   activations of the painting; M_S positions
            a_G    (n_H, n_W, n_C)   activations of the picture that is painted; M positions
            da_G   (n_H, n_W, n_C)   ∂J/∂a_G, of the dtype of a_G
            """,
        returns=("da_G",),
        example=(TWO_CHANNELS, AND_OTHERS),
        imports="import numpy as np\n\n"
        "from nst_numpy.costs import gram_matrix  # or yours: from step13_gram_matrix",
        hints=(
            "First step: J = Σ D²/(4·n_C²), and D has G_G/M in it. So ∂J/∂G_G = D / (2·n_C²·M).",
            "Second step: change A by δA, and AᵀA changes by δAᵀA + AᵀδA. D is symmetric, so both "
            "halves contribute the same.",
            "∂J/∂A = 2·A·∂J/∂G_G, of the shape of A; a_G's own shape comes back by a reshape. A "
            "is the picture's, not the painting's.",
        ),
        reference=style_gradient,
        solution=(Gram,),
        inputs=styles,
        mistakes=MISTAKES["style-gradient"],
        chapter="docs/06-style.md#the-derivation-of-the-gradient",
        gradient_of=of_style,
    ),
)
