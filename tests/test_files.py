"""Files appear whole or not at all, and nothing people added is lost."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from bookcar import files


def _fill(folder: Path, **contents: str) -> None:
    for name, text in contents.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")


def _names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_appears_with_its_checksums(tmp_path: Path) -> None:
    with files.staged_folder(tmp_path / "a" / "week") as stage:
        _fill(stage, one="1")
        assert not (tmp_path / "a" / "week").exists()
    assert _names(tmp_path / "a" / "week") == {"one.txt", files.SUMS}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_folder_leaves_the_old_one(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "week"
    with files.staged_folder(target) as stage:
        _fill(stage, one="old")
    with pytest.raises(error), files.staged_folder(target) as stage:  # noqa: PT012
        _fill(stage, one="new")
        raise error
    assert (target / "one.txt").read_text() == "old"
    assert _names(tmp_path) == {"week/one.txt", f"week/{files.SUMS}"}


def test_a_first_folder_that_fails_leaves_no_empty_ones(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), files.staged_folder(tmp_path / "a" / "b" / "week"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_files_of_an_earlier_plan_go_and_peoples_own_stay(tmp_path: Path) -> None:
    target = tmp_path / "week"
    with files.staged_folder(target) as stage:
        _fill(stage, stale="written by bookcar", visits="to fill in", same="same")
    _fill(target, own="a note", visits="filled in by hand")
    with files.staged_folder(target) as stage:
        _fill(stage, visits="to fill in, again", same="same")
    assert _names(target) == {"visits.txt", "kept-visits.txt", "own.txt", "same.txt", files.SUMS}
    assert (target / "visits.txt").read_text() == "to fill in, again"
    assert (target / "kept-visits.txt").read_text() == "filled in by hand"


def test_a_full_disk_says_so_and_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "week"
    with files.staged_folder(target) as stage:
        _fill(stage, one="old")

    def full(_folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write_sums", full)
    with pytest.raises(files.WriteError, match="disk is full"), files.staged_folder(target):
        pass
    assert (target / "one.txt").read_text() == "old"


def test_a_failed_swap_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "week"
    with files.staged_folder(target) as stage:
        _fill(stage, one="old")
    rename = Path.rename

    def interrupted(self: Path, to: Path) -> Path:
        if to == target and "old." not in str(self):
            raise KeyboardInterrupt
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), files.staged_folder(target) as stage:
        _fill(stage, one="new")
    assert (target / "one.txt").read_text() == "old"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    files.write_bytes(path, b"1")
    files.write_bytes(path, b"2")
    assert path.read_bytes() == b"2"
    assert _names(tmp_path) == {"plan.json"}


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(files.WriteError, match="Cannot write"):
        files.write_bytes(tmp_path / "file" / "plan.json", b"")
    with pytest.raises(files.WriteError, match="Cannot write"):  # noqa: SIM117
        with files.staged_folder(tmp_path / "file" / "week"):
            pass
