"""Which of the visits that a week lacks could be made, were its routes not in the way.

A visit is tried alone on every car-day with each batch that its stop could have. What nobody drops
it may bring; where only batches of others would do, it waits for them. A stop that has had all that
a car could bring gets the oldest of that again, or no books, as the district says.

A day that is too near to the other visit to a stop is one to try in the routes, where that is a
limit like others. Of what fits on none, only the days that are far enough from it tell why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bookcar.planning.offers import Offers, days_made
from bookcar.planning.pool_lack import Lacking
from bookcar.planning.prepared import Prepared
from bookcar.planning.stock import Cargo, Stock
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week
from bookcar.planning.week_problem import carried_on


@dataclass(frozen=True, kw_only=True)
class Chances:
    """What the visits that a week lacks could bring; by the keys of their options.

    Attributes
    ----------
    offers
        Those that fit alone, once for each load that they could bring.
    again
        Of these, the ones that bring what their stop has had, oldest first, or nothing.
    waiting
        Those that would fit alone with batches that other visits get.
    lacking
        Those for which there is no batch, and why.
    stuck
        The others: what they could bring, with which they fit on no car-day that is far enough
        from the other visit to their stop.
    """

    offers: Offers
    again: frozenset[str]
    waiting: frozenset[str]
    lacking: Mapping[str, Lacking]
    stuck: Mapping[str, Sequence[Cargo]]


def chances_of(
    prepared: Prepared,
    week: Week,
    options: Sequence[VisitOption],
    *,
    used: frozenset[str] = frozenset(),
) -> Chances:
    """Return what the given visits, none of which is made, could bring.

    ``used`` are batches that visits get which are not of the week.
    """
    stock = Stock.of(prepared, week, used=used)
    alone = _Alone(prepared, week)
    first = alone.fitting(options, lambda e: stock.new(e) if e.due.stop.books else [_bare(e)])
    left = [e for e in options if e.key not in first and e.due.stop.books]
    others = frozenset(alone.fitting(left, stock.others))
    again, seen_out = _again(prepared, alone, stock, [e for e in left if e.key not in others])
    rest = [alone.apart(e) for e in options if e.key not in first and e.key not in again]
    waiting = alone.waiting(rest, stock.others, among=others)
    whys = {e.key: stock.lacks(e) for e in rest if e.due.stop.books and e.key not in waiting}
    lacking = {key: why for key, why in whys.items() if why is not None}
    waiting |= alone.waiting(rest, stock.whatever, among=seen_out - lacking.keys())
    stuck = {
        e.key: _any_cargo(stock, e) for e in rest if e.key not in lacking and e.key not in waiting
    }
    visits = [visit for some in (first, again) for own in some.values() for visit in own]
    return Chances(
        offers=Offers(prepared=prepared, week=week, visits=tuple(visits)),
        again=frozenset(again),
        waiting=waiting,
        lacking=lacking,
        stuck=stuck,
    )


_Visits = Mapping[str, Sequence[VisitOption]]


@dataclass(frozen=True)
class _Alone:
    """A week without its routes."""

    prepared: Prepared
    week: Week

    def fitting(
        self,
        options: Iterable[VisitOption],
        cargoes: Callable[[VisitOption], Sequence[Cargo]],
    ) -> _Visits:
        """Return the visits that fit alone with some of their loads, each with all of them.

        In the week another load may lack less than those that fit alone: one from a nearer depot.
        But what nobody can carry on a day is no matter of room.
        """
        pairs = [(option, cargoes(option)) for option in options]
        offers = Offers.of(self.prepared, self.week, pairs)
        if not offers.visits:
            return {}
        fits = offers.fit_alone()
        return {
            key: list(self._carried(offers.visit(task) for task in own))
            for key, own in offers.tasks.items()
            if key in fits
        }

    def _carried(self, visits: Iterable[VisitOption]) -> Iterator[VisitOption]:
        for visit in visits:
            if fleet := carried_on(visit, self.week.fleet):
                yield visit if fleet == visit.fleet else replace(visit, fleet=fleet)

    def waiting(
        self,
        options: Sequence[VisitOption],
        cargoes: Callable[[VisitOption], Sequence[Cargo]],
        *,
        among: Collection[str],
    ) -> frozenset[str]:
        """Return the keys of those ``among`` that fit alone on the car-days of the options.

        They are known to fit on any that may come at all.
        """
        asked = [e for e in options if e.key in among]
        second = {e.key: e for e in asked if e.due.stop.id in self._days}
        fits = self.fitting(second.values(), cargoes)
        return frozenset(e.key for e in asked if e.key not in second or e.key in fits)

    def apart(self, option: VisitOption) -> VisitOption:
        """Return a visit on the car-days that are far enough from the other one to its stop.

        Where none is, on all that may come: then their nearness is what is told.
        """
        made = self._days.get(option.due.stop.id, ())
        days, gap = self.week.fleet.days, option.due.stop.days_between
        fleet = tuple(
            k for k in option.fleet if all(abs((days[k].date - day).days) >= gap for day in made)
        )
        return replace(option, fleet=fleet or option.fleet)

    @cached_property
    def _days(self) -> Mapping[str, tuple[dt.date, ...]]:
        return days_made(self.week)


def _again(
    prepared: Prepared, alone: _Alone, stock: Stock, options: Sequence[VisitOption]
) -> tuple[_Visits, frozenset[str]]:
    """Return the visits that repeat or bring nothing, and those that have had all there is."""
    how = prepared.district.settings.batches.when_seen_all
    seen_out = alone.fitting(options, stock.whatever)
    had = [option for option in options if option.key in seen_out]
    load = stock.again if how == "oldest" else lambda e: [_bare(e)]
    return alone.fitting(had, load), frozenset(seen_out)


def _bare(option: VisitOption) -> Cargo:
    return Cargo(depot=None, drops=(), car_days=option.fleet)


def _any_cargo(stock: Stock, option: VisitOption) -> Sequence[Cargo]:
    if not option.due.stop.books:
        return [_bare(option)]
    return stock.new(option) or stock.others(option)
