"""What a writer of folders is doing, on the disk before it is done: so that the next can finish it.

While folders are filled aside, the journal only says who does so. Once all are complete it names
those to be swapped in; whatever ends the process then, the swap is finished at the next start.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
import socket
import sys
from pathlib import Path

import msgspec

from bookcar.files.atomic import sync_folder


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes a folder, for the messages of whoever finds it locked or left behind."""

    user: str
    host: str
    pid: int
    since: str
    command: str

    @property
    def figures(self) -> dict[str, str | int]:
        """Return what a sentence names of it."""
        return msgspec.structs.asdict(self)


def this_writer() -> Writer:
    """Return this process as others will read of it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a number without a name
        user = "somebody"
    return Writer(
        user=user,
        host=socket.gethostname(),
        pid=os.getpid(),
        since=dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:3]]),
    )


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes, and which folders are complete and only have to be renamed; none at first."""

    writer: Writer
    swap: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[Path, ...]:
        """Return the folders to be swapped in."""
        return tuple(map(Path, self.swap))


def journal_path(target: Path) -> Path:
    """Return where the journal of a folder stands."""
    return target.with_name(f".{target.name}.journal")


def write_journal(target: Path, journal: Journal) -> None:
    """Write the journal of a folder, on the disk before this returns."""
    path = journal_path(target)
    aside = path.with_name(f"{path.name}.new")
    with aside.open("wb") as stream:
        stream.write(msgspec.json.encode(journal))
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def read_journal(target: Path) -> Journal | None:
    """Return the journal of a folder; None if there is none, or nothing that can be read."""
    try:
        return msgspec.json.decode(journal_path(target).read_bytes(), type=Journal)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def remove_journal(target: Path) -> None:
    """Delete the journal of a folder, and one that was not complete."""
    path = journal_path(target)
    path.with_name(f"{path.name}.new").unlink(missing_ok=True)
    path.unlink(missing_ok=True)
