"""The table of broken input: what is changed in a sound district, and the fault it must give."""

from __future__ import annotations

from typing import Any

import msgspec
from inputs import folders as given

Changed = dict[str, str | bytes | None]


class Case(msgspec.Struct, frozen=True):
    """What is changed in the sound district, and the fault that must be found.

    ``place`` is ``file:row:column``, as far as they apply.
    """

    rule: str
    place: str
    value: str | None
    changed: Changed
    severity: str = "error"

    @property
    def where(self) -> tuple[str, int | None, str | None, str | None]:
        file, row, column = (self.place + "::").split(":")[:3]
        return file, int(row) if row else None, column or None, self.value


def _replace(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def _stops(rule: str, place: str, old: str, new: str, **more: Any) -> Case:
    """Return the case of the sound stops with one text replaced by another."""
    changed: Changed = {"stops": _replace(given.STOPS, old, new)}
    return Case(rule, f"stops.csv:{place}", more.pop("value", new), changed, **more)


def _row(rule: str, column: str | None, row: str, value: str | None, **more: Any) -> Case:
    """Return the case of a row added to the sound stops."""
    place = f"stops.csv:7:{column or ''}"
    return Case(rule, place, value, {"stops": given.STOPS + row}, **more)


def _file(rule: str, place: str, value: str | None, content: str | bytes | None,
          **more: Any) -> Case:  # fmt: skip
    """Return the case of another stops.csv altogether."""
    changed: Changed = {"stops": content} | more.pop("also", {})
    return Case(rule, f"stops.csv:{place}", value, changed, **more)


def _rule(rule: str, column: str, stop: str, value: str | None, **more: Any) -> Case:
    """Return the case of a stop with a first visit, a rule and weeks between its visits.

    ``stop`` holds first_visit, every, every_weeks, days, visits_a_week and school_days.
    """
    head = "id,name,kind,lon,lat,books,first_visit,every,every_weeks,days,visits_a_week,school_days"
    text = f"{head}\nS1,x,village,106.61,28.95,60,{stop}\nS2,y,village,106.62,28.95,60,,,,,,\n"
    return Case(rule, f"stops.csv:2:{column}", value, {"stops": text}, **more)


def _timed(rule: str, column: str, cells: str, value: str | None, **more: Any) -> Case:
    """Return the case of a stop with opens, closes, arrive, leave and service_min of its own."""
    head = "id,name,kind,lon,lat,books,opens,closes,arrive,leave,service_min"
    text = f"{head}\nS1,x,village,106.61,28.95,60,{cells}\nS2,y,village,106.62,28.95,60,,,,,\n"
    return Case(rule, f"stops.csv:2:{column}", value, {"stops": text}, **more)


def _calendar(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of a calendar with these rows, beside other changes."""
    changed: Changed = {"calendar": f"from,to,what,applies,does\n{rows}\n"}
    return Case(rule, f"calendar.csv:{place}", value, changed | more.pop("also", {}), **more)


def _timetable(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of a timetable with these rows."""
    head = "stop,date,vehicle,arrive,leave,status,was,told"
    changed: Changed = {"timetable": f"{head}\n{rows}\n"}
    return Case(rule, f"timetable.csv:{place}", value, changed, **more)


def _campaigns(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of campaigns with these rows."""
    changed: Changed = {"campaigns": f"id,from,to,stops,books\n{rows}\n"}
    return Case(rule, f"campaigns.csv:{place}", value, changed, **more)


def _events(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of events with these rows."""
    head = "id,place,lon,lat,from,to,opens,closes,books,pool"
    more.setdefault("also", {})
    changed: Changed = {"events": f"{head},bring_from,bring_by,fetch_from,fetch_by,stays\n{rows}\n"}
    file, _, rest = place.rpartition("/")
    return Case(rule, f"{file or 'events'}.csv:{rest}", value, changed | more.pop("also"), **more)


_FAIR = "E,S1,,,2027-04-23,2027-04-27,,,900"
_POOLED: Changed = {"pools": "id,for,order\nP,village,ring\n"}


def _pools(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of pools with these rows, whose P1 the batch B1 belongs to."""
    batches = more.pop("batches", "id,books,kg,at,since,pool\nB1,60,,LIB,,P1\n")
    changed: Changed = {
        "pools": f"id,name,for,weeks,order,no_repeat_months,reserve,mend_after\n{rows}\n",
        "batches": batches,
    }
    file, _, rest = place.rpartition("/")
    return Case(
        rule, f"{file or 'pools'}.csv:{rest}", value, changed | more.pop("also", {}), **more
    )


def _carriers(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of carriers with these rows."""
    changed: Changed = {"carriers": f"id,name,at,lon,lat,kg,km,starts,ends,serves\n{rows}\n"}
    return Case(rule, f"carriers.csv:{place}", value, changed, **more)


def _stop_of_carrier(carrier: str, rows: str) -> Changed:
    """Return tables in which S2 names who carries to it."""
    head, rest = given.STOPS.split("\n", 1)
    stops = [f"{row},{carrier if row.startswith('S2') else ''}" for row in rest.splitlines()]
    table = f"id,name,at,lon,lat,kg,km,starts,ends,serves\n{rows}\n"
    return {"stops": "\n".join([f"{head},carrier", *stops, ""]), "carriers": table}


def _stop_of_pool(pool: str) -> Changed:
    head, rest = given.STOPS.split("\n", 1)
    rows = [f"{row},{pool if row.startswith('S2') else ''}" for row in rest.splitlines()]
    return {"stops": "\n".join([f"{head},pool", *rows, ""])}


def _titles(rule: str, place: str, content: str | None, *, value: str | None, **more: Any) -> Case:
    """Return the case of a title list ``b1.csv``, which its batch may call by another name."""
    named = more.pop("named", "b1.csv")
    changed: Changed = {
        "batches": _replace(given.BATCHES, "LIB,,,", f"LIB,,,{named}"),
        "b1__csv": content,
    }
    return Case(rule, place, value, changed, **more)


def _in(rule: str, place: str, value: str | None, change: tuple[str, str], **more: Any) -> Case:
    """Return the case of another table with one text replaced by another."""
    table, _, rest = place.partition(":")
    changed: Changed = {table: _replace(given.SOUND[f"{table}.csv"], *change)}
    return Case(rule, f"{table}.csv:{rest}", value, changed, **more)


def _visits(rule: str, place: str, value: str | None, rows: str, **more: Any) -> Case:
    """Return the case of rows added to the sound visits, of which times and km are known too."""
    head, rest = given.VISITS.split("\n", 1)
    changed: Changed = {"visits": f"{head},arrive,leave,km\n{rest}{rows}\n"}
    return Case(rule, f"visits.csv:{place}", value, changed, **more)


def _requests(rule: str, place: str, value: str, rows: str, **more: Any) -> Case:
    """Return the case of rows of requests, in a district whose batch B1 has a list of titles."""
    changed: Changed = {
        "batches": _replace(given.BATCHES, "LIB,,,", "LIB,,,b1.csv"),
        "b1__csv": "title,copies\n活着,60\n",
        "requests": f"id,date,stop,title,status,batch,copy\n{rows}\n",
    }
    return Case(rule, f"requests.csv:{place}", value, changed, **more)


def _toml(rule: str, place: str, value: str | None, text: str, **more: Any) -> Case:
    """Return the case of another district.toml."""
    return Case(rule, f"district.toml:{place}", value, {"district": text}, **more)


SUB_STORE = (
    given.TOML
    + """
[[depot]]
id = "sub 1"
name = "分库"
lon = 106.65
lat = 29.02
"""
)
DRIVERS = (
    given.VEHICLES.replace("name,", "name,driver,")
    .replace("V1,one,", "V1,one,Wu,")
    .replace("V2,two,", "V2,two,Wu,")
)
STORES = given.VEHICLES.replace("profile\n", "profile,reloads,reload_min,reload_at\n").replace(
    "8.5,,\n", "8.5,,,2,20,LIB SUB\n"
)
HEADER = given.STOPS.splitlines()[0]
W = "warning"
LONG = "长" * 301
AREAS = (
    '{"features": [{"properties": {"name": "Yongxin"}, "geometry": {"type": "Polygon", '
    '"coordinates": [[[1, 2], [2, 2], [2, 3], [1, 2]]]}}]}'
)


def _twice(rule: str, column: str, value: str, cells: str, *, days: str = "", **more: Any) -> Case:
    """Return the case of a stop S1 with visits_a_week, days_between, every_weeks of its own."""
    head, first, *rest = given.STOPS.splitlines()
    first = _replace(first, "Yongxin,", f"Yongxin,{days}")
    rows = [f"{head},visits_a_week,days_between,every_weeks", f"{first},{cells}", *rest]
    return _file(rule, f"2:{column}", value, "\n".join(rows) + "\n", **more)


CASES = [
    _twice("out-of-range", "visits_a_week", "3", "3,,1"),
    _twice("out-of-range", "days_between", "7", "2,7,1"),
    _twice("twice-but-not-weekly", "visits_a_week", "2", "2,,4", severity=W),
    _twice("days-too-close", "visits_a_week", "2", "2,,1", days="Mon Tue", severity=W),
    _twice("days-too-close", "days_between", "5", "2,5,1", severity=W),
    _stops("bad-number", "2:books", ",60,Yong", ",sixty,Yong", value="sixty"),
    _stops("bad-number", "2:books", ",60,Yong", ",60.5,Yong", value="60.5"),
    _stops("bad-number", "2:books", ",60,Yong", ",nan,Yong", value="nan"),
    _stops("bad-number", "2:books", ",60,Yong", ",60本,Yong", value="60本"),
    _stops("bad-number", "2:lon", "106.61", "106°61'36E", value="106°61'36E"),
    _stops("negative", "2:books", ",60,Yong", ",-60,Yong", value="-60"),
    _stops("out-of-range", "2:books", ",60,Yong", ",60000000000,Yong", value="60000000000"),
    _stops("unknown-kind", "2:kind", "village", "vilage"),
    _stops("no-such-day", "4:days", "3 6 9", "3 6 32"),
    _stops("bad-day", "4:days", "3 6 9", "someday"),
    _stops("bad-time", "3:opens", "08:00 14:00", "8 o'clock"),
    _stops("bad-time", "3:opens", "08:00 14:00", "08:00-11:30"),  # beside closing times
    _stops("bad-time", "3:closes", "11:30 17:00", "11:30 25:00"),
    _timed("bad-time", "arrive", ",,8,,", "8"),
    _timed("time-lost-zero", "arrive", ",,10.3,,", "10.3", severity=W),
    _timed("leave-without-arrive", "leave", ",,,10:30,", "10:30"),
    _timed("leaves-before-arrives", "leave", ",,10:30,10:00,", "10:00"),
    _timed("stay-twice", "service_min", ",,10:30,11:00,20", "20"),
    _timed("hours-beside-arrive", "opens", "08:00,17:00,10:30,11:00,", "08:00", severity=W),
    _file(
        "hours-not-stay",
        "2:opens",
        "10:00",
        "id,name,kind,lon,lat,books,opens,closes\n"
        "S1,x,village,106.61,28.95,60,10:00,12:00\nS2,y,village,106.62,28.95,60,13:00,13:40\n",
        severity=W,
    ),
    _file(
        "coordinates-range",
        "2:lon",
        "346868.9",
        "id,name,kind,lon,lat,books\nS1,x,village,346868.9,162820.4,60\n"
        "S2,y,village,346869.9,162820.4,60\n",
    ),
    _stops("bad-day", "4:days", "3 6 9", "Thursday 1"),
    _stops("bad-day", "4:days", "3 6 9", "Do"),
    _stops("bad-recurrence", "4:days", "3 6 9", "every second Tuesday"),
    _stops("unpaired-hours", "3:closes", "11:30 17:00", "17:00"),
    _stops("closes-before-opens", "3:closes", "11:30 17:00", "07:30 17:00"),
    _stops("overlapping-windows", "3:closes", "11:30 17:00", "14:30 17:00"),
    _row("bad-mix", "mix", "S6,x,village,106.62,28.97,5,,,,,,children=half\n", "children=half"),
    _row("bad-mix", "mix", "S6,x,village,106.62,28.97,5,,,,,,a:0.5 a:0.5\n", "a:0.5 a:0.5"),
    _row(
        "mix-sum",
        "mix",
        "S6,x,village,106.62,28.97,5,,,,,,a:0.9 b:0.9\n",
        "a:0.9 b:0.9",
        severity=W,
    ),
    _in("bad-date", "visits:2:date", "2026-02-30", ("2026-09-01", "2026-02-30")),
    _in("bad-date", "visits:2:date", "9/1/2026", ("2026-09-01", "9/1/2026")),
    _in("bad-choice", "visits:2:action", "lost", ("dropped", "lost")),
    _in("bad-choice", "visits:3:status", "perhaps", ("missed", "perhaps")),
    _in("out-of-range", "vehicles:2:max_hours", "85", ("8.5", "85")),
    _in("bad-day", "vehicles:3:days", "3 6", ("Mon Wed", "3 6")),
    _in("bad-number", "closures:2:ways", "way/4231", ("4231 98721", "way/4231")),
    _row("control-character", "name", 'S6,"two\nlines",village,106.62,28.97,5\n', "two\nlines"),
    _row("control-character", "name", "S6,a\x07b,village,106.62,28.97,5\n", "a\x07b"),
    _row(
        "name-too-long", "name", f"S6,{LONG},village,106.62,28.97,5\n", "长" * 119 + "…", severity=W
    ),
    _row("excel-error", "books", "S6,x,village,106.62,28.97,#N/A\n", "#N/A"),
    _row("shortened-number", "id", "5.1E+11,x,village,106.62,28.97,5\n", "5.1E+11"),
    _row("duplicate-id", "id", "S1,again,village,106.62,28.97,5\n", "S1"),
    _row("duplicate-id", "id", "LIB,depot,village,106.62,28.97,5\n", "LIB"),
    _row("unknown-vehicle", "vehicles", "S6,x,village,106.62,28.97,5,,,,,V1 V9\n", "V1 V9"),
    _in("unknown-stop", "visits:2:stop", "S-02x", (",S2,", ",S-02x,")),
    _in("unknown-vehicle", "visits:2:vehicle", "V7", (",V1,", ",V7,"), severity=W),
    _in("unknown-batch", "visits:2:batch", "B9", (",B2,", ",B9,"), severity=W),
    _in("unknown-stop", "requests:2:stop", "S9", (",S1,", ",S9,")),
    _in("unknown-depot", "vehicles:2:depot", "LIBRARY", ("LIB", "LIBRARY")),
    _in("unknown-depot", "vehicles:2:reload_at", "LIB SUB", (given.VEHICLES, STORES)),
    _in(
        "store-without-reloads",
        "vehicles:2:reload_at",
        "LIB",
        (given.VEHICLES, STORES.replace("2,20,LIB SUB", "0,,LIB")),
        severity=W,
    ),
    _in(
        "bad-number",
        "vehicles:2:reloads",
        "often",
        (given.VEHICLES, STORES.replace("2,20,LIB SUB", "often,,")),
    ),
    _toml(
        "closes-before-opens",
        "6:depot.1.closes",
        "07:30",
        given.TOML.replace('id = "LIB"', 'id = "LIB"\nopens = "08:00"\ncloses = "07:30"'),
    ),
    _in("unknown-profile", "vehicles:3:profile", "truck", (",car", ",truck")),
    _in("bad-id", "vehicles:2:id", "V 1", ("V1", "V 1")),
    _toml("bad-id", "15:depot.2.id", "sub 1", SUB_STORE, severity=W),
    _in("unknown-place", "batches:2:at", "S99", ("LIB", "S99")),
    _row("coordinates-swapped", "lon", "S6,x,village,28.97,106.62,5\n", "28.97"),
    _file(
        "coordinates-swapped",
        "2:lon",
        "28.95",
        "id,name,kind,lon,lat,books\nS1,x,village,28.95,76.61,60\nS2,y,village,76.62,28.95,60\n",
        also={"district": given.TOML.replace("106.648", "76.648")},
    ),
    _row("coordinates-zero", "lon", "S6,x,village,0,0,5\n", "0"),
    _row("coordinates-range", "lon", "S6,x,village,3571234.5,412345.7,5\n", "3571234.5"),
    _row("coordinates-outside", "lon", "S6,x,village,160.62,28.97,5\n", "160.62"),
    _row("coordinates-outside", "lon", "S6,x,village,109.62,28.97,5\n", "109.62", severity=W),
    _row("duplicate-coordinates", "lon", "S6,x,village,106.61,28.95,5\n", "106.61", severity=W),
    Case(
        "coordinates-outside",
        "stops.csv:5:lat",
        "28.85",
        {"district": given.TOML + "[bounds]\nwest=106\neast=107\nsouth=28.9\nnorth=29.2\n"},
    ),
    Case(
        "coordinates-swapped",
        "stops.csv:2:lon",
        "28.95",
        {"stops": given.STOPS.replace(",lon,lat,", ",lat,lon,")},
    ),
    _row(
        "stop-larger-than-any-car", "books", "S6,x,village,106.62,28.97,2500\n", "2500", severity=W
    ),
    _row(
        "hours-no-car-meets",
        "opens",
        "S6,x,village,106.62,28.97,5,,,19:00,21:00\n",
        "19:00",
        severity=W,
    ),
    _row(
        "hours-no-car-meets", "days", "S6,x,village,106.62,28.97,5,,Thu,,,V2\n", "Thu", severity=W
    ),
    _rule("bad-recurrence", "every", ",monthly,,,,", "monthly"),
    _rule("bad-recurrence", "every", ",0 weeks,,,,", "0 weeks"),
    _rule(
        "bad-recurrence", "every", "2027-01-04,FREQ=WEEKLY;INTERVAL=0,,,,", "FREQ=WEEKLY;INTERVAL=0"
    ),
    _rule("rrule-without-first", "every", ",FREQ=WEEKLY,,,,", "FREQ=WEEKLY"),
    _rule("weeks-twice", "every_weeks", ",2 weeks,4,,,", "4"),
    _rule("weeks-twice", "every_weeks", ",1st Tue,4,,,", "4"),
    _rule(
        "rule-without-dates",
        "every",
        "2027-01-04,FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2,,,,",
        "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2",
    ),
    _rule(
        "first-visit-elsewhere", "first_visit", "2027-01-04,1st Tue,,,,", "2027-01-04", severity=W
    ),
    _rule(
        "first-visit-elsewhere", "first_visit", "2027-01-09,2 weeks,,,,", "2027-01-09", severity=W
    ),
    _rule("rule-on-other-days", "every", ",1st Sat,,,,", "1st Sat", severity=W),
    _rule("rule-on-other-days", "every", ",1st Tue,,Mon,,", "1st Tue", severity=W),
    _rule("dates-beside-visits", "every", ",1st Tue,,,2,", "1st Tue", severity=W),
    _rule(
        "dates-beside-visits",
        "every",
        '2027-01-04,"FREQ=WEEKLY;BYDAY=MO,TH",,,,',
        "FREQ=WEEKLY;BYDAY=MO,TH",
        severity=W,
    ),
    _rule("no-school-holidays", "school_days", ",,,,,yes", "yes", severity=W),
    _campaigns("ends-before-begins", "2:to", "2027-01-01", "C,2027-02-01,2027-01-01,village,68"),
    _campaigns("unknown-in-campaign", "2:stops", "S99", "C,2027-01-01,2027-02-01,S99,68"),
    _campaigns(
        "two-campaigns",
        "3:stops",
        "S1",
        "C,2027-01-01,2027-02-01,village,68\nE,2027-02-01,2027-03-01,S1,",
    ),
    _campaigns(
        "duplicate-id",
        "3:id",
        "C",
        "C,2027-01-01,2027-02-01,village,68\nC,2028-02-01,2028-03-01,S1,",
    ),
    _events("ends-before-begins", "2:to", "2027-04-22", _FAIR.replace("04-27", "04-22")),
    _events("event-hours", "2:closes", "09:00", _FAIR.replace(",,,900", ",10:00,09:00,900")),
    _events("event-days", "2:bring_by", "2027-04-23", _FAIR + ",,,2027-04-23"),
    _events("event-days", "2:bring_from", "2027-04-24", _FAIR + ",,2027-04-24"),
    _events("event-days", "2:fetch_from", "2027-04-27", _FAIR + ",,,,2027-04-27"),
    _events("event-days", "2:bring_by", "2027-04-10", _FAIR + ",,2027-04-12,2027-04-10"),
    _events("event-days", "2:fetch_by", "2027-04-28", _FAIR + ",,,,2027-04-29,2027-04-28"),
    _events("event-place", "2:place", "S9", _FAIR.replace(",S1,", ",S9,")),
    _events("event-place", "2:place", None, _FAIR.replace(",S1,", ",,")),
    _events("event-place", "2:place", "S1", _FAIR.replace(",S1,,", ",S1,106.6,")),
    _events("coordinates-zero", "2:lon", "0", _FAIR.replace(",S1,,,", ",,0,0,")),
    _events("event-stays", "2:stays", "V9", _FAIR + ",,,,,,V9"),
    _events("event-stays", "2:stays", "yes", _FAIR + ",,,,,,yes"),
    _events(
        "event-stays",
        "3:stays",
        "V1 V2",
        f"{_FAIR},,,,,,V1\n{_FAIR.replace('E,', 'G,', 1)},,,,,,V1 V2",
    ),
    _events("unknown-pool", "2:pool", "Q", _FAIR + ",Q", also=_POOLED),
    _events("ring-lends", "2:pool", "P", _FAIR + ",P", also=_POOLED),
    _events("duplicate-id", "3:id", "E", f"{_FAIR}\n{_FAIR}"),
    _events("duplicate-id", "2:id", "S1", _FAIR.replace("E,", "S1,", 1)),
    _events(
        "duplicate-id",
        "stops/7:id",
        "E/1",
        _FAIR,
        also={"stops": given.STOPS + "E/1,Load,village,106.60,28.85,50,,,,,,\n"},
    ),
    _events("out-of-range", "2:books", "0", _FAIR.replace("900", "0")),
    _events("empty-required", "2:from", None, _FAIR.replace("2027-04-23", "")),
    _timetable("unknown-stop", "2:stop", "S99", "S99,2027-01-04,,,,,,"),
    _timetable("unknown-vehicle", "2:vehicle", "V9", "S1,2027-01-04,V9,,,,,", severity="warning"),
    _timetable("bad-date", "2:date", "4.1.27", "S1,4.1.27,,,,,,"),
    _timetable("bad-time", "2:arrive", "later", "S1,2027-01-04,,later,,,,"),
    _timetable("bad-choice", "2:status", "perhaps", "S1,2027-01-04,,,,perhaps,,"),
    _timetable("leaves-before-arrives", "2:leave", "09:00", "S1,2027-01-04,V1,10:00,09:00,,,"),
    _timetable(
        "promise-twice",
        "3:date",
        "2027-01-04",
        "S1,2027-01-04,V1,,,,,\nS1,2027-01-04,,,,cancelled,,2026-12-01",
    ),
    _timetable(
        "promises-in-a-week", "3:date", "2027-01-06", "S1,2027-01-04,,,,,,\nS1,2027-01-06,,,,,,"
    ),
    _timetable(
        "moved-twice",
        "3:was",
        "2027-01-04",
        "S1,2027-01-04,,,,,,\nS1,2027-01-12,,,,moved,2027-01-04,2026-12-01",
    ),
    _timetable(
        "moved-twice",
        "3:was",
        "2027-01-04",
        "S1,2027-01-06,,,,moved,2027-01-04,2026-12-01\nS1,2027-01-12,,,,moved,2027-01-04,2026-12-01",
    ),
    _timetable("moved-from-where", "2:was", None, "S1,2027-01-04,,,,moved,,2026-12-01"),
    _timetable("moved-from-where", "2:was", "2027-01-05", "S1,2027-01-04,,,,,2027-01-05,"),
    _timetable("nobody-told", "2:told", None, "S1,2027-01-04,,,,cancelled,,", severity="warning"),
    _carriers("duplicate-id", "3:id", "C1", "C1,,S1,,,,,,,S2\nC1,,S1,,,,,,,S2"),
    _carriers("carrier-home", "2:at", None, "C1,,,,,,,,,S1"),
    _carriers("carrier-home", "2:at", None, "C1,,,106.6,,,,,,S1"),
    _carriers("carrier-home", "2:at", "S1", "C1,,S1,106.6,28.9,,,,,S1"),
    _carriers("carrier-home", "2:at", "S77", "C1,,S77,,,,,,,S1"),
    _carriers("unknown-served", "2:serves", "S77", "C1,,S1,,,,,,,S77"),
    Case("unknown-carrier", "stops.csv:3:carrier", "C7", _stop_of_carrier("C7", "C1,,S1,,,,,,,S2")),
    Case("unknown-carrier", "stops.csv:3:carrier", "C7", _stop_of_carrier("C7", "")),
    _carriers("empty-required", "2:serves", None, "C1,,S1,,,,,,,"),
    _carriers("out-of-range", "2:kg", "120", "C1,,S1,,,120,,,,S1"),
    _carriers("out-of-range", "2:km", "0", "C1,,S1,,,,0,,,S1"),
    _carriers("ends-before-starts", "2:ends", "09:00", "C1,,S1,,,,,10:00,09:00,S1"),
    _carriers("coordinates-zero", "2:lon", "0", "C1,,,0,0,,,,,S1"),
    _pools("duplicate-id", "3:id", "P1", "P1,,school,,,,,\nP1,,village,,,,,"),
    _pools("empty-required", "2:for", None, "P1,,,,,,,"),
    _pools("bad-choice", "2:order", "round", "P1,,school,,round,,,"),
    _pools("out-of-range", "2:weeks", "0", "P1,,school,0,,,,"),
    _pools("unknown-for", "2:for", "school S99", "P1,,school S99,,,,,"),
    _pools(
        "unknown-for",
        "2:for",
        "school",
        "P1,,school,,,,,",
        also={"stops": _replace(given.STOPS, "S1,", "school,"), "visits": None, "requests": None},
    ),
    _pools("unknown-pool", "batches/2:pool", "P1", "P2,,school,,,,,"),
    _pools("unknown-pool", "stops/3:pool", "P7", "P1,,school,,,,,", also=_stop_of_pool("P7")),
    _pools("pool-not-for-stop", "stops/3:pool", "P1", "P1,,village,,,,,", also=_stop_of_pool("P1")),
    _pools("pool-for-nobody", "2:for", "other", "P1,,other,,,,,", severity=W),
    _pools("pool-without-batches", "3:id", "P2", "P1,,school,,,,,\nP2,,village,,,,,", severity=W),
    _pools("reserve-of-all", "2:reserve", "1", "P1,,school,,,,1,", severity=W),
    _pools("ring-repeats", "2:order", "ring", "P1,,village,4,ring,6,,", severity=W),
    _pools("ring-repeats", "2:order", "环线", "P1,,村,4,环线,,,", severity=W),
    _pools(
        "outside-pool",
        "batches/2:at",
        "S2",
        "P1,,village,,,,,",
        batches="id,books,kg,at,since,pool\nB1,60,,S2,2026-11-01,P1\n",
        severity=W,
    ),
    _calendar("bad-effect", "2:does", "postpone", "2027-01-01,,holiday,,postpone"),
    _calendar("bad-date", "2:does", "move 1.5.27", "2027-01-01,,holiday,,move 1.5.27"),
    _calendar("bad-choice", "2:what", "feast", "2027-01-01,,feast,,"),
    _calendar("ends-before-begins", "2:to", "2026-12-31", "2027-01-01,2026-12-31,rest,,"),
    _calendar("unknown-applies", "2:applies", "S99", "2027-01-01,,shut,S99,"),
    _calendar("unknown-applies", "2:applies", "S1 schol", "2027-01-01,,shut,S1 schol,"),
    _calendar("wrong-applies", "2:applies", "S1", "2027-01-01,,car off,S1,"),
    _calendar("wrong-applies", "2:applies", None, "2027-01-01,,car off,,"),
    _calendar("wrong-applies", "2:applies", "V1", "2027-01-01,,shut,V1,"),
    _calendar(
        "applies-to-two",
        "2:applies",
        "school",
        "2027-01-01,,shut,school,",
        also={"vehicles": _replace(given.VEHICLES, "V2,", "school,")},
    ),
    _calendar(
        "calendar-for-nobody",
        "2:applies",
        "organisation",
        "2027-01-01,,shut,organisation,",
        severity=W,
    ),
    _calendar(
        "calendar-for-nobody",
        "2:what",
        "school holiday",
        "2027-01-01,,school holiday,,",
        severity=W,
    ),
    _calendar(
        "moved-onto-closed",
        "2:does",
        "move 2027-01-04",
        "2027-01-01,,holiday,,move 2027-01-04\n2027-01-04,,rest,,",
    ),
    _calendar(
        "moved-onto-closed",
        "2:does",
        "move 2027-01-02",
        "2027-01-01,2027-01-03,holiday,,move 2027-01-02",
    ),
    _calendar(
        "moved-onto-closed",
        "2:does",
        "move 2027-01-04",
        "2027-01-01,,holiday,,move 2027-01-04",
        also={"district": given.TOML + "holidays = [2027-01-04]\n"},
    ),
    _calendar(
        "calendar-contradicts",
        "3:does",
        None,
        "2027-01-01,,holiday,,move 2027-01-04\n2027-01-01,,rest,,",
        severity=W,
    ),
    _in("batch-larger-than-any-car", "batches:2:books", "6000", (",60,", ",6000,")),
    Case("driver-in-two-cars", "vehicles.csv:3:driver", "Wu", {"vehicles": DRIVERS}, W),
    _in("vehicle-works-no-day", "vehicles:3:days", "Sun", ("Mon Wed", "Sun"), severity=W),
    Case(
        "no-working-vehicle",
        "vehicles.csv",
        None,
        {"vehicles": "id,books,max_km,max_hours,days\nV1,1200,200,8,Sun\n", "visits": None},
    ),
    Case(
        "ends-before-starts",
        "vehicles.csv:2:ends",
        "07:00",
        {"vehicles": "id,books,max_km,max_hours,ends\nV1,1200,200,8,07:00\n", "visits": None},
    ),
    Case(
        "required-on-foot",
        "stops.csv:2:access",
        "步行",
        {
            "stops": "id,name,kind,lon,lat,books,required,access\nS1,x,村,106.6,28.9,5,是,步行\n",
            "visits": None,
            "requests": None,
            "batches": None,
        },
        W,
    ),
    _in("batch-in-two-places", "batches:3:id", "B1", ("B2", "B1")),
    _in("duplicate-id", "batches:4:id", "B2", (",titles\n", ",titles\nB2,9,,S2,,,\n")),
    _in("batch-position", "batches:3:at", "S1", ("S2,2026-09-01", "S1,2026-09-01"), severity=W),
    _in("batch-moved", "batches:3:at", "S1", ("S2,2026-09-01", "S1,"), severity=W),
    Case(
        "unknown-put-off",
        "visits.csv:2:depot",
        None,
        {
            "district": f'{given.TOML}[[depot]]\nid = "SUB"\nname = "x"\nlon = 106.7\nlat = 28.9\n',
            "visits": _replace(given.VISITS, "V1,B2,dropped", "SOLD,B2,collected"),
            "batches": _replace(given.BATCHES, "2026-09-01", ""),
        },
        W,
    ),
    _in("missing-titles", "batches:2:titles", "b1.csv", ("LIB,,,", "LIB,,,b1.csv"), severity=W),
    *(
        _titles(rule, "batches.csv:2:titles", None, value=name, named=name, severity=severity)
        for rule, name, severity in (
            ("titles-not-csv", "b1.xlsx", W),
            ("titles-outside", "../b1.csv", "error"),
        )
    ),
    _titles("titles-count", "batches.csv:2:titles", "title\nx\n", value="b1.csv", severity=W),
    _titles("missing-column", "b1.csv:1:title", "author,isbn\nx,\n", value=None),
    _titles(
        "barcode-twice",
        "b1.csv:3:barcode",
        "title,barcode\n活着,0012\n兄弟,0012\n",
        value="0012",
    ),
    _titles(
        "barcode-of-several",
        "b1.csv:2:copies",
        "title,barcode,copies\n活着,0012,60\n",
        value="60",
    ),
    _titles("bad-number", "b1.csv:2:copies", "title,copies\nx,many\n", value="many"),
    _titles(
        "isbn-check",
        "b1.csv:2:isbn",
        "title,isbn,copies\n活着,9787506365438,60\n",
        value="9787506365438",
        severity=W,
    ),
    _in("batch-without-action", "visits:2:batch", "B2", ("dropped", ""), severity=W),
    _visits(
        "batch-not-there",
        "5:batch",
        "B1",
        "2026-10-02,S1,V2,B1,dropped,60,done\n2026-10-03,S3,V2,B1,dropped,60,done",
    ),
    _in("more-books-than-batch", "visits:2:books", "121", (",120,", ",121,"), severity=W),
    _visits("visit-twice", "4:stop", "S1", "2026-10-01,S1,V2,,,,missed", severity=W),
    _visits("leaves-before-arrives", "4:leave", "8:00", "2026-10-02,S1,V2,,,,done,9:00,8:00"),
    _visits(
        "day-km-differ",
        "5:km",
        "81",
        "2026-10-02,S1,V2,,,,done,,,80\n2026-10-02,S3,V2,,,,done,,,81",
    ),
    _in("unfilled-visit", "visits:3:status", None, (",missed", ",")),
    _in("isbn-check", "requests:2:isbn", "9787506365438", ("5437", "5438"), severity=W),
    _in("isbn-zeros", "requests:2:isbn", "679735771", ("9787506365437", "679735771"), severity=W),
    _in(
        "wanted-before-made",
        "requests:2:wanted_by",
        "2026-09-30",
        ("5437,", "5437,2026-09-30"),
        severity=W,
    ),
    _requests("unknown-batch", "2:batch", "B9", "R1,2026-10-02,S1,活着,ready,B9,"),
    _requests("unknown-batch", "2:batch", "B9", "R1,2026-10-02,S1,活着,brought,B9,", severity=W),
    _requests(
        "copy-twice",
        "3:copy",
        "C7",
        "R1,2026-10-02,S1,活着,brought,,C7\nR2,2026-10-02,S2,活着,ready,,C7",
    ),
    _requests("ready-without-book", "2:batch", None, "R1,2026-10-02,S1,活着,ready,,", severity=W),
    _requests("title-not-in-batch", "2:title", "红岩", "R1,2026-10-02,S1,红岩,,B1,", severity=W),
    _in("ends-before-begins", "closures:2:to", "2026-10-31", ("2026-12-31", "2026-10-31")),
    _in("closure-without-road", "closures:2:ways", None, ("4231 98721", "")),
    _in("unknown-shape", "closures:2:shape", "slide", ("4231 98721,", ",slide")),
    Case(
        "unknown-class",
        "stops.csv:7:mix",
        "farm:1",
        {
            "stops": given.STOPS + "S6,x,village,106.62,28.97,5,,,,,,farm:1\n",
            "batches": "id,books,mix\nB2,5,farming:1\n",
        },
        W,
    ),
    _stops("missing-column", "1:books", ",books,", ",kniga,", value=None),
    _stops("empty-required", "2:name", "Zijing", "", value=None),
    _stops("unknown-column", "1:telefone", ",mix", ",mix,telefone", value="telefone", severity=W),
    _stops("duplicate-column", "1:名称", ",mix", ",mix,名称", value="名称"),
    _row("full-width-comma", None, "S6,张家村，Zhang,village,106.62,28.97,5\n", "张家村，Zhang"),
    _row("ragged-row", None, "S6,x,village,106.62,28.97,5,,,,,,,over\n", "over"),
    Case(
        "unnamed-column",
        "stops.csv:2",
        "seven",
        {"stops": _replace(_replace(given.STOPS, ",area,", ",,"), "Yongxin", "seven")},
        W,
    ),
    _file("header-row", "1", "綦江区流动书车站点表", "綦江区流动书车站点表,,\n" + given.STOPS),
    _file("no-stops", "", None, HEADER + "\n"),
    _file("no-stops", "", None, HEADER + "\n# S1,x,village,106.6,28.9,5\n"),
    Case("no-vehicles", "vehicles.csv", None, {"vehicles": "id,books,max_km,max_hours\n"}),
    _file("missing-file", "", None, None),
    Case("missing-file", "stops.csv", None, {"stops": None, "villages": given.STOPS}),
    _row("totals-row", None, "合计,,,,,338,,,,,,\n", "合计", severity=W),
    _row("totals-row", None, "Total,5,,,,338,,,,,,\n", "Total", severity=W),
    _file("empty-file", "", None, ""),
    _file("empty-file", "", None, "\n\n,,,\n"),
    Case("empty-file", "visits.csv", None, {"visits": ""}, W),
    Case("missing-file", "district.toml", None, {"district": None}),
    Case("misnamed-table", "batchs.csv", None, {"batches": None, "batchs": given.BATCHES}, W),
    Case("duplicate-table", "站点.csv", None, {"站点": given.STOPS}),
    _file("nul-bytes", "4", None, given.STOPS.replace("Anyu", "An\x00yu")),
    _file("unreadable-encoding", "4", None, given.STOPS.replace("Anyu", "Añú").encode("latin-1")),
    Case(
        "encoding-taken",
        "stops.csv:4",
        None,
        {
            "stops": given.STOPS.replace("Anyu", "Guéret").encode("cp1252"),
            "district": given.TOML.replace("Asia/Shanghai", "Europe/Paris"),
        },
        W,
    ),
    _file("damaged-text", "4", "�", given.STOPS.replace("Anyu", "An�u"), severity=W),
    _file("bad-quotes", "4", None, given.STOPS.replace("Anyu", '"Anyu')),
    Case("bad-geojson", "areas.geojson", None, {"areas__geojson": "{"}),
    Case("bad-geojson", "areas.geojson", None, {"areas__geojson": "[" * 100000}),
    Case(
        "bad-geometry",
        "areas.geojson::features.1.geometry",
        None,
        {"areas__geojson": AREAS.replace("Polygon", "Point")},
    ),
    Case(
        "unknown-area",
        "stops.csv:3:area",
        "Dongxi",
        {"areas__geojson": AREAS},
        W,
    ),
    Case("unused-roads", "district.toml::roads.extract", None, {"x__osm__pbf": "x"}, W),
    Case("two-sources", "old.xlsx", None, {"old__xlsx": b"x"}, W),
    _toml("bad-toml", "1", "name = Qijiang", "name = Qijiang\n"),
    _toml("bad-toml", "1", "name = “Qijiang”", "name = “Qijiang”\n"),
    _toml("unknown-key", "1:nam", "x", 'nam = "x"\n' + given.TOML),
    _toml(
        "time-zone-by-place",
        ":time_zone",
        None,
        given.TOML.replace('time_zone = "Asia/Shanghai"\n', ""),
        severity=W,
    ),
    _toml(
        "levels-nothing",
        "14:weights.level_days",
        "2",
        given.TOML + "[weights]\nlevel_days = 2\n[batches]\nhand_on = true\n",
        severity=W,
    ),
    _toml("unknown-key", "13:week.language", "zh", given.TOML + 'language = "zh"\n'),
    _toml("unknown-key", "13:week.begins", "08:30", given.TOML + 'begins = "08:30"\n'),
    _toml("wrong-type", "13:week.break_min", "30", given.TOML + 'break_min = "30"\n'),
    _toml("wrong-type", "1:dispatch_phone", "23", "dispatch_phone = 23\n" + given.TOML),
    _toml("wrong-type", "1:week", "3", "week = 3\n" + given.TOML.partition("[week]")[0]),
    _toml(
        "wrong-type",
        "5:depot.id",
        "LIB",
        given.TOML.replace("[[depot]]", "[depot]").replace('\nlanguage = "zh"', ""),
    ),
    _toml("missing-key", ":name", None, given.TOML.replace('name = "Qijiang"', "")),
    _toml("missing-key", "6:depot.1.lon", None, given.TOML.replace("lon = 106.648\n", "")),
    _toml("no-depot", ":depot", None, 'name = "x"\n'),
    _toml(
        "unknown-time-zone",
        "3:time_zone",
        "Asia/Qijiang",
        given.TOML.replace("Shanghai", "Qijiang"),
    ),
    _toml("bad-choice", "2:language", "pt", given.TOML.replace('"zh"', '"pt"')),
    _toml("bad-time", "12:week.starts", "eight", given.TOML.replace("08:00", "eight")),
    _toml("ends-before-starts", "12:week.starts", "18:00", given.TOML.replace("08:00", "18:00")),
    _toml(
        "closes-before-opens",
        "13:week.opens",
        "08:00 14:00",
        given.TOML + 'opens = "08:00 14:00"\n',
    ),
    _toml(
        "bad-date", "13:week.holidays", "['2026-13-01']", given.TOML + 'holidays = ["2026-13-01"]\n'
    ),
    _toml(
        "missing-extract",
        "14:roads.extract",
        "gone.osm.pbf",
        given.TOML + '[roads]\nextract = "gone.osm.pbf"\n',
    ),
    _toml(
        "missing-matrix",
        "14:roads.matrix",
        "gone.csv",
        given.TOML + '[roads]\nmatrix = "gone.csv"\n',
    ),
    _toml(
        "two-road-sources",
        "15:roads.matrix",
        "b.csv",
        given.TOML + '[roads]\nextract = "a.osm"\nmatrix = "b.csv"\n',
    ),
    _toml(
        "bad-extract",
        "14:roads.extract",
        "stops.csv",
        given.TOML + '[roads]\nextract = "stops.csv"\n',
    ),
    _toml(
        "missing-heights",
        "14:roads.heights",
        "dem",
        given.TOML + '[roads]\nheights = "dem"\n',
    ),
    _toml(
        "bad-heights",
        "14:roads.heights",
        "stops.csv",
        given.TOML + '[roads]\nheights = "stops.csv"\n',
    ),
    _toml("missing-tiles", "14:maps.tiles", "gone", given.TOML + '[maps]\ntiles = "gone"\n'),
    _toml(
        "bad-tiles",
        "14:maps.tiles",
        "ftp://a.org/{z}/{x}/{y}.png",
        given.TOML + '[maps]\ntiles = "ftp://a.org/{z}/{x}/{y}.png"\n',
    ),
    _toml(
        "shifted-tiles",
        "14:maps.tiles",
        "https://wprd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}",
        given.TOML
        + '[maps]\ntiles = "https://wprd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}"\n',
    ),
    _toml(
        "tiles-credit",
        ":maps.tiles_credit",
        None,
        given.TOML + '[maps]\ntiles = "https://tile.example.org/{z}/{x}/{y}.png"\n',
    ),
    _toml("bad-bounds", ":bounds.south", None, given.TOML + "[bounds]\nwest = 106\n"),
    _toml(
        "bad-bounds",
        "15:bounds.south",
        "30",
        given.TOML + "[bounds]\nwest=106\nsouth=30\neast=107\nnorth=29\n",
    ),
    _toml(
        "duplicate-id",
        "16:roads.profile.2.name",
        "big",
        given.TOML + '[[roads.profile]]\nname = "big"\n[[roads.profile]]\nname = "big"\n',
    ),
    _toml("out-of-range", "14:roads.detour", "0.5", given.TOML + "[roads]\ndetour = 0.5\n"),
]
