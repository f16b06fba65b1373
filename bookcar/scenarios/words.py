"""What scenarios come to, in words: rows of figures, and who gains and loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bookcar.maps.compare import GAINED, LOST
from bookcar.phrases import Phrases
from bookcar.plan import PlanStop
from bookcar.scenarios.run import Figures, Outcome
from bookcar.web.text import printable

Value = int | float | None

ROWS: tuple[tuple[str, Callable[[Figures], Value], str], ...] = (
    ("served", lambda f: f.served, ",d"),
    ("stops", lambda f: f.stops, ",d"),
    ("unserved", lambda f: f.due - f.served, ",d"),
    ("late", lambda f: f.late, ",d"),
    ("visits", lambda f: f.visits, ",d"),
    ("routes", lambda f: f.routes, ",d"),
    ("km", lambda f: f.metres / 1000, ",.1f"),
    ("hours", lambda f: f.seconds / 3600, ",.1f"),
    ("books", lambda f: f.books, ",d"),
    ("cost", lambda f: f.cost, ",.1f"),
    ("kept", lambda f: f.kept if f.promised else None, ",d"),
    ("near", lambda f: f.near, ",d"),
)
"""The figures of a scenario in their order, with how each is written."""


class OutcomeWords:
    """Says what scenarios come to in one language."""

    def __init__(self, say: Phrases) -> None:
        self.say = say

    def name(self, outcome: Outcome) -> str:
        """Return what a scenario is called; the week as it is has no name of its own."""
        return outcome.scenario.name or self.say("scenarios.as-it-is")

    def title(self, found: Sequence[Outcome]) -> str:
        """Return what all of them are about."""
        plans = found[0].plans
        weeks = plans[0].week if len(plans) == 1 else f"{plans[0].week} – {plans[-1].week}"
        english = plans[0].district_en if self.say.language == "en" else ""
        name = printable(english or plans[0].district)
        return self.say("scenarios.title", district=name, week=weeks)

    def notes(self, outcome: Outcome) -> list[str]:
        """Return what a reader of a scenario should know."""
        return [note.text_in(self.say.language) for note in outcome.notes]

    def rows(self, found: Sequence[Outcome]) -> Iterator[tuple[str, list[str]]]:
        """Yield every figure that is known, for all scenarios; those changed with how much."""
        for key, of, form in ROWS:
            values = [None if o.figures is None else of(o.figures) for o in found]
            if all(value is None for value in values) or (key == "stops" and not self._long(found)):
                continue
            cells = [self._cell(value, values[0], form) for value in values]
            yield self.row(key, found), cells

    def row(self, key: str, found: Sequence[Outcome]) -> str:
        """Return what a figure is called; over several weeks the due stops of each are added up."""
        figures = found[0].figures
        if key == "kept" and figures is not None and figures.promised:
            return self.say("scenarios.row-kept-of", count=figures.promised)
        long = self._long(found) and key in ("served", "unserved", "late")
        return self.say(f"scenarios.row-{key}-weeks" if long else f"scenarios.row-{key}")

    def weekly(self, found: Sequence[Outcome]) -> list[tuple[str, list[str]]]:
        """Return each of several weeks with what it comes to in all scenarios; none of one."""
        if not self._long(found):
            return []
        weeks = [one.week for one in found[0].by_week]
        return [(week, [self._of_week(o, k) for o in found]) for k, week in enumerate(weeks)]

    def _of_week(self, outcome: Outcome, number: int) -> str:
        if not outcome.plans:
            return "–"
        one = outcome.by_week[number]
        km = self.say.number(one.metres / 1000, ",.1f")
        key = "scenarios.week-promised" if one.promised else "scenarios.week"
        return self.say(
            key, served=one.served, due=one.due, km=km, kept=one.kept, promised=one.promised
        )

    def _long(self, found: Sequence[Outcome]) -> bool:
        return len(found[0].plans) > 1

    def _cell(self, value: Value, first: Value, form: str) -> str:
        if value is None:
            return "–"
        text = self.say.number(value, form)
        if first is None or value == first:
            return text
        sign = "−" if value < first else "+"
        return f"{text} ({sign}{self.say.number(abs(value - first), form)})"

    def told(self, outcome: Outcome) -> str:
        """Return who is served only with a scenario, and who only without; or why it cannot be."""
        if outcome.impossible is not None:
            return self.say("scenarios.told", name=self.name(outcome), what=self.why_not(outcome))
        gained = tuple(self._stop(s) for s in outcome.stops(GAINED))
        lost = tuple(self._stop(s) for s in outcome.stops(LOST))
        parts = [
            self.say("scenarios.gained", count=len(gained), stops=gained) if gained else "",
            self.say("scenarios.lost", count=len(lost), stops=lost) if lost else "",
        ]
        text = " ".join(filter(None, parts)) or self.say("scenarios.same-stops")
        return self.say("scenarios.told", name=self.name(outcome), what=text)

    def why_not(self, outcome: Outcome) -> str:
        """Return that a scenario cannot be planned, and why; empty if it can."""
        if outcome.impossible is None:
            return ""
        why = outcome.impossible.text_in(self.say.language)
        return self.say("scenarios.impossible", why=why)

    def stop(self, stop: PlanStop) -> str:
        """Return what a stop is called."""
        return (self.say.language == "en" and stop.name_en) or stop.name

    def _stop(self, stop: PlanStop) -> str:
        return self.say("why.named", name=self.stop(stop), id=stop.id)
