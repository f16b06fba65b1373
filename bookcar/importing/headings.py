"""Which column of a list is what: by its heading, by what somebody said, or by its cells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from bookcar.inputs import chinese_days, day_words, rules_degrees, rules_times
from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_dates import every
from bookcar.inputs.rules_days import days as read_days
from bookcar.inputs.rules_days import is_chinese
from bookcar.inputs.when import has_span

How = Literal["name", "content", "said", "not-used", "unknown", "second"]
IGNORED = "ignored"
LEFT = ""
_ENOUGH = 0.8
_SOME = 0.3
_SAMPLE = 400
_GUESSED = ("point", "when", "days", "every")
"""Fields that cells say by themselves, whatever their heading."""


class Taken(msgspec.Struct, frozen=True):
    """What a column was taken for: ``field`` is empty for one that is left out."""

    place: int
    heading: str
    field: str
    how: How
    sample: str = ""


def recognised(heading: str) -> bool:
    """Tell whether a heading is known."""
    return bool(fields_of(heading))


def fields_of(heading: str) -> tuple[str, ...]:
    """Return the fields that a heading may stand for, those of bookcar's own tables first."""
    word = _key(heading)
    own = cols.any_table("stops").aliases.get(tx.key(heading))
    found = [field for field, words in _words().items() if word in words]
    if own and own not in found and not found:
        return (own,)
    return tuple(found)


def known_fields() -> tuple[str, ...]:
    """Return every field that a column may be said to be."""
    return tuple(dict.fromkeys([*_words(), *cols.any_table("stops").columns]))


def take(
    header: Sequence[str], rows: Sequence[Sequence[str]], said: Mapping[str, str]
) -> list[Taken]:
    """Return what each column is taken for, in their order.

    Parameters
    ----------
    said
        Fields by heading, as somebody said.
    """
    found = [_taken(i, cell, _cells(rows, i), said) for i, cell in enumerate(header)]
    first: dict[str, Taken] = {}
    for one in sorted(found, key=lambda t: (t.how != "said", t.how == "content", _rank(t))):
        if one.field and one.field != IGNORED:
            first.setdefault(one.field, one)
    return [_alone(one, first) for one in found]


def rivals(taken: Sequence[Taken]) -> list[tuple[Taken, Taken]]:
    """Return the pairs of columns of which nothing says which is the one field they both name."""
    used = {one.field: one for one in taken if one.field and one.how in ("name", "said")}
    found = []
    for one in taken:
        if one.how != "second":
            continue
        for field in fields_of(one.heading):
            other = used.get(field)
            if other and other.how == "name" and _rank_of(field, one) == _rank_of(field, other):
                found.append((other, one))
    return found


def _alone(one: Taken, first: Mapping[str, Taken]) -> Taken:
    """Return a column as left out if another one is what it would be."""
    if one.field in ("", IGNORED) or first[one.field] is one:
        return one
    return msgspec.structs.replace(one, field=LEFT, how="second")


def _taken(place: int, heading: str, cells: list[str], said: Mapping[str, str]) -> Taken:
    sample = next(iter(cells), "")
    wanted = {_key(name): field for name, field in said.items()}.get(_key(heading))
    if wanted is not None:
        return Taken(place, heading, "" if wanted == IGNORED else wanted, "said", sample)
    named = fields_of(heading)
    fitting = [field for field in named if fits(field, cells)]
    if fitting:
        how: How = "not-used" if fitting[0] == IGNORED else "name"
        return Taken(place, heading, LEFT if how == "not-used" else fitting[0], how, sample)
    if named and named != (IGNORED,) and not cells:
        return Taken(place, heading, LEFT, "not-used", sample)
    if named and not set(named) & set(_FITS):
        return Taken(place, heading, named[0], "name", sample)
    guess = next((field for field in _GUESSED if cells and _all_sure(field, cells)), LEFT)
    if not guess and cells:
        nearly = next((field for field in named if fits(field, cells, _SOME)), LEFT)
        if nearly:
            return Taken(place, heading, nearly, "name", sample)  # its faults tell what is wrong
    return Taken(place, heading, guess, "content" if guess else "unknown", sample)


def fits(field: str, cells: Sequence[str], share: float = _ENOUGH) -> bool:
    """Tell whether a share of a column's cells may be of a field; True for a field of any text."""
    test = _FITS.get(field)
    if test is None:
        return bool(cells)
    return bool(cells) and sum(map(test, cells)) >= share * len(cells)


def _all_sure(field: str, cells: Sequence[str]) -> bool:
    """Tell whether all cells are of a field, whatever their heading: bare figures may be counts."""
    if field == "when":
        return all(map(has_span, cells))
    figures = any(re.fullmatch(r"[0-9][0-9.,;/ ]*", tx.plain(cell)) for cell in cells)
    return not (figures and field == "days") and all(map(_FITS[field], cells))


def _cells(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """Return the different cells of a column that hold anything, the first of them."""
    cells = (tx.bare(row[place]) for row in rows if place < len(row))
    return list(dict.fromkeys(cell for cell in cells if cell))[:_SAMPLE]


def _rank(one: Taken) -> tuple[int, int]:
    return (_rank_of(one.field, one) if one.field else 0, one.place)


def _rank_of(field: str, one: Taken) -> int:
    words = _words().get(field, ())
    word = _key(one.heading)
    return words.index(word) if word in words else len(words)


def _number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(?:[.,][0-9]+)*", tx.plain(cell).replace(" ", "")) is not None


def _coordinate(cell: str) -> bool:
    if _number(cell):
        return True
    try:
        rules_degrees.degrees("lon")(cell)
    except BadCell as bad:
        return bad.variant in ("axis", "ost")
    return True


def _is_time(cell: str) -> bool:
    try:
        rules_times.times(cell)
    except BadCell as bad:
        return bad.variant == "span" or re.fullmatch(r"[0-9]{1,2}(?:\.[0-9])?", cell) is not None
    return True


def _is_date(cell: str) -> bool:
    parse = cols.any_table("stops").columns["first_visit"].parse
    try:
        parse(cell)
    except BadCell as bad:
        return bad.variant in ("two", "excel", "calendar")
    return True


def _is_day(cell: str) -> bool:
    try:
        read_days(cell)
    except BadCell as bad:
        return bad.variant in ("numbered", "two", "rule")
    return True


def _is_rule(cell: str) -> bool:
    if is_chinese(cell) and chinese_days.read(cell):
        return True
    try:
        every(cell)
    except BadCell as bad:
        return bad.variant != ""
    return True


def _is_when(cell: str) -> bool:
    """Tell whether a cell holds a span of time, with days or without, or a time alone."""
    return has_span(cell) or _is_time(cell)


def _is_week(cell: str) -> bool:
    return (
        re.fullmatch(r"(?:week|wk|woche|semaine|uke|第)?\s*[1-9][0-9]?\s*周?", cell.casefold())
        is not None
    )


_FITS: Mapping[str, Callable[[str], bool]] = {
    "point": lambda cell: rules_degrees.pair(cell) is not None,
    "lon": _coordinate,
    "lat": _coordinate,
    "when": _is_when,
    "days": lambda cell: _is_day(cell) or _is_rule(cell),
    "arrive": _is_time,
    "leave": _is_time,
    "opens": _is_time,
    "closes": _is_time,
    "first_visit": _is_date,
    "until": _is_date,
    "every": lambda cell: _is_rule(cell) or _has_frequency(cell),
    "every_weeks": _number,
    "people": _number,
    "books": _number,
    "service_min": _number,
    "week": _is_week,
}


def _has_frequency(cell: str) -> bool:
    try:
        return bool(day_words.read(cell).every)
    except BadCell:
        return False


def _key(heading: str) -> str:
    """Return a heading without case, accents, blanks and marks."""
    return re.sub(r"[\W_]+", "", day_words.folded(re.sub(r"[(（\[].*", "", heading) or heading))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    text = resources.files(__package__).joinpath("headings.toml").read_text("utf-8")
    return {field: tuple(map(_key, words)) for field, words in tomllib.loads(text).items()}
