"""The district as a week sees it: as it stood before its Monday, with what the week asks."""

from __future__ import annotations

import datetime as dt

from bookcar.fairs.loads import with_fairs
from bookcar.inputs.movements import before
from bookcar.model import District
from bookcar.parts import with_parts


def as_of(district: District, monday: dt.date) -> District:
    """Return the district that the week of a Monday is planned, adjusted and audited with.

    Nothing recorded since is known yet; stops that are delivered in parts have a visit for each,
    and what is brought to events or fetched from them are stops of the week (`bookcar.fairs`).
    """
    return with_parts(with_fairs(before(district, monday), monday), monday)
