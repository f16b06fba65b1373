"""Why a stop is not served and what would help, in words, from the figures that were found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import get_args

from bookcar.advice.wording import limit_words
from bookcar.model import Place
from bookcar.phrases import Language, Phrases
from bookcar.plan import FootCode, NoCargo, Plan
from bookcar.web.times import time_text
from bookcar.whys import (
    ON_FOOT,
    Alternative,
    Change,
    Conflict,
    Price,
    Visited,
    Why,
    Whys,
    is_told_as_it_is,
)

_NAMED = 3
"""So many stops that a change serves are named with each of them."""
_TIMES = ("back", "start", "opens", "closes", "carrier-hours")
"""What is changed to a time of day."""


_TOLD = 2
"""So many changes of a stop are told in a table; all of them stand on the page of whys."""


def helps_of(plan: Plan, whys: Whys, language: Language | None = None) -> dict[str, str]:
    """Return, by stop, what would help: the changes that take the least, and what it would cost.

    Stops of which only the reason is known are left out.
    """
    words = WhyWords(plan, Phrases(language or plan.language))
    told = {why.id: words.joined(*words.helps(why)) for why in whys.stops}
    return {stop: text for stop, text in told.items() if text}


class WhyWords:
    """Says what was found of the stops of one plan."""

    def __init__(self, plan: Plan, say: Phrases) -> None:
        self.plan, self.say = plan, say

    def level(self, why: Why) -> str:
        """Return how a stop is kept out, with what it would cost or is in conflict with."""
        if why.price is not None:
            return self.price(why.price)
        if why.conflict is not None:
            return self.conflict(why.conflict)
        return self.say(f"why.level-{self._level(why)}")

    def _level(self, why: Why) -> str:
        """Return the level of a stop; one that no car can bring anything has words of its own."""
        reason = self._reason(why)
        if why.level != "alone":
            return why.level
        if reason in get_args(FootCode):
            return "on-foot"
        return "batch" if reason in ("batch-taken", *get_args(NoCargo)) else why.level

    def short(self, why: Why) -> str:
        """Return what serving a stop would cost, and the change that takes the least."""
        first = [self.change(change) for change in why.changes[:1]]
        return self.joined(self.level(why), *first)

    def helps(self, why: Why) -> list[str]:
        """Return the changes of a stop that take the least, and what a visit would cost."""
        lines = list(islice(self.lines(why), _TOLD))
        return [*lines, self.level(why)] if lines and (why.price or why.conflict) else lines

    def price(self, price: Price) -> str:
        """Return what a visit would cost."""
        figures = {
            "car": self.car(price.vehicle),
            "day": self._day(price.date),
            "time": self._time(price.begin),
            "more": self.more(price.metres, price.seconds),
        }
        if not price.out:
            return self.say("why.price-none", **figures)
        lost = self._stops(price.lost)
        moved = [
            self.say(
                "why.moved",
                stop=self.stop(one.stop),
                car=self.car(one.vehicle),
                day=self._day(one.date),
            )
            for one in price.moved
        ]
        goes = [self.say("why.loses", count=len(price.lost), stops=lost)] if price.lost else []
        order = [self.say("why.reordered")] if price.reordered else []
        return self.say(
            "why.price", what=self.say("why.and").join([*goes, *moved, *order]), **figures
        )

    def conflict(self, conflict: Conflict) -> str:
        """Return what a visit has no room beside."""
        limits = [limit_words(one, self.say, "lacks") for one in conflict.obstacles]
        return self.say(
            "why.conflict",
            car=self.car(conflict.vehicle),
            day=self._day(conflict.date),
            stops=self._stops(conflict.stops),
            limits=self.say("why.and").join(limits) if limits else self.say("why.no-room"),
        )

    def _reason(self, why: Why) -> str:
        return next((row.reason for row in self.plan.unserved if row.stop == why.id), "")

    def otherwise(self, why: Why, remedy: str) -> str:
        """Return what a reason alone says would help where no change was found to be enough."""
        tried = not is_told_as_it_is(self.plan) and self._reason(why) in ON_FOOT
        return self.say("why.first-of-all", help=remedy) if tried else remedy

    def change(self, change: Change) -> str:
        """Return a change as something to do, and whom it serves beside the one it is told of."""
        after = "" if change.after is None else str(change.after)
        if change.lever in _TIMES and change.after is not None:
            after = self._time(change.after)
        if change.lever == "carrier-km" and change.after is not None:
            after = self.say.number(change.after / 1000, ",.1f")
        of_stop = change.lever == "carrier" and change.stop
        weekday = "" if change.weekday is None else self.say(f"figures.weekday-{change.weekday}")
        return self.say(
            f"why.change-{change.lever}" + ("-at" if of_stop else ""),
            carrier=self._carrier(change.carrier),
            car=self.car(change.vehicle) if change.vehicle else "",
            stop=self.stop(change.stop) if change.stop else "",
            depot=self._depot(change.depot),
            pool=self.say("why.of-pool", pool=change.pool) if change.pool else "",
            weekday=weekday,
            amount=change.amount,
            after=after,
        )

    def visit(self, change: Change) -> str:
        """Return when a stop is visited with a change."""
        if change.when is None:
            return ""
        known = change.by in self.plan.vehicles_by_id
        car = self.car(change.by) if known else self.say("why.new-car", car=change.by)
        return self.say("why.then", car=car, day=self._day(change.when))

    def longer(self, change: Change) -> str:
        """Return what all routes are longer with a change and all whom it serves."""
        return self.say("why.longer", more=self.more(change.metres, change.seconds))

    def serves(self, change: Change, *, of: str = "") -> str:
        """Return whom a change serves; nothing where that is one stop.

        Told ``of`` one of many, only how many others there are: their names stand elsewhere.
        """
        count = len(change.serves)
        if count < 2:
            return ""
        key = "why.serves-jointly" if change.jointly else "why.serves"
        if of and count > _NAMED:
            return self.say(f"{key}-others", count=count - 1)
        return self.say(key, count=count, stops=self._stops(change.serves))

    def days(self, change: Change) -> str:
        """Return when a car that works longer is back, on each day on which it comes later."""
        texts = [
            self.say("why.back-on", day=self._day(one.date), time=self._time(one.back))
            for one in change.days
        ]
        car = self.car(change.vehicle)
        return self.say("why.then-back", car=car, days=tuple(texts)) if texts else ""

    def instead(self, change: Change) -> str:
        """Return whom a change serves in the place of the stop that it is told of."""
        if not change.instead:
            return ""
        count = len(change.instead)
        return self.say("why.instead", count=count, stops=self._stops(change.instead))

    def alone(self, whys: Whys, change: Change) -> str:
        """Return whom a change that serves several stops would serve each by itself only."""
        stops = whys.alone(change)
        if not stops:
            return ""
        return self.say("why.alone", count=len(stops), stops=self._stops(stops))

    def command(self, change: Change) -> str:
        """Return what to type to see the whole week with a change."""
        texts = " ".join(f'--change "{text}"' for text in change.changes)
        folder = self.plan.provenance.folder
        return f"bookcar what-if {folder} --week {self.plan.week} {texts}"

    def visited(self, visit: Visited) -> str:
        """Return a visit as it is planned."""
        return self.say(
            "why.visited",
            car=self.car(visit.vehicle),
            day=self._day(visit.date),
            time=self._time(visit.begin),
        )

    def alternative(self, other: Alternative) -> str:
        """Return another way to make a visit, with its price or what is in its way."""
        figures = {"car": self.car(other.vehicle), "day": self._day(other.date)}
        if other.begin is not None:
            return self.say(
                "why.other",
                **figures,
                time=self._time(other.begin),
                more=self.more(other.metres, other.seconds),
                cost=other.cost,
            )
        limits = [limit_words(one, self.say, "lacks") for one in other.obstacles]
        limit = self.say("why.and").join(limits) if limits else self.say("why.no-room")
        return self.say("why.other-not", **figures, limits=limit)

    def more(self, metres: int, seconds: int) -> str:
        """Return what all routes are longer, or shorter."""
        return self.say(
            "why.more",
            km=self._signed(round(metres / 1000, 1)),
            minutes=self._signed(round(seconds / 60)),
        )

    def stop(self, name: str) -> str:
        """Return a stop by its name and id."""
        known = self.plan.stops_by_id.get(name)
        if known is None:
            return name
        return self.say("why.named", name=self._in_its_language(known), id=name)

    def car(self, name: str) -> str:
        """Return a car by its id, with its driver if it has one."""
        known = self.plan.vehicles_by_id.get(name)
        driver = "" if known is None else known.driver
        return self.say("why.driven", car=name, driver=driver) if driver else name

    def _carrier(self, name: str) -> str:
        known = self.plan.carriers_by_id.get(name)
        return name if known is None else known.name or name

    def _depot(self, name: str) -> str:
        known = self.plan.depots_by_id.get(name)
        return name if known is None else self._in_its_language(known)

    def _in_its_language(self, place: Place) -> str:
        english = place.name_en if self.say.language == "en" else ""
        return english or place.name

    def _stops(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(self.stop(name) for name in names)

    def _day(self, day: dt.date) -> str:
        return self.say("common.day-of", day=day.isoformat())

    def _time(self, seconds: int) -> str:
        return time_text(seconds, self.say, self.plan.clock)

    def lines(self, why: Why, *, named: bool = False) -> Iterator[str]:
        """Yield the changes of a stop, each a line; ``named`` with all whom each serves."""
        for change in why.changes:
            yield self.joined(
                self.change(change),
                self.visit(change),
                self.serves(change, of="" if named else why.id),
                self.longer(change),
                self.days(change),
                self.instead(change),
            )

    def joined(self, *sentences: str) -> str:
        """Return sentences one after the other, without those that say nothing."""
        return self.gap.join(filter(None, sentences))

    @property
    def gap(self) -> str:
        """What stands between two sentences: nothing in Chinese."""
        return "" if self.say.language == "zh" else " "

    def _signed(self, figure: float) -> str:
        """Return a number with its sign; nothing has none."""
        text = self.say.number(abs(figure), ",.1f" if isinstance(figure, float) else ",")
        return f"{'+' if figure > 0 else '−' if figure < 0 else '±'}{text}"
