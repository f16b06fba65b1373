"""How fast a loaded van drives on a road with nothing in its way, by the tags of the road.

Each figure is explained, with its source, in ``docs/roads.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bookcar.roads import quantities
from bookcar.roads.access import Tags
from bookcar.roads.network import Floats

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

TOWN_SHARE = 0.8
"""Of the class speed, where a road of these classes without a posted limit runs through a town."""
TOWN_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
_PAVEMENTS = ("both", "left", "right", "yes", "separate")

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
TRACK_KMH: Mapping[str, float] = {"grade1": 30, "grade2": 20, "grade3": 15}

# Most on a road that is driven both ways and holds one car, by its width in metres: the design
# speeds that JTG B01-2014 has for class IV, whose single lane is 3.5 m wide.
SINGLE_LANE_M, SINGLE_LANE_KMH = 4.0, 30.0
NARROW_M, NARROW_KMH = 3.0, 20.0

POSTED_SHARE = 0.9  # of a posted limit below the class speed is reached
RAISED_SHARE = 0.8  # of one above it is reached on the straight
RAISED_AT_MOST = 1.25  # times the class speed

# Seconds lost per radian turned in a bend tighter than `bend_radius_m`.
BEND_S_PER_RAD = 3.0
RADIUS_FACTOR = 127 * 0.21


def speed_kmh(tags: Tags) -> float:
    """Return the speed on the straight: by class, limits, ground and width, whichever is least."""
    return min(_road_kmh(tags), _ground_kmh(tags), _narrow_kmh(tags), _advised_kmh(tags))


def _road_kmh(tags: Tags) -> float:
    speed = CLASS_KMH.get(tags["highway"], CLASS_KMH["living_street"])
    posted = _posted_kmh(tags)
    if posted is not None:
        raised = min(RAISED_SHARE * posted, RAISED_AT_MOST * speed)
        return max(min(speed, POSTED_SHARE * posted), raised)
    if in_town(tags):
        speed *= TOWN_SHARE
    if tags.get("maxspeed") == "none":
        return speed
    said = (tags.get(key) for key in ("maxspeed", "maxspeed:type", "source:maxspeed"))
    return min([speed, *(kmh for kmh in map(quantities.implied_kmh, said) if kmh)])


def _posted_kmh(tags: Tags) -> float | None:
    """Return the posted limit; where the directions differ, the lower."""
    keys = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
    limits = [quantities.posted_kmh(tags.get(key)) for key in keys]
    return min((limit for limit in limits if limit is not None), default=None)


def in_town(tags: Tags) -> bool:
    """Tell whether a road runs through a town or village: it says so, or has lamps or pavements.

    The lamps of a tunnel tell nothing.
    """
    if tags["highway"] not in TOWN_CLASSES or tags.get("tunnel", "no") != "no":
        return False
    limits = (tags.get(key, "") for key in ("maxspeed:type", "source:maxspeed", "zone:traffic"))
    if any(limit.endswith(":urban") for limit in limits):
        return True
    lamps = tags.get("lit", "no") not in ("no", "disused")
    return lamps or has_pavement(tags)


def has_pavement(tags: Tags) -> bool:
    """Tell whether people walk beside a road on a pavement of its own."""
    walks = (tags.get(key, "no") for key in ("sidewalk", "sidewalk:both"))
    return any(walk in _PAVEMENTS for walk in walks)


def _ground_kmh(tags: Tags) -> float:
    return min(
        SURFACE_KMH.get(tags.get("surface", ""), math.inf),
        SMOOTHNESS_KMH.get(tags.get("smoothness", ""), math.inf),
        TRACK_KMH.get(tags.get("tracktype", ""), math.inf),
    )


def _narrow_kmh(tags: Tags) -> float:
    """Return the most on a road where a car that comes the other way must be let pass."""
    if tags.get("oneway", "no") not in ("no", "alternating") or "junction" in tags:
        return math.inf
    widths = (quantities.metres(tags.get(key)) for key in ("width", "est_width"))
    width = next((metres for metres in widths if metres), math.inf)
    if width < NARROW_M:
        return NARROW_KMH
    single = width < SINGLE_LANE_M or (tags.get("lanes") == "1" and math.isinf(width))
    return SINGLE_LANE_KMH if single else math.inf


def _advised_kmh(tags: Tags) -> float:
    return quantities.posted_kmh(tags.get("maxspeed:advisory")) or math.inf


def bend_radius_m(kmh: Floats) -> Floats:
    """Return the tightest radius at which a bend does not slow a car that drives ``kmh``.

    ``R = v^2 / (127 (f + i))`` with a side friction and superelevation of together 0.21, which
    gives the limiting radii of JTG B01-2014 (15 m at 20 km/h, 60 m at 40 km/h, 125 m at 60 km/h).
    """
    return kmh * kmh / RADIUS_FACTOR
