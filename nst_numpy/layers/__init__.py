"""The layers of VGG-19 in plain NumPy: the definition that everything else is held against.

Each function takes arrays and returns arrays; each ``X_backward`` stands right under its
``X_forward`` and names in its signature everything that it needs to know about the forward pass.
A module with other functions of these names may take its place.
There is no batch axis: activations are ``(n_H, n_W, n_C)``. Every function keeps the dtype that it
is given, so that float32 paints and float64 checks.
"""

from nst_numpy.layers.conv import conv_backward, conv_forward
from nst_numpy.layers.pool import average_pool_backward, average_pool_forward
from nst_numpy.layers.pool import max_pool_backward, max_pool_forward
from nst_numpy.layers.relu import relu_backward, relu_forward
from nst_numpy.layers.tap import tap_backward
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward
