"""What the terminal shows of a search under way."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from bookcar.cli.terminal import _Bars, search_note, seconds_left
from bookcar.phrases import Phrases
from bookcar.progress import SILENT

SAY = Phrases("en")


def test_a_search_shows_cost_gap_and_stops_served() -> None:
    shown = search_note(SAY, 1_030.04, served=70, of=72, bound=1_000.0)
    assert shown == "cost 1,030.0 · gap 3.01\N{NO-BREAK SPACE}% · 70 of 72 served"


@pytest.mark.parametrize("bound", [None, 0.0, -5.0])
def test_without_a_bound_that_means_something_there_is_no_gap(bound: float | None) -> None:
    assert search_note(SAY, 812.3, served=1, of=1, bound=bound) == "cost 812.3 · 1 of 1 served"


def test_the_seconds_left_go_by_the_pace_so_far() -> None:
    assert seconds_left(0.25, 2.0) == 6
    assert seconds_left(1.0, 9.0) == 0
    assert seconds_left(0.0, 1.0) is None


def test_a_bar_fills_by_the_part_of_the_search_that_is_done() -> None:
    stream = io.StringIO()
    bars = Progress(
        TextColumn("{task.percentage:.0f} {task.fields[note]}"),
        console=Console(file=stream, width=120),
        auto_refresh=False,
    )
    drawn = _Bars(bars)
    drawn.start("routes", 100)
    drawn.search(0.4, cost=10.0, served=3, of=4)
    bars.refresh()
    task = bars.tasks[0]
    assert task.percentage == 40
    assert task.fields["note"].startswith("cost 10.0 · 3 of 4 served · ")
    assert task.fields["note"].endswith(" s left")


def test_the_library_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    SILENT.start("routes", 100)
    SILENT.search(0.5, cost=1.0, served=1, of=1, bound=0.5)
    SILENT.finish("done")
    assert capsys.readouterr() == ("", "")
