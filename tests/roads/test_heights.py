"""Heights by hand on tiles of a few samples, and of a real tile."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest
from builders import district

from bookcar.errors import InputError
from bookcar.roads.heights import VOID, heights_of, read_heights, tile_corner

SAMPLES = [[10, 20, 30], [40, 50, 60], [70, 80, 90]]  # rows from the north


def tile(folder: Path, name: str, rows: list[list[int]]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(np.array(rows, dtype=">i2").tobytes())
    return path


@pytest.mark.parametrize(
    ("name", "corner"),
    [
        ("N29E106.hgt", (29, 106)),
        ("n42e001.HGT.zip", (42, 1)),
        ("S01W078.hgt.gz", (-1, -78)),
        ("N29E106.tif", None),
        ("N95E106.hgt", None),
        ("N29E106.hgt.bak", None),
    ],
)
def test_name_gives_the_corner(name: str, corner: tuple[int, int] | None) -> None:
    assert tile_corner(name) == corner


def test_samples_are_rows_from_the_north_west(tmp_path: Path) -> None:
    heights = read_heights(tile(tmp_path, "N29E106.hgt", SAMPLES))
    lons, lats = [106, 106.5, 107, 106, 107], [30, 30, 30, 29, 29]
    assert heights.at(lons, lats).tolist() == [10, 20, 30, 70, 90]


def test_between_samples_heights_are_in_proportion(tmp_path: Path) -> None:
    heights = read_heights(tile(tmp_path, "N29E106.hgt", SAMPLES))
    assert heights.at([106.25, 106.125, 106.75], [29.75, 30, 29.25]).tolist() == [30, 12.5, 70]


def test_shape_is_that_of_the_points(tmp_path: Path) -> None:
    heights = read_heights(tile(tmp_path, "N29E106.hgt", SAMPLES))
    assert heights.at(106.5, 29.5).shape == ()
    assert heights.at([106.1, 106.2], [[29.1], [29.2], [29.3]]).shape == (3, 2)


def test_unknown_is_nan_outside_tiles_and_beside_voids(tmp_path: Path) -> None:
    rows = [[10, 20, 30], [40, VOID, 60], [70, 80, 90]]
    heights = read_heights(tile(tmp_path, "N29E106.hgt", rows))
    found = heights.at([106.5, 106.4, 106.25, 108], [29.5, 29.6, 30, 29.5])
    assert np.isnan(found).tolist() == [True, True, False, True]
    assert found[2] == 15


def test_several_tiles_meet_at_their_edges(tmp_path: Path) -> None:
    tile(tmp_path, "N29E106.hgt", SAMPLES)
    tile(tmp_path, "N29E107.hgt", [[30, 0, 0], [VOID, 0, 0], [90, 0, 0]])
    (tmp_path / "readme.txt").write_text("not a tile", "utf-8")
    heights = read_heights(tmp_path)
    assert heights.at([106.9, 107, 107.5], [30, 29.5, 29.5]).tolist() == pytest.approx([28, 60, 0])


def test_packed_tiles_are_read_as_they_come(tmp_path: Path) -> None:
    data = tile(tmp_path, "N29E106.hgt", SAMPLES).read_bytes()
    zipped, packed = tmp_path / "zip", tmp_path / "gz"
    zipped.mkdir()
    packed.mkdir()
    with zipfile.ZipFile(zipped / "N29E106.hgt.zip", "w") as archive:
        archive.writestr("N29E106.hgt", data)
    (packed / "N29E106.hgt.gz").write_bytes(gzip.compress(data))
    for folder in (zipped, packed):
        assert read_heights(folder).at([106.5], [29.5]).tolist() == [50]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("N29E106.hgt", b"\0" * 17),
        ("N29E106.hgt", b""),
        ("N29E106.hgt.zip", b"no archive"),
        ("N29E106.hgt.gz", b"no archive"),
    ],
)
def test_broken_tile_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name) as caught:
        read_heights(tmp_path).at([106.5], [29.5])
    assert caught.value.faults[0].rule == "bad-heights"


def test_folder_without_tiles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"N29E106\.hgt"):
        read_heights(tmp_path)


def test_district_without_the_setting_has_none() -> None:
    assert heights_of(district()) is None


@pytest.mark.shared
def test_real_tile_has_the_heights_of_real_places(shared: Path) -> None:
    """Andorra la Vella's library and the top of Coma Pedrosa (2,942 m) are known."""
    heights = read_heights(shared / "dem")
    town, top = heights.at([1.5218, 1.4436], [42.5075, 42.5917])
    assert 950 < town < 1_150
    assert 2_850 < top < 2_950
