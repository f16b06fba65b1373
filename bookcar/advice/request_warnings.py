"""What is said of readers' requests that no visit of a week brings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.inputs.movements import before
from bookcar.model import District, Request
from bookcar.planning.requests import deliveries, of_use, waiting_requests
from bookcar.planning.week import Week


def request_warnings(district: District, week: Week) -> Iterator[Fault]:
    """Yield what becomes of requests that the week does not bring.

    They come too late or not yet, their batch stays away, or nothing aboard has them. Each is told
    by itself whose reader waits for an answer.
    """
    days = _visited(week)
    sunday = week.fleet.horizon.dates[-1]
    waiting = [
        request
        for request in waiting_requests(district)
        if request.date <= sunday and not any(of_use(request, d) for d in days[request.stop])
    ]
    late = [r for r in waiting if r.wanted_by is not None and r.wanted_by <= sunday]
    for request in late:
        yield _too_late(district, request, days[request.stop])
    found = deliveries(district, week)
    for request in found.stranded:
        yield _batch_stays_away(before(district, week.fleet.horizon.monday), request)
    if found.to_find:
        wanted = {name for names in found.to_find.values() for name in names}
        sought = [request for request in district.requests if request.id in wanted]
        yield _together(district, sought, rule="requests-to-find")
    later = [request for request in waiting if request not in late]
    if later:
        yield _together(district, later, rule="requests-waiting")


def _visited(week: Week) -> Mapping[str, Sequence[dt.date]]:
    """Return the days on which each stop is visited, in order."""
    found: defaultdict[str, list[dt.date]] = defaultdict(list)
    stops = {option.key: option.due.stop.id for option in week.options}
    for key, date in sorted(week.dates().items(), key=lambda pair: pair[1]):
        found[stops[key]].append(date)
    return found


def _too_late(district: District, request: Request, days: Sequence[dt.date]) -> Fault:
    where = district.where("requests", request.id)
    return warning(
        where,
        rule="request-too-late",
        column="wanted_by",
        value=str(request.wanted_by),
        variant="visited" if days else "",
        request=request.id,
        wanted_by=str(request.wanted_by),
        stop=request.stop,
        days=tuple(day.isoformat() for day in days),
    )


def _batch_stays_away(district: District, request: Request) -> Fault:
    at = district.batches_by_id[request.batch].at
    return warning(
        district.where("requests", request.id),
        rule="request-batch-away",
        column="batch",
        value=request.batch,
        variant="there" if at == request.stop else "",
        request=request.id,
        batch=request.batch,
        stop=request.stop,
        place=at,
    )


def _together(district: District, requests: Sequence[Request], *, rule: str) -> Fault:
    where = district.where("requests", requests[0].id)
    return warning(
        where,
        rule=rule,
        column="id",
        value=requests[0].id,
        count=len(requests),
        requests=tuple((request.id, request.stop) for request in requests),
    )
