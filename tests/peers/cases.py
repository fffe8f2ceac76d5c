"""The pictures and settings on which PyTorch and this package are compared."""

import numpy as np


def pictures():
    """Make a content, a style of another size, and a picture between them: RGB in [0, 1]."""
    i, j = np.mgrid[:37, :50]
    content = np.stack([i / 36, j / 49, (1 + np.sin(i / 3) * np.cos(j / 4)) / 2], -1)
    i, j = np.mgrid[:40, :33]
    style = np.stack([(1 + np.sin(i * j / 50)) / 2, (i + j) / 71, 1 - j / 32], -1)
    G = 0.7 * content + 0.3 * np.random.default_rng(0).random(content.shape)
    return content, style, G


CASES = {
    "average": {
        "alpha": 1.0,
        "beta": 1000.0,
        "content_layers": {"conv4_2": 1.0},
        "style_layers": {
            "conv1_1": 64.0**-2,
            "conv2_1": 128.0**-2,
            "conv3_1": 256.0**-2,
            "conv4_1": 512.0**-2,
            "conv5_1": 512.0**-2,
        },
        "tv_weight": 10.0,
        "pooling": "average",
    },
    "max": {
        "alpha": 10.0,
        "beta": 40.0,
        "content_layers": {"conv2_2": 0.5, "conv5_2": 1.0},
        "style_layers": {"conv1_2": 0.2, "conv3_4": 0.3, "conv5_4": 0.5},
        "tv_weight": 0.0,
        "pooling": "max",
    },
}
