"""Have the kernel compiled, or read from disk, before it is needed: no clock counts that.

All problems are laid out as arrays of the same kinds, so that the smallest will do.
"""

from __future__ import annotations

import numpy as np

from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable
from bookcar.optimiser.sisr.anneal import anneal
from bookcar.optimiser.sisr.anneal_groups import anneal_groups
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.groups import for_chain, lay_out_groups
from bookcar.optimiser.sisr.routes import NO_ROUTES
from bookcar.optimiser.sisr.state import empty_state


def make_ready(*, grouped: bool) -> None:
    """Compile or read the kernel that a chain needs; one that is in memory takes no time.

    ``grouped``: the kernel of problems with groups.
    """
    problem = _smallest()
    layout, scale = lay_out(problem)
    state, heat = empty_state(layout, 1), (scale.hot, scale.cold)
    if grouped:
        cycle = for_chain(lay_out_groups(problem, layout, scale))
        anneal_groups(layout, state, cycle, 0, heat, NO_ROUTES)
    else:
        anneal(layout, state, 0, heat, NO_ROUTES)


def _smallest() -> Problem:
    """Return a problem of one stop and one car-day."""
    table = np.array([[0, 1], [1, 0]], dtype=np.int32)
    stop = Task(location=1, prize=1.0, service_s=1, windows={0: ((0, 9),)}, car_days=(0,))
    car = CarDay(day=0, table=0, start=0, end=0, starts=0, ends=9, max_seconds=9, capacity=(None,))
    tables = (TravelTable(seconds=table, metres=table),)
    return Problem(tasks=(stop,), car_days=(car,), tables=tables)
