"""Serve the page on the loopback, until somebody stops it; then nothing of it is left."""

import shutil
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from nst_numpy.errors import InputError, check_whole

PORT = 8765
HOST = "127.0.0.1"
"""The loopback, which only this machine reaches. There is no option for another."""
LAST = 2
"""Seconds that connections have to end when the page is closed."""


def serve(
    port: int = PORT,
    ready: Callable[[str], object] = lambda address: print(address),  # noqa: T201
    program: list[str] | None = None,
) -> None:
    """Serve the page until a signal stops it, and remove then what its visitors left.

    Parameters
    ----------
    port : int
        On which it listens; 0 for one that is free.
    ready : callable
        Told the address once it can be opened.
    program : list of str, optional
        What paints, instead of this command line: for tests.

    Raises
    ------
    InputError
        If the extra ``page`` is not installed, or the port is taken.
    """
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise InputError(
            "The page needs starlette and uvicorn, which are not installed; "
            'pip install "nst_numpy[page]" does that.'
        )
    import uvicorn

    from nst_numpy.page.application import application

    check_whole("port", port, 0, 65535)
    with listening(port) as place:
        found = place.getsockname()[1]
        folder = Path(tempfile.mkdtemp(prefix="nst_numpy-page-"))  # for nobody else to read
        try:
            app = application(folder, program, f"nst_numpy_{found}")
            config = uvicorn.Config(
                app, log_level="warning", access_log=False, server_header=False,
                timeout_graceful_shutdown=LAST, lifespan="on", ws="none",
            )  # fmt: skip
            ready(f"http://{HOST}:{found}/")
            with suppress(KeyboardInterrupt):  # uvicorn closes, and hands the signal on
                uvicorn.Server(config).run(sockets=[place])
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def listening(port: int) -> socket.socket:
    """Listen on a port of the loopback."""
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((HOST, port))
        place.listen()
    except OSError as error:
        place.close()
        raise InputError(
            f"Port {port} cannot be used ({error.strerror}); choose another by --port."
        ) from error
    return place
