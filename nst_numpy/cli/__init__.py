"""The command line: arguments derived from `Settings`, progress, errors in words.

- `signals`   Ctrl-C and other signals that ask a run to stop
- `running`   run a command, and say in words how it ended
- `app`       the commands
- `options`   `Settings` as a shell spells them
- `sizes`     how much memory a size takes, and the largest that fits
- `painting`  paint, show how it goes, save whatever happens
- `saving`    save a painting; if that fails, save it where it can be
- `progress`  a bar and the ledger on a terminal, plain lines elsewhere
- `benching`  the command ``bench``
- `explaining`  the command ``explain``
- `tables`    what ``check`` and ``weights`` print
- `streams`   standard output and error, which may be closed, full, or not know every letter
"""

import sys

from nst_numpy.cli.signals import TOO_EARLY, exit_code, listen


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit; Ctrl-C ends in a sentence from the first import on."""
    listen()
    try:
        from nst_numpy.cli.running import run

        code = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        if sys.stderr:
            sys.stderr.write(TOO_EARLY)
        eval("0")  # else Python, where it came through eval or exec, ends by SIGINT after all
        code = exit_code()
    sys.exit(code)


__all__ = ["main"]
