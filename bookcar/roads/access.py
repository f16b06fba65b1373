"""Who may use a way, by its tags: always, only to get to a place on it, or never.

https://wiki.openstreetmap.org/wiki/Key:access has the keys and values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

Tags = Mapping[str, str]
Access = Literal["open", "last", "shut"]
"""``last``: only to and from places on it, never through."""

# From the most general key to the most particular: the last one given counts.
CAR_KEYS = ("access", "vehicle", "motor_vehicle", "motorcar")
LORRY_KEYS = (*CAR_KEYS[:-1], "goods", "hgv")
FOOT_KEYS = ("access", "foot")

OPEN = ("yes", "permissive", "designated", "official", "public", "unknown")
CALLERS = ("destination", "customers", "delivery")
"""Who has business there may drive in, whether or not anybody asked."""
LAST = (*CALLERS, "private", "permit", "residents")

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


def access(tags: Tags, keys: Iterable[str]) -> Access | None:
    """Return what the most particular of the keys says, or None if none of them is there."""
    said = [tags[key] for key in keys if key in tags]
    return value_access(said[-1]) if said else None


def value_access(value: str) -> Access:
    """Return what a value such as ``destination`` or ``agricultural;customers`` allows."""
    parts = {part.strip() for part in value.split(";")}
    if parts & set(OPEN):
        return "open"
    return "last" if parts & set(LAST) else "shut"


def invites(tags: Tags, keys: Iterable[str]) -> bool:
    """Tell whether a key lets strangers in by name, at least those with business there."""
    said = [tags[key] for key in keys if key in tags]
    allowed = {*OPEN, *CALLERS}
    return bool(said) and any(part.strip() in allowed for part in said[-1].split(";"))


def is_ford(tags: Tags) -> bool:
    """Tell whether water runs over a way or a node."""
    return tags.get("ford", "no") != "no" or tags.get("highway") == "ford"


def blocks(tags: Tags) -> bool:
    """Tell whether a node tagged so (a bollard, a locked gate, a ford) stops every car."""
    if is_ford(tags):
        return True
    barrier = tags.get("barrier") or ("gate" if tags.get("highway") == "gate" else None)
    if barrier is None:
        return False
    if tags.get("locked") == "yes":
        return True
    if access(tags, CAR_KEYS) is not None:
        return not invites(tags, CAR_KEYS)
    return barrier not in PASSABLE
