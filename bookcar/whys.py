"""Why stops of a plan are not served, and what it would take: the result, as ``why.json`` holds it.

It stands beside ``plan.json`` and names the plan it is of, so that pages need nothing but the two.
Units as in `bookcar.model`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import msgspec

from bookcar.lookups import by_id
from bookcar.plan import Obstacle, Plan

FILE = "why.json"

Level = Literal["hand", "alone", "carriers", "kept", "price", "unknown"]
"""How a stop is kept out.

``hand``: somebody took it out. ``alone``: no car could make the visit even with nothing else to do,
or there is no batch for it. ``carriers``: those who carry to it have no time left beside other
visits. ``kept``: it has no room beside the visits that stay whatever comes.
``price``: it can be visited, and what that costs is known. ``unknown``: no way was found, and none
is proven not to be there.
"""

ON_FOOT = frozenset(
    {
        "foot-only",
        "no-carrier-day",
        "too-far-on-foot",
        "too-heavy-on-foot",
        "after-dusk",
        "carrier-hours",
        "shut-on-foot",
        "carrier-taken",
        "carrier-not-met",
    }
)
"""Reasons that a carrier more, or one who does more, may move."""

LeverKind = Literal[
    "priority",
    "required",
    "allow",
    "reload",
    "stops",
    "hours",
    "back",
    "day",
    "start",
    "driving",
    "km",
    "apart",
    "opens",
    "closes",
    "weekday",
    "carrier-km",
    "carrier-hours",
    "carrier-day",
    "batch",
    "carrier",
    "car-day",
    "car",
]
"""What staff may change, by how much they must do for it: a cell of a table first, a car last."""

LATER: frozenset[LeverKind] = frozenset({"hours", "back", "day"})
"""What lets a car come back later."""

BRINGS: frozenset[LeverKind] = frozenset({"car-day", "car"})
"""What brings car-days, on which several stops may be worth together what none is alone."""


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """When a car comes back on a day whose route is longer: seconds after midnight."""

    date: dt.date
    vehicle: str
    back: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the tables that is enough by itself, all else as it is.

    Attributes
    ----------
    amount
        By how much; no smaller one is enough for the stop it was found for. Minutes, kilometres,
        stops, reloads, days or points of priority; books of a batch; 1 where it is yes or no.
    carrier
        Who carries more, or is to be like whom; empty for somebody who lives at the stop.
    after
        What the cell holds then: seconds, a time of day, metres or a count; None where it is none.
    weekday
        The day that is added, 0 for Monday; None if none is.
    changes
        The same as ``bookcar what-if --change`` takes it.
    serves
        The stops that are served with it, all of them together.
    when, by
        Day and car of the visit to the stop it was found for.
    metres, seconds
        What all routes together are longer with it and all that it serves; less than 0 if they are
        shorter.
    jointly
        Whether that stop is worth the way only together with others that it serves.
    days
        Of a change of when a car works, the days on which it then comes back later.
    instead
        Stops that the change serves together if the stop it was found for is not put in first:
        beside all of them there is no room for it.
    """

    lever: LeverKind
    vehicle: str = ""
    carrier: str = ""
    stop: str = ""
    depot: str = ""
    pool: str = ""
    weekday: int | None = None
    amount: int = 1
    after: int | None = None
    changes: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    when: dt.date | None = None
    by: str = ""
    metres: int = 0
    seconds: int = 0
    jointly: bool = False
    days: tuple[Back, ...] = ()
    instead: tuple[str, ...] = ()


def _does(change: Change, other: Change) -> bool:
    """Tell whether a change does all that another one does; a longer day is two of them."""
    levers = {change.lever, "hours", "back"} if change.lever == "day" else {change.lever}
    return (
        other.lever in levers and other.amount <= change.amount and _whose(other) == _whose(change)
    )


def _whose(change: Change) -> tuple[object, ...]:
    """Return of whom something is changed."""
    whom = change.vehicle, change.carrier, change.stop
    return *whom, change.depot, change.pool, change.weekday


def effort(change: Change) -> tuple[int, int, str]:
    """Rank changes by what people must do for them, the least first."""
    return get_args(LeverKind).index(change.lever), change.amount, "\n".join(change.changes)


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that makes room and finds it elsewhere in the same week."""

    stop: str
    date: dt.date
    vehicle: str


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that could be made, and what that costs.

    Attributes
    ----------
    date, vehicle, begin
        The visit.
    out
        Stops that go from the route for it: with any one of them it would not fit where it is put.
        Those of ``moved`` find room elsewhere, the others lose their visit.
    metres, seconds
        What all routes together are longer; less than 0 if they are shorter.
    cost
        What the plan costs more, without what stops are worth.
    reordered
        Whether the other visits of its route are made in another order.
    """

    date: dt.date
    vehicle: str
    begin: int
    out: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    metres: int = 0
    seconds: int = 0
    cost: float = 0.0
    reordered: bool = False

    @property
    def lost(self) -> tuple[str, ...]:
        """The stops that lose their visit."""
        moved = {one.stop for one in self.moved}
        return tuple(stop for stop in self.out if stop not in moved)


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Why a visit has no room on any car-day beside what stays there, told of the nearest one.

    Attributes
    ----------
    stops
        Visits that stay on it: beside all of these there is no room in any order, and without any
        one of them there would be.
    obstacles
        The limits that the route with it would break.
    """

    date: dt.date
    vehicle: str
    stops: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why the first visit that a stop lacks is not made, and what would help; least effort first.

    ``id`` is that of the stop; the reason itself stands in the plan.
    """

    id: str
    level: Level
    price: Price | None = None
    conflict: Conflict | None = None
    changes: tuple[Change, ...] = ()


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """Another way to make a visit that is made, all others as they are.

    Attributes
    ----------
    begin
        When service would begin; None where the visit does not fit.
    metres, seconds, cost
        As in `Price`.
    obstacles
        What keeps it off, where it does not fit.
    """

    date: dt.date
    vehicle: str
    begin: int | None = None
    metres: int = 0
    seconds: int = 0
    cost: float = 0.0
    obstacles: tuple[Obstacle, ...] = ()


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """A visit as it is planned, and every other way to make it, the cheapest first."""

    date: dt.date
    vehicle: str
    begin: int
    others: tuple[Alternative, ...] = ()


class Whys(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # for look-ups
    """Of each unserved stop of a plan why, in the plan's order.

    Attributes
    ----------
    plan
        The id of the plan.
    together
        Changes that serve the most stops first, then those that take the least.
    """

    plan: str
    stops: tuple[Why, ...]
    together: tuple[Change, ...] = ()

    @cached_property
    def by_stop(self) -> Mapping[str, Why]:
        """The stops by id."""
        return by_id(self.stops)

    def alone(self, change: Change) -> tuple[str, ...]:
        """Return the stops that a change serves each by itself, not beside all whom it serves."""
        return tuple(
            why.id
            for why in self.stops
            if why.id not in change.serves and any(_does(change, one) for one in why.changes)
        )

    def only(self, stop: str) -> Whys:
        """Return what is told of one stop, with the changes that serve it and others together."""
        together = tuple(one for one in self.together if stop in one.serves)
        return Whys(plan=self.plan, stops=(self.by_stop[stop],), together=together)

    def to_json(self) -> bytes:
        """Return it as ``why.json`` holds it: UTF-8, indented, always the same bytes."""
        return (
            msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=1) + b"\n"
        )


def is_told_as_it_is(plan: Plan) -> bool:
    """Tell whether nothing is tried in a plan: it is half driven, or has events."""
    return plan.replanned is not None or plan.events is not msgspec.UNSET


def load_whys(folder: Path, plan: Plan) -> Whys | None:
    """Return what stands beside a plan, if it is there, can be read, and is of this very plan."""
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes(), type=Whys)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found if found.plan == plan.id else None
