"""Before and after: which stops gain and which lose between two plans, or two weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bookcar.advice.wording import explanation
from bookcar.maps.coverage import area_data
from bookcar.maps.page import Data, head, map_page, spot, stop_card, without_empty
from bookcar.maps.service_level import served, weeks_since, within_target
from bookcar.maps.shading import (
    FEWEST_STOPS,
    Cell,
    Ground,
    ground,
    scale_data,
    shading,
    shading_data,
)
from bookcar.maps.tiles import Tiles
from bookcar.maps.townships import townships
from bookcar.model import Area
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan, PlanStop
from bookcar.roads.basemap import Basemap

GAINED, LOST, KEPT, NEITHER = range(4)

CHANGES = (
    ("#2b5c9e", "triangle"),
    ("#b35806", "down"),
    ("#8d99a5", "disc"),
    ("#6b6b6b", "ring"),
)
"""Colour and shape of a stop by its change, `GAINED` to `NEITHER`."""

CHANGE_SHADES = ("#e9a15b", "#f7d7b0", "#f4f2ee", "#c3d7ea", "#86b1da")
LITTLE, MUCH = 2, 10
"""Percentage points: up to `LITTLE` either way is no change, from `MUCH` on it is a great one."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two plans held against each other.

    Attributes
    ----------
    stops
        Of both plans, those of the later one first; each as its latest plan has it.
    before, after
        Whether each stop has service. Of plans for one week: it is on a route. Of different weeks:
        after the plan its last visit lies within its own target, since a stop that was visited last
        week and rests this week has lost nothing.
    """

    stops: tuple[PlanStop, ...]
    before: tuple[bool, ...]
    after: tuple[bool, ...]

    @property
    def changes(self) -> list[int]:
        """The change of each stop, `GAINED` to `NEITHER`."""
        kinds = {(False, True): GAINED, (True, False): LOST, (True, True): KEPT}
        return [kinds.get(pair, NEITHER) for pair in zip(self.before, self.after, strict=True)]

    def of(self, change: int) -> list[PlanStop]:
        """Return the stops of one change, those with most people first."""
        found = [s for s, c in zip(self.stops, self.changes, strict=True) if c == change]
        return sorted(found, key=lambda stop: (-stop.people, stop.id))


def compare(before: Plan, after: Plan) -> Comparison:
    """Hold two plans of a district against each other, stop by stop."""
    known = {stop.id for stop in after.stops}
    stops = (*after.stops, *(stop for stop in before.stops if stop.id not in known))
    by_route = before.week == after.week
    had, has = (_with_service(plan, by_route=by_route) for plan in (before, after))
    return Comparison(
        stops=stops,
        before=tuple(stop.id in had for stop in stops),
        after=tuple(stop.id in has for stop in stops),
    )


def compare_map(
    before: Plan,
    after: Plan,
    basemap: Basemap | None,
    *,
    areas: Sequence[Area] = (),
    tiles: Tiles | None = None,
    language: Language | None = None,
) -> str:
    """Return the map of what changes from one plan to another, a page that needs no network.

    ``language`` is ``zh``, ``en`` or ``fr``; by default that of the plan ``after``. ``tiles`` is a
    background the user named; by default the page asks nothing of anybody.
    """
    phrases = Phrases(language or after.language)
    title = phrases("maps.compare-title")
    data = {"title": title} | head(after, basemap, phrases, areas=areas)
    data |= _compared(before, after, areas, phrases)
    scripts = ("townships.js", "compare.js")
    return map_page(title, data, language=phrases.language, scripts=scripts, tiles=tiles)


def _with_service(plan: Plan, *, by_route: bool) -> frozenset[str]:
    if by_route:
        return served(plan)
    kept = within_target(plan.stops, weeks_since(plan, planned=True))
    return frozenset(stop.id for stop, ok in zip(plan.stops, kept, strict=True) if ok)


def _compared(before: Plan, after: Plan, areas: Sequence[Area], say: Phrases) -> Data:
    found = compare(before, after)
    groups = townships(found.stops, areas)
    base = ground(found.stops, groups, say)
    number = {stop.id: i for i, stop in enumerate(found.stops)}
    return {
        "before": {"week": before.week, "plan": before.id},
        "places": [spot(place) for place in (*found.stops, *after.depots)],
        "stops": _stops(found, after, say),
        "changes": [{"colour": colour, "shape": form} for colour, form in CHANGES],
        "gained": [number[stop.id] for stop in found.of(GAINED)],
        "lost": [number[stop.id] for stop in found.of(LOST)],
        "same_week": before.week == after.week,
        "figures": _figures(before, after, found, say),
        "fewest": FEWEST_STOPS,
        "outlines": bool(areas),
        "areas": [area_data(group) for group in groups],
        "scales": [
            _change_scale(say),
            *(scale_data(base, "window") | _words(say, name) for name in ("before", "after")),
        ],
        "shading": {
            "change": shading_data(base, _change_cells(base, found)),
            "before": shading(base, "window", within=found.before, service=None),
            "after": shading(base, "window", within=found.after, service=None),
        },
    }


def _words(say: Phrases, key: str) -> Data:
    return {
        "key": key,
        "title": say(f"maps.measure-{key}"),
        "note": say(f"maps.measure-{key}-note"),
    }


def _stops(found: Comparison, after: Plan, say: Phrases) -> list[Data]:
    reasons = {u.stop: explanation(after, u, say) for u in after.unserved}
    there = {stop.id for stop in after.stops}
    return [
        stop_card(stop, say.language)
        | {"change": change}
        | without_empty(reason=reasons.get(stop.id), gone=stop.id not in there)
        for stop, change in zip(found.stops, found.changes, strict=True)
    ]


def _figures(before: Plan, after: Plan, found: Comparison, say: Phrases) -> list[list[str]]:
    """Return rows of name, before, after and change."""
    people = [stop.people for stop in found.stops]
    rows: list[tuple[str, int | None, int | None, int]] = [
        ("covered", sum(found.before), sum(found.after), 1),
        ("people", _sum_of(people, found.before), _sum_of(people, found.after), 1),
        *(
            (name, getattr(before.totals, field), getattr(after.totals, field), unit)
            for name, field, unit in (
                ("stops", "served", 1),
                ("unserved", "unserved", 1),
                ("routes", "routes", 1),
                ("km", "metres", 1_000),
                ("hours", "seconds", 3_600),
                ("books", "books", 1),
            )
        ),
        ("longest", _longest(before), _longest(after), 1),
    ]
    if before.week == after.week:
        rows = [row for row in rows if row[0] != "covered"]
    if not any(people):
        rows = [row for row in rows if row[0] != "people"]
    return [[say(f"maps.change-{name}"), *_columns(a, b, unit, say)] for name, a, b, unit in rows]


def _columns(
    before: int | None, after: int | None, unit: int, say: Phrases
) -> tuple[str, str, str]:
    """Return two figures and the change between what is printed of them."""
    shown = [None if value is None else round(Fraction(value, unit)) for value in (before, after)]
    texts = ["–" if value is None else say.number(value) for value in shown]
    if shown[0] is None or shown[1] is None:
        return texts[0], texts[1], ""
    return texts[0], texts[1], signed(shown[1] - shown[0], say)


def signed(value: int, say: Phrases) -> str:
    """Return a number with its sign, a true minus, and 0 without one."""
    return f"{'+' if value > 0 else '−'}{say.number(abs(value))}" if value else "0"


def _sum_of(values: Sequence[int], chosen: Iterable[bool]) -> int:
    return sum(value for value, ok in zip(values, chosen, strict=True) if ok)


def _longest(plan: Plan) -> int | None:
    return max((w for w in weeks_since(plan, planned=True) if w is not None), default=None)


def _change_scale(say: Phrases) -> Data:
    much, little = (say("maps.points", n=n) for n in (MUCH, LITTLE))
    labels = (
        say("maps.change-much-worse", n=much),
        say("maps.change-worse", **{"from": f"−{MUCH}", "to": f"−{little}"}),
        say("maps.change-little", n=little),
        say("maps.change-better", **{"from": f"+{LITTLE}", "to": f"+{much}"}),
        say("maps.change-much-better", n=much),
    )
    return _words(say, "change") | {
        "columns": [say("maps.column-count"), say("maps.column-change")],
        "legend": [
            {"colour": colour, "label": label}
            for colour, label in zip(CHANGE_SHADES, labels, strict=True)
        ],
    }


def _change_cells(base: Ground, found: Comparison) -> list[Cell]:
    cells = []
    for group in base.groups:
        counts = [sum(kept[i] for i in group.stops) for kept in (found.before, found.after)]
        cells.append(_change_cell(base.phrases, counts[0], counts[1], len(group.stops)))
    return cells


def _change_cell(say: Phrases, before: int, after: int, stops: int) -> Cell:
    if not stops:
        return Cell(shade=None)
    count = say("maps.count-change", before=before, after=after, total=stops)
    if stops < FEWEST_STOPS:
        return Cell(shade=None, count=count)
    points = Fraction(100 * (after - before), stops)
    value = say("maps.points", n=signed(round(points), say))
    return Cell(shade=change_class(points), rank=points, value=value, count=count)


def change_class(points: Fraction) -> int:
    """Return the class of a change in percentage points: 0 much worse, 2 little, 4 much better."""
    if abs(points) <= LITTLE:
        return 2
    if points < 0:
        return 0 if points <= -MUCH else 1
    return 4 if points >= MUCH else 3
