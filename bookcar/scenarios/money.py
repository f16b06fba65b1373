"""Less money: the best week whose routes cost no more than a share of what they cost as they are.

What stops are worth is lowered, all of it by one factor, until the routes are cheap enough: the
search then leaves out what costs most for what it is worth. The factor is found by bisection, each
try planned; what routes cost keeps its own unit. Required stops are visited whatever they cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from bookcar.model import District
from bookcar.plan import Plan

TRIES = 6
"""How often the factor is halved: it is known to a sixty-fourth then."""

_WORTHS = ("stop", "priority", "overdue_week", "people", "promise")


@dataclass(frozen=True, kw_only=True)
class Saving:
    """The weeks that were found.

    Attributes
    ----------
    worth
        The factor by which stops are worth less.
    cost, limit
        What the routes cost, and what they may; more than it only where what is required does.
    """

    plans: tuple[Plan, ...]
    district: District
    worth: float
    cost: float
    limit: float

    @property
    def held(self) -> bool:
        """Whether the routes cost no more than they may."""
        return self.cost <= self.limit + 1e-6


def within(
    limit: float, district: District, plans_of: Callable[[District], tuple[Plan, ...]]
) -> Saving:
    """Return the plans that serve most of all that were tried and cost no more than a limit.

    Where none does, those with nothing but what is required.
    """

    def tried(worth: float) -> Saving:
        own = worth_less(district, worth)
        plans = plans_of(own)
        return Saving(plans=plans, district=own, worth=worth, cost=cost_of(plans), limit=limit)

    best = tried(1.0)
    if best.held:
        return best
    best = tried(0.0)
    low, high = 0.0, 1.0
    for _ in range(TRIES):
        middle = (low + high) / 2
        found = tried(middle)
        if found.held:
            low = middle
            best = max(best, found, key=_rank)
        else:
            high = middle
    return best


def _rank(found: Saving) -> tuple[bool, int, int, float]:
    served = sum(plan.totals.served for plan in found.plans)
    visits = sum(plan.totals.visits for plan in found.plans)
    return found.held, served, visits, -found.cost


def worth_less(district: District, factor: float) -> District:
    """Return the district with all that stops are worth multiplied by a factor."""
    weights = district.settings.weights
    less = {name: getattr(weights, name) * factor for name in _WORTHS}
    settings = msgspec.structs.replace(
        district.settings, weights=msgspec.structs.replace(weights, **less)
    )
    return msgspec.structs.replace(district, settings=settings)


def cost_of(plans: tuple[Plan, ...]) -> float:
    """Return what the routes of plans cost, without what unserved stops are worth."""
    terms = [plan.objective.terms for plan in plans if plan.objective is not None]
    return sum(one.get(name, 0.0) for one in terms for name in ("fixed", "km", "hours"))
