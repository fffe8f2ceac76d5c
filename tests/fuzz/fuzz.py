"""Fuzzing by coverage: what has led through new lines of the readers is changed further.

It needs `atheris`, which no test does, and an environment of its own for it. From the project's
folder, for ten minutes, with what is tried kept in a folder::

    pip install -e . atheris
    python tests/fuzz/fuzz.py pictures FOLDER -max_total_time=600

The first word is the name of one of the `TARGETS`; the rest is libFuzzer's. It begins with the
sound files of the corpus. What fails is left in a file ``crash-…``; to try one again::

    python tests/fuzz/fuzz.py pictures crash-…

`test_fuzz.py` goes through the same targets without atheris, and holds what was found.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "corpus"))


INSTRUMENTED = ["nst_numpy", "PIL", "zipfile", "numpy.lib", "h5py", "tomllib", "json"]


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from targets import SOUND, TARGETS

    name, *arguments = sys.argv[1:]
    target = TARGETS[name]
    shared = Path("/dev/shm")  # in memory, where there is such a folder
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        for number, sound in enumerate(SOUND[name]()):
            for kept in (Path(argument) for argument in arguments):
                if kept.is_dir():
                    (kept / f"sound-{number}").write_bytes(sound)
        atheris.Setup([sys.argv[0], *arguments], lambda made: target(made, Path(folder)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
