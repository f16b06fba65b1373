"""The best choice of places in words."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.phrases import Phrases
from bookcar.siting.where import Reached, Site, Where
from bookcar.web.text import printable

SHOWN = 8
"""So many of the places that go to a site are named on a line."""


class WhereWords:
    """Says what a choice comes to in one language."""

    def __init__(self, found: Where, say: Phrases) -> None:
        self.found, self.say = found, say

    def title(self) -> str:
        """Return what was asked."""
        return self.say(f"where.title-{self.found.question}")

    def verdict(self) -> str:
        """Return what the choice comes to."""
        found = self.found
        if not found.sites:
            return self.say(f"where.none-{found.question}", minutes=found.minutes or 0)
        return self.say(
            f"where.verdict-{found.question}",
            before=found.before,
            after=found.after,
            total=found.total,
            count=len(found.sites),
            minutes=found.minutes or 0,
        )

    def notes(self) -> Iterator[str]:
        """Yield what a reader should know."""
        yield self.say(f"where.about-{self.found.question}")
        if self.found.estimated:
            yield self.say("where.estimated")
        if self.found.sites or not self.found.proven:
            yield self.say("where.proven" if self.found.proven else "where.not-proven")

    def site(self, site: Site) -> str:
        """Return a site and what it brings."""
        return self.say(
            f"where.site-{self.found.question}",
            name=self.name(site),
            people=site.people,
            count=len(site.places),
            places=self.places(site, SHOWN),
        )

    def name(self, site: Site) -> str:
        """Return a site's name, with its id where it is a stop."""
        name = self._called(site)
        if self.found.question == "stop":
            return name
        return self.say("why.named", name=name, id=site.id)

    def _called(self, place: Site | Reached) -> str:
        english = place.name_en if self.say.language == "en" else ""
        return printable(english or place.name)

    def places(self, site: Site, most: int | None = None) -> str:
        """Return the places that go to a site, with the minutes there."""
        shown = site.places[:most]
        texts = [
            self.say("where.place", name=self._called(place), minutes=place.minutes)
            for place in shown
        ]
        if len(shown) < len(site.places):
            texts.append(self.say("where.more", count=len(site.places) - len(shown)))
        return self.say("figures.comma").join(texts)
