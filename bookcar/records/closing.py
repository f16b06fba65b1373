"""What closing a week records, and writing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bookcar.errors import Fault, UsageError
from bookcar.files import one_writer, write_several
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.records.ledger import FILE, FOLDER, KEPT, Closed, Ledger, digest, kept_copy
from bookcar.records.tables import Change
from bookcar.records.visits import Happened, Row


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closing a week records.

    Attributes
    ----------
    folder
        Where the district's tables are.
    files, unread
        What came back and was read, and sheets for an earlier plan of the week, which were not.
    visits
        What became of every visit.
    rows, requests
        What is added to the visits table, and the requests that are brought.
    change
        The tables as they will be.
    after
        The district with all that in it.
    warnings
        What is odd about it and may be right.
    ledger
        The weeks that are closed.
    before
        The files that change as they were; None for one that was not there.
    """

    plan: Plan
    folder: Path
    files: tuple[Path, ...]
    unread: tuple[Path, ...]
    visits: tuple[Happened, ...]
    rows: tuple[Row, ...]
    requests: tuple[str, ...]
    change: Change
    after: District
    warnings: tuple[Fault, ...]
    ledger: Ledger
    before: Mapping[str, bytes | None]

    @property
    def was_closed(self) -> bool:
        """Whether all this stands in the tables already, so that nothing is to be written."""
        return self.ledger.of(self.plan.week) is not None

    @property
    def closed(self) -> Closed:
        """What the list of closed weeks says of this one."""
        done = [visit.done for visit in self.visits]
        return Closed(
            week=self.plan.week,
            plan=self.plan.id,
            done=done.count(True),
            missed=done.count(False),
            rows=len(self.rows),
            requests=self.requests,
            files=tuple(path.name for path in self.files),
            before={name: digest(data) for name, data in self.before.items()},
            after={name: digest(data) for name, data in self.change.files.items()},
        )

    def write(self) -> tuple[Path, ...]:
        """Write the tables and the list of closed weeks, all or nothing; return what was written.

        Raises
        ------
        UsageError
            If somebody changed a table since it was read.
        files.WriteError
            If a file cannot be written; all are as they were then.
        """
        if self.was_closed:
            return ()
        with one_writer(self.folder):
            require_as_read(self.folder, {n: digest(data) for n, data in self.before.items()})
            write_several(self.folder, self._contents())
        remove_empty(self.folder, self._dropped)
        return tuple(self.folder / name for name in (*self.change.files, FILE))

    @property
    def _dropped(self) -> tuple[Closed, ...]:
        """The closed weeks that can no longer be taken back once this one is closed."""
        return self.ledger.weeks[: max(0, len(self.ledger.weeks) + 1 - KEPT)]

    def _contents(self) -> dict[str, bytes | None]:
        week = self.plan.week
        copies = {kept_copy(week, n): data for n, data in self.before.items() if data is not None}
        gone = [kept_copy(one.week, name) for one in self._dropped for name in one.before]
        ledger = Ledger(weeks=(*self.ledger.weeks, self.closed))
        return {**self.change.files, **copies, **dict.fromkeys(gone), FILE: ledger.to_json()}


def require_as_read(folder: Path, sums: Mapping[str, str]) -> None:
    """Refuse to write over a table that is not what it was when it was read.

    Raises
    ------
    UsageError
        Naming the first such table.
    """
    for name, before in sums.items():
        path = folder / name
        if digest(path.read_bytes() if path.is_file() else None) != before:
            figures = {"file": str(path)}
            raise UsageError(Sentence(key="usage.changed-meanwhile", figures=figures))


def remove_empty(folder: Path, weeks: Sequence[Closed]) -> None:
    """Remove the folders of weeks of which nothing is kept any more."""
    for one in weeks:
        with suppress(OSError):  # not empty: somebody put something there
            (folder / FOLDER / one.week).rmdir()
    with suppress(OSError):
        (folder / FOLDER).rmdir()
