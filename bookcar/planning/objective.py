"""What a finished week costs, term by term, and how near that is proven to be to the best."""

from __future__ import annotations

from bookcar.optimiser.cost import gap, in_hundredths, solution_cost
from bookcar.plan import NoBound, Objective
from bookcar.planning.week import Week


def objective_of(week: Week) -> Objective:
    """Return the cost of a week; its bound and gap only where they are of this very problem.

    Figures are rounded to hundredths, so that their sum is the cost that is printed.
    """
    made = week.dates()
    left = [task for task, option in enumerate(week.options) if option.key not in made]
    _, exact = solution_cost(week.problem, week.routes, left)
    terms, cost, bound = in_hundredths(exact, week.bound)
    no_bound = _no_bound(week, left)
    if bound is None or no_bound:
        return Objective(terms=terms, cost=cost, no_bound=no_bound)
    return Objective(terms=terms, cost=cost, bound=bound, gap=gap(cost, bound))


def _no_bound(week: Week, left: list[int]) -> NoBound:
    """Return why a bound would say nothing: with a required stop missed, costs do not compare."""
    if week.fewest_car_days:
        return "fewest-car-days"
    if any(week.problem.tasks[task].required for task in left):
        return "required"
    return week.no_bound
