"""Where distances and times come from: the roads, a table of the user's own, or coordinates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from bookcar.errors import Fault, InputError, UsageError
from bookcar.model import Closure, Depot, District, RoadProfile
from bookcar.phrases.sentence import Sentence
from bookcar.progress import SILENT, Progress
from bookcar.roads import meetings, snap
from bookcar.roads.cache import load_network, load_water
from bookcar.roads.closures import closed_on, closing, unclosed
from bookcar.roads.conditions import Times
from bookcar.roads.drive import drive_for
from bookcar.roads.estimate import estimate
from bookcar.roads.heights import heights_of
from bookcar.roads.matrixfile import read_matrix
from bookcar.roads.network import Network
from bookcar.roads.reach import Reach, reach
from bookcar.roads.slopes import on_slopes
from bookcar.roads.timed import at_times
from bookcar.roads.travel import Line, Table, Travel, Unclear, Unclosed
from bookcar.roads.water import Water

if TYPE_CHECKING:
    from bookcar.roads.driving import Driving

MOST_PLACES = 6_000
"""Beyond it the table of all pairs would not fit the memory of an office PC."""


def travel_for(
    district: District,
    *,
    stops: Collection[str] | None = None,
    dates: Sequence[date] = (),
    progress: Progress = SILENT,
    cache: Path | None = None,
) -> Travel:
    """Return driving between all places, for each profile that a vehicle has.

    From the extract, the matrix or the estimate, as the district's settings say. Roads closed on
    any of ``dates`` are left out of an extract; closures that change nothing are in ``unclosed``.
    ``cache`` is the folder for extracts read before.

    Parameters
    ----------
    stops
        Ids of the stops that matter, all if None; a table of the user's own always has all.

    Raises
    ------
    UsageError
        If there are more than `MOST_PLACES` places to drive between.
    InputError
        If the extract or the matrix cannot be used, a depot stands at no road, or a vehicle has a
        profile that the settings do not describe.
    """
    if any(stop.load for stop in district.stops):
        alone, same = _without_loads(district, stops)
        wanted = None if stops is None else {same.get(stop, stop) for stop in stops}
        travel = travel_for(alone, stops=wanted, dates=dates, progress=progress, cache=cache)
        return travel.with_same({one: at for one, at in same.items() if at in travel.rows})
    roads = district.settings.roads
    profiles = _profiles(district)
    names = tuple(profile.name for profile in profiles)
    if roads.matrix is not None:
        known = read_matrix(district, roads.matrix, names)
        known = replace(known, meetings=meetings.estimated(district, known))
        return _heedless(known, district, dates)
    if stops is not None:
        near = meetings.near(district, stops) if roads.extract is None else frozenset()
        district = district.with_stops({*stops, *near})
    _check_size(district)
    if roads.extract is None:
        guessed = estimate(district, names)
        guessed = replace(guessed, meetings=meetings.estimated(district, guessed))
        return _heedless(guessed, district, dates)
    network = load_network(roads.extract, progress=progress, folder=cache)
    heights = heights_of(district)
    network = network if heights is None else on_slopes(network, heights)
    return _by_road(district, network, profiles, dates=dates, progress=progress, cache=cache)


def _without_loads(
    district: District, stops: Collection[str] | None
) -> tuple[District, dict[str, str]]:
    """Return a district with the places of events for their loads, and where each load is."""
    loads = {
        stop.id: district.events_by_id[stop.load.event]
        for stop in district.stops
        if stop.load and (stops is None or stop.id in stops)
    }
    same = {stop: event.place or event.id for stop, event in loads.items()}
    own = {event.id: event.stop for event in loads.values() if not event.place}.values()
    kept = (stop for stop in district.stops if stop.load is None)
    return msgspec.structs.replace(district, stops=(*kept, *own)), same


def driving_on(
    district: District, network: Network | None, *, progress: Progress = SILENT
) -> Travel:
    """Return free-flow driving between all places on any day; ``network`` is that of `network_of`.

    Raises
    ------
    UsageError, InputError
        As `travel_for` does.
    """
    if network is None:
        return travel_for(district, progress=progress)
    _check_size(district)
    heights = heights_of(district)
    sloped = network if heights is None else on_slopes(network, heights)
    profiles = _profiles(district)
    return _by_road(district, sloped, profiles, dates=(), progress=progress, cache=None)


def network_of(
    district: District, *, progress: Progress = SILENT, cache: Path | None = None
) -> Network | None:
    """Return the roads of a district's extract, for all that look at them; None without one.

    Raises
    ------
    InputError
        If the extract cannot be used.
    """
    extract = district.settings.roads.extract
    return None if extract is None else load_network(extract, progress=progress, folder=cache)


def reached_by(
    district: District, network: Network | None, *, progress: Progress = SILENT
) -> dict[str, Table]:
    """Return which stops each profile reaches, where it stands there, and why it misses the others.

    The tables have no figures: no way is worked out. ``network`` is that of `network_of`.

    Raises
    ------
    InputError
        As `travel_for` does.
    """
    profiles = _profiles(district)
    if network is None:
        return dict(travel_for(district, stops=(), progress=progress).tables)
    _check_box(district, network)
    water, ferries = _water(district, None), district.settings.roads.ferries
    return {
        profile.name: _bare(
            reach(district, drive_for(network, profile, ferries=ferries), network, water=water)
        )
        for profile in profiles
    }


def _bare(reached: Reach) -> Table:
    none = np.zeros((0, 0), dtype=np.int32)
    return Table(seconds=none, metres=none, unreached=reached.unreached, placed=reached.placed)


def unclosed_by(district: District, network: Network | None) -> tuple[Unclosed, ...]:
    """Return the closures of any date that close nothing, or not all that they name.

    ``network`` is that of `network_of`.
    """
    if network is None or not district.closures:
        return _no_roads(district.closures)
    return unclosed(network, district.closures)


def _heedless(travel: Travel, district: District, dates: Sequence[date]) -> Travel:
    """Return figures that no closure changes, with the closures that they do not keep to."""
    return replace(travel, unclosed=_no_roads(closed_on(district.closures, dates)))


def _no_roads(closures: Sequence[Closure]) -> tuple[Unclosed, ...]:
    return tuple(Unclosed(closure=closure, reason="no-roads") for closure in closures)


def _check_size(district: District) -> None:
    places = len(district.depots) + len(district.stops)
    if places > MOST_PLACES:
        raise UsageError(
            Sentence(key="usage.too-many-places", figures={"places": places, "most": MOST_PLACES})
        )


def _profiles(district: District) -> list[RoadProfile]:
    known = {profile.name: profile for profile in district.settings.roads.profiles}
    faults = []
    for vehicle in district.vehicles:
        if vehicle.profile not in known:
            where = district.where("vehicles", vehicle.id)
            fault = Fault(
                rule="unknown-profile",
                file=where.file,
                row=where.row,
                column="profile",
                value=vehicle.profile,
                figures={"known": tuple(sorted(known))},
            )
            faults.append(fault)
    if faults:
        raise InputError(faults)
    used = dict.fromkeys(vehicle.profile for vehicle in district.vehicles)
    return [known[name] for name in used]


def _by_road(
    district: District,
    network: Network,
    profiles: Sequence[RoadProfile],
    *,
    dates: Sequence[date],
    progress: Progress,
    cache: Path | None,
) -> Travel:
    # numba takes most of a second, and who asks only where places stand does without
    from bookcar.roads.driving import drive_between  # noqa: PLC0415

    _check_box(district, network)
    closed = closed_on(district.closures, dates)
    left = closing(network, closed)
    times = _times(district, dates)
    water = _water(district, cache)
    told = partial(_telling_of_closures, district, network, closed)
    with told():
        met = meetings.on_network(district, left.network, water=water)
    wider = meetings.with_points(district, met)
    places = tuple(place.id for place in (*wider.depots, *wider.stops))
    rows = {place: row for row, place in enumerate(places)}
    driving: dict[str, Driving] = {}
    shut = 0
    for profile in profiles:
        timed = at_times(left.network, times, profile)
        shut = max(shut, timed.shut)
        with told():
            driving[profile.name] = drive_between(
                wider, timed.network, profile, water=water, progress=progress
            )

    def way(profile: str, origin: int, destination: int) -> Line:
        return driving[profile].way(origin, destination)

    def unclear(profile: str, origin: int, destination: int) -> frozenset[Unclear]:
        return driving[profile].unclear(origin, destination)

    return Travel(
        places=places,
        tables={
            name: meetings.kept_to_points(found.table, rows, met) for name, found in driving.items()
        },
        estimated=False,
        note=_note(district, left.pieces if closed else None, shut),
        way=way,
        unclear=unclear,
        unclosed=left.unclosed,
        meetings=met,
    )


def _times(district: District, dates: Sequence[date]) -> Times | None:
    """Return when the cars are out; None where no days are planned."""
    if not dates or not district.vehicles:
        return None
    return Times.of(
        dates,
        starts=min(vehicle.starts for vehicle in district.vehicles),
        ends=max(vehicle.ends for vehicle in district.vehicles),
        latitude=district.depots[0].lat,
    )


def _water(district: District, cache: Path | None) -> Water | None:
    extract = district.settings.roads.extract
    return None if extract is None else load_water(extract, folder=cache)


def _note(district: District, closed: int | None, shut: int) -> tuple[Sentence, ...]:
    extract = district.settings.roads.extract
    figures = {"file": extract.name if extract else ""}
    notes = [Sentence(key="common.roads-osm", figures=figures)]
    if closed is not None:
        notes.append(Sentence(key="common.roads-closed", figures={"count": closed}))
    if shut:
        notes.append(Sentence(key="common.roads-shut", figures={"count": shut}))
    return tuple(notes)


@contextmanager
def _telling_of_closures(
    district: District, network: Network, closed: Sequence[Closure]
) -> Iterator[None]:
    """Tell of depots off every road that closures cut them off, where that is so."""
    try:
        yield
    except InputError as error:
        raise InputError(list(_told_of_closures(error, district, network, closed))) from None


def _told_of_closures(
    error: InputError, district: District, network: Network, closed: Sequence[Closure]
) -> Iterator[Fault]:
    """Yield faults, those of depots that only closures cut off with the days of these."""
    depots = district.depots_by_id
    for fault in error.faults:
        depot = depots.get(str(fault.figures.get("depot", "")))
        if (
            fault.rule != "depot-off-road"
            or depot is None
            or not closed
            or not _is_near(network, depot, district)
        ):
            yield fault
            continue
        first, last = min(c.first for c in closed), max(c.last for c in closed)
        yield Fault(
            rule="depot-off-road",
            file=fault.file,
            row=fault.row,
            column=fault.column,
            value=fault.value,
            variant="closed" if first < last else "closed-day",
            figures={
                "depot": depot.id,
                "limit_m": district.settings.roads.max_snap_m,
                "first": first.isoformat(),
                "last": last.isoformat(),
            },
        )


def _is_near(network: Network, depot: Depot, district: District) -> bool:
    limit = district.settings.roads.max_snap_m
    return len(snap.near(snap.index(network), (depot.lon, depot.lat), limit)) > 0


def _check_box(district: District, network: Network) -> None:
    """Refuse an extract in whose bounds no place of the district lies.

    Raises
    ------
    InputError
        Naming both boxes.
    """
    extract = district.settings.roads.extract
    places = (*district.depots, *district.stops)
    west, south, east, north = network.box()
    edge = district.settings.roads.max_snap_m / 70_000  # degrees, at latitudes up to 50
    if any(
        west - edge <= place.lon <= east + edge and south - edge <= place.lat <= north + edge
        for place in places
    ):
        return
    lon, lat = [place.lon for place in places], [place.lat for place in places]
    raise InputError(
        [
            Fault(
                rule="extract-elsewhere",
                file=extract.name if extract else "",
                figures={
                    "extract": (west, south, east, north),
                    "places": (min(lon), min(lat), max(lon), max(lat)),
                },
            )
        ]
    )
