"""The files that the drivers' phones save."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from records.weeks import MONDAY, known, week

from bookcar.errors import Fault
from bookcar.plan import Kept
from bookcar.records.known import Known
from bookcar.records.phone import read_phone
from bookcar.records.visits import ToldVisit


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Known:
    district, _, plan = week(tmp_path_factory.mktemp("phone"))
    return known(plan, district)


def _read(
    county: Known, folder: Path, *visits: dict[str, Any], **fields: Any
) -> tuple[list[ToldVisit], list[Fault]]:
    route = county.plan.routes[0]
    file = {
        "bookcar_return": 1, "plan": county.plan.id, "week": "2026-W49", "route": route.id,
        "date": "2026-11-30", "vehicle": "V", "who": "王师傅", "odometer_out": 12345.0,
        "odometer_back": 12411.5, "visits": list(visits),
    }  # fmt: skip
    path = folder / "R01-return.json"
    path.write_text(json.dumps(file | fields, ensure_ascii=False), "utf-8")
    return read_phone(path, county)


def _visit(stop: str, status: str, **fields: Any) -> dict[str, Any]:
    blank = {"arrive": None, "leave": None, "readers": None, "loans": None, "new_cards": None}
    return (
        blank
        | {"stop": stop, "status": status, "note": "", "dropped": [], "collected": []}
        | fields
    )


def test_a_route_is_told_visit_by_visit(county: Known, tmp_path: Path) -> None:
    dropped = [{"batch": "B2", "books": 38}]
    (done, silent), faults = _read(
        county, tmp_path,
        _visit("S2", "done", arrive="09:05", leave="09:40", readers=31, dropped=dropped),
        _visit("S1", ""),
    )  # fmt: skip
    assert faults == []
    assert (done.date, done.status, done.whole, done.day_metres) == (MONDAY, "done", True, 66_500)
    assert (done.arrive, done.readers, done.loans, done.who) == (32_700, 31, None, "王师傅")
    assert [(m.batch, m.books) for m in done.moves] == [("B2", 38)]
    assert (silent.status, silent.whole, silent.moves) == ("", False, ())


def test_a_visit_that_the_driver_says_nothing_of_keeps_its_driver(
    county: Known, tmp_path: Path
) -> None:
    (missed,), _ = _read(county, tmp_path, _visit("S1", "missed", note=" flood "))
    assert (missed.status, missed.note, missed.who) == ("missed", "flood", "")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"plan": "0123456789ab"}, ("return-of-other-plan", "")),
        ({"route": "R09"}, ("return-file", "route")),
        ({"date": "2026-12-01"}, ("return-file", "route")),
        ({"bookcar_return": 2}, ("return-file", "version")),
        ({"odometer_back": 12_000}, ("odometer", "")),
        ({"odometer_back": 20_000}, ("odometer", "")),
        ({"visits": [{"stop": "S1", "status": "perhaps"}]}, ("return-file", "")),
        ({"visits": [{"stop": "S1", "readers": -1}]}, ("return-file", "")),
        ({"visits": [{"stop": "S1", "arrive": "25:00"}]}, ("return-file", "")),
        ({"more": 1}, ("return-file", "")),
    ],
)
def test_a_file_that_cannot_be_of_this_plan_is_refused(
    county: Known, tmp_path: Path, changed: dict[str, Any], fault: tuple[str, str]
) -> None:
    told, (found,) = _read(county, tmp_path, **changed)
    assert (told, (found.rule, found.variant)) == ([], fault)
    assert found.file == "R01-return.json"
    assert found.text_in("zh")
    assert found.text_in("en")


def test_the_page_of_the_plan_before_tells_what_was_done(county: Known, tmp_path: Path) -> None:
    """S2 was moved to another day when the week was planned again; S1 was not."""
    old = county.plan
    later = tuple(
        msgspec.structs.replace(visit, date=visit.date + dt.timedelta(days=visit.stop == "S2"))
        for visit in county.planned
    )
    kept = Kept(plan="0123456789ab", promises=())
    new = replace(county, plan=msgspec.structs.replace(old, kept_near=kept), planned=later)
    for status, stops in (("done", ["S1", "S2"]), ("missed", ["S1"]), ("", [])):
        visits = (_visit("S1", status), _visit("S2", status))
        told, faults = _read(new, tmp_path, *visits, plan="0123456789ab", route="R99")
        assert faults == []
        assert [visit.stop for visit in told] == stops


def test_what_is_no_json_is_refused(county: Known, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff\xfe{")
    _, (fault,) = read_phone(tmp_path / "x.json", county)
    assert fault.rule == "return-file"
