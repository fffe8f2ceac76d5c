"""The convolution, up and down."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.gradcheck import Scalar
from nst_numpy.layers import conv_backward, conv_forward
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import matrix, normal, whole

KERNEL = np.arange(1.0, 10.0).reshape(3, 3, 1, 1)


def weight_shape(n_H: int, n_W: int, n_C: int) -> tuple[int, ...]:
    """Return the shape of a kernel from n_C channels to two more."""
    return 3, 3, n_C, n_C + 2


def through_convolution(
    inputs: tuple[Array, Array], rng: np.random.Generator
) -> tuple[Scalar, Array]:
    """Return J(x) = ⟨dz, conv(x)⟩, and an x."""
    dz, weight = inputs
    x = rng.standard_normal((*dz.shape[:2], weight.shape[2]))
    return lambda x: float(np.vdot(dz, conv_forward(x, weight))), x


TASKS_OF_CONVOLUTION = (
    Task(
        name="conv-forward",
        function="conv_forward",
        title="A convolution",
        question="""
            Lay a window of 3×3 pixels around each pixel, multiply what lies under it by the
            kernel, number by number, and add up; once for each channel of the result. Outside the
            picture, x is 0, so that z is as large as x. You may use loops over the three rows and
            the three columns of the kernel; but not over the pixels, of which there are too many.
            """,
        formula="z[i, j, o] = bias[o] + Σ_uvc x[i + u - 1, j + v - 1, c] · weight[u, v, c, o]",
        shapes="""
            x        (n_H, n_W, n_C_in)
            weight   (3, 3, n_C_in, n_C_out)   the kernel: u, v from 0 to 2
            bias     (n_C_out,), or 0
            z        (n_H, n_W, n_C_out)       of the dtype of x
            """,
        returns=("z",),
        example=(matrix((1, 2), (3, 4)), KERNEL, np.array([10.0])),
        signature="(x, weight, bias=0.0)",
        hints=(
            "Begin with one place (u, v) of the kernel. For all pixels at once it needs x, moved "
            "by (u - 1, v - 1), and one matrix of weights: n_C_in times n_C_out.",
            "np.pad(x, ((1, 1), (1, 1), (0, 0))) puts zeros around the picture. In the padded "
            "picture the moved one begins at row u and column v, and is n_H by n_W large.",
            "The product of (n_H, n_W, n_C_in) with a matrix of (n_C_in, n_C_out) is one @. Add "
            "nine of them, and the bias. The kernel is not turned around.",
        ),
        reference=conv_forward,
        solution=(conv_forward,),
        inputs=normal(whole, weight_shape, lambda n_H, n_W, n_C: n_C + 2),
        mistakes=MISTAKES["conv-forward"],
        chapter="docs/02-convolution.md#the-formula",
    ),
    Task(
        name="conv-backward",
        function="conv_backward",
        title="The way back through a convolution",
        question="""
            You are given dz = ∂J/∂z. Each pixel of x lay under up to nine windows, and reached
            every channel of z through its own weight. From all of those it gets something back.
            Return dx = ∂J/∂x. The weights never move, so there is no gradient for them.
            """,
        formula="dx[i, j, c] = Σ_uvo dz[i - u + 1, j - v + 1, o] · weight[u, v, c, o]",
        shapes="""
            dz       (n_H, n_W, n_C_out)       ∂J/∂z
            weight   (3, 3, n_C_in, n_C_out)   as on the way up
            dx       (n_H, n_W, n_C_in)        ∂J/∂x
            """,
        returns=("dx",),
        example=(matrix((1, 0), (0, 0)), KERNEL),
        imports="import numpy as np\n\n"
        "from nst_numpy.layers import conv_forward  # or yours: from step03_conv_forward",
        hints=(
            "Look at the example: one number of dz comes back to each pixel that lay under its "
            "window, times a weight. Which weight went to which pixel?",
            "Write u' = 2 - u and v' = 2 - v into the formula, and it looks like that of "
            "conv_forward: of dz, with another kernel. What is that kernel's shape?",
            "The kernel is turned by 180°, both ways around, and its two channel axes are "
            "swapped, since it now leads from n_C_out to n_C_in. There is no bias.",
        ),
        reference=conv_backward,
        solution=(conv_backward,),
        inputs=normal(lambda n_H, n_W, n_C: (n_H, n_W, n_C + 2), weight_shape),
        mistakes=MISTAKES["conv-backward"],
        chapter="docs/02-convolution.md#the-derivation-of-the-backward-pass",
        gradient_of=through_convolution,
        linear=True,
    ),
)
