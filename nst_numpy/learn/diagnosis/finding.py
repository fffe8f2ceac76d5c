"""What a diagnosis says: findings, each with the number that says so."""

from collections.abc import Sized
from dataclasses import dataclass, replace

from nst_numpy.learn.task import Mistake

KNOWN, FORM, FACTOR, SIMPLE, KNOWN_TIMES, TIMES, TWO, FORMULA, WEAK, LAST = range(10)
"""The order of findings: what needs the fewest assumptions comes first."""


def same_in(calls: Sized) -> str:
    """Say in how many calls all numbers are explained."""
    return f"all numbers of {len(calls)} call{'s' * (len(calls) > 1)}"


@dataclass(frozen=True)
class Finding:
    """One thing that was seen.

    Attributes
    ----------
    sentence
        What it looks like.
    number
        What was measured that says so.
    mistake
        The known mistake whose results these are, if they are.
    sure
        Whether all numbers of all calls are explained by the sentence.
    rank
        Its place in the order; less comes first.
    """

    sentence: str
    number: str = ""
    mistake: Mistake | None = None
    sure: bool = False
    rank: int = LAST

    def about(self, prefix: str, suffix: str = "") -> "Finding":
        """Return it with words before and after."""
        return replace(self, sentence=f"{prefix}{self.sentence}{suffix}")


@dataclass(frozen=True)
class Diagnosis:
    """What was found, the best first; nothing, if all is right."""

    findings: tuple[Finding, ...]

    @property
    def right(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.findings
