"""What verdicts on a stop that no route serves come to: one reason, with the limits in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bookcar.advice.trials import Trials
from bookcar.optimiser.insertion import Lack, Verdict
from bookcar.plan import Obstacle, ReasonCode, Swap

Told = dict[str, Any]
"""The fields of a `bookcar.advice.reasons.Reason`."""

_ALONE: Mapping[str, ReasonCode] = {
    "books": "too-many-books",
    "kg": "too-heavy",
    "distance": "too-far",
    "working-time": "too-long",
    "time": "too-long",
    "latest-return": "back-too-late",
    "opening-hours": "closed",
    "break": "no-break",
    "depot": "batch-elsewhere",
}
"""The reason of a limit that keeps a stop off every car even alone. One that is not here is told as
``no-single-car``, with the limit's own words."""

_ONLY: Mapping[str, ReasonCode] = {
    "depot": "batch-elsewhere",
    "break": "no-break",
}
"""The reason of a limit that is the only one in the way in the week's routes."""


def alone(trials: Trials, verdicts: Sequence[Verdict]) -> Told:
    """Return why a stop fits on no car-day even alone, from what each kind of vehicle says of it.

    One limit is the reason if, for every kind that lacks one only, lifting that one is enough.
    """
    single = [verdict for verdict in verdicts if verdict.lacks]
    every = [{lack.code for lack in verdict.lacks} for verdict in single]
    common = set.intersection(*every) if every else set()
    nearest = sorted(
        (lack for verdict in single for lack in verdict.lacks if lack.code in common),
        key=lambda lack: (lack.code != "opening-hours", _over(lack)),
    )
    if nearest and nearest[0].code in _ALONE:
        return _one_limit(trials, nearest[0])
    lacks = [lack for verdict in verdicts for lack in verdict.lacks or verdict.together]
    obstacles = dict.fromkeys(trials.obstacle(lack, dated=False) for lack in lacks)
    return {"code": "no-single-car", "obstacles": tuple(obstacles), "together": not single}


def _one_limit(trials: Trials, lack: Lack) -> Told:
    code = _ALONE[lack.code]
    if code == "no-break" and lack.figure > lack.limit:
        code = "leg-beyond-break"
    vehicle = trials.week.fleet.days[lack.car_day].vehicle
    figures: dict[str, int | float | str] = {"vehicle": vehicle.id, **_figures(lack)}
    if code == "batch-elsewhere":
        figures = {}
    obstacle = trials.obstacle(lack, dated=False)
    return {"code": code, "figures": figures, "obstacles": (obstacle,)}


def _figures(lack: Lack) -> dict[str, int | float]:
    """Return the figures of a limit as its reason's phrase names them."""
    if lack.code == "distance":
        return {"km": lack.figure / 1000, "limit": lack.limit / 1000}
    if lack.code in ("working-time", "time", "break"):
        return {"hours": lack.figure / 3600, "limit": lack.limit / 3600}
    if lack.code == "latest-return":
        return {"minutes": -(-(lack.figure - lack.limit) // 60)}
    if lack.code in ("books", "kg"):
        return {lack.code: lack.figure, "limit": lack.limit}
    return {}


def in_week(trials: Trials, verdict: Verdict, *, reload: Verdict | None, swap: Swap | None) -> Told:
    """Return why a stop that would fit alone is in no route of the week."""
    if verdict.fits:
        return _fits(trials, verdict)
    if reload is not None:
        more = next((k for k in reload.lacks if k.code == "reloads" and not k.dear), None)
        if more is not None:
            return _one_reload(trials, more)
    worthwhile = [lack for lack in verdict.lacks if not lack.dear]
    lacks = _telling(worthwhile or verdict.lacks) or verdict.together
    codes = {lack.code for lack in lacks}
    only = _ONLY.get(next(iter(codes))) if len(codes) == 1 else None
    return {
        "code": only or "full",
        "figures": _only_figures(trials, lacks[0]) if only else {},
        "obstacles": _obstacles(trials, lacks),
        "together": not verdict.lacks,
        "dear": bool(verdict.lacks) and not worthwhile,
        "swap": swap,
    }


def _telling(lacks: Sequence[Lack]) -> tuple[Lack, ...]:
    """Return limits without both ends of the day where either alone is enough."""
    codes = {lack.code for lack in lacks}
    either = codes & {"working-time", "latest-return"}
    return tuple(lack for lack in lacks if lack.code != "time" or not either)


def _fits(trials: Trials, verdict: Verdict) -> Told:
    """Tell of a stop that fits: the search left it out for its cost, or nobody searched."""
    assert verdict.way is not None
    day = trials.week.fleet.days[verdict.way.car_day]
    figures = {"vehicle": day.vehicle.id, "date": day.date.isoformat()}
    if verdict.pays:
        return {"code": "would-fit", "figures": figures}
    cost = {"cost": round(verdict.cost), "prize": round(verdict.worth)}
    return {"code": "not-worth", "figures": {**figures, **cost}}


def _one_reload(trials: Trials, more: Lack) -> Told:
    """Tell of a car that would have room if it reloaded once more."""
    day = trials.week.fleet.days[more.car_day]
    return {
        "code": "needs-reload",
        "figures": {"vehicle": day.vehicle.id, "date": day.date.isoformat()}
        | {"place": trials.reloaded_at(more)},
        "obstacles": (trials.obstacle(more, dated=True),),
    }


def _only_figures(trials: Trials, lack: Lack) -> dict[str, int | float | str]:
    vehicle = trials.week.fleet.days[lack.car_day].vehicle
    return {"vehicle": vehicle.id, **_figures(lack)} if lack.code == "break" else {}


def _obstacles(trials: Trials, lacks: Iterable[Lack]) -> tuple[Obstacle, ...]:
    return tuple(trials.obstacle(lack, dated=True) for lack in lacks)


def _over(lack: Lack) -> tuple[bool, float]:
    """Rank limits: those with figures first, then the least excess."""
    known = (lack.figure, lack.limit) != (0, 0)
    return not known, abs(lack.figure - lack.limit) / max(1, lack.limit)
