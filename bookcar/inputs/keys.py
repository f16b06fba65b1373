"""The keys of district.toml: every one with its parser and default, as data."""

from __future__ import annotations

import datetime as dt
import difflib
import zoneinfo
from collections.abc import Mapping
from typing import Any

import msgspec

from bookcar.inputs import columns as cols
from bookcar.inputs import grids
from bookcar.inputs import rules_cells as cells
from bookcar.inputs import rules_days as days
from bookcar.inputs import rules_times as times
from bookcar.inputs import text as tx
from bookcar.inputs.rules_cells import BadCell
from bookcar.model import (
    BatchSettings,
    CarrierSettings,
    PrintSettings,
    RoadSettings,
    Settings,
    TimetableSettings,
    Weights,
)
from bookcar.phrases import FALLBACK, LANGUAGES

ARRAYS = ("depot", "roads.profile")
COORDINATE_SYSTEMS = ("wgs84", "gcj02", "bd09")

_ROADS, _WEIGHTS, _WEEK = RoadSettings(), Weights(), Settings()
_CARRIERS = CarrierSettings()


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key of district.toml.

    Attributes
    ----------
    parse
        Gives the value in the model's unit from what TOML holds, or raises `BadCell`.
    numeric
        Whether text from a workbook's sheet is to be read as a number first.
    """

    name: str
    parse: cells.Parser
    default: Any = None
    required: bool = False
    numeric: bool = False


def _wrong_type(wanted: str) -> BadCell:
    return BadCell("wrong-type", variant=wanted)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type("text")
    return cells.words(value)


def _label(value: Any) -> str:
    return cells.label(_text(value))


def _number(low: float, high: float, *, scale: float = 1, above: bool = False) -> cells.Parser:
    check = cells.decimal(low, high, scale=scale, above=above)

    def parse(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong_type("number")
        return check(repr(value))

    return parse


def _whole(low: int, high: int) -> cells.Parser:
    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong_type("whole")
        cells.within(value, low, high)
        return value

    return parse


def _flag(value: Any) -> bool:
    if isinstance(value, str):  # as a workbook may have it
        return bool(cols.choices(cols.YES_WORDS)(value) == "yes")
    if not isinstance(value, bool):
        raise _wrong_type("flag")
    return value


def _time(value: Any) -> int:
    if isinstance(value, dt.time):
        return value.hour * 3600 + value.minute * 60
    if not isinstance(value, str):
        raise _wrong_type("time")
    return times.time(value)


def _times(value: Any) -> tuple[int, ...]:
    return times.times(value) if isinstance(value, str) else (_time(value),)


def _list(value: Any, wanted: str) -> list[str]:
    if isinstance(value, str):
        return [value] if tx.plain(value) else []
    if not isinstance(value, list):
        raise _wrong_type(wanted)
    return [str(item) for item in value]


def _weekdays(value: Any) -> tuple[int, ...]:
    named = _list(value, "weekdays")
    return tuple(sorted({day for name in named for day in days.weekdays(name)}))


def _dates(value: Any) -> frozenset[dt.date]:
    named = _list(value, "dates")
    return frozenset(cells.date(word) for text in named for word in tx.words(_one_day(text)))


def _one_day(text: str) -> str:
    return text.removesuffix(" 00:00:00")


def _kinds(value: Any) -> tuple[str, ...]:
    named = _list(value, "kinds")
    kind = cols.tables()["stops"].columns["kind"].parse
    return tuple(dict.fromkeys(kind(word) for text in named for word in tx.words(text)))


def _choice(*words: str) -> cells.Parser:
    check = cells.choice({tx.key(w): w for w in words}, rule="bad-choice", show=", ".join(words))
    return lambda value: check(_text(value))


def _coordinates(value: Any) -> str:
    """Read the system of coordinates: a word, or a code of the EPSG register."""
    text = _text(value)
    return grids.code_of(text) or str(_choice(*COORDINATE_SYSTEMS, "EPSG:27700")(text))


def _time_zone(value: Any) -> str:
    name = _text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        near = difflib.get_close_matches(name, sorted(zoneinfo.available_timezones()), n=1)
        raise BadCell("unknown-time-zone", near=near[0] if near else "Asia/Shanghai") from None
    return name


def _key(name: str, parse: cells.Parser, default: Any = None, **more: Any) -> Key:
    return Key(name=name, parse=parse, default=default, **more)


def _figure(name: str, parse: cells.Parser, default: Any = None) -> Key:
    return Key(name=name, parse=parse, default=default, numeric=True)


_MINUTES = _number(0, 1_440, scale=60)
_LON, _LAT = _number(-180, 180), _number(-90, 90)
_WORTH = _number(0, 1_000_000)

_KEYS = (
    _key("name", _text, required=True),
    _key("name_en", _text, ""),
    _key("language", _choice(*LANGUAGES), FALLBACK),
    _key("time_zone", _time_zone, "UTC"),
    _key("coordinates", _coordinates, "wgs84"),
    _key("dispatch_phone", _text, ""),
    _figure("bounds.west", _LON),
    _figure("bounds.south", _LAT),
    _figure("bounds.east", _LON),
    _figure("bounds.north", _LAT),
    _key("week.days", _weekdays, _WEEK.weekdays),
    _key("week.starts", _time, 8 * 3600),
    _key("week.ends", _time, 17 * 3600),
    _figure("week.break_min", _MINUTES, 0),
    _figure("week.break_after_h", _number(0, 24, scale=3600, above=True), 14_400),
    _key("week.break_rule", _choice("work", "driving"), _WEEK.break_rule),
    _figure("week.buffer_min", _MINUTES, _WEEK.buffer_s),
    _figure("week.service_min", _MINUTES, 1_200),
    _figure("week.late_min", _MINUTES, 0),
    _figure("week.every_weeks", _whole(1, 520), 4),
    _key("week.opens", _times, (0,)),
    _key("week.closes", _times, (86_400,)),
    _key("week.holidays", _dates, frozenset()),
    _key("roads.extract", _text, ""),
    _key("roads.matrix", _text, ""),
    _key("roads.heights", _text, ""),
    _figure("roads.max_snap_m", _whole(1, 100_000), _ROADS.max_snap_m),
    _key("roads.ferries", _flag, _ROADS.ferries),
    _key("roads.driving_side", _choice("left", "right"), _ROADS.driving_side),
    _figure("roads.detour", _number(1, 20), _ROADS.detour),
    _figure("roads.speed_kmh", _number(0, 200, above=True), _ROADS.speed_kmh),
    _key("maps.tiles", _text, ""),
    _key("maps.tiles_credit", _text, ""),
    _figure("batches.no_repeat_months", _whole(0, 1_200), BatchSettings().no_repeat_months),
    _key("batches.rotate", _kinds, BatchSettings().rotate),
    _key(
        "batches.when_seen_all",
        _choice("oldest", "no-books"),
        BatchSettings().when_seen_all,
    ),
    _key("batches.hand_on", _flag, BatchSettings().hand_on),
    _figure("weights.stop", _WORTH, _WEIGHTS.stop),
    _figure("weights.priority", _WORTH, _WEIGHTS.priority),
    _figure("weights.overdue_week", _WORTH, _WEIGHTS.overdue_week),
    _figure("weights.people", _WORTH, _WEIGHTS.people),
    _figure("weights.other_weekday", _WORTH, _WEIGHTS.other_weekday),
    _figure("weights.other_driver", _WORTH, _WEIGHTS.other_driver),
    _figure("weights.changed_visit", _WORTH, _WEIGHTS.changed_visit),
    _figure("weights.promise", _WORTH, _WEIGHTS.promise),
    _figure("weights.balance_hour", _WORTH, _WEIGHTS.balance_hour),
    _figure("weights.car_day", _WORTH, _WEIGHTS.car_day),
    _figure("weights.level", _WORTH, _WEIGHTS.level),
    _figure("weights.level_days", _WORTH, _WEIGHTS.level_days),
    _figure("timetable.same_time_min", _MINUTES, TimetableSettings().same_time_s),
    _key("timetable.within_stock", _flag, TimetableSettings().within_stock),
    _key("timetable.hold_back", _flag, TimetableSettings().hold_back),
    _figure("carriers.load_factor", _number(0.25, 1), _CARRIERS.load_factor),
    _figure("carriers.rest_min", _MINUTES, _CARRIERS.rest_s),
    _figure("carriers.handover_min", _MINUTES, _CARRIERS.handover_s),
    _figure("carriers.handling_min", _MINUTES, _CARRIERS.handling_s),
    _key("carriers.again", _flag, _CARRIERS.again),
    _key("print.paper", _choice("a4", "letter"), PrintSettings().paper),
    _key("print.clock", _choice("24h", "12h"), PrintSettings().clock),
)
_IN_ARRAYS = (
    _key("depot.id", _label, required=True),
    _key("depot.name", _text, required=True),
    _key("depot.name_en", _text, ""),
    Key(name="depot.lon", parse=_number(-1e6, 1e6), required=True, numeric=True),
    Key(name="depot.lat", parse=_number(-1e6, 1e6), required=True, numeric=True),
    _key("depot.phone", _text, ""),
    _key("depot.opens", _times, (0,)),
    _key("depot.closes", _times, (86_400,)),
    _key("roads.profile.name", _text, required=True),
    _figure("roads.profile.width_m", _number(0, 20, above=True)),
    _figure("roads.profile.height_m", _number(0, 20, above=True)),
    _figure("roads.profile.weight_t", _number(0, 100, above=True)),
    _figure("roads.profile.length_m", _number(0, 50, above=True)),
    _figure("roads.profile.axle_t", _number(0, 50, above=True)),
    _key("roads.profile.lorry", _flag, False),
)
KEYS: Mapping[str, Key] = {key.name: key for key in (*_KEYS, *_IN_ARRAYS)}


def defaults() -> dict[str, Any]:
    """Return the default of every key outside the arrays."""
    return {key.name: key.default for key in _KEYS}
