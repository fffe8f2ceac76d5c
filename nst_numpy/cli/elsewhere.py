"""A painting that another machine makes: the files go there, and a file comes back."""

import pickle
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nst_numpy.backend import threads
from nst_numpy.cli.app import painted
from nst_numpy.cli.configuring import with_files
from nst_numpy.cli.keeping import Keeping
from nst_numpy.cli.options import Options
from nst_numpy.cli.sizes import crew_told
from nst_numpy.large.crew import Task


class Elsewhere:
    """Paintings that the workers of a cluster make, each as a whole.

    Parameters
    ----------
    address : str
        Of the scheduler, or ``local:4``.
    """

    def __init__(self, address: str) -> None:
        self._crew = crew_told(address)
        self._tasks: dict[int, Task] = {}

    def options(self, options: Options) -> Options:
        """Return options as a worker has them: it knows of no cluster."""
        its_own: dict[str, Any] = {"cluster": None, "threads": threads(options.computing)}
        return options.but(**its_own)

    def send(self, number: int, options: Options, inputs: Mapping[str, Path]) -> None:
        """Have one painted, of files by their roles."""
        files = {role: (path.name, path.read_bytes()) for role, path in inputs.items()}
        letter = pickle.dumps((options, files), pickle.HIGHEST_PROTOCOL)
        self._tasks[number] = self._crew.submit(painted_here, letter)

    def paintings(self) -> Iterator[tuple[int, bytes]]:
        """Wait for each, and yield its number and its file.

        Raises
        ------
        InputError
            As of `painted`.
        Vanished
            If nobody is left who could paint it.
        """
        for number in list(self._tasks):
            yield number, self._crew.answer(self._tasks.pop(number))


def painted_here(letter: bytes) -> bytes:
    """Paint, on a worker, and return the file."""
    options, files = pickle.loads(letter)
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        inputs = {}
        for role, (name, content) in files.items():
            inputs[role] = Path(folder, role, Path(name).name)
            inputs[role].parent.mkdir()
            inputs[role].write_bytes(content)
        styles = [path for role, path in inputs.items() if role.startswith("style-")]
        output = Path(folder, "painting.png")
        weights = inputs.get("weights")
        painted(inputs["content"], styles, output, weights, with_files(options, inputs), Keeping())
        return output.read_bytes()
