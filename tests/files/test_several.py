"""Several files are written all together, whatever happens on the way."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from bookcar.files import WriteError, finish_several, several, write_several

OLD = {"a.csv": b"a1", "b.csv": b"b1", "gone.csv": b"g1"}
NEW = {"a.csv": b"a2", "b.csv": b"b2", "kept/c.csv": b"c2", "gone.csv": None}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in OLD.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def _there(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


WRITTEN = {name: data for name, data in NEW.items() if data is not None}


def test_all_are_written_and_nothing_else_is_left(folder: Path) -> None:
    write_several(folder, NEW)
    assert _there(folder) == WRITTEN
    assert not finish_several(folder)


def test_links_are_followed_and_who_may_write_stays(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "a.csv").rename(folder / "elsewhere" / "a.csv")
    (folder / "a.csv").symlink_to(folder / "elsewhere" / "a.csv")
    (folder / "elsewhere" / "a.csv").chmod(0o664)
    write_several(folder, NEW)
    assert (folder / "a.csv").is_symlink()
    assert (folder / "elsewhere" / "a.csv").read_bytes() == b"a2"
    assert (folder / "elsewhere" / "a.csv").stat().st_mode & 0o777 == 0o664


class _Killed(BaseException):
    """The process ends here, and nothing it would still do is done."""


@pytest.mark.parametrize("step", range(12))
def test_a_process_that_ends_anywhere_leaves_all_old_or_is_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Every rename and delete is counted; at one of them the process ends."""
    steps = iter(range(100))

    def counted(original):  # type: ignore[no-untyped-def]
        def act(*args, **more):  # type: ignore[no-untyped-def]
            if next(steps) == step:
                monkeypatch.undo()
                monkeypatch.setattr(several, "_put_back", lambda *_: None)
                raise _Killed
            return original(*args, **more)

        return act

    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
    with suppress(_Killed):
        write_several(folder, NEW)
    monkeypatch.undo()
    begun = (folder / several._JOURNAL).exists()
    assert finish_several(folder) == begun
    found = {n: d for n, d in _there(folder).items() if not Path(n).name.startswith(".")}
    assert found in (OLD, WRITTEN)
    write_several(folder, NEW)
    assert _there(folder) == WRITTEN


@pytest.mark.parametrize("stuck", ["a.csv", "b.csv", "c.csv"])
def test_what_cannot_be_written_leaves_all_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == stuck and self.name == f".{stuck}.written":
            raise PermissionError(13, "another program has it open")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(WriteError, match="no other program has one of its files open"):
        write_several(folder, NEW)
    assert _there(folder) == OLD
