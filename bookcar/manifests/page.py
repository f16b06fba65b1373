"""A manifest as a web page: the accessible twin of the paper one, and the driver's form.

On a wide screen and in print it reads from top to bottom. On a phone, where scripts run, it is one
screen at a time: elements with the same ``data-screen`` are shown together.
"""

from __future__ import annotations

from importlib import resources

from bookcar.manifests.loading import LoadingList
from bookcar.manifests.page_parts import by_hand, pairs, telephone
from bookcar.manifests.phone import BEFORE, OVERVIEW, PhoneForm
from bookcar.manifests.phone_data import form_data, scripts
from bookcar.manifests.sheet import RouteSheet, WeekSheet
from bookcar.manifests.stop_list import StopList
from bookcar.phrases import Phrases
from bookcar.web.markup import Child, Html, bdi, document, join, link, tag
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
            StopList(route, self.phrase, self.form).whole(),
            by_hand(self.say(f"odometer{end}") for end in ("", "-out", "-in")),
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
            data=form_data(route, week),
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
        phone = telephone(route.driver_phone)
        return pairs(
            "facts",
            (
                (self.say("date"), f"{route.date_text} {route.weekday}"),
                (self.say("depart"), route.depart.text),
                (route.back_label, route.back.text),
                (self.phrase("common.vehicle"), bdi(route.vehicle)),
                (self.phrase("common.driver"), join(bdi(route.driver), " ", phone)),
                (self.phrase("common.depot"), bdi(route.depot)),
            ),
        )

    def _totals(self) -> Html:
        route = self.route
        figures: list[tuple[str, Child]] = [
            (self.say("stops"), len(route.visits)),
            (self.say("dropped"), f"{route.dropped} / {route.drop_books}"),
            (self.say("collected"), f"{route.collected} / {route.collect_books}"),
            (self.say("peak-books"), f"{route.peak_books} / {route.max_books}"),
            (self.say("km-limit"), f"{route.km.text} / {route.max_km.text}"),
            (self.say("hours-limit"), f"{route.hours.text} / {route.max_hours.text}"),
            (self.say("drive-service"), f"{route.driving.text} + {route.service.text}"),
        ]
        if route.max_kg is not None:
            figures.insert(4, (self.say("peak-kg"), f"{route.peak_kg} / {route.max_kg}"))
        return pairs("totals", figures)

    def _map(self, svg: str) -> Html:
        label = self.say("map-alt", route=self.route.id, stops=len(self.route.visits))
        return tag("figure", Html(svg), role="img", aria_label=label, class_="map")

    def _profile(self, svg: str) -> Html | None:
        if not svg:
            return None
        climb = self.route.climb_text
        label = self.say("profile-alt", route=self.route.id, climb=climb)
        picture = tag("div", Html(svg), role="img", aria_label=label)
        return tag("figure", picture, tag("figcaption", climb), class_="map")

    def _dispatch(self) -> Html:
        number = telephone(self.week.dispatch)
        emergency = join(" ", tag("strong", self.say("emergency")), " ", self.week.emergency)
        return tag(
            "aside",
            tag("p", tag("strong", self.say("dispatch")), " ", number or "________________"),
            tag("p", emergency) if self.week.emergency else None,
            tag("p", self.say("dispatch-help")),
        )


def _css() -> str:
    folder = resources.files("bookcar.manifests")
    return "".join(folder.joinpath(name).read_text("utf-8") for name in ("page.css", "phone.css"))
