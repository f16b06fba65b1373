"""What is asked of a district's places, and what the best choice of them comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.model import District, Place, Stop
from bookcar.progress import SILENT, Progress
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import UNREACHABLE
from bookcar.siting.solve import Chosen, best_cover, best_median, fewest
from bookcar.siting.walks import Walks

WHERE_VERSION = 1
Question = Literal["stop", "store", "merge"]

_YEAR_WEEKS = 52


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A place that goes to a site, and the minutes there."""

    id: str
    name: str
    name_en: str = ""
    people: int
    minutes: float


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place that was chosen, and those that go to it.

    Attributes
    ----------
    people
        Of a stop, those whom no stop reaches as it is; of a merged stop, its own and those of the
        stops that come to it; of a store, those of the stops for which it is the nearest.
    """

    id: str
    name: str
    name_en: str = ""
    lon: float
    lat: float
    people: int
    places: tuple[Reached, ...]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """The best choice.

    Attributes
    ----------
    minutes
        How far people walk at most; None where it is not about walking.
    before, after
        Of stops: people within that walk of one. Of stores: hours of driving a year from the
        nearest store to every stop at each of its visits, one way. Of merging: stops.
    total
        All people that were counted; 0 where it is not about people.
    estimated
        Whether ways are straight lines made longer, for want of roads.
    proven
        Whether there is no better choice.
    """

    version: int = WHERE_VERSION
    question: Question
    district: str
    minutes: int | None
    before: int
    after: int
    total: int
    sites: tuple[Site, ...]
    estimated: bool
    proven: bool

    def to_json(self) -> bytes:
        """Return it as data: the same bytes for the same district."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


class Village(Place, frozen=True, kw_only=True):
    """A place where people live."""

    people: int


def where_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``where.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bookcar where, version {WHERE_VERSION}",
        **msgspec.json.schema(Where),
    }


def new_stops(
    district: District, villages: Sequence[Village], *, count: int, minutes: int
) -> Where:
    """Return the villages in which stops reach most people that no stop reaches as it is.

    People are reached within a walk; a stop that nobody may come to, as a school's, reaches none.

    Raises
    ------
    InputError
        If no village has people, or the extract cannot be used.
    """
    if not any(village.people for village in villages):
        raise InputError([Fault(rule="where-people", file="--villages")])
    open_now = [stop for stop in district.stops if stop.for_all]
    walks = Walks.of(district, [*villages, *open_now], seconds=60 * minutes)
    near = walks.between(villages)
    now = {village for village, _ in walks.pairs(open_now, villages)}
    left = [k for k, village in enumerate(villages) if village.id not in now and village.people]
    people = [villages[k].people for k in left]
    ways = [near[k] for k in left]
    found = best_cover(people, ways, sites=len(villages), count=count)
    sites = _sites([villages[k] for k in left], villages, people=people, ways=ways, found=found)
    before = sum(village.people for village in villages if village.id in now)
    return Where(
        question="stop",
        district=district.name,
        minutes=minutes,
        before=before,
        after=before + sum(site.people for site in sites),
        total=sum(village.people for village in villages),
        sites=sites,
        estimated=walks.estimated,
        proven=found.proven,
    )


def merged(district: District, *, minutes: int) -> Where:
    """Return the fewest stops that are left if each may be merged with one within a walk of it.

    Only stops of one kind are merged, to which everybody may come and cars can drive; what is
    required stays.
    """
    stops = [stop for stop in district.stops if stop.for_all and stop.access == "road"]
    walks = Walks.of(district, stops, seconds=60 * minutes)
    kinds = {k: stop.kind for k, stop in enumerate(stops)}
    near = [
        {site: s for site, s in own.items() if kinds[site] == kinds[k]} | {k: 0}
        for k, own in enumerate(walks.between(stops))
    ]
    people = [stop.people for stop in stops]
    stay = [k for k, stop in enumerate(stops) if stop.required]
    found = fewest(people, near, stay=stay)
    every = _sites(stops, stops, people=people, ways=near, found=found)
    sites = tuple(
        msgspec.structs.replace(site, places=others)
        for site in every
        if (others := tuple(place for place in site.places if place.id != site.id))
    )
    return Where(
        question="merge",
        district=district.name,
        minutes=minutes,
        before=len(stops),
        after=len(found.sites),
        total=0,
        sites=sites,
        estimated=walks.estimated,
        proven=found.proven,
    )


def new_stores(district: District, *, count: int, progress: Progress = SILENT) -> Where:
    """Return the stops at which a store saves most of the driving to the stops in a year.

    Counted is the way from the nearest store to each stop, one way, as often as it is visited in a
    year: not routes, which serve several stops on one way, but what draws them. Ways are those of
    the first car.

    Raises
    ------
    InputError
        If the roads cannot be read.
    """
    stops = [stop for stop in district.stops if stop.access == "road"]
    travel = travel_for(district, stops={stop.id for stop in stops}, progress=progress)
    seconds = travel.tables[district.vehicles[0].profile].seconds
    at = [travel.rows[stop.id] for stop in stops]
    homes = [travel.rows[depot.id] for depot in district.depots]
    drive = seconds.tolist()
    far = [min(drive[home][row] for home in homes) for row in at]
    reached = [k for k, s in enumerate(far) if s != UNREACHABLE]
    weights = [_visits_a_year(stops[k]) for k in reached]
    ways = [
        {site: drive[at[site]][at[k]] for site in reached if drive[at[site]][at[k]] != UNREACHABLE}
        for k in reached
    ]
    otherwise = [far[k] for k in reached]
    found = best_median(weights, ways, otherwise, sites=len(stops), count=count)
    before = sum(w * s for w, s in zip(weights, otherwise, strict=True))
    saved = sum(
        weights[n] * (otherwise[n] - ways[n][site])
        for n, site in enumerate(found.site_of)
        if site is not None
    )
    people = [stops[k].people for k in reached]
    return Where(
        question="store",
        district=district.name,
        minutes=None,
        before=round(before / 3600),
        after=round((before - saved) / 3600),
        total=0,
        sites=_sites([stops[k] for k in reached], stops, people=people, ways=ways, found=found),
        estimated=travel.estimated,
        proven=found.proven,
    )


def _visits_a_year(stop: Stop) -> int:
    return max(1, round(_YEAR_WEEKS * stop.visits_a_week / stop.every_weeks))


def _sites(
    places: Sequence[Place],
    candidates: Sequence[Place],
    *,
    people: Sequence[int],
    ways: Sequence[Mapping[int, int]],
    found: Chosen,
) -> tuple[Site, ...]:
    """Return the sites, those of most people first."""
    going: dict[int, list[Reached]] = defaultdict(list)
    for k, site in enumerate(found.site_of):
        if site is not None:
            minutes = round(ways[k][site] / 60, 1)
            own = Reached(
                id=places[k].id,
                name=places[k].name,
                name_en=places[k].name_en,
                people=people[k],
                minutes=minutes,
            )
            going[site].append(own)
    sites = [
        Site(
            id=candidates[k].id,
            name=candidates[k].name,
            name_en=candidates[k].name_en,
            lon=candidates[k].lon,
            lat=candidates[k].lat,
            people=sum(place.people for place in going[k]),
            places=tuple(sorted(going[k], key=lambda place: (place.minutes, place.id))),
        )
        for k in found.sites
    ]
    return tuple(sorted(sites, key=lambda site: (-site.people, site.id)))
