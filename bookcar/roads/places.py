"""Libraries, villages, schools and stops of mobile libraries found on the map.

They make a first district of one's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from bookcar.errors import Fault, InputError
from bookcar.inputs.when import visits_of
from bookcar.model import Depot, Kind, Stop
from bookcar.phrases.sentence import Sentence
from bookcar.roads.pois import Sight, Sights, metres_from, read_sights

DEFAULT_BOOKS = 40
SCHOOL_HOURS = ((8 * 3600 + 1800, 16 * 3600 + 1800),)
SCHOOL_DAYS = (0, 1, 2, 3, 4)
SETTLEMENTS = ("town", "village", "hamlet")
SAME_M = 300.0  # a point and an outline of one name this near are one building
SAME_SETTLEMENT_M = 1_500.0  # likewise one settlement
BESIDE_M = 60.0  # likewise without a name


@dataclass(frozen=True, kw_only=True)
class FoundPlaces:
    """A district's places as the map has them.

    Attributes
    ----------
    depots
        The main library; the largest town where the map has no library.
    stops
        Towns, villages and hamlets (ids from ``V001``, ``H001``), schools (``S001``), and the other
        libraries as stops of kind ``other`` (``L001``); likewise what the map has as stops of a
        mobile library (``M001``), one for each visit that its opening hours tell.
    visits
        Days and times of the stops of a mobile library, as cells by the columns of stops.
    name
        Of the smallest administrative area that holds nine tenths of the stops, else of the file.
    note
        One sentence on how the depot was chosen.
    told
        What else people should know: opening hours that were not understood.
    """

    depots: tuple[Depot, ...]
    stops: tuple[Stop, ...]
    name: str
    note: Sentence
    visits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    told: tuple[Sentence, ...] = ()


def find_places(extract: Path) -> FoundPlaces:
    """Find what a book car could serve in an extract.

    Raises
    ------
    InputError
        If the file cannot be read, or holds neither library nor town, or nothing to serve.
    """
    sights = read_sights(extract)
    settlements = _distinct([*sights.of("town"), *sights.of("village"), *sights.of("hamlet")])
    schools, libraries = _distinct(sights.of("school")), _distinct(sights.of("library"))
    if not settlements and not libraries:
        raise _nothing(extract, "")
    main, note = _main(libraries, settlements)
    others = [library for library in libraries if library is not main]
    villages = [s for s in settlements if s.kind != "hamlet" and (s is not main)]
    hamlets = [s for s in settlements if s.kind == "hamlet" and s is not main]
    mobile, visits, unread = _mobile_stops(sights)
    stops = (
        *_stops("V", "village", villages, sights),
        *_stops("H", "village", hamlets, sights),
        *_stops("S", "school", schools, sights),
        *_stops("L", "other", others, sights),
        *mobile,
    )
    if not stops:
        raise _nothing(extract, "stops")
    depot = Depot(
        id="D1", name=sights.name_of(main), name_en=main.name_en, lon=main.lon, lat=main.lat
    )
    points = ((stop.lon, stop.lat) for stop in stops)
    name = sights.name_around(points) or extract.name.partition(".")[0].replace("_", " ").title()
    return FoundPlaces(
        depots=(depot,), stops=stops, name=name, note=note, visits=visits, told=tuple(unread)
    )


def _mobile_stops(
    sights: Sights,
) -> tuple[list[Stop], dict[str, Mapping[str, str]], list[Sentence]]:
    """Return the stops of mobile libraries, their days and times, and what was not understood."""
    stops: list[Stop] = []
    visits: dict[str, Mapping[str, str]] = {}
    unread: list[str] = []
    for sight in sights.of("mobile_library"):
        cells = visits_of(sight.hours)
        if sight.hours and not cells:
            unread.append(f"{sights.name_of(sight)} ({sight.hours})")
        for one in cells or [{}]:
            stop = _stop(f"M{len(stops) + 1:03d}", "other", sight, sights)
            stops.append(stop)
            if one:
                visits[stop.id] = one
    told = [Sentence(key="cli.hours-unread", figures={"stops": tuple(unread)})] if unread else []
    return stops, visits, told


def _nothing(extract: Path, variant: str) -> InputError:
    return InputError([Fault(rule="extract-places", variant=variant, file=extract.name)])


def _distinct(sights: list[Sight]) -> list[Sight]:
    """Return each sight once where both a point and an outline stand for it.

    Of a settlement the point is kept, its centre; of a building the outline.
    """
    points = [s for s in sights if s.osm_type == "node"]
    outlines = [s for s in sights if s.osm_type != "node"]
    points_first = bool(sights) and sights[0].kind in SETTLEMENTS
    kept, doubtful = (points, outlines) if points_first else (outlines, points)
    others = [s for s in doubtful if not _stands_already(s, kept)]
    return sorted([*kept, *others], key=lambda s: s.order)


def _stands_already(sight: Sight, others: list[Sight]) -> bool:
    if not others:
        return False
    limit = SAME_SETTLEMENT_M if sight.kind in SETTLEMENTS else SAME_M
    metres = metres_from(sight, others)
    return any(
        _plain(sight.name) == _plain(others[k].name)
        if sight.name and others[k].name
        else metres[k] <= BESIDE_M
        for k in np.flatnonzero(metres <= limit)
    )


def _plain(name: str) -> str:
    """Return a name without case and accents, which mappers do not agree on."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if c.isalnum())


def _main(libraries: list[Sight], settlements: list[Sight]) -> tuple[Sight, Sentence]:
    """Return the depot: the library nearest the largest town, or that town itself."""
    largest = max(settlements, key=lambda s: (s.rank, s.people, -s.order[1]), default=None)
    if not libraries:
        assert largest is not None  # find_places has refused an extract without either
        return largest, Sentence(key="cli.depot-town", figures={"name": largest.name})
    if largest is None:
        return libraries[0], Sentence(key="cli.depot-first")
    main = libraries[int(metres_from(largest, libraries).argmin())]
    others = len(libraries) - 1
    key = "cli.depot-others" if others else "cli.depot-nearest"
    return main, Sentence(key=key, figures={"name": largest.name, "others": others})


def _stops(letter: str, kind: Kind, found: list[Sight], sights: Sights) -> list[Stop]:
    return [
        _stop(f"{letter}{number:03d}", kind, sight, sights)
        for number, sight in enumerate(found, start=1)
    ]


def _stop(stop_id: str, kind: Kind, sight: Sight, sights: Sights) -> Stop:
    stop = Stop(
        id=stop_id,
        name=sights.name_of(sight),
        name_en=sight.name_en,
        kind=kind,
        lon=round(sight.lon, 6),
        lat=round(sight.lat, 6),
        area=sights.area_of(sight),
        people=sight.people,
        books=DEFAULT_BOOKS,
        note=f"OSM {sight.osm_type} {sight.osm_id}",
    )
    if kind != "school":
        return stop
    return msgspec.structs.replace(stop, windows=SCHOOL_HOURS, weekdays=SCHOOL_DAYS)
