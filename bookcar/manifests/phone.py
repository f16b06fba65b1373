"""The manifest as a form: what a driver fills in on the phone.

`page` puts these parts among those of the accessible twin. Without scripts they are not shown.
"""

from __future__ import annotations

from bookcar.manifests.sheet import BatchLine, CallRow, ReloadRow, RouteSheet, StopRow, WeekSheet
from bookcar.phrases import Phrases
from bookcar.web.markup import Html, bdi, each, join, link, tag
from bookcar.web.shell import json_block

REASONS = ("closed", "road", "weather", "car", "time", "refused", "other")
OVERVIEW, BEFORE, FIRST_CALL = 0, 1, 2
"""The numbers of the screens: the route, what is done before leaving, then every call."""

_COUNTS = ("readers", "loans", "new_cards")


class PhoneForm:
    """The parts of a route's form in the language of its sheet."""

    def __init__(self, route: RouteSheet, week: WeekSheet) -> None:
        self.route = route
        self.week = week
        self.phrase = Phrases(week.language)
        numbers = {row.number: k for k, row in enumerate(route.visits)}
        self.visits = {id(row): numbers[row.number] for row in route.rows}
        self.screens = {id(call): k for k, call in enumerate(route.calls, FIRST_CALL)}
        self.last = FIRST_CALL + len(route.calls)

    def say(self, key: str, **figures: str | int) -> str:
        """Return a phrase of the form."""
        return self.phrase(f"phone.{key}", **figures)

    def screen(self, call: CallRow) -> int:
        """Return the number of the screen of a call."""
        return self.screens[id(call)]

    def bar(self) -> Html:
        """Return what stands at the top of every screen beside the title."""
        theme = tag("button", id="theme", type="button")
        return tag("p", tag("span", id="step"), " ", theme, class_="bar form")

    def notices(self) -> Html:
        """Return what is said where the form can be filled in only in part, or not at all."""
        return join(
            tag("p", self.say("forgetful"), id="forgetful", hidden=True, class_="warning form"),
            tag("noscript", tag("p", self.say("needs-script"), class_="screen-only")),
        )

    def steps(self) -> Html:
        """Return the buttons that turn to the screen before and after."""
        return tag(
            "nav",
            _step("back", self.say("back")),
            tag("button", self.say("list"), id="list", type="button"),
            _step("next", self.say("next")),
            class_="steps form",
            aria_label=self.say("steps"),
        )

    def contents(self, identifier: str, *, all_said: bool) -> Html:
        """Return a list of all stops that leads to each and says how it stands.

        Parameters
        ----------
        all_said
            Whether stops of which nothing is told say that.
        """
        items = (
            tag(
                "li",
                link(
                    join(tag("b", row.arrive.text), f" {row.number} ", bdi(row.called)),
                    f"#stop-{row.number}",
                ),
                " ",
                tag("small", data_state=k, data_all_said=all_said),
            )
            for k, row in enumerate(self.route.visits)
        )
        title = tag("h3", self.say("every-stop"), id=identifier)
        listed = tag("ol", each(items), class_="contents", aria_labelledby=identifier)
        return tag("div", title, listed, class_="form phone-only")

    def before(self) -> Html:
        """Return what is noted before leaving."""
        fields = (
            _field(self.say("driver"), data_route="who", autocomplete="off"),
            _field(self.say("odometer-out"), data_route="out", inputmode="decimal"),
            tag("p", data_read="out", aria_live="polite"),
        )
        return tag("div", *fields, class_="form fields")

    def after(self) -> Html:
        """Return what is noted on coming back, and the file that tells it all."""
        return tag(
            "section",
            tag("h2", self.say("after"), id="after"),
            _field(self.say("odometer-back"), data_route="back", inputmode="decimal"),
            tag("p", data_read="back", aria_live="polite"),
            tag("p", id="day", aria_live="polite"),
            self.contents("stops-told", all_said=True),
            tag("p", tag("strong", id="totals")),
            tag("p", id="unsaid", class_="unsaid", aria_live="polite"),
            tag("p", self.say("file-help")),
            tag(
                "p",
                tag("button", self.say("share"), id="share", type="button", class_="main"),
                tag("button", self.say("save"), id="save", type="button", class_="main"),
                class_="file",
            ),
            tag("p", id="sent", aria_live="polite", class_="good"),
            tag(
                "details",
                tag("summary", self.say("as-text")),
                tag("textarea", id="text", readonly=True, rows=6, aria_label=self.say("as-text")),
            ),
            tag("p", tag("button", id="again", type="button")),
            class_="form",
            data_screen=self.last,
            aria_labelledby="after",
        )

    def reach(self, call: StopRow | ReloadRow, dialled: str) -> Html:
        """Return the buttons that call the contact and lead to the place."""
        contact = call.contact if isinstance(call, StopRow) else ""
        ring = None
        if dialled:
            words = join(self.say("call"), " ", tag("small", bdi(contact), " ", call.phone))
            ring = link(words, f"tel:{dialled}", class_="button")
        place = {"lon": call.lon, "lat": call.lat, "name": call.name, "amap": call.amap}
        lead = link(
            self.say("navigate"),
            call.link,
            class_="button",
            rel="noreferrer",
            data_place=json_block(place),
        )
        others = tag("span", class_="others")
        return tag("div", ring, lead, others, class_="reach form phone-only")

    def times(self, row: StopRow) -> Html:
        """Return the fields of arriving and leaving, each with a button that stamps the time."""
        k = self.visits[id(row)]
        words = {"arrive": ("arrived", "arrived-now"), "leave": ("left-at", "left-now")}
        moments = (
            tag(
                "div",
                _field(self.say(label), kind="time", data_visit=k, data_field=field),
                tag("button", self.say(stamp), type="button", data_visit=k, data_now=field),
            )
            for field, (label, stamp) in words.items()
        )
        return tag("div", each(moments), class_="form two")

    def batch(self, row: StopRow, action: str, batch: BatchLine, text: Html) -> Html:
        """Return a batch to tick, with the number of its books to correct."""
        k, move = self.visits[id(row)], f"{action}:{batch.id}"
        books = tag(
            "input",
            type="text",
            inputmode="numeric",
            placeholder=str(batch.books),
            aria_label=self.say("books-of", batch=batch.id),
            autocomplete="off",
            data_visit=k,
            data_books=move,
            class_="form",
        )
        return ticked(text, books, data_visit=k, data_move=move)

    def request(self, row: StopRow, identifier: str, text: Html) -> Html:
        """Return a request to tick when it is handed over, be it found on the shelf only."""
        return ticked(text, data_visit=self.visits[id(row)], data_move=f"request:{identifier}")

    def loaded(self, row: str) -> Html:
        """Return the box of a batch that is aboard; it is for the driver's own use."""
        box = tag("input", type="checkbox", aria_label=self.say("loaded"), data_mark=f"load:{row}")
        return tag("td", tag("label", box, class_="tick"), class_="form")

    def outcome(self, row: StopRow) -> Html:
        """Return the counts of a visit, whether it was made, and why it was not."""
        k = self.visits[id(row)]
        words = {"new_cards": "new-cards"}
        counts = (
            _field(
                self.say(words.get(field, field)),
                inputmode="numeric",
                data_visit=k,
                data_field=field,
            )
            for field in _COUNTS
        )
        return tag(
            "div",
            tag("div", each(counts), class_="three"),
            tag("div", self._status(k, "done"), self._status(k, "missed"), class_="two"),
            tag("div", self._reason(k), id=f"because-{k}", hidden=True),
            tag(
                "p",
                tag("span", id=f"left-names-{k}"),
                " ",
                tag(
                    "button",
                    self.say("tick-all"),
                    type="button",
                    data_visit=k,
                    data_all=True,
                ),
                id=f"left-{k}",
                hidden=True,
                class_="bad",
            ),
            tag("p", id=f"wrong-{k}", class_="bad", aria_live="polite"),
            _labelled(self.say("note"), tag("textarea", rows=2, data_visit=k, data_field="note")),
            class_="form",
            role="group",
            aria_label=self.say("visit", name=row.name),
        )

    def _status(self, k: int, status: str) -> Html:
        return tag(
            "button",
            self.say(status),
            type="button",
            data_visit=k,
            data_status=status,
            aria_pressed="false",
            class_=f"main {status}",
        )

    def _reason(self, k: int) -> Html:
        reasons = [self.say(f"reason-{reason}") for reason in REASONS]
        options = (tag("option", reason, value=reason) for reason in reasons)
        none = tag("option", self.say("reason-none"), value="")
        choice = tag("select", none, each(options), data_visit=k, data_field="reason")
        return _labelled(self.say("why"), choice)


def ticked(text: Html, beside: Html | None = None, **data: str | int) -> Html:
    """Return an item of a list with a box to tick."""
    box = tag("input", type="checkbox", **data)
    return tag("li", tag("label", box, " ", tag("span", text)), beside)


def _step(name: str, text: str) -> Html:
    return tag("button", tag("b", text), " ", tag("small"), id=name, type="button")


def _field(label: str, *, kind: str = "text", **attributes: str | int) -> Html:
    return _labelled(label, tag("input", type=kind, **attributes))


def _labelled(label: str, field: Html) -> Html:
    return tag("label", tag("span", label), " ", field, class_="field")
