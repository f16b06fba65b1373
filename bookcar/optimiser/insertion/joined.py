"""Several verdicts on one stop that may be served in several ways, as one."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.optimiser.insertion.search import Lack, Verdict, nearness


def joined(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the cheapest way that fits; else the nearest of each limit that any of them lacks."""
    fitting = [verdict for verdict in verdicts if verdict.fits]
    if fitting or len(verdicts) == 1:
        return min(fitting or verdicts, key=lambda verdict: verdict.cost)
    nearest: dict[str, Lack] = {}
    for lack in sorted((lack for v in verdicts for lack in v.lacks), key=nearness):
        nearest.setdefault(lack.code, lack)
    together = [verdict.together for verdict in verdicts if verdict.together]
    return Verdict(
        task=verdicts[0].task,
        way=None,
        cost=verdicts[0].cost,
        worth=verdicts[0].worth,
        lacks=tuple(nearest.values()),
        together=min(together, key=len, default=()) if not nearest else (),
    )
