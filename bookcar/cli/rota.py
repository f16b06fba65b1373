"""``bookcar rota``: which collection is where in which week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import json_option, language_option, routes_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Language, Phrases
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    import datetime as dt

    from bookcar.model import District
    from bookcar.plan import Plan
    from bookcar.rota.build import Rota

LEAST = 3


@click.command("rota", short_help="Show which collection is where in which week.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "week",
    metavar="WEEK",
    help="First week that is not over (default: the one after the last week that is recorded).",
)
@click.option(
    "--weeks", type=click.IntRange(1, 104), default=13, show_default=True, help="Weeks ahead."
)
@click.option(
    "--back", type=click.IntRange(0, 104), default=8, show_default=True, help="Weeks back."
)
@click.option(
    "--koha", is_flag=True, help="Also write the pools as tables of Koha's stock rotation."
)
@routes_option
@language_option
@json_option
def command(
    folder: Path,
    *,
    week: str | None,
    weeks: int,
    back: int,
    koha: bool,
    routes: Path,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Show where the collections of DIR that go round were, are and will be, week by week.

    What is over is told by the records. A week whose plan lies in <routes>/<district> goes as it
    says, the others as if every stop that is due were visited. The page also tells when each stop
    gets its next new collection, in which weeks it finds none, and what circulates least.

    rotation.html and its tables go to <routes>/<district>/rotation: whole or not at all.

    \b
    bookcar rota mycounty
    bookcar rota mycounty --from 2027-W03 --weeks 26
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy
        from bookcar.pages.rota import rota_page  # noqa: PLC0415  heavy
        from bookcar.pages.rota_files import write_rota  # noqa: PLC0415  heavy
        from bookcar.pages.rota_koha import koha_tables  # noqa: PLC0415  heavy
        from bookcar.rota.build import first_open_week, make_rota  # noqa: PLC0415  heavy
        from bookcar.weeks import parse_week  # noqa: PLC0415  wanted here alone

        district = district_in(folder, progress, language=lang)
        if not week and not district.visits:
            raise UsageError(Sentence(key="usage.rota-from"))
        begins = parse_week(week) if week else first_open_week(district)
        above = routes / district_slug(folder)
        plans = _plans(district, above, begins, weeks)
        rota = make_rota(district, begins, weeks=weeks, back=back, plans=plans, progress=progress)
        page = rota_page(district, rota, language=lang)
        more = koha_tables(district) if koha else {}
        paths = write_rota(district, rota, page, above / "rotation", more=more)
    if as_json:
        print_json({"rota": rota, "files": [path.as_posix() for path in paths]})
    else:
        for line in lines(district, rota, spoken()):
            click.echo(printable(line))
        for path in paths:
            click.echo(path)


def _plans(district: District, above: Path, begins: dt.date, weeks: int) -> dict[dt.date, Plan]:
    """Return the plans of the weeks that are not over, one after the other, as far as they go.

    A plan made from other stops or batches than the district has is none of it.
    """
    import datetime as dt  # noqa: PLC0415  wanted here alone

    from bookcar.plan_file import load  # noqa: PLC0415  heavy
    from bookcar.weeks import week_name  # noqa: PLC0415  wanted here alone

    found: dict[dt.date, Plan] = {}
    known = {batch.id for batch in district.batches}
    for monday in (begins + dt.timedelta(weeks=n) for n in range(weeks)):
        if not (above / week_name(monday) / "plan.json").exists():
            break
        plan = load(above / week_name(monday))
        visits = [visit for route in plan.routes for visit in route.visits]
        if any(visit.stop not in district.stops_by_id for visit in visits):
            break
        if any(name not in known for v in visits for name in (*v.drops, *v.collects)):
            break
        found[monday] = plan
    return found


def lines(district: District, rota: Rota, say: Phrases) -> list[str]:
    """Return what is printed of a rota."""
    from bookcar.pages.rota import verdict  # noqa: PLC0415  heavy
    from bookcar.rota.build import in_weeks  # noqa: PLC0415  heavy
    from bookcar.web.names import Names  # noqa: PLC0415  heavy

    comma, names = say("figures.comma"), Names(district, say.language)
    told = [verdict(rota, say)]
    for turn in rota.turns:
        if turn.gaps:
            name = f"{turn.stop} {names.place(district.stops_by_id[turn.stop])}"
            told.append(
                "  " + say("rota.line-gap", stop=name, weeks=comma.join(in_weeks(turn.gaps)))
            )
    told += [
        "  " + say("rota.line-least", batch=one.batch, brought=one.brought, coming=one.coming)
        for one in rota.least(LEAST)
    ]
    return told
