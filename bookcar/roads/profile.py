"""The rules of driving and walking: what the tags of a way or a node mean for a book car.

The tables are explained, with their sources, in ``docs/roads.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bookcar.roads import quantities
from bookcar.roads.network import Floats

Tags = Mapping[str, str]

# Free-flow km/h of a loaded van on a straight, sealed road without a posted limit. The upper
# classes lie in the range of design speeds that JTG B01-2014 gives for the mountains: class II 60,
# class III 30-40, class IV 20-30 km/h.
CLASS_KMH: Mapping[str, float] = {
    "motorway": 90,
    "motorway_link": 45,
    "trunk": 65,
    "trunk_link": 40,
    "primary": 55,
    "primary_link": 35,
    "secondary": 45,
    "secondary_link": 30,
    "tertiary": 40,
    "tertiary_link": 25,
    "unclassified": 30,
    "residential": 25,
    "living_street": 12,
    "road": 25,
    "service": 15,
    "track": 20,
}
FOOT_CLASSES = ("path", "footway", "steps", "pedestrian", "cycleway", "bridleway", "corridor")
CLASSES = (*CLASS_KMH, *FOOT_CLASSES)
NO_FOOT = ("motorway", "motorway_link")

# Most that the ground allows, in km/h, where it is not sealed and smooth.
SURFACE_KMH: Mapping[str, float] = {
    "concrete:plates": 60,
    "concrete:lanes": 30,
    "paving_stones": 40,
    "sett": 35,
    "bricks": 40,
    "metal": 30,
    "wood": 20,
    "cobblestone": 25,
    "unhewn_cobblestone": 15,
    "compacted": 40,
    "fine_gravel": 35,
    "gravel": 30,
    "unpaved": 25,
    "pebblestone": 20,
    "shells": 20,
    "dirt": 20,
    "earth": 20,
    "ground": 20,
    "clay": 15,
    "grass": 10,
    "grass_paver": 15,
    "rock": 10,
    "stone": 10,
    "sand": 10,
    "mud": 8,
}
SMOOTHNESS_KMH: Mapping[str, float] = {"intermediate": 50, "bad": 30, "very_bad": 15}
IMPASSABLE = ("horrible", "very_horrible", "impassable")
TRACK_KMH: Mapping[str, float] = {"grade1": 30, "grade2": 20, "grade3": 15}
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
POSTED_SHARE = 0.8  # of a posted limit above the class speed is reached on the straight

# Who may pass, from the most general key to the most particular: the last one given counts.
CAR_KEYS = ("access", "vehicle", "motor_vehicle", "motorcar")
FOOT_KEYS = ("access", "foot")
ALLOWED = (
    "yes",
    "permissive",
    "designated",
    "official",
    "public",
    "destination",
    "customers",
    "unknown",
)

# Barriers a car passes unless their own access tags forbid it; any other stops it unless they
# allow it.
PASSABLE = (
    "no",
    "arch",
    "border_control",
    "cattle_grid",
    "entrance",
    "gate",
    "height_restrictor",
    "kerb",
    "lift_gate",
    "sally_port",
    "sliding_gate",
    "swing_gate",
    "toll_booth",
)
TOO_STEEP_ON_FOOT = ("alpine_hiking", "demanding_alpine_hiking", "difficult_alpine_hiking")

# Seconds lost per radian turned in a bend tighter than `bend_radius_m`.
BEND_S_PER_RAD = 3.0
RADIUS_FACTOR = 127 * 0.21
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
    width_m, height_m, weight_t
        Most that passes; infinite where nothing is said.
    """

    kmh: float
    forward: bool
    backward: bool
    foot: bool
    width_m: float = math.inf
    height_m: float = math.inf
    weight_t: float = math.inf

    @property
    def used(self) -> bool:
        """Whether anybody may use it at all."""
        return self.foot or self.forward or self.backward


def rule(tags: Tags) -> Rule | None:
    """Return what a way tagged so allows, or None if neither a car nor a walker may use it."""
    if tags.get("highway") not in CLASSES:
        return None
    forward, backward = directions(tags) if drivable(tags) else (False, False)
    width, height, weight = limits(tags)
    found = Rule(
        kmh=speed_kmh(tags) if forward or backward else 0.0,
        forward=forward,
        backward=backward,
        foot=walkable(tags),
        width_m=width,
        height_m=height,
        weight_t=weight,
    )
    return found if found.used else None


def drivable(tags: Tags) -> bool:
    """Tell whether a car may and can use a way, in at least one direction."""
    if tags.get("route") == "ferry" or tags.get("area") == "yes" or _is_ford(tags):
        return False
    if tags.get("smoothness") in IMPASSABLE or tags.get("impassable") == "yes":
        return False
    width = quantities.metres(tags.get("width"))
    if width is not None and width < NARROWEST_M:
        return False
    return _permitted(tags, CAR_KEYS) is not False and _built_for_cars(tags)


def _built_for_cars(tags: Tags) -> bool:
    highway = tags["highway"]
    if highway == "track":
        return _firm_track(tags)
    if highway == "pedestrian":
        return _explicitly_for_cars(tags)
    return highway in CLASS_KMH


def _firm_track(tags: Tags) -> bool:
    grade = tags.get("tracktype")
    if grade is not None:
        return grade in TRACK_KMH
    return tags.get("surface") in FIRM or _explicitly_for_cars(tags)


def _explicitly_for_cars(tags: Tags) -> bool:
    return _permitted(tags, ("motor_vehicle", "motorcar")) is True


def _is_ford(tags: Tags) -> bool:
    return tags.get("ford", "no") != "no" or tags.get("highway") == "ford"


def _permitted(tags: Tags, keys: tuple[str, ...]) -> bool | None:
    """Return what the most particular of the keys says, or None if none of them is there."""
    said = None
    for key in keys:
        value = tags.get(key)
        if value is not None:
            said = any(part.strip() in ALLOWED for part in value.split(";"))
    return said


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
    implied = tags["highway"] == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return "forward" if implied and said is None else "no"


def _forbidden(tags: Tags, direction: str) -> bool:
    return _permitted(tags, tuple(f"{key}:{direction}" for key in CAR_KEYS)) is False


def speed_kmh(tags: Tags) -> float:
    """Return the speed on the straight: by class, posted limit and ground, whichever is least."""
    speed = CLASS_KMH.get(tags["highway"], CLASS_KMH["living_street"])
    posted = quantities.posted_kmh(tags.get("maxspeed"))
    if posted is not None:
        speed = max(min(speed, posted), POSTED_SHARE * posted)
    elif tags.get("maxspeed") != "none":
        said = (tags.get(key) for key in ("maxspeed", "maxspeed:type", "source:maxspeed"))
        speed = min([speed, *(kmh for kmh in map(quantities.implied_kmh, said) if kmh)])
    return min(speed, _ground_kmh(tags))


def _ground_kmh(tags: Tags) -> float:
    return min(
        SURFACE_KMH.get(tags.get("surface", ""), math.inf),
        SMOOTHNESS_KMH.get(tags.get("smoothness", ""), math.inf),
        TRACK_KMH.get(tags.get("tracktype", ""), math.inf),
    )


def walkable(tags: Tags) -> bool:
    """Tell whether a carrier may walk a way: paths, steps, tracks and roads but motorways."""
    if tags["highway"] in NO_FOOT or tags.get("route") == "ferry":
        return False
    if tags.get("sac_scale") in TOO_STEEP_ON_FOOT:
        return False
    return _permitted(tags, FOOT_KEYS) is not False


def limits(tags: Tags) -> tuple[float, float, float]:
    """Return the greatest width and height in metres and weight in tonnes that may pass."""
    widths = (
        quantities.metres(tags.get(key)) for key in ("maxwidth", "maxwidth:physical", "width")
    )
    heights = (quantities.metres(tags.get(key)) for key in ("maxheight", "maxheight:physical"))
    weights = (quantities.tonnes(tags.get(key)) for key in ("maxweight", "maxweightrating"))
    return (
        min((w for w in widths if w), default=math.inf),
        min((h for h in heights if h), default=math.inf),
        min((t for t in weights if t), default=math.inf),
    )


def blocks(tags: Tags) -> bool:
    """Tell whether a node tagged so (a bollard, a locked gate, a ford) stops every car."""
    if _is_ford(tags):
        return True
    barrier = tags.get("barrier") or ("gate" if tags.get("highway") == "gate" else None)
    if barrier is None:
        return False
    said = _permitted(tags, CAR_KEYS)
    if said is False or tags.get("locked") == "yes":
        return True
    return barrier not in PASSABLE and said is None


def bend_radius_m(kmh: Floats) -> Floats:
    """Return the tightest radius at which a bend does not slow a car that drives ``kmh``.

    ``R = v^2 / (127 (f + i))`` with a side friction and superelevation of together 0.21, which
    gives the limiting radii of JTG B01-2014 (15 m at 20 km/h, 60 m at 40 km/h, 125 m at 60 km/h).
    """
    return kmh * kmh / RADIUS_FACTOR
