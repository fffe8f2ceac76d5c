"""No command has two J alive at a time: each has arrays as large as what was told of the memory."""

import gc
import weakref

import pytest
from typed import quick, run

from nst_numpy.objective import Objective


@pytest.mark.parametrize("scales", ["1", "2"])
def test_when_another_is_made_the_one_before_is_gone(folder, capsys, monkeypatch, scales):
    real, alive, most = Objective.__init__, [], []

    def made(self, *arguments, **named):
        gc.collect()
        most.append(sum(J() is not None for J in alive))
        alive.append(weakref.ref(self))
        real(self, *arguments, **named)

    monkeypatch.setattr(Objective, "__init__", made)
    code, out, err = run(capsys, *quick(iterations="2", scales=scales))
    assert code == 0, err
    assert "Read again from the file" in out
    assert most == [0] * (int(scales) + 1)
