"""The files of a report in their folder, all of them or none."""

from __future__ import annotations

from pathlib import Path

from bookcar.files import staged_folders
from bookcar.progress import SILENT, Progress
from bookcar.report.figures import Form, Report

NAMES = ("report.html", "report.pdf", "report.xlsx")


def report_folder(above: Path, report: Report) -> Path:
    """Return where a report goes: ``report-FROM-to-TO`` beside the weeks, a folder a form."""
    return above / f"report-{report.first}-to-{report.last}{_suffix(report.form)}"


def _suffix(form: Form) -> str:
    return "" if form == "plain" else f"-{form}"


def write_report(
    report: Report, folder: Path, *, font: Path | None = None, progress: Progress = SILENT
) -> list[Path]:
    """Write a report as a page, a print and a workbook into a folder, whole or not at all.

    Raises
    ------
    MissingToolError
        If a character has no font to print it with.
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    from bookcar.report.page import report_page  # noqa: PLC0415  heavy
    from bookcar.report.pdf import report_pdf  # noqa: PLC0415  heavy
    from bookcar.report.workbook import report_workbook  # noqa: PLC0415  heavy

    progress.start("steps.report")
    page, print_, book = (folder.joinpath(name).name for name in NAMES)
    with staged_folders(folder) as (stage,):
        (stage / page).write_text(report_page(report), "utf-8", newline="\n")
        (stage / print_).write_bytes(report_pdf(report, font=font))
        (stage / book).write_bytes(report_workbook(report))
    progress.finish(", ".join(NAMES))
    return [folder / name for name in NAMES]
