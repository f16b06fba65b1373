"""A manifest as a web page: the accessible twin of the paper one, and the driver's form.

On a wide screen and in print it reads from top to bottom. On a phone, where scripts run, it is one
screen at a time: elements with the same ``data-screen`` are shown together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

from bookcar.manifests.loading import LoadingList
from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.phone import BEFORE, OVERVIEW, PhoneForm, scripts, ticked
from bookcar.manifests.sheet import (
    BatchLine,
    BreakRow,
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
        self.form = PhoneForm(route, week)
        self._buttons = (self.say("phone"), self.say("navigation"))

    def say(self, key: str, **figures: str | int) -> str:
        """Return a phrase of the manifests."""
        return self.phrase(f"manifests.{key}", **figures)

    def whole(self, map_svg: str, profile_svg: str) -> str:
        """Return the page."""
        route, week = self.route, self.week
        main = tag(
            "main",
            self.form.notices(),
            self._overview(map_svg, profile_svg),
            tag(
                "section",
                LoadingList(route, self.phrase, self.form).whole(),
                self.form.before(),
                data_screen=BEFORE,
                aria_labelledby="loading",
            ),
            self._stops(),
            _by_hand(self.say(f"odometer{end}") for end in ("", "-out", "-in")),
            self.form.after(),
        )
        return document(
            self._header(),
            main,
            tag("footer", tag("p", f"{week.plan_text} · {week.road_note} {week.warning}")),
            self.form.steps(),
            title=f"{route.id} {self.say('title')} {route.date_text}",
            language=week.language,
            css=_css() + page_rule(week.paper),
            scripts=scripts(),
            data=self.form.data(),
        )

    def _overview(self, map_svg: str, profile_svg: str) -> Html:
        week = self.week
        return tag(
            "section",
            tag("h2", self.form.say("overview"), id="overview", class_="phone-only form"),
            self._facts(),
            tag("p", week.warning, class_="warning") if week.warning else None,
            self.form.contents("stops-ahead", all_said=False),
            self._totals(),
            self._map(map_svg),
            self._profile(profile_svg),
            self._dispatch(),
            data_screen=OVERVIEW,
        )

    def _header(self) -> Html:
        route, week = self.route, self.week
        routes = self.phrase("common.routes")
        return tag(
            "header",
            tag("nav", link(f"{week.district} {week.week}", "../index.html"), aria_label=routes),
            tag(
                "h1",
                route.id,
                " ",
                tag("span", self.say("title"), class_="wide-only"),
                tag("span", route.weekday, class_="form phone-only"),
            ),
            self.form.bar(),
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
        start = tag(
            "li",
            tag("b", route.depart.text),
            " ",
            route.start_text,
            class_="between",
            data_screen=BEFORE,
        )
        total = join(
            *(" ", self.say("km", km=route.return_km.text)),
            *(" · ", self.say("km-total", km=route.km.text)),
        )
        end = tag(
            "li",
            tag("b", route.back.text),
            " ",
            route.return_text,
            total,
            class_="between",
            data_screen=self.form.last,
        )
        items = each(item for row in route.rows for item in self._items(row))
        return tag(
            "section",
            tag("h2", self.say("stop-list"), id="stops"),
            tag("ol", start, items, end),
            aria_labelledby="stops",
        )

    def _items(self, row: StopRow) -> Iterator[Html]:
        if row.reload is not None:
            yield from self._with_breaks(row.reload, self._reload(row.reload))
        yield from self._with_breaks(row, self._stop(row))

    def _with_breaks(self, call: StopRow | ReloadRow, item: Html) -> Iterator[Html]:
        screen = self.form.screen(call)
        yield from self._break(call.break_before, screen)
        yield item
        yield from self._break(call.break_after, screen)

    def _break(self, rest: BreakRow | None, screen: int) -> Iterator[Html]:
        if rest is not None:
            times = f"{rest.begin.text}–{rest.end.text}"
            said = f" {times} · {rest.text} · {rest.where}"
            name = tag("b", self.say("break"))
            yield tag("li", name, said, class_="between", data_screen=screen)

    def _stop(self, row: StopRow) -> Html:
        return tag(
            "li",
            self._code(row),
            tag("h3", tag("span", row.number, class_="number"), " ", bdi(row.name)),
            tag("p", bdi(row.name_en), class_="second") if row.name_en else None,
            self._times(row),
            self.form.reach(row, _dialled(row.phone)),
            _pairs("about", self._about(row), buttons=self._buttons),
            self.form.times(row),
            tag(
                "div",
                self._moved(row, "drop", row.drops),
                self._moved(row, "collect", row.collects),
                self._requests(row),
                class_="moves",
            ),
            tag("p", row.aboard_text),
            self.form.outcome(row),
            self._written(),
            class_="stop" + (" school" if row.is_school else ""),
            id=f"stop-{row.number}",
            data_screen=self.form.screen(row),
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
            self.form.reach(row, _dialled(row.phone)),
            _pairs("about", [*about, (self.say("navigation"), opened)], buttons=self._buttons),
            tag(
                "div",
                self._reloaded(row, "put-off", row.off) or _headed(self.say("put-off"), nothing),
                self._reloaded(row, "take-on", row.on) or _headed(self.say("take-on"), nothing),
                class_="moves",
            ),
            tag("p", row.aboard_text),
            class_="stop reload",
            id=f"reload-{row.number}",
            data_screen=self.form.screen(row),
        )

    def _code(self, row: StopRow | ReloadRow) -> Html:
        label = self.say("qr-alt", name=row.name)
        return tag("figure", Html(qr_svg(row.code)), role="img", aria_label=label, class_="code")

    def _times(self, row: StopRow | ReloadRow) -> Html:
        later = f" ({row.begin_text})" if row.begin_text else ""
        return tag(
            "p",
            tag("b", f"{row.arrive.text}–{row.depart.text}"),
            later,
            tag("span", " · ", class_=None if later else "wide-only"),
            f"{row.minutes_text} · {self.say('km', km=row.leg_km.text)}",
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

    def _moved(self, row: StopRow, action: str, batches: Iterable[BatchLine]) -> Html | None:
        items = [self.form.batch(row, action, batch, _named(batch)) for batch in batches]
        return self._listed(action, items)

    def _reloaded(self, row: ReloadRow, action: str, batches: Iterable[BatchLine]) -> Html | None:
        items = [
            ticked(_named(batch), data_mark=f"reload:{row.number}:{action}:{batch.id}")
            for batch in batches
        ]
        return self._listed(action, items)

    def _listed(self, action: str, items: Sequence[Html]) -> Html | None:
        return _headed(self.say(action), tag("ul", *items, class_="ticks")) if items else None

    def _requests(self, row: StopRow) -> Html | None:
        """Return what comes for readers, and what only would if the store found it."""
        lists = (
            self._listed(key, [self.form.request(row, name, bdi(text)) for name, text in asked])
            for key, asked in row.asked.items()
        )
        return join(*(some for some in lists if some is not None)) or None

    def _written(self) -> Html:
        """Return the fields to fill in by hand; they show on paper only."""
        return join(
            _by_hand(self.say(key) for key in ("actual-time", "left-time", "readers", "loans")),
            _by_hand(self.say(key) for key in ("new-cards", "remark", "signature")),
        )

    def _phone(self, number: str) -> Html | None:
        if not number:
            return None
        dialled = _dialled(number)
        return link(tag("b", number), f"tel:{dialled}", class_="phone") if dialled else Html("")


def _by_hand(labels: Iterable[str]) -> Html:
    return tag("p", *(tag("span", label) for label in labels), class_="written")


def _dialled(number: str) -> str:
    return "".join(c for c in number if c in "+0123456789")


def _named(batch: BatchLine) -> Html:
    return join(tag("b", batch.id), " ", batch.text, " ", batch.detail)


def _headed(title: str, body: Html) -> Html:
    return tag("div", tag("h4", title), body)


def _pairs(kind: str, pairs: Iterable[tuple[str, Child]], *, buttons: Iterable[str] = ()) -> Html:
    """Return pairs of a label and a value; those of ``buttons`` are buttons on a phone."""
    items = (
        tag(
            "div",
            tag("dt", label),
            tag("dd", value),
            class_="wide-only" if label in buttons else None,
        )
        for label, value in pairs
    )
    return tag("dl", each(items), class_=kind)


def _css() -> str:
    folder = resources.files("bookcar.manifests")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in ("page.css", "phone.css"))
