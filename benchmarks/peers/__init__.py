"""One adapter per method: a problem, budgets in wall seconds and a seed in, routes out.

The clock of a method starts when its adapter is called and so includes building its model; what is
imported or compiled once on a machine is not counted for anyone (`prepare`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from benchmarks.peers.answer import Answer
from bookcar.optimiser.problem import Problem

Adapter = Callable[[Problem, Sequence[float], int], list[Answer]]


@dataclass(frozen=True, kw_only=True)
class Method:
    """A method by the module that adapts it.

    ``seeded`` tells whether another seed gives another run; ``kinds`` what instances it can model.
    """

    name: str
    seeded: bool = True
    kinds: tuple[str, ...] = ("cvrp", "vrptw", "vrpspd", "weeks")

    def module(self) -> ModuleType:
        """Import the adapter, and with it the method's library."""
        return import_module(f"benchmarks.peers.{self.name}")


METHODS = {
    method.name: method
    for method in (
        Method(name="ours"),
        Method(name="pyvrp"),
        Method(name="vroom", seeded=False),
        Method(name="ortools", seeded=False),
        Method(name="hgs", kinds=("cvrp",)),
    )
}
