"""One file, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from bookcar.errors import BookcarError
from bookcar.phrases.sentence import Sentence


class WriteError(BookcarError, OSError):
    """A file or folder could not be written.

    What stood there before is untouched, or is put in order at the next start.
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
        raise WriteError(cannot_write(path, error=error)) from error
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
        raise WriteError(cannot_write(target, error=error)) from error
    finally:
        aside.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Have a file's content on the disk before going on."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk before going on, where the system can do that."""
    with suppress(OSError):  # Windows opens no folders; some network disks sync none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def cannot_write(*paths: Path, error: OSError) -> Sentence:
    """Return a sentence on what could not be written, and what to do."""
    key = "trouble.full" if error.errno == errno.ENOSPC else "trouble.refused"
    names = tuple(map(str, paths))
    return Sentence(key=key, figures={"names": names, "errno": error.errno or 0})
