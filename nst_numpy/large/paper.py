"""Clusters that are not there, on paper: how long an evaluation would take, and what limits it.

What one strip takes has been measured; the rest is counting. `reckoned` adds it up in a formula,
which knows only what each worker and each end of the wire have to do in all. `simulated` replays
the two rounds letter by letter, where one waits for another, and workers may be slow, or die.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from nst_numpy.large.cutting import Strip, cut, halo, height
from nst_numpy.network import Network

PIXEL = 12
"""Bytes of a pixel: three numbers."""


@dataclass(frozen=True)
class Constants:
    """What has been measured, and what is assumed of machines and wires.

    Attributes
    ----------
    up, down
        Seconds that a worker needs for a pixel that its strip sees, on the way up and down.
    letter
        Seconds between an order and its answer, but for what the two above count.
    sums
        Bytes of what is measured of a style: one small matrix for each layer.
    room
        Bytes that an evaluation takes for a pixel.
    memory
        Bytes that a worker has for it.
    wire
        Bytes in a second that the client sends; as many come back at the same time.
    reading
        Bytes in a second of the pictures that a worker multiplies with another one, or adds up.
    """

    up: float
    down: float
    letter: float
    sums: float
    room: float
    memory: float
    wire: float
    reading: float = 6e9


@dataclass(frozen=True)
class Evaluation:
    """One evaluation of J and dJ/dG.

    Attributes
    ----------
    seconds
    strips
        How many there are for each worker.
    parts
        What would be needed by itself: "computing", of a worker; "sending" and "receiving", of
        the client; "letters".
    halo
        Which share of what the strips see is halo.
    """

    seconds: float
    strips: int
    parts: Mapping[str, float]
    halo: float

    @property
    def limit(self) -> str:
        """What takes longest."""
        return max(self.parts, key=self.parts.__getitem__)


def strips_of(
    side: int, workers: int, known: Constants, network: Network, taps: Sequence[str]
) -> list[Strip]:
    """Cut a square picture so that each worker has as many strips, and one fits its memory."""
    around = halo(network, taps)
    most = int(known.memory / known.room / side) - 2 * around  # rows that a strip may own
    if most < 16:
        raise ValueError(f"A worker's memory is too little for a strip of {side} pixels.")
    each = max(1, -(-(side - 2 * around) // (workers * most)))
    return cut(side, height(side, each * workers, network, taps), network, taps)


def reckoned(
    side: int, workers: int, known: Constants, network: Network, taps: Sequence[str]
) -> Evaluation:
    """Reckon what an evaluation takes: the slowest of what goes on at the same time."""
    strips = strips_of(side, workers, known, network, taps)
    pixels = [side * (strip.seen[1] - strip.seen[0]) for strip in strips]
    each = -(-len(strips) // workers)
    first = max(sum(pixels[n * each : (n + 1) * each]) for n in range(workers))
    again = sum(pixels) - sum(pixels[each - 1 :: each])  # in strips that go up twice
    computing = known.up * first + known.down * first + known.up * (first - max(pixels))
    parts = {
        "computing": computing,
        "sending": (PIXEL * (sum(pixels) + again) + known.sums * len(strips)) / known.wire,
        "receiving": (PIXEL * sum(pixels) + known.sums * len(strips)) / known.wire,
        "letters": 2 * known.letter * each,
    }
    return Evaluation(max(parts.values()), each, parts, 1 - side * side / sum(pixels))


def remembered(side: int, workers: int, known: Constants, pairs: int) -> float:
    """Reckon what an iteration of L-BFGS takes besides, whose pairs are on the workers, in seconds.

    Nine letters, one after the other: four pictures go out, and two come back; three times each s
    or each y is multiplied with a picture, and twice they are added up.
    """
    picture = PIXEL * side * side
    computing = 5 * pairs * picture / workers / known.reading
    return 9 * known.letter + 6 * picture / known.wire + computing


@dataclass(frozen=True)
class Trouble:
    """What may go wrong.

    Attributes
    ----------
    slow
        Number of a worker -> how many times as long it needs.
    dies
        Number of a worker -> when in the first round, in seconds, it is gone for good.
    jitter
        Up to how many seconds a letter is late, each by chance.
    seed
        Of that chance.
    """

    slow: Mapping[int, float] = field(default_factory=dict)
    dies: Mapping[int, float] = field(default_factory=dict)
    jitter: float = 0.0
    seed: int = 0


def simulated(
    side: int,
    workers: int,
    known: Constants,
    network: Network,
    taps: Sequence[str],
    trouble: Trouble = Trouble(),  # noqa: B008  (it is frozen)
) -> float:
    """Replay the two rounds letter by letter, and return their seconds.

    The client sends one letter after the other, and receives one answer after the other. A worker
    takes its strips in turn. The second round begins when the last sums are there. What a dead
    worker had, the next living one does again.
    """
    strips = strips_of(side, workers, known, network, taps)
    pixels = [side * (strip.seen[1] - strip.seen[0]) for strip in strips]
    late = Random(trouble.seed)
    each = -(-len(strips) // workers)
    held: dict[int, int] = {}
    now = 0.0
    for coming_down in (False, True):
        order = range(len(strips))[::-1] if coming_down else range(len(strips))
        out = now
        free = dict.fromkeys(range(workers), now)
        back: list[tuple[float, int]] = []
        for n in order:
            stays = coming_down and n % each == each - 1
            size = PIXEL * pixels[n] * (not stays) + known.sums * coming_down
            out += size / known.wire
            arrives = out + known.letter + trouble.jitter * late.random()
            whose = n // each
            while whose in trouble.dies and (
                coming_down
                or max(arrives, free[whose]) + _busy(known, pixels[n], whose, trouble)
                > trouble.dies[whose]
            ):
                arrives = max(arrives, now if coming_down else trouble.dies[whose])
                whose = (whose + 1) % workers
            work = _busy(known, pixels[n], whose, trouble)
            if coming_down:
                again = held.get(whose) != n
                held.pop(whose, None)
                work = work * again + known.down * pixels[n] * trouble.slow.get(whose, 1.0)
            else:
                held[whose] = n
            free[whose] = max(arrives, free[whose]) + work
            back.append((free[whose], n))
        wire = now
        for done, n in sorted(back):
            size = PIXEL * pixels[n] if coming_down else known.sums
            wire = max(wire, done) + size / known.wire
        now = wire
    return now


def _busy(known: Constants, pixels: int, worker: int, trouble: Trouble) -> float:
    return known.up * pixels * trouble.slow.get(worker, 1.0)
