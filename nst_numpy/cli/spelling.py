"""Values as a shell spells them: read from text, and written as text that reads the same again."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from cyclopts import Parameter, Token

from nst_numpy.arrays import Array
from nst_numpy.costs import STATISTICS, Statistic
from nst_numpy.network import NETWORKS, Network
from nst_numpy.settings import Start


def read_layers(_: Any, tokens: Sequence[Token]) -> dict[str, float]:
    """Read ``conv4_2:1,conv5_2:0.5,conv1_1:1/4096``; without a number the weight is 1."""
    weights: dict[str, float] = {}
    text = tokens[0].value
    for part in text.split(",") if text.strip() else ():
        layer, _, weight = (piece.strip() for piece in part.partition(":"))
        try:
            if not layer:
                raise ValueError  # noqa: TRY301
            number = read_share(weight or "1")
        except (ValueError, ZeroDivisionError):
            raise ValueError(
                f"{part!r} is not a layer and its weight, as in conv4_2:1,conv5_2:0.5."
            ) from None
        if layer in weights:
            raise ValueError(f"{layer} is given twice.")
        if layer.startswith("relu"):
            ours = layer.replace("relu", "conv", 1)
            raise ValueError(f"{layer} is {ours} here: each layer is looked at after its ReLU.")
        weights[layer] = number
    return weights


def read_numbers(_: Any, tokens: Sequence[Token]) -> tuple[float, ...]:
    """Read ``3,1``."""
    text = tokens[0].value
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} is not numbers with commas between them, as in 3,1.") from None


def read_share(text: str) -> float:
    """Read a number, or one over another, as in 1/4096."""
    above, stroke, below = text.partition("/")
    return float(above) / float(below) if stroke else float(text)


def show_share(number: float) -> str:
    """Write a number as `read_share` reads it, to the last digit: 1/4096, not 0.000244140625."""
    plain = repr(float(number)).removesuffix(".0")
    if len(plain) > len("0.12345") and 1e-9 < number < 1 and 1 / round(1 / number) == number:
        return f"1/{round(1 / number)}"
    return plain


def show_layers(weights: Mapping[str, float]) -> str:
    """Write layers as `read_layers` reads them, to the last digit."""
    return ",".join(f"{layer}:{show_share(weight)}" for layer, weight in weights.items())


def read_whole(_: Any, tokens: Sequence[Token]) -> int:
    """Read a whole number, and nothing that would have to be rounded."""
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value!r} is not a whole number.") from None


def read_size(_: Any, tokens: Sequence[Token]) -> int | Literal["max"]:
    """Read a whole number, or ``max``."""
    if tokens[0].value == "max":
        return "max"
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value!r} is neither a whole number nor max.") from None


def read_memory(_: Any, tokens: Sequence[Token]) -> float:
    """Read gigabytes of 10⁹ bytes: 4, 4GB, 4 GiB or 800MB."""
    text = tokens[0].value
    found = MEMORY.fullmatch(text.strip())
    number, unit = found.groups() if found else ("", "")
    try:
        return float(number) / (UNITS["G"] / UNITS[(unit or "G").upper()])  # of 1e300 not infinite
    except ValueError:
        raise ValueError(f"{text!r} is not a memory, as in 4, 4GB or 800MB.") from None


def read_file(_: Any, tokens: Sequence[Token]) -> Path:
    """Read the name of a file."""
    if not tokens[0].value:
        raise ValueError("The name of the file is empty.")
    return Path(tokens[0].value)


UNITS = {"M": 10**6, "MI": 2**20, "G": 10**9, "GI": 2**30, "T": 10**12, "TI": 2**40}
MEMORY = re.compile(r"(.*?)\s*(?:([MGT]i?)B?)?", re.IGNORECASE)
"""A number of gigabytes, or of another unit that is written behind it."""
MEMORY_HELP = (
    "How many gigabytes a painting may take, as in 4, 4GB or 800MB; what is free, if not given."
)
SIZE_HELP = (
    "Longest side of the painting, and of the styles, in pixels; max is the largest for which "
    "there is memory as a whole."
)
Whole = Annotated[int, Parameter(converter=read_whole, n_tokens=1)]
Size = Annotated[
    int | Literal["max"],
    Parameter(converter=read_size, n_tokens=1, help=SIZE_HELP, show_choices=False),
]
Named = Annotated[Path, Parameter(converter=read_file, n_tokens=1)]
"""An empty name, as an unset variable leaves it, would be the working folder."""
File = Annotated[Path | None, Parameter(converter=read_file, n_tokens=1)]


def known(values: Mapping[str, object]) -> Any:
    """Spell a value by the name under which it is known; where there is but one, do not show it."""
    return Annotated[Literal[tuple(values)], Parameter(show=len(values) > 1)]


def among(values: Iterable[str]) -> Any:
    """Have a shell complete some words, and take any other as it is: somebody else refuses it."""
    as_it_is = Parameter(
        converter=lambda _, tokens: tokens[0].value, n_tokens=1, accepts_keys=False,
        show_choices=False,
    )  # fmt: skip
    return Annotated[Literal[tuple(values)], as_it_is]


LAYERS = Parameter(converter=read_layers, accepts_keys=False, n_tokens=1, show_default=show_layers)
Numbers = Annotated[
    tuple[float, ...],
    Parameter(converter=read_numbers, n_tokens=1, negative=(), show_default=False),
]
NAMED: dict[str, Mapping[str, Any]] = {"network": NETWORKS, "statistic": STATISTICS}
SPELLINGS: dict[Any, Any] = {
    int: Whole,
    int | None: Annotated[int | None, Parameter(converter=read_whole, n_tokens=1)],
    Sequence[float]: Numbers,
    Mapping[str, float]: Annotated[Mapping[str, float], LAYERS],
    "memory": Annotated[
        float | None, Parameter(converter=read_memory, n_tokens=1, help=MEMORY_HELP)
    ],
    Start | Array: among(get_args(Start)),  # or a file's name
    Network: known(NETWORKS),
    Statistic: known(STATISTICS),
}
"""The type of a field, or its name -> how it is written; any other is written as itself."""
