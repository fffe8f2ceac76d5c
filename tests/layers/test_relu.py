"""ReLU, value by value."""

import numpy as np
import pytest

from nst_numpy.layers import relu_backward, relu_forward


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward_cuts_and_backward_masks(dtype):
    z = np.array([[[-2.0, 0.0, 3.0]]], dtype)
    a, positive = relu_forward(z)
    np.testing.assert_array_equal(a, np.array([[[0.0, 0.0, 3.0]]], dtype))
    np.testing.assert_array_equal(positive, [[[False, False, True]]])
    dz = relu_backward(np.array([[[5.0, 7.0, -11.0]]], dtype), positive)
    np.testing.assert_array_equal(dz, np.array([[[0.0, 0.0, -11.0]]], dtype))
    assert a.dtype == dz.dtype == dtype


def test_a_gradient_that_is_negative_passes():
    """The mask is the sign of z, not that of the gradient."""
    positive = np.array([True, True, False])
    np.testing.assert_array_equal(
        relu_backward(np.array([-1.0, 2.0, 3.0]), positive), [-1.0, 2.0, 0.0]
    )
