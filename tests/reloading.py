"""Districts in which a car reloads at a sub-store, whose name would be markup."""

from __future__ import annotations

from typing import Any

from builders import H, batch, depot, district, stop, vehicle
from msgspec import structs

import bookcar as bc
from bookcar.model import District
from bookcar.plan import Plan

STORE = "{{ store }}</script><script>document.title = 'owned'</script>"


def far_village(**fields: Any) -> District:
    """Return four stops far from the depot, and a sub-store beside them that has most batches."""
    car = {"books": 120, "kg": 60, "weekdays": (0,), "break_s": 1_800, "break_after_s": 3 * H}
    car |= {"reloads": 2, "reload_s": 900, "reload_at": ("E",)}
    store = depot("E", lon=106.865, lat=29.03, name=STORE, name_en="Sub-store", phone="023-99")
    defaults: dict[str, Any] = {
        "depots": (depot("D", name="Library"), store),
        "vehicles": (vehicle("V", **car),),
        "batches": (
            batch("B001"),
            *(batch(f"B00{k}", at="E", crates=k) for k in range(2, 6)),
            batch("OLD", at="S21"),
            batch("OLD2", at="S24"),
        ),
    }
    stops = (stop("S21"), stop("S22", kind="school"), stop("S23"), stop("S24", books=100))
    return district(*stops, **defaults | fields)


def far_plan(**fields: Any) -> Plan:
    """Return its plan: S21 from the depot, the others from the sub-store, in two parts."""
    return bc.plan_week(far_village(**fields), "2026-W49", effort="quick")


def yard_village(**fields: Any) -> District:
    """Return the stops with a car in a yard without books, and one beside it that is left over."""
    car = {"weekdays": (0,), "reloads": 1, "reload_s": 900, "reload_at": ("E",)}
    far = (stop(f"S{k}", priority=9) for k in range(21, 24))
    batches = (*(batch(f"B00{k}", at="E") for k in range(1, 4)), batch("OLD", at="S21"))
    village = {"vehicles": (vehicle("V", **car),), "batches": batches}
    return structs.replace(far_village(**village | fields), stops=(*far, stop("S01")))


def yard_plan(**fields: Any) -> Plan:
    """Return its plan: the car loads at the sub-store before its first stop."""
    return bc.plan_week(yard_village(**fields), "2026-W49", effort="quick")
