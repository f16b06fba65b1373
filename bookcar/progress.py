"""How a step says how far it is; the command line draws it, the library stays silent."""

from __future__ import annotations

from typing import Protocol

from bookcar.phrases import Figure


class Progress(Protocol):
    """Receives the steps of a run, one after the other.

    A step, note or summary is a key of the catalogue with its figures (``steps.read``), so that it
    can be said in any language; what is no key is a name, and shown as it is.
    """

    def start(self, step: str, total: int | None = None, **figures: Figure) -> None:
        """Begin a step, e.g. ``"steps.matrix"``; ``total`` in the units that `advance` counts."""

    def advance(self, done: int, note: str = "", **figures: Figure) -> None:
        """Report that ``done`` of the total are done, with a short note to show beside the bar."""

    def search(
        self, part: float, *, cost: float, served: int, of: int, bound: float | None = None
    ) -> None:
        """Report a search under way, its step begun by `start` with a total of 100.

        Parameters
        ----------
        part
            Of its budget that is used up, from 0 to 1.
        cost, served, of
            Of the best solution so far: its cost, and how many of all tasks it serves.
        bound
            What no solution undercuts, if that is known.
        """

    def finish(self, summary: str, **figures: Figure) -> None:
        """End the step with one line of what came out, e.g. ``"steps.matrix-done"``."""


class _Silent:
    def start(self, step: str, total: int | None = None, **figures: Figure) -> None:
        pass

    def advance(self, done: int, note: str = "", **figures: Figure) -> None:
        pass

    def search(
        self, part: float, *, cost: float, served: int, of: int, bound: float | None = None
    ) -> None:
        pass

    def finish(self, summary: str, **figures: Figure) -> None:
        pass


SILENT: Progress = _Silent()
