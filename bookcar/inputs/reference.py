"""The tables of the docs that come from the lists of columns, keys and rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bookcar.inputs import columns as cols
from bookcar.inputs.keys import KEYS
from bookcar.inputs.starter import SHOWN
from bookcar.phrases import FALLBACK, Phrases
from bookcar.phrases.rules import rules

VOCABULARIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "stops.kind": cols.KIND_WORDS,
    "stops.required": cols.YES_WORDS,
    "stops.access": cols.ACCESS_WORDS,
    "stops.kerb": cols.KERB_WORDS,
    "visits.action": cols.ACTION_WORDS,
    "visits.status": cols.VISIT_WORDS,
    "calendar.what": cols.WHAT_WORDS,
    "timetable.status": cols.PROMISE_WORDS,
    "requests.status": cols.REQUEST_WORDS,
    "requests.kind": cols.REQUEST_KIND_WORDS,
    "pools.order": cols.ORDER_WORDS,
    "overrides.keep": cols.KEEP_WORDS,
}


def columns_table(table: str) -> str:
    """Return the columns of a table: name, whether required, meaning, further names."""
    say = Phrases(FALLBACK)
    return _table(
        ("column", "what it holds", "also understood"),
        (
            (
                f"**{name}**" if column.required else name,
                say(f"columns.{table}.{name}.about"),
                "、".join((*cols.headings(table, name), *cols.further(table, name))),
            )
            for name, column in cols.any_table(table).columns.items()
        ),
    )


def table_names() -> str:
    """Return the names a file or sheet of each table may have."""
    return _table(
        ("table", "also understood"),
        ((name, "、".join(cols.names()[name]["names"])) for name in cols.tables()),
    )


def vocabulary(column: str) -> str:
    """Return the words of an enumerated column and their other names."""
    words = VOCABULARIES[column]
    return _table(
        (column.partition(".")[2], "also understood"),
        ((word, "、".join(also)) for word, also in words.items()),
    )


def keys_table() -> str:
    """Return every key of district.toml with its meaning and default."""
    return _table(
        ("key", "meaning", "default"),
        (
            (f"**{name}**" if KEYS[name].required else name, about, _default(name))
            for name, about in Phrases(FALLBACK).topic("keys").items()
        ),
    )


def _default(key: str) -> str:
    shown = SHOWN.get(key, '"en"' if key == "language" else "")
    return f"`{shown}`" if shown and KEYS[key].default not in (None, "") else ""


def rules_table(part: str) -> str:
    """Return the rules of a part of the docs: name, severity, what each finds."""
    return _table(
        ("rule", "", "what it finds"),
        ((name, rule.severity, rule.finds) for name, rule in rules()[part].items()),
    )


def blocks() -> dict[str, str]:
    """Return every generated block of the docs by its name."""
    return (
        {"tables": table_names(), "keys": keys_table()}
        | {f"columns {name}": columns_table(name) for name in (*cols.tables(), *cols.lists())}
        | {f"words {name}": vocabulary(name) for name in VOCABULARIES}
        | {f"rules {part}": rules_table(part) for part in rules()}
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines
    )


def renewed(page: str) -> str:
    """Return the page with every block between ``<!-- NAME -->`` and ``<!-- end -->`` current."""
    for name, block in blocks().items():
        start, found, rest = page.partition(f"<!-- {name} -->\n")
        if not found:
            continue
        page = f"{start}<!-- {name} -->\n{block}\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    return page
