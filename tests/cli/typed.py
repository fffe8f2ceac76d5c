"""Commands as somebody types them, run in this process."""

import signal

import pytest

from nst_numpy.cli import main
from nst_numpy.cli.signals import STOPPING


def run(capsys, *arguments):
    """Run a command: its exit code, and what it printed on either stream."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    try:
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    printed = capsys.readouterr()
    return end.value.code, printed.out, printed.err
