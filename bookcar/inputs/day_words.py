"""Days and how often they come, in the words of several languages: ``1st and 3rd Tue``.

A cell is read as weekdays, days of the month and a rule in one spelling that `rules_dates.every`
reads. What can be read in two ways is refused with both readings. The words stand in
``day_words.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell

SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NTH = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}
_STROKES = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "đ": "d"})
_TOKEN = re.compile(
    r"[0-9]{1,4}(?:st|nd|rd|th|er|re|eme|e|nde|de|o|a|\.(?=\s*[a-z]|\s*$)|:a)?(?![a-z0-9])"
    r"|[a-z][a-z']*(?:-feiras?)?\.?|[^\s]"
)
_SUFFIXED = re.compile(r"([1-5])(?:st|nd|rd|th|er|re|eme|e|nde|de|o|a|\.|:a)")
_FEIRA = re.compile(r"\b([2-6])a?[ -]feiras?\b")
_SECOND = re.compile(
    r"\b(?:every|jeden|jede|jeder|hver|cada|ogni) (?:second|2nd|zweiten?|zweiter|andre|2\.)"
)

_FEIRAS = ("segunda", "terca", "quarta", "quinta", "sexta")

Kind = Literal["weekday", "ordinal", "number", "and", "range", "month", "filler", "mark"]


class DayReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a cell says: weekdays, days of the month, and how often in one spelling."""

    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    every: str = ""

    @property
    def days_text(self) -> str:
        """The days in one spelling."""
        return " ".join([*(SHORT[d] for d in self.weekdays), *map(str, self.month_days)])


class _Token(msgspec.Struct, frozen=True):
    kind: Kind
    text: str
    value: int = 0


class _Words(msgspec.Struct, frozen=True):
    weekdays: dict[str, dict[str, int]]
    ordinals: dict[str, int]
    before_weekday: dict[str, int]
    kinds: dict[str, Kind]
    frequency: tuple[tuple[re.Pattern[str], str], ...]
    weeks: re.Pattern[str]
    numbers: dict[str, int]


def folded(text: str) -> str:
    """Return a text in lower case, without accents and strokes, with single spaces."""
    plain = unicodedata.normalize("NFKD", tx.plain(text).casefold().translate(_STROKES))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", letters).strip()


def languages_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the languages that know every weekday named in some cells: a column has but one."""
    known = frozenset(_words_in()) or frozenset()
    for text in texts:
        for word in re.findall(r"[a-z]+(?:-feiras?)?", folded(text)):
            of = frozenset(_words().weekdays.get(word, ()))
            known = (known & of) or known if of else known
    return known


def is_every_day(text: str) -> bool:
    """Tell whether a cell says every day."""
    return folded(text) in _file()["every_day"]["words"]


def weekday_words() -> frozenset[str]:
    """Return every word for a weekday, folded."""
    return frozenset(_words().weekdays)


def read(text: str, languages: frozenset[str] = frozenset()) -> DayReading:
    """Read days and how often they come.

    Parameters
    ----------
    languages
        Those of the column, where that is known: they settle what ``ma`` means.

    Raises
    ------
    BadCell
        If a word is unknown, or the cell can be read in two ways.
    """
    plain = folded(text)
    if re.match(r"rrule ?:|freq ?=", plain):
        return DayReading(every=tx.plain(text))
    plain = _FEIRA.sub(lambda m: f" {_FEIRAS[int(m[1]) - 2]} ", plain)
    plain = re.sub(r"\bdo (?=mes\b)|(?<=[0-9])\.0(?![0-9])", "", plain)
    if re.search(r"[0-9][.:][0-9]", plain):
        raise _bad(text)
    rest, every = _frequency(plain)
    tokens = [*_tokens(rest)]
    weekdays = _resolved(tokens, languages)
    if any(t.kind in ("month", "ordinal") for t in tokens):
        if every or not weekdays:
            raise _bad(text)
        monthly = any(t.kind == "month" for t in tokens)
        if _SECOND.search(plain) and not monthly:
            raise BadCell("bad-recurrence", variant="second", day=(min(weekdays.values()),))
        return _of_month(text, tokens, weekdays)
    return _plain_days(text, tokens, weekdays, every)


def _frequency(plain: str) -> tuple[str, str]:
    """Return a text without the words that say how often, and what they say."""
    words = _words()
    found = words.weeks.search(plain)
    if found:
        number = found[1]
        weeks = int(number) if number.isdecimal() else words.numbers[number]
        return f"{plain[: found.start()]} {plain[found.end() :]}", _weeks(weeks)
    for pattern, every in words.frequency:
        found = pattern.search(plain)
        if found:
            return f"{plain[: found.start()]} {plain[found.end() :]}", every
    return plain, ""


def _weeks(weeks: int) -> str:
    return "1 week" if weeks == 1 else f"{weeks} weeks"


def _tokens(plain: str) -> Iterator[_Token]:
    words = _words()
    found: list[str] = _TOKEN.findall(plain)
    for i, raw in enumerate(found):
        word = raw.rstrip(".") if raw[0].isalpha() else raw
        after = next((w.rstrip(".") for w in found[i + 1 :] if w[0].isalpha()), "")
        suffixed = _SUFFIXED.fullmatch(word)
        if word in words.before_weekday and after in words.weekdays:
            yield _Token("ordinal", word, words.before_weekday[word])
        elif word == "to" and not _finnish(found, i):
            yield _Token("range", word)
        elif word in words.weekdays:
            yield _Token("weekday", word)
        elif word in words.ordinals:
            yield _Token("ordinal", word, words.ordinals[word])
        elif suffixed:
            yield _Token("ordinal", word, int(suffixed[1]))
        elif word.rstrip(".").isdecimal():
            yield _Token("number", word, int(word.rstrip(".")))
        else:
            yield _Token(words.kinds.get(word, "mark"), word)


def _finnish(found: list[str], place: int) -> bool:
    """Tell whether ``to`` is Thursday: it is, but between two English names."""
    if 0 < place < len(found) - 1:
        names = [_words().weekdays.get(found[i].rstrip("."), {}) for i in (place - 1, place + 1)]
        return not all("en" in name for name in names)
    return True


def _resolved(tokens: list[_Token], languages: frozenset[str]) -> dict[str, int]:
    """Return the number of each weekday named.

    Raises
    ------
    BadCell
        If a name is that of two days, and neither the cell nor its column says which.
    """
    named = [_words().weekdays[t.text] for t in tokens if t.kind == "weekday"]
    known = frozenset.intersection(*map(frozenset, named)) if named else frozenset()
    known = (known & languages) or known
    found: dict[str, int] = {}
    for token in tokens:
        if token.kind == "weekday":
            of = _words().weekdays[token.text]
            days = {of[one] for one in known} or {of[o] for o in languages if o in of}
            days = days or set(of.values())
            if len(days) > 1:
                raise BadCell("bad-day", variant="two", word=token.text, days=tuple(sorted(days)))
            found[token.text] = days.pop()
    return found


def _plain_days(
    text: str, tokens: list[_Token], weekdays: dict[str, int], every: str
) -> DayReading:
    """Return weekdays and their ranges, or days of the month, of which none is an ordinal."""
    numbers = [t.value for t in tokens if t.kind == "number"]
    if numbers and weekdays:
        raise numbered(min(weekdays.values()), numbers[0])
    days: list[int] = []
    ranged = False
    for i, token in enumerate(tokens):
        if token.kind == "weekday":
            day = weekdays[token.text]
            if ranged:
                days += [(days[-1] + k) % 7 for k in range(1, (day - days[-1]) % 7 + 1)]
            days.append(day)
            ranged = False
        elif token.kind == "range" or token.text in "-~":
            ranged = bool(days) and tokens[i - 1].kind == "weekday"
            if not ranged or i + 1 == len(tokens) or tokens[i + 1].kind != "weekday":
                raise _bad(token.text if len(tokens) < 2 else text)
        else:
            _check(token, tokens[i - 1] if i else None)
    if any(not 1 <= number <= 31 for number in numbers):
        raise BadCell("no-such-day", day=str(next(n for n in numbers if not 1 <= n <= 31)))
    if not (days or numbers or every):
        raise _bad(text)
    return DayReading(
        weekdays=tuple(sorted(set(days))), month_days=tuple(sorted(set(numbers))), every=every
    )


def _check(token: _Token, before: _Token | None) -> None:
    """Refuse what is neither a day nor a word that may stand beside one."""
    if token.text == "on" and before is not None and before.kind == "weekday":
        raise _bad(token.text)  # Norwegian for Wednesday
    if token.kind == "mark" and token.text not in ",;/&+().|:'·、":
        raise _bad(token.text)


def _of_month(text: str, tokens: list[_Token], weekdays: dict[str, int]) -> DayReading:
    """Return weekdays of the month, named as ``1st and 3rd Tue`` or ``Tuesday (first)``."""
    if any(t.kind in ("number", "range") for t in tokens):
        raise _bad(text)
    nth: list[tuple[int, int]] = []
    content = [t for t in tokens if t.kind in ("weekday", "ordinal")]
    before = content[0].kind == "ordinal"
    waiting: list[_Token] = []
    for token in content if before else reversed(content):
        if token.kind == "ordinal":
            waiting.append(token)
        elif waiting:
            nth += [(one.value, weekdays[token.text]) for one in waiting]
            waiting = []
        else:
            raise _bad(text)
    if waiting:
        raise _bad(text)
    for i, token in enumerate(tokens):
        if token.kind not in ("weekday", "ordinal", "month", "and"):
            _check(token, tokens[i - 1] if i else None)
    return DayReading(every=", ".join(f"{_NTH[n]} {SHORT[d]}" for n, d in sorted(set(nth))))


def numbered(weekday: int, number: int) -> BadCell:
    """Return the fault of a weekday beside a bare number, with what it may mean."""
    return BadCell(
        "bad-day",
        variant="numbered",
        day=(weekday,),
        number=number,
    )


def _bad(word: str) -> BadCell:
    near = tx.nearest(folded(word), weekday_words())
    return BadCell("bad-day", word=tx.shown(word), near=near or "")


@cache
def _words_in() -> dict[str, Any]:
    found: dict[str, Any] = _file()["weekdays"]
    return found


@cache
def _file() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("day_words.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _words() -> _Words:
    file = _file()
    weekdays: dict[str, dict[str, int]] = {}
    for language, days in file["weekdays"].items():
        for number, names in enumerate(days):
            for name in names.split():
                weekdays.setdefault(name, {})[language] = number
    numbers = {word: int(n) for n, words in file["numbers"].items() for word in words.split()}
    frequency = file["frequency"]
    of = {"twice": "2 weeks", "once": "1 week", "odd": "odd weeks", "even": "even weeks"}
    several = "|".join(["[0-9]{1,3}", *sorted(numbers, key=len, reverse=True)])
    return _Words(
        weekdays=weekdays,
        ordinals={w: int(n) for n, words in file["ordinals"].items() for w in words.split()},
        before_weekday={w: int(n) for n, w in file["ordinal_before_weekday"].items()},
        kinds={w: kind for kind, words in file["words"].items() for w in words.split()},
        frequency=tuple(
            (re.compile(pattern), every)
            for name, every in of.items()
            for pattern in frequency[name]
        ),
        weeks=re.compile(frequency["weeks"].replace("NUMBER", several)),
        numbers=numbers,
    )
