"""The page of whys: of each unserved stop why, what serving it would cost, and what would help."""

from __future__ import annotations

from importlib import resources

from msgspec import UNSET

from bookcar.advice.wording import explanation, remedy
from bookcar.pages.why_words import WhyWords
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan
from bookcar.web.markup import Html, bdi, document, each, join, tag
from bookcar.web.paper import page_rule
from bookcar.web.text import printable
from bookcar.whys import Change, Why, Whys

FILE = "why.html"
_TELLING = ("carriers", "kept", "price", "unknown")
"""Levels that say more than the reason does."""


def why_page(plan: Plan, whys: Whys, *, language: Language | None = None) -> str:
    """Return ``why.html`` of the stops told of.

    Parameters
    ----------
    language
        ``zh``, ``en`` or ``fr``; None for the plan's own.
    """
    say = Phrases(language or plan.language)
    page = _WhyPage(plan, whys, say)
    return document(
        tag(
            "header",
            tag("p", bdi(printable(plan.district)), " ", plan.week),
            tag("h1", say("why.title")),
        ),
        tag("main", page.notes(), page.together(), *page.stops()),
        tag("footer", tag("p", say("common.plan"), " ", plan.id, " · ", say("common.internal"))),
        title=f"{say('why.title')} {printable(plan.district)} {plan.week}",
        language=say.language,
        css=_css() + page_rule(plan.paper),
    )


def notes_of(plan: Plan) -> list[str]:
    """Return the keys of what a reader should know of the whys of a plan."""
    keys = []
    if plan.replanned is not None:
        keys.append("why.under-way")
    elif plan.events is not UNSET:
        keys.append("why.events")
    elif plan.objective is not None and plan.objective.no_bound == "by-hand":
        keys.append("why.by-hand")
    return keys


class _WhyPage:
    def __init__(self, plan: Plan, whys: Whys, say: Phrases) -> None:
        self.plan, self.whys, self.say = plan, whys, say
        self.words = WhyWords(plan, say)
        self.rows = {row.stop: row for row in plan.unserved}

    def notes(self) -> Html:
        """Return what holds for the whole page."""
        first = "why.intro" if self.whys.stops else "why.served-all"
        return each(tag("p", self.say(key)) for key in (first, *notes_of(self.plan)))

    def together(self) -> Html | None:
        """Return the changes that serve several stops."""
        if not self.whys.together:
            return None
        items = each(self._change(change) for change in self.whys.together)
        title = tag("h2", self.say("why.together"), id="together")
        return tag("section", title, tag("ul", items), aria_labelledby="together")

    def stops(self) -> list[Html]:
        """Return a section a stop."""
        return [self._stop(why) for why in self.whys.stops]

    def _stop(self, why: Why) -> Html:
        stop = self.plan.stops_by_id[why.id]
        names = (tag("b", bdi(printable(stop.name))), " ", tag("small", printable(stop.name_en)))
        row = self.rows[why.id]
        area = printable(self.plan.area_of(stop, self.say.language))
        return tag(
            "section",
            tag("h2", *names, " ", tag("small", bdi(area), " ", why.id), id=why.id),
            tag("p", printable(explanation(self.plan, row, self.say))),
            tag("p", printable(self.words.level(why))) if why.level in _TELLING else None,
            self._helps(why, self.words.otherwise(why, remedy(self.plan, row, self.say))),
            aria_labelledby=why.id,
        )

    def _helps(self, why: Why, otherwise: str) -> Html:
        """Return the changes; where there is none, what the reason alone has to say of it."""
        if not why.changes:
            return tag("p", tag("b", self.say("why.changes")), " ", printable(otherwise))
        items = each(self._change(change, of=why.id) for change in why.changes)
        return join(tag("p", tag("b", self.say("why.changes"))), tag("ul", items))

    def _change(self, change: Change, *, of: str = "") -> Html:
        words = self.words
        visit = words.visit(change) if len(change.serves) < 2 else ""
        own = words.instead(change) if of else words.alone(self.whys, change)
        more = (visit, words.serves(change, of=of), words.longer(change), words.days(change), own)
        texts = [words.change(change), *filter(None, more)]
        return tag(
            "li",
            tag("b", printable(texts[0])),
            *(f"{words.gap}{printable(text)}" for text in texts[1:]),
            tag(
                "details",
                tag("summary", self.say("why.try-it")),
                tag("code", printable(words.command(change))),
            ),
        )


def _css() -> str:
    return resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8")
