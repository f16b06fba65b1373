"""The page of a rota, ``rotation.html``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import groupby

from bookcar.model import District
from bookcar.pages.tables import table_section
from bookcar.phrases import Language, Phrases
from bookcar.rota.build import Rota, RotaLine, RotaTurn, in_weeks
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.weeks import week_name

LEAST = 12

_FILES = (("files-csv", "rotation.csv"), ("files-stops", "stops.csv"))


def verdict(rota: Rota, say: Phrases) -> str:
    """Return in a sentence whether every stop finds something new."""
    if not rota.lines:
        return say("rota.verdict-none")
    count = sum(bool(turn.gaps) for turn in rota.turns)
    if count:
        return say("rota.verdict-gaps", count=count, stops=len(rota.turns))
    week = week_name(rota.weeks[-1].monday)
    return say("rota.verdict-fine", stops=len(rota.turns), week=week)


def rota_page(district: District, rota: Rota, *, language: Language | None = None) -> str:
    """Return ``rotation.html``: collection by week, each stop's next one, and what lies still."""
    return _Page(district, rota, Phrases(language or district.language)).whole()


class _Page:
    def __init__(self, district: District, rota: Rota, say: Phrases) -> None:
        self.district, self.rota, self.phrase = district, rota, say

    def say(self, key: str, **figures: str | int) -> str:
        """Return a phrase of rotas."""
        return self.phrase(f"rota.{key}", **figures)

    def whole(self) -> str:
        """Return the page."""
        weeks = self.rota.weeks
        title = self.say("title")
        span = self.say("span", first=week_name(weeks[0].monday), last=week_name(weeks[-1].monday))
        gaps = any(turn.gaps for turn in self.rota.turns)
        files = each(tag("li", link(self.say(key), file)) for key, file in _FILES)
        name = printable(self.district.name)
        return document(
            tag(
                "header",
                tag("p", bdi(name), " ", bdi(printable(self.district.name_en))),
                tag("h1", title, " ", tag("small", span)),
            ),
            tag(
                "main",
                tag(
                    "p",
                    tag("strong", verdict(self.rota, self.phrase)),
                    class_="verdict left-over" if gaps else "verdict",
                ),
                tag("nav", tag("ul", files), class_="files"),
                self._collections(),
                self._turns(),
                self._least(),
            ),
            tag("footer", tag("p", self.say("before", monday=self.rota.begins.isoformat()))),
            title=f"{name} · {title}",
            language=self.phrase.language,
            css=_css("week.css") + self._sheet() + _css("rota.css"),
        )

    def _sheet(self) -> str:
        """Return what makes a browser print across the sheet."""
        return page_rule(self.district.settings.printing.paper, across=True)

    def _collections(self) -> Html | None:
        if not self.rota.lines:
            return None
        keys = [
            tag("li", tag("i", class_=how), self.say(f"legend-{how}"))
            for how in ("recorded", "planned", "expected", "store")
            if how == "store" or any(week.how == how for week in self.rota.weeks)
        ]
        pools = groupby(self.rota.lines, key=lambda line: line.pool)
        return tag(
            "section",
            tag("h2", self.say("collections"), id="collections"),
            tag("ul", each(keys), class_="keys"),
            each(self._pool(pool, list(lines)) for pool, lines in pools),
            aria_labelledby="collections",
        )

    def _pool(self, pool: str, lines: Sequence[RotaLine]) -> Html:
        known = self.district.pools_by_id.get(pool)
        title = known.name or pool if known else self.say("no-pool")
        over = self.rota.over
        heads = (
            tag(
                "th",
                week_name(week.monday)[5:],
                scope="col",
                title=week.monday.isoformat(),
                class_="open" if n == over else None,
            )
            for n, week in enumerate(self.rota.weeks)
        )
        head = tag("tr", tag("th", self.say("batch"), scope="col", class_="name"), each(heads))
        body = each(
            tag(
                "tr",
                tag("th", bdi(printable(line.batch)), scope="row", class_="name"),
                each(self._stays(line)),
            )
            for line in lines
        )
        grid = tag("table", tag("thead", head), tag("tbody", body))
        return join(
            tag("h3", bdi(printable(title))),
            tag("div", grid, class_="rota", tabindex="0", role="group", aria_label=title),
        )

    def _stays(self, line: RotaLine) -> Iterator[Html]:
        """Yield a cell for each stay, as wide as it is long; none is across today."""
        weeks = list(zip(self.rota.weeks, line.places, strict=True))
        at = 0
        for (place, how), stay in groupby(weeks, key=lambda pair: (pair[1], pair[0].how)):
            count = len(list(stay))
            stop = self.district.stops_by_id.get(place)
            text = printable(stop.name) if stop else self.say("store")
            kinds = ["at" if stop else "store", *([how] if stop else [])]
            kinds += ["open"] * (at == self.rota.over)
            yield tag("td", bdi(text), colspan=count, class_=" ".join(kinds), title=text)
            at += count

    def _turns(self) -> Html | None:
        keys = ("stop", "pool", "holds", "when", "brings", "gaps")
        return table_section(self.say, "next", keys, [self._turn(turn) for turn in self.rota.turns])

    def _turn(self, turn: RotaTurn) -> list[Child]:
        stop = self.district.stops_by_id[turn.stop]
        last = week_name(self.rota.weeks[-1].monday)
        when = self.say("not-in-time", week=last) if turn.next is None else week_name(turn.next)
        comma = self.phrase("figures.comma")
        pools = (self.district.pools_by_id[pool] for pool in turn.pools)
        gaps = comma.join(in_weeks(turn.gaps))
        return [
            join(tag("b", bdi(printable(stop.name))), " ", tag("small", printable(stop.name_en))),
            bdi(printable(comma.join(pool.name or pool.id for pool in pools))),
            bdi(printable(" ".join(turn.holds))),
            tag("em", when) if turn.next is None else when,
            bdi(printable(" ".join(turn.brings))),
            tag("em", gaps) if gaps else self.say("gap-none"),
        ]

    def _least(self) -> Html | None:
        keys = ("batch", "pool", "books", "brought", "coming", "last")
        rows = [self._seldom(line) for line in self.rota.least(LEAST)]
        return table_section(self.say, "least", keys, rows)

    def _seldom(self, line: RotaLine) -> list[Child]:
        pool = self.district.pools_by_id.get(line.pool)
        return [
            tag("b", bdi(printable(line.batch))),
            bdi(printable(pool.name or pool.id)) if pool else "",
            str(line.books),
            str(line.brought),
            str(line.coming),
            self.say("never") if line.last is None else line.last.isoformat(),
        ]


def _css(name: str) -> str:
    return resources.files("bookcar.pages").joinpath(name).read_text("utf-8")
