"""A plugin of pytest: a compiled kernel is kept as long as the files that it is made of.

The package makes all kernels anew where one of their files has changed; of most mutants few change.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from nst_numpy.kernels import compiling

FOLDER = Path(compiling.__file__).parent


@cache
def files(name: str) -> frozenset[str]:
    """Name a file of kernels and those that it imports, and those that they import."""
    text = (FOLDER / f"{name}.py").read_text()
    found = frozenset([name])
    for other in re.findall(r"^from nst_numpy\.kernels\.(\w+) import", text, re.MULTILINE):
        found |= files(other)
    return found


@cache
def checksum(name: str) -> bytes:
    source = b"".join((FOLDER / f"{one}.py").read_bytes() for one in sorted(files(name)))
    return hashlib.sha256(source).digest()


def of_its_own(method):
    """Have a method of `Kept` see the checksum of its function's files alone."""

    def go(self, *arguments):
        module = self._py_func.__module__
        name = module.removeprefix("nst_numpy.kernels.")
        compiling.of_source = (lambda: checksum(name)) if name != module else ALL
        return method(self, *arguments)

    return go


ALL = compiling.of_source
compiling.Kept.load_overload = of_its_own(compiling.Kept.load_overload)
compiling.Kept.save_overload = of_its_own(compiling.Kept.save_overload)
