"""The board: every route a column, to move stops by hand and see at once what that breaks.

The page opens from a file, without a server or a network. It saves ``overrides.csv``, which
``bookcar plan --apply`` takes as fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import count
from typing import Any

import numpy as np

from bookcar.batches.holdings import collectable
from bookcar.due import DueStop, due_stops
from bookcar.inputs.movements import as_of
from bookcar.manifests.markup import Html, bdi, document, tag
from bookcar.manifests.text import printable
from bookcar.model import Batch, Depot, District
from bookcar.optimiser.problem import CarDay, Problem, Task
from bookcar.pages.timeline import HUES
from bookcar.phrases import Phrases
from bookcar.plan import Plan, Reload
from bookcar.planning.breaches import refusal
from bookcar.planning.errands import Errand, Fleet, FleetDay, fleet_of
from bookcar.planning.week_problem import week_problem
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week

_SCRIPTS = ("board_timing.js", "board_model.js", "board.js")


@dataclass(frozen=True, kw_only=True)
class BoardCase:
    """What the board shows, in the numbers the search works on.

    Attributes
    ----------
    fleet
        Every car-day of the week, with a route or without.
    due
        The stops of the visits on the board, each a task of the problem: those made, then those
        missing. A stop with two visits a week is there twice.
    stores
        The depots of the reloads in the plan: the tasks after those of the stops.
    problem
        Its tasks may be served on every car-day; what a stop does not allow is told apart.
    orders
        By car-day: the tasks of its route in the plan, in order.
    """

    fleet: Fleet
    due: tuple[DueStop, ...]
    stores: tuple[Depot, ...]
    problem: Problem
    orders: tuple[tuple[int, ...], ...]


def board_case(plan: Plan, district: District, travel: Travel) -> BoardCase:
    """Return the stops of a plan, served and unserved, as tasks with what they move.

    A stop served drops the batches of its visit. One unserved counts with the books it wants, at
    the mean weight of the district's books; which batches it gets is settled when it is planned.
    """
    monday = parse_week(plan.week)
    district = as_of(district, monday)
    fleet = _with_calls_of(plan, fleet_of(district, monday))
    by_id = {d.stop.id: d for d in due_stops(district, monday)}
    depots = {depot.id: depot for depot in district.depots}
    errands = list(_errands(plan, district, by_id, everywhere=tuple(range(len(fleet.days)))))
    problem = week_problem(errands, fleet, travel, settings=district.settings)
    return BoardCase(
        fleet=fleet,
        due=tuple(errand.due for errand in errands),
        stores=tuple(depots[call.place] for call in fleet.calls),
        problem=problem,
        orders=_orders(plan, fleet, reloads_from=len(errands)),
    )


def _with_calls_of(plan: Plan, fleet: Fleet) -> Fleet:
    """Return the fleet with the reloads that the plan makes, in its order, and no others."""
    days = {(day.vehicle.id, day.date): k for k, day in enumerate(fleet.days)}
    calls = []
    for route in plan.routes:
        free = [c for c in fleet.calls if c.car_day == days.get((route.vehicle, route.date))]
        for reload in route.reloads:
            call = next(call for call in free if call.place == reload.place)
            free.remove(call)
            calls.append(call)
    return replace(fleet, calls=tuple(calls))


def _errands(
    plan: Plan, district: District, by_id: Mapping[str, DueStop], *, everywhere: tuple[int, ...]
) -> Iterator[Errand]:
    """Yield an errand for every visit made, in the order of the routes, then for those missing.

    What a stop holds goes with its first visit, so a second one that is missing collects nothing.
    """
    batches = {batch.id: batch for batch in district.batches}
    for visit in (visit for route in plan.routes for visit in route.visits):
        yield Errand(
            due=by_id[visit.stop],
            prize=0.0,
            fleet=everywhere,
            drops=tuple(batches[name] for name in visit.drops),
            collects=tuple(batches[name] for name in visit.collects),
        )
    for row in plan.unserved:
        due = by_id[row.stop]
        for number in range(row.made, due.stop.visits_a_week):
            yield Errand(
                due=due,
                prize=0.0,
                fleet=everywhere,
                drops=_wanted(district, due),
                collects=() if number else collectable(district, due.stop),
            )


def _wanted(district: District, due: DueStop) -> tuple[Batch, ...]:
    """Return the books a stop wants as one batch of the district's mean weight per book."""
    books = sum(batch.books for batch in district.batches)
    kg = sum(batch.kg for batch in district.batches)
    wanted = due.stop.books
    if not wanted:
        return ()
    return (Batch(id="", at="", books=wanted, kg=round(wanted * kg / books) if books else 0),)


def _orders(plan: Plan, fleet: Fleet, *, reloads_from: int) -> tuple[tuple[int, ...], ...]:
    orders: dict[tuple[str, object], tuple[int, ...]] = {}
    visits, reloads = count(), count(reloads_from)
    for route in plan.routes:
        orders[route.vehicle, route.date] = tuple(
            next(reloads if isinstance(call, Reload) else visits) for call in route.calls
        )
    return tuple(orders.get((day.vehicle.id, day.date), ()) for day in fleet.days)


def board_page(
    plan: Plan, district: District, travel: Travel, *, language: str | None = None
) -> str:
    """Return ``board.html`` of a week.

    Parameters
    ----------
    travel
        Must have the plan's served and unserved stops.
    language
        ``zh`` or ``en``; None for the plan's own.
    """
    say = Phrases(language or plan.language)
    case = board_case(plan, district, travel)
    folder = resources.files("bookcar.pages")
    return document(
        _header(plan, say),
        tag("main", id="columns", aria_label=say("pages.board-columns")),
        tag("p", id="said", aria_live="polite", class_="unseen"),
        _footer(plan, say),
        title=f"{say('pages.board')} {printable(plan.district)} {plan.week}",
        language=say.language,
        css=folder.joinpath("board.css").read_text("utf-8"),
        scripts=[folder.joinpath(name).read_text("utf-8") for name in _SCRIPTS],
        data=_data(plan, case, say),
    )


def _header(plan: Plan, say: Phrases) -> Html:
    return tag(
        "header",
        tag("h1", say("pages.board"), " ", tag("small", bdi(printable(plan.district)))),
        tag("p", id="totals"),
        tag("p", id="state"),
        tag(
            "p",
            tag("button", say("pages.board-undo"), id="undo", type="button"),
            " ",
            tag("button", say("pages.board-save"), id="save", type="button"),
            class_="buttons",
        ),
        tag("p", say("pages.board-help"), class_="help"),
        tag("noscript", say("pages.board-script")),
    )


def _footer(plan: Plan, say: Phrases) -> Html:
    command = f"bookcar plan {printable(plan.provenance.folder)} --week {plan.week}"
    return tag(
        "footer",
        tag(
            "p",
            say("pages.board-apply"),
            " ",
            tag("code", f"{command} --apply overrides.csv --keep"),
        ),
        tag("p", say("pages.board-loads"), " ", say("common.internal")),
    )


def _data(plan: Plan, case: BoardCase, say: Phrases) -> dict[str, Any]:
    places = _places(case.problem)
    rows = {place: k for k, place in enumerate(places)}
    routes = {(route.vehicle, route.date): route.id for route in plan.routes}
    served = sum(len(route.visits) for route in plan.routes)
    days, tasks = case.fleet.days, case.problem.tasks
    return {
        "plan": plan.id,
        "halves": {h: say(f"common.{h}") for h in ("am", "pm")} if plan.clock == "12h" else None,
        "labels": {
            key.removeprefix("board-"): text
            for key, text in say.topic("pages").items()
            if key.startswith("board-")
        },
        "tables": [
            {
                "size": len(places),
                "seconds": _flat(t.seconds, places),
                "metres": _flat(t.metres, places),
            }
            for t in case.problem.tables
        ],
        "cars": [
            _car(day, car, rows, name=routes.get((day.vehicle.id, day.date), ""), say=say)
            for day, car in zip(days, case.problem.car_days, strict=True)
        ],
        "stops": [
            *(
                _stop(due, task, rows[task.location], days=days, say=say)
                for due, task in zip(case.due, tasks, strict=False)
            ),
            *(
                _reload(store, task, rows[task.location])
                for store, task in zip(case.stores, tasks[len(case.due) :], strict=True)
            ),
        ],
        "orders": [list(order) for order in case.orders],
        "unserved": list(range(served, len(case.due))),
    }


def _places(problem: Problem) -> list[int]:
    """Return the locations the board needs, ascending."""
    ends = (place for car in problem.car_days for place in (car.start, car.end))
    return sorted({*ends, *(task.location for task in problem.tasks)})


def _flat(table: np.ndarray[Any, np.dtype[np.int32]], places: Sequence[int]) -> list[int]:
    numbers: list[int] = table[np.ix_(places, places)].ravel().tolist()
    return numbers


def _car(
    day: FleetDay, car: CarDay, rows: dict[int, int], *, name: str, say: Phrases
) -> dict[str, Any]:
    weekday = say(f"common.day-{day.date.weekday()}")
    vehicle = day.vehicle
    return {
        "date": day.date.isoformat(),
        "vehicle": vehicle.id,
        "route": printable(name),
        "label": printable(f"{weekday} {day.date.isoformat()[5:]}"),
        "name": printable(vehicle.name or vehicle.id),
        "driver": printable(vehicle.driver),
        "hue": HUES[day.date.weekday()],
        "table": car.table,
        "start": rows[car.start],
        "end": rows[car.end],
        "starts": car.starts,
        "ends": car.ends,
        "max_seconds": car.max_seconds,
        "max_metres": car.max_metres,
        "max_stops": car.max_stops,
        "books": car.books,
        "kg": car.kg,
        "break_s": car.break_s,
        "break_after_s": car.break_after_s,
    }


def _reload(store: Depot, task: Task, location: int) -> dict[str, Any]:
    return {
        "id": store.id,
        "name": printable(store.name),
        "reload": True,
        "location": location,
        "service": task.service_s,
        "windows": [list(window) for window in store.windows],
        "drop": {"books": 0, "kg": 0},
        "collect": {"books": 0, "kg": 0},
        "refused": {},
    }


def _stop(
    due: DueStop, task: Task, location: int, *, days: Iterable[FleetDay], say: Phrases
) -> dict[str, Any]:
    stop = due.stop
    refused = [refusal(due, day) for day in days]
    return {
        "id": stop.id,
        "name": printable(stop.name),
        "about": " · ".join(filter(None, (say(f"common.kind-{stop.kind}"), printable(stop.area)))),
        "school": stop.kind == "school",
        "required": stop.required,
        "location": location,
        "service": task.service_s,
        "windows": [list(window) for window in stop.windows],
        "drop": {"books": task.drop_books, "kg": task.drop_kg},
        "collect": {"books": task.collect_books, "kg": task.collect_kg},
        "refused": {k: why for k, why in enumerate(refused) if why is not None},
    }
