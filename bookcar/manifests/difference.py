"""What changes in a week that is planned again: a page to print, and the calls to make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bookcar.manifests.pdf import Item, items_pdf
from bookcar.manifests.sheet import WeekSheet
from bookcar.manifests.tables import table_csv
from bookcar.phrases import Phrases
from bookcar.plan import Plan, Promise
from bookcar.plan_changes import Change, ChangeKind, changes, promises_of
from bookcar.web.markup import bdi, document, each, tag
from bookcar.web.paper import PAPERS
from bookcar.web.text import printable
from bookcar.web.times import time_text

CALLS = (
    *("stop", "name", "contact", "phone", "change"),
    *("old_date", "old_time", "old_vehicle", "new_date", "new_time", "new_vehicle"),
)
_FIRST: tuple[ChangeKind, ...] = ("gone", "day", "car", "time", "new")

_CSS = """
body { font: 16px/1.4 system-ui, sans-serif; margin: 1.5rem; color: #111; background: #fff; }
h1 { font-size: 1.4rem; } table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #888; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #e6e6e6; } a { color: inherit; }
@media print { body { margin: 0; font-size: 10pt; } tr { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Call:
    """Somebody to be called, and what to say."""

    change: Change
    name: str
    contact: str
    phone: str


def calls_of(was: Plan, plan: Plan) -> tuple[Call, ...]:
    """Return the calls to make: first visits that fall away, then by the day they were told."""
    found = [c for c in changes(promises_of(was), promises_of(plan)) if c.kind != "same"]
    found.sort(key=lambda c: (_FIRST.index(c.kind), _when(c.before or c.after), c.stop))
    return tuple(_call(change, was, plan) for change in found)


def _when(promise: Promise | None) -> tuple[str, int]:
    assert promise is not None
    return promise.date.isoformat(), promise.begin


def _call(change: Change, was: Plan, plan: Plan) -> Call:
    stop = plan.stops_by_id.get(change.stop) or was.stops_by_id[change.stop]
    return Call(change=change, name=stop.name, contact=stop.contact, phone=stop.phone)


def calls_csv(was: Plan, plan: Plan) -> bytes:
    """Return the calls to make as a table."""
    rows = (
        (
            *(call.change.stop, call.name, call.contact, call.phone, call.change.kind),
            *_cells(call.change.before),
            *_cells(call.change.after),
        )
        for call in calls_of(was, plan)
    )
    return table_csv(CALLS, rows)


def _cells(promise: Promise | None) -> tuple[str, str, str]:
    if promise is None:
        return "", "", ""
    hours, minutes = divmod(promise.begin // 60, 60)
    return promise.date.isoformat(), f"{hours:02d}:{minutes:02d}", promise.vehicle


def difference_page(was: Plan, plan: Plan, week: WeekSheet) -> str:
    """Return the difference as a page that needs no network."""
    say = Phrases(week.language)
    rows = _items(was, plan, week)
    heads = ("stop", "call", "change", "before", "after")
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", say(f"manifests.difference-{h}")) for h in heads))),
        tag("tbody", *(tag("tr", *(tag("td", bdi(row[h])) for h in heads)) for row in rows)),
    )
    title = say("manifests.difference-title", week=week.week)
    facts = each(tag("p", bdi(text)) for text in _facts(was, plan, say))
    page = PAPERS[week.paper]
    css = f"{_CSS}@page {{ size: {page.css}; margin: 12mm; }}\n"
    return document(
        tag("h1", title),
        facts,
        table if rows else tag("p", say("manifests.difference-none")),
        tag("p", week.plan_text),
        title=title,
        language=week.language,
        css=css,
    )


def difference_pdf(was: Plan, plan: Plan, week: WeekSheet, *, font: Path | None = None) -> bytes:
    """Return the difference as a PDF to pin to the wall.

    Raises
    ------
    MissingToolError
        If no font has a character of it.
    """
    say = Phrases(week.language)
    head: Item = {
        "place": "the difference",
        "facts": list(_facts(was, plan, say)),
        "rows": _items(was, plan, week),
    }
    return items_pdf("difference.typ", week, [head], font=font)


def _facts(was: Plan, plan: Plan, say: Phrases) -> Iterator[str]:
    """Yield since when the week differs, what has happened, and what is lost."""
    again = plan.replanned
    if again is None:
        return
    at = {
        "day": again.at.date().isoformat(),
        "seconds": again.at.hour * 3600 + again.at.minute * 60,
    }
    yield say("manifests.difference-since", old=was.id, new=plan.id, **at)
    for name in again.out:
        yield say("manifests.difference-out", vehicle=printable(name))
    for name, seconds in again.late.items():
        yield say("manifests.difference-late", vehicle=printable(name), minutes=seconds // 60)
    for key in ("shut", "added", "closed_ways", "lost", "away"):
        names = tuple(printable(str(name)) for name in getattr(again, key))
        if names:
            yield say(f"manifests.difference-{key.replace('_', '-')}", names=names)
    yield from _fetches(plan, say)


def _fetches(plan: Plan, say: Phrases) -> Iterator[str]:
    """Yield which car meets one that stands, where, when and for what."""
    for route in plan.routes:
        for call in route.fetches:
            yield say(
                "manifests.difference-fetch",
                vehicle=printable(route.vehicle),
                car=printable(call.vehicle),
                place=printable(plan.places_by_id[call.place].name),
                day=route.date.isoformat(),
                time=time_text(call.begin, say, plan.clock),
                batches=tuple(printable(batch) for batch in call.takes),
            )


def _items(was: Plan, plan: Plan, week: WeekSheet) -> list[dict[str, str]]:
    say = Phrases(week.language)
    return [
        {
            "stop": f"{printable(call.change.stop)} {printable(call.name)}",
            "call": printable(" ".join(filter(None, (call.contact, call.phone)))),
            "change": say(f"manifests.difference-kind-{call.change.kind}"),
            "before": _told(call.change.before, plan, say),
            "after": _told(call.change.after, plan, say),
        }
        for call in calls_of(was, plan)
    ]


def _told(promise: Promise | None, plan: Plan, say: Phrases) -> str:
    if promise is None:
        return "–"
    day = say("figures.on", day=promise.date.isoformat())
    time = time_text(promise.begin, say, plan.clock)
    return f"{day} {time} · {printable(promise.vehicle)}"
