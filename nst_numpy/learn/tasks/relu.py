"""The ReLU, up and down."""

from collections.abc import Callable

import numpy as np

from nst_numpy.arrays import Array, Mask
from nst_numpy.gradcheck import Scalar
from nst_numpy.layers import relu_backward, relu_forward
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn, matrix, shapes


def drawn(back: bool) -> Callable[[np.random.Generator], Drawn]:
    """Make inputs of the way up, or of the way back; some of them are 0 exactly."""

    def inputs(rng: np.random.Generator) -> Drawn:
        for about, shape in (*shapes(rng), ("z = 0 in places", (4, 6, 3))):
            z = rng.standard_normal(shape)
            if about == "z = 0 in places":
                z = np.where(rng.random(shape) < 0.3, 0, z)
            yield about, (rng.standard_normal(shape), z > 0) if back else (z,)

    return inputs


def through_relu(inputs: tuple[Array, Mask], rng: np.random.Generator) -> tuple[Scalar, Array]:
    """Return J(z) = ⟨da, relu(z)⟩, and a z that is positive where the mask says so."""
    da, positive = inputs
    size = rng.uniform(0.1, 1, da.shape)
    return lambda z: float(np.vdot(da, relu_forward(z)[0])), np.where(positive, size, -size)


TASKS_OF_RELU = (
    Task(
        name="relu-forward",
        function="relu_forward",
        title="The rectifier",
        question="""
            What is negative becomes 0, what is positive stays. Return that, and with it where z was
            positive: it is all that the way back will need to know.
            """,
        formula="a = max(z, 0), and positive = z > 0",
        shapes="""
            z          any shape
            a          the shape and dtype of z
            positive   the shape of z, bool
            """,
        returns=("a", "positive"),
        example=(matrix((2, -1), (0, 3)),),
        hints=(
            "Two results are returned as a tuple: return a, positive.",
            "max() of Python compares two things; NumPy has a function that compares number by "
            "number.",
            "np.maximum, and a comparison of the whole array. Is 0 positive?",
        ),
        reference=relu_forward,
        solution=(relu_forward,),
        inputs=drawn(back=False),
        mistakes=MISTAKES["relu-forward"],
        chapter="docs/03-relu-pool.md#relu-the-formula",
    ),
    Task(
        name="relu-backward",
        function="relu_backward",
        title="The way back through the rectifier",
        question="""
            Where z was cut off, it had no influence on J. Where it was not, a is z, and what J
            wants of a it wants of z. Return dz = ∂J/∂z. At 0 exactly the slope is taken as 0.
            """,
        formula="dz = da where z > 0, else 0",
        shapes="""
            da         any shape          ∂J/∂a
            positive   the shape of da    where z > 0, from the way up
            dz         the shape of da    ∂J/∂z, of the dtype of da
            """,
        returns=("dz",),
        example=(matrix((5, 5), (-5, -5)), matrix((2, -1), (0, 3)) > 0),
        hints=(
            "Nothing depends on the sign of da: a gradient may be negative, and it comes through.",
            "Something in which yes is 1 and no is 0 can be multiplied by.",
            "da times the mask. In NumPy, True counts as 1, and the dtype of da stays.",
        ),
        reference=relu_backward,
        solution=(relu_backward,),
        inputs=drawn(back=True),
        mistakes=MISTAKES["relu-backward"],
        chapter="docs/03-relu-pool.md#relu-the-way-back",
        gradient_of=through_relu,
    ),
)
