"""The picture: what VGG-19 is given, and the gradient back."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.gradcheck import Scalar
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn, normal, shapes
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward

RED_GREEN_BLUE_WHITE = np.array([[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [1, 1, 1]]], float)


def images(rng: np.random.Generator) -> Drawn:
    """Draw pictures of several shapes, RGB in [0, 1]."""
    for about, (n_H, n_W, _) in shapes(rng):
        yield about, (rng.random((n_H, n_W, 3)),)


def through_input(inputs: tuple[Array], rng: np.random.Generator) -> tuple[Scalar, Array]:
    """Return J(G) = ⟨dx, x(G)⟩, and a picture."""
    (dx,) = inputs
    return lambda G: float(np.vdot(dx, vgg_input_forward(G))), rng.random(dx.shape)


TASKS_OF_PICTURE = (
    Task(
        name="vgg-input-forward",
        function="vgg_input_forward",
        title="From a picture to the network's input",
        question="""
            VGG-19 was not trained on red, green and blue between 0 and 1. It was trained on blue,
            green and red, from 0 to 255, with the mean colour of its training pictures taken off.
            Turn a picture into that.
            """,
        formula="x = 255 · image[BGR] - mean",
        shapes="""
            image   (n_H, n_W, 3)   red, green, blue in [0, 1]
            mean    three numbers   blue, green, red, in units of 0 to 255
            x       (n_H, n_W, 3)   blue, green, red, of the dtype of image
            """,
        returns=("x",),
        example=(RED_GREEN_BLUE_WHITE,),
        hints=(
            "Three things happen, one after the other: the channels change their order, the "
            "numbers their unit, and something is subtracted. In which order is the mean given?",
            "The last axis is the channels. A slice can go through an axis backwards.",
            "image[:, :, ::-1] is BGR, so it comes before the mean, which is BGR as well. And "
            "mean is float64: make an array of image's dtype of it, or float32 is lost.",
        ),
        reference=vgg_input_forward,
        solution=(vgg_input_forward,),
        inputs=images,
        mistakes=MISTAKES["vgg-input-forward"],
        chapter="docs/01-picture.md#the-formula",
    ),
    Task(
        name="vgg-input-backward",
        function="vgg_input_backward",
        title="The gradient back to the picture",
        question="""
            Now the other way. Somebody gives you dx, which is ∂J/∂x: how much J changes for each
            number of the network's input. Return ∂J/∂image: how much it changes for each number of
            the picture. Which of the three steps leaves no trace?
            """,
        formula="dimage[i, j, k] = Σ dx · ∂x/∂image[i, j, k], where x = 255 · image[BGR] - mean",
        shapes="""
            dx       (n_H, n_W, 3)   ∂J/∂x: blue, green, red
            dimage   (n_H, n_W, 3)   ∂J/∂image: red, green, blue
            """,
        returns=("dimage",),
        example=(np.array([[[1, 2, 3], [0, 0, 1]], [[0, 1, 0], [0, 0, 0]]], float),),
        hints=(
            "Which x does the red of pixel (0, 0) end up in? How much does that x grow, if the "
            "red grows by 0.001?",
            "The mean is a constant: whatever it is, ∂x/∂image is the same. The order of the "
            "channels and the factor are not constants.",
            "An order that is turned around is undone by turning it around. A factor of the way "
            "up is the same factor on the way down, not its inverse.",
        ),
        reference=vgg_input_backward,
        solution=(vgg_input_backward,),
        inputs=normal(lambda n_H, n_W, n_C: (n_H, n_W, 3)),
        mistakes=MISTAKES["vgg-input-backward"],
        chapter="docs/01-picture.md#the-way-back",
        gradient_of=through_input,
        linear=True,
    ),
)
