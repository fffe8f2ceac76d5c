"""The targets of the fuzzer, without it: what is sound, some damage, and what it found."""

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "corpus"))

from targets import SOUND, TARGETS

FOUND = {
    "built-states": (  # an array where "ended" is yes or no: read, and the next step failed
        bytes.fromhex("323334353637383c3b39") + bytes.fromhex("3e403f3a3d4142434445464748494a4b"),
        b"23456789:;<=>?@ABCDEFGHIJKLMNO",
    ),
}


def tried(name):
    """Yield what a target begins with, and some that has been made of it."""
    rng = random.Random(name)
    sound = SOUND[name]()
    yield from sound
    for _ in range(15):
        made = bytearray(rng.choice(sound))
        for _ in range(rng.randrange(1, 5)):
            made[rng.randrange(len(made))] = rng.randrange(256)
        yield bytes(made)
    yield from FOUND.get(name, ())


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_read_is_sound_or_refused_in_a_sentence(name, tmp_path):
    for made in tried(name):
        TARGETS[name](made, tmp_path)
