"""J and dJ/dG once more, by PyTorch and its automatic differentiation, in float64.

Nothing here comes from the package: the padding, the pools, the sequence of layers and the costs
are PyTorch's or written from the formulas, so that an error would have to be made twice.
"""

import numpy as np
import torch
from torch.nn import functional

BLOCKS = (2, 2, 4, 4, 4)  # how many convolutions lie between the pools
MEAN_BGR = torch.tensor([103.939, 116.779, 123.68], dtype=torch.float64)


def features(picture, weights, pooling):
    """Return {layer: (n_C, n_H, n_W)} for a picture of shape (n_H, n_W, 3)."""
    x = (picture.flip(-1) * 255 - MEAN_BGR).permute(2, 0, 1)[None]
    found = {}
    for block, convolutions in enumerate(BLOCKS, start=1):
        for number in range(1, convolutions + 1):
            layer = f"conv{block}_{number}"
            kernel, bias = (torch.from_numpy(p.astype(np.float64)) for p in weights[layer])
            x = functional.relu(functional.conv2d(x, kernel.permute(3, 2, 0, 1), bias, padding=1))
            found[layer] = x[0]
        pool = functional.avg_pool2d if pooling == "average" else functional.max_pool2d
        if min(x.shape[2:]) < 2:
            break
        x = pool(x, 2)
    return found


def objective(content, style, G, chosen, weights):
    """Return the terms of J as a dict, and dJ/dG.

    `chosen` is a plain dict: alpha, beta, content_layers, style_layers, tv_weight, pooling.
    """
    C, S = (torch.from_numpy(np.array(p, np.float64)) for p in (content, style))
    x = torch.tensor(np.array(G, np.float64), requires_grad=True)
    a_C, a_S, a_G = (features(p, weights, chosen["pooling"]) for p in (C, S, x))
    terms = {"content": torch.zeros((), dtype=torch.float64)}
    for layer, weight in chosen["content_layers"].items():
        mean = (a_C[layer] - a_G[layer]).pow(2).mean()
        terms["content"] = terms["content"] + chosen["alpha"] * weight * mean / 4
    for layer, weight in chosen["style_layers"].items():
        gram_S, gram_G = (
            torch.einsum("kij,lij->kl", a[layer], a[layer]) / a[layer][0].numel()
            for a in (a_S, a_G)
        )
        terms[layer] = chosen["beta"] * weight * (gram_S - gram_G).pow(2).mean() / 4
    steps = x.diff(dim=0).pow(2).sum() + x.diff(dim=1).pow(2).sum()
    terms["tv"] = chosen["tv_weight"] * steps / x.numel()
    sum(terms.values()).backward()
    return {name: term.item() for name, term in terms.items()}, x.grad.numpy()
