"""The rules of readers' requests: the batch or the copy that is to carry one."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.errors import Fault
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.sheet import Record
from bookcar.model import Title
from bookcar.titles import Listed

_WAITING = ("open", "ready")


def request_batch(raw: RawDistrict) -> Iterator[Fault]:
    """Report the batch of a waiting request that is not in the table; later, warn of it."""
    batches, requests = raw["batches"], raw["requests"]
    if not batches.headings or not batches.complete:
        return
    ids, meant = batches.ids(), Suggestions(batches.records)
    for record in requests.having("batch", "status"):
        name = record.values["batch"]
        if name and name not in ids:
            yield requests.fault(
                "unknown-batch",
                at=record,
                column="batch",
                severity="error" if record.values["status"] in _WAITING else "warning",
                ids=meant.ids(name),
            )


def copy_twice(raw: RawDistrict) -> Iterator[Fault]:
    """Report a single copy that is out for two readers, or on its way to two."""
    requests = raw["requests"]
    seen: dict[str, Record] = {}
    for record in requests.having("copy", "status", "id"):
        copy, status = record.values["copy"], record.values["status"]
        if not copy or status not in (*_WAITING, "brought"):
            continue
        first = seen.setdefault(copy, record)
        if first is not record:
            yield requests.fault(
                "copy-twice",
                at=record,
                column="copy",
                request=first.values["id"],
                first=first.row or 0,
            )


def ready_without_book(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a wish that is ready where nobody says in which batch, though batches have lists."""
    requests = raw["requests"]
    if not any(sheet.records for sheet in raw.titles.values()):
        return
    for record in requests.having("status", "kind", "batch", "copy"):
        cells = record.values
        named = cells["batch"] or cells["copy"]
        if cells["status"] == "ready" and cells["kind"] == "title" and not named:
            yield requests.fault(
                "ready-without-book", at=record, column="batch", severity="warning"
            )


def title_not_in_batch(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a waiting wish whose batch has a list, and not this title on it."""
    requests = raw["requests"]
    lists = {
        record.values["id"]: raw.titles[record.values["titles"]]
        for record in raw["batches"].having("id", "titles")
        if record.values["titles"] in raw.titles
    }
    for record in requests.having("batch", "copy", "status", "title", "isbn"):
        cells = record.values
        titles = lists.get(cells["batch"])
        if titles is None or not titles.complete or cells["copy"]:
            continue
        rows = titles.having("title", "isbn")
        listed = Listed.of(Title(title=r.values["title"], isbn=r.values["isbn"]) for r in rows)
        met = listed.name_of(cells["title"], cells["isbn"])
        if cells["status"] in _WAITING and met is None:
            yield requests.fault(
                "title-not-in-batch",
                at=record,
                column="title",
                severity="warning",
                batch=cells["batch"],
                list_file=titles.file,
            )
