"""The page of an event in a week: what comes, lies and goes, by which car, and what to pack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Any, NamedTuple

from msgspec import UNSET

from bookcar.manifests.sheet import RouteSheet, WeekSheet
from bookcar.model import Title
from bookcar.pages.event_file import event_file
from bookcar.pages.tables import table
from bookcar.phrases import Phrases
from bookcar.plan import EventBatch, Plan, PlanBatch, PlanEvent, Route, Visit
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.web.times import time_text


class _Load(NamedTuple):
    """A load that a car carries: its route as printed, its visit, and its batches."""

    sheet: RouteSheet
    route: Route
    visit: Visit
    batches: tuple[PlanBatch, ...]


def event_pages(plan: Plan, week: WeekSheet) -> Iterator[tuple[str, str]]:
    """Yield the file name and the page of every event of a plan, in the language of its sheets."""
    for event in () if plan.events is UNSET else plan.events:
        yield event_file(event), _Page(plan, week, event).whole()


class _Page:
    def __init__(self, plan: Plan, week: WeekSheet, event: PlanEvent) -> None:
        self.plan, self.week, self.event = plan, week, event
        self.phrase = Phrases(week.language)
        self.loads = tuple(self._carried())

    def say(self, key: str, **figures: Any) -> str:
        """Return a phrase of events."""
        return self.phrase(f"events.{key}", **figures)

    def whole(self) -> str:
        """Return the page."""
        event, week = self.event, self.week
        name = printable(event.name)
        kind = "verdict left-over" if self._left_out() else "verdict"
        return document(
            tag(
                "header",
                tag("p", bdi(week.district), " ", bdi(week.district_en)),
                tag("h1", bdi(name), " ", tag("small", self._when())),
                tag("p", bdi(printable(event.name_en))) if event.name_en else None,
            ),
            tag(
                "main",
                tag("p", tag("strong", self._verdict()), *self._left_out(), class_=kind),
                self._facts(),
                self._loads(),
                self._packing(),
                self._there(),
                self._titles(),
            ),
            tag("footer", tag("p", f"{week.plan_text} · {self.phrase('common.internal')}")),
            title=f"{week.district} {week.week} · {name}",
            language=week.language,
            css=_css() + page_rule(week.paper),
        )

    def _carried(self) -> Iterator[_Load]:
        sheets = {sheet.id: sheet for sheet in self.week.routes}
        known = self.plan.batches_by_id
        for route in self.plan.routes:
            for visit in route.visits:
                if visit.stop in self.event.trips:
                    names = (*visit.drops, *visit.collects)
                    batches = tuple(known[name] for name in names)
                    yield _Load(sheets[route.id], route, visit, batches)

    def _when(self) -> str:
        event = self.event
        days = self.say("window", first=event.first.isoformat(), last=event.last.isoformat())
        if event.opens is None or event.closes is None:
            return days
        opens, closes = self._time(event.opens), self._time(event.closes)
        hours = self.say("hours", opens=opens, closes=closes)
        return self.phrase("figures.comma").join((days, hours))

    def _time(self, seconds: int) -> str:
        return time_text(seconds, self.phrase, self.plan.clock)

    def _verdict(self) -> str:
        there = _books(self.event.there)
        if not self.event.trips:
            return self.say("verdict-lies", there=there)
        fetched = [load for load in self.loads if load.visit.collects]
        lines = [self._brings(there)] if self.event.brings else []
        if fetched or not lines:
            moved = sum(_books(load.batches) for load in fetched)
            figures = {"books": moved, "loads": len(fetched), "left": there - moved}
            lines.append(self.say("verdict-fetches", **figures))
        return " ".join(lines)

    def _brings(self, there: int) -> str:
        loads = [load for load in self.loads if load.visit.drops]
        moved, wanted = sum(_books(load.batches) for load in loads), self.event.books
        lacking = max(0, wanted - there - moved)
        kind = "-less" if lacking else "" if there else "-all"
        figures = {"there": there, "wanted": wanted, "lacking": lacking}
        return self.say(f"verdict-brings{kind}", books=moved, loads=len(loads), **figures)

    def _left_out(self) -> list[Child]:
        made = {load.visit.stop for load in self.loads}
        lacking = tuple(stop for stop in self.event.trips if stop not in made)
        if not lacking:
            return []
        names = tuple(printable(self.plan.stops_by_id[stop].name) for stop in lacking)
        return [" ", self.say("left-out", count=len(lacking), stops=names)]

    def _facts(self) -> Html:
        event, comma = self.event, self.phrase("figures.comma")
        fetching = {"first": event.fetch_from.isoformat(), "last": event.fetch_by.isoformat()}
        where = comma.join(filter(None, (printable(event.landmark), self._contact())))
        facts = [
            ("place", where),
            ("by", self._day(event.bring_by)),
            ("from", self.say("window", **fetching)),
            ("stays", self._stays()),
            ("lent-by", comma.join(printable(name) for name in event.lent_by)),
        ]
        note = tag("p", bdi(printable(event.note))) if event.note else None
        told = ((self.say(key), text) for key, text in facts if text)
        rows = each(tag("p", tag("small", key), " ", bdi(text)) for key, text in told)
        return join(rows, note)

    def _contact(self) -> str:
        event = self.event
        return " ".join(filter(None, (printable(event.contact), printable(event.phone))))

    def _stays(self) -> str:
        event = self.event
        if not event.stays:
            return ""
        days = {"first": event.first.isoformat(), "last": event.last.isoformat()}
        return self.say("stays-note", cars=self.phrase("figures.comma").join(event.stays), **days)

    def _day(self, day: dt.date) -> str:
        return self.phrase("common.day-of", day=day.isoformat())

    def _loads(self) -> Html | None:
        keys = ("load", "day", "car", "time", "batches", "crates", "books", "kg", "manifest")
        rows: list[list[Child]] = [self._load(load) for load in self.loads]
        if len(rows) > 1:
            every = [batch for load in self.loads for batch in load.batches]
            sums = [self.phrase.number(figure) for figure in _sums(every)]
            rows.append([tag("b", self.say("total")), "", "", "", *sums, ""])
        return self._section("loads", table([self.say(k) for k in keys], rows)) if rows else None

    def _load(self, load: _Load) -> list[Child]:
        times = f"{self._time(load.visit.arrive)}–{self._time(load.visit.depart)}"
        return [
            tag("b", bdi(self._name(load))),
            self._day(load.route.date),
            bdi(load.route.vehicle),
            tag("span", times, class_="whole"),
            *(self.phrase.number(figure) for figure in _sums(load.batches)),
            link(load.route.id, f"../manifests/{load.sheet.stem}.html"),
        ]

    def _name(self, load: _Load) -> str:
        return printable(self.plan.stops_by_id[load.visit.stop].name)

    def _packing(self) -> Html | None:
        """Return the batches of each load, to be ticked when packed, put up, and taken back."""
        if not self.loads:
            return None
        parts = []
        for load in self.loads:
            figures = {"day": load.route.date.isoformat(), "car": load.route.vehicle}
            head = self.say("packing-load", name=self._name(load), **figures)
            parts.append(join(tag("h3", head), self._batches(load.batches)))
        return self._section("packing", *parts)

    def _there(self) -> Html | None:
        there = self.event.there
        return self._section("there", self._batches(there)) if there else None

    def _batches(self, batches: Sequence[PlanBatch | EventBatch]) -> Html:
        marks = ("packed", "put-up", "back")
        keys = ("batch", "pool", "crates", "books", "kg", "titles", *marks)
        return table([self.say(key) for key in keys], [self._batch(b, len(marks)) for b in batches])

    def _batch(self, batch: PlanBatch | EventBatch, marks: int) -> list[Child]:
        count = len(batch.contents)
        known = self.say("titles-of", count=count) if count else self.say("no-titles")
        return [
            tag("b", bdi(printable(batch.id))),
            bdi(printable(self._pool(batch))),
            self.phrase.number(batch.crates),
            self.phrase.number(batch.books),
            self.phrase.number(batch.kg),
            known,
            *["☐"] * marks,
        ]

    def _pool(self, batch: PlanBatch | EventBatch) -> str:
        if batch.pool is UNSET or self.plan.pools is UNSET:
            return "" if batch.pool is UNSET else batch.pool
        names = {pool.id: pool.name for pool in self.plan.pools}
        return names.get(batch.pool, batch.pool)

    def _titles(self) -> Html | None:
        """Return every title that moves or lies there, with the batch in which it is."""
        moved = [batch for load in self.loads for batch in load.batches]
        batches: list[PlanBatch | EventBatch] = [*self.event.there, *moved]
        known = {batch.id: batch for batch in batches}.values()
        rows = [self._title(title, batch.id) for batch in known for title in batch.contents]
        if not rows:
            return None
        keys = ("title-head", "author", "call", "copies", "batch")
        return self._section("all-titles", table([self.say(key) for key in keys], rows))

    def _title(self, title: Title, batch: str) -> list[Child]:
        texts = (title.title, title.author, title.call_number)
        return [*(bdi(printable(text)) for text in texts), str(title.copies), bdi(printable(batch))]

    def _section(self, key: str, *children: Child) -> Html:
        title = tag("h2", self.say(key), id=key)
        return tag("section", title, *children, aria_labelledby=key)


def _sums(batches: Sequence[PlanBatch | EventBatch]) -> tuple[int, int, int, int]:
    """Return how many batches, crates, books and kg some are."""
    crates = sum(batch.crates for batch in batches)
    return len(batches), crates, _books(batches), sum(batch.kg for batch in batches)


def _books(batches: Iterable[PlanBatch | EventBatch]) -> int:
    return sum(batch.books for batch in batches)


def _css() -> str:
    return resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8")
