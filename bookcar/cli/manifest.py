"""``bookcar manifest``: the printed side of a plan, again."""

from __future__ import annotations

from pathlib import Path

import click

from bookcar.cli.options import (
    district_option,
    font_option,
    json_option,
    language_option,
    maps_option,
    routes_option,
)
from bookcar.phrases import Language


@click.command("manifest", short_help="Write the manifests of a plan again.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--route",
    "single",
    multiple=True,
    metavar="ID",
    help="Write the manifest of this route as a PDF of its own too; may be repeated.",
)
@click.option(
    "--single-sided",
    is_flag=True,
    help="No blank pages between drivers: the paper is printed on one side.",
)
@district_option
@routes_option
@maps_option
@language_option
@font_option
@json_option
def command(
    plan: Path,
    *,
    single: tuple[str, ...],
    single_sided: bool,
    district: Path | None,
    routes: Path,
    maps: Path,
    lang: Language | None,
    font: Path | None,
    as_json: bool,
) -> None:
    """Write the manifests, tables and the week's page of PLAN again, after an audit.

    Where the tables have changed since, the plan is written as it was made.

    \b
    bookcar manifest routes/qijiang/2026-W49 --lang en
    bookcar manifest routes/qijiang/2026-W49 --route R07
    """
    from bookcar.cli.redo import redo  # noqa: PLC0415  heavy
    from bookcar.outputs import PageOptions  # noqa: PLC0415  heavy

    redo(
        plan,
        "routes",
        district=district,
        routes=routes,
        maps=maps,
        options=PageOptions(language=lang, font=font, single=single, single_sided=single_sided),
        as_json=as_json,
    )
