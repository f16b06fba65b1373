"""The stops of Andorra that cars stand farthest from, each looked at on the map."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.stands import Move, furthest_moves, table

# Stop, metres, way and road; why it is right stands in benchmarks/README.md.
LOOKED_AT = [
    ("Bordes de Cardameller", 334, 762680019, ""),
    ("Sant Joan de Caselles", 157, 330823784, ""),
    ("el Vilar", 116, 330823800, ""),
    ("l\u2019Aldosa de Canillo", 79, 6541541, "CS-255"),
    ("Super Pal", 66, 6620926, ""),
    ("el Forn", 63, 6553102, "Carretera del Forn"),
    ("Els Vilars", 59, 702805569, "Carrer del Bo\u00efgons"),
    ("la Margineda", 57, 25485119, "Carrer dels Castanyers"),
    ("Lyc\u00e9e Comte de Foix", 45, 144428485, "Carrer Ciutat de Valls"),
    ("Escola Andorrana de 2a Ensenyan\u00e7a d'Ordino", 44, 193764789, "Carrer Narciso Yepes"),
]


@pytest.fixture(scope="module")
def moves(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Move]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKCAR_CACHE", str(tmp_path_factory.mktemp("cache")))
        return furthest_moves(shared / "osm" / "andorra.osm.pbf", 200)


def test_the_ten_furthest_moves_are_those_that_were_looked_at(moves: list[Move]) -> None:
    found = [
        (move.stop.name, move.placed.metres, move.placed.way, move.placed.road)
        for move in moves[: len(LOOKED_AT)]
    ]
    assert found == LOOKED_AT


def test_nothing_nearer_is_a_road_where_a_car_could_stand(moves: list[Move]) -> None:
    """The ways left out are no roads for cars, forbid to stop, or lead nowhere."""
    whys = {nearer.why for move in moves for nearer in move.nearer}
    assert whys <= {"not for cars", "no stopping", "not joined both ways"}
    shut = {n.klass for move in moves for n in move.nearer if n.why == "not for cars"}
    assert not shut & {"trunk", "primary", "secondary", "tertiary", "unclassified", "residential"}


def test_no_car_stands_on_a_road_where_nobody_may_walk(moves: list[Move]) -> None:
    by_name = {move.stop.name: move for move in moves}
    envalira = by_name["les Bordes d'Envalira"]
    assert (envalira.klass, envalira.placed.metres) == ("service", 43)
    assert {nearer.why for nearer in envalira.nearer} == {"no stopping"}


def test_the_table_names_stop_metres_road_and_what_is_nearer(moves: list[Move]) -> None:
    lines = table(moves[:3]).splitlines()
    assert lines[2].startswith("| H022 Bordes de Cardameller | 334 | (primary 762680019) | path ")
    assert "primary 6177152, 103 m: no stopping" in lines[4]
