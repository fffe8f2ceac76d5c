"""What can be chosen on the page: each a slider or a list, with limits of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from nst_numpy.errors import InputError, check_choice, shown


@dataclass(frozen=True)
class Slider:
    """A number between two others.

    Attributes
    ----------
    option
        Of the command line.
    label, help
        What it is called, and what more of it does.
    least, most, step, usual
        As they stand in the slider.
    power
        Whether the number is 10 to the power of the slider's, to two digits.
    more
        Whether it stands with those that few need.
    """

    option: str
    label: str
    help: str
    least: float
    most: float
    step: float
    usual: float
    power: bool = False
    more: bool = False

    def word(self, value: Any) -> str:
        """Write the option, or refuse the value."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not self.least <= value <= self.most:
            raise InputError(
                f"{self.label} must be between {self.least:g} and {self.most:g}, "
                f"not {shown(value)}."
            )
        return f"--{self.option}={self.number(value):g}"

    def number(self, value: float) -> float:
        """Return what a place of the slider means."""
        if self.power:
            return float(f"{10.0**value:.2g}")
        return round(value) if float(self.step).is_integer() else round(value, 6)

    def html(self) -> str:
        """Write it for the form."""
        return (
            f'<div class="choice"><label for="{self.option}">{escape(self.label)}</label>'
            f'<output for="{self.option}">{self.number(self.usual):g}</output>'
            f'<input type="range" id="{self.option}" name="{self.option}" min="{self.least:g}" '
            f'max="{self.most:g}" step="{self.step:g}" value="{self.usual:g}" '
            f'{"data-power " if self.power else ""}aria-describedby="{self.option}-help">'
            f'<small id="{self.option}-help">{escape(self.help)}</small></div>'
        )


@dataclass(frozen=True)
class List:
    """One of some words; see `Slider`."""

    option: str
    label: str
    help: str
    words: Mapping[str, str]
    more: bool = False

    @property
    def usual(self) -> str:
        """The first of them."""
        return next(iter(self.words))

    def word(self, value: Any) -> str:
        """Write the option, or refuse the value."""
        check_choice(self.label, value, tuple(self.words))
        return f"--{self.option}={value}"

    def html(self) -> str:
        """Write it for the form."""
        options = "".join(
            f'<option value="{escape(word)}">{escape(said)}</option>'
            for word, said in self.words.items()
        )
        return (
            f'<div class="choice"><label for="{self.option}">{escape(self.label)}</label>'
            f'<select id="{self.option}" name="{self.option}" '
            f'aria-describedby="{self.option}-help">{options}</select>'
            f'<small id="{self.option}-help">{escape(self.help)}</small></div>'
        )


LAYERS = {f"conv{n}_2": f"conv{n}_2" for n in (4, 2, 3, 5)}
CHOICES: tuple[Slider | List, ...] = (
    Slider("size", "Size", "Longest side in pixels. Twice as much takes four times as long.",
           128, 1024, 32, 384),
    Slider("iterations", "Steps", "At each of the sizes it goes through, at most.", 5, 200, 5, 40),
    Slider("beta", "Style, β", "More takes more of the painting.", 0, 5, 0.1, 2.4, power=True),
    Slider("style-scale", "Strokes", "Size of the style beside the photograph: larger means larger "
           "strokes.", 0.25, 2, 0.05, 1),
    List("colours", "Colours", "Those of the painting, or the photograph’s.",
         {"style": "the painting’s", "luminance": "the photograph’s: light and dark are painted",
          "match": "the photograph’s: given to the style first"}),
    Slider("alpha", "Content, α", "More keeps more of the photograph; 10 or more, if it begins "
           "with noise or gray.", -1, 3, 0.1, 0, power=True, more=True),
    List("start", "It begins with", "The picture that is changed, step by step.",
         {"content": "the photograph", "noise": "noise", "gray": "gray"}, more=True),
    List("content-layers", "Layer of the content", "Deeper ones keep less of what is where.",
         LAYERS, more=True),
    Slider("scales", "Sizes", "It is painted small first, and each time twice as large.",
           1, 4, 1, 2, more=True),
    List("optimizer", "Optimizer", "What changes the picture.",
         {"lbfgs": "L-BFGS", "adam": "Adam", "gradient-descent": "gradient descent"}, more=True),
    Slider("seed", "Seed", "Of the noise.", 0, 100, 1, 0, more=True),
)  # fmt: skip


def words_of(given: Any) -> list[str]:
    """Write what was chosen as the command line takes it; what is not given is as usual.

    Raises
    ------
    InputError
        If a name is unknown, or a value out of its limits.
    """
    if not isinstance(given, dict):
        raise InputError(f"Choices have names and values, not {shown(given)}.")
    known = {choice.option for choice in CHOICES}
    for name in given:
        if name not in known:
            raise InputError(f"There is nothing to choose called {shown(name)}.")
    return [choice.word(given.get(choice.option, choice.usual)) for choice in CHOICES]


def number_of(given: Mapping[str, Any], option: str) -> float:
    """Return the number of a slider that was chosen."""
    slider = next(x for x in CHOICES if isinstance(x, Slider) and x.option == option)
    return slider.number(given.get(option, slider.usual))


def form() -> tuple[str, str]:
    """Write those that many need, and those that few do."""
    usual = "".join(choice.html() for choice in CHOICES if not choice.more)
    return usual, "".join(choice.html() for choice in CHOICES if choice.more)
