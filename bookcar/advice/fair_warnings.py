"""What a planner should know of events before any week is planned: books and cars that lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar.advice.fair_outlook import outlook
from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.fairs.days import bringing
from bookcar.model import District
from bookcar.weeks import monday_of


def fair_warnings(district: District, today: dt.date | None) -> Iterator[Fault]:
    """Yield a warning of every event whose pools or cars do not suffice, or that gave not all back.

    Parameters
    ----------
    today
        From whose week on cars can come; without it, from the first week of each event.
    """
    for event in district.events:
        first = bringing(district, event).first
        found = outlook(district, event, monday_of(today or first))
        where = district.where("events", event.id)
        if found.lacking:
            yield warning(
                where,
                rule="event-short-of-books",
                column="books",
                value=str(event.books),
                wanted=found.wanted,
                books=found.lendable,
                lacking=found.lacking,
                kept=sum(one.kept for one in found.lenders),
            )
        if found.too_many:
            yield warning(
                where,
                rule="event-few-cars",
                column="books",
                value=str(event.books),
                wanted=found.wanted,
                lacking=found.too_many,
                first=first.isoformat(),
                last=bringing(district, event).last.isoformat(),
            )
        if found.not_back:
            yield warning(
                where,
                rule="event-not-back",
                column="to",
                value=event.last.isoformat(),
                count=len(found.not_back),
                names=found.not_back,
            )
        if found.missing:
            yield warning(
                where,
                rule="event-not-back",
                variant="missing",
                column="to",
                value=event.last.isoformat(),
                books=found.missing,
            )
