"""The command line: arguments derived from `Settings`, progress, errors in words.

- `signals`   Ctrl-C and other signals that ask a run to stop
- `running`   run a command, and say in words how it ended
- `app`       the commands
- `options`   `Settings` as a shell spells them; `spelling`, its types, read and written; `others`,
  what other programs call them
- `sizes`     how much memory a size takes, and the largest that fits
- `painting`  paint, show how it goes, save whatever happens
- `keeping`   what is kept of a painting: its description, the folder of its run
- `reporting`, `paging`   the commands ``report`` and ``film``, and ``page``
- `kept_commands`   the commands ``resume`` and ``replay``; `continuing`, how a run is gone on with;
  `sweeping`, the command ``sweep``; `configuring` reads options from plain values
- `batching`, `completing`  the commands ``batch`` and ``completion``
- `naming`    nothing that is there is written over unasked
- `saving`    save a painting; if that fails, save it where it can be
- `progress`  a bar and the ledger on a terminal, plain lines elsewhere
- `benching`  the command ``bench``
- `translating`  the command ``presets``
- `explaining`  the command ``explain``
- `learning`, `learn_painting`, `learn_grading`   the command ``learn``; `learn_limits` and
  `learn_tables`, how long files may run, and what it prints
- `checking`  the commands ``check`` and ``weights``; `tables`, what they print
- `streams`   standard output and error, which may be closed, full, or not know every letter
"""

import sys

from nst_numpy.cli.signals import exit_code, hold_places, listen, no_more, say_at_once


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit; Ctrl-C ends in a sentence from the first import on."""
    hold_places()
    listen()
    try:
        from nst_numpy.cli.streams import usable_width

        usable_width()  # before anything that prints asks for it
        from nst_numpy.cli.running import run

        code = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        say_at_once("Stopped before there was anything to save.")
        code = exit_code()
    except (ImportError, MemoryError) as error:
        if isinstance(error, ModuleNotFoundError) or not says_too_little(error):
            raise
        say_at_once("There is too little memory to load what is needed.")
        code = 2
    no_more()
    # Python remembers a KeyboardInterrupt that left exec or eval, though it was caught since, and
    # would end by SIGINT whatever the code; the next eval makes it forget.
    eval("0")
    sys.exit(code)


def says_too_little(error: Exception) -> bool:
    """Return whether a library was not loaded for want of memory."""
    said = ("failed to map segment", "allocate memory", "Unable to allocate")
    return isinstance(error, MemoryError) or any(words in str(error) for words in said)


__all__ = ["main"]
