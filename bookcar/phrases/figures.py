"""How figures read inside a phrase: lists, days, dates and times in the words of each language.

A phrase names the form after a colon: ``{names:list}``, ``{day:date}``, ``{opens:clock}``. What
`str.format` knows (``{km:.1f}``) stays as it is.
"""

from __future__ import annotations

import datetime as dt
import errno
import re
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Atom = int | float | str
Figure = Atom | tuple[Atom | tuple[Atom, ...], ...]
Say = Callable[..., str]

_MARKED = re.compile(r"\+?,?(\.[0-2][f%])?")
"""The forms of numbers that have the marks of the language. Those with more decimals, places and
what a table may hold, keep the point: people type them again."""

_LISTED = 12
_CHARACTERS = 5
_ERRORS = frozenset(
    {
        *("ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOENT"),
        *("ENOTDIR", "EISDIR", "EEXIST", "EBUSY", "EIO", "ENAMETOOLONG"),
    }
)
"""The errors of the system that there are words for."""


class Speaker(string.Formatter):
    """Fills figures into a phrase.

    Parameters
    ----------
    say
        Gives the phrases of the language by key, for the words inside a figure.
    """

    def __init__(self, say: Say) -> None:
        self.say = say
        self.forms: Mapping[str, Callable[[Any], str]] = {
            "list": self._listed,
            "list6": lambda names: self._listed(names, 6),
            "or": lambda names: self.say("figures.or").join(map(str, names)),
            "and": lambda names: self.say("figures.and").join(map(str, names)),
            "some": lambda names: self.forms["all"](names) or self.say("figures.nothing"),
            "all": lambda names: self.say("figures.comma").join(map(str, names)),
            "days": lambda days: self.say("figures.days").join(map(self._weekday, days)),
            "weekdays": lambda days: self.say("figures.and").join(map(self._long_weekday, days)),
            "monthly": self._monthly,
            "date": self._date,
            "dates": lambda days: self.say("figures.and").join(map(self._date, days)),
            "clock": _clock,
            "spans": self._spans,
            "hours": lambda s: self.say("figures.hours", time=f"{s // 3600}:{s % 3600 // 60:02d}"),
            "near": lambda word: self.say("figures.near", word=word) if word else "",
            "word": lambda word: self.say(f"figures.word-{word}"),
            "what": lambda what: self.say(f"calendar.what-{what.replace(' ', '-')}"),
            "note": lambda note: self.say("calendar.note", note=note) if note else "",
            "kind": lambda kind: self.say(f"common.kind-{kind}"),
            "place": self._place,
            "column": self._column,
            "heading": lambda column: self.say(f"columns.{column}.heading"),
            "daylist": lambda days: self.say("figures.comma").join(map(self._date, days)),
            "km": lambda metres: self.number(metres / 1000, ".1f"),
            "nearest": self._nearest,
            "nth": self._nth,
            "box": self._box,
            "others": self._others,
            "visits": lambda visits: self._listed([self._visit(*visit) for visit in visits]),
            "because": self._because,
            "requests": lambda pairs: self._listed([self._request(*pair) for pair in pairs]),
            "cars": lambda cars: self.say("figures.comma").join(map(self._car, cars)),
            "stores": lambda ids: self.say("figures.stores", ids=self._listed(ids)) if ids else "",
            "ids": self._ids,
            "range": self._range,
            "errno": self._errno,
            "fonts": lambda kinds: self.say("figures.and").join(map(self._font, kinds)),
            "lacking": self._lacking,
            "shifts": lambda cars: self.say("figures.semicolon").join(map(self._shift, cars)),
        }

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a figure in the form that the phrase names.

        ``|`` parts the words for one from those for many; ``#`` in them is the figure itself, a
        number or one that is written already.
        """
        if "|" in format_spec:
            one, many = format_spec.split("|")
            text = value if isinstance(value, str) else self.number(value, ",")
            return (one if text == "1" else many).replace("#", text)
        if format_spec in self.forms:
            return self.forms[format_spec](value)
        if format_spec and isinstance(value, int | float) and _MARKED.fullmatch(format_spec):
            return self.number(value, format_spec)
        return str(super().format_field(value, format_spec))

    def number(self, value: float, form: str) -> str:
        """Return a number with the marks of the language for thousands, decimals and percent."""
        marks: dict[str, str | int | None] = {
            ",": self.say("language.thousands"),
            ".": self.say("language.decimal"),
            "%": self.say("language.percent"),
        }
        return format(value, form).translate(str.maketrans(marks))

    def _listed(self, names: Sequence[Any], most: int = _LISTED) -> str:
        text = self.say("figures.comma").join(str(name) for name in names[:most])
        more = len(names) - most
        return self.say("figures.more", names=text, count=more) if more > 0 else text

    def _weekday(self, day: int) -> str:
        return self.say(f"common.day-{day}")

    def _long_weekday(self, day: int) -> str:
        return self.say(f"figures.weekday-{day}")

    def _monthly(self, pairs: Sequence[tuple[int, int]]) -> str:
        """Return weekdays of the month, each named once, told as pairs of a number and a day."""
        numbers: dict[int, list[str]] = {}
        for number, day in sorted(pairs, key=lambda pair: (pair[0] < 0, pair)):
            numbers.setdefault(day, []).append(self.say(f"figures.ordinal-{number}"))
        both = self.say("figures.ordinal-and")
        return self.say("figures.and").join(
            self.say("figures.ordinals", numbers=both.join(own), weekday=self._long_weekday(day))
            for day, own in numbers.items()
        )

    def _date(self, iso: str) -> str:
        day = dt.date.fromisoformat(iso)
        month = self.say(f"figures.month-{day.month}")
        weekday = self._weekday(day.weekday())
        return self.say("figures.date", weekday=weekday, day=day.day, month=month)

    def _spans(self, times: Sequence[int]) -> str:
        pairs = zip(times[::2], times[1::2], strict=True)
        return self.say("figures.comma").join(f"{_clock(a)}-{_clock(b)}" for a, b in pairs)

    def _place(self, place: Sequence[str]) -> str:
        """Return a place told as (kind, id, name): kind is ``stop`` or ``depot``, or ``home``."""
        kind, *rest = place
        return self.say(f"figures.place-{kind}", **dict(zip(("id", "name"), rest, strict=False)))

    def _ids(self, ids: str | Sequence[str]) -> str:
        """Return what to write for an unknown id: the one that was meant, or one of those known."""
        if isinstance(ids, str):
            return self.say("figures.ids-meant", id=ids)
        return (
            self.say("figures.ids-known", ids=self._listed(ids, 6))
            if ids
            else self.say("figures.ids-none")
        )

    def _nearest(self, metres: int) -> str:
        return self.say("figures.nearest" if metres >= 0 else "figures.nearest-none", metres=metres)

    def _nth(self, number: int) -> str:
        last = number % 10 if number % 100 not in (11, 12, 13) else 0
        return self.say(f"figures.nth-{last if last in (1, 2, 3) else 0}", number=number)

    def _box(self, box: Sequence[float]) -> str:
        return self.say(
            "figures.box", **dict(zip(("west", "south", "east", "north"), box, strict=True))
        )

    def _others(self, ways: Sequence[int]) -> str:
        """Return what is said of the ways of a closure that are closed as they should be."""
        return self.say("figures.others", count=len(ways), ways=self.forms["and"](ways))

    def _visit(self, stop: str, date: str) -> str:
        return self.say("figures.visit", stop=stop, date=self._date(date))

    def _because(self, reason: str) -> str:
        """Return why a visit is not made, in a few words behind the rest; nothing if unknown."""
        return (
            self.say("figures.because", why=self.say(f"reasons.short-{reason}")) if reason else ""
        )

    def _request(self, request: str, stop: str) -> str:
        return self.say("figures.request", request=request, stop=stop)

    def _car(self, car: Sequence[Any]) -> str:
        """Return names followed by a weekday, e.g. a stop, its car and the day."""
        *names, day = car
        return " ".join((*names, self._weekday(day)))

    def _range(self, bounds: tuple[float, float, bool]) -> str:
        """Return a range told as (low, high, whether low itself is too little)."""
        low, high, above = bounds
        return self.say(f"figures.range{'-above' if above else ''}", low=low, high=high)

    def _font(self, kind: str) -> str:
        """Return where there is a font: ``cjk``, ``emoji`` or ``other``."""
        return self.say(f"trouble.font-{kind}")

    def _lacking(self, characters: Sequence[tuple[str, str]]) -> str:
        """Return the first characters without a font, told as pairs of each and its place."""
        told = [self.say("trouble.no-font-in", character=c, place=p) for c, p in characters]
        shown = self.say("figures.semicolon").join(told[:_CHARACTERS])
        more = len(told) - _CHARACTERS
        return shown + (self.say("trouble.no-font-more", count=more) if more > 0 else "")

    def _errno(self, code: int) -> str:
        """Return what the system says of an error, or its name where there are no words for it."""
        name = errno.errorcode.get(code, str(code))
        if name in _ERRORS:
            return self.say(f"trouble.errno-{name}")
        return self.say("trouble.errno-other", name=name)

    def _shift(self, car: Sequence[Any]) -> str:
        """Return a car's working day told as (id, starts, ends, weekday, weekday, ...)."""
        name, starts, ends, *days = car
        hours = f"{_clock(starts)}-{_clock(ends)}"
        return self.say("figures.shift", car=name, days=self.forms["days"](days), hours=hours)

    def _column(self, column: str) -> str:
        """Return a column told as ``stops.books``: its heading and what it holds."""
        heading, about = (self.say(f"columns.{column}.{part}") for part in ("heading", "about"))
        return self.say(
            "figures.column", name=column.partition(".")[2], heading=heading, about=about
        )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
