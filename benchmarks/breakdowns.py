"""Seeded breakdowns of a week: how much a replan changes, held against a plan of the rest afresh.

    python benchmarks/breakdowns.py [--count 200] [--seed 1] [--out build/breakdowns.jsonl]

A breakdown is a moment of the week at which a car is out, or late, or a stop shut, or two of these.
"Afresh" is the rest of the same week searched as if nobody had been told anything: the kernel, by
iterations. Both are held to what was driven; costs are of the rest, without what changes cost.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import Counter
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import bookcar as bc
from bookcar.audit import audit
from bookcar.errors import InfeasibleError
from bookcar.model import District
from bookcar.plan import Plan, Promise
from bookcar.plan_changes import changes, promises_of
from bookcar.replan.desk import Desk
from bookcar.replan.events import Events
from bookcar.replan.jobs import reached
from bookcar.replan.moment import Moment
from bookcar.replan.search import searched
from bookcar.replan.week import replan_week

WEEK = "2026-W49"


def breakdown(plan: Plan, rng: Random) -> Events:
    """Return what happens at some moment while cars are out."""
    route = rng.choice(plan.routes)
    second = rng.randint(route.depart + 600, route.back - 600) // 60 * 60
    at = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(seconds=second)
    cars = sorted({r.vehicle for r in plan.routes})
    to_come = [
        visit.stop
        for r in plan.routes
        for visit in r.halts[reached(r, Events(at=at)) :]
        if r.date >= at.date() and hasattr(visit, "stop")
    ]
    kind = rng.choice(("out", "out", "late", "late", "shut", "late and shut"))
    told: dict[str, Any] = {"at": at}
    if kind == "out":
        told["out"] = (route.vehicle,)
    if "late" in kind:
        told["late"] = {rng.choice(cars): rng.choice((15, 30, 45, 60, 90))}
    if "shut" in kind and to_come:
        told["shut"] = (rng.choice(to_come),)
    return Events(**told)


def afresh(desk: Desk) -> tuple[float, int] | None:
    """Return the cost of the rest searched anew, and the visits that are not as they were told.

    None where the search counts on a break that comes too late after a departure long past.
    """
    start = {k: _numbers(desk, k) for k in desk.rides}
    orders, left = searched(
        desk, start, allows=lambda *_: True, all_of_them=False, seed=1, told=False
    )
    days = desk.prepared.fleet.days
    now, cost = [], sum(desk.worth(number) for number in left)
    for k, order in orders.items():
        driven = desk.driven(k, order)
        if driven is None:
            return None
        cost += driven.cost - _changes(desk, k, order)
        for number, begin in zip(order, driven.times.begin if driven.times else (), strict=True):
            date, vehicle = days[k].date, days[k].vehicle.id
            now.append(
                Promise(stop=desk.jobs[number].stop, date=date, vehicle=vehicle, begin=begin)
            )
    told = [job.told for job in desk.jobs if job.told]
    return cost, sum(c.kind != "same" for c in changes(told, now))


def _changes(desk: Desk, k: int, order: tuple[int, ...]) -> float:
    tasks = (desk.problem.tasks[task] for task in desk.tasks_of(k, order))
    return sum(task.surcharges.get(k, 0.0) for task in tasks)


def _numbers(desk: Desk, k: int) -> tuple[int, ...]:
    return tuple(desk.jobs.index(job) for job in desk.rides[k].jobs)


def measure(tables: District, plan: Plan, events: Events) -> dict[str, Any]:
    """Return what one breakdown makes of the week."""
    began = time.process_time()
    found = replan_week(tables, plan, events)
    seconds = time.process_time() - began
    new = found.taken.plan
    findings = audit(new, found.district, found.travel, was=plan) if new.id != plan.id else []
    now = {(r.date, r.vehicle): r for r in new.routes}
    frozen = all(
        r.halts[:done] == now[r.date, r.vehicle].halts[:done]
        for r in plan.routes
        if (done := reached(r, events))
    )
    moment = Moment.of(tables, plan, events)
    anew = afresh(moment.desk)
    mine = _cost(moment.desk, new)
    left = {job.stop for job in moment.desk.jobs}
    changed = sum(
        c.kind != "same"
        for c in changes(
            [p for p in promises_of(plan) if p.stop in left],
            [p for p in promises_of(new) if p.stop in left],
        )
    )
    return {
        "at": str(events.at),
        "out": events.out,
        "late": dict(events.late),
        "shut": events.shut,
        "rung": found.taken.rung,
        "fetched": sum(len(route.fetched) for route in new.routes),
        "lost": len(new.replanned.lost) if new.replanned else 0,
        "frozen": frozen,
        "findings": findings,
        "changed": changed,
        "anew": anew and anew[1],
        "cost": round(mine, 2),
        "cost_anew": anew and round(anew[0], 2),
        "cpu_s": round(seconds, 2),
    }


def _cost(desk: Desk, new: Plan) -> float:
    """Return the cost of the rest of a plan in the terms of the search, changes left out."""
    at = {(r.date, r.vehicle): r for r in new.routes}
    total, made = 0.0, Counter()
    for k, ride in desk.rides.items():
        route, car = at.get((ride.date, ride.vehicle)), desk.problem.car_days[k]
        if route is None:
            continue
        made.update(v.stop for v in route.halts[ride.done :] if hasattr(v, "stop"))
        metres = sum(leg.metres for leg in route.legs[ride.done :])
        hours = (route.back - (car.starts if ride.begun else route.depart)) / 3600
        used = len(route.halts) > ride.done
        total += (used or ride.begun) * (
            car.fixed_cost + car.cost_km * metres / 1000 + car.cost_hour * hours
        )
    for number, job in enumerate(desk.jobs):
        if job.visit and made[job.stop] == 0:
            required = desk.prepared.district.stops_by_id[job.stop].required
            total += 0.0 if required else desk.worth(number)
    return total


def main() -> None:
    """Measure, line by line, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--district", default="examples/qijiang")
    parser.add_argument("--plan", type=Path, help="a plan.json of its week, to plan none")
    parser.add_argument("--out", type=Path, default=Path("build/breakdowns.jsonl"))
    args = parser.parse_args()
    tables = bc.read(args.district)
    plan = bc.load(args.plan) if args.plan else bc.plan_week(tables, WEEK, effort="quick")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    rows, beyond = [], 0
    with args.out.open("w", encoding="utf-8") as out:
        for seed in range(args.seed, args.seed + args.count):
            try:
                row = {"seed": seed, **measure(tables, plan, breakdown(plan, Random(seed)))}
            except InfeasibleError:  # home too late even by the straight way
                beyond += 1
                continue
            rows.append(row)
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
    print(_table(rows))
    print(f"| beyond the limits whatever is left out | {beyond} |")


def _table(rows: list[dict[str, Any]]) -> str:
    dearer = [row["cost"] / row["cost_anew"] - 1 for row in rows if row["cost_anew"]]
    figures = {
        "breakdowns": len(rows),
        "frozen visits identical": sum(row["frozen"] for row in rows),
        "audit clean": sum(not row["findings"] for row in rows),
        "with a fetch": sum(row["fetched"] > 0 for row in rows),
        "batches fetched, lost": (
            sum(row["fetched"] for row in rows),
            sum(row["lost"] for row in rows),
        ),
        "rungs": dict(Counter(row["rung"] for row in rows)),
        "visits changed, median": median(row["changed"] for row in rows),
        "afresh": median(row["anew"] for row in rows if row["anew"] is not None),
        "dearer than afresh, median": f"{100 * median(dearer):.2f} %",
        "mean": f"{100 * sum(dearer) / len(dearer):.2f} %",
        "CPU seconds, median and most": (
            median(row["cpu_s"] for row in rows),
            max(row["cpu_s"] for row in rows),
        ),
    }
    return "\n".join(f"| {name} | {value} |" for name, value in figures.items())


if __name__ == "__main__":
    main()
