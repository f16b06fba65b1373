"""A manifest as a web page: the accessible twin of the paper one, for phones and for printing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources

from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.sheet import (
    BatchLine,
    BreakRow,
    LoadPart,
    LoadRow,
    ReloadRow,
    RouteSheet,
    StopRow,
    WeekSheet,
)
from bookcar.phrases import Phrases
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule


def route_page(route: RouteSheet, week: WeekSheet, *, map_svg: str, profile_svg: str = "") -> str:
    """Return the page of one route with its map and, where heights are known, its profile."""
    return _Page(route, week).whole(map_svg, profile_svg)


class _Page:
    """Builds the page of a route in the language of its sheet."""

    def __init__(self, route: RouteSheet, week: WeekSheet) -> None:
        self.route = route
        self.week = week
        self.phrase = Phrases(week.language)

    def say(self, key: str, **figures: str | int) -> str:
        """Return a phrase of the manifests."""
        return self.phrase(f"manifests.{key}", **figures)

    def whole(self, map_svg: str, profile_svg: str) -> str:
        """Return the page."""
        route, week = self.route, self.week
        main = tag(
            "main",
            self._facts(),
            tag("p", week.warning, class_="warning") if week.warning else None,
            self._totals(),
            self._map(map_svg),
            self._profile(profile_svg),
            self._dispatch(),
            self._stops(),
            self._loading(),
        )
        return document(
            self._header(),
            main,
            tag("footer", tag("p", f"{week.plan_text} · {week.road_note} {week.warning}")),
            title=f"{route.id} {self.say('title')} {route.date_text}",
            language=week.language,
            css=_css() + page_rule(week.paper),
        )

    def _header(self) -> Html:
        route, week = self.route, self.week
        routes = self.phrase("common.routes")
        return tag(
            "header",
            tag("nav", link(f"{week.district} {week.week}", "../index.html"), aria_label=routes),
            tag("h1", route.id, " ", self.say("title")),
        )

    def _facts(self) -> Html:
        route = self.route
        phone = self._phone(route.driver_phone)
        return _pairs(
            "facts",
            (
                (self.say("date"), f"{route.date_text} {route.weekday}"),
                (self.say("depart"), route.depart.text),
                (self.say("back"), route.back.text),
                (self.phrase("common.vehicle"), bdi(route.vehicle)),
                (self.phrase("common.driver"), join(bdi(route.driver), " ", phone)),
                (self.phrase("common.depot"), bdi(route.depot)),
            ),
        )

    def _totals(self) -> Html:
        route = self.route
        pairs: list[tuple[str, Child]] = [
            (self.say("stops"), len(route.rows)),
            (self.say("dropped"), f"{route.dropped} / {route.drop_books}"),
            (self.say("collected"), f"{route.collected} / {route.collect_books}"),
            (self.say("peak-books"), f"{route.peak_books} / {route.max_books}"),
            (self.say("km-limit"), f"{route.km.text} / {route.max_km.text}"),
            (self.say("hours-limit"), f"{route.hours.text} / {route.max_hours.text}"),
            (self.say("drive-service"), f"{route.driving.text} + {route.service.text}"),
        ]
        if route.max_kg is not None:
            pairs.insert(4, (self.say("peak-kg"), f"{route.peak_kg} / {route.max_kg}"))
        return _pairs("totals", pairs)

    def _map(self, svg: str) -> Html:
        label = self.say("map-alt", route=self.route.id, stops=len(self.route.rows))
        return tag("figure", Html(svg), role="img", aria_label=label, class_="map")

    def _profile(self, svg: str) -> Html | None:
        if not svg:
            return None
        climb = self.route.climb_text
        label = self.say("profile-alt", route=self.route.id, climb=climb)
        picture = tag("div", Html(svg), role="img", aria_label=label)
        return tag("figure", picture, tag("figcaption", climb), class_="map")

    def _dispatch(self) -> Html:
        number = self._phone(self.week.dispatch)
        emergency = join(" ", tag("strong", self.say("emergency")), " ", self.week.emergency)
        return tag(
            "aside",
            tag("p", tag("strong", self.say("dispatch")), " ", number or "________________"),
            tag("p", emergency) if self.week.emergency else None,
            tag("p", self.say("dispatch-help")),
        )

    def _stops(self) -> Html:
        route = self.route
        start = tag("li", tag("b", route.depart.text), " ", route.start_text, class_="between")
        total = join(
            *(" ", self.say("km", km=route.return_km.text)),
            *(" · ", self.say("km-total", km=route.km.text)),
        )
        end = tag("li", tag("b", route.back.text), " ", route.return_text, total, class_="between")
        items = each(item for row in route.rows for item in self._items(row))
        return tag(
            "section",
            tag("h2", self.say("stop-list"), id="stops"),
            tag("ol", start, items, end),
            aria_labelledby="stops",
        )

    def _items(self, row: StopRow) -> Iterator[Html]:
        if row.reload is not None:
            yield from self._break(row.reload.break_before)
            yield self._reload(row.reload)
            yield from self._break(row.reload.break_after)
        yield from self._break(row.break_before)
        yield self._stop(row)
        yield from self._break(row.break_after)

    def _break(self, rest: BreakRow | None) -> Iterator[Html]:
        if rest is not None:
            times = f"{rest.begin.text}–{rest.end.text}"
            said = f" {times} · {rest.text} · {rest.where}"
            yield tag("li", tag("b", self.say("break")), said, class_="between")

    def _stop(self, row: StopRow) -> Html:
        return tag(
            "li",
            self._code(row),
            tag("h3", tag("span", row.number, class_="number"), " ", bdi(row.name)),
            tag("p", bdi(row.name_en), class_="second") if row.name_en else None,
            self._times(row),
            _pairs("about", self._about(row)),
            tag(
                "div",
                self._batches("drop", row.drops),
                self._batches("collect", row.collects),
                self._requests(row),
                class_="moves",
            ),
            tag("p", row.aboard_text),
            self._written(),
            class_="stop" + (" school" if row.is_school else ""),
            id=f"stop-{row.number}",
        )

    def _reload(self, row: ReloadRow) -> Html:
        nothing = tag("p", self.say("nothing-off"))
        about: list[tuple[str, Child]] = [(self.say("phone"), self._phone(row.phone))]
        about = [pair for pair in about if pair[1] is not None]
        opened = link(self.say("open-map"), row.link, rel="noreferrer")
        return tag(
            "li",
            self._code(row),
            tag("h3", tag("span", "⌂", class_="number"), " ", row.title, " ", bdi(row.name)),
            tag("p", bdi(row.name_en), class_="second") if row.name_en else None,
            self._times(row),
            _pairs("about", [*about, (self.say("navigation"), opened)]),
            tag(
                "div",
                self._batches("put-off", row.off) or _headed(self.say("put-off"), nothing),
                self._batches("take-on", row.on) or _headed(self.say("take-on"), nothing),
                class_="moves",
            ),
            tag("p", row.aboard_text),
            class_="stop reload",
            id=f"reload-{row.number}",
        )

    def _code(self, row: StopRow | ReloadRow) -> Html:
        label = self.say("qr-alt", name=row.name)
        return tag("figure", Html(qr_svg(row.code)), role="img", aria_label=label, class_="code")

    def _times(self, row: StopRow | ReloadRow) -> Html:
        later = f" ({row.begin_text})" if row.begin_text else ""
        return tag(
            "p",
            tag("b", f"{row.arrive.text}–{row.depart.text}"),
            f"{later} · {row.minutes_text} · {self.say('km', km=row.leg_km.text)}",
            f" · {self.say('km-total', km=row.total_km.text)}",
            class_="times",
        )

    def _about(self, row: StopRow) -> list[tuple[str, Child]]:
        pairs: list[tuple[str, Child]] = [
            (self.say("kind"), row.kind),
            (self.say("township"), bdi(row.area) if row.area else None),
            (self.say("landmark"), bdi(row.landmark) if row.landmark else None),
            (self.say("height"), row.height or None),
            (self.say("contact"), bdi(row.contact) if row.contact else None),
            (self.say("phone"), self._phone(row.phone)),
            (self.say("note"), tag("strong", row.note) if row.note else None),
            (self.say("navigation"), link(self.say("open-map"), row.link, rel="noreferrer")),
        ]
        return [(label, value) for label, value in pairs if value is not None]

    def _batches(self, action: str, batches: Iterable[BatchLine]) -> Html | None:
        items = [
            _ticked(join(tag("b", batch.id), " ", batch.text, " ", batch.detail))
            for batch in batches
        ]
        if not items:
            return None
        return _headed(self.say(action), tag("ul", *items, class_="ticks"))

    def _requests(self, row: StopRow) -> Html | None:
        if not row.requests:
            return None
        items = [_ticked(bdi(request)) for request in row.requests]
        return tag("div", tag("h4", self.say("requests")), tag("ul", *items, class_="ticks"))

    def _written(self) -> Html:
        """Return the fields to fill in by hand; they show on paper only."""
        keys = ("actual-time", "returned", "signature")
        return tag("p", *(tag("span", self.say(key)) for key in keys), class_="written")

    def _loading(self) -> Html:
        route = self.route
        title = tag("h2", self.say("loading"), id="loading")
        if not route.load:
            return tag("section", title, tag("p", self.say("no-loading")), self._wishes())
        tables = [part for each_part in route.parts for part in self._part(each_part)]
        return tag("section", title, tag("p", self.say("loading-help")), *tables, self._wishes())

    def _part(self, part: LoadPart) -> Iterator[Html]:
        """Yield the table of what is loaded at once, under its title if there are several."""
        name = f"loading-{part.number}" if part.title else "loading"
        if part.title:
            yield tag("h3", part.title, id=name)
        if not part.rows:
            yield tag("p", self.say("nothing-off"))
            return
        keys = ("load-order", "number", "name", "batch-id", "audience", "books", "crates", "kg")
        head = tag("tr", *(tag("th", self.say(key), scope="col") for key in keys))
        total = tag(
            "tr",
            tag("th", self.say("total"), colspan=5, scope="row"),
            *(tag("td", n) for n in (part.books, part.crates, part.kg)),
        )
        table = tag(
            "table",
            tag("thead", head),
            tag("tbody", *(_load_row(row) for row in part.rows)),
            tag("tfoot", total),
        )
        yield tag("div", table, class_="wide", tabindex=0, role="region", aria_labelledby=name)

    def _wishes(self) -> Html | None:
        """Return the readers' requests, which the store picks beside the batches."""
        items = [
            _ticked(tag("span", f"{row.number} ", bdi(row.name), " · ", bdi(request)))
            for row in self.route.rows
            for request in row.requests
        ]
        if not items:
            return None
        return tag("div", tag("h3", self.say("requests")), tag("ul", *items, class_="ticks"))

    def _phone(self, number: str) -> Html | None:
        if not number:
            return None
        dialled = "".join(c for c in number if c in "+0123456789")
        return link(tag("b", number), f"tel:{dialled}", class_="phone") if dialled else Html("")


def _headed(title: str, body: Html) -> Html:
    return tag("div", tag("h4", title), body)


def _pairs(kind: str, pairs: Iterable[tuple[str, Child]]) -> Html:
    items = (tag("div", tag("dt", label), tag("dd", value)) for label, value in pairs)
    return tag("dl", each(items), class_=kind)


def _ticked(text: Html) -> Html:
    box = tag("input", type="checkbox")
    return tag("li", tag("label", box, " ", text))


def _load_row(row: LoadRow) -> Html:
    batch = row.batch
    return tag(
        "tr",
        tag("td", row.order),
        tag("td", row.number),
        tag("td", bdi(row.name)),
        tag("th", batch.id, scope="row"),
        tag("td", batch.audience),
        *(tag("td", n) for n in (batch.books, batch.crates, batch.kg)),
    )


def _css() -> str:
    return resources.files("bookcar.manifests").joinpath("page.css").read_text("utf-8")
