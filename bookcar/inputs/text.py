"""Tidying text as spreadsheets hold it, and finding what a mistyped word was meant to be."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\u2060\ufeff\u00ad"
_ALIKE = str.maketrans(
    {
        "\u2212": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u301c": "~",
        "\u3001": ",",
        "\u2019": "'",
        "\u2032": "'",
        "\u2033": '"',
    }
)
_WHOLE_FLOAT = re.compile(r"[0-9]{1,15}\.0")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONG = 120
_MANY = 2_000


def bare(text: str) -> str:
    """Return text without blanks and invisible characters around it."""
    text = text.strip()
    return text if text.isascii() else text.strip(_BLANKS)


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from reading a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet reads as a formula; `unguarded` takes the guard away."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def plain(text: str) -> str:
    """Return text with full-width characters, odd spaces and dashes made ordinary ones."""
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_ALIKE)
    return text.strip()


def label(text: str) -> str:
    """Return an id in one spelling: full-width digits as ASCII, Excel's ``12.0`` as ``12``."""
    text = plain(text)
    return text[:-2] if _WHOLE_FLOAT.fullmatch(text) else text


def key(text: str) -> str:
    """Return a column or file name without case, spaces, underscores and marks of duty."""
    return re.sub(r"[\s_\-*:]+", "", plain(text).casefold())


def words(text: str) -> list[str]:
    """Split a list in a cell at spaces, commas, semicolons or slashes."""
    return [word for word in re.split(r"[\s,;/|]+", plain(text)) if word]


def shown(text: str) -> str:
    """Return a value as given, cut where nobody would read on."""
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def control(text: str) -> str | None:
    """Return the first control character of a text, which no page can show, or None."""
    match = None if text.isprintable() else _CONTROL.search(text)
    return match[0] if match else None


def without_controls(text: str) -> str:
    """Return a text with control characters made spaces."""
    return _CONTROL.sub(" ", text)


def nearest(text: str, candidates: Collection[str], *, cutoff: float = 0.65) -> str | None:
    """Return the candidate most like a text, or None if none is or there are too many to try."""
    if len(candidates) > _MANY or len(text) > _LONG:
        return None
    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    found = difflib.get_close_matches(text.casefold(), list(by_fold), n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else None


def listing(items: Collection[str], *, limit: int = 12) -> str:
    """Return items as ``a, b, c``, with how many more there are beyond a limit."""
    listed = list(items)
    tail = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + tail
