"""Where each batch is: as its row says, or as a later movement in the visits table left it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import msgspec

from bookcar.calendars.campaigns import with_campaigns
from bookcar.model import LOAD_MARK, Batch, District, PastVisit, Vehicle


def before(district: District, monday: dt.date) -> District:
    """Return the district as it stood before a Monday: what was recorded since is not known yet.

    So a week can be planned, adjusted and audited again after it began, and every batch is where
    it was on its Monday, also if its row has been brought up to date since. The batches of a
    district that was not read stay where they are. Stops of a campaign of that week want what it
    brings.
    """
    visits = tuple(visit for visit in district.visits if visit.date < monday)
    batches = district.batches
    if district.listed:
        batches = moved(
            _rows_before(district, monday),
            visits,
            vehicles=district.vehicles,
            store=district.depots[0].id,
            events=[event.id for event in district.events],
        )
    then = msgspec.structs.replace(district, visits=visits, batches=batches)
    return with_campaigns(then, monday)


def unplaced(district: District, monday: dt.date) -> tuple[Batch, ...]:
    """Return the batches of which nobody says where they were before a Monday.

    Their rows are of that day or later, and no visit before it moved them; `before` leaves them
    where their rows say.
    """
    told = _moved_before(district, monday)
    return tuple(b for b in district.listed if _is_newer(b, monday) and b.id not in told)


def _rows_before(district: District, monday: dt.date) -> list[Batch]:
    """Return the rows of the batches; those that are too new for it without their date."""
    told = _moved_before(district, monday)
    return [
        msgspec.structs.replace(b, since=None) if _is_newer(b, monday) and b.id in told else b
        for b in district.listed
    ]


def _moved_before(district: District, monday: dt.date) -> Collection[str]:
    return last_movements([visit for visit in district.visits if visit.date < monday]).keys()


def _is_newer(row: Batch, monday: dt.date) -> bool:
    return row.since is not None and row.since >= monday


def moved(
    batches: Sequence[Batch],
    visits: Sequence[PastVisit],
    *,
    vehicles: Sequence[Vehicle],
    store: str,
    events: Collection[str] = (),
) -> tuple[Batch, ...]:
    """Return the batches where their last movement brought them.

    A movement counts if it is later than the row's ``since``; a row without is from before them
    all. So a week is closed by adding its visits, and the batches table need not change.

    Parameters
    ----------
    store
        Depot to which a vehicle that is not in the table brings what it collects.
    events
        Ids of the events: what a load of one brought is there.
    """
    last = last_movements(visits)
    home = {vehicle.id: vehicle.depot for vehicle in vehicles}
    found = (_after(batch, last.get(batch.id), home, store) for batch in batches)
    return tuple(_at_event(batch, events) for batch in found) if events else tuple(found)


def last_movements(visits: Sequence[PastVisit]) -> dict[str, PastVisit]:
    """Return the last movement of each batch; of one day, the one that stands last."""
    movements = [v for v in visits if v.batch and v.action and v.status == "done"]
    return {v.batch: v for v in sorted(movements, key=lambda v: v.date)}


def _at_event(batch: Batch, events: Collection[str]) -> Batch:
    event, mark, _ = batch.at.rpartition(LOAD_MARK)
    return msgspec.structs.replace(batch, at=event) if mark and event in events else batch


def _after(batch: Batch, movement: PastVisit | None, home: Mapping[str, str], store: str) -> Batch:
    if movement is None or (batch.since is not None and movement.date <= batch.since):
        return batch
    dropped = movement.action == "dropped"
    put_off = movement.depot or home.get(movement.vehicle, store)
    at = movement.stop if dropped else put_off
    return msgspec.structs.replace(batch, at=at, since=movement.date)
