"""Files appear whole or not at all, and nothing people added is lost."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from bookcar import files
from bookcar.files import swap


def _fill(folder: Path, **contents: str) -> None:
    for name, text in contents.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")


def _names(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_appears_with_its_checksums(tmp_path: Path) -> None:
    with files.staged_folders(tmp_path / "a" / "week") as (stage,):
        _fill(stage, one="1")
        assert not (tmp_path / "a" / "week").exists()
    assert _names(tmp_path / "a" / "week") == {"one.txt", files.SUMS}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_folder_leaves_the_old_one(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "week"
    with files.staged_folders(target) as (stage,):
        _fill(stage, one="old")
    with pytest.raises(error), files.staged_folders(target) as (stage,):  # noqa: PT012
        _fill(stage, one="new")
        raise error
    assert (target / "one.txt").read_text() == "old"
    assert _names(tmp_path) == {"week/one.txt", f"week/{files.SUMS}"}


def test_a_first_folder_that_fails_leaves_no_empty_ones(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), files.staged_folders(tmp_path / "a" / "b" / "week"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_files_of_an_earlier_plan_go_and_peoples_own_stay(tmp_path: Path) -> None:
    target = tmp_path / "week"
    with files.staged_folders(target) as (stage,):
        _fill(stage, stale="written by bookcar", visits="to fill in", same="same")
    _fill(target, own="a note", visits="filled in by hand")
    with files.staged_folders(target) as (stage,):
        _fill(stage, visits="to fill in, again", same="same")
    assert _names(target) == {"visits.txt", "kept-visits.txt", "own.txt", "same.txt", files.SUMS}
    assert (target / "visits.txt").read_text() == "to fill in, again"
    assert (target / "kept-visits.txt").read_text() == "filled in by hand"


@pytest.mark.parametrize("name", ["visits", "R01", "own"])
def test_what_is_filled_in_again_and_again_is_all_kept(tmp_path: Path, name: str) -> None:
    """Names before and after ``kept-`` in the alphabet: the order of files must not matter."""
    target = tmp_path / "week"
    for number in range(4):
        with files.staged_folders(target) as (stage,):
            _fill(stage, **{name: f"to fill in, {number}"})
        if number < 3:
            _fill(target, **{name: f"filled in, {number}"})
    kept = {f"{prefix}{name}.txt" for prefix in ("kept-", "kept-2-", "kept-3-")}
    assert _names(target) == {f"{name}.txt", *kept, files.SUMS}
    texts = [(target / f"{prefix}{name}.txt").read_text() for prefix in ("kept-", "kept-2-")]
    assert texts == ["filled in, 0", "filled in, 1"]
    assert (target / f"kept-3-{name}.txt").read_text() == "filled in, 2"
    assert (target / f"{name}.txt").read_text() == "to fill in, 3"


def test_the_same_change_is_kept_once(tmp_path: Path) -> None:
    target = tmp_path / "week"
    for _ in range(3):
        with files.staged_folders(target) as (stage,):
            _fill(stage, visits="to fill in")
        _fill(target, visits="filled in")
    assert _names(target) == {"visits.txt", "kept-visits.txt", files.SUMS}


def _two(tmp_path: Path, text: str) -> None:
    with files.staged_folders(tmp_path / "maps" / "week", tmp_path / "routes" / "week") as stages:
        for stage in stages:
            _fill(stage, one=text)


def _texts(tmp_path: Path) -> list[str]:
    """Return what both folders hold; nothing else may lie beside them."""
    sums = {f"{top}/week/{files.SUMS}" for top in ("maps", "routes")}
    assert _names(tmp_path) == {"maps/week/one.txt", "routes/week/one.txt", *sums}
    assert sorted(p.name for p in tmp_path.glob("*/*")) == ["week", "week"]
    return [(tmp_path / top / "week" / "one.txt").read_text() for top in ("maps", "routes")]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["_write_sums", "_carry_over"])
def test_two_folders_change_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    """The second folder cannot be completed: the first must not be the new one then."""
    _two(tmp_path, "old")
    done = getattr(swap, step)

    def fails_for_the_second(*folders: Path) -> None:
        if folders[-1].parent.name == "routes":
            raise error
        done(*folders)

    monkeypatch.setattr(swap, step, fails_for_the_second)
    with pytest.raises((files.WriteError, KeyboardInterrupt)):
        _two(tmp_path, "new")
    assert _texts(tmp_path) == ["old", "old"]


@pytest.mark.parametrize("failing", range(4))
@pytest.mark.parametrize("after", [False, True])
def test_renames_are_undone_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int, after: bool
) -> None:
    """Ctrl-C comes before or after one of the four renames that swap two folders."""
    _two(tmp_path, "old")
    rename, calls = Path.rename, iter(range(100))

    def interrupted(self: Path, to: Path) -> Path:
        hit = next(calls) == failing
        if hit and not after:
            raise KeyboardInterrupt
        moved = rename(self, to)
        if hit:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _two(tmp_path, "new")
    assert _texts(tmp_path) == ["old", "old"]


def test_an_old_folder_that_cannot_come_back_is_put_in_order_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other folder is put back all the same; then the program that was in the way is closed."""
    _two(tmp_path, "old")
    (tmp_path / "routes" / "week" / "notes.txt").write_text("filled in")
    rename, routes = Path.rename, tmp_path / "routes" / "week"

    def fails(self: Path, to: Path) -> Path:
        if to == routes:
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fails)
        with pytest.raises(files.WriteError, match="run the command again") as caught:
            _two(tmp_path, "new")
        assert str(routes) in str(caught.value)
        assert "maps" not in str(caught.value)
    assert (tmp_path / "maps" / "week" / "one.txt").read_text() == "old"
    (told,) = files.recover(tmp_path / "maps" / "week")
    assert "has been finished now" in told.text_in("en")
    assert (routes / "notes.txt").read_text() == "filled in"
    (routes / "notes.txt").unlink()
    assert _texts(tmp_path) == ["new", "new"]


def test_folders_that_can_be_moved_neither_way_are_all_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were swapped in already cannot be moved any more, and then comes Ctrl-C."""
    _two(tmp_path, "old")
    rename, weeks = Path.rename, {tmp_path / top / "week" for top in ("maps", "routes")}
    moved: list[Path] = []

    def open_once_written(self: Path, to: Path) -> Path:
        if self in moved and self in weeks:
            raise PermissionError(errno.EACCES, "Permission denied")
        rename(self, to)
        moved.append(to)
        if weeks <= {*moved}:
            raise KeyboardInterrupt
        return to

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", open_once_written)
        with pytest.raises(files.WriteError) as caught:
            _two(tmp_path, "new")
    assert all(str(week) in str(caught.value) for week in weeks)
    assert len(files.recover(*weeks)) == 1
    assert _texts(tmp_path) == ["new", "new"]


def test_a_new_folder_that_cannot_be_taken_away_again_gets_its_fellow_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first week: nothing stood there before."""
    maps, routes = (tmp_path / top / "week" for top in ("maps", "routes"))
    rename = Path.rename

    def fails(self: Path, to: Path) -> Path:
        if self == maps or to == routes:
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fails)
        with pytest.raises(files.WriteError, match="run the command again"):
            _two(tmp_path, "new")
    assert len(files.recover(routes)) == 1
    assert _texts(tmp_path) == ["new", "new"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), PermissionError(errno.EACCES, "Denied")])
def test_an_old_folder_comes_back_at_the_second_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """Ctrl-C a second time, or a file that was open for a moment."""
    _two(tmp_path, "old")
    rename, calls = Path.rename, iter(range(100))

    def fails_twice(self: Path, to: Path) -> Path:
        if next(calls) in (3, 4):  # the new routes to their place, and the old ones back to it
            raise error
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails_twice)
    with pytest.raises((files.WriteError, KeyboardInterrupt)):
        _two(tmp_path, "new")
    assert _texts(tmp_path) == ["old", "old"]


def test_it_is_too_late_for_ctrl_c_once_all_is_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody may be told that nothing was written then."""
    _two(tmp_path, "old")
    remove, seen = swap.shutil.rmtree, set[Path]()

    def interrupted(path: Path, **how: bool) -> None:
        if path not in seen:
            seen.add(path)
            raise KeyboardInterrupt
        remove(path, **how)

    monkeypatch.setattr(swap.shutil, "rmtree", interrupted)
    _two(tmp_path, "new")
    assert _texts(tmp_path) == ["new", "new"]


def test_a_full_disk_says_so_and_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "week"
    with files.staged_folders(target) as (stage,):
        _fill(stage, one="old")

    def full(_folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(swap, "_write_sums", full)
    with pytest.raises(files.WriteError, match="disk is full"), files.staged_folders(target):
        pass
    assert (target / "one.txt").read_text() == "old"


def test_a_failed_swap_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "week"
    with files.staged_folders(target) as (stage,):
        _fill(stage, one="old")
    rename = Path.rename

    def interrupted(self: Path, to: Path) -> Path:
        if to == target and ".old" not in str(self):
            raise KeyboardInterrupt
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), files.staged_folders(target) as (stage,):
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
        with files.staged_folders(tmp_path / "file" / "week"):
            pass


def test_a_link_to_a_folder_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "week").symlink_to(tmp_path / "disk")
    for text in ("old", "new"):
        with files.staged_folders(tmp_path / "week") as (stage,):
            _fill(stage, one=text)
    assert (tmp_path / "week").is_symlink()
    assert (tmp_path / "disk" / "one.txt").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["disk", "week"]


def test_a_link_above_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "routes").symlink_to("disk")
    with files.staged_folders(tmp_path / "routes" / "county" / "week") as (stage,):
        _fill(stage, one="1")
    assert (tmp_path / "disk" / "county" / "week" / "one.txt").exists()
    assert (tmp_path / "routes").is_symlink()


def test_a_link_to_nothing_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "week").symlink_to("gone")
    with pytest.raises(files.WriteError, match="a link to gone, which is not there"):  # noqa: SIM117
        with files.staged_folders(tmp_path / "week"):
            pass
    assert (tmp_path / "week").is_symlink()


@pytest.mark.parametrize("at", ["week", "county", "routes"])
def test_a_file_in_the_way_is_refused_and_stays(tmp_path: Path, at: str) -> None:
    week = tmp_path / "routes" / "county" / "week"
    there = next(p for p in (week, *week.parents) if p.name == at)
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text("mine")
    with (
        pytest.raises(files.WriteError, match="is a file, not a folder"),
        files.staged_folders(week),
    ):
        pass
    assert there.read_text() == "mine"


def test_folders_and_links_that_people_made_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "week"
    with files.staged_folders(target) as (stage,):
        _fill(stage, one="1")
    (target / "photos" / "monday").mkdir(parents=True)
    (target / "scans").mkdir()
    (target / "scans" / "a.txt").write_text("a")
    (target / "archive").symlink_to("../elsewhere")
    (target / "gone.txt").symlink_to("nothing")
    for number in range(2):
        with files.staged_folders(target) as (stage,):
            _fill(stage, one=f"again {number}")
    assert (target / "photos" / "monday").is_dir()
    assert (target / "scans" / "a.txt").read_text() == "a"
    assert (target / "archive").readlink() == Path("../elsewhere")
    assert (target / "gone.txt").readlink() == Path("nothing")


def test_a_first_folder_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with files.staged_folders(tmp_path / "week") as (stage,):
        _fill(stage, one="1")
    assert [p.name for p in tmp_path.iterdir()] == ["week"]
