"""Koha's stock rotation read: what is at a stage is a collection, and each rota is a pool.

Koha moves copies from branch to branch of a rota, so many days each. Here a branch is a stop or a
depot, by its code; a copy is known by its barcode.

Notes
-----
Koha's schema: ``Koha/Schema/Result/Stockrotation{rota,stage,item}.pm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from bookcar.crates.copies import Copy
from bookcar.errors import Fault, UsageError
from bookcar.inputs.decode import decode
from bookcar.inputs.rules_files import empty_file, unreadable_file
from bookcar.inputs.sheet import Record, Sheet
from bookcar.inputs.sources import read_csv
from bookcar.model import District
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence

FILES = {
    "koha_rotas": "stockrotationrotas.csv",
    "koha_stages": "stockrotationstages.csv",
    "koha_items": "stockrotationitems.csv",
}
_WEEK = 7


class Spot(msgspec.Struct, frozen=True, order=True):
    """Where copies go round: the pool, the place of the stage in it, and where they are now.

    ``at`` is "" for copies that went nowhere yet, which are in the store.
    """

    pool: str
    stage: int
    at: str


class Rotas(msgspec.Struct, frozen=True):
    """The rotas as pools, and the spot of each copy by its barcode with the row it stands in."""

    pools: tuple[dict[str, str | int], ...]
    spots: Mapping[str, tuple[Spot, int]]
    items: str

    def sorted_out(
        self, copies: Sequence[Copy]
    ) -> tuple[dict[Spot, list[Copy]], tuple[Fault, ...]]:
        """Return the copies at each spot, and what is wrong: copies of a rota that no file has.

        Copies of no rota are left out with a warning.
        """
        found: dict[Spot, list[Copy]] = {}
        rest = [copy for copy in copies if copy.barcode not in self.spots]
        for copy in copies:
            if copy.barcode in self.spots:
                found.setdefault(self.spots[copy.barcode][0], []).append(copy)
        known = {copy.barcode for copy in copies}
        faults = [
            Fault(rule="rota-copy-unknown", file=self.items, row=row, value=barcode)
            for barcode, (_, row) in self.spots.items()
            if barcode not in known
        ]
        if rest:
            faults.append(
                Fault(
                    rule="copy-of-no-rota",
                    variant="record" if rest[0].is_record else "",
                    file=rest[0].file,
                    row=rest[0].row,
                    value=rest[0].barcode,
                    severity="warning",
                    figures={"count": len(rest)},
                )
            )
        return {spot: found[spot] for spot in sorted(found)}, tuple(faults)


class _Rota(msgspec.Struct):
    record: Record
    pool: str
    stages: list[Record] = []


def read_rotas(folder: Path, district: District) -> tuple[Rotas, list[Fault]]:
    """Return the rotas of a folder with Koha's three tables, and every fault in them.

    Raises
    ------
    UsageError
        If a table is not there.
    """
    missing = tuple(name for name in FILES.values() if not (folder / name).is_file())
    if missing:
        figures: dict[str, Figure] = {"folder": folder.as_posix(), "files": missing}
        raise UsageError(Sentence(key="usage.no-rotas", figures=figures))
    sheets: dict[str, Sheet] = {}
    faults: list[Fault] = []
    for table in FILES:
        sheet, more = _sheet(folder, table, district.country)
        faults += more
        if sheet is not None:
            sheets[table] = sheet
    if any(fault.severity == "error" for fault in faults):
        return Rotas((), {}, ""), faults
    rotas, stages, items = (sheets[table] for table in FILES)
    pools = _rotas(rotas)
    faults += _sort_stages(stages, rotas, pools, district)
    pools = {number: rota for number, rota in pools.items() if _stops(rota, district)}
    faults += [*_of_rotas(rotas, pools), *_of_order(stages, pools, district)]
    spots, more = _spots(items, stages, pools)
    rows = tuple(_pool_row(rota, district) for rota in pools.values())
    return Rotas(rows, spots, items.file), [*faults, *more]


def _sheet(folder: Path, table: str, country: str) -> tuple[Sheet | None, list[Fault]]:
    path = folder / FILES[table]
    file = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [unreadable_file(file, error)]
    raw, faults = read_csv(data, name=table, file=file, country=country)
    if not raw.rows:
        return None, [*faults, *([empty_file(file, required=True)] if raw.complete else [])]
    sheet, more = decode(raw, {})
    # Koha's tables have more columns than matter here
    return sheet, [*faults, *(fault for fault in more if fault.rule != "unknown-column")]


def _rotas(sheet: Sheet) -> dict[str, _Rota]:
    """Return the rotas that are active by Koha's ids, with a pool's id each."""
    found: dict[str, _Rota] = {}
    for record in sheet.having("rota_id", "title", "active"):
        number = record.values["rota_id"]
        name = re.sub(r"[\s,;，；、|/]+", "-", record.values["title"]).strip("-")
        taken = {rota.pool for rota in found.values()}
        pool = name if name and name not in taken else f"rota-{number}"
        if record.values["active"]:
            found[number] = _Rota(record, pool)
    return found


def _sort_stages(
    sheet: Sheet, rotas: Sheet, pools: Mapping[str, _Rota], district: District
) -> Iterator[Fault]:
    """Give each rota its stages in their order; yield the stages of no rota and no place."""
    places = {place.id for place in (*district.depots, *district.stops)}
    known = {record.values["rota_id"] for record in rotas.having("rota_id")}
    for record in sheet.having("stage_id", "position", "rota_id", "branchcode_id", "duration"):
        if record.values["rota_id"] not in known:
            yield sheet.fault("rota-reference", at=record, column="rota_id")
        if record.values["rota_id"] not in pools:
            continue
        if record.values["branchcode_id"] not in places:
            some = tuple(sorted(places))
            yield sheet.fault("rota-branch", at=record, column="branchcode_id", places=some)
            continue
        pools[record.values["rota_id"]].stages.append(record)
    for rota in pools.values():
        rota.stages.sort(key=lambda stage: (stage.values["position"], stage.row or 0))


def _of_rotas(sheet: Sheet, pools: Mapping[str, _Rota]) -> Iterator[Fault]:
    """Warn of rotas that are off, have no stage at a stop, or end."""
    for record in sheet.having("rota_id", "active", "cyclical"):
        rota = pools.get(record.values["rota_id"])
        if rota is None:
            why = "" if record.values["active"] else "off"
            yield sheet.fault("rota-left-out", at=record, severity="warning", variant=why)
        elif not record.values["cyclical"]:
            yield sheet.fault("rota-ends", at=record, column="cyclical", severity="warning")


def _of_order(sheet: Sheet, pools: Mapping[str, _Rota], district: District) -> Iterator[Fault]:
    """Warn of stages in another order than the stops, and of stays that differ."""
    order = {stop.id: n for n, stop in enumerate(district.stops)}
    for rota in pools.values():
        stops = _stops(rota, district)
        for one, other in pairwise(stops):
            if order[one.values["branchcode_id"]] >= order[other.values["branchcode_id"]]:
                yield sheet.fault(
                    "rota-order", at=other, column="branchcode_id", severity="warning"
                )
                break
        longest = max((s.values["duration"] for s in stops), default=0)
        other_stay = next((s for s in stops if s.values["duration"] < longest), None)
        if other_stay:
            yield sheet.fault(
                "rota-stays", at=other_stay, column="duration", severity="warning", longest=longest
            )


def _spots(
    items: Sheet, stages: Sheet, pools: Mapping[str, _Rota]
) -> tuple[dict[str, tuple[Spot, int]], list[Fault]]:
    """Return where each copy is; and the copies of no stage, and those that are there twice."""
    known = {
        stage.values["stage_id"]: (rota.pool, n, stage.values["branchcode_id"])
        for rota in pools.values()
        for n, stage in enumerate(rota.stages)
    }
    every = {record.values.get("stage_id") for record in stages.records}
    found: dict[str, tuple[Spot, int]] = {}
    faults: list[Fault] = []
    for record in items.having("barcode", "stage_id", "fresh"):
        barcode, stage = record.values["barcode"], record.values["stage_id"]
        if stage not in every:
            faults.append(
                items.fault("rota-reference", variant="stage", at=record, column="stage_id")
            )
        elif barcode in found:
            row = found[barcode][1]
            faults.append(
                items.fault(
                    "barcode-twice",
                    at=record,
                    column="barcode",
                    other_file=items.file,
                    other_row=row,
                )
            )
        elif stage in known:
            pool, place, at = known[stage]
            spot = Spot(pool, place, "" if record.values["fresh"] else at)
            found[barcode] = spot, record.row or 0
    return found, faults


def _stops(rota: _Rota, district: District) -> list[Record]:
    """Return the stages of a rota that are stops, no depots."""
    return [s for s in rota.stages if s.values["branchcode_id"] in district.stops_by_id]


def _pool_row(rota: _Rota, district: District) -> dict[str, str | int]:
    """Return a row of the table of pools; a stay of some days is one of the weeks they begin.

    What goes round comes again, however soon the round is over, as it does in Koha.
    """
    stages = _stops(rota, district)
    longest = max(stage.values["duration"] for stage in stages)
    cyclical = rota.record.values["cyclical"]
    return {
        "id": rota.pool,
        "name": rota.record.values["title"],
        "for": " ".join(dict.fromkeys(stage.values["branchcode_id"] for stage in stages)),
        "weeks": -(-longest // _WEEK),
        "order": "ring" if cyclical else "free",
        "no_repeat_months": "0" if cyclical else "",
    }
