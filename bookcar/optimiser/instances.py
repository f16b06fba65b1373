"""Benchmark instances of the literature as problems.

CVRP, VRPTW and VRPSPD in VRPLIB's format; PVRP and MDVRP in Cordeau's, see `periodic`.
All cars are alike, every stop is required, and only distance costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from bookcar.errors import MissingToolError
from bookcar.optimiser.periodic import InstanceError, is_periodic, read_periodic
from bookcar.optimiser.problem import CarDay, Problem, Task, TravelTable

KINDS = ("CVRP", "VRPTW", "VRPSPD")

Rounding = Literal["nearest", "tenths", "none"]

_ENDLESS = 2**30


@dataclass(frozen=True, kw_only=True)
class _Demands:
    """Per location, the depot first: loads, service and window."""

    drops: list[int]
    collects: list[int]
    services: list[int]
    windows: list[tuple[int, int]]


def read_instance(path: Path, *, rounding: Rounding | None = None, unit: float = 1.0) -> Problem:
    """Read an instance; cost of the problem is distance in the instance's own units.

    A file that begins as Cordeau's do is read by `periodic.read_periodic`, unrounded.

    Parameters
    ----------
    rounding
        Of Euclidean distances: to the ``nearest`` integer (the X instances), down to ``tenths``
        (the DIMACS rule for time windows), or ``none`` (for tables of integers). By default what
        is usual for the type.
    unit
        What a published cost of 1 is in the table's numbers.

    Raises
    ------
    MissingToolError
        Without the package ``vrplib``, which only benchmarks need.
    InstanceError
        If the file cannot be read or is none of `KINDS`.
    """
    if is_periodic(path):
        return read_periodic(path)
    data = _read(path)
    rounding = rounding or ("tenths" if data["type"] == "VRPTW" else "nearest")
    fine = 10 if rounding == "tenths" else 1
    try:
        distances = _rounded(np.asarray(data["edge_weight"], dtype=np.float64), rounding)
        return _problem(data, distances, _asks(data, fine), unit * fine)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise InstanceError(
            f"{path}: a section is missing or does not fit the others ({error!r}); compare it with "
            "a file of CVRPLIB."
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        import vrplib  # noqa: PLC0415  (only benchmarks need it)
    except ImportError as error:
        raise MissingToolError(
            "Benchmark files are read by the package vrplib: pip install vrplib"
        ) from error
    try:
        data: dict[str, Any] = vrplib.read_instance(path)
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror}.") from error
    except Exception as error:  # whatever its parsers stumble on, the file is at fault
        raise InstanceError(f"{path}: not a file in VRPLIB's format ({error!r}).") from error
    data["type"] = str(data.get("type", "")).strip() or "CVRP"
    if data["type"] not in KINDS:
        raise InstanceError(f"{path}: type {data['type']!r} is not one of {', '.join(KINDS)}.")
    return data


def _rounded(distances: npt.NDArray[np.float64], rounding: Rounding) -> npt.NDArray[np.int32]:
    if rounding == "tenths":
        return np.floor(distances * 10 + 1e-9).astype(np.int32)
    return np.rint(distances).astype(np.int32)


def _asks(data: dict[str, Any], fine: int) -> _Demands:
    count = len(data["edge_weight"])
    if "pickup_and_delivery" in data:
        table = np.asarray(data["pickup_and_delivery"]).astype(int)
        collects, drops = table[:, 4].tolist(), table[:, 5].tolist()
    else:
        drops, collects = np.asarray(data["demand"]).astype(int).tolist(), [0] * count
    services = np.broadcast_to(data.get("service_time", 0), (count,)).astype(int) * fine
    windows = [(0, _ENDLESS)] * count
    if "time_window" in data:
        spans = np.asarray(data["time_window"]).astype(int) * fine
        windows = [(int(first), int(last)) for first, last in spans]
    return _Demands(drops=drops, collects=collects, services=services.tolist(), windows=windows)


def _problem(
    data: dict[str, Any], distances: npt.NDArray[np.int32], demands: _Demands, unit: float
) -> Problem:
    count = len(distances)
    cars = int(data.get("vehicles", count - 1)) if data["type"] == "VRPTW" else count - 1
    opens, closes = demands.windows[0]
    car = CarDay(
        day=0,
        table=0,
        start=0,
        end=0,
        starts=opens,
        ends=closes,
        max_seconds=closes - opens,
        capacity=(int(data["capacity"]),),
        cost_km=1000 / unit,
    )
    everyone = tuple(range(cars))
    tasks = tuple(
        Task(
            location=place,
            prize=0.0,
            required=True,
            service_s=demands.services[place],
            windows={0: (_service_span(demands, place),)},
            car_days=everyone,
            delivers=(demands.drops[place],),
            collects=(demands.collects[place],),
        )
        for place in range(1, count)
    )
    timed = "time_window" in data
    table = TravelTable(seconds=distances if timed else np.zeros_like(distances), metres=distances)
    return Problem(tables=(table,), tasks=tasks, car_days=(car,) * cars)


def _service_span(demands: _Demands, place: int) -> tuple[int, int]:
    """Return a window in which the whole service lies; the literature's is for its beginning."""
    first, last = demands.windows[place]
    return first, min(last + demands.services[place], _ENDLESS)
