"""J and dJ/dG, put together from pieces, so that one gradient can be exchanged for a wrong one.

`evaluation` and `vgg19` do the same with the right pieces built in. Here every backward pass is a
field of `Pieces`; nothing else of the package is replaced, and the forward pass never is.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from nst_numpy import layers, vgg19
from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.settings import Pooling, Settings
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward


def content_gradient(a_C: Array, a_G: Array) -> Array:
    """Give dJ_content/da_G."""
    return content_cost(a_C, a_G)[1]


def style_gradient(a_S: Array, a_G: Array) -> Array:
    """Give dJ_style/da_G; the Gram matrix of the style is made of its features a_S."""
    return style_cost(gram_per_position(a_S), a_G)[1]


def relu_gradient(da: Array, z: Array) -> Array:
    """Give dJ/dz."""
    return layers.relu_backward(da, layers.relu_forward(z)[1])


def max_pool_gradient(dy: Array, x: Array) -> Array:
    """Give dJ/dx."""
    return layers.max_pool_backward(dy, layers.max_pool_forward(x)[1], x.shape)


def join(from_above: Array, of_tap: Array) -> Array:
    """Give dJ/da of a feature that goes into J and into the next layer: the sum of both."""
    return from_above + of_tap


@dataclass(frozen=True)
class Pieces:
    """The gradients that dJ/dG is made of; those of the package, unless another is given."""

    content_cost: Callable[[Array, Array], Array] = content_gradient
    style_cost: Callable[[Array, Array], Array] = style_gradient
    convolution: Callable[[Array, Array], Array] = layers.conv_backward
    relu: Callable[[Array, Array], Array] = relu_gradient
    average_pool: Callable[[Array, tuple[int, ...]], Array] = layers.average_pool_backward
    max_pool: Callable[[Array, Array], Array] = max_pool_gradient
    taps: Callable[[Array, Array], Array] = join
    vgg_input: Callable[[Array], Array] = vgg_input_backward


RIGHT = Pieces()
"""The package's own."""

WORDS = {
    "content_cost": "content cost",
    "style_cost": "style cost",
    "convolution": "convolution",
    "relu": "ReLU",
    "average_pool": "average pool",
    "max_pool": "max pool",
    "taps": "VGG-19 taps",
    "vgg_input": "VGG input",
}
"""What each piece is called."""


@dataclass(frozen=True)
class Mutant:
    """A gradient with one mistake in it.

    Attributes
    ----------
    name
        A few words for it.
    sentence
        What is wrong.
    piece
        Which field of `Pieces` it takes the place of.
    gradient
        The wrong function, with the signature of the right one.
    own_cost
        Where the mistake is in the cost already, and its gradient follows from it faithfully: that
        cost, with the arguments of the gradient.
    """

    name: str
    sentence: str
    piece: str
    gradient: Callable[..., Array]
    own_cost: Callable[[Array, Array], float] | None = None

    @property
    def pieces(self) -> Pieces:
        """The right pieces, but for this one."""
        return replace(RIGHT, **{self.piece: self.gradient})


def carry_up(
    x: Array, weights: vgg19.Weights, taps: Collection[str], pooling: Pooling
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Carry the network's input up: the tapped features, and what each layer's gradient needs.

    Of a convolution that is z, of a pool its input.
    """
    features = {}
    kept = {}
    for name in vgg19.PATH[: vgg19.PATH.index(vgg19.deepest(taps)) + 1]:
        if "conv" in name:
            kept[name] = layers.conv_forward(x, *weights[name])
            x, _ = layers.relu_forward(kept[name])
        else:
            kept[name] = x
            x = layers.average_pool_forward(x) if pooling == "average" else _largest(x)
        if name in taps:
            features[name] = x
    return features, kept


def _largest(x: Array) -> Array:
    return layers.max_pool_forward(x)[0]


def carry_down(
    dfeatures: Mapping[str, Array],
    kept: Mapping[str, Array],
    weights: vgg19.Weights,
    pooling: Pooling,
    pieces: Pieces = RIGHT,
) -> Array:
    """Carry the gradients of the tapped features down to the network's input, with these pieces."""
    top = vgg19.deepest(dfeatures)
    dx = dfeatures[top]
    for name in reversed(vgg19.PATH[: vgg19.PATH.index(top) + 1]):
        if name in dfeatures and name != top:
            dx = pieces.taps(dx, dfeatures[name])
        if "conv" in name:
            dx = pieces.convolution(pieces.relu(dx, kept[name]), weights[name][0])
        elif pooling == "average":
            dx = pieces.average_pool(dx, kept[name].shape)
        else:
            dx = pieces.max_pool(dx, kept[name])
    return dx


@dataclass(frozen=True)
class AssembledObjective:
    """J(G) = α·J_content + β·Σ λ_l·J_style[l]: give it G, it returns J and what the pieces say.

    J itself is always the right one; only the gradient is the work of the pieces.

    Attributes
    ----------
    a_C, a_S : mapping, layer -> ndarray
        Features of the content, and of the style in a picture of the same size.
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        Of the dtype of the pictures.
    pieces : Pieces
    """

    a_C: Mapping[str, Array]
    a_S: Mapping[str, Array]
    settings: Settings
    weights: vgg19.Weights
    pieces: Pieces = RIGHT

    def __call__(self, G: Array) -> tuple[float, Array]:
        """Evaluate J and dJ/dG, which has the shape of G."""
        chosen = self.settings
        taps = (*self.a_C, *self.a_S)
        features, kept = carry_up(vgg_input_forward(G), self.weights, taps, chosen.pooling)
        J = 0.0
        dfeatures: dict[str, Array] = {}
        for layer, lambda_l in chosen.style_layers.items():
            a_S, a_G = self.a_S[layer], features[layer]
            J += chosen.beta * lambda_l * style_cost(gram_per_position(a_S), a_G)[0]
            dfeatures[layer] = chosen.beta * lambda_l * self.pieces.style_cost(a_S, a_G)
        for layer, weight in chosen.content_layers.items():
            a_C, a_G = self.a_C[layer], features[layer]
            J += chosen.alpha * weight * content_cost(a_C, a_G)[0]
            da = chosen.alpha * weight * self.pieces.content_cost(a_C, a_G)
            dfeatures[layer] = dfeatures[layer] + da if layer in dfeatures else da
        dx = carry_down(dfeatures, kept, self.weights, chosen.pooling, self.pieces)
        return J, self.pieces.vgg_input(dx)


def assemble(
    content: Array, style: Array, settings: Settings, weights: vgg19.Weights
) -> AssembledObjective:
    """Put J together from the right pieces, for two pictures of one size and dtype."""
    a_C, _ = carry_up(
        vgg_input_forward(content), weights, settings.content_layers, settings.pooling
    )
    a_S, _ = carry_up(vgg_input_forward(style), weights, settings.style_layers, settings.pooling)
    return AssembledObjective(a_C, a_S, settings, weights)
