"""``bookcar report``: a period in figures, from what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli import spoken_options
from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import (
    font_option,
    json_option,
    language_option,
    routes_option,
)
from bookcar.cli.terminal import showing_progress
from bookcar.phrases import Language

if TYPE_CHECKING:
    from bookcar.report.figures import Form, Report

FORMS: tuple[Form, ...] = ("plain", "cn", "uk", "us", "fi", "no")
_LEFT_OUT = ("visits", "lines", "stops", "paper", "clock")


@click.command("report", short_help="Report a period in figures, from what was recorded.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "first",
    metavar="DATE",
    required=True,
    help="First day of the period, e.g. 2026-01-01.",
)
@click.option(
    "--to",
    "last",
    metavar="DATE",
    required=True,
    help="Last day of the period, e.g. 2026-06-30.",
)
@click.option(
    "--as",
    "form",
    metavar=f"[{'|'.join(FORMS)}]",
    default="plain",
    show_default=True,
    help="Also give the indicators that libraries report in China, the United Kingdom, the United "
    "States, Finland or Norway.",
)
@routes_option
@language_option
@font_option
@json_option
def command(
    folder: Path,
    *,
    first: str,
    last: str,
    form: str,
    routes: Path,
    lang: Language | None,
    font: Path | None,
    as_json: bool,
) -> None:
    """Count what was done in DIR from one day to another: page, print and workbook.

    Figures come from the visits that are recorded as done; what nobody wrote down is told as not
    recorded. Every figure names its rows of the visits table. What was planned, and times and
    distances that nobody recorded, are those of the plans in <routes>/<district>/<week>.

    The report is written to <routes>/<district>/report-FROM-to-TO, with the form's name behind it
    unless it is plain.

    \b
    bookcar report examples/qijiang --from 2026-01-01 --to 2026-06-30 --as cn
    bookcar report mycounty --from 2026-01-01 --to 2026-12-31 --as us --lang en
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy
        from bookcar.report.build import report_of  # noqa: PLC0415  heavy
        from bookcar.report.write import report_folder, write_report  # noqa: PLC0415  heavy

        district = district_in(folder, progress, language=lang)
        weeks = routes / district_slug(folder)
        report = report_of(
            district,
            spoken_options.day("--from", first),
            spoken_options.day("--to", last),
            form=spoken_options.one_of("--as", form, FORMS),
            plans=weeks,
            language=lang,
        )
        paths = write_report(report, report_folder(weeks, report), font=font, progress=progress)
    if as_json:
        print_json({**_as_data(report), "files": [path.as_posix() for path in paths]})
    else:
        _say(report)
        for path in paths:
            click.echo(path)


def _as_data(report: Report) -> dict[str, object]:
    from bookcar.report.build import as_data  # noqa: PLC0415  heavy

    return {key: value for key, value in as_data(report).items() if key not in _LEFT_OUT}


def _say(report: Report) -> None:
    from bookcar.report.text import paragraphs  # noqa: PLC0415  heavy

    for paragraph in paragraphs(report):
        click.echo(printable(paragraph))
