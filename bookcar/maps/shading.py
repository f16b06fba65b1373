"""How townships are shaded: one measure at a time, in classes that never change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bookcar.maps.measures import Service
from bookcar.maps.page import Data
from bookcar.maps.townships import Township
from bookcar.phrases import Phrases
from bookcar.plan import PlanStop

SHADES = ("#fdf3e0", "#d5e8e4", "#a3cfd6", "#6aacc4", "#3c7fa6")
NEED_SHADES = (
    *("#f4f4f0", "#c2dcee", "#7fbbe3"),
    *("#ffd28a", "#bdb3a2", "#6b93b0"),
    *("#f07f00", "#9b5d1a", "#2f4f7f"),
)
"""Rows: need, low to high; columns: service, low to high."""

SHARE_BREAKS = (40, 70, 90, 100)
VISIT_BREAKS = (2, 3, 4, 6)
BOOK_BREAKS = (10, 20, 30, 45)
SERVICE_BREAKS = (50, 70)

GOOD = 3
"""The class of shares from which a township counts as well served: all but a tenth."""

FEWEST_STOPS = 3
"""A township of fewer stops has no meaningful share: it is hatched."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One measure of townships.

    Attributes
    ----------
    key
        Its phrases are ``maps.measure-KEY`` and ``maps.measure-KEY-note``.
    breaks
        Lower bounds of every class but the first, of ``per`` times the quotient.
    unit
        Phrase of a value: ``percent``, ``per-stop`` or ``per-100``.
    """

    key: str
    breaks: tuple[int, ...]
    unit: str
    per: int = 100


SCALES = {
    "window": Scale(key="window", breaks=SHARE_BREAKS, unit="percent"),
    "walk": Scale(key="walk", breaks=SHARE_BREAKS, unit="percent"),
    "walk-stops": Scale(key="walk-stops", breaks=SHARE_BREAKS, unit="percent"),
    "visits": Scale(key="visits", breaks=VISIT_BREAKS, unit="per-stop", per=1),
    "books": Scale(key="books", breaks=BOOK_BREAKS, unit="per-100"),
}


def shade(n: int, of: int, breaks: Sequence[int], *, per: int = 100) -> int | None:
    """Return the class of ``per * n / of``: how many of the breaks it reaches; None of nothing."""
    return sum(per * n >= limit * of for limit in breaks) if of else None


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What stays the same whatever is measured when: stops, townships, people.

    Attributes
    ----------
    by_people
        Whether at least half of the stops say how many people live there: then the share within a
        walk is of people, else of stops.
    """

    stops: Sequence[PlanStop]
    groups: Sequence[Township]
    by_people: bool
    phrases: Phrases

    @property
    def people(self) -> list[int]:
        """People of each township: its own figure, else those of its stops."""
        return [g.people or sum(self.stops[i].people for i in g.stops) for g in self.groups]


def ground(stops: Sequence[PlanStop], groups: Sequence[Township], phrases: Phrases) -> Ground:
    """Return what all measures of a map rest on."""
    known = sum(stop.people > 0 for stop in stops)
    return Ground(
        stops=stops, groups=groups, by_people=0 < len(stops) <= 2 * known, phrases=phrases
    )


def offered(base: Ground, service: Service | None) -> list[str]:
    """Return the keys of the measures there are figures for."""
    keys = ["window"]
    if service is not None and service.area is not None:
        keys.append("walk" if base.by_people else "walk-stops")
    if service is not None:
        keys += ["visits", *(["books"] if any(base.people) else [])]
    return [*keys, "need"] if len(_needs(base)) >= len(_NEED_NAMES) else keys


def scale_data(base: Ground, key: str) -> Data:
    """Return a measure's words and legend for the page."""
    say = base.phrases
    shown = {
        "key": key,
        "title": say(f"maps.measure-{key}"),
        "note": say(f"maps.measure-{key}-note"),
        "columns": [say("maps.column-count"), say("maps.column-value")],
    }
    if key == "need":
        return shown | {"grid": _grid(say)}
    scale = SCALES[key]
    return shown | {
        "legend": [
            {"colour": colour, "label": _class_label(say, scale, i)}
            for i, colour in enumerate(SHADES)
        ]
    }


def _class_label(say: Phrases, scale: Scale, index: int) -> str:
    unit = f"maps.{scale.unit}"
    if index == 0:
        return say("maps.shade-under", to=say(unit, n=scale.breaks[0]))
    low = scale.breaks[index - 1]
    if index == len(scale.breaks) and low == scale.per == 100:
        return say("maps.shade-all", n=say(unit, n=low))
    if index == len(scale.breaks):
        return say("maps.shade-from", **{"from": say(unit, n=low)})
    high = scale.breaks[index] - 1 if scale.per == 100 else f"{scale.breaks[index] - 0.1:.1f}"
    return say("maps.shade-from-to", **{"from": low, "to": say(unit, n=high)})


_NEED_NAMES = ("low", "middle", "high")


def _grid(say: Phrases) -> Data:
    low, high = SERVICE_BREAKS
    service = (
        say("maps.shade-under", to=say("maps.percent", n=low)),
        say("maps.shade-from-to", **{"from": low, "to": say("maps.percent", n=high - 1)}),
        say("maps.shade-from", **{"from": say("maps.percent", n=high)}),
    )
    return {
        "colours": NEED_SHADES,
        "needs": [say(f"maps.need-{name}") for name in _NEED_NAMES],
        "services": service,
    }


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A township by one measure; ``shade`` is None where there is too little to judge by."""

    shade: int | None
    rank: Fraction = Fraction(0)
    value: str = ""
    count: str = ""


def shading(base: Ground, key: str, *, within: Sequence[bool], service: Service | None) -> Data:
    """Return each township's class, value and figures by one measure, and the order worst first."""
    if key == "need":
        cells = _need_cells(base, within)
    else:
        n_of = _counter(base, key, within, service)
        cells = [_cell(base, SCALES[key], i, n_of(i)) for i in range(len(base.groups))]
    return shading_data(base, cells)


def shading_data(base: Ground, cells: Sequence[Cell]) -> Data:
    """Return cells as the page wants them, with the order worst first."""
    shown = [{"shade": c.shade, "value": c.value, "count": c.count} for c in cells]
    return {"cells": shown, "order": _worst_first(base, cells)}


def _cell(base: Ground, scale: Scale, index: int, n_of: tuple[int, int]) -> Cell:
    n, of = n_of
    if not of:
        return Cell(shade=None)
    say = base.phrases
    count = say(f"maps.count-{scale.key}", n=say.number(n), total=say.number(of))
    if len(base.groups[index].stops) < FEWEST_STOPS:
        return Cell(shade=None, count=count)
    return Cell(
        shade=shade(n, of, scale.breaks, per=scale.per),
        rank=Fraction(n, of),
        value=say(f"maps.{scale.unit}", n=_value(scale, n, of)),
        count=count,
    )


def _value(scale: Scale, n: int, of: int) -> str:
    """Return a quotient rounded down, so that no figure seems to reach a class it does not."""
    return f"{scale.per * n // of}" if scale.per > 1 else f"{10 * n // of / 10:.1f}"


def _counter(
    base: Ground, key: str, within: Sequence[bool], service: Service | None
) -> Callable[[int], tuple[int, int]]:
    """Return the function from a township's index to what its quotient is of."""
    groups, people = base.groups, base.people
    if key == "window":
        return lambda i: (sum(within[s] for s in groups[i].stops), len(groups[i].stops))
    assert service is not None
    if key == "visits":
        return lambda i: (sum(service.visits[s] for s in groups[i].stops), len(groups[i].stops))
    if key == "books":
        return lambda i: (sum(service.books[s] for s in groups[i].stops), people[i])
    weights = walk_weights(base)
    reached = reached_stops(base.stops, service)
    return lambda i: (
        sum(weights[s] for s in groups[i].stops if reached[s]),
        sum(weights[s] for s in groups[i].stops),
    )


def walk_weights(base: Ground) -> list[int]:
    """Return what each stop counts for in the share within a walk: its people, or 1."""
    return [stop.people if base.by_people else 1 for stop in base.stops]


def reached_stops(stops: Sequence[PlanStop], service: Service | None) -> list[bool]:
    """Tell of each stop whether a visited one lies within a walk; of none if that is not known."""
    if service is None or service.area is None:
        return [False] * len(stops)
    return [stop.id in service.area.stops for stop in stops]


def _needs(base: Ground) -> dict[int, Fraction]:
    """Return people per stop of each township that has enough stops, and people."""
    return {
        i: Fraction(people, len(group.stops))
        for i, (group, people) in enumerate(zip(base.groups, base.people, strict=True))
        if group.name and len(group.stops) >= FEWEST_STOPS and people
    }


def _need_cells(base: Ground, within: Sequence[bool]) -> list[Cell]:
    needs = _needs(base)
    ranked = sorted(needs.values())
    thirds = [ranked[len(ranked) * k // 3] for k in (1, 2)]
    cells = []
    for i, group in enumerate(base.groups):
        kept, stops = sum(within[s] for s in group.stops), len(group.stops)
        count = base.phrases("maps.count-window", n=kept, total=stops) if stops else ""
        service = shade(kept, stops, SERVICE_BREAKS)
        if i not in needs or service is None:
            cells.append(Cell(shade=None, count=count))
            continue
        need = sum(needs[i] >= third for third in thirds)
        name = base.phrases(f"maps.need-{_NEED_NAMES[need]}")
        # what lacks most first, then where the need is greater, then the smaller share
        rank = service - need - Fraction(need, 10) + Fraction(kept, 100 * stops)
        cells.append(Cell(shade=3 * need + service, rank=rank, value=name, count=count))
    return cells


def _worst_first(base: Ground, cells: Sequence[Cell]) -> list[int]:
    """Return townships by ascending value, then by people; those without a value after them."""
    people = base.people

    def rank(i: int) -> tuple[bool, bool, Fraction, int, str]:
        group, cell = base.groups[i], cells[i]
        return not group.name, cell.shade is None, cell.rank, -people[i], group.name

    return sorted(range(len(cells)), key=rank)
