"""The ways of the board as text: what is unpacked is what was packed."""

from __future__ import annotations

import json
import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimiser.small_problems import car_day, task
from pages.boards import busy_district, planned

from bookcar.optimiser.problem import Problem, TravelTable
from bookcar.pages.board_case import board_case
from bookcar.pages.board_ways import ALPHABET, LAST, board_places, packed, packed_tables

Figures = npt.NDArray[np.int32]


def _unpacked(text: str, size: int) -> list[list[int]]:
    """Read a table as docs/board.md says, a figure after the other."""
    digits, more = iter([ALPHABET.index(letter) for letter in text]), len(ALPHABET) - LAST

    def number() -> int:
        digit = next(digits)
        return digit if digit < LAST else digit - LAST + more * number()

    left: list[int] = []
    while len(left) < size * size:
        value = number()
        left.append(value // 2 if value % 2 == 0 else -(value + 1) // 2)
        if value == 0:
            left += [0] * number()
    assert next(digits, None) is None, "nothing stands behind the last figure"
    return np.cumsum(np.cumsum(np.array(left).reshape(size, size), axis=0), axis=1).tolist()


@given(st.integers(0, 7).flatmap(lambda n: st.tuples(st.just(n), _figures(n * n))))
def test_any_figures_come_out_as_they_went_in(case: tuple[int, list[int]]) -> None:
    size, figures = case
    table = np.array(figures, dtype=np.int32).reshape(size, size)
    assert _unpacked(packed(table), size) == table.tolist()


def _figures(count: int) -> st.SearchStrategy[list[int]]:
    usual = st.integers(-1, 70) | st.integers(1_500, 1_700) | st.just(-1)
    figure = usual | st.integers(-(2**31), 2**31 - 1)
    return st.lists(figure, min_size=count, max_size=count)


@pytest.mark.parametrize("size", [255, 256, 257, 513])
def test_rows_packed_apart_join_again(size: int) -> None:
    chance = np.random.default_rng(size)
    table = chance.integers(0, 90_000, (size, size)).astype(np.int32)
    table[size // 2 :, 40:60] = -1
    assert _unpacked(packed(table), size) == table.tolist()


def test_what_does_not_change_takes_no_room() -> None:
    assert len(packed(np.full((500, 500), -1, dtype=np.int32))) < 20


def test_near_places_stand_side_by_side_and_those_without_a_road_last() -> None:
    spots = np.array([0, 50, 10, 40, 20])
    metres = np.abs(spots[:, None] - spots[None, :]).astype(np.int32)
    metres[3, :] = metres[:, 3] = -1
    assert board_places(_problem(metres)) == [0, 2, 4, 1, 3]


def test_figures_that_two_tables_share_are_packed_once() -> None:
    metres = np.array([[0, 7], [7, 0]], dtype=np.int32)
    found = packed_tables(_problem(metres, seconds=(metres * 2, metres * 3)), [0, 1])
    assert len(found["packed"]) == 3
    assert [table["metres"] for table in found["tables"]] == [1, 1]


def _problem(metres: Figures, seconds: tuple[Figures, ...] = ()) -> Problem:
    tables = tuple(TravelTable(seconds=s, metres=metres) for s in seconds or (metres,))
    tasks = tuple(task(location=k) for k in range(len(metres)))
    return Problem(tables=tables, tasks=tasks, car_days=(car_day(),))


def test_a_page_holds_no_figure_as_json_would() -> None:
    plan, travel = planned(busy_district())
    case = board_case(plan, busy_district(), travel)
    places = board_places(case.problem)
    found = packed_tables(case.problem, places)
    for table, numbers in zip(case.problem.tables, found["tables"], strict=True):
        for side, number in numbers.items():
            text = found["packed"][number]
            assert json.dumps(text) == f'"{text}"'
            assert not re.search("[&<>]", text)
            figures = getattr(table, side)[np.ix_(places, places)]
            assert _unpacked(text, len(places)) == figures.tolist()
