"""The command ``page``: paint in a browser, on this machine alone."""

import webbrowser
from typing import Annotated

from cyclopts import Parameter

from nst_numpy.cli.app import app
from nst_numpy.cli.spelling import Whole
from nst_numpy.cli.streams import say
from nst_numpy.page import serve
from nst_numpy.page.serving import PORT


@app.command
def page(
    *,
    port: Whole = PORT,
    open_it: Annotated[bool, Parameter(name="--open", negative=(), show_default=False)] = False,
) -> int:
    """Open a page on this machine: drop two pictures, paint, watch it grow.

    Nothing leaves this machine, and no other can reach the page. When it is closed, by Ctrl-C,
    everything that was not kept is removed.

    Parameters
    ----------
    port
        Where it listens; 0 for one that is free.
    open_it
        Open it in the browser of this machine.
    """

    def ready(address: str) -> None:
        say(f"Open {address} in a browser; Ctrl-C closes the page.")
        if open_it:
            webbrowser.open(address)

    serve(port, ready)
    say("Closed; what was not kept is removed.")
    return 0
