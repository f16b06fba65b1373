"""What the routes leave of the carriers' days, for stops that nobody carries to yet.

Days of carriers are dealt out before the routes are searched. Which of them come to nothing, and
how much of the others is left, is known only afterwards: then each stop on foot that is not
visited is tried with everybody who serves it, at each of its meeting places, beside what they do
as it is. So a carrier may go to several stops on one day, one after the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bookcar.due import DueStop
from bookcar.model import Carrier, Window
from bookcar.optimiser.problem import Problem, Task
from bookcar.planning.fleet import Fleet
from bookcar.planning.on_foot import crew_on, crews_at, loads_of
from bookcar.planning.prepared import Prepared
from bookcar.planning.rounds import week_cost, with_all_that_fits
from bookcar.planning.tours import Crew, Shift
from bookcar.planning.visit_options import VisitOption, options_of, places_reached
from bookcar.planning.week import Week
from bookcar.planning.week_problem import visiting_of

_Key = tuple[str, dt.date]


def plan_shared(prepared: Prepared, week: Week) -> tuple[Week, Prepared]:
    """Return a week with what is left of the carriers' days put to use, and who carries in it.

    What a visit brings back may be what another stop lacked: all are tried until none is found.
    """
    if not prepared.travel.meetings or week.interrupted:
        return week, prepared
    before = None
    while before is not week:
        before = week
        for due in missing_on_foot(prepared, week):
            found = _with_visit(prepared, week, due)
            while found is not None:
                week, prepared = found
                found = _with_visit(prepared, week, due) if _lacks(due, week) else None
    return week, prepared


def looked_at_on_foot(prepared: Prepared, week: Week) -> Iterator[tuple[Prepared, Week]]:
    """Yield what is prepared, and the week, as each stop on foot that lacks a visit sees them.

    That is with what is left of the carriers who serve it, as if the others did not come any more;
    what those carriers do as it is stays at its time. Where one of several crews could come, the
    stop is seen once with each.
    """
    missing = missing_on_foot(prepared, week)
    crews = _as_made(prepared, week, {one.stop.id for one in missing})
    able = {one.stop.id: _able_beside(prepared, week, one, crews) for one in missing}
    for turn in range(max(map(len, able.values()), default=0)):
        here = [one for one in missing if turn < len(able[one.stop.id])]
        own = {**crews, **{one.stop.id: able[one.stop.id][turn] for one in here}}
        other = replace(
            prepared.with_crews({stop: crew for stop, crew in own.items() if crew is not None}),
            due=tuple(here),
        )
        yield other, seen_with(other, week)


def _able_beside(
    prepared: Prepared, week: Week, due: DueStop, crews: Mapping[str, Crew]
) -> list[Crew | None]:
    """Return the crews that could come to a stop beside what they do; one that is none if none can.

    Where it is visited already and they cannot come again, those who come there are the only ones.
    """
    stop = due.stop.id
    able = [c for c in _beside(prepared, week, due) if _keeps_ways(week, {**crews, stop: c})]
    return [*able] or [crews.get(stop) if _made(week, stop) else None]


def missing_on_foot(prepared: Prepared, week: Week) -> list[DueStop]:
    """Return the stops on foot that lack a visit, the most important first.

    Those that somebody took out are not among them.
    """
    return sorted(
        (
            one
            for one in prepared.due
            if one.due
            and one.stop.id in prepared.travel.meetings
            and one.stop.id not in week.left_out
            and _lacks(one, week)
        ),
        key=lambda d: (not d.stop.required, -d.stop.priority, -d.overdue, d.stop.id),
    )


def _lacks(due: DueStop, week: Week) -> bool:
    return len(_made(week, due.stop.id)) < due.stop.visits_a_week


def _with_visit(prepared: Prepared, week: Week, due: DueStop) -> tuple[Week, Prepared] | None:
    """Return a better week with one visit more to a stop, by the first who can come."""
    for crew in _beside(prepared, week, due):
        crews = {**_as_made(prepared, week, {due.stop.id}), due.stop.id: crew}
        if not _keeps_ways(week, crews):
            continue
        other = prepared.with_crews(crews)
        seen = seen_with(other, week)
        longer = with_all_that_fits(
            other, seen, options=options_of(other), asked=frozenset({due.stop.id})
        )
        if longer is not seen and _unlevelled(longer) < _unlevelled(seen):
            return longer, other
    return None


def _unlevelled(week: Week) -> tuple[int, float]:
    """Return what a week costs but for uneven days: nobody waits that these may be level."""
    return week_cost(replace(week, problem=replace(week.problem, levels=())))


def _keeps_ways(week: Week, crews: Mapping[str, Crew]) -> bool:
    """Tell whether each visit made on foot goes on as it does: the car waits, or hands over.

    With further days a crew may hand over where it could only have the car wait on the day of a
    visit that is made already; the car's time there is settled.
    """
    fleet = replace(week.fleet, crews=crews)
    for route in week.routes:
        for option in week.made(route):
            before = visiting_of(option, week.fleet)
            after = visiting_of(option, fleet)
            if before is None:
                continue
            if after is None or (after.waits, after.service_s) != (before.waits, before.service_s):
                return False
    return True


def _beside(prepared: Prepared, week: Week, due: DueStop) -> Iterator[Crew]:
    """Yield who can carry to a stop beside what they do in the week, from each place.

    Those come first who have days for most of its visits. Places that no car reaches count only
    where nobody can carry from another. A stop that is visited already is met where it is, by the
    same.
    """
    stop, dates = due.stop.id, prepared.fleet.dates
    made = _made(week, stop)
    out = [one for one in _outs(week) if one.stop != stop or one.date in made]
    shifts = _left_of(prepared.district.carriers, dates, out)
    if made:
        crew = prepared.fleet.crews[stop]
        pinned = _pinned(crew, [one for one in out if one.stop == stop])
        free = crew_on(prepared.district, due, crew.carriers, dates=dates, meeting=crew.meeting)
        free = free.on(sorted(free.dates | set(made)), {**shifts, **pinned})
        able = free.visiting(*loads_of(prepared.district, due, dates)).windows
        yield free.on(sorted({*able, *made}))
        return
    travel = prepared.travel
    reached = places_reached(prepared.district, travel, due.stop)
    cut_off = [n for n in range(len(travel.meetings[stop])) if n not in reached]
    for places in (reached, cut_off):
        ways = [travel.meeting_at({stop: place}) for place in places]
        every = (crews_at(prepared.district, due, dates, at, shifts=shifts) for at in ways)
        crews = [crew for some in every for crew in some if crew.dates]
        if crews:
            yield from sorted(crews, key=lambda crew: -_visits_on(prepared.fleet, due, crew))
            return


def _visits_on(fleet: Fleet, due: DueStop, crew: Crew) -> int:
    """Return how many of a stop's visits are far enough apart on days on which a crew can come."""
    own = due.stop.vehicles
    days = {day.date for day in fleet.days if not own or day.vehicle.id in own}
    count, last = 0, dt.date.min
    for day in sorted(crew.dates & days):
        if (day - last).days >= due.stop.days_between:
            count, last = count + 1, day
    return min(count, due.stop.visits_a_week)


@dataclass(frozen=True)
class _Out:
    """What a carrier walks for a visit of the week."""

    carrier: str
    stop: str
    date: dt.date
    leaves: int
    home: int
    metres: int


def _outs(week: Week) -> list[_Out]:
    """Return what all carriers walk for the visits made."""
    found = []
    for route in week.routes:
        date = week.fleet.days[route.car_day].date
        calls = week.calls(route)
        ends = {
            call.again: leave
            for call, leave in zip(calls, route.schedule.leave, strict=True)
            if isinstance(call, VisitOption) and call.again
        }
        for call, begin in zip(calls, route.schedule.begin, strict=True):
            if not isinstance(call, VisitOption):
                continue
            crew, visiting = week.fleet.crews.get(call.due.stop.id), visiting_of(call, week.fleet)
            if crew is None or visiting is None:
                continue
            end = ends.get(call.key, begin + visiting.service_s)
            found += [
                _Out(
                    carrier=carrier.id,
                    stop=call.due.stop.id,
                    date=date,
                    leaves=begin - tour.before_s,
                    home=end + tour.after_s,
                    metres=tour.metres,
                )
                for carrier, tour in zip(crew.carriers, visiting.tours, strict=True)
            ]
    return found


def _made(week: Week, stop: str) -> list[dt.date]:
    """Return the days on which a stop is visited."""
    return [
        week.fleet.days[route.car_day].date
        for route in week.routes
        for option in week.made(route)
        if option.due.stop.id == stop and not option.again
    ]


def _left_of(
    carriers: Sequence[Carrier], dates: Sequence[dt.date], out: Sequence[_Out]
) -> dict[_Key, Shift]:
    """Return what carriers have left of the days on which they are out."""
    found = {}
    for carrier in carriers:
        for date in dates:
            own = [one for one in out if (one.carrier, one.date) == (carrier.id, date)]
            if own:
                bounds = [carrier.starts, *_bounds(own), carrier.ends]
                gaps = zip(bounds[::2], bounds[1::2], strict=True)
                left = carrier.metres - sum(one.metres for one in own)
                windows = tuple((a, b) for a, b in gaps if a < b)
                found[carrier.id, date] = Shift(windows=windows, metres=left)
    return found


def _bounds(out: Sequence[_Out]) -> Iterator[int]:
    for one in sorted(out, key=lambda one: one.leaves):
        yield from (one.leaves, one.home)


def _pinned(crew: Crew, out: Sequence[_Out]) -> dict[_Key, Shift]:
    """Return the shifts of a crew that stays as it is."""
    return {
        (one.carrier, one.date): Shift(windows=((one.leaves, one.home),), metres=one.metres)
        for one in out
        if one.carrier in {carrier.id for carrier in crew.carriers}
    }


def _as_made(prepared: Prepared, week: Week, wanting: Collection[str]) -> dict[str, Crew]:
    """Return the crews as they are out, those whose carriers serve a stop that is wanting.

    Those who come for nothing have no days any more.
    """
    out, found = _outs(week), {}
    for stop, crew in prepared.fleet.crews.items():
        own = [one for one in out if one.stop == stop]
        if not own:
            found[stop] = crew.on([])
        elif any(set(wanting) & set(carrier.stops) for carrier in crew.carriers):
            found[stop] = crew.on(sorted({one.date for one in own}), _pinned(crew, own))
        else:
            found[stop] = crew
    return found


def seen_with(prepared: Prepared, week: Week) -> Week:
    """Return a week with the carriers of what is prepared, and what they can come for."""
    able = {option.key: option for option in options_of(prepared)}
    made, afoot = week.dates(), prepared.travel.meetings
    fleet = replace(week.fleet, crews=prepared.fleet.crews)

    def own(option: VisitOption) -> VisitOption:
        if option.key in made or option.due.stop.id not in afoot:
            return option
        return replace(option, fleet=able[option.key].fleet if option.key in able else ())

    options = tuple(map(own, week.options))
    known = {option.key for option in (*week.options, *week.unsupplied)}
    return replace(
        week,
        fleet=fleet,
        options=options,
        unsupplied=(
            *map(own, week.unsupplied),
            *(option for key, option in able.items() if key not in known),
        ),
        problem=replace(
            week.problem,
            tasks=tuple(_tasks(week.problem, options, fleet, made, times=_of_second_calls(week))),
        ),
    )


def _of_second_calls(week: Week) -> dict[str, Window]:
    """Return when each visit in two calls, and each second call, begins and is over, by its key."""
    return {
        call.key: (begin, leave)
        for route in week.routes
        for call, begin, leave in zip(
            week.calls(route), route.schedule.begin, route.schedule.leave, strict=True
        )
        if isinstance(call, VisitOption) and (call.later or call.again)
    }


def _tasks(
    problem: Problem,
    options: Sequence[VisitOption],
    fleet: Fleet,
    made: Collection[str],
    *,
    times: Mapping[str, Window],
) -> Iterator[Task]:
    """Yield the tasks of a problem, those made on foot when their carriers can be met now.

    Where the same carriers could go elsewhere, too, both calls of a visit stay at their ``times``.
    """
    for task, option in zip(problem.tasks, options, strict=False):
        if option.key in times:
            stays = bool(fleet.crews[option.due.stop.id].shifts)
            hours = dict.fromkeys(task.windows, (times[option.key],))
            yield replace(task, windows=hours) if stays else task
            continue
        visiting = visiting_of(option, fleet)
        if visiting is None or option.key not in made:
            yield task
            continue
        windows = {day: visiting.windows.get(fleet.horizon.dates[day], ()) for day in task.windows}
        yield replace(task, windows=windows)
    yield from problem.tasks[len(options) :]
