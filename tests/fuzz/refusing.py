"""What every target shares: a refusal is one sentence."""

from collections.abc import Callable

from nst_numpy import InputError


def refused(go: Callable[[], object]) -> None:
    """Do it; that it is refused by a sentence is well."""
    try:
        go()
    except InputError as error:
        said = str(error)
        assert "\n" not in said, said
        assert said.endswith((".", "?")), said
