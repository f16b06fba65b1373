"""What a visit would cost whose carriers are elsewhere: which of their other visits goes for it.

Each visit on foot that shares a carrier with a stop is taken out in turn; what its carriers have
left then counts as free.
"""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.advice.promises import without_visit
from bookcar.planning.visit_options import VisitOption
from bookcar.why.price import Prices, price_of
from bookcar.why.standing import Standing
from bookcar.whys import Price


def price_beside_carriers(standing: Standing, stop: str) -> Price | None:
    """Return the cheapest visit to a stop for which one other of its carriers' visits goes.

    None if no one of them is enough.
    """
    found = [
        (loss + price.cost, price)
        for option, loss in _in_the_way(standing, stop)
        if (price := _without(standing, stop, option)) is not None
    ]
    return min(found, key=lambda one: (one[0], one[1].date, one[1].out), default=(0.0, None))[1]


def _in_the_way(standing: Standing, stop: str) -> Iterator[tuple[VisitOption, float]]:
    """Yield visits by carriers who serve a stop, too, that may go, with what they are worth."""
    week = standing.week
    serving = {c.id for c in standing.prepared.district.carriers if stop in c.stops}
    for route in week.routes:
        for option in week.made(route):
            crew, own = week.fleet.crews.get(option.due.stop.id), option.due.stop
            stays = own.required or option.must or option.held or own.visits_a_week > 1
            if own.id == stop or stays or crew is None:
                continue
            if serving & {carrier.id for carrier in crew.carriers}:
                yield option, option.prize


def _without(standing: Standing, stop: str, gone: VisitOption) -> Price | None:
    """Return the price of a visit that fits once another one is not made."""
    other = gone.due.stop.id
    less = without_visit(standing.week, other, standing.week.dates()[gone.key])
    if less is None:
        return None
    free = standing.with_week(less)
    offers = free.chances([stop]).offers
    prices = Prices(standing=free, offers=offers)
    best = prices.cheapest([task for own in offers.tasks.values() for task in own])
    then = None if best is None else prices.forced(best)
    if best is None or then is None:
        return None
    full = free.with_week(then).filled([other])
    return price_of(best, (standing.week, full), out=(other,))
