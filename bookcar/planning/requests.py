"""Readers' requests: which of them are open, and which visit may bring one."""

from __future__ import annotations

import datetime as dt

from bookcar.model import District, Request


def waiting_requests(district: District) -> tuple[Request, ...]:
    """Return the requests that are still to be brought, in the order of their table."""
    return tuple(request for request in district.requests if request.waits)


def of_use(request: Request, date: dt.date) -> bool:
    """Tell whether a visit on a day may bring a request: it is made by then, and still wanted."""
    return request.date <= date and (request.wanted_by is None or date <= request.wanted_by)
