from __future__ import annotations

import msgspec
import pytest
from maps.plans import make_plan

from bookcar.maps.measures import Service
from bookcar.maps.shading import (
    BOOK_BREAKS,
    NEED_SHADES,
    SHARE_BREAKS,
    VISIT_BREAKS,
    ground,
    offered,
    scale_data,
    shade,
    shading,
)
from bookcar.maps.townships import Township
from bookcar.phrases import Phrases
from bookcar.roads.walk import ServiceArea

SAY = Phrases("en")
STOPS = make_plan(stops=16, routes=0, visits=0, unserved=0).stops
STOPS = tuple(
    msgspec.structs.replace(s, id=f"S{i}", people=100 * (1 + i // 4)) for i, s in enumerate(STOPS)
)
GROUPS = [
    *(Township(name=f"T{k}", stops=tuple(range(4 * k, 4 * k + 4))) for k in range(3)),
    Township(name="few", stops=(12, 13), people=900),
    Township(name="", stops=(14, 15)),
]
BASE = ground(STOPS, GROUPS, SAY)
SERVICE = Service(
    visits=(3, 3, 2, 4, 0, 0, 1, 2, 6, 6, 6, 6, 9, 9, 0, 0),
    books=(40, 0, 0, 0, 100, 80, 0, 0, 200, 200, 200, 0, 0, 0, 0, 0),
    area=ServiceArea(stops=frozenset({"S0", "S1", "S8", "S9", "S10", "S11", "S15"}), lines=()),
)
WITHIN = [True] * 3 + [False] * 5 + [True] * 8


def shown(key: str) -> list[tuple[object, str, str]]:
    cells = shading(BASE, key, within=WITHIN, service=SERVICE)["cells"]
    return [(c["shade"], c["value"], c["count"]) for c in cells]


@pytest.mark.parametrize(
    ("n", "of", "expected"),
    [(0, 3, 0), (39, 100, 0), (40, 100, 1), (69, 100, 1), (70, 100, 2), (89, 100, 2),
     (90, 100, 3), (99, 100, 3), (999, 1000, 3), (100, 100, 4), (15, 20, 2), (0, 0, None)],
)  # fmt: skip
def test_shares_break_where_they_say(n, of, expected):
    assert shade(n, of, SHARE_BREAKS) == expected


@pytest.mark.parametrize(
    ("n", "of", "expected"),
    [(7, 4, 0), (8, 4, 1), (11, 4, 1), (12, 4, 2), (16, 4, 3), (23, 4, 3), (24, 4, 4)],
)
def test_visits_break_where_they_say(n, of, expected):
    assert shade(n, of, VISIT_BREAKS, per=1) == expected


def test_share_of_stops_within_target():
    assert shown("window")[:3] == [
        (2, "75\N{NO-BREAK SPACE}%", "3 of 4 stops"),
        (0, "0\N{NO-BREAK SPACE}%", "0 of 4 stops"),
        (4, "100\N{NO-BREAK SPACE}%", "4 of 4 stops"),
    ]


def test_share_of_people_within_a_walk_counts_people_not_stops():
    assert shown("walk") == [
        (1, "50\N{NO-BREAK SPACE}%", "200 of 400 people"),
        (0, "0\N{NO-BREAK SPACE}%", "0 of 800 people"),
        (4, "100\N{NO-BREAK SPACE}%", "1,200 of 1,200 people"),
        (None, "", "0 of 800 people"),
        (None, "", "400 of 800 people"),
    ]


def test_visits_per_stop():
    assert shown("visits")[:3] == [
        (2, "3.0", "12 visits, 4 stops"),
        (0, "0.7", "3 visits, 4 stops"),
        (4, "6.0", "24 visits, 4 stops"),
    ]


def test_books_per_100_people():
    assert shown("books")[:3] == [
        (1, "10", "40 books, 400 people"),
        (2, "22", "180 books, 800 people"),
        (4, "50", "600 books, 1,200 people"),
    ]
    assert BOOK_BREAKS == (10, 20, 30, 45)


def test_need_and_service_make_nine_classes():
    """Need in thirds of people per stop; service under 50, 50 to 69, 70 % and more."""
    assert [cell[0] for cell in shown("need")] == [0 + 2, 3 + 0, 6 + 2, None, None]
    assert [cell[1] for cell in shown("need")][:3] == ["low need", "middle need", "high need"]
    assert len(set(NEED_SHADES)) == 9


def test_worst_come_first_then_those_without_a_value_then_the_stops_in_none():
    expected = {"window": [1, 0, 2], "walk": [1, 0, 2], "visits": [1, 0, 2], "books": [0, 1, 2]}
    for key, townships in (expected | {"need": [1, 2, 0]}).items():
        order = shading(BASE, key, within=WITHIN, service=SERVICE)["order"]
        assert order == [*townships, 3, 4], key


def test_a_towns_own_people_stand_before_those_of_its_stops():
    assert BASE.people == [400, 800, 1200, 900, 800]


def test_only_measures_with_figures_are_offered():
    assert offered(BASE, SERVICE) == ["window", "walk", "visits", "books", "need"]
    assert offered(BASE, None) == ["window", "need"]
    nobody = [msgspec.structs.replace(s, people=0) for s in STOPS]
    bare = ground(nobody, [Township(name="a", stops=(0, 1, 2))], SAY)
    assert offered(bare, SERVICE) == ["window", "walk-stops", "visits"]
    assert offered(ground((), (), SAY), SERVICE) == ["window", "walk-stops", "visits"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("key", ["window", "walk", "walk-stops", "visits", "books"])
def test_legends_have_a_row_per_class(key, language):
    legend = scale_data(ground(STOPS, GROUPS, Phrases(language)), key)["legend"]
    assert len({row["colour"] for row in legend}) == len({row["label"] for row in legend}) == 5


def test_legends_name_the_breaks():
    assert [row["label"] for row in scale_data(BASE, "visits")["legend"]] == [
        "under 2", "2–2.9", "3–3.9", "4–5.9", "6 or more",
    ]  # fmt: skip
    second = scale_data(BASE, "window")["legend"][1]["label"]
    assert second == "40–69\N{NO-BREAK SPACE}%"
