"""The timetable at a glance for the office: weeks, a calendar, who gets no date, what changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from importlib import resources

from bookcar.phrases import Language
from bookcar.phrases.sentence import told
from bookcar.published.text import change_lines
from bookcar.published.words import Words
from bookcar.timetable import PoolStock, Timetable, TimetableRoute, WeekFigures
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.weeks import week_dates, week_name

FILES = (
    ("file-list", "list.html"),
    ("file-list-pdf", "list.pdf"),
    ("file-posters", "posters.pdf"),
    ("file-cards", "cards.pdf"),
    ("file-map", "map.html"),
    ("file-table", "timetable.csv"),
    ("file-ics", "timetable.ics"),
    ("file-mobile", "mobile_library_stops.csv"),
    ("file-gtfs", "gtfs.zip"),
    ("file-json", "timetable.json"),
)
_BAR = 80


def index_page(
    timetable: Timetable, *, language: Language | None = None, outlook: Sequence[str] = ()
) -> str:
    """Return ``index.html`` of a timetable.

    Parameters
    ----------
    outlook
        Lines on how long the batches last, and how far apart visits lie without more of them.
    """
    words = Words(timetable, language)
    title = words("title")
    return document(
        masthead(words, title),
        tag(
            "main",
            _verdict(words),
            _files(words),
            _weeks(words),
            _calendar(words),
            _changes(words),
            _stock(words, outlook),
            _left(words),
            _later(words),
            _exceptions(words),
            _stops(words),
            _routes(words),
        ),
        _footer(words),
        title=f"{title} {words.span}",
        language=words.say.language,
        css=style() + page_rule(timetable.paper),
    )


def masthead(words: Words, title: str) -> Html:
    """Return the head of a page: whose timetable it is, its title and its days."""
    names = [words.timetable.district, words.timetable.district_en]
    named = [join(bdi(printable(name)), " ") for name in names]
    return tag("header", tag("p", *named), tag("h1", title, " ", tag("small", words.span)))


def style() -> str:
    """Return the style sheet of the pages of a timetable."""
    return resources.files("bookcar.published").joinpath("page.css").read_text("utf-8")


def _verdict(words: Words) -> Html:
    table = words.timetable
    visits = sum(len(route.visits) for route in table.routes)
    figures = {"stops": len(table.served), "visits": visits, "routes": len(table.routes)}
    said = words("verdict", km=table.metres / 1000, **figures)
    left = words("verdict-left", count=len(table.left)) if table.left else ""
    kind = "verdict left-over" if table.left else "verdict"
    return tag("p", tag("strong", said), " ", left, class_=kind)


def _files(words: Words) -> Html:
    items = each(tag("li", link(words(key), file)) for key, file in FILES)
    return tag("nav", tag("ul", items), aria_label=words("files"), class_="files")


def _section(words: Words, key: str, *children: Child, **figures: int) -> Html:
    title = tag("h2", words(key, **figures), id=key)
    return tag("section", title, *children, aria_labelledby=key)


def _weeks(words: Words) -> Html:
    weeks = words.timetable.weeks
    most = max((week.seconds for week in weeks), default=0)
    heads = [words(key) for key in ("week", "visits", "routes", "hours", "km", "books")]
    rows = [_week(words, week, most) for week in weeks]
    return _section(words, "weeks", table(heads, rows))


def _week(words: Words, week: WeekFigures, most: int) -> list[Child]:
    name = link(week_name(week.monday), f"#{week_name(week.monday)}")
    hours = join(words.say.number(week.seconds / 3600, ".1f"), _bar(week.seconds / max(most, 1)))
    first = words.short(max(week.monday, words.timetable.first))
    label = join(name, " ", tag("small", first))
    km = words.say.number(week.metres / 1000, ",.0f")
    return [
        label,
        week.visits,
        f"{week.routes} / {week.car_days}",
        hours,
        km,
        words.say.number(week.books),
    ]


def _bar(share: float) -> Html:
    return tag(
        "svg",
        tag("rect", width=_BAR, height=6, fill="#dfe3e6"),
        tag("rect", width=round(share * _BAR), height=6, fill="#4A7BA6"),
        viewBox=f"0 0 {_BAR} 6",
        aria_hidden="true",
    )


def _calendar(words: Words) -> Html:
    """Return a row a week and a column a weekday, with the cars that are out on each day."""
    table_ = words.timetable
    used = sorted({route.date.weekday() for route in table_.routes})
    used += [d for d in range(5) if d not in used]
    columns = sorted(used)
    head = tag(
        "tr",
        tag("th", words("week"), scope="col"),
        *(tag("th", words.weekday(day), scope="col") for day in columns),
    )
    rows = [
        tag(
            "tr",
            tag("th", week_name(monday), scope="row", id=week_name(monday)),
            *(_day(words, week_dates(monday)[day]) for day in columns),
        )
        for monday in table_.mondays
    ]
    grid = tag("table", tag("thead", head), tag("tbody", *rows), class_="calendar")
    return _section(words, "calendar", tag("p", words("calendar-note")), grid)


def _day(words: Words, day: dt.date) -> Html:
    table_ = words.timetable
    if not table_.first <= day <= table_.last:
        return tag("td", class_="beyond")
    chips = [
        link(f"{route.vehicle} · {len(route.visits)}", f"#{_anchor(route)}", class_="chip")
        for route in table_.routes
        if route.date == day
    ]
    met = sorted({one.what for one in table_.exceptions if one.day == day})
    marks = [tag("em", words.say(f"calendar.what-{what.replace(' ', '-')}")) for what in met]
    return tag("td", tag("span", words.short(day), class_="date"), *chips, *marks)


def _anchor(route: TimetableRoute) -> str:
    return f"r-{route.date}-{route.vehicle}"


def _changes(words: Words) -> Html | None:
    before = words.timetable.before
    if before is None:
        return None
    said = [tag("p", line) for line in change_lines(words.timetable, words.say)]
    stops = words.timetable.stops_by_id
    changed = [c for c in before.changes if c.kind not in ("same", "new")]
    heads = [words(key) for key in ("stop", "township", "change", "was", "now", "people")]
    rows: list[list[Child]] = []
    for one in changed:
        was = [words.say("figures.and").join(map(words.weekday, one.weekdays_before))]
        was += [one.vehicle_before] if one.vehicle_before else []
        was += [words.time(one.begin_before)] if one.begin_before is not None else []
        now = _now(words, one.stop)
        stop = stops[one.stop]
        change = words(f"change-{one.kind}")
        rows.append(
            [bdi(stop.name), bdi(words.area(stop.area)), change, " ".join(was), now, one.people]
        )
    return _section(words, "changes", *said, table(heads, rows) if rows else None)


def _now(words: Words, stop: str) -> str:
    if stop not in words.timetable.visits_by_stop:
        return "–"
    route, visit = words.timetable.visits_by_stop[stop][0]
    days = words.timetable.stops_by_id[stop].weekdays
    named = words.say("figures.and").join(map(words.weekday, days))
    return " ".join((named, route.vehicle, words.time(visit.begin)))


def _stock(words: Words, outlook: Sequence[str]) -> Html | None:
    """Return for each pool how many batches its store has, and how many are out at most.

    Below that stands how long they last, also by what each stop has had before.
    """
    stock = words.timetable.stock
    if not stock and not outlook:
        return None

    def most(pool: PoolStock) -> str:
        return words.say.number(pool.most)

    rows: list[list[Child]] = [
        [
            bdi(printable(pool.name)) if pool.name else words("no-pool"),
            words.say.number(pool.store),
            words.say.number(pool.visits),
            tag("b", most(pool)) if pool.most > pool.store else most(pool),
        ]
        for pool in stock
    ]
    heads = [words(key) for key in ("pool", "in-store", "visits", "most-out")]
    note = words("stock-within" if words.timetable.within_stock else "stock-any")
    said = [tag("p", note), table(heads, rows)] if stock else []
    more = tag("ul", each(tag("li", line) for line in outlook), class_="outlook")
    return _section(words, "stock", *said, more if outlook else None)


def _left(words: Words) -> Html | None:
    left = words.timetable.left
    if not left:
        return None
    stops = words.timetable.stops_by_id
    rows: list[list[Child]] = [
        [
            tag("b", bdi(printable(stops[one.stop].name))),
            bdi(words.area(stops[one.stop].area)),
            stops[one.stop].people or "",
            one.reason.text_in(words.say.language),
        ]
        for one in left
    ]
    heads = [words(key) for key in ("stop", "township", "people", "reason")]
    return _section(words, "left", table(heads, rows), count=len(left))


def _later(words: Words) -> Html | None:
    later = words.timetable.later
    if not later:
        return None
    stops = words.timetable.stops_by_id
    rows: list[list[Child]] = [
        [bdi(printable(stops[one.stop].name)), bdi(words.area(stops[one.stop].area)), week]
        for one in later
        for week in [week_name(one.monday)]
    ]
    heads = [words(key) for key in ("stop", "township", "due-in")]
    body = tag("details", tag("summary", words("later-list")), table(heads, rows))
    return _section(words, "later", body, count=len(later))


def _exceptions(words: Words) -> Html | None:
    every = words.timetable.exceptions
    if not every:
        return None
    stops = words.timetable.stops_by_id
    rows: list[list[Child]] = [
        [
            words.day(one.day),
            bdi(printable(stops[one.stop].name)),
            words.say(f"calendar.what-{one.what.replace(' ', '-')}"),
            words(f"fate-{one.fate}", to=words.short(one.to) if one.to else ""),
        ]
        for one in every
    ]
    heads = [words(key) for key in ("date", "stop", "occasion", "becomes")]
    body = tag("details", tag("summary", words("exceptions-list")), table(heads, rows))
    return _section(words, "exceptions", body, count=len(every))


def _stops(words: Words) -> Html:
    heads = [words(key) for key in ("stop", "township", "weekday", "time", "car", "dates")]
    rows: list[list[Child]] = []
    for stop in words.timetable.served:
        for occasion in words.occasions(stop):
            name = bdi(printable(stop.name))
            private = " ", tag("em", words("private"))
            rows.append(
                [
                    join(name, *(() if stop.public else private)),
                    bdi(words.area(stop.area)),
                    occasion.weekdays,
                    tag("span", occasion.times, class_="whole"),
                    bdi(occasion.car),
                    words.dates(occasion.dates),
                ]
            )
    summary = tag("summary", words("stops-list"))
    return _section(words, "stops", tag("details", summary, table(heads, rows)))


def _routes(words: Words) -> Html:
    return _section(words, "routes-list", *(_route(words, one) for one in words.timetable.routes))


def _route(words: Words, route: TimetableRoute) -> Html:
    stops = words.timetable.stops_by_id
    heads = [words(key) for key in ("time", "stop", "township")]
    rows: list[list[Child]] = [
        [
            tag("span", words.times(visit.begin, visit.leave), class_="whole"),
            bdi(printable(stops[visit.stop].name)),
            bdi(words.area(stops[visit.stop].area)),
        ]
        for visit in route.visits
    ]
    weekday = words.weekday(route.date.weekday())
    dot = tag("span", "●", class_=f"day-{route.date.weekday()}", aria_hidden="true")
    said = words(
        "route-line",
        car=words.car(route.vehicle),
        out=words.time(route.depart),
        back=words.time(route.back),
        count=len(route.visits),
        km=route.metres / 1000,
    )
    summary = tag("summary", dot, " ", tag("b", f"{words.day(route.date)} {weekday}"), " ", said)
    return tag("details", summary, table(heads, rows), id=_anchor(route), class_="route")


def _footer(words: Words) -> Html:
    made = words.timetable.provenance
    figures = {"seed": made.seed, "effort": made.effort, "id": words.timetable.id}
    return tag(
        "footer",
        tag("p", told(words.timetable.road_note, words.say.language)),
        tag("p", words("made", version=made.bookcar, **figures)),
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[Child]]) -> Html:
    """Return a table that narrow screens show as a list, each cell with its heading."""
    head = tag("tr", *(tag("th", text, scope="col") for text in heads))
    body = each(
        tag(
            "tr", *(tag("td", cell, data_label=text) for text, cell in zip(heads, row, strict=True))
        )
        for row in rows
    )
    return tag("table", tag("thead", head), tag("tbody", body), class_="rows")
