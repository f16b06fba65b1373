"""Faults of one kind told together: how many, three of them, and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from bookcar.errors import Fault
from bookcar.phrases import Phrases

EXAMPLES = 3
NAMED = 12
"""Of so many more the rows are named; beyond it only their number."""
_OWN_FILES = 3
"""In so many files faults of one kind are told file by file; beyond it, as with the title lists of
hundreds of batches, together."""


class FaultGroup(msgspec.Struct, frozen=True):
    """Faults of one rule in one column, in their order; at least one."""

    faults: tuple[Fault, ...]

    @property
    def first(self) -> Fault:
        """The fault that stands for what all of them share."""
        return self.faults[0]

    @property
    def files(self) -> tuple[str, ...]:
        """The files they are in, each once."""
        return tuple(dict.fromkeys(fault.file for fault in self.faults))

    @property
    def column(self) -> str | None:
        """The column they are in; None for whole rows, and where each is in a column of its own."""
        columns = {fault.column for fault in self.faults}
        return columns.pop() if len(columns) == 1 else None

    @property
    def examples(self) -> tuple[Fault, ...]:
        """The first few that differ in their value and in what is said of them."""
        differing: dict[tuple[str | None, str], Fault] = {}
        for fault in self.faults:
            if len(differing) < EXAMPLES:
                differing.setdefault((fault.value, fault.problem), fault)
        return tuple(differing.values())

    def lines(self, say: Phrases) -> Iterator[str]:
        """Yield the kind with its count, then what is wrong, where, and what to do."""
        if len(self.faults) == 1:
            yield f"{self.first.where_in(say.language)} [{self.first.rule}]"
            yield f"    {self.first.problem_in(say.language)}"
            yield f"    {say('cli.fix', fix=self.first.fix_in(say.language))}"
            return
        yield f"{self._where(say)} [{self.first.rule}]"
        problems, fixes = self._said(say)
        one_problem, one_fix = len(problems) == 1, len(fixes) == 1
        if one_problem:
            yield f"    {problems[0]}"
        for fault in self.examples:
            own = [fault.problem_in(say.language)] * (not one_problem)
            own += [fault.fix_in(say.language)] * (not one_fix)
            yield f"    {self._example(fault, own, say)}"
        if len(self.faults) > len(self.examples):
            yield f"    {self._rest(say)}"
        if one_fix:
            yield f"    {say('cli.fix', fix=fixes[0])}"

    def _said(self, say: Phrases) -> tuple[list[str], list[str]]:
        """Return the different problems and the different fixes."""
        told = [(f.problem_in(say.language), f.fix_in(say.language)) for f in self.faults]
        return list(dict.fromkeys(p for p, _ in told)), list(dict.fromkeys(f for _, f in told))

    def _where(self, say: Phrases) -> str:
        files = say("cli.group-files", files=self.files)
        column = "" if self.column is None else say("faults.at.column", column=self.column)
        return files + column + say("cli.group-count", count=len(self.faults))

    def _example(self, fault: Fault, own: Sequence[str], say: Phrases) -> str:
        """Return where one of them stands, with what is said of it alone."""
        bare = msgspec.structs.replace(
            fault,
            file=fault.file if len(self.files) > 1 else "",
            column=fault.column if self.column is None and fault.column != fault.value else None,
        )
        where = bare.where_in(say.language).strip().lstrip(",，").strip() or fault.file
        return say("cli.group-example", where=where, said=" ".join(own)) if own else where

    def _rest(self, say: Phrases) -> str:
        """Return how many more there are, and where, if that can be said on one line."""
        shown = self.examples
        more = [fault for fault in self.faults if not any(fault is one for one in shown)]
        rows = tuple(dict.fromkeys(fault.row for fault in more))
        if self.column is None and len(more) <= NAMED and all(f.value and f.column for f in more):
            return say("cli.group-more-values", count=len(more), values=[f.value for f in more])
        if len(rows) == len(more) <= NAMED and None not in rows and len(self.files) == 1:
            return say("cli.group-more-rows", count=len(more), rows=rows)
        return say("cli.group-more", count=len(more))

    @property
    def cut(self) -> bool:
        """Whether some of them are not named."""
        return len(self.faults) - len(self.examples) > NAMED

    def told_in(self, say: Phrases) -> dict[str, object]:
        """Return the group as data, as ``--json`` prints it beside the faults themselves."""
        return {
            "rule": self.first.rule,
            "severity": self.first.severity,
            "files": self.files,
            "column": self.column,
            "count": len(self.faults),
            "problem": self.first.problem_in(say.language),
            "fix": self.first.fix_in(say.language),
            "examples": [fault.where_in(say.language) for fault in self.examples],
        }


def grouped(faults: Sequence[Fault]) -> list[FaultGroup]:
    """Return the faults by what they share, errors before warnings, else in their order.

    They share severity, rule, variant and column, and the file unless it is one of many. A fault
    whose column is itself what is wrong, as a column that no table has, shares the others' group.
    """
    in_files: defaultdict[tuple[object, ...], dict[str, None]] = defaultdict(dict)
    for fault in faults:
        in_files[_kind(fault)][fault.file] = None
    groups: dict[tuple[object, ...], list[Fault]] = {}
    for fault in faults:
        kind = _kind(fault)
        own = fault.file if len(in_files[kind]) <= _OWN_FILES else None
        groups.setdefault((*kind, own), []).append(fault)
    found = [FaultGroup(tuple(group)) for group in groups.values()]
    return sorted(found, key=lambda group: group.first.severity)


def _kind(fault: Fault) -> tuple[object, ...]:
    column = None if fault.column == fault.value else fault.column
    return fault.severity, fault.rule, fault.variant, column
