"""What a planner should know of a district's batches before any week is planned."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.model import District


def batch_warnings(district: District) -> Iterator[Fault]:
    """Yield a warning if stops want books where there is not one batch, once for all."""
    wanting = [stop for stop in district.stops if stop.books]
    if wanting and not district.batches:
        yield warning(
            district.where("stops", wanting[0].id),
            rule="no-batches",
            column="books",
            value=str(wanting[0].books),
            count=len(wanting),
            books=sum(stop.books for stop in wanting),
        )
