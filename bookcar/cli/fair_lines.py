"""What ``bookcar check`` and ``bookcar event`` say of events: what was, and what is to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bookcar.phrases import Phrases
from bookcar.weeks import monday_of, week_name

if TYPE_CHECKING:
    from bookcar.advice.fair_outlook import Outlook
    from bookcar.model import District


def fair_lines(district: District, today: dt.date | None, say: Phrases) -> Iterator[str]:
    """Yield how it is with every event that is not over, or that has books still."""
    from bookcar.advice.fair_outlook import outlook  # noqa: PLC0415  heavy
    from bookcar.fairs.days import bringing  # noqa: PLC0415  heavy

    for event in district.events:
        monday = monday_of(today or bringing(district, event).first)
        found = outlook(district, event, monday)
        if found.weeks or found.there or event.last >= monday:
            yield from lines_of(district, found, say)


def lines_of(district: District, found: Outlook, say: Phrases) -> Iterator[str]:
    """Yield what is said of an event."""
    event = found.event
    yield say(
        "events.line",
        name=event.name,
        first=event.first.isoformat(),
        last=event.last.isoformat(),
        books=event.books,
        there=found.there,
        wanted=found.wanted,
    )
    if found.brought:
        yield "  " + say(
            "events.line-records",
            brought=found.brought,
            back=found.back,
            there=found.there,
            missing=found.missing,
        )
    for week in found.weeks:
        key = "events.line-brings" if week.brings else "events.line-fetches"
        yield "  " + say(
            key,
            week=week_name(week.monday),
            books=week.brings or week.fetches,
            count=week.car_days,
            most=week.books,
        )
    names = {pool.id: pool.name for pool in district.pools}
    for one in found.lenders:
        pool = names.get(one.pool, say("events.no-pool"))
        yield "  " + say(
            "events.line-lends",
            pool=pool,
            count=one.lendable,
            books=one.books,
            batches=one.batches,
            kept=one.kept,
        )
    for car in event.stays if event.last >= found.monday else ():
        yield "  " + say("events.line-stays", car=car)


def as_data(found: Outlook) -> dict[str, Any]:
    """Return an event as JSON has it."""
    return {
        "event": found.event.id,
        "first": found.event.first.isoformat(),
        "last": found.event.last.isoformat(),
        "books": found.event.books,
        **{n: getattr(found, n) for n in ("brought", "back", "there", "missing", "not_back")},
        **{n: getattr(found, n) for n in ("wanted", "lendable", "lacking", "too_many")},
        "weeks": [
            {
                "week": week_name(week.monday),
                **{n: getattr(week, n) for n in ("brings", "fetches", "car_days", "books")},
            }
            for week in found.weeks
        ],
        "lenders": found.lenders,
    }
