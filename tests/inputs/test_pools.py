"""Pools as a table: whom each is for, in either language, and what may not be yet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from inputs import folders as given

from bookcar.inputs.reader import read, read_district
from bookcar.model import Pool

HEAD = "id,name,for,weeks,order,no_repeat_months,reserve,mend_after\n"
BATCHES = "id,books,at,since,pool,mended\nB1,60,LIB,,P1,2026-11-01\nB2,120,S2,2026-09-01,,\n"


def test_a_pool_is_for_kinds_and_for_single_stops(tmp_path: Path) -> None:
    rows = "P1,Tea,茶馆 S3,4,ring,12,2,9\nP2,,village，school,,,,,\n"
    given.write(tmp_path, pools=HEAD + rows, batches=BATCHES)
    first, second = read(tmp_path).pools
    assert first == Pool(
        id="P1",
        name="Tea",
        kinds=("teahouse",),
        stops=("S3",),
        weeks=4,
        order="ring",
        no_repeat_months=12,
        reserve=2,
        mend_after=9,
    )
    assert second == Pool(id="P2", name="P2", kinds=("village", "school"))


def test_chinese_headings_and_words_mean_the_same(tmp_path: Path) -> None:
    head = "编号,名称,适用于,停留周数（周）,顺序,不重复月数,留库批数,修补次数\n"
    given.write(tmp_path / "a", pools=head + "P1,茶馆,茶馆,4,环线,12,2,9\n", batches=BATCHES)
    given.write(tmp_path / "b", pools=HEAD + "P1,茶馆,teahouse,4,ring,12,2,9\n", batches=BATCHES)
    assert read(tmp_path / "a").pools == read(tmp_path / "b").pools


def test_a_batch_and_a_stop_name_their_pool(tmp_path: Path) -> None:
    head, rest = given.STOPS.split("\n", 1)
    stops = head + ",pool\n" + rest.replace(",,,,\n", ",,,,,P1\n", 1)
    given.write(tmp_path, pools=HEAD + "P1,,village,,,,,\n", batches=BATCHES, stops=stops)
    district = read(tmp_path)
    assert [stop.pool for stop in district.stops][:2] == ["P1", ""]
    assert [(b.pool, b.mended) for b in district.batches] == [
        ("P1", dt.date(2026, 11, 1)),
        ("", None),
    ]


def test_no_batch_is_mended_on_a_day_to_come(tmp_path: Path) -> None:
    given.write(tmp_path, pools=HEAD + "P1,,village,,,,,\n", batches=BATCHES)
    days = [dt.date(2026, 11, 1), dt.date(2026, 10, 31)]
    found = [read_district(tmp_path, today=day).faults for day in days]
    told = [[f.where for f in faults if f.rule == "mended-in-future"] for faults in found]
    assert [len(some) for some in told] == [0, 1]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = "P1,,schol,0,round,,-1,\nP1,,school,,,,,\n"
    given.write(tmp_path, pools=HEAD + rows, batches=BATCHES)
    rules = {f.rule for f in read_district(tmp_path).faults if f.file == "pools.csv"}
    assert rules == {"unknown-for", "out-of-range", "negative", "bad-choice", "duplicate-id"}
