"""The routes of a plan as they are, in a district that may have changed, with what still fits."""

from __future__ import annotations

from dataclasses import replace

from bookcar.adjust.around import plan_around
from bookcar.adjust.overrides import Overrides
from bookcar.errors import InputError
from bookcar.plan import Plan
from bookcar.planning.prepared import Prepared
from bookcar.planning.rounds import with_all_that_fits
from bookcar.planning.visit_options import options_of
from bookcar.planning.week import Week


def kept_and_filled(prepared: Prepared, plan: Plan) -> Week | None:
    """Return the week with a plan's routes, and what fits beside them put in.

    None where they break a limit of the district, or a car, a stop or a batch is gone.
    """
    overrides = Overrides(file="plan.json", routes=(), left_out=())
    try:
        week, _ = plan_around(prepared, overrides=overrides, base=plan, search=None)
    except InputError:
        return None
    filled = with_all_that_fits(prepared, week, options=options_of(prepared))
    return replace(filled, bound=None, no_bound="unknown")
