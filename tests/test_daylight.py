"""When it is light, held to the almanac of the US Naval Observatory and to the poles."""

from __future__ import annotations

import datetime as dt

import pytest

from bookcar.daylight import daylight


@pytest.mark.parametrize(
    ("place", "zone", "date", "light"),
    [
        ((-0.1276, 51.5072), "Europe/London", dt.date(2026, 6, 21), "03:56 22:09"),
        ((-0.1276, 51.5072), "Europe/London", dt.date(2026, 12, 21), "07:24 16:33"),
        ((-77.0369, 38.9072), "America/New_York", dt.date(2026, 3, 20), "06:44 19:46"),
    ],
)
def test_dawn_and_dusk_are_those_of_an_almanac(
    place: tuple[float, float], zone: str, date: dt.date, light: str
) -> None:
    """Civil twilight, to two minutes: published figures are rounded, and years differ by one."""
    begins, ends = daylight(*place, date, zone)
    dawn, dusk = light.split()
    assert abs(begins - _seconds(dawn)) <= 120
    assert abs(ends - _seconds(dusk)) <= 120
    assert begins % 60 == ends % 60 == 0


def _seconds(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3_600 + int(minutes) * 60


def test_beyond_the_polar_circle_it_is_light_all_day_or_never() -> None:
    assert daylight(25.7, 71.0, dt.date(2026, 6, 21), "Europe/Oslo") == (0, 86_400)
    assert daylight(15.6, 78.2, dt.date(2026, 12, 21), "Europe/Oslo") == (0, 0)


def test_days_are_longer_in_summer() -> None:
    winter, summer = (
        daylight(1.57, 42.5, dt.date(2026, month, 21), "Europe/Andorra") for month in (12, 6)
    )
    assert summer[1] - summer[0] > winter[1] - winter[0] + 5 * 3_600
