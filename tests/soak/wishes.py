"""Lists of titles and readers' requests of a random district, by a chance of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soak.districts import Sketch

TITLES = (
    ("Journey to the West", ""),
    ("西游记", "9787020008728"),
    ("To Live", "9787506365437"),
    ("《活着》", "7506365432"),
    ("Red Crag", ""),
)


def add_wishes(sketch: Sketch, chance: Random) -> None:
    """Give half of the districts lists of titles, and requests of every kind and status."""
    if chance.random() < 0.5:
        return
    batches, stops = sketch.tables["batches"], sketch.tables["stops"]
    for k in range(chance.randint(1, 4) if batches else 0):
        name = f"list{k}.csv"
        rows = [_title(chance) for _ in range(chance.randint(1, 4))]
        sketch.lists[name] = rows
        for batch in chance.sample(batches, chance.randint(1, len(batches))):
            batch["titles"] = name
    names = [stop["id"] for stop in stops]
    ids = ["", "", *(batch["id"] for batch in batches)]
    sketch.tables["requests"] += list(_requests(sketch, chance, names, ids))


def _title(chance: Random) -> dict[str, Any]:
    title, isbn = chance.choice(TITLES)
    return {"title": title, "isbn": isbn, "copies": chance.randint(1, 2)}


def _requests(
    sketch: Sketch, chance: Random, stops: list[str], batches: list[str]
) -> Iterator[dict[str, Any]]:
    for k in range(chance.randint(1, 9)):
        made = sketch.monday + dt.timedelta(days=chance.choice((-20, -20, -9, 0, 2)))
        until = chance.choice(("", "", made + dt.timedelta(days=chance.choice((2, 12, 23, 40)))))
        title, isbn = chance.choice(TITLES)
        yield {
            "id": f"W{k}",
            "date": made,
            "stop": chance.choice(stops),
            "title": title,
            "isbn": chance.choice(("", isbn)),
            "wanted_by": until,
            "status": chance.choice(("", "open", "ready", "ready", "brought", "returned")),
            "kind": chance.choice(("", "title", "title", "title", "reward", "bought")),
            "batch": chance.choice(batches) if chance.random() < 0.3 else "",
            "copy": f"C{k}" if chance.random() < 0.2 else "",
        }
