"""Several files, all of them or none: a journal on the disk first, so that a crash is finished."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from bookcar.files.atomic import WriteError, cannot_write, sync_folder, write_bytes
from bookcar.files.lock import WAIT_S, locked

_JOURNAL = ".bookcar-writes.json"


class _Journal(msgspec.Struct, frozen=True):
    """Files that are complete aside and only have to be renamed, and files to be deleted."""

    replace: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()


def write_several(folder: Path, contents: Mapping[str, bytes | None]) -> None:
    """Write files of a folder, all of them or none; None deletes one.

    Whatever ends the process on the way, `finish_several` completes what was begun.

    Parameters
    ----------
    contents
        By path in the folder.

    Raises
    ------
    WriteError
        If one cannot be written, e.g. as another program has it open; all are as they were then.
    """
    targets = {name: Path(os.path.realpath(folder / name)) for name in contents}
    old = {name: path.read_bytes() if path.is_file() else None for name, path in targets.items()}
    written = {name: data for name, data in contents.items() if data is not None}
    try:
        for name, data in written.items():
            write_bytes(_aside(targets[name]), data)
            if old[name] is not None:  # who may write it stays as it was
                shutil.copymode(targets[name], _aside(targets[name]))
        journal = _Journal(
            replace=tuple(str(targets[name]) for name in written),
            delete=tuple(str(targets[name]) for name in contents if name not in written),
        )
        write_bytes(folder / _JOURNAL, msgspec.json.encode(journal))
        sync_folder(folder)
        _finish(folder, journal)
    except OSError as error:
        _put_back(folder, targets, old)
        if isinstance(error, WriteError):
            raise
        raise WriteError(cannot_write(*targets.values(), error=error)) from error
    except BaseException:  # Ctrl-C
        _put_back(folder, targets, old)
        raise


def finish_several(folder: Path) -> bool:
    """Complete what a process that ended had begun to write in a folder; tell whether it had.

    Raises
    ------
    WriteError
        If it cannot be completed, e.g. as another program has one of the files open.
    """
    if not (folder / _JOURNAL).is_file():
        return False
    with one_writer(folder):
        try:
            journal = msgspec.json.decode((folder / _JOURNAL).read_bytes(), type=_Journal)
            _finish(folder, journal)
        except FileNotFoundError:  # its writer had not ended, and has finished it
            return False
        except OSError as error:
            raise WriteError(cannot_write(folder, error=error)) from error
    return True


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Hold off any other process that writes several files of this folder.

    Raises
    ------
    WriteError
        If another one does so for longer than some seconds.
    """
    with locked([folder / "bookcar-writes"], wait_s=WAIT_S):
        yield


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.written")


def _finish(folder: Path, journal: _Journal) -> None:
    """Rename what stands aside and delete what is to go; what is done already is passed over."""
    for target in map(Path, journal.replace):
        if _aside(target).exists():
            _aside(target).replace(target)
            sync_folder(target.parent)
    for target in map(Path, journal.delete):
        target.unlink(missing_ok=True)
    (folder / _JOURNAL).unlink(missing_ok=True)


def _put_back(folder: Path, targets: Mapping[str, Path], old: Mapping[str, bytes | None]) -> None:
    """Undo what was written; if that fails the journal stays, and the next start completes it."""
    with suppress(OSError):
        for name, path in targets.items():
            data = old[name]
            if data is None:
                path.unlink(missing_ok=True)
            elif not path.is_file() or path.read_bytes() != data:
                write_bytes(path, data)
        (folder / _JOURNAL).unlink(missing_ok=True)
        for path in targets.values():
            _aside(path).unlink(missing_ok=True)
