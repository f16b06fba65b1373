"""The coverage map: how long every stop has waited, before this week's plan and after it."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.maps.lines import Basemap
from bookcar.maps.page import Data, head, map_page, stop_card, without_empty
from bookcar.maps.townships import Township, townships
from bookcar.model import Area
from bookcar.phrases import Phrases
from bookcar.plan import Plan, PlanStop

EARLY, ON_TARGET, LATE, VERY_LATE, NEVER = range(5)

CLASSES = (
    ("#08519c", "disc"),
    ("#6baed6", "disc"),
    ("#f5a623", "diamond"),
    ("#b2182b", "triangle"),
    ("#111111", "crossed"),
)
"""Colour and shape of a stop by its class, `EARLY` to `NEVER`."""

SHADES = ("#fdf3e0", "#d5e8e4", "#a3cfd6", "#6aacc4", "#3c7fa6")
BREAKS = (40, 55, 70, 85)
"""Per cent of a township's stops visited within their window; fixed, so that weeks compare."""

FEWEST_STOPS = 3
"""A township of fewer stops has no meaningful share: it is hatched."""


def coverage_map(
    plan: Plan,
    basemap: Basemap | None,
    *,
    areas: Sequence[Area] = (),
    language: str | None = None,
) -> str:
    """Return the coverage map as a whole HTML page that needs no network.

    ``areas`` are shaded by the share of their stops visited within each stop's own window; without
    them the townships the stops name are listed and nothing is shaded. ``language`` is ``zh`` or
    ``en``; by default the plan's own.
    """
    phrases = Phrases(language or plan.language)
    title = phrases("maps.coverage-title")
    data = {"title": title} | head(plan, basemap, phrases) | _coverage(plan, areas)
    return map_page(title, data, language=phrases.language, scripts=("coverage.js",))


def visit_class(weeks: int | None, target: int) -> int:
    """Return the class of a stop visited so many weeks ago that wants a visit every ``target``.

    For a target of 4: up to 2, 3-4, 5-8, 9 and more weeks, never.
    """
    if weeks is None:
        return NEVER
    halves_of_target = -(-2 * weeks // target)
    return {0: EARLY, 1: EARLY, 2: ON_TARGET, 3: LATE, 4: LATE}.get(halves_of_target, VERY_LATE)


def shade(within: int, stops: int) -> int | None:
    """Return the index of a township's shade; None if it has too few stops to say."""
    if stops < FEWEST_STOPS:
        return None
    return sum(100 * within >= limit * stops for limit in BREAKS)


def weeks_since(plan: Plan, *, planned: bool) -> list[int | None]:
    """Return each stop's weeks since its last visit, as recorded or after this plan."""
    served = {v.stop for route in plan.routes for v in route.visits} if planned else set()
    return [0 if stop.id in served else stop.weeks_since for stop in plan.stops]


def _coverage(plan: Plan, areas: Sequence[Area]) -> Data:
    groups = townships(plan.stops, areas)
    targets = sorted({stop.every_weeks for stop in plan.stops})
    return {
        "stops": [stop_card(stop) for stop in plan.stops],
        "classes": [{"colour": colour, "shape": form} for colour, form in CLASSES],
        "shades": SHADES,
        "breaks": BREAKS,
        "fewest": FEWEST_STOPS,
        "target": targets[0] if len(targets) == 1 else None,
        "outlines": bool(areas),
        "areas": [_area(group) for group in groups],
        "modes": {
            "recorded": _mode(plan.stops, groups, weeks_since(plan, planned=False)),
            "planned": _mode(plan.stops, groups, weeks_since(plan, planned=True)),
        },
    }


def _area(group: Township) -> Data:
    return without_empty(
        name=group.name,
        name_en="" if group.name_en == group.name else group.name_en,
        people=group.people or None,
        rings=group.rings or None,
        label=group.label,
    )


def _mode(
    stops: Sequence[PlanStop], groups: Sequence[Township], weeks: Sequence[int | None]
) -> Data:
    classes = [visit_class(w, s.every_weeks) for w, s in zip(weeks, stops, strict=True)]
    within = [c <= ON_TARGET for c in classes]
    rows = [_row(group, within) for group in groups]
    return {
        "weeks": weeks,
        "classes": classes,
        "counts": [classes.count(c) for c in range(len(CLASSES))],
        "within": sum(within),
        "people": sum(s.people for s, ok in zip(stops, within, strict=True) if ok),
        "longest": max((w for w in weeks if w is not None), default=None),
        "rows": rows,
        "order": _worst_first(groups, rows),
        "gaps": _gaps(stops, within),
    }


def _row(group: Township, within: Sequence[bool]) -> Data:
    inside = sum(within[i] for i in group.stops)
    return {"n": len(group.stops), "within": inside, "shade": shade(inside, len(group.stops))}


def _worst_first(groups: Sequence[Township], rows: Sequence[Data]) -> list[int]:
    """Return townships by ascending share, then by people; those without a share after them."""

    def rank(i: int) -> tuple[bool, bool, float, int, str]:
        row, group = rows[i], groups[i]
        share = row["within"] / row["n"] if row["n"] else 0.0
        return not group.name, row["n"] < FEWEST_STOPS, share, -group.people, group.name

    return sorted(range(len(groups)), key=rank)


def _gaps(stops: Sequence[PlanStop], within: Sequence[bool]) -> list[int]:
    late = [i for i in range(len(stops)) if not within[i]]
    return sorted(late, key=lambda i: (-stops[i].people, stops[i].id))
