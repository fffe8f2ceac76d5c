"""Where a library cannot be loaded for want of memory, a sentence says so."""

import sys

import pytest

from nst_numpy.cli import main

MODULE = "nst_numpy.cli.running"


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (ImportError("libX.so: failed to map segment from shared object"), True),
        (MemoryError(), True),
        (ImportError("cannot import name 'x'"), False),
        (ModuleNotFoundError("No module named 'rich'"), False),
    ],
    ids=repr,
)
def test_a_library_that_does_not_fit(monkeypatch, capsys, error, ours):
    class Finder:
        @staticmethod
        def find_spec(name, *_):
            if name == MODULE:
                raise error

    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    with pytest.raises(SystemExit if ours else type(error)) as end:
        main(["weights"])
    printed = capsys.readouterr()
    if ours:
        assert end.value.code == 2
        assert printed.err == "There is too little memory to load what is needed.\n"
    else:
        assert printed.err == ""
