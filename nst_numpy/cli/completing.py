"""The command ``completion``: what a shell needs to complete commands and options."""

from typing import Literal

from nst_numpy.cli.app import app
from nst_numpy.cli.streams import say

FILES = 'COMPREPLY=( $(compgen -f -- "${cur}") )'
"""How the script looks for files."""


@app.command
def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print a script with which a shell completes commands and options.

    Parameters
    ----------
    shell
        As in: nst_numpy completion bash > ~/.local/share/bash-completion/completions/nst_numpy
    """
    script = app.generate_completion(shell=shell).rstrip("\n")
    say(with_files(script) if shell == "bash" else script)
    return 0


def with_files(script: str) -> str:
    """Leave files to bash itself: of a name with a space the script would make two words."""
    script = script.replace(FILES, "COMPREPLY=()")
    return script.replace("\ncomplete -F ", "\ncomplete -o bashdefault -o default -F ")
