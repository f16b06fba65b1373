"""The week's page: what will happen, what will not and why, and where everything is."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from msgspec import UNSET

from bookcar.advice.wording import why_not_kept
from bookcar.manifests.handouts import without_poster
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.sheet import RouteSheet, UnservedRow, WeekSheet
from bookcar.manifests.write import SLIPS, TITLES
from bookcar.pages.attention import points
from bookcar.pages.checked import checked
from bookcar.pages.costs import cost_lines
from bookcar.pages.decisions import Decision, decisions
from bookcar.pages.event_file import event_file
from bookcar.pages.figures import figures_of
from bookcar.pages.late import late_next_week
from bookcar.pages.tables import table, table_section
from bookcar.pages.timeline import legend, timeline
from bookcar.pages.weeks import FILE as WEEKS
from bookcar.pages.why import FILE as WHY_PAGE
from bookcar.pages.why_words import WhyWords
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan, PlanPromise, PlanVehicle, Route
from bookcar.web.figures import counted
from bookcar.web.geometry import Points
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.minimap import Roads, route_map
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.web.times import time_text
from bookcar.weeks import clock
from bookcar.whys import Whys

__all__ = ["table", "table_section", "week_page"]

_MAPS = (("map-routes", "routes.html"), ("map-coverage", "coverage.html"))
_FILES = (  # by what they are for, those of most use first
    ("files-look", (("file-board", "board.html"), ("file-why", WHY_PAGE))),
    (
        "files-print",
        (
            ("file-pdf", "manifests.pdf"),
            ("file-wall", "wall.pdf"),
            ("file-labels", "labels.pdf"),
            ("file-slips", SLIPS),
            ("file-titles", TITLES),
            ("file-posters", "posters.pdf"),
        ),
    ),
    (
        "files-fill-in",
        (("file-xlsx", "week.xlsx"), ("file-visits", "visits.csv")),
    ),
    (
        "files-pass-on",
        (
            ("file-calendar", "visits.ics"),
            ("file-timetable", "timetable.csv"),
            ("file-unserved", "unserved.csv"),
            ("file-plan", "plan.json"),
        ),
    ),
)
_FOLD = 12  # stops not served; a longer list is folded, its groups stand above
_DECIDED = 6  # groups; a head reads no more of them, and the rest are listed below
_CHANGES = 2  # of each stop, told here; all of them stand on the page of whys
_BAR = 80  # units of a bar that is full


def week_page(
    plan: Plan,
    *,
    language: Language | None = None,
    maps_href: str | None = None,
    before: Plan | None = None,
    roads: Roads | None = None,
    whys: Whys | None = None,
) -> str:
    """Return ``index.html`` of a week.

    Parameters
    ----------
    language
        ``zh``, ``en`` or ``fr``; None for the plan's own.
    maps_href
        The folder of the week's maps as seen from the page, e.g.
        ``../../../maps/qijiang/2026-W49``; None for no links to maps.
    before
        The plan of the week before, to compare with.
    roads
        The district's roads, whose greater ones are drawn beneath the little maps.
    whys
        Why stops are not served, and what would help; None where that was not looked for.
    """
    page = _WeekPage(plan, week_sheet(plan, language=language), maps_href, roads)
    page.whys = whys
    return page.whole(figures_of(page.week, plan, before))


@dataclass(frozen=True)
class _Greater:
    """The roads that still tell something on a map of a few centimetres."""

    roads: Roads

    @property
    def lines(self) -> Mapping[str, Sequence[Points]]:
        """Return the lines of the greater classes."""
        return {name: self.roads.lines.get(name, ()) for name in ("trunk", "county", "township")}


class _WeekPage:
    """Builds the page of one plan in one language."""

    def __init__(
        self,
        plan: Plan,
        week: WeekSheet,
        maps_href: str | None,
        roads: Roads | None,
    ) -> None:
        self.whys: Whys | None = None
        self.roads = None if roads is None else _Greater(roads)
        self.plan = plan
        self.week = week
        self.maps = None if maps_href is None else maps_href.rstrip("/") or "."
        self.phrase = Phrases(week.language)
        self.points = points(plan, week)

    def say(self, key: str, **figures: str | int | tuple[str, ...]) -> str:
        """Return a phrase of the pages."""
        return self.phrase(f"pages.{key}", **figures)

    def whole(self, figures: Html) -> str:
        """Return the page."""
        week = self.week
        return document(
            self._header(),
            tag(
                "main",
                self._verdict(),
                tag("p", week.warning, class_="warning") if week.warning else None,
                self._decisions(),
                self._files(),
                figures,
                self._timeline(),
                self._looks(),
                self._routes(),
                self._promises(),
                self._unserved(),
                self._pictures(),
                self._away(),
                self._cost(),
                self._approval(),
            ),
            self._footer(),
            title=f"{week.district} {week.week}",
            language=week.language,
            css=_css() + page_rule(week.paper),
        )

    def _header(self) -> Html:
        week = self.week
        sunday = week.monday + dt.timedelta(days=6)
        dates = self.say("dates", first=week.monday.isoformat(), last=sunday.isoformat())
        return tag(
            "header",
            tag("p", bdi(week.district), " ", bdi(week.district_en)),
            tag("h1", self.say("title", week=week.week), " ", tag("small", dates)),
        )

    def _verdict(self) -> Html:
        required = sum(row.required for row in self.week.unserved)
        left = f" {self.say('required-left', count=required)}" if required else ""
        totals = self.plan.totals
        twice = any(stop.visits_a_week > 1 for stop in self.plan.stops if stop.due)
        parts = any(stop.in_all is not UNSET for stop in self.plan.stops if stop.due)
        note = "visits-note-parts" if parts else "visits-note"
        visits = f" {self.say(note, visits=totals.visits)}" if twice else ""
        decided = len(decisions(self.plan, self.week, self.whys, self.phrase))
        asked = (("decisions", "open", decided), ("attention", "eyes", len(self.points)))
        links = [
            join(" ", link(self.say(key, count=count), f"#{section}"))
            for section, key, count in asked
            if count
        ]
        kind = "verdict left-over" if self.week.unserved else "verdict"
        late = late_next_week(self.plan)
        told = f" {self.say('late-next-week', count=late)}" if late else ""
        sentence = tag("strong", self._verdict_sentence())
        return tag("p", sentence, left, visits, told, *links, class_=kind)

    def _decisions(self) -> Html | None:
        """Return what would serve the stops that are not served, those of most stops first."""
        found = decisions(self.plan, self.week, self.whys, self.phrase)
        if not found:
            return None
        items = [tag("li", *self._decision(one)) for one in found[:_DECIDED]]
        more = found[_DECIDED:]
        rest = sum(len(one.stops) for one in more)
        last = tag("p", self.say("decide-more", count=len(more), stops=rest)) if more else None
        shown = tag("ul", *items, class_="decisions")
        return self._section("decisions", shown, last, count=len(found))

    def _decision(self, decision: Decision) -> Iterator[Child]:
        yield tag("b", f"{decision.matter} {decision.change}".rstrip())
        stops = [self.plan.stops_by_id[stop] for stop in decision.stops]
        english = self.week.language == "en"
        names = tuple(printable((english and stop.name_en) or stop.name) for stop in stops)
        yield " "
        yield tag("small", bdi(self.say("decide-stops", names=names)))

    def _verdict_sentence(self) -> str:
        week = self.week
        routes, unserved = len(week.routes), len(week.unserved)
        if not routes and not unserved:
            return self.say("none-due")
        if not routes:
            return self.say("none-served", due=week.due)
        if not unserved:
            return self.say("all-served", due=week.due, routes=routes)
        figures = {"served": week.served, "due": week.due, "routes": routes, "unserved": unserved}
        return self.say("some-served", **figures)

    def _files(self) -> Html:
        titled = any(batch.contents for batch in self.plan.batches)
        told = self.whys is not None and bool(self.whys.stops)
        carried = bool(self.plan.carriers)
        known = ((TITLES, titled), (SLIPS, carried), (WHY_PAGE, told))
        absent = {name for name, there in known if not there}
        groups = []
        for title, files in _FILES:
            links = [link(self.say(key), file) for key, file in files if file not in absent]
            if title == "files-look":
                maps = () if self.maps is None else _MAPS
                links = [link(self.say(key), self._map(file)) for key, file in maps] + links
                links += [*self._events(), link(self.say("weeks"), f"../{WEEKS}")]
                links += [link(self.say("away"), "#away")] if self.plan.routes else []
            items = each(tag("li", item) for item in links)
            if title == "files-print":
                items = join(items, self._without_poster())
            groups.append(tag("div", tag("p", self.say(title)), tag("ul", items)))
        return tag("nav", *groups, aria_label=self.say("files"), class_="files")

    def _without_poster(self) -> Html | None:
        """Return beside the posters which visits have none, and why."""
        left = without_poster(self.week, self.plan.loads)
        parts = tuple(self.say(f"posters-{why}", count=left[why]) for why in sorted(left))
        return tag("li", self.say("posters-left", parts=parts), class_="aside") if parts else None

    def _events(self) -> list[Html]:
        """Return a link to the page of every event of the week."""
        events = () if self.plan.events is UNSET else self.plan.events
        return [link(printable(one.name), f"events/{event_file(one)}") for one in events]

    def _map(self, file: str) -> str:
        return f"{self.maps}/{file}"

    def _looks(self) -> Html:
        return tag("div", self._attention(), self._checked(), class_="looks")

    def _attention(self) -> Html | None:
        if not self.points:
            return None
        items = (tag("li", bdi(point.text), class_=point.weight) for point in self.points)
        listed = tag("ul", *items, class_="marked")
        return self._section("attention", listed, count=len(self.points))

    def _checked(self) -> Html:
        items = [
            tag("li", self.say(key), class_="right" if there else "note")
            for key, there in checked(self.plan)
        ]
        return self._section("checked", tag("ul", *items, class_="marked"))

    def _cost(self) -> Html | None:
        lines = cost_lines(self.plan, self.phrase)
        if not lines:
            return None
        title = tag("summary", self.say("cost-title"), id="cost-title")
        return tag("details", title, *(tag("p", line) for line in lines), class_="specialists")

    def _away(self) -> Html | None:
        """Return what to do when a driver or a car is away, by what to type for the first car."""
        if not self.plan.routes:
            return None
        route, folder = self.plan.routes[0], self.plan.provenance.folder
        car, district = route.vehicle, shlex.quote(folder)
        out = f"routes/{Path(folder).stem if folder.endswith('.xlsx') else Path(folder).name}"
        whole = f"bookcar plan {district} --week {self.plan.week}"
        trial = f"bookcar what-if {district} --week {self.plan.week}"
        week = shlex.quote(f"{out}/{self.plan.week}")
        moment = f"{route.date.isoformat()} {clock(route.depart)}"
        steps = (
            ("away-try", (f'{trial} --change "vehicle {car} off"', f"{trial} --ready")),
            ("away-before", (whole,)),
            ("away-during", (f'bookcar replan {week} --from "{moment}" --out {shlex.quote(car)}',)),
            ("away-driver", (whole,)),
        )
        row = f"{route.date.isoformat()},{route.date.isoformat()},car off,{car},drop"
        items = [
            tag("li", self.say(key, row=row), *(tag("pre", tag("code", one)) for one in typed))
            for key, typed in steps
        ]
        return self._section("away", tag("ol", *items, class_="away"))

    def _pictures(self) -> Html | None:
        """Return a little map of every route that leads to its manifest."""
        if not self.plan.routes:
            return None
        told = self.plan.with_areas_in(self.phrase.language)
        figures = [
            tag(
                "figure",
                tag(
                    "a",
                    Html(route_map(told, route, roads=self.roads)),
                    *caption,
                    href=_manifest(sheet),
                ),
            )
            for sheet, route, _ in self._pairs()
            for caption in [(tag("span", f"{sheet.id} {sheet.weekday} · {sheet.km.text} km"),)]
        ]
        return self._section("pictures", tag("div", *figures, class_="pictures"))

    def _approval(self) -> Html:
        """Return the lines on which the week is signed; they show on paper only."""
        lines = [tag("p", self.say(key), class_="line") for key in ("made-by", "approved-by")]
        return tag("div", *lines, class_="approval")

    def _timeline(self) -> Html | None:
        if not self.plan.routes:
            return None
        rows = [
            (f"{sheet.id} {sheet.weekday} {sheet.vehicle_id[:12]}", route, vehicle)
            for sheet, route, vehicle in self._pairs()
        ]
        label = self.say("timeline-alt")
        picture = tag(
            "div",
            timeline(rows, hour_text=self._hour),
            class_="wide",
            role="img",
            aria_label=label,
            tabindex=0,
        )
        return self._section("timeline", legend(self.plan.routes, self.say), picture)

    def _hour(self, seconds: int) -> str:
        return time_text(seconds, self.phrase, self.week.clock)

    def _pairs(self) -> Iterable[tuple[RouteSheet, Route, PlanVehicle]]:
        for sheet, route in zip(self.week.routes, self.plan.routes, strict=True):
            yield sheet, route, self.plan.vehicles_by_id[route.vehicle]

    def _routes(self) -> Html | None:
        if not self.week.routes:
            return None
        heads = (
            *(self.phrase("common.route"), self.say("day"), self.phrase("common.vehicle")),
            *(self.phrase("common.driver"), self.say("stops"), self.say("times")),
            *(self.say("km-limit"), self.say("hours-limit"), self.say("books-limit")),
            self.say("links"),
        )
        rows = [self._route(*pair) for pair in self._pairs()]
        return self._section("route-list", table(heads, rows, numbers=(4, 6, 7, 8)))

    def _stop_count(self, sheet: RouteSheet) -> str:
        stops, reloads = len(sheet.visits), len(sheet.parts) - 1
        return self.say("with-reloads", stops=stops, reloads=reloads) if reloads else str(stops)

    def _route(self, sheet: RouteSheet, route: Route, vehicle: PlanVehicle) -> list[Child]:
        hours = (route.back - route.depart) / max(vehicle.max_seconds, 1)
        km = route.metres / max(vehicle.max_metres, 1)
        books = route.peak_books / max(vehicle.books, 1)
        return [
            tag("b", sheet.id),
            f"{sheet.weekday} {sheet.date_text}",
            bdi(sheet.vehicle),
            bdi(sheet.driver),
            self._stop_count(sheet),
            f"{sheet.depart.text}–{sheet.back.text}",
            _bar(f"{sheet.km.text} / {sheet.max_km.text}", km),
            _bar(f"{sheet.hours.text} / {sheet.max_hours.text}", hours),
            _bar(
                " / ".join(counted(n, self.phrase) for n in (sheet.peak_books, sheet.max_books)),
                books,
            ),
            self._route_links(sheet),
        ]

    def _route_links(self, sheet: RouteSheet) -> Html:
        links = [
            link(self.say("manifest"), _manifest(sheet)),
            link(self.say("gpx"), f"gpx/{sheet.stem}.gpx"),
        ]
        if self.maps is not None:
            links.insert(1, link(self.say("map"), f"{self._map('routes.html')}#{sheet.stem}"))
        return join(*(child for item in links for child in (item, " ")))

    def _promises(self) -> Html | None:
        """Return what the timetable promised and is otherwise; a word where all of it is kept."""
        promises = self.plan.promises
        if not promises:
            return None
        broken = [one for one in promises if one.becomes != "same"]
        figures = {"kept": len(promises) - len(broken), "count": len(promises)}
        if not broken:
            return self._section("promises-list", tag("p", self.say("promises-all")), **figures)
        keys = ("stop", "township", "promised-for", "becomes", "reason")
        rows = table([self.say(key) for key in keys], [self._promise(one) for one in broken])
        return self._section("promises-list", rows, **figures)

    def _promise(self, promise: PlanPromise) -> list[Child]:
        stop = self.plan.stops_by_id[promise.stop]
        name = join(tag("b", bdi(printable(stop.name))), " ", tag("small", printable(stop.name_en)))
        time = "" if promise.arrive is None else self._hour(promise.arrive)
        day = self.phrase("common.day-of", day=promise.date.isoformat())
        wanted = " ".join(filter(None, (day, time, promise.vehicle)))
        why = "" if promise.why is UNSET else why_not_kept(self.plan, promise.why, self.phrase)
        area = printable(self.plan.area_of(stop, self.phrase.language))
        return [name, bdi(area), wanted, self._becomes(promise), printable(why)]

    def _becomes(self, promise: PlanPromise) -> str:
        now = promise.now
        if now is None:
            return self.say("becomes-gone")
        figures = {"day": now.date.isoformat(), "time": self._hour(now.begin), "car": now.vehicle}
        return self.say(f"becomes-{promise.becomes}", **figures)

    def _unserved(self) -> Html | None:
        rows = self.week.unserved
        if not rows:
            return None
        keys = ("stop", "township", "people", "last", "overdue", "reason", "helps")
        told = [self._left_over(row) for row in rows]
        shown = table([self.say(key) for key in keys], told, numbers=(2, 3, 4))
        if len(rows) > _FOLD:
            shown = tag("details", tag("summary", self.say("unserved-each")), shown)
        return self._section("unserved-list", shown, count=len(rows))

    def _left_over(self, row: UnservedRow) -> list[Child]:
        name = join(tag("b", bdi(row.name)), " ", tag("small", row.name_en))
        if row.required:
            name = join(name, " ", tag("em", self.say("required")))
        since = self.say("never") if row.weeks_since is None else row.weeks_since
        people = counted(row.people, self.phrase) if row.people else ""
        figures = (_whole(figure) for figure in (people, since, row.overdue))
        return [name, bdi(row.area), *figures, row.explanation, self._helps(row)]

    def _helps(self, row: UnservedRow) -> Child:
        """Return what would help: the changes that take the least, if they were looked for."""
        why = None if self.whys is None else self.whys.by_stop.get(row.stop)
        if why is None:
            return row.help
        words = WhyWords(self.plan, self.phrase)
        lines = [line for line, _ in zip(words.lines(why), range(_CHANGES), strict=False)]
        otherwise = printable(words.otherwise(why, row.help))
        shown = (
            tag("ul", each(tag("li", printable(line)) for line in lines)) if lines else otherwise
        )
        level = tag("p", printable(words.level(why))) if why.price or why.conflict else None
        more = link(self.phrase("why.page-link"), f"{WHY_PAGE}#{why.id}")
        return join(shown, level, more) if level else join(shown, " ", more)

    def _footer(self) -> Html:
        week, made = self.week, self.plan.provenance
        settings = self.say(
            "settings", seed=made.seed, effort=made.effort, iterations=made.iterations
        )
        inputs = [[bdi(printable(name)), tag("code", sha)] for name, sha in made.inputs.items()]
        heads = (self.say("file"), self.say("sha"))
        return tag(
            "footer",
            tag("p", week.road_note, " ", week.warning),
            tag("p", f"{week.plan_text} · {self.phrase('common.internal')}"),
            tag(
                "details",
                tag("summary", self.say("made-from")),
                tag("p", self.say("folder"), ": ", bdi(printable(made.folder))),
                tag("p", settings),
                table(heads, inputs) if inputs else None,
                open=True,
            ),
        )

    def _section(self, key: str, *children: Child, **figures: int) -> Html:
        title = tag("h2", self.say(key, **figures), id=key)
        return tag("section", title, *children, aria_labelledby=key)


def _whole(figure: Child) -> Html:
    """Return a figure that no line breaks in two."""
    return tag("span", figure, class_="whole") if figure != "" else Html("")


def _css() -> str:
    return resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8")


def _manifest(sheet: RouteSheet) -> str:
    return f"manifests/{sheet.stem}.html"


def _bar(text: str, share: float) -> Html:
    """Return a figure beside its limit, with a bar as full as the limit is used."""
    width = round(min(max(share, 0.0), 1.0) * _BAR)
    fill = "#B35806" if share > 0.95 else "#4A7BA6"
    picture = tag(
        "svg",
        tag("rect", width=_BAR, height=6, fill="#dfe3e6"),
        tag("rect", width=width, height=6, fill=fill),
        viewBox=f"0 0 {_BAR} 6",
        aria_hidden="true",
    )
    return join(text, picture)
