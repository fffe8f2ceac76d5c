"""The walk down through a small network, with its taps."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nst_numpy import layers
from nst_numpy.arrays import Array
from nst_numpy.gradcheck import Scalar
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.drawing import Drawn, matrix
from nst_numpy.network import Cache, Network, Weights, backward, forward, walk_down

SMALL = Network(
    "a small network",
    (("conv1_1", 3, 4), ("conv1_2", 4, 5), ("pool1", 5, 5), ("conv2_1", 5, 3), ("conv2_2", 3, 4)),
)
TINY = Network("a tiny network", (("conv1_1", 3, 1), ("conv1_2", 1, 1)))


def drawn(rng: np.random.Generator) -> Drawn:
    """Draw what comes down: to one tap, to two, and to a pool that is tapped."""
    for about, taps in (
        ("one tap", ["conv2_2"]),
        ("two taps", ["conv1_2", "conv2_1"]),
        ("a tapped pool", ["pool1", "conv1_1", "conv2_2"]),
    ):
        weights: Weights = {
            layer: (rng.standard_normal((3, 3, n_in, n_out)), rng.standard_normal(n_out))
            for layer, (n_in, n_out) in SMALL.channels.items()
        }
        features, cache = forward(rng.random((6, 9, 3)), SMALL, weights, taps)
        dfeatures = {layer: rng.standard_normal(a.shape) for layer, a in features.items()}
        yield about, (dfeatures, cache, SMALL, weights)


def small_example() -> tuple[Any, ...]:
    """Return two taps on a network of two convolutions, each of which only looks at one pixel."""
    middle = np.zeros((3, 3, 1, 1))
    middle[1, 1] = 2
    all_three = np.zeros((3, 3, 3, 1))
    all_three[1, 1, :, 0] = 1, 2, 3
    weights: Weights = {
        "conv1_1": (all_three, np.zeros(1)),
        "conv1_2": (middle, np.zeros(1)),
    }
    positive = {
        "conv1_1": matrix((1, 1), (1, 0)) > 0,
        "conv1_2": matrix((1, 1), (0, 0)) > 0,
    }
    dfeatures = {"conv1_1": matrix((1, 0), (0, 1)), "conv1_2": matrix((1, 1), (1, 1))}
    return dfeatures, Cache(positive=positive), TINY, weights


def through_network(inputs: tuple[Any, ...], rng: np.random.Generator) -> tuple[Scalar, Array]:
    """Return J(G) = Σ ⟨dfeatures, features(G)⟩ with every ReLU as it is switched, and a G."""
    dfeatures, cache, network, weights = inputs

    def J(G: Array) -> float:
        a, total = layers.vgg_input_forward(G, network.mean), 0.0
        for layer in network.up_to(dfeatures):
            if layer in cache.positive:
                a = layers.conv_forward(a, *weights[layer]) * cache.positive[layer]
            else:
                a = layers.average_pool_forward(a)
            if layer in dfeatures:
                total += float(np.vdot(dfeatures[layer], a))
        return total

    below = next(iter(cache.positive.values()))
    return J, rng.random((*below.shape[:2], 3))


def all_the_way(
    dfeatures: Mapping[str, Array],
    cache: Cache,
    network: Network,
    weights: Weights,
    layers: Any = layers,
) -> Array:
    """Return where the package's own walk ends."""
    return backward(dfeatures, cache, network, weights, layers)


TASKS_OF_WALK = (
    Task(
        name="walk-down",
        function="walk_down",
        title="All the way down, with the taps",
        question="""
            Put the layers together. J looks at the network in several layers, the taps; of each
            you are given ∂J/∂a, in dfeatures. Begin at the deepest tap and go down layer by layer,
            back through the ReLU and the convolution, or through the pool, to the picture.
            A tapped feature goes two ways: into J, and on into the next layer. What comes back
            along the two ways is added. All pools are average pools here.
            """,
        formula="da[l] = dJ_l/da[l] + back of layer l + 1 (da[l + 1]); in the end 255 · dx[RGB]",
        shapes="""
            dfeatures        dict, layer -> ∂J/∂a   of the tapped layers, at least one
            cache.positive   dict, convolution -> where its z > 0
            cache.shape      dict, pool -> the shape of its input
            network          network.up_to(dfeatures) are the layers from the picture up to
                             the deepest tap: "conv1_1", "conv1_2", "pool1", …
            weights          dict, convolution -> (weight, bias)
            layers           the backward passes of the layers, as in the import
            dG               (n_H, n_W, 3)          ∂J/∂G, with respect to the picture
            """,
        returns=("dG",),
        example=small_example(),
        imports="import numpy as np\n\n"
        "from nst_numpy import layers  # layers.relu_backward, layers.conv_backward, …",
        signature="(dfeatures, cache, network, weights, layers=layers)",
        hints=(
            "One loop, over reversed(network.up_to(dfeatures)). The deepest tap has nothing "
            "above it, so there da begins as dfeatures of that layer.",
            "In each layer: first add dfeatures[layer], if it is tapped; then go back through the "
            "layer. A convolution has its ReLU after it, so on the way down the ReLU comes first.",
            "A layer in cache.positive is a convolution, any other a pool. weights[layer][0] "
            "is the kernel. After the loop there is one more step down: vgg_input_backward. Add "
            "by da = da + …, not by +=, which would change what you were given.",
        ),
        reference=all_the_way,
        solution=(walk_down,),
        inputs=drawn,
        mistakes=MISTAKES["walk-down"],
        chapter="docs/07-gradient.md#a-tap-fans-out-so-gradients-add",
        gradient_of=through_network,
        linear=True,
    ),
)
