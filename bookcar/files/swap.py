"""Folders that appear all together or not at all, without losing what people added to the old ones.

They are filled aside, under names that only the holder of their locks uses. What ends the process
before the swap leaves the old folders; from the moment that the swap is written down, the next
start finishes it.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from bookcar.errors import BookcarError, Ended, RecoveredWarning
from bookcar.files.atomic import WriteError, cannot_write, sha256, sync_file, sync_folder
from bookcar.files.journal import (
    Journal,
    journal_path,
    read_journal,
    remove_journal,
    this_writer,
    write_journal,
)
from bookcar.files.lock import WAIT_S, InUseError, lock_path, locked
from bookcar.phrases.sentence import Sentence

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class _Staged:
    """A folder to be written, the one filled in its stead, and where the old one steps aside."""

    target: Path

    @property
    def stage(self) -> Path:
        return self.target.with_name(f".{self.target.name}.stage")

    @property
    def aside(self) -> Path:
        return self.target.with_name(f".{self.target.name}.old")

    @property
    def old(self) -> Path:
        return self.aside / "folder"

    def left_behind(self) -> bool:
        """Tell whether anything of a writer stands beside the folder."""
        traces = (journal_path(self.target), self.stage, self.aside, lock_path(self.target))
        return any(path.exists() for path in traces)


@contextmanager
def staged_folders(*targets: Path, wait_s: float = WAIT_S) -> Iterator[tuple[Path, ...]]:
    """Fill folders aside, then swap all of them in when the block ends without an error, or none.

    Files in an old folder that bookcar did not write, or that somebody changed since (told by its
    ``SHA256SUMS``), are carried over: under their names, or as ``kept-NAME``, ``kept-2-NAME``, ...
    where a file of that name is there already. A link to a folder is followed. What an earlier
    process left undone is put in order first, with a `RecoveredWarning`.

    Parameters
    ----------
    wait_s
        How long to wait for another process that is writing one of the folders.

    Raises
    ------
    WriteError
        If a path is a file or a link to nothing, if another process is writing there, if the disk
        is full or a folder is not writable. All old folders are still there then, or are put in
        order at the next start.
    """
    staged = [_Staged(_real(target)) for target in targets]
    above = [folder for one in staged for folder in _missing_parents(one.target)]
    try:
        with _told_of(targets):
            for one in staged:
                one.target.parent.mkdir(parents=True, exist_ok=True)
            with locked([one.target for one in staged], wait_s=wait_s):
                for message in _recovered(staged):
                    warnings.warn(RecoveredWarning(message), stacklevel=3)
                yield from _written(staged)
    finally:
        for path in above:
            with suppress(OSError):  # not empty: it holds what was written
                path.rmdir()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, whole or not at all; their names may hold folders.

    Raises
    ------
    WriteError
        As `staged_folders`.
    """
    with staged_folders(folder) as (stage,):
        for name, content in files.items():
            path = stage / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def recover(*targets: Path) -> tuple[Sentence, ...]:
    """Put in order what a process that ended while it wrote some folders left; say what was done.

    Folders that another process is writing just now are left to it.

    Raises
    ------
    WriteError
        If it cannot be put in order, e.g. because a file is open in another program.
    """
    staged = [_Staged(Path(os.path.realpath(target))) for target in targets]
    found = [one for one in staged if one.left_behind()]
    if not found:
        return ()
    with suppress(InUseError), _told_of(targets), locked([o.target for o in found], wait_s=0.0):
        return tuple(_recovered(found))
    return ()


def _real(target: Path) -> Path:
    """Return the folder that a path leads to, whether it is there yet or not.

    Raises
    ------
    WriteError
        If it leads to a file, through a file, or over a link to nothing.
    """
    for path in (target, *target.parents):
        if path.is_symlink() and not path.exists():
            figures = {"target": str(target), "path": str(path), "to": str(path.readlink())}
            raise WriteError(Sentence(key="trouble.link-to-nothing", figures=figures))
        if path.exists() and not path.is_dir():
            figures = {"target": str(target), "path": str(path)}
            raise WriteError(Sentence(key="trouble.no-folder", figures=figures))
    return Path(os.path.realpath(target))


def _missing_parents(path: Path) -> list[Path]:
    """Return the folders above ``path`` that do not exist yet, innermost first."""
    return [folder for folder in path.parents if not folder.exists()]


@contextmanager
def _told_of(targets: Sequence[Path]) -> Iterator[None]:
    """Turn what the system refuses into a sentence about the folders that were to be written."""
    try:
        yield
    except BookcarError:
        raise
    except OSError as error:
        raise WriteError(cannot_write(*targets, error=error)) from error


def _written(staged: Sequence[_Staged]) -> Iterator[tuple[Path, ...]]:
    """Yield the folders to fill, once, and put them in their places."""
    unfinished = False
    try:
        mine = Journal(writer=this_writer())
        for one in staged:
            write_journal(one.target, mine)
            one.stage.mkdir()
        yield tuple(one.stage for one in staged)
        for one in staged:
            _complete(one)
        swap = Journal(writer=mine.writer, swap=tuple(str(one.target) for one in staged))
        for one in staged:
            write_journal(one.target, swap)
        try:
            _swap(staged)
        except WriteError:  # neither in place nor put back: the next start finishes it
            unfinished = True
            raise
    finally:
        if not unfinished:
            _clear(staged)


def _clear(staged: Sequence[_Staged]) -> None:
    """Remove all that stands beside folders that are in their places, the journals last."""
    for one in staged:
        _discard(one.stage)
        _discard(one.aside)
    for one in staged:
        remove_journal(one.target)


def _complete(one: _Staged) -> None:
    """Do all that takes time or room, so that only renames are left."""
    _write_sums(one.stage)
    if one.target.exists():
        _carry_over(one.target, one.stage)
        one.aside.mkdir()
    one.stage.chmod(0o755)
    _sync_all(one.stage)


def _sync_all(folder: Path) -> None:
    """Have every file of a folder on the disk, for the old ones go next."""
    for above, _, names in os.walk(folder):
        for name in names:
            path = Path(above, name)
            if not path.is_symlink():
                sync_file(path)
        sync_folder(Path(above))


def _write_sums(folder: Path) -> None:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [f"{sha256(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def sums_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder as bookcar wrote it, by name."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _carry_over(old: Path, new: Path) -> None:
    """Copy what people added or changed: first what keeps its name, then what needs another.

    Folders and links that they made are kept as well, links as links.
    """
    sums = sums_of(old)
    files, links, folders = _found_in(old)
    own = [name for name in files if name != SUMS and sums.get(name) != sha256(old / name)]
    for name in sorted(own, key=lambda name: (new / name).exists()):
        destination = _free_name(new / name, sha256(old / name))
        if destination is not None:
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / name, destination)
    for name in links:
        if not os.path.lexists(new / name):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).symlink_to((old / name).readlink())
    for name in folders:
        if not os.path.lexists(new / name):
            (new / name).mkdir(parents=True, exist_ok=True)


def _found_in(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the names of the files, links and empty folders in a folder; no link is followed."""
    files, links, empty = [], [], []
    for above, inner, names in os.walk(folder):
        here = Path(above).relative_to(folder)
        for name in (*inner, *names):
            path = (here / name).as_posix()
            if (folder / path).is_symlink():
                links.append(path)
            elif name in names:
                files.append(path)
        if not inner and not names and here != Path():
            empty.append(here.as_posix())
    return sorted(files), sorted(links), sorted(empty)


def _free_name(path: Path, digest: str) -> Path | None:
    """Return where a file can be kept, or None if one of that content is kept there already."""
    kept = (path.with_name(f"kept-{number}-{path.name}") for number in count(2))
    for candidate in chain((path, path.with_name(f"kept-{path.name}")), kept):
        if not os.path.lexists(candidate):
            return candidate
        if candidate.is_file() and sha256(candidate) == digest:
            return None
    raise AssertionError("numbers do not end")


def _swap(staged: Sequence[_Staged]) -> None:
    """Rename every folder into its place, or leave them all as they were.

    Raises
    ------
    WriteError
        If one of them can be left neither in its place nor as it was.
    """
    try:
        for one in staged:
            _swap_in(one)
    except BaseException as error:  # Ctrl-C too
        stuck = [one for one in reversed(staged) if not _is_put_back(one)]
        if stuck:
            raise WriteError(_half_written(stuck, error)) from error
        raise


def _swap_in(one: _Staged) -> None:
    if one.target.exists():
        one.target.rename(one.old)
    one.stage.rename(one.target)
    sync_folder(one.target.parent)


def _is_put_back(one: _Staged) -> bool:
    """Undo what was done of a swap, and tell whether that went well.

    It is tried again after an error: of Ctrl-C, or of a program that had a file open for a moment.
    Whatever comes of it, the other folders must have their turn.
    """
    for _ in range(2):
        with suppress(OSError, KeyboardInterrupt, Ended):
            _swap_back(one)
            return True
    return False


def _swap_back(one: _Staged) -> None:
    """Undo what was done of a swap; the disk tells how far it came."""
    if not one.stage.exists():
        one.target.rename(one.stage)
    if one.old.exists():
        one.old.rename(one.target)


def _half_written(stuck: Sequence[_Staged], error: BaseException) -> Sentence:
    """Say which folders could be put neither in their places nor back."""
    names = tuple(str(one.target) for one in stuck)
    if isinstance(error, OSError):
        number = error.errno or 0
        return Sentence(key="trouble.half-written", figures={"names": names, "errno": number})
    return Sentence(key="trouble.half-interrupted", figures={"names": names})


def _recovered(staged: Sequence[_Staged]) -> Iterator[Sentence]:
    """Put in order what dead writers left beside folders that are locked; say what was done."""
    for one in staged:
        found = read_journal(one.target)
        if found is not None and found.swap:
            yield from _finished(found, [other.target for other in staged])
        elif one.left_behind():
            yield from _rolled_back(one, found)


def _finished(found: Journal, held: Sequence[Path]) -> Iterator[Sentence]:
    """Finish a swap that was written down, with the locks of its other folders as well."""
    others = [target for target in found.targets if target not in held]
    with locked(others, wait_s=WAIT_S):
        every = [_Staged(target) for target in found.targets]
        for one in every:
            _roll_forward(one)
        _clear(every)
    names = tuple(map(str, found.targets))
    yield Sentence(key="trouble.finished", figures={"names": names, **found.writer.figures})


def _roll_forward(one: _Staged) -> None:
    """Swap a complete folder in; the disk tells how far that came before.

    Somebody may have filled in files of the old folder since, so it is carried over once more.
    """
    if not one.stage.exists():
        return
    if one.target.exists():
        _carry_over(one.target, one.stage)
        if one.old.exists():  # somebody made a folder in the old one's place
            _carry_over(one.old, one.stage)
        _discard(one.aside)
        one.aside.mkdir()
    _swap_in(one)


def _rolled_back(one: _Staged, found: Journal | None) -> Iterator[Sentence]:
    """Clear away what was filled aside and never complete; the old folder is in its place."""
    if one.old.exists():
        _put_old_back(one)
        figures = {"target": str(one.target), "old": str(one.old)}
        yield Sentence(key="trouble.put-back", figures=figures)
    half = one.stage.exists()
    _clear([one])
    if half and found is not None:
        told = {"target": str(one.target), **found.writer.figures}
        yield Sentence(key="trouble.rolled-back", figures=told)


def _put_old_back(one: _Staged) -> None:
    if one.target.exists():
        _carry_over(one.old, one.target)
    else:
        one.old.rename(one.target)


def _discard(folder: Path) -> None:
    """Remove a folder that is of no use any more, even if Ctrl-C comes meanwhile.

    All is in its place by now, or back in it: whoever is told that nothing was written must be
    able to rely on it.
    """
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except (KeyboardInterrupt, Ended):
        shutil.rmtree(folder, ignore_errors=True)
