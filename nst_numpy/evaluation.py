"""Up through VGG-19, what the features cost, and down again: the heart of J, in plain NumPy.

This is the definition. The compiled kernels have an `Evaluation` of the same name and meaning.
"""

from collections.abc import Mapping

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.settings import Settings


class Evaluation:
    """J_content, J_style and their gradient, as functions of the network's input x.

    Parameters
    ----------
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        Of the dtype of x; those up to the deepest tap.
    """

    def __init__(self, settings: Settings, weights: vgg19.Weights) -> None:
        self.settings = settings
        self.weights = weights
        self.taps = tuple({**settings.content_layers, **settings.style_layers})

    def content_features(self, x: Array) -> dict[str, Array]:
        """Give the activations that the content cost compares with, layer -> a_C."""
        features, _ = vgg19.forward(x, self.weights, self.taps, self.settings.pooling)
        return {layer: features[layer] for layer in self.settings.content_layers}

    def style_grams(self, x: Array) -> dict[str, Array]:
        """Give the Gram matrices that the style cost compares with, layer -> AᵀA/M."""
        features, _ = vgg19.forward(x, self.weights, self.taps, self.settings.pooling)
        return {layer: gram_per_position(features[layer]) for layer in self.settings.style_layers}

    def __call__(
        self, x: Array, a_C: Mapping[str, Array], gram_S: Mapping[str, Array]
    ) -> tuple[float, dict[str, float], Array]:
        """Evaluate α·J_content + β·Σ λ_l·J_style[l] and its gradient.

        Parameters
        ----------
        x : ndarray, shape (n_H, n_W, 3)
            The network's input, from `vgg_input_forward`.
        a_C, gram_S : mapping, layer -> ndarray
            From `content_features` and `style_grams`.

        Returns
        -------
        J_content : float
            The layers' costs times their weights; not times α.
        J_style : dict, layer -> float
            Not times β·λ_l.
        dx : ndarray, shape (n_H, n_W, 3)
            The gradient of the weighted sum.
        """
        chosen = self.settings

        # up: from the picture to the features
        features, cache = vgg19.forward(x, self.weights, self.taps, chosen.pooling)

        # what they cost, and the gradient with respect to each
        J_content = 0.0
        J_style = {}
        dfeatures: dict[str, Array] = {}
        for layer, lambda_l in chosen.style_layers.items():
            J_style[layer], da = style_cost(gram_S[layer], features[layer])
            dfeatures[layer] = chosen.beta * lambda_l * da
        for layer, weight in chosen.content_layers.items():
            J, da = content_cost(a_C[layer], features[layer])
            J_content += weight * J
            dfeatures[layer] = dfeatures.get(layer, 0.0) + chosen.alpha * weight * da

        # down: from the features to the picture
        return J_content, J_style, vgg19.backward(dfeatures, cache, self.weights)
