"""The command ``completion``: what a shell needs to complete commands and options."""

from typing import Literal

from nst_numpy.cli.app import app
from nst_numpy.cli.streams import say


@app.command
def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print a script with which a shell completes commands and options.

    Parameters
    ----------
    shell
        As in: nst_numpy completion bash > ~/.local/share/bash-completion/completions/nst_numpy
    """
    say(app.generate_completion(shell=shell).rstrip("\n"))
    return 0
