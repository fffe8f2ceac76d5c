"""The command line: arguments derived from `Settings`, progress, errors in words.

- `app`       the commands, and what becomes of an error
- `options`   `Settings` as a shell spells them
- `painting`  paint, show how it goes, save whatever happens
- `progress`  a bar and the ledger on a terminal, plain lines elsewhere
- `tables`    what ``check`` and ``weights`` print
"""

from nst_numpy.cli.app import main

__all__ = ["main"]
