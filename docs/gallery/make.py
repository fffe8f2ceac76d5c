"""Paint the gallery: run the commands of its page, and put what they painted side by side.

    python docs/gallery/make.py FOLDER          # every row
    python docs/gallery/make.py FOLDER NAME …   # those whose picture is NAME.webp

A picture that is in FOLDER already is not painted again. A row shows what its commands have
painted, in their order, or what the comment ``# shown: …`` names; what ``# named: …`` says stands
under each. The first two rows are not among them: their pictures do not come with the package.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

LANCZOS = Image.Resampling.LANCZOS
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PAGE = HERE.parent / "gallery.md"
WIDTH, GAP, COLUMNS, LETTERS = 972, 6, 3, 16
QUALITY, LARGEST = 84, 150_000


def rows(text: str) -> dict[str, list[str]]:
    """Return the commands of each row, by the name of its picture; first, those without one."""
    found: dict[str, list[str]] = {}
    name = ""
    for part in re.split(
        r"(!\[[^\]]*\]\(gallery/[^)]*\)|^```sh\n.*?^```)", text, flags=re.M | re.S
    ):
        if picture := re.search(r"\(gallery/(.*)\.webp\)", part):
            name = picture[1]
        elif part.startswith("```sh\n"):
            block = part[6:-3].replace("\\\n", " ")
            found.setdefault(name, []).extend(whole_lines(block))
    return found


def whole_lines(block: str) -> list[str]:
    """Split a block into lines, none of which ends inside quotes."""
    lines, open_line = [], ""
    for line in block.splitlines():
        open_line = f"{open_line}\n{line}" if open_line else line
        if open_line.count('"') % 2 == 0:
            lines.append(open_line)
            open_line = ""
    return [line for line in lines if line.strip()]


def output_of(line: str) -> str | None:
    """Return what a line paints."""
    if not line.startswith("python -m nst_numpy"):
        return None
    words = shlex.split(line, comments=True)
    return words[words.index("--output") + 1] if "--output" in words else None


def panels(lines: list[str]) -> list[str]:
    """Return the pictures of a row, in their order."""
    shown = told(lines, "shown")
    return shown or [output for line in lines if (output := output_of(line))]


def told(lines: list[str], what: str) -> list[str]:
    """Return the words of the comment ``# what: …``; none if there is none."""
    found = [line for line in lines if line.startswith(f"# {what}: ")]
    return found[0].partition(": ")[2].split() if found else []


def paint(lines: list[str], folder: Path) -> None:
    """Run the lines whose picture is not there yet; those that paint nothing, always."""
    for line in lines:
        output = output_of(line)
        if line.startswith("#") or (output and (folder / output).exists()):
            continue
        print(line.splitlines()[0], flush=True)
        line = re.sub(r"^python ", f"{shlex.quote(sys.executable)} ", line)
        try:
            subprocess.run(["bash", "-ec", line], cwd=folder, check=True)
        except BaseException:  # what was interrupted is saved, too, but is not what is shown
            if output:
                (folder / output).unlink(missing_ok=True)
            raise


def sheet(pictures: list[Image.Image], names: Sequence[str] = ()) -> Image.Image:
    """Put pictures side by side, three in a row and not enlarged; a row is not wider than WIDTH.

    Under each stands its name, if they have names.
    """
    below = LETTERS if names else 0
    rows = [pictures[n : n + COLUMNS] for n in range(0, len(pictures), COLUMNS)]
    heights = [height_of(row) for row in rows]
    placed = []
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for picture in row:
            width = round(picture.width * height / picture.height)
            placed.append((picture.convert("RGB").resize((width, height), LANCZOS), (left, top)))
            left += width + GAP
        top += height + below + GAP
    right = max(left + picture.width for picture, (left, _) in placed)
    made = Image.new("RGB", (right, top - GAP), "white")
    for picture, corner in placed:
        made.paste(picture, corner)
    if names:
        draw = ImageDraw.Draw(made)
        for name, (picture, (left, top)) in zip(names, placed, strict=True):
            draw.text((left, top + picture.height), name, "black", font_size=LETTERS - 3)
    return made


def height_of(row: list[Image.Image]) -> int:
    """Return the height at which pictures side by side fill WIDTH, if none is enlarged for it."""
    across = sum(picture.width / picture.height for picture in row)
    fits = (WIDTH - GAP * (len(row) - 1)) / across
    return round(min(fits, *(picture.height for picture in row)))


def save(made: Image.Image, path: Path) -> None:
    """Save as WebP, a little more coarsely where the file would be larger than it may be."""
    for quality in range(QUALITY, 40, -6):
        made.save(path, quality=quality, method=6)
        if path.stat().st_size <= LARGEST:
            return


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("pictures", "weights"):
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    for name, lines in rows(PAGE.read_text(encoding="utf-8")).items():
        shown = panels(lines)
        if name and (not shown or (names and name not in names)):
            continue
        paint(lines, folder)
        if not name:  # what is painted before the first row, and shown in many
            continue
        pictures = [Image.open(folder / file) for file in shown]
        save(sheet(pictures, told(lines, "named")), HERE / f"{name}.webp")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
