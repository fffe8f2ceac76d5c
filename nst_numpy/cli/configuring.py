"""Options as plain values, and back: they are read as the command line reads them."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

from cyclopts import App, CycloptsError, Parameter

from nst_numpy.cli.options import Options
from nst_numpy.cli.spelling import show_layers
from nst_numpy.cli.streams import detail
from nst_numpy.errors import InputError
from nst_numpy.runs.tables import meant, plain, read_toml
from nst_numpy.settings import Start

FILES = ("content_mask", "style_mask")
"""Options that name pictures: these are described with the inputs."""
Given = TypeVar("Given", bound=Options)
NOT_TOLD = (*FILES, "memory", "trace", "save_every", "cluster")


def reader_of(kind: type[Options]) -> App:
    """Return what reads options from words."""
    reader = App(result_action="return_value", help_flags=[], version_flags=[])

    def read(options: Options = kind()) -> Options:  # noqa: B008  (it is frozen)
        return options

    read.__annotations__["options"] = Annotated[kind, Parameter(name="*")]
    reader.default(read)
    return reader


def options_table(options: Options) -> dict[str, Any]:
    """Return options as plain values; those without a value, and files, are left out.

    Beside a preset only those that were given: what it chooses, it will choose again.
    """
    names = [f.name for f in fields(options) if f.name not in NOT_TOLD]
    if options.preset:
        names = [name for name in names if name in options.given]
    table = {name: getattr(options, name) for name in names}
    if table.get("start", "content") not in get_args(Start):
        del table["start"]
    return {
        name: plain(value)
        for name, value in table.items()
        if value is not None and not (isinstance(value, tuple) and not value)
    }


def options_of(table: Mapping[str, Any], where: object, kind: type[Options] = Options) -> Options:
    """Make options of plain values.

    Raises
    ------
    InputError
        If a name is unknown, or a value does not fit it; the sentence says where.
    """
    known = [f.name for f in fields(kind) if f.name not in FILES]
    words, usual = [], kind()
    for name, value in table.items():
        if name not in known:
            said = meant(name, known) or "."
            raise InputError(f"{where} has an option {name!r}, unknown here{said}")
        if value is not False or getattr(usual, name):  # some have no --no-…, and need none
            words.append(word(name.replace("_", "-"), value))
    try:
        found: Options = reader_of(kind)(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        raise InputError(f"{where}: {' '.join(str(error).split())}") from None
    return found


def with_config(options: Given, path: Path | None) -> Given:
    """Return options with those of a TOML file for what was not typed.

    The file is a table of options, or has one of that name, as a run's folder has.

    Raises
    ------
    InputError
        If it cannot be read, a name is unknown, or a value does not fit it.
    """
    if path is None:
        return options
    tables = read_toml(path)
    table = tables.get("options", tables)
    if not isinstance(table, Mapping):
        raise InputError(f"{path}: options must be a table.")
    kind = type(options)
    named = {name.replace("-", "_"): value for name, value in table.items()}
    found = options_of(named, path, kind)
    chosen = {name: getattr(found, name) for name in found.given}
    return kind(**chosen).but(**{name: getattr(options, name) for name in options.given})


def check_averaged(typed: Collection[str], *options: Options) -> None:
    """Refuse a number of steps to average, where somebody typed one and no average is saved.

    A file of options may have one: a run's folder has every option.
    """
    if "averaged" in typed and all(one.keep != "average" for one in options):
        raise InputError("--averaged belongs to --keep average; give both, or leave it out.")


def tell_options(options: Options) -> None:
    """With ``--verbose``, print every option as somebody types it."""
    for name, value in options_table(options).items():
        detail(word(name.replace("_", "-"), value))


def word(name: str, value: Any) -> str:
    """Write an option as somebody types it."""
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    if isinstance(value, Mapping):
        try:
            return f"--{name}={show_layers(value)}"
        except (TypeError, ValueError):
            raise InputError(f"{name} must be layers with a number each.") from None
    if isinstance(value, list):
        return f"--{name}={('x' if name == 'size' else ',').join(map(str, value))}"
    return f"--{name}={value}"


def varied(options: Options, name: str, text: str) -> Options:
    """Return options of which one has another value, as somebody types it."""
    found = options_of({name: text}, "--over")
    return options.but(**{name: getattr(found, name)})


def with_files(options: Options, inputs: Mapping[str, Path]) -> Options:
    """Return options that name the masks and the start among some inputs."""
    masks: dict[str, Any] = {
        name: tuple(path for role, path in inputs.items() if role.startswith(f"{name}-"))
        for name in FILES
    }
    start: dict[str, Any] = {"start": str(inputs["start"])} if "start" in inputs else {}
    return options.but(**masks, **start)
