"""Run methods in turn on instances, check every answer, and write each result down at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.checker import check
from benchmarks.instances import Instance
from benchmarks.peers import METHODS, Method
from benchmarks.peers.answer import Answer
from benchmarks.results import Key, Log, Result
from bookcar.optimiser import Problem

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run; ``seeds`` are the methods' on public files, which have none of their own."""

    suite: str
    instances: Sequence[Instance]
    methods: Sequence[str]
    seconds: Sequence[float]
    seeds: Sequence[int]


def ready(names: Sequence[str], suite: str, say: Say) -> list[str]:
    """Return the methods that model the suite and are installed, imported and compiled."""
    found = []
    for name in names:
        method = METHODS[name]
        if suite not in method.kinds:
            say(f"{name}: no model of {suite}, left out")
            continue
        try:
            method.module().prepare()
        except ImportError as error:
            say(f"{name}: left out: {error}")
            continue
        found.append(name)
    return found


def run(plan: Plan, log: Log, say: Say) -> None:
    """Run what the log does not hold yet; on each instance another method begins."""
    done = {result.key() for result in log.results()}
    for turn, instance in enumerate(plan.instances):
        problem: Problem | None = None
        for seed in [instance.seed] if instance.seed is not None else plan.seeds:
            for name in _rotated(plan.methods, turn):
                keys = _keys(plan, instance, METHODS[name], seed)
                budgets = [budget for budget, key in keys.items() if key not in done]
                if not budgets:
                    continue
                problem = problem or instance.make()
                for result in _results(plan.suite, instance, problem, (name, seed, budgets)):
                    log.add(result)
                    say(in_words(result))


def _rotated(methods: Sequence[str], turn: int) -> list[str]:
    first = turn % len(methods)
    return [*methods[first:], *methods[:first]]


def _keys(plan: Plan, instance: Instance, method: Method, seed: int) -> dict[float, Key]:
    """Return the results there must be; a method without seeds runs once on a public file."""
    if instance.seed is None and not method.seeded and seed != plan.seeds[0]:
        return {}
    return {b: (plan.suite, instance.name, seed, method.name, b) for b in plan.seconds}


def _results(
    suite: str, instance: Instance, problem: Problem, job: tuple[str, int, list[float]]
) -> list[Result]:
    name, seed, budgets = job
    try:
        answers = METHODS[name].module().run(problem, budgets, seed)
    except Exception as error:  # a peer that fails on one instance must not end the night's run
        fault = f"{type(error).__name__}: {error}"
        answers = [Answer(budget=b, seconds=b, routes=None, fault=fault) for b in budgets]
    return [_result(suite, instance, problem, (name, seed, answer)) for answer in answers]


def _result(
    suite: str, instance: Instance, problem: Problem, job: tuple[str, int, Answer]
) -> Result:
    name, seed, answer = job
    common = {
        "suite": suite,
        "instance": instance.name,
        "size": instance.size,
        "best_known": instance.best_known,
        "seed": seed,
        "method": name,
        "budget": answer.budget,
        "seconds": round(answer.seconds, 2),
        "iterations": answer.iterations,
    }
    if answer.routes is None:
        return Result(**common, objective=None, fault=answer.fault or "nothing found in time")
    verdict = check(problem, answer.routes)
    faults = list(verdict.faults)
    if verdict.required_missed and instance.best_known is not None:
        faults.append(f"{verdict.required_missed} customers are not served")
    return Result(
        **common,
        objective=None if faults else verdict.objective,
        served=verdict.served,
        required_missed=verdict.required_missed,
        fault="; ".join(faults[:3]),
    )


def in_words(result: Result) -> str:
    """Return a line of progress."""
    text = f"{result.instance:<14} seed {result.seed} {result.method:<8} {result.budget:>5g} s"
    text += f" ({result.seconds:.1f})"
    if result.objective is None:
        return f"{text}  {result.fault}"
    text += f"  {result.objective:,.1f}"
    if result.best_known:
        text += f"  {result.objective / result.best_known - 1:+.2%}"
    return text + (f"  {result.required_missed} required missed" if result.required_missed else "")
