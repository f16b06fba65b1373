"""How far a campaign is: who was reached, who is when, who is late, and whether books suffice."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from bookcar import __version__
from bookcar.calendars.campaigns import reached
from bookcar.calendars.promises import Timetable
from bookcar.campaigns.schedule import Schedule
from bookcar.files import with_own_name
from bookcar.inputs.movements import before
from bookcar.model import District
from bookcar.plan import Provenance, ReasonCode
from bookcar.weeks import monday_of

CAMPAIGN_VERSION = 1

State = Literal["done", "planned", "late", "left"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it is with a stop of a campaign.

    Attributes
    ----------
    state
        ``done``: it was reached on ``date``; ``planned``: it is scheduled for that day; ``late``:
        the timetable had it on ``was``, and nobody came; it is scheduled for ``date``, if it is at
        all; ``left``: it has no day, for a ``reason``.
    """

    stop: str
    state: State
    date: dt.date | None = None
    was: dt.date | None = None
    vehicle: str = ""
    reason: ReasonCode | None = None


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """The books that a campaign still needs, and those in store.

    ``batches`` hold the ``books`` that lie in depots, of the campaign's pool if it has one; of them
    the regular service takes some while it lasts, for good.
    """

    needed: int
    books: int
    batches: int
    regular: int = 0

    @property
    def lacking(self) -> int:
        """Books that have to be got before it can end."""
        return max(0, self.needed + self.regular - self.books)


class Township(msgspec.Struct, frozen=True, kw_only=True):
    """The stops of an area: how many of each state, and in which weeks they are visited."""

    area: str
    stops: int
    done: int
    planned: int
    late: int
    left: int
    weeks: tuple[tuple[dt.date, int], ...]


class CampaignProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as it stands when its schedule begins, as ``campaign.json`` holds it.

    ``standings`` are in the order of the table of stops, ``townships`` by their first week.
    """

    schedule: Schedule
    standings: tuple[Standing, ...]
    townships: tuple[Township, ...]
    stock: Stock
    district: str
    provenance: Provenance
    schema_version: int = CAMPAIGN_VERSION
    id: str = ""

    def with_id(self) -> CampaignProgress:
        """Return it with its ``id`` made from its content."""
        blank = msgspec.structs.replace(self, id="")
        digest = hashlib.sha256(_canonical(blank)).hexdigest()
        return msgspec.structs.replace(self, id=digest[:12])

    def to_json(self) -> bytes:
        """Return it as ``campaign.json`` holds it: UTF-8, indented, always the same bytes."""
        return msgspec.json.format(_canonical(self), indent=1) + b"\n"

    def count(self, state: State) -> int:
        """Return how many stops are in a state."""
        return sum(one.state == state for one in self.standings)


def progress_of(district: District, schedule: Schedule) -> CampaignProgress:
    """Return how far a campaign is, as recorded before its schedule begins."""
    then = before(district, schedule.begins)
    standings = tuple(_standings(then, schedule))
    return CampaignProgress(
        schedule=schedule,
        standings=standings,
        townships=_townships(then, standings),
        stock=_stock(then, schedule, standings),
        district=then.name,
        provenance=Provenance(
            bookcar=__version__,
            folder=with_own_name(then.folder).as_posix(),
            inputs=dict(sorted(then.inputs.items())),
            seed=schedule.seed,
            effort=schedule.effort,
            iterations=schedule.iterations,
        ),
    ).with_id()


def campaign_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``campaign.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bookcar campaign, version {CAMPAIGN_VERSION}",
        **msgspec.json.schema(CampaignProgress),
    }


def _canonical(found: CampaignProgress) -> bytes:
    return msgspec.json.encode(found, order="deterministic")


def _standings(district: District, schedule: Schedule) -> list[Standing]:
    campaign = schedule.campaign
    done = reached(district, campaign)
    planned = {visit.stop: visit for visit in schedule.visits}
    reasons = {left.stop: left.reason for left in schedule.left}
    missed = _missed(district, schedule)
    found = []
    for stop in campaign.stops:
        visit = planned.get(stop)
        date, car = (visit.date, visit.vehicle) if visit else (None, "")
        if stop in done:
            found.append(Standing(stop=stop, state="done", date=done[stop]))
        elif stop in missed or schedule.begins > campaign.last:
            was = missed.get(stop)
            why = reasons.get(stop)
            found.append(
                Standing(stop=stop, state="late", date=date, vehicle=car, was=was, reason=why)
            )
        elif visit:
            found.append(Standing(stop=stop, state="planned", date=date, vehicle=car))
        else:
            found.append(Standing(stop=stop, state="left", reason=reasons.get(stop)))
    return found


def _missed(district: District, schedule: Schedule) -> Mapping[str, dt.date]:
    """Return the last day of the campaign on which each stop was promised, and that is over."""
    campaign, timetable = schedule.campaign, Timetable(district)
    return {
        stop: entry.date
        for stop in campaign.stops
        for entry in timetable.by_stop.get(stop, ())
        if entry.stands and campaign.first <= entry.date < schedule.begins
    }


def _townships(district: District, standings: tuple[Standing, ...]) -> tuple[Township, ...]:
    by_area: dict[str, list[Standing]] = {}
    for one in standings:
        by_area.setdefault(district.stops_by_id[one.stop].area, []).append(one)
    found = [_township(area, own) for area, own in by_area.items()]
    return tuple(sorted(found, key=lambda t: (t.weeks[0][0] if t.weeks else dt.date.max, t.area)))


def _township(area: str, own: list[Standing]) -> Township:
    mondays = sorted(monday_of(one.date) for one in own if one.date is not None)
    states = [one.state for one in own]
    return Township(
        area=area,
        stops=len(own),
        done=states.count("done"),
        planned=states.count("planned"),
        late=states.count("late"),
        left=states.count("left"),
        weeks=tuple((monday, mondays.count(monday)) for monday in dict.fromkeys(mondays)),
    )


def _stock(district: District, schedule: Schedule, standings: tuple[Standing, ...]) -> Stock:
    """Return what whoever was not reached needs, on foot or by car, and what is in store."""
    books = schedule.campaign.books
    needed = sum(
        district.stops_by_id[one.stop].books if books is None else books
        for one in standings
        if one.state != "done"
    )
    pool = schedule.campaign.pool
    shelf = [
        batch
        for batch in district.batches
        if batch.at in district.depots_by_id and pool in ("", batch.pool)
    ]
    return Stock(
        needed=needed,
        books=sum(b.books for b in shelf),
        batches=len(shelf),
        regular=schedule.regular_books,
    )
