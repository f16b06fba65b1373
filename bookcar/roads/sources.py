"""Where distances and times come from: the roads, a table of the user's own, or coordinates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bookcar.errors import Fault, InputError, UsageError
from bookcar.model import Closure, District, RoadProfile
from bookcar.phrases.sentence import Sentence
from bookcar.progress import SILENT, Progress
from bookcar.roads.cache import load_network
from bookcar.roads.closures import closed_on, closing, unclosed
from bookcar.roads.drive import drive_for
from bookcar.roads.driving import Driving, drive_between
from bookcar.roads.estimate import estimate
from bookcar.roads.matrixfile import read_matrix
from bookcar.roads.network import Network
from bookcar.roads.reach import reach
from bookcar.roads.travel import Line, Travel, Unclosed, Unreached

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
    roads = district.settings.roads
    profiles = _profiles(district)
    names = tuple(profile.name for profile in profiles)
    if roads.matrix is not None:
        return _heedless(read_matrix(district, roads.matrix, names), district, dates)
    if stops is not None:
        district = district.with_stops(stops)
    _check_size(district)
    if roads.extract is None:
        return _heedless(estimate(district, names), district, dates)
    network = load_network(roads.extract, progress=progress, folder=cache)
    return _by_road(district, network, profiles, dates=dates, progress=progress)


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


def unreached_by(
    district: District, network: Network | None, *, progress: Progress = SILENT
) -> dict[str, Mapping[str, Unreached]]:
    """Return which stops each profile does not reach and why, without working out any way.

    ``network`` is that of `network_of`.

    Raises
    ------
    InputError
        As `travel_for` does.
    """
    profiles = _profiles(district)
    if network is None:
        travel = travel_for(district, stops=(), progress=progress)
        return {name: table.unreached for name, table in travel.tables.items()}
    _check_box(district, network)
    return {
        profile.name: reach(district, drive_for(network, profile), network).unreached
        for profile in profiles
    }


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
) -> Travel:
    _check_box(district, network)
    closed = closed_on(district.closures, dates)
    left = closing(network, closed)
    driving: dict[str, Driving] = {
        profile.name: drive_between(district, left.network, profile, progress=progress)
        for profile in profiles
    }

    def way(profile: str, origin: int, destination: int) -> Line:
        return driving[profile].way(origin, destination)

    return Travel(
        places=tuple(place.id for place in (*district.depots, *district.stops)),
        tables={name: found.table for name, found in driving.items()},
        estimated=False,
        note=_note(district, left.pieces if closed else None),
        way=way,
        unclosed=left.unclosed,
    )


def _note(district: District, closed: int | None) -> tuple[Sentence, ...]:
    extract = district.settings.roads.extract
    figures = {"file": extract.name if extract else ""}
    note = Sentence(key="common.roads-osm", figures=figures)
    if closed is None:
        return (note,)
    return (note, Sentence(key="common.roads-closed", figures={"count": closed}))


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
