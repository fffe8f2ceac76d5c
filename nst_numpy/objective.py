"""J(G) = α·J_content + β·J_style + tv_weight·J_tv and dJ/dG, for one content and its styles.

Gatys et al. 2016, eq. 7; J_style = Σ λ_l·J_style[l] is their eq. 5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nst_numpy import backend, vgg19
from nst_numpy.arrays import Array
from nst_numpy.costs import total_variation
from nst_numpy.errors import InputError
from nst_numpy.settings import Settings
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward


@dataclass(frozen=True)
class Cost:
    """The ledger of one picture: what each term of J came to.

    Attributes
    ----------
    content
        J_content, the layers' costs times their weights; not yet times α.
    style
        J_style[l] of each style layer; not yet times β·λ_l.
    tv
        J_tv; not yet times its weight.
    terms
        What each term adds to J, weights included: "content", each style layer, "tv".
    """

    content: float
    style: Mapping[str, float]
    tv: float
    terms: Mapping[str, float]

    @property
    def total(self) -> float:
        """J: the sum of the terms."""
        return sum(self.terms.values())

    def __float__(self) -> float:
        return self.total


class Objective:
    """The function that is minimised: give it a picture G, it returns J(G) and dJ/dG.

    Content and styles go through the network once, here; what is kept of them are the content's
    activations and the styles' Gram matrices, averaged where there are several styles.

    Parameters
    ----------
    content : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1].
    styles : sequence of ndarray, each of shape (any, any, 3)
        RGB in [0, 1]; a style may have another size than the content.
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        From `load_weights`.
    dtype : "float32" or "float64"
        What to compute in: float32 paints, float64 checks.

    Raises
    ------
    InputError
        If a picture is not of shape (n_H, n_W, 3), is too small for the deepest layer that is
        tapped, or holds NaN; if there is no style; if the network has no such layer.
    """

    def __init__(
        self,
        content: Array,
        styles: Sequence[Array],
        settings: Settings,
        weights: vgg19.Weights,
        dtype: str = "float32",
    ) -> None:
        self.settings = settings
        self.dtype = np.dtype(dtype)
        self.shape = content.shape
        if settings.style_layers and not styles:
            raise InputError("There is no style; give at least one picture.")
        top = vgg19.PATH.index(vgg19.deepest([*settings.content_layers, *settings.style_layers]))
        self.weights = {
            layer: self._parameters(layer, weights)
            for layer in vgg19.CHANNELS
            if vgg19.PATH.index(layer) <= top
        }
        self.evaluation = backend.evaluation(settings, self.weights, self.dtype)
        self.a_C = self.evaluation.content_features(self._input(content, "The content"))
        grams = [self.evaluation.style_grams(self._input(style, "A style")) for style in styles]
        self.gram_S = {
            layer: sum(gram[layer] for gram in grams) / self.dtype.type(len(grams))
            for layer in settings.style_layers
        }

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
            dJ/dG, of the objective's dtype: how much J changes per unit of a pixel, for a small
            change.
        """
        if image.shape != self.shape:
            raise InputError(
                f"The picture has the shape {image.shape}; the content has {self.shape}."
            )
        chosen = self.settings
        G = image.astype(self.dtype, copy=False)

        J_content, J_style, dx = self.evaluation(vgg_input_forward(G), self.a_C, self.gram_S)
        J_tv, dG_tv = total_variation(G)

        terms = {"content": chosen.alpha * J_content}
        for layer, lambda_l in chosen.style_layers.items():
            terms[layer] = chosen.beta * lambda_l * J_style[layer]
        terms["tv"] = chosen.tv_weight * J_tv
        dG = vgg_input_backward(dx) + chosen.tv_weight * dG_tv
        return Cost(J_content, J_style, J_tv, terms), dG

    def _parameters(self, layer: str, weights: vgg19.Weights) -> tuple[Array, Array]:
        """Give a layer's weight and bias in our dtype, or say what is wrong with them."""
        n_C_in, n_C_out = vgg19.CHANNELS[layer]
        if layer not in weights:
            raise InputError(f"The weights lack {layer}; load_weights gives all that are needed.")
        weight, bias = (np.ascontiguousarray(part, self.dtype) for part in weights[layer])
        if weight.shape != (3, 3, n_C_in, n_C_out) or bias.shape != (n_C_out,):
            raise InputError(
                f"The weights of {layer} have the shapes {weight.shape} and {bias.shape}; expected "
                f"{(3, 3, n_C_in, n_C_out)} and {(n_C_out,)}."
            )
        return weight, bias

    def _input(self, picture: Array, name: str) -> Array:
        """Turn a picture into the network's input, or say why it cannot be."""
        if picture.ndim != 3 or picture.shape[2] != 3:
            raise InputError(
                f"{name} has the shape {picture.shape}; it must be (n_H, n_W, 3), RGB in [0, 1]."
            )
        vgg19.check_size(picture.shape, vgg19.deepest(self.evaluation.taps))
        if not np.isfinite(picture).all():
            raise InputError(f"{name} holds NaN or infinite values.")
        if picture.min() < -1 or picture.max() > 2:
            raise InputError(
                f"{name} has values from {picture.min():g} to {picture.max():g}; expected RGB in "
                "[0, 1], as load_image gives it."
            )
        return vgg_input_forward(picture.astype(self.dtype, copy=False))
