"""Compare the search with its peers: same instances, same wall time, one checker.

Run ``python benchmarks/compare.py weeks --seconds 5,10,30 --out results.jsonl`` (or ``cvrp``,
``vrptw``, ``vrpspd``) and then ``python benchmarks/compare.py table results.jsonl``. A run that was
stopped is taken up where it was. ``growth`` measures our own search by size.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import growth
from benchmarks.instances import SUITES, instances
from benchmarks.machine import machine
from benchmarks.peers import METHODS
from benchmarks.results import Log
from benchmarks.runs import Plan, ready, run
from benchmarks.tables import tables
from benchmarks.weeks import SIZES

say = partial(print, flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line asks for."""
    given = _parser().parse_args(arguments)
    given.call(given)


def compare(given: argparse.Namespace) -> None:
    """Run methods on a suite."""
    try:
        found = instances(given.suite, sizes=given.sizes, seeds=given.seeds)
    except FileNotFoundError as error:
        sys.exit(f"Error: {error}")
    wanted = [i for i in found if any(part in i.name for part in given.only)]
    log = Log(given.out)
    methods = ready(given.methods, given.suite, say)
    log.add_machine(machine())
    plan = Plan(
        suite=given.suite,
        instances=wanted,
        methods=methods,
        seconds=given.seconds,
        seeds=given.seeds,
    )
    run(plan, log, say)


def table(given: argparse.Namespace) -> None:
    """Print the tables of a file of results."""
    log = Log(given.results)
    say(tables(log.results(), log.machines()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="SUITE, growth or table")
    for suite in SUITES:
        command = commands.add_parser(suite, help=f"run methods on {suite}")
        command.set_defaults(call=compare, suite=suite)
        seeds = [1, 2, 3, 4, 5] if suite == "weeks" else [1, 2, 3]
        command.add_argument("--seconds", type=_numbers, default=[5.0, 10.0, 30.0])
        command.add_argument("--seeds", type=_counts, default=seeds)
        command.add_argument("--methods", type=_methods, default=list(METHODS))
        command.add_argument("--sizes", type=_counts, default=list(SIZES), help="of weeks")
        command.add_argument("--only", type=_words, default=[""], help="parts of instances' names")
        command.add_argument("--out", type=Path, default=Path("results.jsonl"))
    command = commands.add_parser("growth", help="measure our search by size")
    command.add_argument("--sizes", type=_counts, default=list(growth.SIZES))
    command.add_argument("--seconds", type=_numbers, default=[10.0, 60.0])
    command.add_argument("--figure", type=Path, help="draw it too, e.g. growth.svg")
    command.set_defaults(call=growth.measure)
    command = commands.add_parser("table", help="print markdown tables of results")
    command.add_argument("results", type=Path)
    command.set_defaults(call=table)
    return parser


def _words(text: str) -> list[str]:
    return text.split(",")


def _counts(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _numbers(text: str) -> list[float]:
    return sorted(float(part) for part in text.split(","))


def _methods(text: str) -> list[str]:
    unknown = set(_words(text)) - set(METHODS)
    if unknown:
        known = ", ".join(METHODS)
        raise argparse.ArgumentTypeError(f"no method {', '.join(sorted(unknown))}; known: {known}")
    return _words(text)


if __name__ == "__main__":
    main()
