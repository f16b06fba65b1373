"""Writing files whole or not at all, and folders of them without losing what people added."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from bookcar.errors import BookcarError

SUMS = "SHA256SUMS"


class WriteError(BookcarError, OSError):
    """A file or folder could not be written.

    What stood there before is untouched; if a folder could not be put back, the message says where
    it is.
    """

    exit_code = 1


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def with_own_name(path: Path) -> Path:
    """Return a path to the same place that ends with its name, e.g. ``../mycounty`` for ``.``."""
    name = path.name if path.name != ".." else ""
    own = name or path.resolve().name  # none at the top of a disk
    return path if name or not own else path / ".." / own


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file aside and rename it into place, so that no reader ever sees half of it.

    Raises
    ------
    WriteError
        If it cannot be written; the old file, if any, is still there.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise WriteError(f"Cannot write {path}: {error.strerror}. {_hint(error)}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, whole or not at all.

    Raises
    ------
    WriteError
        If it cannot be written; nothing stands at ``target`` then, or what stood there before.
    """
    aside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, aside)
        aside.replace(target)
    except OSError as error:
        raise WriteError(f"Cannot write {target}: {error.strerror}. {_hint(error)}") from error
    finally:
        aside.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Staged:
    """A folder to be written, the one filled in its stead, and where the old one steps aside."""

    target: Path
    stage: Path
    aside: Path

    @property
    def old(self) -> Path:
        return self.aside / "folder"


@contextmanager
def staged_folders(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Fill folders aside, then swap all of them in when the block ends without an error, or none.

    Files in an old folder that bookcar did not write, or that somebody changed since (told by its
    ``SHA256SUMS``), are carried over: under their names, or as ``kept-NAME``, ``kept-2-NAME``, ...
    where a file of that name is there already.

    Raises
    ------
    WriteError
        If the disk is full or a folder is not writable; all old folders are still there, or the
        message says where they are.
    """
    above = [folder for target in targets for folder in _missing_parents(target)]
    staged: list[_Staged] = []
    try:
        with _told_of(targets):
            for target in targets:
                staged.append(_stage_for(target))  # noqa: PERF401  those made so far are cleared
            yield tuple(folder.stage for folder in staged)
            for folder in staged:
                _complete(folder)
            _swap(staged)
            for folder in staged:
                _discard(folder.old)
    finally:
        for folder in staged:
            _discard(folder.stage)
            if not folder.old.exists():  # else it could not come back, and nobody has another copy
                _discard(folder.aside)
        for path in above:
            with suppress(OSError):  # not empty: it holds what was written
                path.rmdir()


@contextmanager
def _told_of(targets: Sequence[Path]) -> Iterator[None]:
    """Turn what the system refuses into a sentence about the folders that were to be written."""
    try:
        yield
    except BookcarError:
        raise
    except OSError as error:
        names = " and ".join(str(target) for target in targets)
        raise WriteError(f"Cannot write {names}: {error.strerror}. {_hint(error)}") from error


def _stage_for(target: Path) -> _Staged:
    target.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    return _Staged(target, stage, stage.with_name(f"{stage.name}.old"))


def _complete(folder: _Staged) -> None:
    """Do all that takes time or room, so that only renames are left."""
    _write_sums(folder.stage)
    if folder.target.exists():
        _carry_over(folder.target, folder.stage)
        folder.aside.mkdir()
    folder.stage.chmod(0o755)


def _missing_parents(path: Path) -> list[Path]:
    """Return the folders above ``path`` that do not exist yet, innermost first."""
    return [folder for folder in path.parents if not folder.exists()]


def _write_sums(folder: Path) -> None:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [f"{sha256(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _read_sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _carry_over(old: Path, new: Path) -> None:
    """Copy what people added or changed: first what keeps its name, then what needs another."""
    sums = _read_sums(old)
    names = sorted(p.relative_to(old).as_posix() for p in old.rglob("*") if p.is_file())
    own = [name for name in names if name != SUMS and sums.get(name) != sha256(old / name)]
    for name in sorted(own, key=lambda name: (new / name).exists()):
        destination = _free_name(new / name, sha256(old / name))
        if destination is not None:
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(old / name, destination)


def _free_name(path: Path, digest: str) -> Path | None:
    """Return where a file can be kept, or None if one of that content is kept there already."""
    kept = (path.with_name(f"kept-{number}-{path.name}") for number in count(2))
    for candidate in chain((path, path.with_name(f"kept-{path.name}")), kept):
        if not candidate.exists():
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
        for folder in staged:
            if folder.aside.exists():
                folder.target.rename(folder.old)
            folder.stage.rename(folder.target)
    except BaseException as error:  # Ctrl-C too
        stuck = [folder for folder in reversed(staged) if not _is_put_back(folder)]
        if stuck:
            raise WriteError(_half_written(stuck, error)) from error
        raise


def _is_put_back(folder: _Staged) -> bool:
    """Undo what was done of a swap, and tell whether that went well.

    It is tried again after an error: of Ctrl-C, or of a program that had a file open for a moment.
    Whatever comes of it, the other folders must have their turn.
    """
    for _ in range(2):
        with suppress(OSError, KeyboardInterrupt):
            _swap_back(folder)
            return True
    return False


def _swap_back(folder: _Staged) -> None:
    """Undo what was done of a swap; the disk tells how far it came."""
    if not folder.stage.exists():
        folder.target.rename(folder.stage)
    if folder.old.exists():
        folder.old.rename(folder.target)


def _half_written(stuck: Sequence[_Staged], error: BaseException) -> str:
    """Say which folders could not be put back, and how to do that by hand."""
    names = " and ".join(str(folder.target) for folder in stuck)
    reason = error.strerror if isinstance(error, OSError) else "interrupted"
    remedies = " ".join(_remedy(folder) for folder in stuck)
    return (
        f"Cannot write {names}: {reason}. What was done could not all be undone. Close every "
        f"program that has one of the files open. {remedies} Then run the command again."
    )


def _remedy(folder: _Staged) -> str:
    if not folder.old.exists():
        return f"{folder.target} is new and stayed; delete it."
    place = ", in place of the one that is there now" if folder.target.exists() else ""
    return (
        f"What stood in {folder.target} is in the hidden folder {folder.old}: rename that to "
        f"{folder.target}{place}, or what was filled in there by hand is not carried over."
    )


def _discard(folder: Path) -> None:
    """Remove a folder that is of no use any more, even if Ctrl-C comes meanwhile.

    All is in its place by now, or back in it: whoever is told that nothing was written must be
    able to rely on it.
    """
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)


def _hint(error: OSError) -> str:
    if error.errno == 28:
        return "The disk is full: free some space and run the command again."
    return (
        "Check that the folder exists, that you may write in it and that no other program has one "
        "of its files open, then run it again."
    )
