"""What routes cost and whether they keep their limits, as the refinement asks it over and over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import schedule, working_seconds

_REMEMBERED = 50_000

Order = tuple[int, ...]


class Evaluator:
    """A problem's routes, each by its car-day and order of tasks; remembers what it worked out.

    Attributes
    ----------
    near
        For every task all tasks, itself first, by the metres between them.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.near = _neighbours(problem)
        self._metres = [table.metres.tolist() for table in problem.tables]
        self._seconds = [table.seconds.tolist() for table in problem.tables]
        self._must = more_than_everything(problem)
        self._costs: dict[tuple[int, Order], float | None] = {}
        self._rooms: dict[tuple[int, Order], tuple[int, int]] = {}

    def solved(self, car_day: int, order: Order) -> SolvedRoute | None:
        """Return a route with its times, None if it breaks a limit or has no stop."""
        times = schedule(self.problem, car_day, order) if order else None
        if times is None:
            return None
        return SolvedRoute(car_day=car_day, tasks=order, schedule=times)

    def price(self, car_day: int, order: Order) -> float | None:
        """Return what a route costs, None if it breaks a limit."""
        if not order:
            return 0.0
        key = (car_day, order)
        if key not in self._costs:
            if len(self._costs) >= _REMEMBERED:
                self._costs.clear()
            route = self.solved(car_day, order)
            self._costs[key] = None if route is None else route_cost(self.problem, route)
        return self._costs[key]

    def cost(self, car_day: int, order: Order) -> float:
        """Return the cost of a route that is known to keep its limits."""
        cost = self.price(car_day, order)
        if cost is None:
            raise AssertionError("a route in the search breaks a limit")
        return cost

    def routes_cost(self, orders: Iterable[Order]) -> float:
        """Return the cost of all routes, given by car-day."""
        return sum(self.cost(c, order) for c, order in enumerate(orders))

    def total(self, orders: Sequence[Order]) -> float:
        """Return the routes' cost and the worth of what they leave out."""
        return self.routes_cost(orders) + sum(self.worth(i) for i in self.missing(orders))

    def worth(self, task: int) -> float:
        """Return a task's prize; of a required one, more than everything else together."""
        given = self.problem.tasks[task]
        return self._must if given.required else given.prize

    def missing(self, orders: Iterable[Order]) -> list[int]:
        """Return the tasks on no route, ascending."""
        served = {i for order in orders for i in order}
        return [i for i in range(len(self.problem.tasks)) if i not in served]

    def mended(self, car_day: int, order: Order) -> Order:
        """Leave out stops, the least worth first, until the route keeps its limits."""
        while self.price(car_day, order) is None:
            shorter = [order[:i] + order[i + 1 :] for i in range(len(order))]
            by_worth = sorted(range(len(order)), key=lambda i: self.worth(order[i]))
            fitting = (i for i in by_worth if self.price(car_day, shorter[i]) is not None)
            order = shorter[next(fitting, by_worth[0])]
        return order

    def pruned(self, car_day: int, order: Order) -> Order:
        """Leave out stops, the least worth their cost first, while that pays."""
        while order:
            cost = self.cost(car_day, order)
            gains = []
            for i, task in enumerate(order):
                shorter = order[:i] + order[i + 1 :]
                left = self.price(car_day, shorter)
                if left is not None:
                    gains.append((cost - left - self.worth(task), shorter))
            gain, shorter = max(gains, default=(0.0, order))
            if gain <= 0:
                break
            order = shorter
        return order

    def metres_out(self, task: int) -> int:
        """Return the metres from the first car-day's depot to a task."""
        start = self.problem.car_days[0].start
        metres: int = self._metres[0][start][self.problem.tasks[task].location]
        return metres

    def may_take(self, car_day: int, order: Order, task: int) -> bool:
        """Tell, without timing anything, whether a car-day could have one more stop."""
        car, tasks = self.problem.car_days[car_day], self.problem.tasks
        if car.day not in tasks[task].windows:
            return False
        if car.max_stops is not None and len(order) >= car.max_stops:
            return False
        out = tasks[task].drop_books + sum(tasks[i].drop_books for i in order)
        home = tasks[task].collect_books + sum(tasks[i].collect_books for i in order)
        return max(out, home) <= car.books

    def detours(self, car_day: int, order: Order, task: int) -> list[int | None]:
        """Return the metres each position in a route would add; None where it cannot be."""
        car = self.problem.car_days[car_day]
        metres, seconds = self._metres[car.table], self._seconds[car.table]
        here = self.problem.tasks[task].location
        metres_on, seconds_on = metres[here], seconds[here]
        room_m, room_s = self._room(car_day, order)
        room_s -= self.problem.tasks[task].service_s
        detours: list[int | None] = []
        for a, b in pairwise(self._places_of(car_day, order)):
            there, on = metres[a][here], metres_on[b]
            direct_m, direct_s = (metres[a][b], seconds[a][b]) if order else (0, 0)
            longer = seconds[a][here] + seconds_on[b] - direct_s
            further = there + on - direct_m
            passable = there >= 0 and on >= 0
            fits = passable and longer <= room_s and further <= room_m
            detours.append(further if fits else None)
        return detours

    def _room(self, car_day: int, order: Order) -> tuple[int, int]:
        """Return the metres and the seconds of work a route has left at most; remembered."""
        key = (car_day, order)
        if key not in self._rooms:
            if len(self._rooms) >= _REMEMBERED:
                self._rooms.clear()
            car = self.problem.car_days[car_day]
            hops = list(pairwise(self._places_of(car_day, order))) if order else []
            metres = sum(self._metres[car.table][a][b] for a, b in hops)
            driving = sum(self._seconds[car.table][a][b] for a, b in hops)
            service = sum(self.problem.tasks[i].service_s for i in order)
            left = working_seconds(car) - driving - service
            self._rooms[key] = (car.max_metres - metres, left)
        return self._rooms[key]

    def _places_of(self, car_day: int, order: Order) -> list[int]:
        car, tasks = self.problem.car_days[car_day], self.problem.tasks
        return [car.start, *(tasks[i].location for i in order), car.end]


def _neighbours(problem: Problem) -> list[list[int]]:
    """Return every task's fellow tasks, itself first, by the metres between them."""
    at = np.array([t.location for t in problem.tasks])
    grid = problem.tables[0].metres[np.ix_(at, at)].astype(float)
    grid[grid < 0] = np.inf
    grid = np.minimum(grid, grid.T)
    np.fill_diagonal(grid, -1.0)
    nearest: list[list[int]] = np.argsort(grid, axis=1, kind="stable").tolist()
    return nearest


def more_than_everything(problem: Problem) -> float:
    """Return more than all routes and all lost prizes together can cost."""
    prizes = (task.prize for task in problem.tasks if not task.required)
    cars = (
        c.fixed_cost + c.cost_km * c.max_metres / 1000 + c.cost_hour * c.max_seconds / 3600
        for c in problem.car_days
    )
    return 1.0 + sum(prizes) + sum(cars)
