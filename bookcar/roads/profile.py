"""The rules of driving and walking: what the tags of a way or a node mean for a book car.

The tables are explained, with their sources, in ``docs/roads.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bookcar.roads import quantities, speeds
from bookcar.roads.access import CAR_KEYS, FOOT_KEYS, Tags, access, invites, is_ford
from bookcar.roads.conditions import condition
from bookcar.roads.network import LIMITS

FOOT_CLASSES = ("path", "footway", "steps", "pedestrian", "cycleway", "bridleway", "corridor")
FERRY = "ferry"
CLASSES = (*speeds.CLASS_KMH, *FOOT_CLASSES, FERRY)
NO_FOOT = ("motorway", "motorway_link")

IMPASSABLE = ("horrible", "very_horrible", "impassable")
FIRM = (
    "asphalt",
    "paved",
    "concrete",
    "concrete:plates",
    "concrete:lanes",
    "chipseal",
    "paving_stones",
    "compacted",
    "fine_gravel",
    "gravel",
)

NARROWEST_M = 1.7  # no book car passes a narrower road, whatever its profile says

TOO_STEEP_ON_FOOT = ("alpine_hiking", "demanding_alpine_hiking", "difficult_alpine_hiking")

NO_HALT = ("motorway", "motorway_link", "trunk_link")
OPEN_TUNNELS = ("no", "building_passage", "avalanche_protector")
LONG_BRIDGE_M = 60.0
BOARDING_S = 600  # waiting for a boat, going aboard and ashore
FERRY_KMH = 10.0  # where the boat does not say how long it takes

Keys = tuple[str, ...]
_LIMIT_KEYS: Mapping[str, tuple[Callable[[str | None], float | None], Keys]] = {
    "width": (quantities.metres, ("maxwidth", "maxwidth:physical", "width")),
    "height": (quantities.metres, ("maxheight", "maxheight:physical")),
    "weight": (quantities.tonnes, ("maxweight", "maxweightrating")),
    "length": (quantities.metres, ("maxlength",)),
    "axle": (quantities.tonnes, ("maxaxleload",)),
    "lorry": (quantities.tonnes, ("maxweight:hgv", "maxweightrating:hgv")),
}
NO_LIMITS = (math.inf,) * len(LIMITS)
_LIMITED = frozenset({"hgv"}.union(*(keys for _, keys in _LIMIT_KEYS.values())))

FOOT_KMH = 4.0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a way allows.

    Attributes
    ----------
    kmh
        Speed on the straight; 0 if no car may use it.
    forward, backward
        Directions a car may drive, in the order of the way's nodes and against it.
    foot
        May be walked, both ways.
    halt
        A car may stand there to serve a place.
    last, private
        Only to get to a place on it or behind it, never on the way elsewhere; and that only by
        leave of its owner.
    driveway
        It leads to a building.
    bridge
        Too narrow to stand on if it is long.
    ferry, crossing_s
        A boat that takes cars, and the seconds of its crossing; 0 where nobody says.
    limits
        Most that passes, in the order of `LIMITS`; infinite where nothing is said.
    condition
        When all this holds, as `conditions.condition` says it; empty for always.
    """

    kmh: float
    forward: bool
    backward: bool
    foot: bool
    halt: bool = False
    last: bool = False
    private: bool = False
    driveway: bool = False
    bridge: bool = False
    ferry: bool = False
    crossing_s: int = 0
    limits: tuple[float, ...] = NO_LIMITS
    condition: str = ""

    @property
    def used(self) -> bool:
        """Whether anybody may use it at all."""
        return self.foot or self.forward or self.backward


def class_of(tags: Tags) -> str | None:
    """Return the class of a way in `CLASSES`, None for what is none of them."""
    if tags.get("route") == "ferry":
        return FERRY
    highway = tags.get("highway")
    return highway if highway in CLASSES and highway != FERRY else None


def rule(tags: Tags) -> Rule | None:
    """Return what a way tagged so allows, or None if neither a car nor a walker may use it."""
    klass = class_of(tags)
    if klass is None:
        return None
    found = _ferry_rule(tags) if klass == FERRY else _road_rule(tags)
    return found if found.used else None


def _road_rule(tags: Tags) -> Rule:
    forward, backward = directions(tags) if drivable(tags) else (False, False)
    drives = forward or backward
    last = drives and access(tags, CAR_KEYS) == "last"
    return Rule(
        kmh=speeds.speed_kmh(tags) if drives else 0.0,
        forward=forward,
        backward=backward,
        foot=walkable(tags),
        halt=drives and _one_may_stop(tags),
        last=last,
        private=last and not invites(tags, CAR_KEYS),
        driveway=drives and tags.get("service") == "driveway",
        bridge=tags.get("bridge", "no") != "no",
        limits=limits(tags),
        condition=condition(tags) if drives else "",
    )


def _ferry_rule(tags: Tags) -> Rule:
    """Return the rule of a boat: it takes cars if it says so, as most are for people."""
    forward, backward = directions(tags) if invites(tags, CAR_KEYS) else (False, False)
    return Rule(
        kmh=FERRY_KMH if forward or backward else 0.0,
        forward=forward,
        backward=backward,
        foot=False,
        ferry=True,
        crossing_s=quantities.duration_s(tags.get("duration")) or 0,
        limits=limits(tags),
        condition=condition(tags) if forward or backward else "",
    )


def _one_may_stop(tags: Tags) -> bool:
    """Tell whether a car may stand on a road for the time of a visit, and readers come to it."""
    if tags["highway"] in NO_HALT or tags.get("motorroad") == "yes":
        return False
    if tags.get("foot") == "no" and not speeds.has_pavement(tags):
        return False
    return tags.get("tunnel", "no") in OPEN_TUNNELS


def drivable(tags: Tags) -> bool:
    """Tell whether a car may and can use a way at some time, in at least one direction."""
    if tags.get("area") == "yes" or is_ford(tags):
        return False
    if tags.get("smoothness") in IMPASSABLE or tags.get("impassable") == "yes":
        return False
    width = quantities.metres(tags.get("width"))
    if width is not None and width < NARROWEST_M:
        return False
    shut = access(tags, CAR_KEYS) == "shut" and not condition(tags)
    return not shut and _built_for_cars(tags)


def _built_for_cars(tags: Tags) -> bool:
    highway = tags["highway"]
    if highway == "track":
        return _firm_track(tags)
    if highway == "pedestrian":
        return _explicitly_for_cars(tags)
    return highway in speeds.CLASS_KMH


def _firm_track(tags: Tags) -> bool:
    grade = tags.get("tracktype")
    if grade is not None:
        return grade in speeds.TRACK_KMH
    return tags.get("surface") in FIRM or _explicitly_for_cars(tags)


def _explicitly_for_cars(tags: Tags) -> bool:
    return invites(tags, ("motor_vehicle", "motorcar"))


def directions(tags: Tags) -> tuple[bool, bool]:
    """Return whether a car may drive forward and backward along a way."""
    oneway = _oneway(tags)
    forward = oneway in ("no", "forward") and not _forbidden(tags, "forward")
    backward = oneway in ("no", "backward") and not _forbidden(tags, "backward")
    return forward, backward


def _oneway(tags: Tags) -> str:
    said = tags.get("oneway:motorcar") or tags.get("oneway:motor_vehicle") or tags.get("oneway")
    if said in ("yes", "true", "1"):
        return "forward"
    if said in ("-1", "reverse"):
        return "backward"
    if said == "reversible":  # open in one direction at times nobody tells us
        return "closed"
    ring = tags.get("junction") in ("roundabout", "circular")
    implied = ring or tags.get("highway") == "motorway"
    return "forward" if implied and said is None else "no"


def _forbidden(tags: Tags, direction: str) -> bool:
    return access(tags, tuple(f"{key}:{direction}" for key in CAR_KEYS)) == "shut"


def walkable(tags: Tags) -> bool:
    """Tell whether a carrier may walk a way: paths, steps, tracks and roads but motorways."""
    if tags["highway"] in NO_FOOT or tags.get("sac_scale") in TOO_STEEP_ON_FOOT:
        return False
    return access(tags, FOOT_KEYS) not in ("shut", "last") or invites(tags, FOOT_KEYS)


def limits(tags: Tags) -> tuple[float, ...]:
    """Return the most that may pass, in the order of `LIMITS`, in metres and tonnes."""
    if _LIMITED.isdisjoint(tags):  # as on most roads
        return NO_LIMITS
    lorry = access(tags, ("hgv",)) == "shut"
    return tuple(
        0.0 if name == "lorry" and lorry else _least(quantity, tags, keys)
        for name, (quantity, keys) in _LIMIT_KEYS.items()
    )


def _least(quantity: Callable[[str | None], float | None], tags: Tags, keys: Keys) -> float:
    figures = (quantity(tags.get(key)) for key in keys)
    return min((figure for figure in figures if figure), default=math.inf)
