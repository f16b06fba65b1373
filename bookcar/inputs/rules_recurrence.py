"""The rules of recurring visits: a rule has dates, on days on which its stop can be visited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bookcar import recurrence
from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.rules_dates import Every
from bookcar.inputs.sheet import Record
from bookcar.recurrence import EveryWeeks, MonthWeekdays, Rule
from bookcar.weeks import monday_of

_COLUMNS = ("every", "first_visit", "every_weeks")


def rule_of(record: Record) -> Rule | None:
    """Return the rule of a stop's row, None if weeks count from its last visit."""
    every, first = record.values["every"], record.values["first_visit"]
    if every is None and first is None:
        return None
    return (every or Every(weeks=record.values["every_weeks"])).beginning(first)


def weeks_of(record: Record, rule: Rule | None) -> int:
    """Return the weeks from one visit to the next, the most that a rule leaves."""
    if rule is not None:
        return recurrence.longest_gap(rule)
    every = record.values["every"]
    return int(record.values["every_weeks"] if every is None else every.weeks)


def _rules(raw: RawDistrict) -> Iterator[tuple[Record, Rule]]:
    """Yield every stop that has a rule, with it."""
    for record in raw["stops"].having(*_COLUMNS):
        if not _lacks_first(record) and (rule := rule_of(record)) is not None:
            yield record, rule


def _lacks_first(record: Record) -> bool:
    every = record.values["every"]
    return every is not None and bool(every.rrule) and record.values["first_visit"] is None


def rrule_without_first(raw: RawDistrict) -> Iterator[Fault]:
    """Report an RRULE without the day from which it counts."""
    for record in raw["stops"].having(*_COLUMNS):
        if _lacks_first(record):
            yield raw["stops"].fault("rrule-without-first", at=record, column="every")


def weeks_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report every and every_weeks that both are given and say different things."""
    for record in raw["stops"].having("every", "every_weeks"):
        every, weeks = record.values["every"], record.values["every_weeks"]
        if every is not None and "every_weeks" in record.given and every.weeks != weeks:
            yield raw["stops"].fault("weeks-twice", at=record, column="every_weeks", weeks=weeks)


def rule_without_dates(raw: RawDistrict) -> Iterator[Fault]:
    """Report a rule that gives no visit at all."""
    for record, rule in _rules(raw):
        if not _first_days(rule):
            yield raw["stops"].fault("rule-without-dates", at=record, column="every")


def _first_days(rule: Rule) -> tuple[dt.date, ...]:
    """Return the days of the first week in which a rule gives a visit; none within ten years."""
    return recurrence.days_from(rule, monday_of(rule.first or recurrence.SOME_DAY))


def first_visit_elsewhere(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a first visit on a day on which the rule, or the stop's own days, have none."""
    for record, rule in _rules(raw):
        first = record.values["first_visit"]
        following = _first_days(rule)
        if first is None or not following:
            continue
        if first not in following:
            yield raw["stops"].fault(
                "first-visit-elsewhere",
                at=record,
                column="first_visit",
                severity="warning",
                day=following[0].isoformat(),
            )
        elif not _takes(record, first.weekday(), raw):
            yield raw["stops"].fault(
                "first-visit-elsewhere",
                variant="days",
                at=record,
                column="first_visit",
                severity="warning",
            )


def rule_on_other_days(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a rule whose weekdays are none of the stop's, or days on which no car goes out."""
    for record, rule in _rules(raw):
        named = _weekdays(rule)
        if named and not any(_takes(record, weekday, raw) for weekday in named):
            yield raw["stops"].fault(
                "rule-on-other-days",
                at=record,
                column="every",
                severity="warning",
                days=tuple(sorted(named)),
            )


def _weekdays(rule: Rule) -> set[int]:
    """Return the weekdays that a rule names, where it names weekdays."""
    if isinstance(rule, MonthWeekdays):
        return {weekday for _, weekday in rule.nth}
    return set(rule.weekdays) if isinstance(rule, EveryWeeks) else set()


def _takes(record: Record, weekday: int, raw: RawDistrict) -> bool:
    weekdays, month_days = record.values.get("days", ((), ()))
    own = not weekdays or weekday in weekdays or bool(month_days)
    return own and weekday in raw.given.values["week.days"]


def dates_beside_visits(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a rule that gives a week more dates, or fewer, than the stop has visits in it."""
    for record, rule in _rules(raw):
        visits = record.values.get("visits_a_week", 1)
        if not recurrence.names_days(rule) or not _first_days(rule):
            continue
        most = recurrence.most_in_a_week(rule)
        if most != visits:
            yield raw["stops"].fault(
                "dates-beside-visits",
                variant="fewer" if most < visits else "",
                at=record,
                column="every",
                severity="warning",
                dates=most,
                visits=visits,
            )
