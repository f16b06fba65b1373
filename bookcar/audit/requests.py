"""Rules on readers' requests: brought where and when they are of use, and really aboard."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.model import Request, Title
from bookcar.phrases.sentence import Sentence
from bookcar.plan import PlanRequest, Route, Visit
from bookcar.titles import Listed


def requests_belong(case: Case) -> Iterator[Sentence]:
    """A request is named at its reader's stop, once, while it waits and on a day it is wanted.

    Every waiting request of a stop that is visited on such a day is named, unless its batch stays
    away.
    """
    named = Counter(name for _, visit in case.visits() for name in _named(visit))
    for route, visit in case.visits():
        for name in _named(visit):
            request = case.district.requests_by_id.get(name)
            if request is None or request.stop != visit.stop or not request.waits:
                yield breach("requests-belong-3", route=route.id, name=name, stop=visit.stop)
            elif not _wanted_on(request, route.date):
                yield breach(
                    "requests-belong-4", route=route.id, name=name, date=route.date.isoformat()
                )
    for name, times in sorted(named.items()):
        if times > 1:
            yield breach("requests-belong", name=name, times=times)
    visits = _visits_of_use(case)
    for request in case.district.requests:
        if request.waits and visits[request.id] and not named[request.id] and not request.batch:
            yield breach("requests-belong-2", request=request.id, stop=request.stop)


def requests_are_aboard(case: Case) -> Iterator[Sentence]:
    """What is brought is aboard, as the plan says; nothing aboard has what is to be found.

    A title is aboard that the list of a batch dropped there has, with a copy for each who asks, and
    a single book that is ready, bought or a reward. Without any list nobody knows.
    """
    spare = _spare_copies(case)
    for route, visit in case.visits():
        for name in visit.requests:
            request, copy = _rows(case, name)
            if request and copy and not _comes_so(case, visit, request, copy):
                yield breach(
                    "requests-are-aboard-2", route=route.id, name=name, carried=copy.carried
                )
        for name in visit.to_find:
            _, copy = _rows(case, name)
            if copy and copy.carried != "none":
                yield breach("requests-are-aboard-3", route=route.id, name=name)
    for (batch, title), left in sorted(spare.items()):
        if left < 0:
            yield breach("requests-are-aboard", batch=batch, left=-left, title=title)


def requests_come_soonest(case: Case) -> Iterator[Sentence]:
    """A request comes with the first visit that has it aboard, and none that has is left out."""
    spare = _spare_copies(case)
    visits = _visits_of_use(case)
    away = case.plan.replanned.away if case.plan.replanned else ()
    for request in case.district.requests:
        for route, visit in visits[request.id] if request.waits and request.id not in away else ():
            if request.id in visit.requests:
                break
            if _could_come(case, visit, request, spare):
                yield breach("requests-come-soonest", route=route.id, request=request.id)
                break


def _named(visit: Visit) -> tuple[str, ...]:
    return (*visit.requests, *visit.to_find)


def _rows(case: Case, name: str) -> tuple[Request | None, PlanRequest | None]:
    """Return a request as the district and the plan have it; what is missing, others report."""
    return case.district.requests_by_id.get(name), case.plan.requests_by_id.get(name)


def _visits_of_use(case: Case) -> Mapping[str, list[tuple[Route, Visit]]]:
    """Return, by request, the visits to its stop on days on which it is wanted, in order."""
    at: dict[str, list[tuple[Route, Visit]]] = defaultdict(list)
    for route, visit in case.visits():
        at[visit.stop].append((route, visit))
    return {
        request.id: sorted(
            (pair for pair in at[request.stop] if _wanted_on(request, pair[0].date)),
            key=lambda pair: (pair[0].date, pair[1].begin),
        )
        for request in case.district.requests
    }


def _comes_so(case: Case, visit: Visit, request: Request, copy: PlanRequest) -> bool:
    """Tell whether the plan's copy of a request says truly how it comes."""
    lies_ready = request.kind != "title" or bool(request.copy) or request.status == "ready"
    if copy.carried == "batch":
        own = copy.in_batch == request.batch
        listed = copy.in_batch is not None and bool(_name(case, copy.in_batch, request))
        return copy.in_batch in visit.drops and (own if request.batch else listed)
    if copy.in_batch is not None or request.batch:
        return False
    if copy.carried == "single":
        return lies_ready
    return copy.carried == "along" and not lies_ready and not _has_lists(case)


def _could_come(
    case: Case, visit: Visit, request: Request, spare: Mapping[tuple[str, str], int]
) -> bool:
    """Tell whether a visit has a request aboard that it does not bring."""
    if request.batch:
        return request.batch in visit.drops
    if request.kind != "title" or request.copy or request.status == "ready":
        return True
    return any(spare.get((batch, _name(case, batch, request)), 0) > 0 for batch in visit.drops)


def _spare_copies(case: Case) -> dict[tuple[str, str], int]:
    """Return the copies of each title on the lists of what readers get, less those brought."""
    asking = {request.stop for request in case.district.requests}
    visits = [visit for _, visit in case.visits() if visit.stop in asking]
    dropped = {batch for visit in visits for batch in visit.drops}
    spare = {(b, name): n for b in dropped for name, n in _listed(case, b).copies.items()}
    for visit in visits:
        for asked in visit.requests:
            request, copy = _rows(case, asked)
            batch = copy.in_batch if copy else None
            if request and batch in dropped and _name(case, batch, request):
                spare[batch, _name(case, batch, request)] -= 1
    return spare


def _name(case: Case, batch: str, request: Request) -> str:
    """Return the name under which a batch's list has what a reader asks for, or nothing."""
    return _listed(case, batch).name_of(request.title, request.isbn) or ""


def _listed(case: Case, batch: str) -> Listed:
    return Listed.of(_titles(case, batch))


def _titles(case: Case, batch: str) -> tuple[Title, ...]:
    row = case.batches.get(batch)
    return case.district.titles.get(row.titles, ()) if row else ()


def _has_lists(case: Case) -> bool:
    return any(_titles(case, batch) for batch in case.batches)


def _wanted_on(request: Request, day: dt.date) -> bool:
    made = request.date <= day
    return made if request.wanted_by is None else made and day <= request.wanted_by
