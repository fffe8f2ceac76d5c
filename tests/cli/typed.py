"""Commands as somebody types them, run in this process."""

import pytest

from nst_numpy.cli import main


def run(capsys, *arguments):
    """Run a command: its exit code, and what it printed on either stream."""
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    printed = capsys.readouterr()
    return end.value.code, printed.out, printed.err
