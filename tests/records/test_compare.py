"""What became of a week: all as planned, but what is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import batch, district, stop, vehicle
from records.weeks import MONDAY, planned

from bookcar.model import Where
from bookcar.records.compare import Compared, compare
from bookcar.records.visits import Action, Happened, Move, PlannedVisit, ToldMove, ToldVisit

WEDNESDAY = MONDAY + dt.timedelta(days=2)
TABLES = district(
    stop("S1"), stop("S2"), stop("S3"),
    vehicles=(vehicle("V"), vehicle("W")),
    batches=(batch("B1"), batch("B2"), batch("B3"), batch("B9", at="S1")),
)  # fmt: skip


def drop(name: str, books: int = 50) -> Move:
    return Move(batch=name, action="dropped", books=books)


def collect(name: str) -> Move:
    return Move(batch=name, action="collected", books=50, depot="D")


def move(name: str, action: Action = "dropped", **fields: Any) -> ToldMove:
    return ToldMove(batch=name, action=action, where=Where("visits.csv", 2), **fields)


def told(stop: str = "S1", day: int = 0, *moves: ToldMove, **fields: Any) -> ToldVisit:
    defaults = {"where": Where("visits.csv", 2), "status": "done"}
    date = MONDAY + dt.timedelta(days=day)
    return ToldVisit(date=date, stop=stop, moves=moves, **defaults | fields)


PLAN = (
    planned("S1", 0, drop("B1"), collect("B9"), order=0),
    planned("S2", 0, drop("B2"), order=1),
    planned("S3", 2, drop("B3"), order=2),
)


def _compared(*what: ToldVisit, plan: tuple[PlannedVisit, ...] = PLAN) -> Compared:
    return compare(plan, what, TABLES)


def _one(stop: str, found: Compared) -> Happened:
    assert found.faults == ()
    (visit,) = (visit for visit in found.visits if visit.stop == stop)
    return visit


def _moved(visit: Happened) -> list[tuple[str, str, int]]:
    return [(m.batch, m.action, m.books) for m in visit.moves]


def test_where_nothing_is_told_all_was_done_as_planned() -> None:
    found = _compared()
    assert [v.stop for v in found.visits] == ["S1", "S2", "S3"]
    assert all(v.done and v.moves == p.moves for v, p in zip(found.visits, PLAN, strict=True))


def test_a_missed_visit_moves_nothing() -> None:
    visit = _one("S1", _compared(told(status="missed")))
    assert (visit.done, visit.moves) == (False, ())
    assert [m.batch for m in visit.kept] == ["B1", "B9"]


def test_a_batch_that_was_not_moved_is_kept_and_one_not_named_went_as_planned() -> None:
    visit = _one("S1", _compared(told("S1", 0, move("B1", moved=False))))
    assert _moved(visit) == [("B9", "collected", 50)]
    assert [m.batch for m in visit.kept] == ["B1"]


def test_a_phone_names_every_batch_that_moved() -> None:
    visit = _one("S1", _compared(told("S1", 0, move("B1", books=40), whole=True)))
    assert _moved(visit) == [("B1", "dropped", 40)]
    assert [m.batch for m in visit.kept] == ["B9"]


def test_a_visit_on_another_day_is_known_by_its_stop() -> None:
    visit = _one("S2", _compared(told("S2", 2, vehicle="W")))
    assert (visit.date, visit.vehicle) == (WEDNESDAY, "W")
    assert visit.planned == PLAN[1]
    assert _moved(visit) == [("B2", "dropped", 50)]


def test_two_visits_of_a_stop_are_told_apart_by_day_then_by_batch() -> None:
    plan = (planned("S1", 0, drop("B1"), order=0), planned("S1", 3, drop("B2"), order=1))
    found = _compared(told("S1", 0, readers=7), told("S1", 4, move("B2")), plan=plan)
    assert [(v.date.weekday(), v.planned and v.planned.order) for v in found.visits] == [
        (0, 0),
        (4, 1),
    ]
    found = _compared(told("S1", 1, move("B2")), told("S1", 2, move("B1")), plan=plan)
    assert [(v.date.weekday(), v.planned and v.planned.order) for v in found.visits] == [
        (1, 1),
        (2, 0),
    ]


def test_a_stop_that_was_not_planned_is_added_and_needs_a_status() -> None:
    plan = PLAN[:1]
    visit = _one("S3", _compared(told("S3", 1, move("B3"), vehicle="W"), plan=plan))
    assert (visit.planned, visit.done, _moved(visit)) == (None, True, [("B3", "dropped", 50)])
    (fault,) = _compared(told("S3", 1, status=""), plan=plan).faults
    assert fault.rule == "unfilled-visit"


def test_a_batch_that_went_to_another_stop_did_not_go_to_its_own() -> None:
    found = _compared(told("S3", 2, move("B3"), move("B2")))
    assert _moved(_one("S3", found)) == [("B3", "dropped", 50), ("B2", "dropped", 50)]
    assert _one("S2", found).kept == PLAN[1].moves
    assert _one("S2", found).done


def test_a_row_without_a_status_that_repeats_the_plan_says_nothing() -> None:
    row = told("S2", 0, move("B2", books=50), status="")
    found = _compared(row, told("S3", 2, move("B3"), move("B2")))
    assert _one("S2", found).moves == ()
    phone = told("S2", 0, move("B2", books=44), whole=True, where=Where("r.json"))
    assert _moved(_one("S2", _compared(row, phone))) == [("B2", "dropped", 44)]


def test_what_is_collected_by_another_car_is_in_the_depot_that_is_told() -> None:
    visit = _one("S1", _compared(told("S1", 0, move("B9", "collected", depot="E"))))
    assert [(m.batch, m.depot) for m in visit.moves] == [("B1", ""), ("B9", "E")]


def test_several_files_complete_each_other() -> None:
    phone = told("S2", 0, move("B2", books=44), whole=True, where=Where("r.json"), readers=5)
    sheet = told("S2", 0, status="", loans=9)
    visit = _one("S2", _compared(sheet, phone))
    assert visit.told is not None
    assert visit.told.counted == {"readers": 5, "loans": 9}
    assert _moved(visit) == [("B2", "dropped", 44)]


def test_two_files_that_tell_it_differently_are_refused() -> None:
    phone = told("S2", 0, where=Where("r.json"), readers=5)
    for sheet, column in (
        (told("S2", 0, status="missed"), "status"),
        (told("S2", 0, readers=6), "readers"),
    ):
        (fault,) = _compared(phone, sheet).faults
        assert (fault.rule, fault.column, fault.figures["source"]) == (
            "told-otherwise", column, "r.json",
        )  # fmt: skip


def test_what_stands_in_the_tables_is_added_to_and_not_changed() -> None:
    record = told("S1", 0, move("B9", "collected", books=50), where=Where("county/visits.csv", 7),
                  whole=True, recorded=True)  # fmt: skip
    visit = _one("S1", _compared(record))
    assert [m.batch for m in visit.kept] == ["B1"]
    visit = _one("S1", _compared(record, told("S1", 0, move("B1"))))
    assert [m.batch for m in visit.moves] == ["B1", "B9"]
    (fault,) = _compared(record, told("S1", 0, readers=3)).faults
    assert (fault.rule, fault.variant, fault.figures["other"]) == ("told-otherwise", "recorded", 7)


def test_a_batch_that_was_not_collected_is_not_dropped_elsewhere_as_planned() -> None:
    plan = (
        planned("S1", 0, collect("B9"), order=0),
        planned("S2", 2, drop("B9"), order=1),
        planned("S2", 4, collect("B9"), order=2),
    )
    found = _compared(told("S1", 0, status="missed"), plan=plan)
    assert [_moved(visit) for visit in found.visits] == [[], [], []]
    assert [[m.batch for m in visit.kept] for visit in found.visits] == [["B9"]] * 3
    assert [visit.done for visit in found.visits] == [False, True, True]
    said = told("S2", 2, move("B9"))
    found = _compared(told("S1", 0, status="missed"), said, plan=plan)
    assert [_moved(visit) for visit in found.visits][1] == [("B9", "dropped", 50)]


def test_visits_come_by_day_and_route() -> None:
    extra = told("S3", 0, vehicle="V", arrive=9 * 3600)
    found = _compared(extra, told("S1", 0, status="missed"), plan=PLAN[:2])
    assert [v.stop for v in found.visits] == ["S1", "S2", "S3"]
