"""Reading the file that a driver's phone page saves: one route, as it was driven."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from bookcar.errors import Fault
from bookcar.inputs import rules_files
from bookcar.model import Where
from bookcar.records.known import Known
from bookcar.records.visits import Action, ToldMove, ToldVisit

NAMES = ("*-return*.json", "*-return*.txt")
"""What the files are called: browsers share text and no JSON, and number a second copy."""

VERSION = 1

_Count = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
_Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
_Km = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
_MOST_KM = 5_000


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    batch: str
    books: _Count


class _Visit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    stop: str
    status: Literal["done", "missed", ""] = ""
    arrive: _Clock | None = None
    leave: _Clock | None = None
    readers: _Count | None = None
    loans: _Count | None = None
    new_cards: _Count | None = None
    note: str = ""
    dropped: tuple[_Batch, ...] = ()
    collected: tuple[_Batch, ...] = ()
    requests: tuple[str, ...] | None = None


class _Return(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    bookcar_return: int
    plan: str
    week: str
    route: str
    date: dt.date
    vehicle: str
    who: str = ""
    odometer_out: _Km | None = None
    odometer_back: _Km | None = None
    visits: tuple[_Visit, ...] = ()


def read_phone(path: Path, known: Known) -> tuple[list[ToldVisit], list[Fault]]:
    """Return what a route's file tells of its visits, and what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return [], [rules_files.unreadable_file(path.name, error)]
    try:
        came = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Return)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return [], [Fault(rule="return-file", file=path.name, figures={"detail": str(error)})]
    faults = list(_faults(came, path.name, known))
    if faults:
        return [], faults
    told = _told(came, path.name)
    return [one for one in told if came.plan == known.plan.id or _still_holds(one, known)], []


def _still_holds(told: ToldVisit, known: Known) -> bool:
    """Tell whether what is told by the page of the plan before counts for this one, too.

    What was done is done. What was missed, or is not told, may have been planned anew since.
    """
    planned = {(visit.stop, visit.date) for visit in known.planned}
    return told.status == "done" or (bool(told.status) and (told.stop, told.date) in planned)


def _faults(came: _Return, file: str, known: Known) -> list[Fault]:
    """Return why a file cannot be of this plan, or cannot be right."""
    if came.bookcar_return != VERSION:
        figures = {"version": came.bookcar_return}
        return [Fault(rule="return-file", variant="version", file=file, figures=figures)]
    if came.plan != known.plan.id and came.plan not in known.plans_before:
        return [_other_plan(came, file, known)]
    route = next((route for route in known.plan.routes if route.id == came.route), None)
    if came.plan == known.plan.id and (route is None or route.date != came.date):
        return [
            Fault(
                rule="return-file",
                variant="route",
                file=file,
                column="route",
                value=came.route,
                figures={"date": came.date.isoformat()},
            )
        ]
    out, back = came.odometer_out, came.odometer_back
    if out is not None and back is not None and not 0 <= back - out <= _MOST_KM:
        return [
            Fault(
                rule="odometer",
                file=file,
                column="odometer_back",
                value=f"{back:g}",
                figures={"out": out},
            )
        ]
    return []


def _other_plan(came: _Return, file: str, known: Known) -> Fault:
    return Fault(
        rule="return-of-other-plan",
        file=file,
        column="plan",
        value=came.plan,
        figures={"week": came.week, "ours": known.plan.id, "our_week": known.week},
    )


def _told(came: _Return, file: str) -> list[ToldVisit]:
    """Return the visits; the day's distance and driver stand on the first."""
    told = [_visit(visit, came, file) for visit in came.visits]
    metres = None
    if came.odometer_out is not None and came.odometer_back is not None:
        metres = round(1000 * (came.odometer_back - came.odometer_out))
    if told and metres is not None:
        told[0] = msgspec.structs.replace(told[0], day_metres=metres)
    return told


def _visit(visit: _Visit, came: _Return, file: str) -> ToldVisit:
    where = Where(file)
    moves = (*_moves(visit.dropped, "dropped", where), *_moves(visit.collected, "collected", where))
    return ToldVisit(
        date=came.date,
        stop=visit.stop,
        vehicle=came.vehicle,
        where=where,
        status=visit.status,
        moves=moves if visit.status == "done" else (),
        whole=visit.status == "done",
        note=visit.note.strip(),
        arrive=_seconds(visit.arrive),
        leave=_seconds(visit.leave),
        readers=visit.readers,
        loans=visit.loans,
        new_cards=visit.new_cards,
        who=came.who.strip() if visit.status == "done" else "",
        requests=visit.requests if visit.status == "done" else None,
    )


def _moves(batches: tuple[_Batch, ...], action: Action, where: Where) -> tuple[ToldMove, ...]:
    return tuple(
        ToldMove(batch=one.batch, action=action, where=where, books=one.books, moved=one.books > 0)
        for one in batches
    )


def _seconds(time: str | None) -> int | None:
    return None if time is None else int(time[:2]) * 3600 + int(time[3:]) * 60
