"""The forms of each country: names as they were read, units that keep the count, and marks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import get_args

import builders
import pytest
from report.samples import full

from bookcar.model import PastVisit
from bookcar.phrases import LANGUAGES, catalogue
from bookcar.report.build import report_of
from bookcar.report.figures import Form
from bookcar.report.indicators import DERIVED, forms
from bookcar.report.measures import MEASURES
from bookcar.report.words import UNITS, Words


def test_every_line_is_of_a_measure_that_exists_and_every_note_has_its_words() -> None:
    for form, lines in forms().items():
        assert bool(lines) == (form != "plain")
        for line in lines:
            assert line.measure in {**MEASURES, **DERIVED}
            assert line.source
            for language in LANGUAGES:
                assert not line.note or f"report.note-{line.note}" in catalogue(language)


@pytest.mark.parametrize("key", [*MEASURES, *DERIVED])
def test_every_figure_has_a_name_and_a_unit(key: str) -> None:
    for language in LANGUAGES:
        assert f"report.figure-{key}" in catalogue(language)
        assert f"report.unit-{UNITS[key]}" in catalogue(language)


@pytest.mark.parametrize("form", get_args(Form))
def test_a_value_in_its_unit_keeps_the_whole_count(tmp_path: Path, form: Form) -> None:
    for one, line in zip(full(tmp_path, form=form).indicators, forms()[form], strict=True):
        if one.value is None:
            assert one.figure.value is None
        elif line.measure not in ("seconds", "hours_over_10h"):
            assert round(one.value * line.per) == one.figure.value


def test_chinese_units_stand_with_their_source_count(tmp_path: Path) -> None:
    report = full(tmp_path, form="cn", language="zh")
    loans = report["loans"].value
    assert loans
    found = {one.name: one for one in report.indicators}
    words = Words(report)
    told = {name: f"{words.indicator(one)}{one.unit}" for name, one in found.items()}
    assert told["流动服务点书刊借阅册次"] == f"{loans / 1000:.3f}千册次"
    assert told["书刊文献年外借册次"] == f"{loans / 10000:.4f}万册次"
    assert [name for name, one in found.items() if not one.verified] == [
        "流动服务书刊借阅人次",
        "流动服务书刊借阅册次",
        "农家书屋补充册数",
    ]


def test_cars_are_parted_at_ten_hours_a_week() -> None:
    """Two weeks: 21 hours are more than 10 a week, 20 are not; a car without times is neither."""
    first = dt.date(2026, 3, 2)
    visits = [
        PastVisit(date=first + dt.timedelta(days=d), stop="S1", vehicle=car, arrive=0, leave=s)
        for car, hours in (("A", 21), ("B", 20))
        for d in range(2)
        for s in [hours * 1800]
    ]
    visits.append(PastVisit(date=first, stop="S1", vehicle="C"))
    county = builders.district(
        builders.stop("S1"),
        vehicles=tuple(builders.vehicle(name) for name in "ABC"),
        visits=tuple(visits),
    )
    report = report_of(county, first, first + dt.timedelta(days=13), form="uk")
    number, mean, under, *_ = report.indicators
    assert (number.value, mean.value, under.value) == (1, 10.5, 1)
    assert number.figure.rows == (2, 3)


def test_hours_that_are_not_known_say_what_to_write_down() -> None:
    """One of two visits has its times: what lacks is said, and that no car had more is no gap."""
    first = dt.date(2026, 3, 2)
    visits = (
        PastVisit(date=first, stop="S1", vehicle="V", arrive=0, leave=3600),
        PastVisit(date=first + dt.timedelta(days=1), stop="S1", vehicle="V"),
    )
    for known in (visits, visits[1:]):
        county = builders.district(builders.stop("S1"), visits=known)
        report = report_of(county, first, first + dt.timedelta(days=6), form="uk", language="en")
        words = Words(report)
        number, mean, under, *others = report.indicators
        said = f"Service times of 1 visit of {len(known)} are not known: write arrive and leave"
        assert all(said in words.remarks(one) for one in (number, mean, under))
        assert not any(said in words.remarks(one) for one in others)
        told = "no such car" if len(known) == 2 else "not recorded"
        assert words.indicator(mean) == told


def test_american_hours_and_weeks_are_actual(tmp_path: Path) -> None:
    report = full(tmp_path, form="us")
    found = {one.code: one.value for one in report.indicators}
    assert found["PLS #713 HOURS"] == round(report["seconds"].value / 3600, 1)
    assert found["PLS #714 WKS_OPEN"] == report["weeks"].value
    assert found["PLS #211 BKMOBILE"] == report["cars"].value


def test_norway_s_borrowers_are_never_made_of_readers(tmp_path: Path) -> None:
    report = full(tmp_path, form="no")
    found = {one.name: one.value for one in report.indicators}
    assert found["Lånarar"] is None
    assert found["Ombord"] == report["readers"].value
