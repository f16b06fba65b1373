"""From files of a library system to crates in a district: read, packed, checked, written whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bookcar import files
from bookcar.crates import lists
from bookcar.crates.copies import Copy, Read, doubles, lost_zeros
from bookcar.crates.items import read_items
from bookcar.crates.marc import is_marc, read_marc
from bookcar.crates.pack import Crate, packed
from bookcar.crates.rotas import Spot, read_rotas
from bookcar.errors import Fault, InputError, UsageError
from bookcar.inputs.folder import FileSource, find
from bookcar.inputs.reader import read_source
from bookcar.inputs.rules_files import unreadable_file
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.records.stand_in import with_contents
from bookcar.records.tables import Row, with_rows

SKIPPED = frozenset(
    {
        "record-broken",
        "empty-required",
        "control-character",
        "excel-error",
        "shortened-number",
        "ragged-row",
        "full-width-comma",
        "formula-without-value",
        "copy-unwritable",
    }
)
"""What is wrong with one record alone, so that the others can do without it."""


class Crating(msgspec.Struct, frozen=True):
    """What would be written, and what is told of it.

    Attributes
    ----------
    crates
        By their labels, in order.
    faults
        Warnings; among them the records that are left out.
    records
        Records and rows in all files.
    pools
        Ids of the pools that Koha's rotas become.
    """

    folder: Path
    district: District
    crates: dict[str, Crate]
    faults: tuple[Fault, ...]
    records: int
    contents: dict[str, bytes]
    pools: tuple[str, ...] = ()

    @property
    def copies(self) -> int:
        """Copies in all crates."""
        return sum(len(crate.copies) for crate in self.crates.values())

    def write(self) -> list[Path]:
        """Write the table of batches and the lists, all of them or none; return their paths.

        Raises
        ------
        files.WriteError
            If one cannot be written; all are as they were then.
        """
        with files.one_writer(self.folder):
            files.write_several(self.folder, self.contents)
        return [self.folder / name for name in self.contents]


def prepare(  # noqa: PLR0913  an argument per option
    paths: Sequence[Path],
    into: Path,
    *,
    books: int | None = None,
    rotas: Path | None = None,
    at: str | None = None,
    prefix: str = "C",
    by_class: bool = False,
    encoding: str | None = None,
    skip_broken: bool = False,
) -> Crating:
    """Return the crates that files of a library system make, with nothing written yet.

    Parameters
    ----------
    into
        A district's folder or workbook.
    books
        Copies in a crate, at most; None where the copies of a stage are one, however many.
    rotas
        Folder with the tables of Koha's stock rotation: its rotas become pools, and only their
        copies are crated, those of a stage together, where they are.
    at
        Where the crates stand: a depot or a stop; without it the first depot. With ``rotas``, where
        those stand that went nowhere yet.
    prefix
        What the labels of the crates begin with.
    by_class
        A crate holds one class only.
    encoding
        Of MARC records, where it is known.
    skip_broken
        Leave out records that are broken, and tell them; without it they are errors.

    Raises
    ------
    InputError
        With every fault of the district and of the files: broken records, barcodes that are there
        twice or in the district already.
    UsageError
        If no file has a copy, one is named twice, there is no place ``at``, or neither ``books``
        nor ``rotas`` is given.
    """
    if books is None and rotas is None:
        raise UsageError(Sentence(key="usage.rotas-or-books"))
    source, district = _district(into)
    _require_sense(paths, district, at)
    read = [_read(path, district, encoding) for path in paths]
    copies, faults = _sound(read, district, skip_broken=skip_broken)
    pools, spots, more = _going_round(copies, rotas, district)
    faults += more
    _refuse([*faults, *lost_zeros(copies)], district)
    if not any(spots.values()):
        raise UsageError(Sentence(key="usage.no-copies"))
    crates = _labelled(_packed(spots, books, by_class=by_class), prefix, district)
    rows = lists.batch_rows(crates, at=at or district.depots[0].id, language=district.language)
    change = with_rows(source, {"pools": pools, "batches": rows}, language=district.language)
    after = read_source(with_contents(source, change.files, change.tables), name=into)
    _refuse([fault for fault in after.faults if fault.severity == "error"], district)
    written = {
        lists.list_name(name): lists.list_of(crate.copies, district.language)
        for name, crate in crates.items()
    }
    return Crating(
        folder=source.where,
        district=district,
        crates=crates,
        faults=(*faults, *lost_zeros(copies)),
        records=sum(one.rows for one in read),
        contents=written | change.files,
        pools=tuple(str(pool["id"]) for pool in pools),
    )


def _sound(
    read: Sequence[Read], district: District, *, skip_broken: bool
) -> tuple[tuple[Copy, ...], list[Fault]]:
    """Return the copies of all files, and every fault of them and between them."""
    copies = tuple(copy for one in read for copy in one.copies)
    faults = [fault for one in read for fault in one.faults]
    faults += lists.unwritable(copies, district.language)
    if skip_broken:
        copies, faults = _left_out(copies, faults)
    return copies, [*faults, *doubles(copies), *lists.known_already(copies, _barcodes(district))]


def _going_round(
    copies: Sequence[Copy], rotas: Path | None, district: District
) -> tuple[Sequence[Row], dict[Spot, list[Copy]], list[Fault]]:
    """Return rows of pools, and the copies by where they go round; without rotas all in the store.

    Raises
    ------
    UsageError
        If a table of the rotas is not there.
    """
    if rotas is None:
        return (), {Spot("", 0, ""): list(copies)}, []
    known, faults = read_rotas(rotas, district)
    if any(fault.severity == "error" for fault in faults):
        return (), {}, faults
    spots, more = known.sorted_out(copies)
    return known.pools, spots, [*faults, *more]


def _packed(
    spots: Mapping[Spot, Sequence[Copy]], books: int | None, *, by_class: bool
) -> list[Crate]:
    """Return the crates of each spot, in the order of spots."""
    return [
        msgspec.structs.replace(crate, at=spot.at, pool=spot.pool)
        for spot, copies in spots.items()
        for crate in packed(copies, books or max(1, len(copies)), by_class=by_class)
    ]


def _district(into: Path) -> tuple[FileSource, District]:
    """Return a district as files and as read.

    Raises
    ------
    InputError
        If it cannot be used.
    """
    source = find(into)
    checked = read_source(source, name=into)
    if checked.district is None:
        raise InputError(checked.faults, language=checked.language)
    return source, checked.district


def _require_sense(paths: Sequence[Path], district: District, at: str | None) -> None:
    """Refuse a file that is named twice, and crates at no place of the district.

    Raises
    ------
    UsageError
        If there is one.
    """
    seen: set[Path] = set()
    for path in paths:
        if path.resolve() in seen:
            raise UsageError(Sentence(key="usage.file-twice", figures={"path": path.as_posix()}))
        seen.add(path.resolve())
    places = {place.id for place in (*district.depots, *district.stops)}
    if at is not None and at not in places:
        some = tuple(sorted(places))
        raise UsageError(Sentence(key="usage.no-place", figures={"place": at, "places": some}))


def _read(path: Path, district: District, encoding: str | None) -> Read:
    name = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        return Read((), (unreadable_file(name, error),), 0)
    chinese = district.country == "CN"
    if is_marc(data):
        return read_marc(data, name, chinese=chinese, encoding=encoding)
    return read_items(data, name, country=district.country, clc=chinese)


def _left_out(
    copies: Sequence[Copy], faults: Sequence[Fault]
) -> tuple[tuple[Copy, ...], list[Fault]]:
    """Return the copies without those of broken records, which are only warned of."""
    broken = {(fault.file, fault.row) for fault in faults if fault.rule in SKIPPED}
    told = [
        msgspec.structs.replace(fault, severity="warning") if fault.rule in SKIPPED else fault
        for fault in faults
    ]
    return tuple(copy for copy in copies if (copy.file, copy.row) not in broken), told


def _barcodes(district: District) -> dict[str, list[str]]:
    """Return the barcodes of each list of titles that the district has."""
    return {
        name: [title.barcode for title in titles if title.barcode]
        for name, titles in district.titles.items()
    }


def _labelled(crates: Sequence[Crate], prefix: str, district: District) -> dict[str, Crate]:
    """Return the crates by labels that neither batches nor lists have yet."""
    there = [batch.id for batch in district.batches]
    there += [path.stem for path in (_root(district) / lists.FOLDER).glob("*.csv")]
    return dict(zip(lists.names_of(len(crates), prefix, there), crates, strict=True))


def _root(district: District) -> Path:
    """Return the folder that the lists of a district are in; of a workbook, the one beside it."""
    return district.folder.parent if district.folder.is_file() else district.folder


def _refuse(faults: Sequence[Fault], district: District) -> None:
    """Raise every fault if one is an error."""
    if any(fault.severity == "error" for fault in faults):
        raise InputError(tuple(faults), language=district.language)
