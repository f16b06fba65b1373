"""The loading list of a manifest's page: what goes aboard at the depot, then at each reload."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.manifests.phone import PhoneForm, ticked
from bookcar.manifests.sheet import LoadPart, LoadRow, RouteSheet
from bookcar.phrases import Phrases
from bookcar.web.markup import Html, bdi, join, tag

_COLUMNS = ("load-order", "number", "name", "batch-id", "audience", "books", "crates", "kg")
_WIDE_ONLY = dict.fromkeys(("load-order", "audience", "kg"), "wide-only")


class LoadingList:
    """Builds the list in the language of its sheet."""

    def __init__(self, route: RouteSheet, phrase: Phrases, form: PhoneForm) -> None:
        self.route = route
        self.phrase = phrase
        self.form = form

    def say(self, key: str) -> str:
        """Return a phrase of the manifests."""
        return self.phrase(f"manifests.{key}")

    def whole(self) -> Html:
        """Return every batch to load, and the readers' requests to pick."""
        route = self.route
        title = tag("h2", self.say("loading"), id="loading")
        if not route.load:
            stays = (self._stays(part) for part in route.parts)
            return join(title, tag("p", self.say("no-loading")), *stays, self._wishes())
        tables = [part for each_part in route.parts for part in self._part(each_part)]
        return join(title, tag("p", self.say("loading-help")), *tables, self._wishes())

    def _part(self, part: LoadPart) -> Iterator[Html]:
        """Yield the table of what is loaded at once, under its title if there are several."""
        name = f"loading-{part.number}" if part.title else "loading"
        if part.title:
            yield tag("h3", part.title, id=name)
        if not part.rows:
            yield tag("p", self.say("nothing-off"))
            yield self._stays(part)
            return
        loaded = tag("th", self.form.say("loaded"), scope="col", class_="form")
        columns = (
            tag("th", self.say(key), scope="col", class_=_WIDE_ONLY.get(key)) for key in _COLUMNS
        )
        total = tag(
            "tr",
            tag("td", class_="wide-only"),
            tag("th", self.say("total"), colspan=3, scope="row"),
            tag("td", class_="wide-only"),
            *(tag("td", n) for n in (part.books, part.crates)),
            tag("td", part.kg, class_="wide-only"),
            tag("td", class_="form"),
        )
        table = tag(
            "table",
            tag("thead", tag("tr", *columns, loaded)),
            tag("tbody", *(self._row(part, row) for row in part.rows)),
            tag("tfoot", total),
        )
        yield tag("div", table, class_="wide", tabindex=0, role="region", aria_labelledby=name)
        yield self._stays(part)

    def _stays(self, part: LoadPart) -> Html:
        """Return what is aboard besides, and is dropped nowhere."""
        return tag("p", tag("strong", part.stays_text)) if part.stays_text else join()

    def _row(self, part: LoadPart, row: LoadRow) -> Html:
        batch = row.batch
        return tag(
            "tr",
            tag("td", row.order, class_="wide-only"),
            tag("td", row.number),
            tag("td", bdi(row.name)),
            tag("th", batch.id, scope="row"),
            tag("td", batch.audience, class_="wide-only"),
            *(tag("td", n) for n in (batch.books, batch.crates)),
            tag("td", batch.kg, class_="wide-only"),
            self.form.loaded(f"{part.number}:{row.stop}:{batch.id}"),
        )

    def _wishes(self) -> Html | None:
        """Return the readers' requests, which the store picks beside the batches."""
        lists = (self._asked(key) for key in ("requests", "to-find"))
        return join(*(some for some in lists if some is not None)) or None

    def _asked(self, key: str) -> Html | None:
        items = [
            ticked(
                tag("span", f"{row.number} ", bdi(row.called), " · ", bdi(text)),
                data_mark=f"pick:{identifier}",
            )
            for row in self.route.rows
            for identifier, text in row.asked[key]
        ]
        if not items:
            return None
        return tag("div", tag("h3", self.say(key)), tag("ul", *items, class_="ticks"))
