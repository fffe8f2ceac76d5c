"""How many threads BLAS takes is told to it, and taken back."""

import threading

import numpy as np
import pytest

from nst_numpy import blas


def test_a_limit_holds_inside_and_is_taken_back_even_after_an_error():
    with blas.limited(3):
        assert blas.current_threads() == 3
        with pytest.raises(ZeroDivisionError), blas.limited(2):
            1 / (blas.current_threads() - 2)
        assert blas.current_threads() == 3
        with blas.limited(None):
            assert blas.current_threads() == 3


@pytest.mark.parametrize("threads", [1, 3])
def test_each_part_is_done_once(threads):
    done = np.zeros(40, int)

    def some(part):
        done[part] += part + 1

    list(blas.at_once(threads)(some, range(40)))
    np.testing.assert_array_equal(done, range(1, 41))


def test_parts_are_done_at_the_same_time():
    """Two parts that wait for each other come to an end."""
    meeting = threading.Barrier(2, timeout=20)
    list(blas.at_once(2)(lambda part: meeting.wait() and None, range(2)))


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_a_part_is_told(threads):
    with pytest.raises(ZeroDivisionError):
        list(blas.at_once(threads)(lambda part: 1 / part and None, [1, 0, 2]))
