"""A week planned again from a moment on, up the ladder of freedom until a rung works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bookcar.errors import InfeasibleError
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.plan_changes import Change, changes, promises_of
from bookcar.progress import SILENT, Progress
from bookcar.replan.events import Events, require_possible
from bookcar.replan.fetch import Ended, better, fetched, meetings_of
from bookcar.replan.ladder import RUNGS, Rung, climb
from bookcar.replan.moment import Moment
from bookcar.roads.travel import Travel


class Offer(NamedTuple):
    """A rung that works: its plan, and what changes for people."""

    rung: Rung
    plan: Plan
    changes: tuple[Change, ...]

    @property
    def told(self) -> int:
        """How many people are to be told something: visits that change, fall away or are new."""
        return sum(change.kind != "same" for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of a week: the rung that is taken, and the ones above it."""

    before: Plan
    district: District
    travel: Travel
    taken: Offer
    offers: tuple[Offer, ...]


def replan_week(
    district: District,
    plan: Plan,
    events: Events,
    *,
    rung: Rung | None = None,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Outcome:
    """Plan the rest of a week again from a moment on.

    Parameters
    ----------
    rung
        To take; by default the first that works.

    Raises
    ------
    InputError
        If the events cannot have happened.
    InfeasibleError
        If no rung works, or not the one that is asked for.
    """
    require_possible(events, plan, district)
    events = events.besides(plan.replanned)
    moment = Moment.of(district, plan, events, progress=progress)
    offers: list[tuple[Rung, Ended]] = []
    meetings: tuple[Moment, ...] = ()
    for one in RUNGS[RUNGS.index(rung) if rung else 0 :]:
        if one in ("fetch", "drop"):
            meetings = () if offers else meetings or meetings_of(moment)
        found = _climbed(moment, one, meetings, seed=seed)
        if found is not None and (not offers or not found.same(offers[-1][1])):
            offers.append((one, found))
    if not offers:
        raise InfeasibleError(
            Sentence(key="usage.replan-nothing", figures={"rung": rung or "drop"})
        )
    made = tuple(_offer(one, found) for one, found in offers)
    return Outcome(
        before=plan,
        district=moment.prepared.district,
        travel=moment.prepared.travel,
        taken=made[0],
        offers=made[1:],
    )


def _climbed(moment: Moment, rung: Rung, meetings: Sequence[Moment], *, seed: int) -> Ended | None:
    """Return the week on a rung.

    Parameters
    ----------
    meetings
        The same moment with cars that fetch; none where a rung below works without.
    """
    if rung == "fetch":
        return fetched(meetings, rung, seed=seed)
    own = climb(moment.desk, moment.left.given, rung, seed=seed)
    plain = None if own is None else Ended(moment, own)
    if rung != "drop" or (plain and not plain.standing.left):
        return plain
    return better(plain, fetched(meetings, rung, seed=seed))


def _offer(rung: Rung, found: Ended) -> Offer:
    was, plan = found.moment.plan, found.plan
    return Offer(rung, plan, changes(promises_of(was), promises_of(plan)))
