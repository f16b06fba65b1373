"""The rules of the calendar: whom its days apply to, and where they send the visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import combinations

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.named_stops import KindRules
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.rules_spans import ends_before_begins
from bookcar.inputs.sheet import Record

_FOR_ALL = ("all", "全部", "所有", "全体", "everybody", "everyone")
_TARGETS = ("kinds", "vehicles", "stops")


def for_all(names: tuple[str, ...]) -> bool:
    """Tell whether names in applies mean everybody."""
    return not names or (len(names) == 1 and tx.key(names[0]) in _FOR_ALL)


def meant(
    name: str, kinds: Mapping[str, str], vehicles: Mapping[str, object], stops: Mapping[str, object]
) -> dict[str, str]:
    """Return what a name in applies stands for: ids by the part of an entry, all that fit."""
    found = {"kinds": kinds.get(tx.key(name), "")}
    found |= {"vehicles": name if name in vehicles else "", "stops": name if name in stops else ""}
    return {part: one for part, one in found.items() if one}


def targets(raw: RawDistrict, record: Record, kinds: Mapping[str, str]) -> dict[str, list[str]]:
    """Return whom a row applies to by the part of an entry; all are empty for everybody."""
    found: dict[str, list[str]] = {part: [] for part in _TARGETS}
    names = record.values["applies"]
    for name in () if for_all(names) else names:
        for part, one in meant(name, kinds, raw["vehicles"].ids(), raw["stops"].ids()).items():
            found[part].append(one)
    return found


class CalendarRules(KindRules):
    """The rules of the table ``calendar``."""

    def unknown_applies(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a name in applies that is no kind, vehicle or stop, or that is two of them."""
        calendar, stops, vehicles = raw["calendar"], raw["stops"], raw["vehicles"]
        if not (stops.complete and vehicles.complete):
            return
        suggest = Suggestions([*vehicles.records, *stops.records])
        for record in calendar.having("applies"):
            names = record.values["applies"]
            for name in () if for_all(names) else names:
                found = meant(name, self.kinds, vehicles.ids(), stops.ids())
                if len(found) > 1:
                    yield calendar.fault("applies-to-two", at=record, column="applies", name=name)
                elif not found:
                    ids = suggest.ids(name)
                    yield calendar.fault(
                        "unknown-applies", at=record, column="applies", name=name, ids=ids
                    )

    def wrong_applies(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a car off that names no vehicle, and a stop shut or a school holiday that does."""
        calendar = raw["calendar"]
        for record in calendar.having("what", "applies"):
            named, what = targets(raw, record, self.kinds), record.values["what"]
            names = record.values["applies"]
            if not for_all(names) and sum(map(len, named.values())) != len(names):
                continue  # one that is unknown, or two things, is a fault of its own
            if what == "car off" and (named["stops"] + named["kinds"] or not named["vehicles"]):
                yield calendar.fault("wrong-applies", at=record, column="applies", what=what)
            elif what in ("shut", "school holiday") and named["vehicles"]:
                yield calendar.fault(
                    "wrong-applies", variant="stops", at=record, column="applies", what=what
                )

    def for_nobody(self, raw: RawDistrict) -> Iterator[Fault]:
        """Warn of a row that no stop of the district is concerned by."""
        calendar, stops = raw["calendar"], raw["stops"]
        kinds = {record.values["kind"] for record in stops.having("kind")}
        pupils = any(record.values["school_days"] for record in stops.having("school_days"))
        for record in calendar.having("what", "applies"):
            named = targets(raw, record, self.kinds)
            if record.values["what"] == "school holiday" and not any(named.values()) and not pupils:
                yield calendar.fault(
                    "calendar-for-nobody",
                    variant="school-days",
                    at=record,
                    column="what",
                    severity="warning",
                )
            missing = [kind for kind in named["kinds"] if kind not in kinds]
            if missing and not named["vehicles"] + named["stops"]:
                yield calendar.fault(
                    "calendar-for-nobody",
                    at=record,
                    column="applies",
                    severity="warning",
                    kind=missing[0],
                )

    def moved_onto_closed(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a day that visits are moved to and that the calendar closes, too."""
        calendar = raw["calendar"]
        rows = [*calendar.having("from", "what", "applies", "does")]
        for record in rows:
            to = record.values["does"].to
            closing = (row for row in rows if to and self._closes(raw, row, to, record))
            other = next(closing, None)
            if to and other is not None:
                yield calendar.fault(
                    "moved-onto-closed",
                    at=record,
                    column="does",
                    day=to.isoformat(),
                    other=other.row or 0,
                )
            elif to in raw.given.values["week.holidays"]:
                yield calendar.fault(
                    "moved-onto-closed",
                    variant="holidays",
                    at=record,
                    column="does",
                    day=to.isoformat(),
                )

    def _closes(self, raw: RawDistrict, row: Record, day: dt.date, moving: Record) -> bool:
        """Tell whether a row closes a day for all, or for some that another row moves to it."""
        first, last = span(row)
        if not first <= day <= last:
            return False
        ours, theirs = (targets(raw, one, self.kinds) for one in (row, moving))
        if not any(ours.values()):
            return row.values["what"] != "school holiday" or row is moving
        return any(set(ours[part]) & set(theirs[part]) for part in _TARGETS)

    def two_moves(self, raw: RawDistrict) -> Iterator[Fault]:
        """Warn of two rows that do different things with the same visits of the same day."""
        calendar = raw["calendar"]
        rows = [*calendar.having("from", "what", "applies", "does")]
        named = {id(row): targets(raw, row, self.kinds) for row in rows}
        for first, second in combinations(rows, 2):
            effects = {row.values["does"] for row in (first, second)}
            halts = any(does.effect == "halt" for does in effects)
            if len(effects) == 1 or halts or named[id(first)] != named[id(second)]:
                continue
            (begin, end), (other_begin, other_end) = span(first), span(second)
            if max(begin, other_begin) <= min(end, other_end):
                yield calendar.fault(
                    "calendar-contradicts",
                    at=second,
                    column="does",
                    severity="warning",
                    other=first.row or 0,
                    day=max(begin, other_begin).isoformat(),
                )


def span(record: Record) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a row."""
    first = record.values["from"]
    return first, record.values.get("to") or first


def calendar_dates(raw: RawDistrict) -> Iterator[Fault]:
    """Report days of the calendar that end before they begin."""
    calendar = raw["calendar"]
    yield from ends_before_begins(calendar, "calendar", span=span)


def no_school_holidays(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of stops visited on school days only, and a calendar without a school holiday."""
    stops, calendar = raw["stops"], raw["calendar"]
    pupils = [record for record in stops.having("school_days") if record.values["school_days"]]
    holidays = any(r.values["what"] == "school holiday" for r in calendar.having("what"))
    if pupils and not holidays and calendar.complete:
        yield stops.fault(
            "no-school-holidays",
            at=pupils[0],
            column="school_days",
            severity="warning",
            count=len(pupils),
        )
