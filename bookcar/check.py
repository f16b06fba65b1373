"""Check a district: its tables, its stops against its roads, its settings against the records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bookcar.actuals.proposals import time_warnings
from bookcar.advice.batch_warnings import batch_warnings
from bookcar.advice.closure_warnings import closure_warnings
from bookcar.advice.fair_warnings import fair_warnings
from bookcar.advice.promise_warnings import promise_warnings
from bookcar.advice.road_warnings import nearest_stand, road_warnings
from bookcar.advice.zone_warnings import zone_warnings
from bookcar.due import due_stops
from bookcar.errors import Fault, InputError, UsageError
from bookcar.inputs.reader import Checked, read_district
from bookcar.inputs.shift import shifted_coordinates
from bookcar.model import District
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Placed
from bookcar.weeks import monday_of

if TYPE_CHECKING:
    from bookcar.planning.forecast import StockWeek
    from bookcar.roads.network import Network
    from bookcar.roads.travel import Table

NEVER = dt.date(1900, 1, 1)
"""A Monday before every visit: nothing is overdue then."""
STOCK_WEEKS = 13
"""Weeks for which the stock is forecast: a quarter."""


class CheckedRoads(Checked, frozen=True):
    """What `check_district` finds; ``placed`` is where a car stands for each stop, by its id.

    ``stock`` is what becomes of the batches in the weeks to come; none where there are no batches.
    """

    placed: Mapping[str, Placed] = msgspec.field(default_factory=dict)
    stock: tuple[StockWeek, ...] = ()


def check_district(
    folder: str | Path,
    *,
    roads: bool = True,
    today: dt.date | None = None,
    plans: Path | None = None,
    progress: Progress = SILENT,
    on_read: Callable[[Checked], None] = lambda _: None,
) -> CheckedRoads:
    """Return the district (None if it cannot be used) and every fault found.

    Parameters
    ----------
    roads
        Also hold the stops against the roads; takes a few seconds the first time.
    today
        The last day on which something can have happened, from whose week on the stock is
        forecast; without it nothing is in the future, and nothing is forecast.
    plans
        The folder of the district's weeks, e.g. ``routes/mycounty``: recorded times are held
        against the plans in it.
    on_read
        Is given what was read before anything is said of it.
    """
    progress.start("steps.read")
    checked = read_district(folder, today=today)
    on_read(checked)
    district, faults = checked.district, list(checked.faults)
    if district is None:
        progress.finish("steps.unusable")
        return _found(checked)
    counts = {
        name: len(getattr(district, name)) for name in ("stops", "vehicles", "batches", "visits")
    }
    progress.finish("steps.read-everything", **counts)
    faults.extend(promise_warnings(district, today))
    faults.extend(zone_warnings(district))
    faults.extend(batch_warnings(district))
    faults.extend(fair_warnings(district, today))
    faults.extend(time_warnings(district, plans))
    stock = _stock(district, today, progress)
    if not roads:
        return CheckedRoads(district, tuple(faults), checked.language, stock=stock)
    try:
        network, tables = _on_roads(district, progress)
    except InputError as error:
        return CheckedRoads(None, (*faults, *error.faults), checked.language)
    faults.extend(_road_faults(district, network, tables))
    faults.extend(_worth_faults(district, network, today, progress=progress))
    stands = {stop.id: nearest_stand(tables, stop.id) for stop in district.stops}
    return CheckedRoads(
        district=district,
        faults=tuple(faults),
        language=checked.language,
        placed={name: placed for name, placed in stands.items() if placed is not None},
        stock=stock,
    )


def _stock(district: District, today: dt.date | None, progress: Progress) -> tuple[StockWeek, ...]:
    if today is None or not district.batches:
        return ()
    from bookcar.planning.forecast import forecast  # noqa: PLC0415  heavy, and not always wanted

    return forecast(district, monday_of(today), weeks=STOCK_WEEKS, progress=progress)


def _found(checked: Checked) -> CheckedRoads:
    return CheckedRoads(checked.district, checked.faults, checked.language)


def _on_roads(district: District, progress: Progress) -> tuple[Network | None, Mapping[str, Table]]:
    """Return the roads of a district, and whom each profile reaches on them."""
    from bookcar.roads import sources  # noqa: PLC0415  heavy, and not always wanted

    network = sources.network_of(district, progress=progress)
    return network, sources.reached_by(district, network, progress=progress)


def _road_faults(
    district: District, network: Network | None, tables: Mapping[str, Table]
) -> Iterator[Fault]:
    from bookcar.roads.sources import unclosed_by  # noqa: PLC0415  likewise

    yield from road_warnings(district, tables)
    yield from closure_warnings(district, unclosed_by(district, network))
    if network is not None:
        yield from _shift_faults(district, network)


def _worth_faults(
    district: District, network: Network | None, today: dt.date | None, *, progress: Progress
) -> list[Fault]:
    """Return a warning of the stops that a plan would leave out for the cost of their way."""
    from bookcar.advice.worth_warnings import (  # noqa: PLC0415  likewise
        may_not_be_worth,
        worth_warnings,
    )
    from bookcar.roads.sources import driving_on  # noqa: PLC0415  likewise

    due = due_stops(district, monday_of(today) if today else NEVER)
    if not may_not_be_worth(district, due):
        return []
    try:
        travel = driving_on(district, network, progress=progress)
    except UsageError:  # more places than driving is worked out for; planning says so
        return []
    return list(worth_warnings(district, due, travel))


def _shift_faults(district: District, network: Network) -> list[Fault]:
    from bookcar.roads.nearest import distance_to_road  # noqa: PLC0415  likewise

    shifted = shifted_coordinates(district, distance_to_road(district, network))
    return [shifted] if shifted else []
