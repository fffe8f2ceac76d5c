"""Everything public has an example, and every example runs; completion shows what is public."""

import doctest
import inspect
import subprocess
import sys
import typing

import pytest

import nst_numpy

PUBLIC = {name: getattr(nst_numpy, name) for name in nst_numpy.__all__}
CALLED = {name: thing for name, thing in PUBLIC.items() if callable(thing)}


@pytest.mark.parametrize("name", CALLED)
def test_it_has_an_example_that_runs(name):
    (example, *_) = doctest.DocTestFinder(recurse=False).find(CALLED[name], name)
    assert example.examples
    told = []
    doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert not told, "".join(told)


def test_an_example_that_is_wrong_would_be_told():
    example = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "x", None, 0)
    told = []
    doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert told


@pytest.mark.parametrize("name", CALLED)
def test_it_is_typed(name):
    thing = CALLED[name]
    if issubclass(thing if inspect.isclass(thing) else int, Exception | dict | list):
        return
    signature = inspect.signature(thing)
    for parameter in signature.parameters.values():
        if repr(parameter.default) != "…":  # else it is a setting: its type stands in Settings
            assert parameter.annotation is not inspect.Parameter.empty, parameter
    if not inspect.isclass(thing):
        assert "return" in typing.get_type_hints(thing)


def test_completion_shows_what_is_public_and_nothing_behind_it():
    shown = {name for name in dir(nst_numpy) if not name.startswith("_")}
    assert shown == {*nst_numpy.__all__, *nst_numpy.ROOMS}
    for room in nst_numpy.ROOMS:
        assert getattr(nst_numpy, room).__name__ == f"nst_numpy.{room}"
    with pytest.raises(AttributeError, match="no attribute 'painting'"):
        _ = nst_numpy.painting


def test_nothing_of_the_face_is_loaded_before_it_is_asked_for():
    code = "import sys, nst_numpy; print([m for m in sys.modules if 'easel' in m or 'rich' in m])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
