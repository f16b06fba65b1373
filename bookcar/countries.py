"""Which country a district lies in, by its time zone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

_OF_LANGUAGE = {"zh": "CN"}


def country_of(zone: str, language: str = "") -> str:
    """Return the ISO 3166 code of a district's country; empty where nothing tells it.

    Where the time zone is of no country, like UTC, a language that bookcar has for one country only
    tells it.
    """
    return _countries().get(zone) or _OF_LANGUAGE.get(language, "")


@cache
def _countries() -> Mapping[str, str]:
    """Return the country of each zone, from the table of the tz database."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
