"""A district of four stops and a plan of two routes made by hand, clean in every rule.

Every leg is 10 km and 600 s, 840 s with the buffer. R01 (Monday, car V) brings a batch to the
village S1, takes the old one back, and waits for the school S2 to open. R02 (Tuesday, car W, which
must rest early) brings a batch to the bookhouse S3 after a break. S4 is due and reached on foot.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from builders import MONDAY, H, batch, district, past_visit, stop, vehicle
from calls import changed

from bookcar import __version__
from bookcar.audit import audit
from bookcar.due import due_stops
from bookcar.errors import Finding
from bookcar.model import District, Place, Request, Title
from bookcar.phrases.sentence import Sentence
from bookcar.plan import (
    Break,
    Leg,
    Objective,
    Plan,
    PlanBatch,
    PlanRequest,
    PlanStop,
    PlanVehicle,
    Provenance,
    Route,
    Totals,
    Unserved,
    Visit,
)
from bookcar.roads.travel import Table, Travel

ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")
"""Two English words: neither ids nor names of fields."""

LEG = Leg(seconds=840, metres=10_000)

NOTE = (Sentence(key="common.roads-matrix", figures={"file": "own.csv"}),)


@dataclass(frozen=True)
class Audited:
    """A plan with what it is audited against; every method returns a changed copy."""

    plan: Plan
    district: District
    travel: Travel

    def findings(self, **known: Any) -> list[Finding]:
        """Return what the audit finds; all told in Chinese without an English word."""
        found = audit(self.plan, self.district, self.travel, **known)
        for finding in found:
            told = finding.text_in("zh").removeprefix(finding.rule)
            assert not ENGLISH.search(told), told
        return found

    def broken(self, **known: Any) -> set[str]:
        """Return the names of the rules broken."""
        return {finding.partition(":")[0] for finding in self.findings(**known)}

    def with_plan(self, **fields: Any) -> Audited:
        plan = msgspec.structs.replace(self.plan, **fields)
        return replace(self, plan=plan if "id" in fields else plan.with_id())

    def with_route(self, number: int, **fields: Any) -> Audited:
        routes = list(self.plan.routes)
        routes[number] = changed(routes[number], **fields)
        return self.with_plan(routes=tuple(routes))

    def with_visit(self, route: int, number: int, **fields: Any) -> Audited:
        visits = list(self.plan.routes[route].visits)
        visits[number] = msgspec.structs.replace(visits[number], **fields)
        return self.with_route(route, visits=tuple(visits))

    def with_district(self, **fields: Any) -> Audited:
        return replace(self, district=msgspec.structs.replace(self.district, **fields))

    def with_row(self, table: str, row_id: str, **fields: Any) -> Audited:
        """Change a row of the district and the plan's copy of it alike."""
        rows = _changed(getattr(self.district, table), row_id, fields)
        copies = getattr(self.plan, table)
        known = {k: v for k, v in fields.items() if k in copies[0].__struct_fields__}
        changed = self.with_district(**{table: rows})
        return changed.with_plan(**{table: _changed(copies, row_id, known)})


def _changed(rows: tuple[Any, ...], row_id: str, fields: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(msgspec.structs.replace(r, **fields) if r.id == row_id else r for r in rows)


def clean() -> Audited:
    tables = _district()
    return Audited(_plan(tables), tables, _travel(tables))


def listed(case: Audited) -> Audited:
    """Return the plan with a list of titles known of B1: what Q1 asks for, once."""
    titles = (Title(title="A book"),)
    known = case.with_district(titles={"b1.csv": titles}).with_row("batches", "B1", titles="b1.csv")
    batches = known.plan.batches
    return known.with_plan(batches=_changed(batches, "B1", {"contents": titles}))


def to_find(case: Audited) -> Audited:
    """Return the plan with Q1 to be looked for, instead of brought."""
    (copy,) = case.plan.requests
    found = msgspec.structs.replace(copy, carried="none", in_batch=None)
    return case.with_plan(requests=(found,)).with_visit(0, 0, requests=(), to_find=("Q1",))


def _district() -> District:
    return district(
        stop("S1"),
        stop("S2", kind="school", windows=((9 * H, 16 * H),), area="North"),
        stop("S3", kind="bookhouse"),
        stop("S4", access="foot"),
        stop("S5", every_weeks=8),
        vehicles=(vehicle("V", kg=500), vehicle("W", break_s=600, break_after_s=2_040)),
        batches=(
            batch("B1"),
            batch("B2"),
            batch("B3"),
            batch("OLD", at="S1"),
            batch("STAYS", at="S3"),
        ),
        visits=(
            past_visit("S1", MONDAY - dt.timedelta(weeks=6), batch="OLD", action="dropped"),
            past_visit("S5", MONDAY - dt.timedelta(weeks=2)),
        ),
        requests=(Request(id="Q1", date=MONDAY, stop="S1", title="A book"),),
        inputs={"stops.csv": "aa"},
    )


def _travel(tables: District) -> Travel:
    places = (*(d.id for d in tables.depots), *(s.id for s in tables.stops))
    others = 1 - np.eye(len(places), dtype=np.int32)
    table = Table(seconds=600 * others, metres=10_000 * others)
    return Travel(places=places, tables={"car": table}, estimated=False, note=NOTE)


def _plan(tables: District) -> Plan:
    due = {d.stop.id: d for d in due_stops(tables, MONDAY)}
    stops = tuple(
        copy_of(
            PlanStop,
            s,
            why_not=msgspec.UNSET,
            rule=msgspec.UNSET,
            **{k: getattr(due[s.id], k) for k in ("weeks_since", "overdue", "due")},
        )
        for s in tables.stops
    )
    plan = Plan(
        district=tables.name,
        week="2026-W49",
        language="en",
        time_zone="UTC",
        estimated=False,
        road_note=NOTE,
        provenance=Provenance(
            bookcar=__version__,
            folder="testshire",
            inputs={"stops.csv": "aa"},
            seed=1,
            effort="quick",
            iterations=0,
        ),
        depots=tuple(copy_of(Place, d) for d in tables.depots),
        vehicles=tuple(copy_of(PlanVehicle, v) for v in tables.vehicles),
        stops=stops,
        batches=tuple(
            copy_of(PlanBatch, b, contents=()) for b in tables.batches if b.id != "STAYS"
        ),
        requests=tuple(
            copy_of(PlanRequest, r, carried="along", in_batch=None) for r in tables.requests
        ),
        routes=(_monday(), _tuesday()),
        unserved=(Unserved(stop="S4", reason="foot-only"),),
        totals=Totals(
            stops=5,
            due=4,
            served=3,
            unserved=1,
            routes=2,
            metres=50_000,
            seconds=5_640 + 3_480,
            books=150,
            batches_dropped=3,
            batches_collected=1,
            visits=3,
        ),
        objective=_objective(),
    )
    return plan.with_id()


def _objective() -> Objective:
    """50 km at 1 a km; S1 keeps its Monday, and of the others no visit is recorded."""
    terms = {"fixed": 0.0, "km": 50.0, "hours": 0.0, "changes": 0.0}
    terms |= {"balance": 0.0, "prizes_lost": 0.0}
    return Objective(terms=terms, cost=50.0, bound=48.0, gap=0.0417)


def copy_of(kind: Any, row: Any, **more: Any) -> Any:
    return kind(**{f: getattr(row, f) for f in kind.__struct_fields__ if f not in more}, **more)


def _monday() -> Route:
    t = 8 * H
    return Route(
        id="R01",
        date=MONDAY,
        vehicle="V",
        depot="D",
        depart=t,
        back=t + 5_640,
        calls=(
            Visit(
                stop="S1",
                leg=LEG,
                arrive=t + 840,
                begin=t + 840,
                depart=t + 2_040,
                drops=("B1",),
                collects=("OLD",),
                requests=("Q1",),
                books=100,
                kg=40,
            ),
            Visit(
                stop="S2",
                leg=LEG,
                arrive=t + 2_880,
                begin=9 * H,
                depart=9 * H + 1_200,
                drops=("B2",),
                books=50,
                kg=20,
            ),
        ),
        last_leg=LEG,
        metres=30_000,
        drive_s=2_520,
        service_s=2_400,
        wait_s=720,
        books_out=100,
        kg_out=40,
        peak_books=100,
        peak_kg=40,
    )


def _tuesday() -> Route:
    t = 8 * H
    return Route(
        id="R02",
        date=MONDAY + dt.timedelta(days=1),
        vehicle="W",
        depot="D",
        depart=t,
        back=t + 3_480,
        calls=(
            Break(moment="before", begin=t + 840, end=t + 1_440),
            Visit(
                stop="S3",
                leg=LEG,
                arrive=t + 840,
                begin=t + 1_440,
                depart=t + 2_640,
                drops=("B3",),
            ),
        ),
        last_leg=LEG,
        metres=20_000,
        drive_s=1_680,
        service_s=1_200,
        wait_s=0,
        books_out=50,
        kg_out=20,
        peak_books=50,
        peak_kg=20,
    )
