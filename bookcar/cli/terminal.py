"""Progress and tables on a terminal, with rich; plain lines where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

import bookcar.progress
from bookcar.optimiser.cost import gap


@contextmanager
def showing_progress(*, quiet: bool = False) -> Iterator[bookcar.progress.Progress]:
    """Give a progress that draws bars on stderr, or a line a step where stderr is no terminal."""
    if quiet:
        yield bookcar.progress.SILENT
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    bars = Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
        console=console,
    )
    with bars:
        yield _Bars(bars)


def search_note(cost: float, served: int, of: int, bound: float | None) -> str:
    """Return what a search has found so far, e.g. ``cost 812.3 · gap 3.10% · 70 of 72 served``."""
    above = None if bound is None else gap(cost, bound)
    at_most = "" if above is None else f" · gap {above:.2%}"
    return f"cost {cost:,.1f}{at_most} · {served} of {of} served"


def seconds_left(part: float, spent: float) -> int | None:
    """Return how long a search will still take at its pace, None while that is not known."""
    return round(spent * (1 - part) / part) if part > 0 else None


class _Lines:
    """One plain line per finished step."""

    def start(self, step: str, total: int | None = None) -> None:
        self.step, self.since = step, time.monotonic()

    def advance(self, done: int, note: str = "") -> None:
        pass

    def search(
        self, part: float, *, cost: float, served: int, of: int, bound: float | None = None
    ) -> None:
        pass

    def finish(self, summary: str) -> None:
        seconds = time.monotonic() - self.since
        click.echo(f"{self.step:<10} {summary} ({seconds:.1f} s)", err=True)


class _Bars:
    """A bar per step, kept when the step is finished."""

    def __init__(self, bars: Progress) -> None:
        self.bars = bars

    def start(self, step: str, total: int | None = None) -> None:
        self.task = self.bars.add_task(step, total=total, note="")
        self.since = time.monotonic()

    def advance(self, done: int, note: str = "") -> None:
        self.bars.update(self.task, completed=done, note=note)

    def search(
        self, part: float, *, cost: float, served: int, of: int, bound: float | None = None
    ) -> None:
        found = search_note(cost, served, of, bound)
        left = seconds_left(part, time.monotonic() - self.since)
        note = found if left is None else f"{found} · {left} s left"
        self.bars.update(self.task, completed=100 * part, note=note)

    def finish(self, summary: str) -> None:
        total = self.bars.tasks[self.task].total or 1
        self.bars.update(self.task, total=total, completed=total, note=summary)


def console() -> Console:
    """Return the console for results: stdout, in colour only on a terminal, wide off one."""
    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False)
