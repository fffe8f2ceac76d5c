"""From RGB in [0, 1] to what VGG-19 was trained on, and the gradient back.

The network was trained by Simonyan and Zisserman on pictures with channels in the order blue,
green, red, values from 0 to 255, and the mean colour of ImageNet subtracted. That is all:
no division by a standard deviation.
"""

import numpy as np

from nst_numpy.arrays import Array

MEAN_BGR = (103.939, 116.779, 123.68)
"""Mean blue, green and red of the training pictures, in units of 0 to 255."""


def vgg_input_forward(image: Array, mean: tuple[float, float, float] = MEAN_BGR) -> Array:
    """Turn a picture into the network's input: ``x = 255 · image[BGR] - mean``.

    Parameters
    ----------
    image : ndarray, shape (n_H, n_W, 3)
        RGB, nominally in [0, 1].
    mean : three numbers
        Blue, green, red, in units of 0 to 255.

    Returns
    -------
    x : ndarray, shape (n_H, n_W, 3)
        BGR around zero, of the dtype of `image`.
    """
    return 255 * image[:, :, ::-1] - np.asarray(mean, image.dtype)


def vgg_input_backward(dx: Array) -> Array:
    """Bring a gradient back to the picture: ``dimage = 255 · dx[RGB]``.

    The mean is a constant and leaves no trace; the factor 255 does, and it is why a gradient with
    respect to a picture in [0, 1] is large.
    """
    return 255 * dx[:, :, ::-1]
