"""The week's figures, and how they differ from those of the week before."""

from __future__ import annotations

from bookcar.manifests.sheet import WeekSheet
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.plan_index import trips
from bookcar.web.figures import change_of, counted, kilometres, lasting
from bookcar.web.markup import Child, Html, each, join, tag


def figures_of(week: WeekSheet, plan: Plan, before: Plan | None) -> Html:
    """Return the figures of a week as a list; ``before`` is the plan of the week before, if known.

    A change says how many more or fewer, not whether that is good: fewer km may be either.
    """
    say = Phrases(week.language)
    rows: list[tuple[str, Child, str, int]] = [
        ("served", f"{counted(week.served, say)} / {counted(week.due, say)}", "served", 1),
        ("routes", counted(len(week.routes), say), "routes", 1),
        ("km", kilometres(plan.totals.metres, say), "metres", 1_000),
        ("hours", lasting(plan.totals.seconds, say), "seconds", 3_600),
        ("books", counted(week.books, say), "books", 1),
        (
            "batches",
            f"{counted(week.dropped, say)} / {counted(week.collected, say)}",
            "batches_dropped",
            1,
        ),
    ]
    handed_on = sum(len(trip.handed_on) for route in plan.routes for trip in trips(route))

    def change(name: str, unit: int) -> Html | None:
        if before is None:
            return None
        return change_of(getattr(plan.totals, name) - getattr(before.totals, name), unit, say)

    items = each(
        tag("div", tag("dt", say(f"pages.{key}")), tag("dd", shown, " ", change(name, unit)))
        for key, shown, name, unit in rows
    )
    if handed_on:
        items = join(
            items, tag("div", tag("dt", say("pages.handed-on")), tag("dd", counted(handed_on, say)))
        )
    return tag("dl", items, class_="figures", aria_label=say("pages.figures"))
