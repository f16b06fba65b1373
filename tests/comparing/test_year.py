"""Some weeks lived through: what happens is drawn, told, closed, and what follows is planned."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from manifests.plans import make_plan

import bookcar as bc
from benchmarks.lived import Chances, Lived, live, tell
from benchmarks.stock import lost_books, restock, rotating_batches
from benchmarks.year import adopt_timetable, begin, weeks
from bookcar.cli import main
from bookcar.cli.plan import NOTHING_FEASIBLE
from bookcar.manifests.tables import visits_csv

OFTEN = Chances(missed=0.3, late=0.3, other_car=0.5)


def _run(arguments: Sequence[str]) -> None:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code in (0, NOTHING_FEASIBLE), result.output


@pytest.mark.slow
def test_three_weeks_of_fuhuan_follow_each_other(tmp_path: Path) -> None:
    folder = begin("fuhuan", tmp_path, extract=Path("none"))
    assert folder is not None
    before = bc.read(folder)
    lived = list(islice(weeks(folder, chances=OFTEN, run=_run), 3))
    after = bc.read(folder)
    assert [week.week for week in lived] == ["2026-W49", "2026-W50", "2026-W51"]
    done = {visit.stop for visit in after.visits[len(before.visits) :] if visit.status == "done"}
    assert 0 < lived[0].served < lived[0].planned
    assert sum(week.served for week in lived) >= len(done) > 0
    # Who was missed in the first week is due in the second, and nobody else who was served.
    assert lived[1].due >= lived[0].due - lived[0].served
    assert lived[2].lost_books == lost_books(after, rotating_batches(before))
    assert {batch.id for batch in after.batches} == {batch.id for batch in before.batches}


@pytest.mark.slow
def test_weeks_keep_the_timetable_that_was_adopted(tmp_path: Path) -> None:
    folder = begin("fuhuan", tmp_path, extract=Path("none"))
    assert folder is not None
    adopt_timetable(folder, weeks=4, run=_run)
    assert bc.read(folder).timetable
    lived = list(islice(weeks(folder, chances=Chances(missed=0.0, late=0.0), run=_run), 2))
    assert sum(week.promised for week in lived) > 0
    assert [week.promises for week in lived] == [week.promised for week in lived]


def test_the_same_seed_tells_the_same_and_another_something_else() -> None:
    plan = make_plan(routes=4, stops=8)
    assert live(plan, OFTEN, "1") == live(plan, OFTEN, "1") != live(plan, OFTEN, "2")


def test_what_happened_is_told_in_the_sheet_of_the_week(tmp_path: Path) -> None:
    plan = make_plan(routes=4, stops=8)
    lived = live(plan, OFTEN, "1")
    assert lived.missed
    assert lived.late
    assert lived.missed.isdisjoint(lived.late)
    sheet = tmp_path / "visits.csv"
    sheet.write_bytes(visits_csv(plan))
    tell(lived, plan, sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    missed = {row["stop"] for row in rows if row["status"] == "missed"}
    assert missed == lived.missed
    days = {route.date for route in plan.routes}
    for row in rows:
        if row["stop"] in lived.late:
            assert dt.date.fromisoformat(row["date"]) == lived.late[row["stop"]]
            assert row["status"] == "done"
            assert lived.late[row["stop"]] in days


def test_nothing_happens_where_nothing_can() -> None:
    plan = make_plan(routes=4, stops=8)
    lived = live(plan, Chances(missed=0, late=0, other_car=0), "1")
    assert (lived.missed, lived.late, lived.other_cars) == (frozenset(), {}, {})


def test_a_batch_that_nobody_collected_is_told_as_not_dropped(tmp_path: Path) -> None:
    """A missed stop keeps the batch that was to go on to a stop of a later day."""
    plan = make_plan(routes=4, stops=2)
    first, last = plan.routes[0], plan.routes[-1]
    assert first.date < last.date
    batch = first.visits[0].collects[0]
    visit = msgspec.structs.replace(last.visits[0], drops=(batch,))
    calls = tuple(visit if call is last.visits[0] else call for call in last.calls)
    route = msgspec.structs.replace(last, calls=calls)
    plan = msgspec.structs.replace(plan, routes=(*plan.routes[:-1], route))
    lived = Lived(
        missed=frozenset({first.visits[0].stop}), late={}, other_cars={route.id: route.vehicle}
    )
    sheet = tmp_path / "visits.csv"
    sheet.write_bytes(visits_csv(plan))
    tell(lived, plan, sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["stop"] == visit.stop]
    dropped = [row for row in rows if row["action"] == "dropped"]
    assert [(row["batch"], row["books"], row["status"]) for row in dropped] == [
        (batch, "0", "done")
    ]


def test_what_is_bought_is_a_batch_for_each_bookhouse_that_is_due(tmp_path: Path) -> None:
    folder = begin("fuhuan", tmp_path, extract=Path("none"))
    assert folder is not None
    before = bc.read(folder)
    rotating = rotating_batches(before)
    monday = dt.date(2027, 6, 7)  # everybody is due, and there are 12 batches
    due = [s for s in before.stops if s.kind == "bookhouse" and s.access == "road"]
    stock = [b for b in before.batches if b.at == "D1" and b.books == 68]
    assert restock(folder, before, monday, rotating) == max(0, len(due) - len(stock))
    bare = msgspec.structs.replace(
        before, batches=tuple(b for b in before.batches if b not in stock)
    )
    assert restock(folder, bare, monday, rotating) == len(due)
    after = bc.read(folder)
    new = [b for b in after.batches if b.id not in before.batches_by_id]
    assert {(b.books, b.at) for b in new} == {(68, "D1")}
    assert restock(folder, after, monday, rotating) == 0
