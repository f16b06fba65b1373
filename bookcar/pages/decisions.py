"""What a head has to decide of a week: stops not served, grouped by what would serve them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bookcar.manifests.sheet import UnservedRow, WeekSheet
from bookcar.pages.why_words import WhyWords
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.web.text import printable
from bookcar.whys import BRINGS, Change, Whys, effort

_SEVERAL = 2
_LESS = 3
"""A change of the same kind is worth telling besides where it is so many times smaller."""

_TIME = ("time", "working-time", "latest-return", "driving-time", "break", "opening-hours")
_CAUSES = {
    **dict.fromkeys(("no-day", "day-closed", "no-vehicle", "too-close", "shut"), "day"),
    "before-hand-on": "day",
    **dict.fromkeys(("too-long", "back-too-late", "closed", "no-break"), "time"),
    **dict.fromkeys(("leg-beyond-break", "carrier-not-met", "carrier-hours"), "time"),
    **dict.fromkeys(("too-far", "too-far-on-foot"), "distance"),
    **dict.fromkeys(("too-many-books", "too-heavy", "too-heavy-on-foot", "needs-reload"), "load"),
    **dict.fromkeys(("no-batch", "batch-elsewhere", "batch-too-late", "batch-taken"), "batch"),
    **dict.fromkeys(("off-road", "disconnected", "ferry-only", "only-others-reach"), "road"),
    **dict.fromkeys(("foot-only", "no-footpath", "no-road-to-meeting"), "road"),
    **dict.fromkeys(("left-out", "fell-away"), "hand"),
    "not-worth": "worth",
}
_LIMITS = {
    **dict.fromkeys(_TIME, "time"),
    "distance": "distance",
    **dict.fromkeys(("books", "kg", "stops"), "load"),
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Some stops that are not served, and what would help.

    Attributes
    ----------
    stops
        Their ids, in the plan's order.
    matter
        How many stops where fail for lack of what.
    change
        What serves them, or one of them; empty where nothing was found, or nobody looked.
    """

    stops: tuple[str, ...]
    matter: str
    change: str = ""


def decisions(plan: Plan, week: WeekSheet, whys: Whys | None, say: Phrases) -> list[Decision]:
    """Return the stops of a week that are not served in groups, those of most stops first.

    A change that serves several is taken before one that serves fewer; each stop stands in one
    group. Stops that no change serves together are grouped by township and cause.
    """
    rows = {row.stop: row for row in week.unserved}
    words = WhyWords(plan, say)
    covering = list(_covering(whys, rows))
    several = [(change, serves) for change, serves in covering if len(serves) > 1]
    alone = {
        stop: _told(words, change, serves)
        for change, serves in covering
        if len(serves) == 1
        for stop in serves
    }

    def other(change: Change, serves: frozenset[str]) -> str:
        return _cheaper(words, change, serves, whys)

    covered = {stop for _, serves in several for stop in serves}
    found = [
        Decision(
            stops=tuple(stop for stop in rows if stop in serves),
            matter=_matter(plan, [row for row in week.unserved if row.stop in serves], say),
            change=words.joined(
                _told(words, change, serves),
                other(change, serves),
                _least(words, change, serves, whys),
            ),
        )
        for change, serves in several
    ]
    rest = [row for row in week.unserved if row.stop not in covered]
    return found + _each_by_itself(plan, rest, alone, say)


def _cheaper(words: WhyWords, change: Change, serves: frozenset[str], whys: Whys | None) -> str:
    """Return what would serve the most of some stops without a car or a day of one more."""
    if change.lever not in BRINGS or whys is None:
        return ""
    others = (one for one in whys.together if one.lever not in BRINGS)
    best = max(others, key=lambda one: len(serves & {*one.serves}), default=None)
    if best is None or len(serves & {*best.serves}) < _SEVERAL:
        return ""
    told = {"change": words.change(best), "longer": words.longer(best)}
    count = len(serves & {*best.serves})
    return printable(words.say("pages.decide-or", count=count, **told))


def _least(words: WhyWords, change: Change, serves: frozenset[str], whys: Whys | None) -> str:
    """Return what serves one of some stops by itself, if that takes much less than the change."""
    if whys is None:
        return ""
    own = [(one, why.id) for why in whys.stops if why.id in serves for one in why.changes[:1]]
    alone = [pair for pair in own if not pair[0].jointly]
    if not alone:
        return ""
    best, stop = min(alone, key=lambda pair: effort(pair[0]))
    kind, amount, _ = effort(change)
    if effort(best)[0] >= kind and (best.lever != change.lever or amount < _LESS * best.amount):
        return ""
    return printable(
        words.say("pages.decide-least", stop=words.stop(stop), change=words.change(best))
    )


def _told(words: WhyWords, change: Change, serves: frozenset[str]) -> str:
    """Return a change, with what the routes are longer if that is for these stops alone."""
    longer = words.longer(change) if serves == set(change.serves) else ""
    return printable(words.joined(words.change(change), longer))


def _covering(whys: Whys | None, left: Iterable[str]) -> Iterator[tuple[Change, frozenset[str]]]:
    """Yield changes, each of which serves the most of the stops that those before it leave."""
    if whys is None:
        return
    open_ = set(left)
    known = [(change, frozenset(change.serves)) for change in whys.together]
    for why in whys.stops:
        known += [(change, frozenset({why.id, *change.serves})) for change in why.changes[:1]]
    while known:
        change, serves = max(known, key=lambda pair: len(pair[1] & open_))
        gained = serves & open_
        if not gained:
            return
        yield change, gained
        open_ -= gained


def _each_by_itself(
    plan: Plan, rows: Sequence[UnservedRow], alone: Mapping[str, str], say: Phrases
) -> list[Decision]:
    """Return stops that no change serves together, by township, cause and if a change is known."""

    def group(row: UnservedRow) -> tuple[bool, str, str]:
        return row.stop not in alone, row.area, _cause(plan, row.stop)

    found = []
    for (unknown, *_), grouped in groupby(sorted(rows, key=group), key=group):
        some = list(grouped)
        change = "" if unknown else alone[some[0].stop]
        if change and len(some) > 1:
            change = say("pages.decide-each", change=change)
        matter = _matter(plan, some, say)
        found.append(Decision(stops=tuple(row.stop for row in some), matter=matter, change=change))
    return sorted(found, key=lambda one: -len(one.stops))


def _matter(plan: Plan, rows: Sequence[UnservedRow], say: Phrases) -> str:
    """Return how many stops fail where for what; townships by how many stops they have in it."""
    areas = [row.area for row in rows if row.area]
    named = sorted(set(areas), key=lambda area: (-areas.count(area), area))
    causes = {_cause(plan, row.stop) for row in rows}
    why = say(f"pages.cause-{causes.pop() if len(causes) == 1 else 'several'}")
    figures = {"count": len(rows), "why": why}
    if not named:
        return printable(say("pages.decide-somewhere", **figures))
    return printable(say("pages.decide", areas=tuple(named), **figures))


def _cause(plan: Plan, stop: str) -> str:
    """Return what a stop lacks: that of its reason, or of the limit nearest to letting it in."""
    (row,) = (one for one in plan.unserved if one.stop == stop)
    if row.reason in ("full", "no-single-car") and row.obstacles:
        return _LIMITS.get(row.obstacles[0].code, "several")
    return _CAUSES.get(row.reason, "several")
