"""The command ``completion``: what a shell needs to complete commands and options."""

from typing import Literal

from nst_numpy.cli.app import app
from nst_numpy.cli.streams import say

FILES = 'COMPREPLY=( $(compgen -f -- "${cur}") )'
"""How the script looks for files."""

CALL = """\
if [[ $funcstack[1] == _nst_numpy || $funcstack[1] == _cyclopts_nst_numpy ]]; then
  _cyclopts_nst_numpy "$@"
else
  compdef _cyclopts_nst_numpy nst_numpy
fi"""
"""What the script for zsh lacks: it says what completes, and nobody calls it."""


@app.command
def completion(shell: Literal["bash", "zsh", "fish"], /) -> int:
    """Print a script with which a shell completes commands and options.

    Parameters
    ----------
    shell
        As in: nst_numpy completion bash > ~/.local/share/bash-completion/completions/nst_numpy;
        for zsh into a file _nst_numpy in a folder of $fpath, for fish into
        ~/.config/fish/completions/nst_numpy.fish.
    """
    script = app.generate_completion(shell=shell).rstrip("\n")
    say({"bash": with_files, "zsh": called}.get(shell, str)(script))
    return 0


def called(script: str) -> str:
    """Let zsh use the script as a file of its folder of functions, or by ``source``."""
    return f"{script}\n\n{CALL}"


def with_files(script: str) -> str:
    """Leave files to bash itself: of a name with a space the script would make two words."""
    script = script.replace(FILES, "COMPREPLY=()")
    return script.replace("\ncomplete -F ", "\ncomplete -o bashdefault -o default -F ")
