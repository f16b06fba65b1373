"""Extracts that were read before."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from roads.osmfile import ROAD, write_osm

from bookcar.phrases import Figure, Phrases
from bookcar.roads import cache, osm
from bookcar.roads.cache import cache_folder, load_network

NODES = {1: (0, 0), 2: (500, 0), 3: (900, 0)}


class Heard:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def start(self, step: str, total: int | None = None) -> None:
        self.lines.append(f"{step} {total}")

    def advance(self, done: int, note: str = "") -> None:
        self.lines.append(f"{done} {note}")

    def finish(self, summary: str, **figures: Figure) -> None:
        self.lines.append(Phrases("en")(summary, **figures))


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_osm(tmp_path / "a.osm", NODES, [([1, 2], ROAD)])


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note each time an extract is really read."""
    noted: list[Path] = []
    real: Callable[[Path], object] = osm.read_network
    monkeypatch.setattr(osm, "read_network", lambda path: (noted.append(path), real(path))[1])
    return noted


def test_the_second_time_nothing_is_read(tmp_path: Path, extract: Path, reads: list[Path]) -> None:
    first = load_network(extract, folder=tmp_path / "kept")
    cache._LAST.clear()
    second = load_network(extract, folder=tmp_path / "kept")
    assert len(reads) == 1
    for name in first.__dataclass_fields__:
        a, b = getattr(first, name), getattr(second, name)
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_what_was_read_last_is_held(tmp_path: Path, extract: Path) -> None:
    first = load_network(extract, folder=tmp_path / "kept")
    assert load_network(extract, folder=tmp_path / "kept") is first


def test_roads_are_held_where_no_cache_can_be_written(tmp_path: Path, extract: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder would be")
    first = load_network(extract, folder=tmp_path / "kept")
    assert load_network(extract, folder=tmp_path / "kept") is first


def test_a_changed_extract_is_noticed(tmp_path: Path, extract: Path) -> None:
    before = load_network(extract, folder=tmp_path / "kept")
    write_osm(extract, NODES, [([1, 2, 3], ROAD)])
    after = load_network(extract, folder=tmp_path / "kept")
    assert before.total_mm.sum() < after.total_mm.sum()


def test_an_extract_under_another_name_is_the_same(
    tmp_path: Path, extract: Path, reads: list[Path]
) -> None:
    load_network(extract, folder=tmp_path / "kept")
    load_network(extract.rename(tmp_path / "b.osm"), folder=tmp_path / "kept")
    assert len(reads) == 1


def test_other_rules_make_another_cache(
    tmp_path: Path, extract: Path, reads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_network(extract, folder=tmp_path / "kept")
    monkeypatch.setattr(cache, "_rules_version", lambda _: "other")
    load_network(extract, folder=tmp_path / "kept")
    assert len(reads) == 2


@pytest.mark.parametrize(
    ("begin", "rules"), [("osm.py", cache._RULES), ("water.py", cache._WATER_RULES)]
)
def test_the_rules_are_all_modules_that_reading_uses(begin: str, rules: tuple[str, ...]) -> None:
    """What is left out here would go on giving the arrays of older rules."""
    folder = Path(osm.__file__).parent
    found, waiting = {begin}, [begin]
    while waiting:
        text = (folder / waiting.pop()).read_text("utf-8")
        lines = re.findall(r"^from bookcar\.roads(?:\.(\w+))? import (.+)", text, re.MULTILINE)
        names = {
            name for module, those in lines for name in ([module] if module else _words(those))
        }
        fresh = {f"{name}.py" for name in names} - found
        found |= fresh
        waiting += fresh
    assert found == set(rules)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_a_broken_cache_is_made_anew_and_said(
    tmp_path: Path, extract: Path, reads: list[Path]
) -> None:
    good = load_network(extract, folder=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    whole = kept.read_bytes()
    flipped = bytearray(whole)
    middle = len(whole) // 2
    flipped[middle : middle + 200] = bytes(byte ^ 0xFF for byte in flipped[middle : middle + 200])
    for broken in (whole[:-200], whole[: len(whole) // 2], b"", b"PK nonsense", bytes(flipped)):
        reads.clear()
        kept.write_bytes(broken)
        heard = Heard()
        again = load_network(extract, folder=tmp_path / "kept", progress=heard)
        assert again.total_mm.tolist() == good.total_mm.tolist()
        assert len(reads) == 1
        assert "0 steps.roads-again" in heard.lines
        assert kept.read_bytes() == whole


def test_arrays_that_do_not_fit_each_other_are_a_broken_cache(
    tmp_path: Path, extract: Path, reads: list[Path]
) -> None:
    load_network(extract, folder=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    with np.load(kept) as arrays:
        content = dict(arrays)
    with kept.open("wb") as stream:
        np.savez(stream, **content | {"mm": content["mm"][:-1]})
    assert len(load_network(extract, folder=tmp_path / "kept")) == 1
    assert len(reads) == 2


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, extract: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert len(load_network(extract, folder=tmp_path / "file" / "kept")) == 1
    assert len(load_network(extract, folder=tmp_path / "file")) == 1


def test_nothing_but_the_cache_is_left_behind(tmp_path: Path, extract: Path) -> None:
    load_network(extract, folder=tmp_path / "kept")
    assert [path.suffix for path in (tmp_path / "kept").iterdir()] == [".npz"]


def test_the_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKCAR_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "roads"
    monkeypatch.delenv("BOOKCAR_CACHE")
    assert cache_folder().name == "roads"
