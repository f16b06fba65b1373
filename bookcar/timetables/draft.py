"""A timetable while it is searched: which stop is on which car-days, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookcar.optimiser.timing import schedule
from bookcar.planning.store import Stock
from bookcar.timetables.options import CarDays, Option

EASE = 0.05
"""A week or a car is level if its hours differ from its share by no more than this part of it."""

NO_LIMIT = Stock()

MOST_KEPT = 100_000
"""Routes whose times are kept."""


@dataclass(frozen=True)
class Place:
    """Where a visit goes into the route of a car-day, and what that costs, in hours too."""

    car_day: int
    at: int
    cost: float
    hours: float


State = tuple[list[tuple[str, ...]], dict[str, Option], tuple[list[float], list[float]], int]
"""Orders, options, hours by week and by car, and how many stops change their days."""


class Draft:
    """Routes of stops by car-day, and the option of every stop that has one.

    Costs are in the unit of `Vehicle.cost_km`, without those of waits. Weeks and cars have shares
    of all hours by their numbers of car-days.
    """

    def __init__(
        self,
        car_days: CarDays,
        options: Mapping[str, Sequence[Option]],
        stock: Stock = NO_LIMIT,
    ) -> None:
        self.car_days = car_days
        self.stock = stock
        self.options = options
        self.grid = car_days.grid
        self.orders: list[tuple[str, ...]] = [() for _ in self.grid.car_days]
        self.chosen: dict[str, Option] = {}
        days = self.grid.fleet.days
        monday = self.grid.fleet.horizon.monday
        self.week = [(day.date - monday).days // 7 for day in days]
        cars = sorted({day.vehicle.id for day in days})
        self.car = [cars.index(day.vehicle.id) for day in days]
        self.week_hours = [0.0] * (max(self.week, default=0) + 1)
        self.car_hours = [0.0] * len(cars)
        self.week_share = _shares(self.week, len(self.week_hours))
        self.car_share = _shares(self.car, len(cars))
        self.level = self.grid.district.settings.weights.level
        self.seconds = [table.seconds.tolist() for table in self.grid.clock]
        self.metres = [table.metres.tolist() for table in self.grid.clock]
        self.row = {stop: task.location for stop, task in self.grid.tasks.items()}
        self.books = {stop: task.delivers[0] for stop, task in self.grid.tasks.items()}
        self.changed = 0
        self.uneven_now = 0.0
        self._lasts: dict[tuple[int, tuple[str, ...]], int | None] = {}
        self._places: dict[tuple[int, str, tuple[str, ...]], tuple[Place, ...]] = {}

    def late_cost(self, option: Option) -> float:
        """Return the cost of a late first visit, of other days, and of visits that fall away."""
        weight = self.grid.district.settings.weights.overdue_week
        dropped = self.grid.tasks[option.stop].prize * option.pattern.dropped
        return weight * option.pattern.late + self.change_cost(option) + dropped

    def change_cost(self, option: Option) -> float:
        """Return what it costs that people have to be told other days than before."""
        weight = self.grid.district.settings.weights.other_weekday
        return weight * len(option.car_days) if option.changes else 0.0

    def uneven(self) -> float:
        """Return the hours of weeks, and of cars, that are beyond their shares and `EASE`."""
        return self._uneven(self.week_hours, self.car_hours)

    def _uneven(self, week_hours: Sequence[float], car_hours: Sequence[float]) -> float:
        total = sum(week_hours)
        weeks = zip(week_hours, self.week_share, strict=True)
        cars = zip(car_hours, self.car_share, strict=True)
        return sum(
            max(0.0, abs(own - share * total) - EASE * share * total)
            for own, share in (*weeks, *cars)
        )

    def worst_week(self) -> float:
        """Return how far the work of a week is from its share at most, as a part of it."""
        total = sum(self.week_hours)
        pairs = [(o, s * total) for o, s in zip(self.week_hours, self.week_share, strict=True)]
        return max((abs(own - due) / due for own, due in pairs if due), default=0.0)

    def metres_of(self, k: int) -> int:
        """Return the metres of the route of a car-day."""
        return self._totals(k, self.orders[k])[0]

    def hours(self, k: int, order: tuple[str, ...]) -> float:
        """Return the hours of a route, with waits and breaks unless a limit breaks."""
        if not order:
            return 0.0
        lasting = self._lasting(k, order)
        return (self._totals(k, order)[1] if lasting is None else lasting) / 3600

    def _totals(self, k: int, order: Sequence[str]) -> tuple[int, int]:
        car = self.grid.car_days[k]
        seconds, metres = self.seconds[car.table], self.metres[car.table]
        here, driven, worked = car.start, 0, 0
        for stop in order:
            there = self.row[stop]
            driven += metres[here][there]
            worked += seconds[here][there] + self.grid.tasks[stop].service_s
            here = there
        return driven + metres[here][car.end], worked + seconds[here][car.end]

    def fits(self, k: int, order: tuple[str, ...]) -> bool:
        """Tell whether a route keeps every limit on the clock."""
        return self._lasting(k, order) is not None

    def _lasting(self, k: int, order: tuple[str, ...]) -> int | None:
        """Return the seconds from departure until return; None if a limit breaks."""
        key = (k, order)
        if key not in self._lasts:
            if len(self._lasts) > MOST_KEPT:
                self._lasts.clear()
                self._places.clear()
            numbers = self.car_days.numbers
            times = schedule(self.car_days.problem, k, [numbers[stop] for stop in order])
            self._lasts[key] = None if times is None else times.back - times.depart
        return self._lasts[key]

    def places(self, k: int, stop: str) -> tuple[Place, ...]:
        """Return where a visit might go on a car-day, the cheapest first; times are not tried."""
        order = self.orders[k]
        key = (k, stop, order)
        if key not in self._places:
            self._places[key] = self._places_in(k, stop, order)
        return self._places[key]

    def _places_in(self, k: int, stop: str, order: tuple[str, ...]) -> tuple[Place, ...]:
        car = self.grid.car_days[k]
        most_stops, _, most_metres, _ = (*car.most, None, None, None, None)[:4]
        if stop in order or (most_stops is not None and len(order) >= most_stops):
            return ()
        room = car.capacity[0]
        if room is not None and sum(self.books[s] for s in order) + self.books[stop] > room:
            return ()
        seconds, metres = self.seconds[car.table], self.metres[car.table]
        service, new = self.grid.tasks[stop].service_s, self.row[stop]
        driven, worked = self._totals(k, order) if order else (0, 0)
        stations = [car.start, *(self.row[s] for s in order), car.end]
        found = []
        for at in range(len(order) + 1):
            a, b = stations[at], stations[at + 1]
            if min(metres[a][new], metres[new][b]) < 0:
                continue
            direct = (metres[a][b], seconds[a][b]) if order else (0, 0)
            more = metres[a][new] + metres[new][b] - direct[0]
            longer = seconds[a][new] + seconds[new][b] - direct[1] + service
            if worked + longer > car.max_seconds:
                continue
            if most_metres is not None and driven + more > most_metres:
                continue
            cost = car.cost_km * more / 1000 + car.cost_hour * longer / 3600
            cost += 0.0 if order else car.fixed_cost
            found.append(Place(k, at, cost, longer / 3600))
        return tuple(sorted(found, key=lambda place: (place.cost, place.at)))

    def place_for(self, k: int, stop: str) -> Place | None:
        """Return the cheapest place on a car-day with which every limit is kept."""
        order = self.orders[k]
        for place in self.places(k, stop):
            if self.fits(k, (*order[: place.at], stop, *order[place.at :])):
                return place
        return None

    def price(self, option: Option, places: Sequence[Place]) -> float:
        """Return what choosing an option costs a visit, with what it makes uneven and late."""
        cost = sum(place.cost for place in places) + self.late_cost(option)
        if self.level:
            weeks, cars = list(self.week_hours), list(self.car_hours)
            for place in places:
                weeks[self.week[place.car_day]] += place.hours
                cars[self.car[place.car_day]] += place.hours
            after = self._uneven(weeks, cars)
            cost += self.level * (after - self.uneven_now)
        return cost / len(places)

    def put(self, option: Option, orders: Mapping[int, tuple[str, ...]]) -> None:
        """Choose an option with the routes of its car-days as they are with it."""
        for k, order in orders.items():
            self.set_order(k, order)
        self.chosen[option.stop] = option
        self.changed += option.changes

    def remove(self, stop: str) -> None:
        """Take a stop off all its car-days."""
        option = self.chosen.pop(stop)
        self.changed -= option.changes
        for k in option.car_days:
            self.set_order(k, tuple(s for s in self.orders[k] if s != stop))

    def days_of(self, option: Option) -> tuple[int, ...]:
        """Return the days of an option, counted from the first one of the horizon."""
        return tuple(self.grid.car_days[k].day for k in option.car_days)

    def batches_left(self) -> Mapping[str, list[int]]:
        """Return what is left in the store of each pool on each day of the horizon."""
        days = 1 + max(car.day for car in self.grid.car_days)
        chosen = ((stop, self.days_of(option)) for stop, option in self.chosen.items())
        return self.stock.left(chosen, days)

    def snapshot(self) -> State:
        """Return all that a search changes."""
        hours = list(self.week_hours), list(self.car_hours)
        return list(self.orders), dict(self.chosen), hours, self.changed

    def restore(self, state: State) -> None:
        """Go back to what a snapshot has."""
        orders, chosen, (week_hours, car_hours), self.changed = state
        self.orders, self.chosen = list(orders), dict(chosen)
        self.week_hours, self.car_hours = list(week_hours), list(car_hours)

    def set_order(self, k: int, order: tuple[str, ...]) -> None:
        """Change the route of a car-day."""
        more = self.hours(k, order) - self.hours(k, self.orders[k])
        self.week_hours[self.week[k]] += more
        self.car_hours[self.car[k]] += more
        self.orders[k] = order


def _shares(groups: Sequence[int], count: int) -> list[float]:
    return [groups.count(n) / max(1, len(groups)) for n in range(count)]
