"""Any sequence of planning, planning again, closing and taking back: each batch is in one place."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from cli.county import write_county
from records.weeks import plan_again, rows_of, write_again, write_rows

import bookcar as bc
from bookcar.audit import audit
from bookcar.errors import InfeasibleError, UsageError
from bookcar.model import District
from bookcar.plan import Fetch, Plan, Visit
from bookcar.records.ledger import read_ledger
from bookcar.weeks import parse_week, week_name

STOPS = ("S3,Cime,village,1.03,45.02,60,road", "S4,Dun,bookhouse,0.98,45.03,40,road")
BATCHES = [f"B{i},{40 + 20 * (i % 2)},LIB" for i in range(1, 9)]
CARS = "id,depot,books,max_km,max_hours,max_stops,days\nV,LIB,500,200,8,2,\nW,LIB,500,200,8,2,\n"
STEPS = 10


class _Library:
    """A district that is planned, driven and closed by chance; it remembers what it was."""

    def __init__(self, top: Path, seed: int) -> None:
        self.top, self.rng = top, random.Random(seed)
        self.district = write_county(top / "county", stops=STOPS, batches=BATCHES)
        (self.district / "vehicles.csv").write_text(CARS, "utf-8")
        settings = (self.district / "district.toml").read_text("utf-8")
        (self.district / "district.toml").write_text(
            settings.replace("[week]\n", "[week]\nevery_weeks = 1\n"), "utf-8"
        )
        self.monday = parse_week("2026-W40")
        self.was = [self.state()]
        self.again: Counter[str] = Counter()

    def state(self) -> dict[str, bytes]:
        """Return every file of the district."""
        files = (p for p in self.district.rglob("*") if p.is_file())
        return {p.relative_to(self.district).as_posix(): p.read_bytes() for p in files}

    def close(self) -> None:
        """Plan the next week, let it go as chance will, and close it."""
        self.monday += dt.timedelta(weeks=1)
        plan, folder = plan_again(self.top, self.district, week_name(self.monday))
        for _ in range(self.rng.choice((0, 1, 1, 2)) if plan.routes else 0):
            plan = self.replan(plan, folder)
        self._drive(folder / "visits.csv")
        closing = bc.close_week(folder, self.district)
        assert bc.close_week(folder, self.district).was_closed
        assert bc.read(self.district) == closing.after
        self.was.append(self.state())

    def replan(self, plan: Plan, folder: Path) -> Plan:
        """Let something happen in mid-week; every batch is in one place then, too."""
        tables, happens = bc.read(self.district), self._happens(plan)
        try:
            found = bc.replan_week(tables, plan, happens)
        except InfeasibleError:
            return plan
        new = found.taken.plan
        if new.id == plan.id:
            return plan
        assert audit(new, found.district, found.travel, was=plan) == []
        _follow(new, tables)
        self.again["fetched"] += any(route.fetches for route in new.routes)
        self.again[found.taken.rung] += 1
        write_again(plan, new, folder)
        return new

    def _happens(self, plan: Plan) -> bc.Events:
        route = self.rng.choice(plan.routes)
        second = self.rng.randint(route.depart - 600, route.back) // 60 * 60
        at = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(seconds=second)
        at = max(at, plan.replanned.at) if plan.replanned else at
        kind = self.rng.choice(("out", "out", "late", "shut"))
        if kind == "out":
            return bc.Events(at=at, out=(route.vehicle,))
        if kind == "late":
            return bc.Events(at=at, late={route.vehicle: self.rng.randint(10, 90)})
        return bc.Events(at=at, shut=(self.rng.choice(plan.stops).id,))

    def undo(self) -> None:
        """Take the last close back; the district is what it was before, byte for byte."""
        if len(self.was) == 1:
            with pytest.raises(UsageError):
                bc.undo_close(self.district)
            return
        bc.undo_close(self.district)
        self.was.pop()
        self.monday -= dt.timedelta(weeks=1)
        assert self.state() == self.was[-1]

    def _drive(self, sheet: Path) -> None:
        rows = rows_of(sheet)
        if not rows:
            return
        collected = {row["batch"] for row in rows if row["action"] == "collected"}
        for stop in sorted({row["stop"] for row in rows}):
            brought = {r["batch"] for r in rows if (r["stop"], r["action"]) == (stop, "dropped")}
            # What this very week collects may not have come back: nobody says that it was dropped.
            chance = self.rng.choice((0.0, 1.0)) if brought & collected else self.rng.random()
            for row in (row for row in rows if row["stop"] == stop):
                if chance < 0.25:
                    row["status"] = "missed"
                elif chance < 0.75:
                    row["status"] = "done"
                    row["books"] = self.rng.choice([row["books"], row["books"], "0", "30"])
                    if chance < 0.4:
                        row["date"] = (self.monday + dt.timedelta(days=4)).strftime("%d.%m.%Y")
        write_rows(sheet, rows, columns=list(rows[0]))

    def check(self) -> None:
        """Hold the batches to a count of one's own: the last row that moved each."""
        tables = bc.read(self.district)
        at = {batch.id: "LIB" for batch in tables.listed}
        seen: Counter[tuple[str, ...]] = Counter()
        visits = self.district / "visits.csv"
        for row in rows_of(visits) if visits.exists() else []:
            if row["batch"] and row["status"] == "done":
                dropped = row["action"] == "dropped"
                assert at[row["batch"]] == ("LIB" if dropped else row["stop"])
                at[row["batch"]] = row["stop"] if dropped else "LIB"
                seen[row["date"], row["stop"], row["batch"], row["action"]] += 1
        assert {batch.id: batch.at for batch in tables.batches} == at
        assert set(seen.values()) <= {1}
        assert len(read_ledger(self.district).weeks) == len(self.was) - 1


def _follow(plan: Plan, tables: District) -> None:
    """Walk a plan by the clock, with a place for each batch; nothing is taken that is not there."""
    at = {batch.id: batch.at for batch in tables.batches}
    moves: list[tuple[dt.date, int, int, str, str, tuple[str, ...]]] = []
    for route in plan.routes:
        car = f"aboard {route.vehicle}"
        fetched = {b for call in route.fetches for b in call.takes}
        own = tuple(b for v in route.visits for b in v.drops if b not in fetched)
        moves.append((route.date, route.depart, 0, route.depot, car, (*own, *route.stays_aboard)))
        for k, call in enumerate(route.halts, 1):
            if isinstance(call, Fetch):
                stands = f"aboard {call.vehicle}"
                moves.append((route.date, call.begin, k, stands, car, call.takes))
            if isinstance(call, Visit):
                moves.append((route.date, call.begin, k, car, call.stop, call.drops))
                moves.append((route.date, call.begin, k, call.stop, car, call.collects))
        if not route.stands:
            moves.append((route.date, route.back, 99, car, route.depot, ()))
    for *_, there, here, batches in sorted(moves):
        if not batches and here == "LIB":
            batches = tuple(b for b, place in at.items() if place == there)  # noqa: PLW2901
        for name in batches:
            assert at[name] == there, (name, there, here)
            at[name] = here
    lost = plan.replanned.lost if plan.replanned else ()
    assert {b for b, place in at.items() if place.startswith("aboard")} == set(lost)


@pytest.mark.parametrize("seed", range(6))
def test_every_batch_is_in_one_place_after_any_sequence(tmp_path: Path, seed: int) -> None:
    library = _Library(tmp_path, seed)
    for _ in range(STEPS):
        library.rng.choice([library.close, library.close, library.undo])()
        library.check()
    assert sum(library.again.values()), "weeks are planned again"
    while len(library.was) > 1:
        library.undo()
    assert library.state() == library.was[0]


def test_a_district_that_was_copied_can_be_taken_back_as_well(tmp_path: Path) -> None:
    library = _Library(tmp_path, 1)
    library.close()
    shutil.copytree(library.district, tmp_path / "copy")
    bc.undo_close(tmp_path / "copy")
    copied = {n: (tmp_path / "copy" / n).read_bytes() for n in library.was[0]}
    assert copied == library.was[0]
