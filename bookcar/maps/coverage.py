"""The coverage map: how long every stop has waited, before this week's plan and after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bookcar.maps.lines import Vertices, encode, joined, thin, trails
from bookcar.maps.measures import Measures, Service
from bookcar.maps.page import Data, head, map_page, stop_card, without_empty
from bookcar.maps.service_level import visit_class, weeks_since, within_target
from bookcar.maps.shading import (
    FEWEST_STOPS,
    GOOD,
    SERVICE_BREAKS,
    SHARE_BREAKS,
    Ground,
    ground,
    offered,
    reached_stops,
    scale_data,
    shading,
    walk_weights,
)
from bookcar.maps.tiles import Tiles
from bookcar.maps.townships import Township, townships
from bookcar.model import Area
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan, PlanStop
from bookcar.roads.basemap import Basemap

CLASSES = (
    ("#08519c", "disc"),
    ("#6baed6", "disc"),
    ("#f5a623", "diamond"),
    ("#b2182b", "triangle"),
    ("#111111", "crossed"),
)
"""Colour and shape of a stop by its class, `EARLY` to `NEVER`."""

WALK_VERTICES = 20_000
WALK_TOLERANCE_M = 12.0  # less than half the stroke that is drawn


def coverage_map(
    plan: Plan,
    basemap: Basemap | None,
    *,
    areas: Sequence[Area] = (),
    measures: Measures | None = None,
    as_of: dt.date | None = None,
    tiles: Tiles | None = None,
    language: Language | None = None,
) -> str:
    """Return the coverage map as a whole HTML page that needs no network.

    Parameters
    ----------
    plan
        With routes, the page shows the stops before and after it; a plan without an id, as
        `measures.recorded_plan` makes one, shows the records alone.
    areas
        Shaded by one measure at a time; without them the townships the stops name are listed.
    measures
        Past visits and books, and who lives within a walk; without them the only measure is the
        share of stops visited within their target.
    as_of
        The last day whose records count, where it is not the day before the plan's week.
    tiles
        A background the user named; by default the page asks nothing of anybody.
    language
        ``zh``, ``en`` or ``fr``; by default the plan's own.
    """
    phrases = Phrases(language or plan.language)
    title = phrases("maps.coverage-title")
    data = {"title": title} | head(plan, basemap, phrases, areas=areas, as_of=as_of)
    data |= _coverage(plan, areas, measures, phrases)
    scripts = ("find.js", "townships.js", "ahead.js", "coverage.js")
    return map_page(title, data, language=phrases.language, scripts=scripts, tiles=tiles)


def _coverage(
    plan: Plan, areas: Sequence[Area], measures: Measures | None, phrases: Phrases
) -> Data:
    groups = townships(plan.stops, areas)
    base = ground(plan.stops, groups, phrases)
    targets = sorted({stop.every_weeks for stop in plan.stops})
    recorded = None if measures is None else measures.recorded
    modes = {"recorded": _mode(base, weeks_since(plan, planned=False), recorded)}
    if plan.id:
        after = None if measures is None else measures.planned
        modes["planned"] = _mode(base, weeks_since(plan, planned=True), after, before=recorded)
    return {
        "stops": [stop_card(stop, phrases.language) for stop in plan.stops],
        "classes": [{"colour": colour, "shape": form} for colour, form in CLASSES],
        "fewest": FEWEST_STOPS,
        "good": GOOD,
        "breaks": SHARE_BREAKS,
        "near": None if measures is None else measures.near,
        "by_id": _ranks([stop.id for stop in plan.stops]),
        "service_breaks": SERVICE_BREAKS,
        "targets": None if len(targets) == 1 else [stop.every_weeks for stop in plan.stops],
        "members": [list(group.stops) for group in groups],
        "target": targets[0] if len(targets) == 1 else None,
        "outlines": bool(areas),
        "areas": [area_data(group) for group in groups],
        "scales": [scale_data(base, key) for key in offered(base, recorded)],
        "modes": modes,
    }


def _ranks(ids: Sequence[str]) -> list[int]:
    place = {name: rank for rank, name in enumerate(sorted(ids))}
    return [place[name] for name in ids]


def area_data(group: Township) -> Data:
    """Return what a map draws of a township."""
    return without_empty(
        name=group.name,
        name_en="" if group.name_en == group.name else group.name_en,
        people=group.people or None,
        rings=group.rings or None,
        label=group.label,
    )


def _mode(
    base: Ground,
    weeks: Sequence[int | None],
    service: Service | None,
    *,
    before: Service | None = None,
) -> Data:
    stops = base.stops
    classes = [visit_class(w, s.every_weeks) for w, s in zip(weeks, stops, strict=True)]
    within = within_target(stops, weeks)
    return {
        "weeks": weeks,
        "classes": classes,
        "counts": [classes.count(c) for c in range(len(CLASSES))],
        "within": sum(within),
        "people": sum(s.people for s, ok in zip(stops, within, strict=True) if ok),
        "longest": max((w for w in weeks if w is not None), default=None),
        "shading": {
            key: shading(base, key, within=within, service=service)
            for key in offered(base, service)
        },
        "gaps": _gaps(stops, within, reached_stops(stops, service)),
    } | _walk(base, service, before)


def _walk(base: Ground, service: Service | None, before: Service | None) -> Data:
    """Return the roads within a walk of a visited stop, and how many people or stops that is.

    A plan takes nothing away, so that after it only what is new is listed.
    """
    if service is None or service.area is None:
        return {}
    weights, reached = walk_weights(base), reached_stops(base.stops, service)
    known = () if before is None or before.area is None else before.area.lines
    return {
        "walked": _walked(service.area.lines, known),
        "reached": sum(w for w, ok in zip(weights, reached, strict=True) if ok),
        "reachable": sum(weights),
    }


def _walked(lines: Sequence[Vertices], known: Sequence[Vertices]) -> list[str]:
    """Return lines as a thick stroke needs them; of too many, the shortest are left out."""
    seen = {line.tobytes() for line in known}
    new = joined([line for line in lines if line.tobytes() not in seen])
    thinned = thin(new, WALK_VERTICES, tolerance=WALK_TOLERANCE_M)
    return [encode(line) for line in trails([line for line in thinned if len(line) > 1])]


def _gaps(stops: Sequence[PlanStop], within: Sequence[bool], near: Sequence[bool]) -> list[int]:
    """Return the stops past their target with no visited stop within a walk, by people."""
    gaps = [i for i in range(len(stops)) if not within[i] and not near[i]]
    return sorted(gaps, key=lambda i: (-stops[i].people, stops[i].id))
