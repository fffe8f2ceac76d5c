"""The network's input and its gradient."""

import numpy as np

from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward


def test_red_becomes_the_last_channel_and_the_mean_is_subtracted():
    red = np.array([[[1.0, 0.0, 0.0]]])
    np.testing.assert_allclose(vgg_input_forward(red), [[[-103.939, -116.779, 255 - 123.68]]])


def test_backward_brings_red_back_and_scales():
    dx = np.array([[[1.0, 2.0, 3.0]]])
    np.testing.assert_array_equal(vgg_input_backward(dx), [[[765.0, 510.0, 255.0]]])


def test_dtype_is_kept():
    picture = np.zeros((2, 2, 3), np.float32)
    assert vgg_input_forward(picture).dtype == np.float32
    assert vgg_input_backward(picture).dtype == np.float32


def test_another_mean_can_be_subtracted():
    image = np.random.default_rng(0).random((2, 3, 3))
    mean = (1.0, 2.0, 4.0)
    np.testing.assert_allclose(vgg_input_forward(image, mean), 255 * image[:, :, ::-1] - mean)
