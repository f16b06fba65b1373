"""A district as its tables were before weeks were closed: a plan is held to those.

Closing a week changes the tables that its plan was made from, as it should. The list of closed
weeks proves that a table is what it was then, but for the closes since.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bookcar.errors import InputError
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.records.ledger import Closed, home_of, read_ledger


def but_for_closes(district: District, plan: Plan) -> District:
    """Return the district with what closes alone have changed put back: sums and requests.

    Visits and places of batches stay: a plan sees them as they stood before its Monday anyway.
    """
    try:
        weeks = read_ledger(home_of(district.folder)).weeks
    except InputError:  # told by the command that needs it
        return district
    then, inputs = plan.provenance.inputs, dict(district.inputs)
    brought: set[str] = set()
    for name in {name for closed in weeks for name in closed.after}:
        passed, after = _through(weeks, name, then.get(name, ""))
        if passed and after == inputs.get(name, ""):
            brought |= {request for closed in passed for request in closed.requests}
            inputs.pop(name)
            inputs |= {name: then[name]} if name in then else {}
    requests = tuple(
        msgspec.structs.replace(request, status="open") if request.id in brought else request
        for request in district.requests
    )
    return msgspec.structs.replace(district, inputs=inputs, requests=requests)


def _through(weeks: Iterable[Closed], name: str, first: str) -> tuple[list[Closed], str]:
    """Return the closes that changed a table from one content on, and its content after them."""
    passed = []
    for closed in weeks:
        if name in closed.after and closed.before.get(name, "") == first:
            passed.append(closed)
            first = closed.after[name]
    return passed, first
