"""The tables of a district: every column with its names, parser and default, as data."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import msgspec

from bookcar.inputs import rules_cells as cells
from bookcar.inputs import rules_day_months as day_months
from bookcar.inputs import rules_days as days
from bookcar.inputs import rules_degrees
from bookcar.inputs import rules_times as times
from bookcar.inputs import text as tx
from bookcar.inputs.isbns import isbn
from bookcar.inputs.rules_cells import BadCell, Noted
from bookcar.inputs.rules_dates import Does, does, every
from bookcar.model import KINDS, Kind
from bookcar.phrases import FALLBACK, LANGUAGES, Phrases
from bookcar.phrases import aliases as known_as

_MILLION = 1_000_000
_DEGREES = ("lon", "lat")

_WORDS: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
    (resources.files(__package__) / "words.toml").read_text("utf-8")
)
KIND_WORDS = {kind: tuple(words) for kind, words in _WORDS["kind"].items()}
YES_WORDS = {answer: tuple(words) for answer, words in _WORDS["yes"].items()}
ACCESS_WORDS = {way: tuple(words) for way, words in _WORDS["access"].items()}
KERB_WORDS: Mapping[str, tuple[str, ...]] = {
    "any": ("均可", "不限", "两侧", "either", "both"),
    "side": ("同侧", "本侧", "same", "same side", "curb"),
}
ACTION_WORDS: Mapping[str, tuple[str, ...]] = {
    "dropped": ("送", "送达", "送出", "放下", "投放", "留下", "drop"),
    "collected": ("收", "收回", "取回", "收走", "带回", "collect"),
}
VISIT_WORDS: Mapping[str, tuple[str, ...]] = {
    "done": ("完成", "已完成", "已到", "已服务", "ok"),
    "missed": ("未到", "未完成", "取消", "错过", "未服务"),
}
REQUEST_WORDS: Mapping[str, tuple[str, ...]] = {
    "open": ("待送", "未送", "待处理", "待办", "未完成"),
    "ready": ("已备", "备好", "已备好"),
    "brought": ("已送", "已送达", "完成", "已完成", "done"),
    "returned": ("已还", "归还", "已归还"),
    "cancelled": ("取消", "已取消", "撤销", "canceled", "withdrawn"),
}
REQUEST_KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "title": ("点书", "图书", "预约", "wish"),
    "reward": ("奖品", "奖励", "赠书", "prize"),
    "bought": ("新购", "购书", "荐购", "purchase"),
}
WHAT_WORDS: Mapping[str, tuple[str, ...]] = {
    "holiday": ("节假日", "假日", "节日", "public holiday", "bank holiday"),
    "school holiday": ("学校放假", "寒假", "暑假", "school holidays"),
    "rest": ("暂停服务", "休整", "停止服务", "service rest"),
    "car off": ("车辆停驶", "停驶", "停车检修", "vehicle off"),
    "shut": ("站点关闭", "停业", "关闭", "closed"),
}
PROMISE_WORDS: Mapping[str, tuple[str, ...]] = {
    "promised": ("已公布", "公布", "承诺", "published"),
    "moved": ("改期", "已改期", "调整", "rescheduled"),
    "cancelled": ("取消", "已取消", "停开", "canceled"),
}

ORDER_WORDS: Mapping[str, tuple[str, ...]] = {
    "free": ("自由", "不限", "any"),
    "ring": ("环线", "轮转", "循环", "依次", "fixed", "cycle"),
}
KEEP_WORDS: Mapping[str, tuple[str, ...]] = {
    "route": ("整条路线", "路线", "整条"),
    "start": ("开头", "起始", "已出车"),
    "first": ("先到", "未出车"),
    "visit": ("站点", "仅此站"),
}


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a table.

    Attributes
    ----------
    name
        As `docs/inputs.md` has it.
    parse
        Gives the value in the model's unit, or raises `rules_cells.BadCell`.
    field
        Field of the model it fills; None where several columns make one field.
    default
        Value of an empty cell; a table's defaults in district.toml come before it.
    required
        The column must be there and every row must fill it.
    may_be_empty
        It must be there, but a row need not fill it.
    comma_decimal
        Whether ``0,5`` in a semicolon-separated file means 0.5 here.
    settle
        Makes of the parser the column's own, which knows all its cells.
    """

    name: str
    parse: cells.Parser
    field: str | None
    default: Any = None
    required: bool = False
    may_be_empty: bool = False
    comma_decimal: bool = False
    settle: Callable[[cells.Parser, Sequence[str]], cells.Parser] | None = None

    @property
    def grouped(self) -> bool:
        """Whether its numbers may be so large that people part their thousands."""
        return self.comma_decimal and self.name not in _DEGREES


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table: its columns by name, and every name the table and a column may have."""

    name: str
    columns: Mapping[str, Column]
    names: frozenset[str]
    aliases: Mapping[str, str]

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        return tuple(c.name for c in self.columns.values() if c.required)


def choices(words: Mapping[str, tuple[str, ...]], *, rule: str = "bad-choice") -> cells.Parser:
    """Return a parser of a word from a vocabulary, by any of its names."""
    names = {tx.key(name): word for word, also in words.items() for name in (word, *also)}
    show = ", ".join(f"{word} ({also[0]})" for word, also in words.items())
    return cells.choice(names, rule=rule, show=show)


_known_kind = choices({kind: KIND_WORDS[kind] for kind in KINDS}, rule="unknown-kind")


_MISSPELT = 0.8


def _kind(text: str) -> Any:
    """Read a kind; one that nobody knows, and that is no misspelt one, counts as other."""
    try:
        return _known_kind(text)
    except BadCell as bad:
        if difflib.get_close_matches(tx.key(text), KIND_NAMES, n=1, cutoff=_MISSPELT):
            raise
        return Noted("other", BadCell("unknown-kind", variant="kept", words=bad.figures["words"]))


KIND_NAMES: Mapping[str, Kind] = {
    tx.key(name): kind for kind in KINDS for name in (kind, *KIND_WORDS[kind])
}
_choice_of_yes = choices(YES_WORDS)


def _yes(text: str) -> bool:
    return bool(_choice_of_yes(text) == "yes")


def _column(
    name: str, parse: cells.Parser, default: Any = None, *, field: str | None = "", **more: Any
) -> Column:
    return Column(
        name=name, parse=parse, default=default, field=name if field == "" else field, **more
    )


def _needed(
    name: str, parse: cells.Parser, *, default: Any = None, field: str | None = "", **more: Any
) -> Column:
    return _column(name, parse, default, field=field, required=True, **more)


def _count(
    name: str, parse: cells.Parser, default: Any = None, *, field: str | None = ""
) -> Column:
    return _column(name, parse, default, field=field, comma_decimal=True)


def _date(cell: str) -> Any:
    return day_months.read_date(cell) or cells.date(cell)


def _day(name: str, *, needed: bool = False, **more: Any) -> Column:
    return _column(name, _date, settle=day_months.settled, required=needed, **more)


def _time(
    name: str,
    default: Any = None,
    *,
    parse: cells.Parser = times.time,
    field: str | None = "",
) -> Column:
    return _column(name, parse, default, field=field, settle=times.settled)


_MINUTES = cells.decimal(0, 1_440, scale=60)
_HOURS = cells.decimal(0, 24, scale=3600, above=True)

_STOPS = (
    _needed("id", cells.label),
    _needed("name", cells.words),
    _column("name_en", cells.words, ""),
    _needed("kind", _kind),
    _needed("lon", rules_degrees.degrees("lon"), comma_decimal=True),
    _needed("lat", rules_degrees.degrees("lat"), comma_decimal=True),
    _column("area", cells.words, ""),
    _count("people", cells.whole(0, 100 * _MILLION), 0),
    _needed("books", cells.whole(0), comma_decimal=True),
    _column("mix", cells.shares, MappingProxyType({}), comma_decimal=True),
    _count("every_weeks", cells.whole(1, 520), 4),
    _day("first_visit", field=None),
    _column("every", every, field=None),
    _column("school_days", _yes, False),
    _count("visits_a_week", cells.whole(1, 2), 1),
    _count("days_between", cells.whole(1, 6), 2),
    _column("days", days.days, ((), ()), field=None),
    _time("opens", (0,), parse=times.times, field=None),
    _time("closes", (86_400,), parse=times.times, field=None),
    _time("arrive", field=None),
    _time("leave", field=None),
    _count("service_min", _MINUTES, 1_200, field="service_s"),
    _count("priority", cells.whole(0, 9), 0),
    _column("required", _yes, False),
    _column("access", choices(ACCESS_WORDS), "road"),
    _column("kerb", choices(KERB_WORDS), "any"),
    _column("vehicles", cells.labels, ()),
    _column("carrier", cells.labels, (), field=None),
    _column("public", _yes),
    _column("pool", cells.label, ""),
    _column("contact", cells.prose, ""),
    _column("phone", cells.digits, ""),
    _column("landmark", cells.prose, ""),
    _column("note", cells.prose, ""),
)
_VEHICLES = (
    _needed("id", cells.label),
    _column("name", cells.words, ""),
    _column("driver", cells.words, ""),
    _column("phone", cells.digits, ""),
    _column("depot", cells.label),
    _needed("books", cells.whole(1), comma_decimal=True),
    _count("kg", cells.kilograms(1, _MILLION)),
    _needed(
        "max_km",
        cells.decimal(0, 5_000, scale=1000, above=True),
        field="max_metres",
        comma_decimal=True,
    ),
    _needed("max_hours", _HOURS, field="max_seconds", comma_decimal=True),
    _time("starts", 8 * 3600),
    _time("ends", 17 * 3600),
    _column("days", days.weekdays, (0, 1, 2, 3, 4), field="weekdays"),
    _count("break_min", _MINUTES, 0, field="break_s"),
    _count("break_after_h", _HOURS, 14_400, field="break_after_s"),
    _count("speed_factor", cells.decimal(0, 5, above=True), 1.0),
    _count("max_stops", cells.whole(1, 1_000)),
    _count("max_driving_min", cells.decimal(0, 1_440, scale=60, above=True), field="max_driving_s"),
    _count("reloads", cells.whole(0, 9), 0),
    _count("reload_min", _MINUTES, 1_200, field="reload_s"),
    _column("reload_at", cells.labels, ()),
    _column("profile", cells.words, "car"),
    _count("fixed_cost", cells.decimal(0, _MILLION), 0.0),
    _count("cost_km", cells.decimal(0, _MILLION), 1.0),
    _count("cost_hour", cells.decimal(0, _MILLION), 0.0),
)
_BATCHES = (
    _needed("id", cells.label),
    _needed("books", cells.whole(1), comma_decimal=True),
    _count("kg", cells.kilograms(0, _MILLION)),
    _count("crates", cells.whole(0, 10_000), 1),
    _column("audience", cells.words, ""),
    _column("mix", cells.shares, MappingProxyType({}), comma_decimal=True),
    _column("at", cells.label),
    _day("since"),
    _column("titles", cells.words, ""),
    _column("pool", cells.label, ""),
    _column("mended", cells.date),
)
_POOLS = (
    _needed("id", cells.label),
    _column("name", cells.words, ""),
    _needed("for", cells.labels, field=None),
    _count("weeks", cells.whole(1, 520)),
    _column("order", choices(ORDER_WORDS), "free"),
    _count("no_repeat_months", cells.whole(0, 1_200)),
    _count("reserve", cells.whole(0, _MILLION), 0),
    _count("mend_after", cells.whole(1, _MILLION)),
)
_CARRIERS = (
    _needed("id", cells.label),
    _column("name", cells.words, ""),
    _column("phone", cells.digits, ""),
    _column("at", cells.label, ""),
    _column("lon", rules_degrees.degrees("lon"), field=None, comma_decimal=True),
    _column("lat", rules_degrees.degrees("lat"), field=None, comma_decimal=True),
    _count("kg", cells.kilograms(1, 100), 20),
    _count("km", cells.decimal(0, 100, scale=1000, above=True), 10_000, field="metres"),
    _column("days", days.weekdays, (0, 1, 2, 3, 4), field="weekdays"),
    _time("starts", 8 * 3600),
    _time("ends", 17 * 3600),
    _needed("serves", cells.labels, field=None),
)
_VISITS = (
    _day("date", needed=True),
    _needed("stop", cells.label),
    _column("vehicle", cells.label, ""),
    _column("batch", cells.label, ""),
    _column("action", choices(ACTION_WORDS), ""),
    _count("books", cells.whole(0), 0),
    _column("status", choices(VISIT_WORDS), "done"),
    _column("note", cells.prose, ""),
    _column("depot", cells.label, ""),
    _time("arrive"),
    _time("leave"),
    _count("readers", cells.whole(0)),
    _count("loans", cells.whole(0)),
    _count("new_cards", cells.whole(0)),
    _count("km", cells.decimal(0, 5_000, scale=1000), field="day_metres"),
    _column("who", cells.words, ""),
)
_REQUESTS = (
    _needed("id", cells.label),
    _day("date", needed=True),
    _needed("stop", cells.label),
    _needed("title", cells.words),
    _column("isbn", isbn, ""),
    _column("reader", cells.words, ""),
    _day("wanted_by"),
    _column("status", choices(REQUEST_WORDS), "open"),
    _column("kind", choices(REQUEST_KIND_WORDS), "title"),
    _column("batch", cells.label, ""),
    _column("copy", cells.label, ""),
)
_CLOSURES = (
    _day("from", needed=True, field="first"),
    _day("to", needed=True, field="last"),
    _column("ways", cells.way_ids, ()),
    _column("shape", cells.label, "", field="shape_name"),
    _column("note", cells.prose, ""),
)
_CALENDAR = (
    _day("from", needed=True, field="first"),
    _day("to", field=None),
    _needed("what", choices(WHAT_WORDS)),
    _column("applies", cells.labels, (), field=None),
    _column("does", does, Does(), field=None),
    _column("note", cells.prose, ""),
)
_TIMETABLE = (
    _needed("stop", cells.label),
    _day("date", needed=True),
    _column("vehicle", cells.label, ""),
    _time("arrive"),
    _time("leave"),
    _column("status", choices(PROMISE_WORDS), "promised"),
    _day("was"),
    _day("told"),
    _column("note", cells.prose, ""),
)
_CAMPAIGNS = (
    _needed("id", cells.label),
    _column("name", cells.words, ""),
    _needed("from", cells.date, field="first"),
    _needed("to", cells.date, field="last"),
    _needed("stops", cells.labels, field=None),
    _count("books", cells.whole(0)),
    _column("pool", cells.label, ""),
)
_EVENTS = (
    _needed("id", cells.label),
    _column("name", cells.words, ""),
    _column("name_en", cells.words, ""),
    _column("place", cells.label, ""),
    _column("lon", rules_degrees.degrees("lon"), field=None, comma_decimal=True),
    _column("lat", rules_degrees.degrees("lat"), field=None, comma_decimal=True),
    _day("from", needed=True, field="first"),
    _day("to", needed=True, field="last"),
    _time("opens"),
    _time("closes"),
    _needed("books", cells.whole(1), comma_decimal=True),
    _column("pool", cells.labels, (), field="pools"),
    _day("bring_from"),
    _day("bring_by"),
    _day("fetch_from"),
    _day("fetch_by"),
    _column("stays", cells.labels, (), field=None),
    _count("service_min", _MINUTES, 1_200, field=None),
    _column("contact", cells.prose, "", field=None),
    _column("phone", cells.digits, "", field=None),
    _column("landmark", cells.prose, "", field=None),
    _column("note", cells.prose, ""),
)
_TITLES = (
    _needed("title", cells.words),
    _column("author", cells.words, ""),
    _column("isbn", isbn, ""),
    _column("call_number", cells.words, ""),
    _column("barcode", cells.label, ""),
    _count("copies", cells.whole(1, 10_000), 1),
)
_ITEMS = (
    _needed("barcode", cells.label, default="", may_be_empty=True),
    _needed("title", cells.words),
    _column("author", cells.words, ""),
    _column("isbn", isbn, ""),
    _column("call_number", cells.words, ""),
    _column("class", cells.words, "", field="number"),
    _column("place", cells.words, ""),
)
_KOHA_ROTAS = (
    _needed("rota_id", cells.label),
    _needed("title", cells.words),
    _column("cyclical", _yes, default=False),
    _column("active", _yes, default=True),
)
_KOHA_STAGES = (
    _needed("stage_id", cells.label),
    _needed("position", cells.whole(0)),
    _needed("rota_id", cells.label),
    _needed("branchcode_id", cells.label),
    _needed("duration", cells.whole(1, 3_650)),
)
_KOHA_ITEMS = (
    _needed("barcode", cells.label),
    _needed("stage_id", cells.label),
    _column("fresh", _yes, default=False),
)
_OVERRIDES = (
    _column("plan", cells.label, ""),
    _day("date", needed=True, may_be_empty=True),
    _needed("vehicle", cells.label, default="", may_be_empty=True),
    _needed("position", cells.whole(1), may_be_empty=True),
    _needed("stop", cells.label),
    _column("keep", choices(KEEP_WORDS), "route"),
)
_COLUMNS = {
    "stops": _STOPS,
    "vehicles": _VEHICLES,
    "batches": _BATCHES,
    "visits": _VISITS,
    "requests": _REQUESTS,
    "closures": _CLOSURES,
    "calendar": _CALENDAR,
    "timetable": _TIMETABLE,
    "campaigns": _CAMPAIGNS,
    "events": _EVENTS,
    "pools": _POOLS,
    "carriers": _CARRIERS,
}
# Not tables of the district: a cell of a table or the command line names their files.
_LIST_COLUMNS = {
    "titles": _TITLES,
    "overrides": _OVERRIDES,
    "items": _ITEMS,
    "koha_rotas": _KOHA_ROTAS,
    "koha_stages": _KOHA_STAGES,
    "koha_items": _KOHA_ITEMS,
}
_MARKS = ("", "(必填)", "(选填)", "(可选)", "(required)", "(optional)")
REQUIRED_TABLES = ("stops", "vehicles")


@cache
def names() -> dict[str, Any]:
    """Return ``columns.toml``: further names of tables, and the units of columns."""
    return tomllib.loads((resources.files(__package__) / "columns.toml").read_text("utf-8"))


@cache
def tables() -> dict[str, Table]:
    """Return all tables by name, in the order in which they are read."""
    return {name: _table(name, columns) for name, columns in _COLUMNS.items()}


@cache
def lists() -> dict[str, Table]:
    """Return what a file may hold that is no table of the district, by name."""
    return {name: _table(name, columns) for name, columns in _LIST_COLUMNS.items()}


def any_table(name: str) -> Table:
    """Return a table or list by its name."""
    return (tables() | lists())[name]


def headings(table: str, column: str) -> tuple[str, ...]:
    """Return what a column is called in a starter, in every language that has a word of its own."""
    every = (Phrases(language)(f"columns.{table}.{column}.heading") for language in LANGUAGES)
    return tuple(heading for heading in every if heading != column)


def further(table: str, column: str) -> tuple[str, ...]:
    """Return what else a column may be called, in every language; English comes last."""
    languages = sorted(LANGUAGES, key=lambda language: language == FALLBACK)
    return tuple(word for one in languages for word in known_as(one)[f"{table}.{column}"])


def _units(table: str, column: str) -> list[str]:
    """Return the units that may follow a column's name, in brackets."""
    own: list[str] = names()[table].get(column, {}).get("units", [])
    return own or names()["units"].get(column.rpartition("_")[2], [])


def _table(name: str, columns: tuple[Column, ...]) -> Table:
    aliases: dict[str, str] = {}
    for column in columns:
        spellings = (column.name, *headings(name, column.name), *further(name, column.name))
        units = [*_MARKS, *(f"({unit})" for unit in _units(name, column.name))]
        aliases |= {tx.key(s + unit): column.name for s in spellings for unit in units}
    return Table(
        name=name,
        columns={column.name: column for column in columns},
        names=frozenset(tx.key(n) for n in (name, *names()[name].get("names", ()))),
        aliases=aliases,
    )


@cache
def table_of(name: str) -> str | None:
    """Return the table a file or sheet name stands for, or None."""
    wanted = tx.key(name)
    return next((table.name for table in tables().values() if wanted in table.names), None)
