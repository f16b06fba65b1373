"""What ``bookcar check`` says of the stock in the weeks to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bookcar.model import KINDS, District
from bookcar.phrases import Phrases
from bookcar.weeks import week_name

if TYPE_CHECKING:
    from bookcar.planning.forecast import StockWeek


def stock_lines(district: District, stock: Sequence[StockWeek], say: Phrases) -> Iterator[str]:
    """Yield whether the books last, and how many more are needed; nothing without a forecast."""
    if not stock:
        return
    until = week_name(stock[-1].monday)
    short = next((week for week in stock if week.lacking), None)
    if short is None:
        yield say("cli.stock-lasts", week=until, left=min(week.left for week in stock))
    else:
        yield say(
            "cli.stock-short",
            first=week_name(short.monday),
            count=len(short.lacking),
            week=until,
            **_needed(district, stock, say),
        )
    again = sum(len(week.again) for week in stock)
    if again:
        yield say("cli.stock-again", count=again, week=until)


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
        }
        for week in stock
    ]
