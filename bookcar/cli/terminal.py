"""Progress and tables on a terminal, with rich; plain lines where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

import bookcar.progress
from bookcar.cli.failures import was_pressed
from bookcar.cli.speech import spoken
from bookcar.optimiser.cost import gap
from bookcar.phrases import Figure, Phrases

_STEP = 10


@contextmanager
def showing_progress(*, quiet: bool = False) -> Iterator[bookcar.progress.Progress]:
    """Give a progress that draws bars on stderr, or a line a step where stderr is no terminal."""
    if quiet:
        yield _Heeding(bookcar.progress.SILENT)
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Heeding(_Lines())
        return
    bars = Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
        console=console,
    )
    with bars:
        yield _Heeding(_Bars(bars))


def search_note(say: Phrases, cost: float, *, served: int, of: int, bound: float | None) -> str:
    """Return what a search has found so far, e.g. ``cost 812.3 · gap 3.10 % · 70 of 72 served``."""
    above = None if bound is None else gap(cost, bound)
    figures = {"cost": cost, "served": served, "stops": of}
    if above is None:
        return say("steps.searching", **figures)
    return say("steps.searching-gap", gap=above, **figures)


class _Heeding:
    """A progress that ends the run at the next step where a Ctrl-C was lost on the way.

    Raised in a callback from C, as while a kernel is loaded, it goes no further. From the search
    on, whoever catches one does so on purpose.
    """

    def __init__(self, shown: bookcar.progress.Progress) -> None:
        self.shown, self.heeds = shown, True
        self.advance, self.search, self.finish = shown.advance, shown.search, shown.finish

    def start(self, step: str, total: int | None = None, **figures: Figure) -> None:
        if self.heeds and was_pressed():
            raise KeyboardInterrupt
        self.heeds = self.heeds and step != "steps.routes"
        self.shown.start(step, total, **figures)


class _Words:
    """Says steps, notes and summaries in the language that is spoken by then."""

    def __init__(self) -> None:
        self.context = click.get_current_context(silent=True)

    @property
    def say(self) -> Phrases:
        """The words; a run may learn its language after its first step began."""
        return spoken(self.context)

    def __call__(self, text: str, figures: Mapping[str, Figure]) -> str:
        """Return a key of the catalogue in words, and anything else as it is."""
        return self.say.filled(text, figures) if text in self.say else text


def seconds_left(part: float, spent: float) -> int | None:
    """Return how long a search will still take at its pace, None while that is not known."""
    return round(spent * (1 - part) / part) if part > 0 else None


class _Lines:
    """One plain line per finished step."""

    def __init__(self) -> None:
        self.words = _Words()

    def start(self, step: str, total: int | None = None, **figures: Figure) -> None:
        self.step, self.figures, self.since = step, figures, time.monotonic()

    def advance(self, done: int, note: str = "", **figures: Figure) -> None:
        pass

    def search(
        self, part: float, *, cost: float, served: int, of: int, bound: float | None = None
    ) -> None:
        pass

    def finish(self, summary: str, **figures: Figure) -> None:
        seconds = time.monotonic() - self.since
        step = _padded(self.words(self.step, self.figures))
        spent = self.words.say.number(seconds, ".1f")
        click.echo(f"{step} {self.words(summary, figures)} ({spent} s)", err=True)


class _Bars:
    """A bar per step, kept when the step is finished."""

    def __init__(self, bars: Progress) -> None:
        self.bars, self.words = bars, _Words()

    def start(self, step: str, total: int | None = None, **figures: Figure) -> None:
        name = _padded(self.words(step, figures))
        self.task = self.bars.add_task(name, total=total, note="")
        self.since = time.monotonic()

    def advance(self, done: int, note: str = "", **figures: Figure) -> None:
        self.bars.update(self.task, completed=done, note=self.words(note, figures))

    def search(
        self, part: float, *, cost: float, served: int, of: int, bound: float | None = None
    ) -> None:
        say = self.words.say
        found = search_note(say, cost, served=served, of=of, bound=bound)
        left = seconds_left(part, time.monotonic() - self.since)
        note = found if left is None else say("steps.left", found=found, seconds=left)
        self.bars.update(self.task, completed=100 * part, note=note)

    def finish(self, summary: str, **figures: Figure) -> None:
        total = self.bars.tasks[self.task].total or 1
        note = self.words(summary, figures)
        self.bars.update(self.task, total=total, completed=total, note=note)


def _padded(step: str) -> str:
    """Return the name of a step as wide as most are, where a Chinese character takes two cells."""
    return step + " " * (_STEP - cell_len(step))


def console() -> Console:
    """Return the console for results: stdout, in colour only on a terminal, wide off one."""
    width = None if sys.stdout.isatty() else 120
    return Console(width=width, highlight=False)
