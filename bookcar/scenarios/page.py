"""The page of scenarios: their figures side by side, and of each who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from bookcar.maps.compare import GAINED, KEPT, LOST, NEITHER
from bookcar.pages.week import table
from bookcar.phrases import Phrases
from bookcar.roads.basemap import Basemap
from bookcar.scenarios.picture import change_map, sign
from bookcar.scenarios.run import Outcome
from bookcar.scenarios.words import OutcomeWords
from bookcar.web.markup import Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule
from bookcar.web.text import printable

FILE = "what-if.html"


def what_if_page(
    found: Sequence[Outcome],
    roads: Sequence[Basemap | None],
    maps: Sequence[str],
    say: Phrases,
) -> str:
    """Return the page.

    Parameters
    ----------
    roads, maps
        Of every scenario but the weeks as they are: its roads, and the address of its large map;
        None and empty of one that cannot be planned.
    """
    words = OutcomeWords(say)
    first = found[0]
    title = words.title(found)
    sections = each(
        _section(outcome, basemap, address, words)
        for outcome, basemap, address in zip(found[1:], roads, maps, strict=True)
    )
    return document(
        tag("header", tag("h1", bdi(title))),
        tag("main", _figures(found, words), sections),
        tag("footer", tag("p", say("scenarios.tables-untouched"), " ", say("common.internal"))),
        title=title,
        language=say.language,
        css=_css() + page_rule(first.plans[0].paper),
    )


def _figures(found: Sequence[Outcome], words: OutcomeWords) -> Html:
    heads = ["", *(printable(words.name(outcome)) for outcome in found)]
    rows = [[title, *cells] for title, cells in words.rows(found)]
    shown = tag("div", table(heads, rows), class_="wide")
    weekly = [[week, *cells] for week, cells in words.weekly(found)]
    if not weekly:
        return shown
    every = table([words.say("scenarios.head-week"), *heads[1:]], weekly)
    summary = tag("summary", words.say("scenarios.weekly"))
    return join(shown, tag("details", summary, tag("div", every, class_="wide")))


def _section(outcome: Outcome, roads: Basemap | None, address: str, words: OutcomeWords) -> Html:
    name = printable(words.name(outcome))
    told = [printable(text) for text in outcome.scenario.changes]
    changes = each(tag("li", tag("code", text)) for text in told)
    return tag(
        "section",
        tag("h2", bdi(name)),
        tag("ul", changes) if told not in ([], [name]) else None,
        each(tag("p", printable(text)) for text in words.notes(outcome)),
        tag("p", printable(words.why_not(outcome))) if outcome.impossible else None,
        None if roads is None else _compared(outcome, roads, address, words),
    )


def _compared(outcome: Outcome, roads: Basemap, address: str, words: OutcomeWords) -> Html:
    """Return who gains and who loses, and the map of it."""
    say, comparison = words.say, outcome.comparison
    assert comparison is not None
    label = f"{printable(words.name(outcome))}: {say('scenarios.map')}"
    return join(
        _people(outcome, GAINED, "gains", words),
        _people(outcome, LOST, "loses", words),
        None if outcome.gained or outcome.lost else tag("p", say("scenarios.same-stops")),
        tag(
            "figure",
            change_map(outcome.plan, comparison, roads, label=label),
            tag("figcaption", _legend(say), " ", link(say("scenarios.large-map"), address)),
        ),
    )


def _people(outcome: Outcome, change: int, key: str, words: OutcomeWords) -> Html | None:
    stops, plan, say = outcome.stops(change), outcome.plan, words.say
    if not stops:
        return None
    items = each(
        tag(
            "li",
            tag("b", bdi(printable(words.stop(stop)))),
            " ",
            tag("small", stop.id, " ", bdi(printable(plan.area_of(stop, say.language)))),
            f" {say('scenarios.of-people', people=stop.people)}" if stop.people else None,
        )
        for stop in stops
    )
    return join(tag("h3", say(f"scenarios.{key}")), tag("ul", items))


def _legend(say: Phrases) -> Html:
    names = {GAINED: "gains", LOST: "loses", KEPT: "keeps", NEITHER: "neither"}
    return each(
        tag(
            "span",
            tag("svg", sign(change, 8.0, 8.0), viewBox="0 0 16 16", aria_hidden="true"),
            " ",
            say(f"scenarios.{key}"),
        )
        for change, key in names.items()
    )


def _css() -> str:
    package = resources.files("bookcar")
    week = package.joinpath("pages", "week.css").read_text("utf-8")
    return week + package.joinpath("scenarios", "what-if.css").read_text("utf-8")
