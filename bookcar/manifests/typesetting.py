"""A template and its data made a PDF by typst, and typst's memory given back."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache
from typing import Any

import pikepdf
import typst

from bookcar.errors import MissingToolError
from bookcar.manifests.fonts import Typeface
from bookcar.phrases.sentence import Sentence

_KEPT = 10
"""Documents for which typst keeps what it worked out for one before, in case they are alike."""


def typeset(template: bytes, data: str, *, day: dt.date, face: Typeface) -> bytes:
    """Return a tagged PDF (PDF/UA-1) dated by a day, always the same bytes.

    Raises
    ------
    MissingToolError
        If no font of the face has a combination of characters.
    """
    try:
        pdf: bytes = typst.compile(
            template,
            format="pdf",
            font_paths=face.handle,
            sys_inputs={"data": data},
            pdf_standards="ua-1",
            timestamp=dt.datetime.combine(day, dt.time(), dt.UTC),
        )
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise
        told = Sentence(key="trouble.combination", figures={"error": str(error)})
        raise MissingToolError(told) from None
    finally:
        _forget()
    return compact(pdf)


def compact(pdf: bytes) -> bytes:
    """Return the same document with its small objects in compressed streams: the same bytes.

    Screen readers want every cell of a table as an object of its own, so a week's sheets have some
    twenty thousand of them: three quarters of what typst writes (ISO 32000-1, 7.5.7).
    """
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            stream,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return stream.getvalue()


def text_in(value: Any) -> str:
    """Return all the text that is in the data of a template, for the letters that it needs."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(map(text_in, value.values()))
    if isinstance(value, list | tuple):
        return "".join(map(text_in, value))
    return ""


def _forget() -> None:
    """Make typst let go of what it keeps of the document: half a megabyte a stop.

    It has no call for that, but lets go of what so many documents after it did not use; blank ones
    take no time.
    """
    for _ in range(_KEPT + 1):
        _blank().compile(input=b" ", format="svg")


@cache
def _blank() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    return typst.Compiler(input=b" ", font_paths=fonts)
