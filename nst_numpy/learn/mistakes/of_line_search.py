"""Known mistakes in the strong Wolfe conditions: a step is right, too long, or too short."""

from collections.abc import Callable

from nst_numpy.learn.task import Mistake

DOWN = "too long where φ(t) > φ(0) + c1·t·φ'(0)"
UP = "too long where φ'(t) > -c2·φ'(0): there it goes up again"
STEEP = "too short where φ'(t) < c2·φ'(0): there it is still steep"


def _verdict(
    down: Callable[[float, float, float], float] = lambda t, slope_0, c1: c1 * t * slope_0,
    up: bool = True,
    steep: Callable[[float, float], float] = lambda slope_0, c2: c2 * slope_0,
    exchanged: bool = False,
    words: tuple[str, str] = ("too long", "too short"),
) -> Callable[..., str]:
    """Return the conditions, with one of their parts replaced."""

    def line_search(
        t: float,
        height_0: float,
        slope_0: float,
        height: float,
        slope: float,
        c1: float = 1e-4,
        c2: float = 0.9,
    ) -> str:
        if exchanged:
            c1, c2 = c2, c1
        if height > height_0 + down(t, slope_0, c1) or (up and slope > -steep(slope_0, c2)):
            return words[0]
        return words[1] if slope < steep(slope_0, c2) else "right"

    return line_search


# fmt: off
OF_LINE_SEARCH: dict[str, tuple[Mistake, ...]] = {
    "line-search": (
        Mistake("any descent", "Any step that goes down at all is taken: c1·t·φ'(0) is missing.",
                DOWN, _verdict(down=lambda t, slope_0, c1: 0.0)),
        Mistake("t forgotten", "The promised descent c1·φ'(0) is not multiplied by t.",
                DOWN, _verdict(down=lambda t, slope_0, c1: c1 * slope_0)),
        Mistake("c1 forgotten", "The whole descent t·φ'(0) is asked for, without c1.",
                DOWN, _verdict(down=lambda t, slope_0, c1: t * slope_0)),
        Mistake("weak Wolfe", "It lets through a slope that goes up again: these are the "
                "weak conditions, without |φ'(t)|.", UP, _verdict(up=False)),
        Mistake("c2 forgotten", "The slope is compared with φ'(0) itself, without c2.",
                STEEP, _verdict(steep=lambda slope_0, c2: slope_0)),
        Mistake("c1 for c2", "c1 and c2 are exchanged.", DOWN, _verdict(exchanged=True)),
        Mistake("long for short", "Too long and too short are exchanged.",
                STEEP, _verdict(words=("too short", "too long"))),
    ),
}
# fmt: on
