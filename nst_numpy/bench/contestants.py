"""What is measured: J and dJ/dG with five style layers to conv5_1, content conv4_2."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Backend, Computing
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.network import VGG19
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings

Evaluate = Callable[[], tuple[float, Array]]

PICTURES = {
    "castle": "pictures/eilean-donan-castle.webp",
    "cat": "pictures/chelsea-cat.webp",
    "church": "pictures/church-at-auvers.webp",
    "cafe": "pictures/cafe-terrace-at-night.webp",
}


def pictures(
    n_H: int, n_W: int, content: str = "castle", style: str = "church"
) -> tuple[Array, Array]:
    """Return a content and a style of exactly this size; their names are those of `PICTURES`."""
    C, S = (load_image(embedded(PICTURES[name]), shape=(n_H, n_W)) for name in (content, style))
    return C, S


def ours(n_H: int, n_W: int, backend: Backend) -> Evaluate:
    """Prepare this package's evaluation at the content itself."""
    content, style = pictures(n_H, n_W)
    J = Objective(
        content, [style], Settings(), load_weights(), computing=Computing(backend=backend)
    )

    def evaluate() -> tuple[float, Array]:
        cost, gradient = J(content)
        return cost.total, gradient

    return evaluate


def torch(n_H: int, n_W: int) -> Evaluate:
    """Prepare the same evaluation in PyTorch."""
    import torch

    content, style = pictures(n_H, n_W)
    J = torch_objective(content, style)

    def evaluate() -> tuple[float, Array]:
        G = torch.from_numpy(content).requires_grad_()
        value = J(G)
        value.backward()
        return float(value.detach()), np.asarray(G.grad)

    return evaluate


def torch_objective(content: Array, style: Array) -> Callable[[Any], Any]:
    """Prepare J in PyTorch, as people write it there: float32, autograd, ReLU in place.

    Returns
    -------
    J : callable
        From one tensor, a picture (n_H, n_W, 3), to another, its value.
    """
    import torch
    from torch.nn import functional

    settings = Settings()
    weights = {
        layer: (torch.from_numpy(w.transpose(3, 2, 0, 1).copy()), torch.from_numpy(b))
        for layer, (w, b) in load_weights().items()
    }
    mean = torch.tensor(VGG19.mean)

    def features(picture: "torch.Tensor") -> dict[str, "torch.Tensor"]:
        x = (255 * picture.flip(-1) - mean).permute(2, 0, 1)[None]
        found = {}
        for layer in VGG19.up_to(settings.taps):
            if layer in weights:
                x = functional.relu(functional.conv2d(x, *weights[layer], padding=1), inplace=True)
            else:
                x = functional.avg_pool2d(x, 2)
            if layer in settings.taps:
                found[layer] = x
        return found

    def gram(a: "torch.Tensor") -> "torch.Tensor":
        A = a.flatten(2)[0]
        return A @ A.T / A.shape[1]

    with torch.no_grad():
        a_C = {
            layer: features(torch.from_numpy(content))[layer] for layer in settings.content_layers
        }
        a_S = features(torch.from_numpy(style))
        gram_S = {layer: gram(a_S[layer]) for layer in settings.style_layers}
        del a_S

    def J(G: "torch.Tensor") -> "torch.Tensor":
        a_G = features(G)
        value = torch.zeros(())
        for layer, weight in settings.content_layers.items():
            J_l = (a_C[layer] - a_G[layer]).pow(2).mean() / 4
            value = value + settings.alpha * weight * J_l
        for layer, weight in settings.style_layers.items():
            J_l = (gram_S[layer] - gram(a_G[layer])).pow(2).mean() / 4
            value = value + settings.beta * weight * J_l
        return value

    return J
