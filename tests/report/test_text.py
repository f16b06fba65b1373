"""The summary says in sentences what the figures say, and what they do not."""

from __future__ import annotations

import datetime as dt

import builders
import msgspec
import pytest
from report.samples import empty, hostile

from bookcar.errors import UsageError
from bookcar.model import PastVisit, Request
from bookcar.phrases import Language
from bookcar.report.build import report_of
from bookcar.report.text import paragraphs
from bookcar.report.words import Words

DAY = dt.date(2026, 3, 2)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)


def county():
    kinds = ("bookhouse", "bookhouse", "school", "village", "organisation", "teahouse", "other")
    stops = tuple(builders.stop(f"S{i}", kind=kind) for i, kind in enumerate(kinds))
    stops = (*stops, builders.stop("S7", kind="village", access="foot"))
    visits = tuple(
        PastVisit(date=DAY, stop=s.id, vehicle="V", batch=f"B00{i}", action="dropped", books=68)
        for i, s in enumerate(stops, 1)
    )
    first = msgspec.structs.replace(visits[0], readers=12, loans=30, arrive=36_000, leave=39_600)
    missed = PastVisit(date=DAY + dt.timedelta(days=1), stop="S1", status="missed", note="snow")
    wishes = tuple(
        Request(id=f"Q{i}", date=DAY, stop="S1", title="t", kind=kind, status=status)
        for i, (kind, status) in enumerate(
            (("title", "open"), ("title", "brought"), ("bought", "open"), ("reward", "open"))
        )
    )
    batches = tuple(builders.batch(f"B00{i}") for i in range(1, 9))
    visits = (first, *visits[1:], missed)
    return builders.district(
        *stops, visits=visits, requests=wishes, batches=batches, listed=batches
    )


def summary(language: Language) -> list[str]:
    return paragraphs(report_of(county(), FIRST, LAST, language=language))


def test_the_summary_in_english() -> None:
    basis = "(recorded at 1 of 8 visits)"
    opening = "From 2026-01-01 to 2026-06-30, one book car made 8 visits at 8 stops, "
    assert summary("en") == [
        f"{opening}on one day of a car in one week.",
        "2 bookhouses were supplied with 136 books.",
        "The book car brought 68 books to one school (stop S2).",
        "It served 2 villages (stop S3, stop S7) with 136 books.",
        "One stop that no car reaches had books all the same, carried from the road: stop S7.",
        "Of the rotating collections, one organisation had 68 books.",
        "One tea house had 68 books.",
        "One other place had 68 books.",
        "544 books stand at stops at the end.",
        "Readers asked for 2 titles; one has been brought by now.",
        "One book was bought for readers who chose them.",
        "One reader was rewarded.",
        f"At the cars: 12 readers {basis}, 30 loans {basis}, new cards not recorded.",
        f"Service lasted 1.0 hours {basis}; the cars drove distances that were not recorded.",
        "One visit was missed: snow (1).",
    ]


def test_the_summary_in_chinese() -> None:
    text = summary("zh")
    basis = "（8 次到访中 1 次有记录）"
    assert text[0].startswith("2026-01-01 至 2026-06-30，1 辆流动图书车分 1 周出车 1 天（按车计）")
    assert text[1] == "为 2 个农家书屋补充图书 136 册。"
    reading = f"到车读者 12 人次{basis}，借阅 30 册次{basis}，新办读者证未记录"
    assert f"车上服务：{reading}。" in text
    assert len(text) == len(summary("en"))


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        ("2026-01-01", "2026-06-30", "first half of 2026", "2026年上半年"),
        ("2026-07-01", "2026-12-31", "second half of 2026", "2026年下半年"),
        ("2026-01-01", "2026-12-31", "2026", "2026年"),
        ("2026-04-01", "2026-06-30", "quarter 2 of 2026", "2026年第2季度"),
        ("2024-02-01", "2024-02-29", "Feb 2024", "2024年2月"),
        ("2026-02-01", "2026-07-31", "2026-02-01 to 2026-07-31", "2026-02-01 至 2026-07-31 "),
        ("2026-12-01", "2027-01-31", "2026-12-01 to 2027-01-31", "2026-12-01 至 2027-01-31 "),
    ],
)
def test_periods_have_the_names_that_people_give_them(
    first: str, last: str, english: str, chinese: str
) -> None:
    days = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert Words(report_of(county(), *days, language="en")).period() == english
    assert Words(report_of(county(), *days, language="zh")).period() == chinese


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="ends on 2026-01-01, before it begins on 2026-06-30"):
        report_of(county(), LAST, FIRST)


def test_nothing_recorded_is_one_sentence() -> None:
    assert paragraphs(empty()) == ["No visit was recorded from 2020-01-01 to 2020-06-30."]


def test_why_visits_were_missed_is_told_whatever_people_wrote() -> None:
    assert "{{ x }}</script>" in " ".join(paragraphs(hostile()))
