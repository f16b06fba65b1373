"""Take the pictures of the README from a planned week: run ``make pictures`` after a change.

They show what ``make week`` writes, as it comes; nothing in them is drawn by hand.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from bookcar.errors import MissingToolError
from bookcar.maps.picture import take_picture

HERE = Path(__file__).resolve().parent / "pictures"
WEEK = "qijiang/2026-W49"
WIDTH = 1_200
COLOURS = 96
"""Of the palette: a picture of 200 kB shows what one of a megabyte does."""


def main(top: Path) -> None:
    """Write the pictures of the week in ``top``'s folders routes and maps.

    Raises
    ------
    MissingToolError
        If there is no Chromium or no pdftoppm.
    """
    HERE.mkdir(exist_ok=True)
    pages = {
        "week.png": top / "routes" / WEEK / "index.html",
        "routes.png": top / "maps" / WEEK / "routes.html",
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, page in pages.items():
            taken = Path(folder) / name
            take_picture(page, taken)
            _save(Image.open(taken), HERE / name)
        sheets = _sheets(top / "routes" / WEEK / "manifests.pdf", Path(folder))
        _save(_beside(sheets), HERE / "sheet.png")


def _sheets(pdf: Path, folder: Path) -> list[Image.Image]:
    """Return front and back of the first driver's sheet."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        raise MissingToolError("Pictures of paper need pdftoppm (Debian: poppler-utils).")
    command = [tool, "-r", "110", "-f", "1", "-l", "2", "-png", str(pdf), str(folder / "sheet")]
    subprocess.run(command, check=True, capture_output=True)
    return [Image.open(path) for path in sorted(folder.glob("sheet-*.png"))]


def _beside(pictures: list[Image.Image]) -> Image.Image:
    gap = 12
    width = sum(p.width for p in pictures) + gap * (len(pictures) + 1)
    found = Image.new("RGB", (width, max(p.height for p in pictures) + 2 * gap), "#888")
    x = gap
    for picture in pictures:
        found.paste(picture, (x, gap))
        x += picture.width + gap
    return found


def _save(picture: Image.Image, path: Path) -> None:
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
