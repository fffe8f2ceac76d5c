"""Neural style transfer in one file: the network, two costs, Adam, and a painting.

    python one_file.py photo.jpg painting.jpg out.png

Gatys, Ecker and Bethge 2016, in NumPy. The weights never move: J is a function of G.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
from PIL import Image

WEIGHTS = Path(__file__).parent.parent / "weights" / "vgg19.h5"
LAYERS = """conv1_1 conv1_2 pool1 conv2_1 conv2_2 pool2
            conv3_1 conv3_2 conv3_3 conv3_4 pool3
            conv4_1 conv4_2 conv4_3 conv4_4 pool4 conv5_1""".split()  # noqa: SIM905
MEAN_BGR = np.array([103.939, 116.779, 123.68])
CONTENT = "conv4_2"
STYLE = {  # layer -> n_C
    "conv1_1": 64, "conv2_1": 128, "conv3_1": 256, "conv4_1": 512, "conv5_1": 512,
}  # fmt: skip
ALPHA, BETA = 1.0, 250.0


def load_weights(path=WEIGHTS, dtype=np.float32):
    """Read layer -> (weight, bias): (3, 3, n_C_in, n_C_out) and (n_C_out,)."""
    with h5py.File(path) as file:
        return {
            layer: tuple(file[layer][name][()].astype(dtype) for name in ("weight", "bias"))
            for layer in LAYERS
            if layer.startswith("conv")
        }


# -------------------------------------------------------- the network, up and down


def conv_forward(x, weight, bias):
    """z[i, j] = bias + Σ_uv x[i + u - 1, j + v - 1] · weight[u, v], with x = 0 outside."""
    n_H, n_W, _ = x.shape
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    z = np.zeros((n_H, n_W, weight.shape[3]), x.dtype) + bias
    for u in range(3):
        for v in range(3):
            z += padded[u : u + n_H, v : v + n_W] @ weight[u, v]
    return z


def conv_backward(dz, weight):
    """dx: the same with the kernel turned by 180° and its channel axes swapped."""
    return conv_forward(dz, weight[::-1, ::-1].swapaxes(2, 3), 0)


def pool_forward(a):
    """Take the mean of each 2×2 square; an odd last row or column is dropped."""
    a = a[: a.shape[0] // 2 * 2, : a.shape[1] // 2 * 2]
    return (a[0::2, 0::2] + a[0::2, 1::2] + a[1::2, 0::2] + a[1::2, 1::2]) / 4


def pool_backward(dy, shape):
    """Give each of the four a quarter; what was dropped gets 0."""
    dx = np.zeros(shape, dy.dtype)
    dx[: 2 * dy.shape[0], : 2 * dy.shape[1]] = dy.repeat(2, 0).repeat(2, 1) / 4
    return dx


def up(G, weights):
    """Carry a picture through the network: layer -> what leaves it. RGB in [0, 1] goes in."""
    a = 255 * G[:, :, ::-1] - MEAN_BGR.astype(G.dtype)
    features = {}
    for layer in LAYERS:
        if layer in weights:
            z = conv_forward(a, *weights[layer])
            a = np.maximum(z, 0)  # ReLU
        else:
            a = pool_forward(a)
        features[layer] = a
    return features


def down(dfeatures, features, weights):
    """Carry dJ/da of some layers down to dJ/dG; where a layer is tapped, gradients add."""
    da = 0
    for n in reversed(range(len(LAYERS))):
        layer = LAYERS[n]
        if layer in dfeatures:
            da = da + dfeatures[layer]
        if layer in weights:
            dz = da * (features[layer] > 0)  # ReLU
            da = conv_backward(dz, weights[layer][0])
        else:
            da = pool_backward(da, features[LAYERS[n - 1]].shape)
    return 255 * da[:, :, ::-1]


# -------------------------------------------------------- what the features cost


def content_cost(a_C, a_G):
    """J = Σ (a_G - a_C)² / (4·n_H·n_W·n_C), and dJ/da_G."""
    difference = a_G - a_C
    return np.sum(difference**2, dtype=float) / (4 * a_G.size), difference / (2 * a_G.size)


def gram_per_position(a):
    """G = AᵀA / M, with the M = n_H·n_W positions in the rows of A."""
    A = a.reshape(-1, a.shape[2])
    return A.T @ A / len(A)


def style_cost(gram_S, a_G):
    """J = Σ D² / (4·n_C²), with D = G_G - G_S per position; dJ/da_G = A·D / (n_C²·M)."""
    n_H, n_W, n_C = a_G.shape
    D = gram_per_position(a_G) - gram_S
    dA = a_G.reshape(-1, n_C) @ D / (n_C**2 * n_H * n_W)
    return np.sum(D**2, dtype=float) / (4 * n_C**2), dA.reshape(a_G.shape)


def targets(C, S, weights):
    """Return what G is compared with: a_C, and the Gram matrices of S."""
    a_S = up(S, weights)
    gram_S = {layer: gram_per_position(a_S[layer]) for layer in STYLE}
    return up(C, weights)[CONTENT], gram_S


def cost(G, a_C, gram_S, weights):
    """J = α·J_content + β·Σ λ_l·J_style[l], with λ_l = 1/n_C²; and dJ/dG."""
    features = up(G, weights)
    value, da = content_cost(a_C, features[CONTENT])
    J, dfeatures = ALPHA * value, {CONTENT: ALPHA * da}
    for layer, n_C in STYLE.items():
        value, da = style_cost(gram_S[layer], features[layer])
        J, dfeatures[layer] = J + BETA / n_C**2 * value, BETA / n_C**2 * da
    return J, down(dfeatures, features, weights)


# -------------------------------------------------------- downhill, to a painting


def paint(C, S, weights, steps=200, rate=0.02, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Start from C and yield (J, G) at each step of Adam; G is kept in [0, 1]."""
    a_C, gram_S = targets(C, S, weights)
    G, m, v = C.copy(), np.zeros_like(C), np.zeros_like(C)
    for t in range(1, steps + 1):
        J, dG = cost(G, a_C, gram_S, weights)
        yield J, G
        m = beta1 * m + (1 - beta1) * dG
        v = beta2 * v + (1 - beta2) * dG**2
        step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        G = np.clip(G - rate * step, 0, 1)


def load_image(path, size=256):
    """Read a picture as RGB in [0, 1], its longest side of this many pixels."""
    picture = Image.open(path).convert("RGB")
    shares = [size * side / max(picture.size) for side in picture.size]
    picture = picture.resize([max(1, round(side)) for side in shares], Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32) / 255


def main(photo, painting, output):
    """Paint a photograph after a painting."""
    weights = load_weights()
    C, S = load_image(photo), load_image(painting)
    for step, (J, G) in enumerate(paint(C, S, weights)):
        if step % 10 == 0:
            print(f"step {step:3}: J = {J:.5g}")
            Image.fromarray(np.rint(255 * G).astype(np.uint8)).save(output)
    Image.fromarray(np.rint(255 * G).astype(np.uint8)).save(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
