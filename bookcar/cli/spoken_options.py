"""Options that are read once the district is: what is wrong with them is said in its language.

Click reads options before anything else, and in English.
"""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TypeVar, cast

from bookcar.errors import UsageError
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence

Word = TypeVar("Word", bound=str)

_MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def day(option: str, value: str) -> dt.date:
    """Return a day.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise _wrong("bad-day", option, value) from None


def moment(option: str, value: str) -> dt.datetime:
    """Return a day and a time of day.

    Raises
    ------
    UsageError
        If it is none.
    """
    for form in _MOMENTS:
        try:
            return dt.datetime.strptime(value, form)
        except ValueError:
            continue
    raise _wrong("bad-moment", option, value)


def one_of(option: str, value: str, words: Collection[Word]) -> Word:
    """Return one of some words.

    Raises
    ------
    UsageError
        If it is none of them.
    """
    if value not in words:
        raise _wrong("bad-word", option, value, words=tuple(words))
    return cast("Word", value)


def whole_numbers(option: str, values: Sequence[str]) -> tuple[int, ...]:
    """Return whole numbers from 1 up.

    Raises
    ------
    UsageError
        If one is none.
    """
    for value in values:
        if not value.isdecimal() or not int(value):
            raise _wrong("bad-whole", option, value)
    return tuple(map(int, values))


def encoding(option: str, value: str) -> str:
    """Return the encoding of MARC records: a codec of Python's for text, or ``marc-8``.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    name = value.strip().casefold()
    if name in ("marc-8", "marc8"):
        return "marc-8"
    try:
        "".encode(name)
    except (LookupError, ValueError):
        raise _wrong("bad-encoding", option, value) from None
    return codecs.lookup(name).name


def label_start(option: str, value: str) -> str:
    """Return what labels begin with: letters, digits, - and _, as they name files, too.

    Raises
    ------
    UsageError
        If it is something else.
    """
    if not value or not value.replace("-", "").replace("_", "").isalnum():
        raise _wrong("bad-label", option, value)
    return value


def files(option: str, values: Sequence[Path]) -> tuple[Path, ...]:
    """Return files that are there.

    Raises
    ------
    UsageError
        If one is not.
    """
    for path in values:
        if not path.is_file():
            raise _wrong("no-file", option, path.as_posix())
    return tuple(values)


def _wrong(key: str, option: str, value: str, **more: tuple[str, ...]) -> UsageError:
    figures: dict[str, Figure] = {"option": option, "value": value, **more}
    return UsageError(Sentence(key=f"usage.{key}", figures=figures))
