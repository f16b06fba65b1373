"""All that is settled before a horizon is searched, built once and handed on to every step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from bookcar.as_of import as_of
from bookcar.batches.holdings import had_before, seen_longest_ago
from bookcar.batches.pools import Pools
from bookcar.due import DueStop, due_stops, with_told
from bookcar.errors import InfeasibleError
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.plan_changes import promises_of
from bookcar.plan_index import met_in
from bookcar.planning.fleet import Fleet, fleet_of, within_reach
from bookcar.planning.on_foot import Told, told_in
from bookcar.planning.tours import Crew
from bookcar.progress import SILENT, Progress
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel
from bookcar.weeks import Horizon, week_name


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A horizon as the search, the reasons and the plan see it.

    Attributes
    ----------
    district
        As it stood before the first Monday, whatever was recorded since.
    due
        Every stop of the district as the horizon sees it, in the district's order.
    earlier
        The plan of the same week that this one is kept near.
    pools
        Whom the batches of pools may go to, and which stay in the store.
    fleet
        The car-days, with the reloads that are within reach.
    travel
        Between the depots and the stops that matter.
    told
        By stop that no car reaches: what a plan that is kept says of who carries.
    """

    district: District
    horizon: Horizon
    due: tuple[DueStop, ...]
    fleet: Fleet
    travel: Travel
    earlier: Plan | None = None
    pools: Pools = field(default_factory=Pools)
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)

    @cached_property
    def had(self) -> Mapping[str, frozenset[str]]:
        """By stop, the batches it must not get, as `had_before` has them."""
        return had_before(self.district, self.horizon.monday)

    @cached_property
    def seen(self) -> Mapping[str, tuple[str, ...]]:
        """By stop, those of them that may come again, as `seen_longest_ago` has them."""
        return seen_longest_ago(self.district, self.horizon.monday)

    def meeting_at(self, met: Mapping[str, int]) -> Prepared:
        """Return it with the carriers of some stops met at other places, as `Travel.met` has it."""
        if not met:
            return self
        travel = self.travel.meeting_at(met)
        fleet = self.fleet.with_crews(self.district, self.due, travel, told=self.told)
        return replace(self, travel=travel, fleet=fleet)

    def carried_as_in(self, plan: Plan | None) -> Prepared:
        """Return it with carriers who come when and where they do in a plan of the same days."""
        told = told_in(plan) if plan and self.travel.meetings else {}
        if plan is None or not told:
            return self
        return replace(self, told=told).meeting_at(self.travel.met_as(met_in(plan)))

    def with_crews(self, crews: Mapping[str, Crew]) -> Prepared:
        """Return it with these carriers, each crew where it is met."""
        met = {stop: crew.meeting.number - 1 for stop, crew in crews.items()}
        travel = self.travel.meeting_at(met)
        return replace(self, travel=travel, fleet=replace(self.fleet, crews=dict(crews)))

    def with_cars(self, district: District) -> Prepared:
        """Return it with the cars of a district that differs from its own in nothing else."""
        then = as_of(district, self.horizon.monday)
        scope = Scope(
            district=then,
            horizon=self.horizon,
            due=self.due,
            fleet=_working(fleet_of(then, self.horizon)),
            earlier=self.earlier,
            pools=self.pools,
        )
        return scope.with_travel(self.travel)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the tables alone settle of a horizon: all of `Prepared` but the roads."""

    district: District
    horizon: Horizon
    due: tuple[DueStop, ...]
    fleet: Fleet
    earlier: Plan | None = None
    pools: Pools = field(default_factory=Pools)

    @classmethod
    def of(cls, district: District, horizon: Horizon, *, keeping: Plan | None = None) -> Self:
        """Return the district as it stood before a horizon, its due stops and its car-days.

        Parameters
        ----------
        keeping
            An earlier plan of the horizon, whose days and cars are kept where that costs little.

        Raises
        ------
        InfeasibleError
            If no vehicle works on any day.
        """
        then = as_of(district, horizon.monday)
        due = due_stops(then, horizon.monday)
        return cls(
            district=then,
            horizon=horizon,
            due=due if keeping is None else with_told(due, promises_of(keeping)),
            fleet=_working(fleet_of(then, horizon)),
            earlier=keeping,
            pools=Pools.of(then, horizon.monday, [d.stop.id for d in due if _wants(d)]),
        )

    @property
    def due_ids(self) -> frozenset[str]:
        """Ids of the stops that are due."""
        return frozenset(d.stop.id for d in self.due if d.due)

    def on_roads(self, stops: Collection[str], *, progress: Progress = SILENT) -> Prepared:
        """Return it with the driving between the depots and the stops of these ids.

        Raises
        ------
        InputError, UsageError
            As `bookcar.roads.sources.travel_for` does.
        """
        travel = travel_for(self.district, stops=stops, dates=self.horizon.dates, progress=progress)
        return self.with_travel(travel)

    def with_travel(self, travel: Travel) -> Prepared:
        """Return it with driving that is known already, between all places that matter."""
        return Prepared(
            district=self.district,
            horizon=self.horizon,
            due=self.due,
            fleet=within_reach(self.fleet, travel).with_crews(self.district, self.due, travel),
            travel=travel,
            earlier=self.earlier,
            pools=self.pools,
        )


def _wants(due: DueStop) -> bool:
    return due.due and due.stop.books > 0 and due.stop.access == "road"


def _working(fleet: Fleet) -> Fleet:
    if not fleet.days:
        raise InfeasibleError(
            Sentence(key="usage.no-vehicle", figures={"week": week_name(fleet.horizon.monday)})
        )
    return fleet
