"""What people look for: each line of the README's list is a command that can be typed."""

import re
import shlex
from pathlib import Path

import pytest

from nst_numpy.cli.running import app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
LIST = README.partition("What people look for")[2].partition("\n\nWithout a terminal")[0]
WISHES = re.findall(r"^\| ([^|]*) \| (`.*) \|$", LIST, re.M)


@pytest.mark.parametrize(("wish", "words"), WISHES, ids=[wish for wish, _ in WISHES])
def test_a_wish_can_be_typed(wish, words):
    for typed in re.findall(r"`([^`]+)`", words):
        if typed.startswith(("stylize …", "film ")):
            continue
        first = typed.split()[0]
        command = (
            typed if first in ("stylize", "texture", "batch") else f"stylize a.jpg b.jpg {typed}"
        )
        app.parse_args(shlex.split(command), exit_on_error=False, print_error=False)


def test_all_wishes_are_read():
    assert len(WISHES) == LIST.count("\n| ") - 1 >= 13
