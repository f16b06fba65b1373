"""Results as markdown tables: gaps to the best known, and objectives beside ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean, median
from typing import Any

from benchmarks.machine import in_words
from benchmarks.results import Result

OURS = "ours"


def tables(results: Sequence[Result], machines: Iterable[dict[str, Any]]) -> str:
    """Return all there is to tell, suite by suite, with the machines below."""
    suites: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        suites[result.suite].append(result)
    parts = [
        f"### {suite}\n\n{week_table(of) if suite == 'weeks' else gap_tables(of)}"
        for suite, of in suites.items()
    ]
    lines = dict.fromkeys(in_words(machine) for machine in machines)
    return "\n\n".join([*parts, *lines]) + "\n"


def gap_tables(results: Sequence[Result]) -> str:
    """Return mean and worst gap of each method by budget, then a table by instance per budget."""
    methods, budgets = _methods(results), sorted({r.budget for r in results})
    parts = [_summary(results, methods, budgets)]
    for budget in budgets:
        of = [r for r in results if r.budget == budget]
        rows = [
            [name, *(_percent(_gap(of, name, method)) for method in methods)]
            for name in dict.fromkeys(r.instance for r in results)
        ]
        parts.append(_markdown([f"gap, % at {budget:g} s (median of seeds)", *methods], rows))
    return "\n\n".join(parts)


def _summary(results: Sequence[Result], methods: list[str], budgets: list[float]) -> str:
    of: dict[tuple[str, float], list[Result]] = defaultdict(list)
    for result in results:
        of[result.method, result.budget].append(result)
    rows = [[method, *(_mean_gap(of[method, b]) for b in budgets)] for method in methods]
    heads = [f"{budget:g} s" for budget in budgets]
    return _markdown(["mean (worst) gap, %", *heads], rows)


def _mean_gap(results: Sequence[Result]) -> str:
    """Return mean and worst gap of one method's results, and where it is not to be trusted."""
    gaps = [_gap(results, name, r.method) for name, r in {r.instance: r for r in results}.items()]
    found = [gap for gap in gaps if gap is not None]
    failed = len(gaps) - len(found)
    text = f"{_percent(fmean(found))} ({_percent(max(found))})" if found else "-"
    return text + (f"; {failed} without" if failed else "") + _overrun(results)


def _overrun(results: Iterable[Result]) -> str:
    """Tell how long a method really took if that is more than a tenth above its budget."""
    taken = [(r.seconds, r.budget) for r in results]
    if not taken or fmean(s for s, _ in taken) <= 1.1 * fmean(b for _, b in taken):
        return ""
    return f"; took {fmean(s for s, _ in taken):.1f} s"


def _gap(results: Sequence[Result], instance: str, method: str) -> float | None:
    """Return the median gap over the seeds; None if one of them has no valid answer."""
    of = [r for r in results if (r.instance, r.method) == (instance, method)]
    gaps = [r.objective / r.best_known - 1 for r in of if r.objective is not None and r.best_known]
    return median(gaps) if gaps and len(gaps) == len(of) else None


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{100 * part:.2f}"


def week_table(results: Sequence[Result]) -> str:
    """Return a row per size and budget: our mean objective, and each peer's beside it."""
    peers = [method for method in _methods(results) if method != OURS]
    rows = [
        [f"{size:,}", f"{budget:g}", *_week_row(results, (size, budget), peers)]
        for size, budget in sorted({(r.size or 0, r.budget) for r in results})
    ]
    heads = ["stops", "s", "ours, mean", *(f"{p}: above ours (ours better)" for p in peers)]
    return _markdown(heads, rows)


def _week_row(results: Sequence[Result], place: tuple[int, float], peers: list[str]) -> list[str]:
    here = [r for r in results if (r.size, r.budget) == place]
    ours = {r.instance: r for r in here if r.method == OURS and r.objective is not None}
    mean = f"{fmean(r.objective or 0 for r in ours.values()):,.0f}" if ours else "-"
    cells = [mean + _missed(ours.values()) + _overrun(ours.values())]
    for peer in peers:
        of = [r for r in here if r.method == peer and r.instance in ours]
        cells.append(_beside(ours, of))
    return cells


def _beside(ours: dict[str, Result], theirs: list[Result]) -> str:
    """Return by how much a peer is above ours on the mean, and on how many weeks ours is better."""
    if not theirs:
        return "-"
    valid = [r for r in theirs if r.objective is not None]
    wins = sum(r.objective is None or _rank(ours[r.instance]) < _rank(r) for r in theirs)
    above = [(r.objective or 0) / (ours[r.instance].objective or 1) - 1 for r in valid]
    text = f"{100 * fmean(above):+.1f} %" if above else "no answer"
    text += f" ({wins} of {len(theirs)})" + _missed(valid)
    failed = len(theirs) - len(valid)
    return text + (f"; {failed} without" if failed and valid else "") + _overrun(valid)


def _rank(result: Result) -> tuple[int, float]:
    return result.required_missed, result.objective or 0.0


def _missed(results: Iterable[Result]) -> str:
    missed = sum(result.required_missed for result in results)
    return f"; {missed} required missed" if missed else ""


def _methods(results: Sequence[Result]) -> list[str]:
    names = dict.fromkeys(result.method for result in results)
    return sorted(names, key=lambda name: name != OURS)


def _markdown(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
