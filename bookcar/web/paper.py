"""The sheets of paper that everything can be printed on, as each program names them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bookcar.model import Paper


class PaperSize(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet of paper.

    Attributes
    ----------
    typst, css, xlsx
        Its name there, in Excel a number.
    width, height
        Millimetres.
    label_width, label_height, label_gap
        Millimetres of a label on the usual sheets of two by five, and between the two columns:
        99 x 57 mm on A4, 4 x 2 inches on Letter.
    """

    typst: str
    css: str
    xlsx: int
    width: float
    height: float
    label_width: float
    label_height: float
    label_gap: float


PAPERS: Mapping[Paper, PaperSize] = {
    "a4": PaperSize(
        typst="a4",
        css="A4",
        xlsx=9,
        width=210,
        height=297,
        label_width=99,
        label_height=57,
        label_gap=0,
    ),
    "letter": PaperSize(
        typst="us-letter",
        css="letter",
        xlsx=1,
        width=215.9,
        height=279.4,
        label_width=101.6,
        label_height=50.8,
        label_gap=4.8,
    ),
}


def page_rule(paper: Paper, *, across: bool = False) -> str:
    """Return the CSS that makes a browser print on the sheet, upright or ``across``."""
    size = f"{PAPERS[paper].css} landscape" if across else PAPERS[paper].css
    return f"@media print {{ @page {{ size: {size}; margin: 12mm; }} }}\n"
