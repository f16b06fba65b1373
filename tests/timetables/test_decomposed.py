"""A horizon too large for one search, from end to end: in parts, audited, by iterations alone."""

from __future__ import annotations

import datetime as dt
from functools import partial
from random import Random
from typing import Any

import msgspec
import pytest
from builders import batch, district, stop, vehicle
from timetables.small import FIRST, made, travel_of

from bookcar.audit.timetable import audit_timetable
from bookcar.model import District, Settings, Weights
from bookcar.timetable_changes import told_by
from bookcar.timetables import make, parts, search
from bookcar.timetables.draft import Draft
from bookcar.timetables.parts import Part

FEW = 40
"""Visits that one search takes on here."""

Parts = list[list[Part]]


def _county(*, store: int = 0) -> District:
    """Return 48 stops all around the depot, each every second week, and four cars."""
    stops = [
        stop(
            f"S{n}",
            every_weeks=2,
            kind="teahouse",
            lon=106.66 + 0.02 * (n % 8 - 3.5),
            lat=29.02 + 0.02 * (n // 8 - 2.5),
            people=n,
        )
        for n in range(48)
    ]
    cars = tuple(vehicle(f"V{n}", max_stops=5) for n in range(1, 5))
    batches = [batch(f"B{n}") for n in range(store)]
    batches += [batch(f"H{s.id}", at=s.id) for s in stops if store]
    return district(*stops, vehicles=cars, batches=tuple(batches))


@pytest.fixture(name="seen")
def _seen(monkeypatch: pytest.MonkeyPatch) -> Parts:
    """Lower the number of visits that one search takes on, and note the parts that are searched."""
    seen: Parts = []

    def noting(which: Any) -> Any:
        def parted(draft: Draft, count: int) -> list[Part]:
            seen.append(which(draft, count))
            return seen[-1]

        return parted

    monkeypatch.setattr(search, "parts_of", noting(parts.parts_of))
    monkeypatch.setattr(search, "shifted_parts", noting(parts.shifted_parts))
    monkeypatch.setattr(make, "search", partial(search.search, most_visits=FEW))
    return seen


def test_a_timetable_in_parts_serves_all_and_breaks_no_rule(seen: Parts) -> None:
    """Each stop in one part, first as they lie, then around what was found, half a part on."""
    given = _county()
    table = made(given)
    assert audit_timetable(table, given, travel_of(given, table)) == []
    assert len(table.served) == 48
    assert not table.left
    first, then = seen
    assert [len(part.vehicles) for part in first] == [1, 1, 2]
    assert sorted(car for part in first for car in part.vehicles) == ["V1", "V2", "V3", "V4"]
    every = sorted(s.id for s in given.stops)
    assert sorted(name for part in first for name in part.stops) == every
    assert then
    assert not {part.vehicles for part in first} & {part.vehicles for part in then}
    apart = {name: part.vehicles for part in first for name in part.stops}
    assert any(len({apart[name] for name in part.stops}) > 1 for part in then)
    assert made(given).to_json() == table.to_json()


def test_parts_share_what_the_store_has(seen: Parts) -> None:
    """Twelve batches go round: each part promises its share of them, and no day has more out."""
    given = _county(store=12)
    table = made(given)
    assert audit_timetable(table, given, travel_of(given, table)) == []
    (first,) = seen
    assert len(first) == 3
    (pool,) = table.stock
    assert pool.store == 12
    assert 0 < pool.most <= 12
    assert len(table.served) >= 40


def test_parts_share_the_stops_that_may_change_their_days(seen: Parts) -> None:
    given = _county()
    before = told_by(made(given))
    later = FIRST + dt.timedelta(weeks=4)
    seen.clear()
    then = made(given, later, later + dt.timedelta(days=27), told=before, keep_days=0.75)
    assert audit_timetable(then, given, travel_of(given, then)) == []
    assert [len(some) for some in seen] == [3]
    assert then.before is not None
    assert sum(change.kind == "day" for change in then.before.changes) <= 12


def _drafts(monkeypatch: pytest.MonkeyPatch, given: District, most: int) -> list[tuple[Draft, int]]:
    """Return what the search finds for a timetable, and its metres then."""
    found: list[tuple[Draft, int]] = []

    def kept(draft: Draft, **how: Any) -> None:
        search.search(draft, **how, most_visits=most)
        found.append((draft, sum(draft.metres_of(k) for k, own in enumerate(draft.orders) if own)))

    monkeypatch.setattr(make, "search", kept)
    assert len(made(given).served) == 48
    return found


def test_what_is_searched_again_is_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only kilometres count, around what was found there are fewer of them."""
    rng = Random(5)
    given = _county()
    given = msgspec.structs.replace(
        given,
        settings=Settings(weights=Weights(level=0.0, overdue_week=0.0)),
        vehicles=tuple(vehicle(f"V{n}", max_stops=2) for n in range(1, 7)),
        stops=tuple(
            msgspec.structs.replace(
                one, lon=106.65 + rng.uniform(-0.1, 0.1), lat=29.02 + rng.uniform(-0.1, 0.1)
            )
            for one in given.stops
        ),
    )
    ((_, again),) = _drafts(monkeypatch, given, FEW)
    monkeypatch.setattr(search, "shifted_parts", lambda *_: [])
    ((_, once),) = _drafts(monkeypatch, given, FEW)
    assert again < once


def test_one_car_for_each_part_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing lies across two parts then that was not searched already."""
    ((draft, _),) = _drafts(monkeypatch, _county(), 1)
    assert len(parts.parts_of(draft, 1)) == 4
    assert parts.shifted_parts(draft, 4) == []
