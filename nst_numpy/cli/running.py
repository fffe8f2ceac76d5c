"""Run a command, and say in words how it ended."""

import warnings
from collections.abc import Sequence

from cyclopts import CycloptsError, UnknownOptionError, UnusedCliTokensError

from nst_numpy.cli import (  # noqa: F401  (they add themselves)
    batching,
    completing,
    kept_commands,
    paging,
    reporting,
    sweeping,
)
from nst_numpy.cli.app import app, demo
from nst_numpy.cli.others import ours_for, with_one_dash
from nst_numpy.cli.painting import Interrupted
from nst_numpy.cli.signals import exit_code
from nst_numpy.cli.streams import complain, forgive_letters, note
from nst_numpy.errors import InputError, Vanished


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    Returns
    -------
    code : int
        0 well, 1 a check failed, 2 a user's error, 130, 143 or 129 stopped by a signal.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C or another signal to stop, if there was nothing to save.
    """
    forgive_letters()
    warnings.showwarning = lambda message, *_, **__: note(f"Note: {message}")
    if said := with_one_dash(arguments):
        complain(said)
        return 2
    try:
        code = app(arguments, exit_on_error=False, print_error=False) if arguments else demo()
    except UnusedCliTokensError as error:
        extra = " ".join(error.unused_tokens or ())
        complain(f"{arguments[0]} does not take {extra}; see nst_numpy {arguments[0]} --help.")
        return 2
    except UnknownOptionError as error:
        complain(ours_for(error.token.keyword or error.token.value) or error)
        return 2
    except (CycloptsError, InputError, Vanished) as error:
        complain(error)
        return 2
    except MemoryError:
        complain("There is too little memory for this; a smaller size needs less.")
        return 2
    except Interrupted as stop:
        for line in str(stop).splitlines():
            complain(line)
        return exit_code()
    return int(code or 0)
