"""What scenarios come to as data, ``what-if.json``, and its schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from bookcar import __version__
from bookcar.scenarios.run import Figures, Outcome, WeekFigures

WHAT_IF_VERSION = 1


class ScenarioData(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario; the first is the weeks as they are, and has neither a name nor changes.

    Attributes
    ----------
    plans
        The ids of its plans, one a week.
    by_week
        The figures of each week.
    gained, lost
        Ids of the stops that are visited only with it, and only without it.
    notes
        What its reader should know, as keys of the catalogue with figures.
    impossible
        Why it cannot be planned, in the same form; it has neither plans nor figures then.
    """

    name: str
    changes: tuple[str, ...]
    plans: tuple[str, ...]
    figures: Figures | None
    by_week: tuple[WeekFigures, ...] = ()
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    notes: tuple[dict[str, Any], ...] = ()
    impossible: dict[str, Any] | None = None


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """Scenarios side by side."""

    version: int = WHAT_IF_VERSION
    bookcar: str
    district: str
    weeks: tuple[str, ...]
    scenarios: tuple[ScenarioData, ...]

    def to_json(self) -> bytes:
        """Return ``what-if.json``: the same bytes for the same scenarios."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def what_if_data(found: Sequence[Outcome]) -> WhatIf:
    """Return scenarios as data."""
    return WhatIf(
        bookcar=__version__,
        district=found[0].district.name,
        weeks=tuple(plan.week for plan in found[0].plans),
        scenarios=tuple(map(_scenario, found)),
    )


def _scenario(outcome: Outcome) -> ScenarioData:
    return ScenarioData(
        name=outcome.scenario.name,
        changes=outcome.scenario.changes,
        plans=tuple(plan.id for plan in outcome.plans),
        figures=outcome.figures,
        by_week=outcome.by_week,
        gained=outcome.gained,
        lost=outcome.lost,
        notes=tuple(msgspec.to_builtins(note) for note in outcome.notes),
        impossible=None if outcome.impossible is None else msgspec.to_builtins(outcome.impossible),
    )


def what_if_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``what-if.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bookcar what-if, version {WHAT_IF_VERSION}",
        **msgspec.json.schema(WhatIf),
    }
