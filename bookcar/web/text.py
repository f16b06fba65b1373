"""Making any name safe to print without changing what a reader sees."""

from __future__ import annotations

import unicodedata

BREAK = "\u200b"  # zero-width space: a place where a line may break
_WIDEST = 1.1  # ems of a W in a wide bold face

# Marks that turn the direction of the text around them: one in a name would turn the whole line.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = _TURNING | {"\ufeff"}
_TO_SPACE = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, lone surrogates, line separators
_JOINED = frozenset({"Mn", "Me", "Mc", "Cf", "Sk"})  # belong to the character before them
_JOINER = "\u200d"


def printable(text: str) -> str:
    """Return a text as one line without control characters and marks that turn its direction.

    Line breaks, tabs and other controls become single spaces, the marks of bidirectional
    overrides and isolates are dropped, letters with separate accents are composed (Unicode NFC).
    Right-to-left scripts keep their own direction, which does not rest on those marks.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_shown, composed)).split())


def _shown(character: str) -> str:
    if character in _DROPPED:
        return ""
    if unicodedata.category(character) in _TO_SPACE or _is_no_character(ord(character)):
        return " "
    return character


def _is_no_character(code: int) -> bool:
    """Tell Unicode's 66 noncharacters; unassigned ones may be characters of a later version."""
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def wrapped(text: str, ems: float) -> str:
    """Return a text whose words wider than ``ems`` may break across lines, and only those.

    Typst never breaks inside a word; a long one would run into the next column. Widths are those
    of a wide bold face, in ems (the size of the type).
    """
    return " ".join(_wrapped_word(word, ems) for word in text.split(" "))


def _wrapped_word(word: str, ems: float) -> str:
    if len(word) <= ems / _WIDEST:
        return word
    pieces: list[str] = []
    run = 0.0
    for before, character in zip(" " + word, word, strict=False):
        run = 0.0 if breaks_anywhere(character) else run + _width(character)
        if run > ems and not _holds(before, character):
            pieces.append(BREAK)
            run = _width(character)
        pieces.append(character)
    return "".join(pieces)


def _width(character: str) -> float:
    if character in "ijlft.,:;'|!()[] ":
        return 0.4
    if character in "WMmw@%" or not character.isascii():
        return _WIDEST
    return 0.85 if character.isupper() else 0.7


def breaks_anywhere(character: str) -> bool:
    """Tell the wide characters, beside which a line may break: Chinese, Japanese, Korean."""
    return unicodedata.east_asian_width(character) in "WF"


def _holds(before: str, character: str) -> bool:
    return before == _JOINER or unicodedata.category(character) in _JOINED


def cut(text: str, length: int) -> str:
    """Return a text of at most ``length`` characters, with an ellipsis where some are missing."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
