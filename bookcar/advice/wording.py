"""Why a stop is unserved and what would help, in words, from the plan's own figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import UNSET

from bookcar.phrases import Phrases
from bookcar.plan import MissingVisit, Obstacle, Plan, ReasonCode, Swap, Unserved

_LISTED = 3
_OF_A_DAY = ("day-closed", "no-day", "no-vehicle")
"""Reasons that the tables alone give for the day of a promise."""
_LISTING = ("full", "no-single-car")
"""Reasons that are told by their obstacles."""


def explanation(plan: Plan, row: Unserved, say: Phrases) -> str:
    """Return why a stop is unserved, or why it lacks a visit, or some, if it wants several."""
    texts = _texts(row, lambda one: _reason(plan, one, say))
    parts = _parts(plan, row)
    if parts:
        return _of_parts(row, parts, texts, say)
    if row.made:
        return say("reasons.one-of-two", reason=texts[0])
    if row.second is UNSET:
        return texts[0]
    if len(texts) == 1:
        return say("reasons.none-of-two", reason=texts[0])
    return say("reasons.each-of-two", first=texts[0], second=texts[1])


def _texts(row: Unserved, told: Callable[[Unserved | MissingVisit], str]) -> list[str]:
    """Return what is told of each visit that a stop lacks, the same once."""
    lacking: list[Unserved | MissingVisit] = [row]
    if row.second is not UNSET:
        lacking += [row.second, *(row.further or ())]
    return list(dict.fromkeys(map(told, lacking)))


def _parts(plan: Plan, row: Unserved) -> int:
    """Return in how many parts a stop is delivered; 0 if it is not."""
    stop = plan.stops_by_id.get(row.stop)
    return 0 if stop is None or stop.in_all is UNSET else stop.visits_a_week


def _of_parts(row: Unserved, parts: int, texts: Sequence[str], say: Phrases) -> str:
    reason = say("reasons.next-part").join(texts)
    if not row.made:
        return say("reasons.no-part", parts=parts, reason=reason)
    return say("reasons.parts-missing", parts=parts, missing=parts - row.made, reason=reason)


def why_not_kept(plan: Plan, why: MissingVisit, say: Phrases) -> str:
    """Return why a promise is not kept on its day."""
    own = of_its_day(why.reason)
    return _reason(plan, why, say) if own == why.reason else say(f"reasons.{own}", **why.figures)


def of_its_day(reason: ReasonCode) -> str:
    """Return how a reason is told of one day: what bars a whole week has other words for that."""
    return f"promise-{reason}" if reason in _OF_A_DAY else reason


def _reason(plan: Plan, row: Unserved | MissingVisit, say: Phrases) -> str:
    if row.reason not in _LISTING:
        return say(f"reasons.{row.reason}", **row.figures)
    first = row.obstacles[:1]
    if {obstacle.code for obstacle in row.obstacles} == {"stops"}:
        return say("reasons.full-stops", limit=first[0].limit)
    listed = _by_car(plan, row.obstacles, say, part="lacks")
    return say(f"reasons.{row.reason}", obstacles=say("reasons.next").join(listed))


def remedy(plan: Plan, row: Unserved, say: Phrases) -> str:
    """Return a sentence on what would let a stop be served; each change named is enough.

    Where several visits are missing for several reasons, a sentence on each.
    """
    texts = _texts(row, lambda one: _remedy(plan, one, say))
    if _parts(plan, row):
        return say("reasons.next-part").join(texts)
    return (
        texts[0] if len(texts) == 1 else say("reasons.each-of-two", first=texts[0], second=texts[1])
    )


def _remedy(plan: Plan, row: Unserved | MissingVisit, say: Phrases) -> str:
    if row.reason not in _LISTING:
        return say(f"reasons.help-{row.reason}", **row.figures)
    if row.dear:
        return say("reasons.help-dear")
    better = [obstacle for obstacle in row.obstacles if obstacle.code != "break"]
    wanted = row.obstacles if row.together else better or row.obstacles  # a crew wants its break
    changes = _by_car(plan, wanted, say, part="change", together=row.together)
    if row.swap is not None:
        stop = plan.stops_by_id[row.swap.stop]
        name = (say.language == "en" and stop.name_en) or stop.name
        car = _car(plan, row.swap.vehicle, row.swap, say)
        changes.append(say("reasons.leave-out", stop=name, car=car))
    one = row.reason == "full" and len(changes) == 1 and _is_one(wanted, together=row.together)
    key = f"reasons.help-{row.reason}" + ("-one" if one else "")
    return say(key, changes=say("reasons.or").join(changes))


def _is_one(obstacles: Sequence[Obstacle], *, together: bool) -> bool:
    """Tell whether what some obstacles need is one thing: all of it, or there is one only."""
    return together or len(obstacles) == 1


def _by_car(
    plan: Plan, obstacles: Sequence[Obstacle], say: Phrases, *, part: str, together: bool = False
) -> list[str]:
    """Return what each car lacks or would need, those of one car in one."""
    cars: dict[str, list[Obstacle]] = {}
    for obstacle in obstacles:
        cars.setdefault(_car(plan, obstacle.vehicle, obstacle, say), []).append(obstacle)
    join = "reasons.or" if part == "change" and not together else "reasons.and"
    return [
        say("reasons.at", car=car, what=say(join).join(_told(own, say, part)))
        for car, own in list(cars.items())[:_LISTED]
    ]


def _told(obstacles: Iterable[Obstacle], say: Phrases, part: str) -> list[str]:
    return [limit_words(obstacle, say, part) for obstacle in obstacles]


def limit_words(obstacle: Obstacle, say: Phrases, part: str) -> str:
    """Return what a car lacks (``lacks``) or would need (``change``) of a limit."""
    return say(
        f"limits.{obstacle.code}.{part}",
        over=_over(obstacle),
        figure=obstacle.figure,
        limit=obstacle.limit,
    )


def _over(obstacle: Obstacle) -> str:
    """Return by how much a limit is exceeded, rounded up, in the unit people use."""
    over = abs(obstacle.figure - obstacle.limit)
    if obstacle.unit == "metres":
        return f"{-(-over // 100) / 10:.1f}"
    return str(-(-over // 60) if obstacle.unit in ("seconds", "clock") else over)


def _car(plan: Plan, vehicle: str, when: Obstacle | Swap, say: Phrases) -> str:
    """Return what a car-day is called: its route and day, or only the vehicle."""
    if when.date is None:
        return vehicle
    own = (r.id for r in plan.routes if (r.vehicle, r.date) == (vehicle, when.date))
    day = say(f"common.day-{when.date.weekday()}")
    return say("reasons.car", name=next(own, vehicle), day=day)
