"""The stops of a manifest's page in order, with the reloads and breaks between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.page_parts import by_hand, dialled, headed, named, pairs, telephone
from bookcar.manifests.phone import BEFORE, PhoneForm, ticked
from bookcar.manifests.sheet import BatchLine, BreakRow, ReloadRow, RouteSheet, StopRow
from bookcar.phrases import Phrases
from bookcar.web.markup import Child, Html, bdi, each, join, link, tag


class StopList:
    """Builds the list in the language of its sheet."""

    def __init__(self, route: RouteSheet, phrase: Phrases, form: PhoneForm) -> None:
        self.route = route
        self.phrase = phrase
        self.form = form
        self._buttons = (self.say("phone"), self.say("navigation"))

    def say(self, key: str, **figures: str | int) -> str:
        """Return a phrase of the manifests."""
        return self.phrase(f"manifests.{key}", **figures)

    def whole(self) -> Html:
        """Return the way from leaving to coming back."""
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
            self.form.reach(row, dialled(row.phone)),
            pairs("about", self._about(row), buttons=self._buttons),
            None if row.again else self.form.times(row),
            tag(
                "div",
                self._moved(row, "drop", row.drops),
                self._moved(row, "collect", row.collects),
                self._requests(row),
                class_="moves",
            ),
            tag("p", row.aboard_text),
            None if row.again else self.form.outcome(row),
            None if row.again else self._written(),
            class_="stop" + (" school" if row.is_school else ""),
            id=f"{'again' if row.again else 'stop'}-{row.number}",
            data_screen=self.form.screen(row),
        )

    def _reload(self, row: ReloadRow) -> Html:
        nothing = tag("p", self.say("nothing-off"))
        about: list[tuple[str, Child]] = [(self.say("phone"), telephone(row.phone))]
        about = [pair for pair in about if pair[1] is not None]
        opened = link(self.say("open-map"), row.link, rel="noreferrer")
        between = " · " if row.fetch else " "
        return tag(
            "li",
            self._code(row),
            tag("h3", tag("span", "⌂", class_="number"), " ", row.title, between, bdi(row.name)),
            tag("p", bdi(row.name_en), class_="second") if row.name_en else None,
            self._times(row),
            self.form.reach(row, dialled(row.phone)),
            pairs("about", [*about, (self.say("navigation"), opened)], buttons=self._buttons),
            tag(
                "div",
                self._reloaded(row, "put-off", row.off)
                or (None if row.fetch else headed(self.say("put-off"), nothing)),
                self._reloaded(row, "take-on", row.on) or headed(self.say("take-on"), nothing),
                class_="moves",
            ),
            tag("p", row.aboard_text),
            class_="stop reload",
            id=f"{'fetch' if row.fetch else 'reload'}-{row.number}",
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
        facts: list[tuple[str, Child]] = [
            (self.say("kind"), f"{row.kind} · {row.part}" if row.part else row.kind),
            (self.say("township"), bdi(row.area) if row.area else None),
            (self.say("landmark"), bdi(row.landmark) if row.landmark else None),
            (self.say("height"), row.height or None),
            (self.say("contact"), bdi(row.contact) if row.contact else None),
            (self.say("phone"), telephone(row.phone)),
            (self.say("note"), tag("strong", row.note) if row.note else None),
            (self.say("navigation"), link(self.say("open-map"), row.link, rel="noreferrer")),
        ]
        return [(label, value) for label, value in facts if value is not None]

    def _moved(self, row: StopRow, action: str, batches: Iterable[BatchLine]) -> Html | None:
        items = [self.form.batch(row, action, batch, named(batch)) for batch in batches]
        return self._listed(action, items)

    def _reloaded(self, row: ReloadRow, action: str, batches: Iterable[BatchLine]) -> Html | None:
        items = [
            ticked(named(batch), data_mark=f"reload:{row.number}:{action}:{batch.id}")
            for batch in batches
        ]
        return self._listed(action, items)

    def _listed(self, action: str, items: Sequence[Html]) -> Html | None:
        return headed(self.say(action), tag("ul", *items, class_="ticks")) if items else None

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
            by_hand(self.say(key) for key in ("actual-time", "left-time", "readers", "loans")),
            by_hand(self.say(key) for key in ("new-cards", "remark", "signature")),
        )
