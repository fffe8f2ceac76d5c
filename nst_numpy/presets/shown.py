"""The systems as a table, where somebody looks at it."""

from nst_numpy.appearance import html_table, number, text_table
from nst_numpy.presets.translating import Preset


class Presets(dict[str, Preset]):
    """The systems by name; shown as a table."""

    HEAD = ("preset", "system", "its weights", "optimizer", "iterations")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table: what each weighs, and how long it paints."""
        return [
            (
                name, one.system, f"{number(one.content_weight)}, {number(one.style_weight)}",
                one.optimizer, str(one.iterations),
            )
            for name, one in self.items()
        ]  # fmt: skip

    def __repr__(self) -> str:
        return text_table(self.HEAD, self.rows)

    def _repr_html_(self) -> str:
        return html_table(self.HEAD, self.rows)
