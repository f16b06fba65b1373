"""Results on disk: a JSON object a line, written at once, so that a run can be taken up again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Key = tuple[str, str, int, str, float]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the checker said about an answer; ``objective`` is None where there was no valid one."""

    suite: str
    instance: str
    seed: int
    method: str
    budget: float
    seconds: float
    objective: float | None = None
    best_known: float | None = None
    size: int | None = None
    served: int = 0
    required_missed: int = 0
    iterations: int | None = None
    fault: str = ""

    def key(self) -> Key:
        """Return what no two results may share."""
        return (self.suite, self.instance, self.seed, self.method, self.budget)


class Log:
    """The file of results and of the machines they were measured on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def results(self) -> list[Result]:
        """Return all results; of two with one key, the later."""
        found = {r.key(): r for r in (Result(**row) for row in self._rows() if "method" in row)}
        return list(found.values())

    def machines(self) -> list[dict[str, Any]]:
        """Return the machines, in the order of the runs."""
        return [row["machine"] for row in self._rows() if "machine" in row]

    def add(self, result: Result) -> None:
        """Append a result."""
        self._append({k: v for k, v in asdict(result).items() if v not in (None, "")})

    def add_machine(self, machine: dict[str, Any]) -> None:
        """Note on what the results that follow are measured."""
        self._append({"machine": machine})

    def _append(self, row: dict[str, Any]) -> None:
        begin = "\n" if self._torn() else ""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{begin}{json.dumps(row)}\n")

    def _torn(self) -> bool:
        """Tell whether an aborted run left its last line unfinished."""
        return self.path.is_file() and self.path.read_bytes()[-1:] not in {b"\n", b""}

    def _rows(self) -> Iterator[dict[str, Any]]:
        if not self.path.is_file():
            return
        for line in self.path.read_text("utf-8").splitlines():
            try:
                row = json.loads(line)
            except json.JSONDecodeError:  # the line an aborted run did not finish
                continue
            yield row
