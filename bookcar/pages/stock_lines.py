"""What is said of the stock in the weeks to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from bookcar.model import KINDS, District, Pool
from bookcar.phrases import Phrases
from bookcar.web.text import printable
from bookcar.weeks import week_name

if TYPE_CHECKING:
    from bookcar.planning.forecast import StockWeek


_OF = {"due": "", "promised": "-promised"}


def stock_lines(
    district: District,
    stock: Sequence[StockWeek],
    say: Phrases,
    *,
    of: Literal["due", "promised"] = "due",
) -> Iterator[str]:
    """Yield whether the books last, and how many more are needed; nothing without a forecast.

    ``of``: which visits are taken to be made.
    """
    if not stock:
        return
    until = week_name(stock[-1].monday)
    short = next((week for week in stock if week.lacking), None)
    if short is None:
        yield say(f"pages.stock-lasts{_OF[of]}", week=until, left=min(week.left for week in stock))
    else:
        yield say(
            f"pages.stock-short{_OF[of]}",
            first=week_name(short.monday),
            count=len(short.lacking),
            week=until,
            **_needed(district, stock, say),
        )
    again = sum(len(week.again) for week in stock)
    if again:
        yield say("pages.stock-again", count=again, week=until)
    if not district.pools:
        yield from _stretched(district, stock, {stop.id for stop in district.stops}, say)
    for pool in district.pools:
        own = {stop.id for stop in district.stops if pool.serves(stop) and stop.books}
        line = _of_pool(district, pool, stock, say)
        for more in _stretched(district, stock, own, say):
            line = say("figures.two-sentences", one=line, other=more)
        yield line


def _of_pool(district: District, pool: Pool, stock: Sequence[StockWeek], say: Phrases) -> str:
    """Return whether the batches of a pool are enough for its stops, and for how long."""
    stops = {stop.id for stop in district.stops if pool.serves(stop) and stop.books}
    batches = [batch for batch in district.batches if batch.pool == pool.id]
    store = sum(batch.at in district.depots_by_id for batch in batches)
    until, weeks = week_name(stock[-1].monday), len(stock)
    figures: dict[str, object] = {
        "pool": printable(pool.name),
        "batches": len(batches),
        "store": store,
    }
    figures |= {"stops": len(stops), "week": until}
    lacking = [[s for s in week.lacking if s in stops] for week in stock]
    short = next((n for n, some in enumerate(lacking) if some), None)
    if short is None:
        return say("pages.stock-pool-lasts", weeks=weeks, **figures)
    return say(
        "pages.stock-pool-short",
        first=week_name(stock[short].monday),
        weeks=short,
        count=len(lacking[short]),
        needed=sum(map(len, lacking)),
        **figures,
    )


def _stretched(
    district: District, stock: Sequence[StockWeek], stops: Collection[str], say: Phrases
) -> Iterator[str]:
    """Yield how many of the visits to some stops are made without more batches, and how far apart.

    Nothing if that is all of them. Weeks are told where most of the stops want the same.
    """
    wanted = [stop for week in stock for stop in week.due if stop in stops]
    made = sum(stop in stops for week in stock for stop in week.made)
    if made >= len(wanted):
        return
    rows = [district.stops_by_id[stop] for stop in wanted]
    usual = Counter(stop.every_weeks for stop in rows if stop.recurs is None)
    figures = {"made": made, "wanted": len(wanted), "week": week_name(stock[-1].monday)}
    if not made or not usual:
        yield say("pages.stock-fewer", **figures)
        return
    weeks = min(usual, key=lambda every: (-usual[every], every))
    then = weeks * len(wanted) / made
    yield say("pages.stock-stretched", every=weeks, then=then, **figures)


def _needed(district: District, stock: Sequence[StockWeek], say: Phrases) -> dict[str, object]:
    """Return the batches that are needed, their books, and for which kinds of stops."""
    stops = [district.stops_by_id[stop] for week in stock for stop in week.lacking]
    counts = Counter(stop.kind for stop in stops)
    kinds = tuple(f"{say(f'common.kind-{kind}')} {counts[kind]}" for kind in KINDS if counts[kind])
    return {"needed": len(stops), "books": sum(stop.books for stop in stops), "kinds": kinds}


def stock_rows(stock: Sequence[StockWeek]) -> list[dict[str, object]]:
    """Return the same as data: a row for each week."""
    return [
        {
            "week": week_name(week.monday),
            "due": len(week.due),
            "again": week.again,
            "lacking": week.lacking,
            "left": week.left,
            "made": len(week.made),
        }
        for week in stock
    ]
