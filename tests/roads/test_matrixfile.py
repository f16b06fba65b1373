"""A matrix of the user's own."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from builders import district, stop, vehicle

from bookcar.errors import Fault, InputError
from bookcar.model import District, RoadProfile, RoadSettings, Settings
from bookcar.phrases.sentence import told
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel

FULL = """from,to,seconds,metres
D,S1,600,8000
S1,D,660,8100
D,S2,900,12000
S2,D,900,12000
S1,S2,300,4000
S2,S1,310,4050
"""


def read(tmp_path: Path, text: str | bytes, **fields: object) -> Travel:
    path = tmp_path / "matrix.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return travel_for(given(path, **fields))


def given(path: Path, **fields: object) -> District:
    profiles = (RoadProfile(name="car"), RoadProfile(name="bus"))
    settings = Settings(roads=RoadSettings(matrix=path, profiles=profiles))
    return district(stop("S1"), fields.pop("second", stop("S2")), settings=settings, **fields)


def faults(tmp_path: Path, text: str | bytes, **fields: object) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, **fields)
    assert all(fault.file == "matrix.csv" and fault.fix for fault in caught.value.faults)
    return caught.value.faults


def test_a_full_matrix_is_taken_as_it_is(tmp_path: Path) -> None:
    travel = read(tmp_path, FULL)
    table = travel.tables["car"]
    assert table.seconds.tolist() == [[0, 600, 900], [660, 0, 300], [900, 310, 0]]
    assert table.metres.tolist() == [[0, 8000, 12000], [8100, 0, 4000], [12000, 4050, 0]]
    assert not travel.estimated
    assert told(travel.note, "en") == "Distances and times are those of matrix.csv."
    assert travel.way("car", 0, 1) == []


def test_minutes_km_bom_and_capitals(tmp_path: Path) -> None:
    text = "\ufeffTo, From ,Minutes,KM\nS1,D,10.5,8.0005\nS2,D,15,12\nS2,S1,5,4\n"
    table = read(tmp_path, text).tables["car"]
    assert table.seconds[0].tolist() == [0, 630, 900]
    assert table.metres[0, 1] == 8001  # halves upward


def test_one_direction_for_all_pairs_holds_for_both(tmp_path: Path) -> None:
    text = "from,to,seconds,metres\nD,S1,600,8000\nS2,D,900,12000\nS1,S2,300,4000\n"
    table = read(tmp_path, text).tables["car"]
    assert (table.seconds == table.seconds.T).all()
    assert table.seconds[0].tolist() == [0, 600, 900]


def test_a_pair_missing_in_one_direction_alone_is_a_fault(tmp_path: Path) -> None:
    text = FULL.replace("S2,S1,310,4050\n", "")
    (fault,) = faults(tmp_path, text)
    assert (fault.rule, fault.problem) == (
        "matrix-missing",
        "There is no row from S2 to S1 (profile car).",
    )


@pytest.mark.parametrize("none", ["", "-", "inf", "null"])
def test_a_pair_without_a_way(tmp_path: Path, none: str) -> None:
    text = f"from,to,seconds,metres\nD,S1,600,8000\nD,S2,900,9000\nS1,S2,{none},{none}\n"
    table = read(tmp_path, text).tables["car"]
    assert table.seconds.tolist() == [[0, 600, 900], [600, 0, -1], [900, -1, 0]]
    assert table.metres.tolist() == [[0, 8000, 9000], [8000, 0, -1], [9000, -1, 0]]


def test_half_a_pair_without_a_way_is_a_fault(tmp_path: Path) -> None:
    text = "from,to,seconds,metres\nD,S1,600,8000\nD,S2,900,9000\nS1,S2,300,-\n"
    fault = faults(tmp_path, text)[0]
    assert (fault.rule, fault.row, fault.column) == ("matrix-figure", 4, "metres")


def test_profiles_have_rows_of_their_own(tmp_path: Path) -> None:
    head, *rows = FULL.splitlines()
    text = "\n".join([head + ",profile", *(f"{row}," for row in rows), "D,S1,999,9000,bus"])
    tables = read(tmp_path, text, vehicles=(vehicle("V1"), vehicle("V2", profile="bus"))).tables
    assert tables["car"].seconds[0, 1] == 600
    assert tables["bus"].seconds[0].tolist() == [0, 999, 900]


def test_every_fault_is_told_with_its_row(tmp_path: Path) -> None:
    text = FULL + "S1,S9,1,1\nS1,D,1,1\nD,S1,-5,1\nD,S1,nan,1\nD,S1,1,x\nD,S1\nD,S2,1,1e12\n"
    found = faults(tmp_path, text)
    assert [(f.row, f.rule, f.column, f.value) for f in found] == [
        (8, "matrix-place", "to", "S9"),
        (9, "matrix-duplicate", None, None),
        (10, "matrix-figure", "seconds", "-5"),
        (11, "matrix-figure", "seconds", "nan"),
        (12, "matrix-figure", "metres", "x"),
        (13, "matrix-figure", "seconds", ""),
        (13, "matrix-figure", "metres", ""),
        (14, "matrix-figure", "metres", "1e12"),
    ]
    assert "is in row 3 already" in found[1].problem


def test_an_unknown_profile_is_told(tmp_path: Path) -> None:
    text = "from,to,seconds,metres,profile\nD,S1,1,1,tank\n"
    assert ("matrix-profile", "tank") in [(f.rule, f.value) for f in faults(tmp_path, text)]


def test_missing_pairs_are_counted_beyond_the_first_twenty(tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text("from,to,seconds,metres\n")
    stops = [stop(f"S{k}") for k in range(1, 7)]
    settings = Settings(roads=RoadSettings(matrix=path))
    with pytest.raises(InputError) as caught:
        travel_for(district(*stops, settings=settings))
    assert len(caught.value.faults) == 21
    missing = len(list(itertools.permutations(range(7), 2))) - 20
    assert caught.value.faults[-1].problem.startswith(f"{missing} more pairs")


def test_stops_on_foot_need_no_rows(tmp_path: Path) -> None:
    text = "from,to,seconds,metres\nD,S1,600,8000\n"
    table = read(tmp_path, text, second=stop("S2", access="foot")).tables["car"]
    assert table.unreached["S2"].reason == "foot-only"
    assert table.seconds[0].tolist() == [0, 600, -1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "from, to, seconds/minutes, metres/km"),
        ("from,to,seconds\n", "missing: metres/km"),
        (b"\xff\xfe\x00", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_is_no_matrix(tmp_path: Path, text: str | bytes, words: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert words in fault.problem


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        travel_for(given(tmp_path / "matrix.csv"))


def test_chinese_ids_in_gb18030(tmp_path: Path) -> None:
    text = "from,to,seconds,metres\nD,S1,1,2\nD,\u7d2b\u83851,3,4\nS1,\u7d2b\u83851,5,6\n"
    table = read(tmp_path, text.encode("gb18030"), second=stop("\u7d2b\u83851")).tables["car"]
    assert table.seconds[0].tolist() == [0, 1, 3]
