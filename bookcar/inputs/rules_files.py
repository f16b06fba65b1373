"""The rules of whole files: what can be wrong before a single row is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookcar.errors import Fault
from bookcar.inputs.encodings import Reading, Undecided, read_text


def decode(data: bytes, file: str, country: str = "") -> tuple[str | None, list[Fault]]:
    """Return a file's text (None if it has none) and what is wrong with its bytes.

    Parameters
    ----------
    country
        Where the district lies: which encodings are usual there.
    """
    found = read_text(data, country)
    if isinstance(found, Undecided):
        return None, [unreadable_encoding(data, found, file, country)]
    taken = [encoding_taken(data, found, file)] if found.doubtful else []
    return found.text, [*taken, *_damage(found.text, file)]


def _damage(text: str, file: str) -> list[Fault]:
    return [fault for rule in (nul_bytes, damaged_text) for fault in rule(text, file)]


def unreadable_encoding(data: bytes, found: Undecided, file: str, country: str) -> Fault:
    """Report bytes that are no text, or may be two."""
    readings = {
        f"{which}{what}": text
        for which, one in zip(("first", "second"), found.readings, strict=False)
        for what, text in (("", one.name), ("_words", one.sample))
    }
    return Fault(
        rule="unreadable-encoding",
        file=file,
        row=_row_of(data, found.position),
        variant="two" if readings else "" if country else "nowhere",
        figures=readings,
    )


def encoding_taken(data: bytes, found: Reading, file: str) -> Fault:
    """Warn of an encoding that was not said but found, with words that show whether it is right."""
    first = next((i for i, byte in enumerate(data) if byte > 0x7F), 0)
    return Fault(
        rule="encoding-taken",
        file=file,
        row=_row_of(data, first),
        severity="warning",
        figures={"encoding": found.name, "words": found.sample},
    )


def _row_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def nul_bytes(text: str, file: str) -> list[Fault]:
    """Report NUL characters: a damaged file, or UTF-16 without its mark."""
    if "\0" not in text:
        return []
    row = text.count("\n", 0, text.index("\0")) + 1
    return [Fault(rule="nul-bytes", file=file, row=row)]


def damaged_text(text: str, file: str) -> list[Fault]:
    """Warn of characters that an earlier conversion has already lost."""
    match = re.search("\ufffd|锟斤拷|烫烫烫", text)
    if not match:
        return []
    return [
        Fault(
            rule="damaged-text",
            file=file,
            row=text.count("\n", 0, match.start()) + 1,
            value=match[0],
            severity="warning",
        )
    ]


def missing_folder(name: str) -> Fault:
    """Report a district that is not there."""
    return Fault(rule="missing-folder", file=name)


def empty_folder(name: str) -> Fault:
    """Report a folder in which nothing of a district is."""
    return Fault(rule="missing-folder", variant="empty", file=name)


def folder_of_a_week(name: str) -> Fault:
    """Report a folder that bookcar wrote: its workbook and its visits are no district's."""
    return Fault(rule="missing-folder", variant="week", file=name)


def missing_file(file: str, *, what: str = "file", others: Sequence[str] = ()) -> Fault:
    """Report a table without which nothing can be planned.

    Parameters
    ----------
    others
        Files or sheets that are there and not read: it may be one of them.
    """
    of = {"file": "files", "sheet": "sheets"}
    variant = of[what] if others else ""
    return Fault(
        rule="missing-file",
        file=file,
        variant=variant,
        figures={"what": what, "others": tuple(others), "name": file.rpartition(": ")[2]},
    )


def unreadable_file(file: str, error: OSError) -> Fault:
    """Report a file the system does not let us read."""
    return Fault(
        rule="unreadable-file", file=file, figures={"reason": error.strerror or str(error)}
    )


def not_a_workbook(file: str) -> Fault:
    """Report a workbook that is none: an old .xls, one with a password, a damaged one."""
    return Fault(rule="not-a-workbook", file=file)


def not_a_district(file: str) -> Fault:
    """Report the path of a file that is neither a folder nor a workbook."""
    return Fault(rule="not-a-workbook", variant="other", file=file)


def several_workbooks(names: list[str]) -> Fault:
    """Report a folder in which it is not clear which workbook is meant."""
    return Fault(rule="several-workbooks", file=names[0], figures={"names": tuple(names)})


def two_sources(unread: str, read: str, *, variant: str = "") -> Fault:
    """Warn that a file is not read because another stands in its place."""
    return Fault(
        rule="two-sources", file=unread, severity="warning", variant=variant, figures={"read": read}
    )


def duplicate_table(file: str, other: str) -> Fault:
    """Report two files or sheets for one table."""
    return Fault(rule="duplicate-table", file=file, figures={"other": other})


def misnamed_table(file: str, meant: str) -> Fault:
    """Warn of a file or sheet that is not read and whose name is nearly a table's."""
    return Fault(rule="misnamed-table", file=file, severity="warning", figures={"meant": meant})


def empty_file(file: str, *, required: bool) -> Fault:
    """Report a table without even a header."""
    return Fault(rule="empty-file", file=file, severity="error" if required else "warning")


def bad_quotes(file: str, row: int) -> Fault:
    """Report quotation marks that do not close."""
    return Fault(rule="bad-quotes", file=file, row=row)
