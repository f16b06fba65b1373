import math

import numpy as np
import pytest
from builders import batch, stop
from hypothesis import given
from hypothesis import strategies as st

from bookcar.batches import cost


def _points(*, wanted=50, books=50, unmet=0, unsuited=0, weight=10) -> int:
    arrays = {
        name: np.array([value])
        for name, value in (("books", books), ("unmet", unmet), ("unsuited", unsuited))
    }
    return int(cost.points(weight=weight, wanted=wanted, **arrays)[0])


def test_a_perfect_set_costs_nothing():
    assert _points() == 0


def test_each_term_has_its_weight():
    book = 10 * 1000 // 50
    assert _points(books=49) == 40 * book
    assert _points(books=51) == 2 * book
    assert _points(unmet=1) == book
    assert _points(unsuited=1) == book
    assert _points(books=49, weight=30) == 3 * _points(books=49)


@given(
    wanted=st.integers(1, 300),
    got=st.integers(1, 600),
    unmet=st.integers(0, 300),
    more=st.integers(1, 300),
)
def test_a_batch_beyond_the_books_wanted_never_pays(wanted, got, unmet, more):
    if got >= wanted:
        without = _points(wanted=wanted, books=got, unmet=unmet)
        assert _points(wanted=wanted, books=got + more, unmet=max(0, unmet - more)) >= without


@given(wanted=st.integers(1, 300), books=st.integers(1, 300))
def test_some_books_are_better_than_none_even_of_the_wrong_kind(wanted, books):
    if books <= wanted:
        none = cost.points_of_none(10, wanted, classed=wanted)
        assert _points(wanted=wanted, books=books, unmet=wanted, unsuited=books) < none


def test_weights_follow_the_prizes_within_their_range():
    assert cost.weights([60, 120, 60]) == [30, 60, 30]
    assert cost.weights([60, 60, 1e9, math.inf, 0, -5, math.nan]) == [30, 30, 100, 100, 10, 10, 10]
    assert cost.weights([0, 0]) == [10, 10]
    assert cost.weights([math.inf]) == [100]
    assert cost.weights([]) == []


def test_ages_run_from_the_oldest_day_to_the_newest():
    assert cost.ages([7, 7]) == {7: 0}
    assert cost.ages([300, 0, 20]) == {0: 0, 20: 3, 300: 6}
    assert max(cost.ages(range(1_000)).values()) == 8


@pytest.mark.parametrize(
    ("books", "mix", "expected"),
    [
        (100, {"a": 0.5, "b": 0.5}, {"a": 50, "b": 50}),
        (10, {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, {"a": 4, "b": 3, "c": 3}),
        (10, {"a": 0.5}, {"a": 5}),
        (10, {"a": 50, "b": 150}, {"a": 3, "b": 7}),
        (3, {"b": 0.6, "a": 0.4}, {"a": 1, "b": 2}),
        (10, {"a": 0.0, "b": -1.0}, {}),
        (10, {" A ": 0.2, "a": 0.3}, {"a": 5}),
        (0, {"a": 1.0}, {}),
    ],
)
def test_split_gives_whole_books_that_add_up(books, mix, expected):
    assert cost.split(books, mix) == expected


@given(
    st.integers(0, 500),
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 5, allow_nan=False), max_size=6),
)
def test_no_class_gets_a_book_more_or_less_than_its_share(books, mix):
    whole = cost.split(books, mix)
    scale = max(1.0, sum(mix.values()))
    assert sum(whole.values()) <= books
    for name, share in mix.items():
        assert abs(whole.get(name, 0) - books * share / scale) < 1 + 1e-6


def test_a_batch_without_a_mix_is_of_its_audience_s_class():
    assert cost.held_classes(batch("B1", books=40, audience="Children")) == {"children": 40}
    assert cost.held_classes(batch("B1", books=40)) == {}
    mixed = batch("B1", books=40, audience="children", mix={"art": 0.5})
    assert cost.held_classes(mixed) == {"art": 20}


@pytest.mark.parametrize(
    ("audience", "fields", "expected"),
    [
        ("", {}, True),
        ("village", {}, True),
        (" Village", {}, True),
        ("村", {}, True),
        ("children", {}, False),
        ("children", {"mix": {"Children": 0.1}}, True),
        ("children", {"mix": {"children": 0.0}}, False),
        ("children", {"kind": "school"}, True),
        ("少儿", {"kind": "school"}, True),
        ("school", {}, False),
    ],
)
def test_an_audience_suits_its_kind_and_the_classes_wanted(audience, fields, expected):
    assert cost.suits(audience, stop("s1", **fields)) is expected
