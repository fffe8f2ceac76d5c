"""A contact sheet: pictures in rows and columns, with what differs written beside them."""

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

GAP, TITLE = 8, 24
PAPER, INK, FAINT = "#ffffff", "#222222", "#e6e6e6"


def contact_sheet(
    rows: Sequence[str],
    columns: Sequence[str],
    pictures: Mapping[tuple[int, int], Image.Image],
    side: int = 256,
) -> Image.Image:
    """Lay out pictures with labels.

    Parameters
    ----------
    rows, columns : sequence of str
        What is written at the left of each row, and above each column.
    pictures : mapping, (row, column) -> Image
        Where one is missing, its place stays gray.
    side : int
        Pixels of the longest side of each.
    """
    text = ImageFont.load_default(15)
    small = {}
    for place, picture in pictures.items():
        share = side / max(picture.size)
        width, height = (max(1, round(length * share)) for length in picture.size)
        small[place] = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    wide = max((picture.width for picture in small.values()), default=side)
    high = max((picture.height for picture in small.values()), default=side)
    measure = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    widest = max((measure.textlength(row, text) for row in rows), default=0)
    left = round(widest) + 2 * GAP if widest else GAP
    wide = max(wide, round(max((measure.textlength(c, text) for c in columns), default=0)))
    sheet = Image.new(
        "RGB",
        (left + len(columns) * (wide + GAP), TITLE + GAP + len(rows) * (high + GAP)),
        PAPER,
    )
    draw = ImageDraw.Draw(sheet)
    for i, row in enumerate(rows):
        y = TITLE + GAP + i * (high + GAP)
        draw.text((left - GAP, y + high // 2), row, INK, text, anchor="rm")
    for j, column in enumerate(columns):
        x = left + j * (wide + GAP)
        draw.text((x + wide // 2, GAP + TITLE // 2), column, INK, text, anchor="mm")
        for i in range(len(rows)):
            y = TITLE + GAP + i * (high + GAP)
            if (i, j) in small:
                picture = small[i, j]
                sheet.paste(picture, (x + (wide - picture.width) // 2, y))
            else:
                draw.rectangle([x, y, x + wide - 1, y + high - 1], FAINT)
    return sheet
