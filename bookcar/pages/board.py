"""The board: every route a column, to move stops by hand and see at once what that breaks.

The page opens from a file, without a server or a network. It saves ``overrides.csv``, which
``bookcar plan --apply`` takes as fixed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import chain, zip_longest
from typing import Any

from bookcar.due import DueStop
from bookcar.model import Depot, District, Window
from bookcar.optimiser.limits import LIMITS, LOADS
from bookcar.optimiser.problem import CarDay, Problem, Task
from bookcar.pages.board_case import BoardCase, board_case
from bookcar.pages.board_map import BoardMap
from bookcar.pages.board_ways import board_places, packed_tables
from bookcar.pages.why_words import WhyWords
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan
from bookcar.planning.fleet import Fleet, FleetDay
from bookcar.planning.visit_options import refusal
from bookcar.roads.travel import Travel
from bookcar.web.colours import DAY_COLOURS
from bookcar.web.markup import Html, bdi, document, tag
from bookcar.web.minimap import Roads
from bookcar.web.names import Names
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.whys import Whys

_SCRIPTS = (
    *("board_ways.js", "board_breaks.js", "board_timing.js", "board_model.js"),
    *("board_kept.js", "board_drag.js", "board_map.js", "board.js"),
)


def board_page(
    plan: Plan,
    district: District,
    travel: Travel,
    *,
    roads: Roads | None = None,
    whys: Whys | None = None,
    language: Language | None = None,
) -> str:
    """Return ``board.html`` of a week.

    Parameters
    ----------
    travel
        Must have the plan's served and unserved stops.
    roads
        The district's roads, whose greater ones lie beneath the routes on the map.
    whys
        Why stops are not served, and what would help, to be told of each.
    language
        ``zh``, ``en`` or ``fr``; None for the plan's own.
    """
    say = Phrases(language or plan.language)
    case = board_case(plan, district, travel)
    places = board_places(case.problem)
    rows = {place: k for k, place in enumerate(places)}
    drawn = BoardMap(plan, case, travel, rows)
    names = Names(district, say.language)
    shown = _Shown(say, names, rows, drawn, travel.meetings)
    folder = resources.files("bookcar.pages")
    return document(
        _header(names.district(district), say),
        tag("section", id="places", aria_label=say("pages.board-places-label"), hidden=True),
        tag(
            "div",
            tag("main", id="columns", aria_label=say("pages.board-columns")),
            tag(
                "aside",
                Html(drawn.ground(roads, names)),
                id="beside",
                aria_label=say("pages.board-map"),
            ),
            class_="work",
        ),
        tag("p", id="said", aria_live="polite", class_="unseen"),
        _footer(plan, say),
        title=f"{say('pages.board')} {names.district(district)} {plan.week}",
        language=say.language,
        css=folder.joinpath("board.css").read_text("utf-8") + page_rule(plan.paper, across=True),
        scripts=[folder.joinpath(name).read_text("utf-8") for name in _SCRIPTS],
        data=_data(plan, case, shown, _texts(plan, whys, say)) | {"map": drawn.data()},
    )


def _texts(plan: Plan, whys: Whys | None, say: Phrases) -> dict[str, str]:
    """Return by stop what serving it would cost, and what takes the least to serve it."""
    words = WhyWords(plan, say)
    told = {} if whys is None else {why.id: words.short(why) for why in whys.stops}
    return {stop: printable(text) for stop, text in told.items()}


def _header(district: str, say: Phrases) -> Html:
    return tag(
        "header",
        tag("h1", say("pages.board"), " ", tag("small", bdi(district))),
        tag("p", id="totals"),
        tag("p", id="state"),
        tag("p", id="kept"),
        tag(
            "p",
            tag(
                "button",
                say("pages.board-show-map"),
                id="show-map",
                type="button",
                aria_pressed="true",
            ),
            " ",
            tag("button", say("pages.board-undo"), id="undo", type="button"),
            " ",
            tag("button", say("pages.board-drop"), id="drop", type="button"),
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


@dataclass(frozen=True)
class _Shown:
    """How places are named, numbered and drawn."""

    say: Phrases
    names: Names
    rows: Mapping[int, int]
    drawn: BoardMap
    afoot: Container[str]


def _data(plan: Plan, case: BoardCase, shown: _Shown, whys: Mapping[str, str]) -> dict[str, Any]:
    say, rows = shown.say, shown.rows
    routes = {(route.vehicle, route.date): route.id for route in plan.routes}
    served = set(chain.from_iterable(case.orders))
    days, tasks = case.fleet.days, case.problem.tasks
    return {
        "plan": plan.id,
        "halves": {h: say(f"common.{h}") for h in ("am", "pm")} if plan.clock == "12h" else None,
        "labels": {
            key.removeprefix("board-"): text
            for key, text in say.topic("pages").items()
            if key.startswith("board-")
        }
        | {f"b-{limit.code}": say(f"limits.{limit.code}.board") for limit in LIMITS},
        "limits": [
            {"code": one.code, "unit": one.unit, "measure": one.measure, "load": one.load}
            for one in LIMITS
        ],
        "ways": packed_tables(case.problem, list(rows)),
        "cars": [
            _car(day, car, rows, name=routes.get((day.vehicle.id, day.date), ""), say=say)
            | {"stocked": stocked}
            for day, car, stocked in zip(days, case.problem.car_days, case.stocked, strict=True)
        ],
        "stops": [
            *(
                _stop(due, task, shown, fleet=case.fleet)
                | _handed(case.problem, number)
                | ({"why": whys[due.stop.id]} if due.stop.id in whys else {})
                for number, (due, task) in enumerate(zip(case.due, tasks, strict=False))
            ),
            *(
                _reload(store, task, shown)
                for store, task in zip(case.stores, tasks[len(case.due) :], strict=True)
            ),
        ],
        "orders": [list(order) for order in case.orders],
        "unserved": [k for k in range(len(case.due)) if k not in served],
    }


def _car(
    day: FleetDay, car: CarDay, rows: Mapping[int, int], *, name: str, say: Phrases
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
        "hue": DAY_COLOURS[day.date.weekday()],
        "table": car.table,
        "start": rows[car.start],
        "end": rows[car.end],
        "starts": car.starts,
        "break_s": car.break_s,
        "by_driving": car.break_rule == "driving",
        "most": [limit.of_car(car) for limit in LIMITS],
    }


def _reload(store: Depot, task: Task, shown: _Shown) -> dict[str, Any]:
    return {
        "id": store.id,
        "name": shown.names.place(store),
        "reload": True,
        "location": shown.rows[task.location],
        "spot": shown.drawn.spot(store.id),
        "service": task.service_s,
        "windows": [list(window) for window in store.windows],
        "drop": _loads(task.delivers),
        "collect": _loads(task.collects),
        "refused": {},
    }


def _loads(amounts: Iterable[int]) -> list[int]:
    """Return what a task moves of each load."""
    return [amount for _, amount in zip_longest(LOADS, amounts, fillvalue=0)]


def _handed(problem: Problem, task: int) -> dict[str, Any]:
    """Return what other stops hand on to one, by their numbers; nothing where none does."""
    own = [[one.giver, _loads(one.loads)] for one in problem.hand_ons if one.taker == task]
    return {"handed": own} if own else {}


def _stop(due: DueStop, task: Task, shown: _Shown, *, fleet: Fleet) -> dict[str, Any]:
    stop, carried = due.stop, due.stop.id in fleet.crews
    kind = shown.say(f"common.kind-{stop.kind}")
    refused = [refusal(due, day, fleet.crews, shown.afoot) for day in fleet.days]
    return {
        "id": stop.id,
        "name": shown.names.place(stop),
        "about": " · ".join(filter(None, (kind, shown.names.area(stop.area)))),
        "school": stop.kind == "school",
        "required": stop.required,
        "location": shown.rows[task.location],
        "spot": shown.drawn.spot(stop.id),
        "service": task.service_s,
        "windows": [list(window) for window in (_met(task) if carried else stop.windows)],
        "drop": _loads(task.delivers),
        "collect": _loads(task.collects),
        "refused": {k: why for k, why in enumerate(refused) if why is not None},
    }


def _met(task: Task) -> list[Window]:
    """Return when carriers can be met on each day on which they come: the board knows no dates."""
    every = [windows for windows in task.windows.values() if windows]
    found = list(every[0]) if every else []
    for windows in every[1:]:
        pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in found for b in windows)
        found = sorted({(o, c) for o, c in pairs if c - o >= task.service_s})
    return found
