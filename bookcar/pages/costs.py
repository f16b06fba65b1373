"""What a plan costs and how near that is to the best possible, in sentences."""

from __future__ import annotations

from bookcar.phrases import Phrases
from bookcar.plan import Objective, Plan

_TELLING = 0.5
"""A bound that leaves a larger gap than this tells little about the plan."""

_ORDER = ("fixed", "km", "hours", "changes", "balance", "uneven", "prizes_lost")
"""Of the terms, whether the plan was just made or read from its file."""

_SHOWN = 0.05  # a term that would be printed as 0.0 is left out


def cost_lines(plan: Plan, say: Phrases) -> list[str]:
    """Return the cost with its terms, then the gap or why there is none; a warning if interrupted.

    A plan made by other means than a search says nothing.
    """
    said = plan.objective
    lines = [] if said is None else [_cost(said, say), _gap(said, say)]
    if plan.provenance.interrupted:
        lines.append(say("pages.interrupted"))
    return lines


def _cost(said: Objective, say: Phrases) -> str:
    terms = [
        say(f"pages.term-{name}", value=say.number(value, ",.1f"))
        for name, value in sorted(said.terms.items(), key=lambda term: _ORDER.index(term[0]))
        if value >= _SHOWN
    ]
    cost = say.number(said.cost, ",.1f")
    if not terms:
        return say("pages.cost-nothing", cost=cost)
    return say("pages.cost", cost=cost, terms=say("pages.and").join(terms))


def _gap(said: Objective, say: Phrases) -> str:
    if said.bound is None or said.gap is None:
        return say(f"pages.no-bound-{said.no_bound or 'unknown'}")
    if said.gap == 0:
        return say("pages.gap-none")
    said_how = "pages.gap" if said.gap <= _TELLING else "pages.gap-far"
    return say(said_how, gap=say.number(said.gap, ".2%"), bound=say.number(said.bound, ",.1f"))
