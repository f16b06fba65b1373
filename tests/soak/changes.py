"""Random changes by hand to a plan: the rows of an ``overrides.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bookcar.plan import Again, Plan, Route, place_of

HEAD = ("date", "vehicle", "position", "stop", "keep")
Row = tuple[str, str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class Change:
    """Rows of overrides; ``own`` if the plan they were made from keeps to all of them."""

    rows: tuple[Row, ...]
    own: bool
    keep: bool

    def write(self, path: Path) -> Path:
        """Write the rows as a file."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEAD)
            writer.writerows(self.rows)
        return path


def random_change(plan: Plan, chance: Random) -> Change:
    """Return a change of a plan; of one without routes, only what leaves stops out."""
    rows: list[Row] = []
    own, keep = chance.random() < 0.5, False
    words = ("route",) if chance.random() < 0.4 else ("start", "visit")
    for route in chance.sample(plan.routes, min(len(plan.routes), chance.randint(1, 2))):
        rows += _rows(route, chance.choice(words), chance)
    if not own:
        rows = _edited(rows, plan, chance)
    rows += _left_out(plan, rows, chance)
    rows += _cut_off(plan, rows, chance)
    if all(row[4] == "route" for row in rows if row[0]):
        keep = chance.random() < 0.5
    return Change(rows=tuple(rows), own=own, keep=keep)


def _rows(route: Route, keep: str, chance: Random) -> list[Row]:
    """Return the rows of a route, of its beginning or of some of its visits."""
    places = [place_of(call) for call in route.halts if not isinstance(call, Again)]
    stops = {visit.stop for visit in route.visits}
    kept = list(enumerate(places, 1))
    if keep == "start":
        kept = kept[: chance.randint(1, len(kept))]
        while kept[-1][1] not in stops:
            kept.append((len(kept) + 1, places[len(kept)]))
    if keep == "visit":
        served = [(k, place) for k, place in kept if place in stops]
        kept = [pair for pair in served if chance.random() < 0.5] or served[:1]
    day = (str(route.date), route.vehicle)
    return [(*day, "" if keep == "visit" else str(k), place, keep) for k, place in kept]


def _edited(rows: list[Row], plan: Plan, chance: Random) -> list[Row]:
    """Move a row, take one out or add an unserved stop."""
    edited = rows.copy()
    what = chance.choice(("swap", "drop", "add"))
    if what == "drop" and len(edited) > 1:
        edited.pop(chance.randrange(len(edited)))
    if what == "swap" and len(edited) > 1:
        a, b = chance.sample(range(len(edited)), 2)
        stop_a, stop_b = edited[a][3], edited[b][3]
        edited[a] = (*edited[a][:3], stop_b, edited[a][4])
        edited[b] = (*edited[b][:3], stop_a, edited[b][4])
    if what == "add" and edited and plan.unserved:
        date, vehicle, position, _, keep = edited[-1]
        after = str(int(position) + 1) if position else ""
        edited.append((date, vehicle, after, chance.choice(plan.unserved).stop, keep))
    return edited


def _left_out(plan: Plan, rows: list[Row], chance: Random) -> list[Row]:
    """Leave out a stop that no other row names; always one where nothing else is changed."""
    named = {row[3] for row in rows}
    free = [stop.id for stop in plan.stops if stop.due and stop.id not in named]
    if free and (not rows or chance.random() < 0.3):
        return [("", "", "", chance.choice(free), "")]
    return []


def _cut_off(plan: Plan, rows: list[Row], chance: Random) -> list[Row]:
    """Leave out a stop that a car which has left comes to no more."""
    left = {row[:2] for row in rows if row[4] == "start"}
    named = {row[3] for row in rows}
    routes = [route for route in plan.routes if (str(route.date), route.vehicle) in left]
    cut = [visit.stop for route in routes for visit in route.visits if visit.stop not in named]
    return [("", "", "", chance.choice(cut), "")] if cut and chance.random() < 0.8 else []
