"""Fairs for random districts: books that come or go in the week, and cars that stay."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soak.districts import Sketch


def add_fairs(sketch: Sketch, chance: Random) -> None:
    """Give one district in five an event or two, some with books that are there already."""
    if chance.random() > 0.2:
        return
    one = chance.choice
    stops = [row["id"] for row in sketch.tables["stops"] if row.get("access") != "foot"]
    cars = [row["id"] for row in sketch.tables["vehicles"]]
    pools = [p["id"] for p in sketch.tables.get("pools", ()) if p["order"] != "ring"]
    rows: list[dict[str, Any]] = []
    for k in range(one((1, 1, 2)) if stops else 0):
        first = sketch.monday + dt.timedelta(days=one((-4, -1, 2, 4, 9, 12)))
        last = first + dt.timedelta(days=one((0, 1, 4, 20)))
        rows.append(
            {
                "id": f"E{k + 1}",
                "name": one(("Fair", "书展")),
                "place": one(stops),
                "from": first,
                "to": last,
                "opens": one(("", "09:00")),
                "books": one((60, 150, 400, 1500)),
                "pool": " ".join(chance.sample(pools, chance.randint(0, len(pools)))),
                "bring_from": one(("", first - dt.timedelta(days=one((3, 9))))),
                "bring_by": one(("", first - dt.timedelta(days=one((1, 2))))),
                "fetch_from": one(("", last + dt.timedelta(days=one((1, 3))))),
                "fetch_by": one(("", last + dt.timedelta(days=one((3, 9))))),
                "stays": one(("", "", *cars)) if not k else "",
                "service_min": one(("", 0, 15, 60)),
            }
        )
    sketch.tables["events"] = rows
    for row in sketch.tables["batches"] if rows else ():
        if row.get("at") not in stops and chance.random() < 0.2:
            row["at"] = one(rows)["id"]
