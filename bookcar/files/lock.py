"""One writer a folder: a lock beside it that ends with its process, and says whose it is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from bookcar.files.atomic import WriteError
from bookcar.files.journal import read_journal
from bookcar.phrases.sentence import Sentence

WAIT_S = 5.0
"""How long a second writer waits for the first before it gives up."""

_POLL_S = 0.05


class InUseError(WriteError):
    """Another process is writing the folder."""


@contextmanager
def locked(targets: Sequence[Path], *, wait_s: float) -> Iterator[None]:
    """Hold the locks of some folders, always in one order, so that no two wait for each other.

    Raises
    ------
    InUseError
        If another process holds one for longer than ``wait_s``; it names that process.
    """
    deadline = time.monotonic() + wait_s
    with ExitStack() as held:
        for target in sorted(set(targets)):
            held.enter_context(_locked(target, deadline))
        yield


@contextmanager
def _locked(target: Path, deadline: float) -> Iterator[None]:
    path = lock_path(target)
    stream, release = _acquire(path, deadline, target)
    try:
        yield
    finally:
        with suppress(OSError):  # Windows deletes no file that is open; it goes at the next start
            path.unlink(missing_ok=True)
        release()
        stream.close()
        if sys.platform == "win32":
            with suppress(OSError):
                path.unlink(missing_ok=True)


def lock_path(target: Path) -> Path:
    """Return the lock file of a folder."""
    return target.with_name(f".{target.name}.lock")


def _acquire(path: Path, deadline: float, target: Path) -> tuple[IO[Any], Any]:
    """Return the open lock file and what releases it.

    Whoever releases a lock deletes its file, so a file that was opened before may be gone by the
    time that it is locked: it is then opened anew.
    """
    import portalocker  # noqa: PLC0415  a quarter of a second

    while True:
        lock = portalocker.Lock(path, mode="a", timeout=0, fail_when_locked=True)
        try:
            stream = lock.acquire()
        except portalocker.LockException:
            if time.monotonic() >= deadline:
                raise InUseError(_held_by(target)) from None
            time.sleep(_POLL_S)
            continue
        if _is_still(path, stream):
            return stream, lock.release
        lock.release()


def _is_still(path: Path, stream: IO[Any]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except OSError:
        return False


def _held_by(target: Path) -> Sentence:
    journal = read_journal(target)
    if journal is None:
        return Sentence(key="trouble.in-use", figures={"target": str(target)})
    figures = {"target": str(target), **journal.writer.figures}
    return Sentence(key="trouble.in-use-by", figures=figures)
