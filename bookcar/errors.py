"""What can go wrong, each kind with the exit code the command line gives it."""

from __future__ import annotations

from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with what was given: where it stands, what is wrong, how to mend it.

    Attributes
    ----------
    rule
        The name of the rule that found it, e.g. ``duplicate-id``.
    file
        File name inside the district folder, or ``book.xlsx: sheet``.
    row
        Line in the file, counted as a spreadsheet counts (the header is 1); None for a whole file.
    column
        Column name as the user wrote it, or a TOML key such as ``week.starts``.
    value
        The value as given.
    problem, fix
        What is wrong, and what to do about it: a sentence each.
    """

    rule: str
    file: str
    problem: str
    fix: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = "error"

    def where(self) -> str:
        """Return file, row, column and value in reading order, e.g. ``stops.csv row 7, lat``."""
        text = self.file
        if self.row is not None:
            text += f" row {self.row}"
        if self.column is not None:
            text += f", {self.column}"
        if self.value is not None:
            text += f" {self.value!r}"
        return text

    def __str__(self) -> str:
        return f"{self.where()}: {self.problem} {self.fix} [{self.rule}]"


class Ended(BaseException):
    """The system asked the program to end, e.g. at logging out.

    Whatever is under way is cleared up as after Ctrl-C, and a search does not go on.

    Parameters
    ----------
    signal
        The number of the signal.
    """

    def __init__(self, signal: int) -> None:
        self.signal = signal
        super().__init__(f"ended by signal {signal}")


class BookcarError(Exception):
    """Base of every error bookcar raises on purpose; its text is meant for the user."""

    exit_code = 1


class InputError(BookcarError, ValueError):
    """The input cannot be used; carries every fault found, errors and warnings alike.

    Parameters
    ----------
    faults
        All faults at once, in the order of the files and rows.
    """

    exit_code = 2

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UsageError(BookcarError, ValueError):
    """What was asked for makes no sense, e.g. a week that does not exist."""

    exit_code = 2


class MissingToolError(BookcarError, RuntimeError):
    """Something outside Python is needed and not installed, e.g. a font with a character."""

    exit_code = 2


class InfeasibleError(BookcarError, RuntimeError):
    """No plan at all exists, e.g. no vehicle works on any day of the week."""

    exit_code = 3


class AuditError(BookcarError, RuntimeError):
    """A plan that bookcar made breaks a rule of the audit: a bug of bookcar, nothing is written.

    Parameters
    ----------
    findings
        One sentence a broken rule, each naming route, stop and both figures.
    """

    exit_code = 1

    def __init__(self, findings: list[str] | tuple[str, ...]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(self.findings))


class SearchError(AuditError):
    """A route that the search gave breaks a limit: a bug of bookcar, nothing is written."""


class BrokenPlanError(AuditError, ValueError):
    """A plan that was read, perhaps edited by hand, breaks a rule of the audit."""

    exit_code = 2
