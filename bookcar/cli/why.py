"""``bookcar why``: why a stop is not served, or served as it is, and what it would take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import district_option, json_option, language_option
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.model import District
    from bookcar.pages.why_words import WhyWords
    from bookcar.plan import Plan
    from bookcar.progress import Progress
    from bookcar.whys import Change, Visited, Whys


@click.command("why", short_help="Say why a stop is not served, and what would help.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.argument("stop", metavar="[STOP]", required=False)
@click.option(
    "--page",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also write it as a page of HTML.",
)
@district_option
@language_option
@json_option
def command(
    plan: Path,
    stop: str | None,
    *,
    page: Path | None,
    district: Path | None,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Say why STOP is not served by PLAN, what serving it would cost, and what would help.

    Every sentence is worked out with all limits at once. A change is the smallest of its kind with
    which the stop is served while all other visits stay as they are. Of a stop that is served,
    every other day and car is told with its price. Without STOP, all unserved stops are told.

    \b
    bookcar why routes/qijiang/2026-W49 V05
    bookcar why routes/qijiang/2026-W49 --page why.html
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.opened import tables_of  # noqa: PLC0415  heavy
        from bookcar.cli.recovery import load_plan  # noqa: PLC0415  heavy
        from bookcar.files import write_bytes  # noqa: PLC0415  seldom wanted
        from bookcar.pages.why import why_page  # noqa: PLC0415  seldom wanted
        from bookcar.pages.why_words import WhyWords  # noqa: PLC0415  heavy
        from bookcar.records.unclosed import but_for_closes  # noqa: PLC0415  seldom wanted

        was = load_plan(plan)
        progress.start("steps.read")
        tables = but_for_closes(tables_of(was, plan, district), was)
        speak(lang or tables.language)
        progress.finish("steps.read-plan", plan=was.id, district=tables.name, week=was.week)
        asked = None if stop is None else _known(was, stop)
        visits = () if asked is None else _visited(was, tables, asked, progress)
        whys = _kept(was, plan, tables, asked)
        if whys is None:
            from bookcar.why.week import whys_of  # noqa: PLC0415  heavy

            whys = whys_of(tables, was, stops=None if asked is None else [asked], progress=progress)
        if page is not None:
            write_bytes(page, why_page(was, whys, language=lang).encode())
    words = WhyWords(was, spoken())
    if as_json:
        print_json(_as_data(was, whys, visits, words))
    else:
        for line in _lines(was, whys, visits, words):
            click.echo(printable(line))
        if page is not None:
            click.echo(page)


def _visited(plan: Plan, tables: District, stop: str, progress: Progress) -> tuple[Visited, ...]:
    """Return the visits to a stop with every other way to make them; none of a week under way."""
    from bookcar.whys import is_told_as_it_is  # noqa: PLC0415  heavy

    if not _is_visited(plan, stop) or is_told_as_it_is(plan):
        return ()
    from bookcar.why.forced import visited  # noqa: PLC0415  heavy
    from bookcar.why.standing import Standing  # noqa: PLC0415  heavy

    return visited(Standing.of(tables, plan, progress=progress), stop)


def _kept(plan: Plan, path: Path, tables: District, asked: str | None) -> Whys | None:
    """Return what ``bookcar plan`` found and wrote beside the plan, if that still holds of all.

    It does where nothing that the plan was made of is another now, this program included.
    """
    from bookcar import __version__  # noqa: PLC0415  only once it is a command
    from bookcar.whys import Whys, load_whys  # noqa: PLC0415  heavy

    if asked is not None and all(row.stop != asked for row in plan.unserved):
        return Whys(plan=plan.id, stops=())
    whys = load_whys(path if path.is_dir() else path.parent, plan)
    made = plan.provenance
    if whys is None or made.bookcar != __version__ or made.changed(tables.inputs):
        return None
    if asked is None:
        return whys if len(whys.stops) == len(plan.unserved) else None
    return whys.only(asked) if asked in whys.by_stop else None


def _known(plan: Plan, stop: str) -> str:
    """Return the id of a stop named by its id or its name.

    Raises
    ------
    UsageError
        If the plan has no such stop, or it is neither visited nor due.
    """
    named = [s.id for s in plan.stops if stop in (s.id, s.name, s.name_en)]
    found = stop if stop in plan.stops_by_id else named[0] if len(named) == 1 else None
    if found is None:
        raise UsageError(Sentence(key="usage.why-unknown", figures={"stop": stop, "plan": plan.id}))
    if not _is_visited(plan, found) and all(row.stop != found for row in plan.unserved):
        figures = {"stop": found, "name": plan.stops_by_id[found].name, "week": plan.week}
        raise UsageError(Sentence(key="usage.why-not-due", figures=figures))
    return found


def _is_visited(plan: Plan, stop: str) -> bool:
    return any(visit.stop == stop for route in plan.routes for visit in route.visits)


def _lines(plan: Plan, whys: Whys, visits: tuple[Visited, ...], words: WhyWords) -> Iterator[str]:
    from bookcar.advice.wording import explanation, remedy  # noqa: PLC0415  heavy
    from bookcar.pages.why import notes_of  # noqa: PLC0415  heavy

    say = spoken()
    rows = {row.stop: row for row in plan.unserved}
    yield from (say(key) for key in notes_of(plan))
    for visit in visits:
        yield words.visited(visit)
        yield say("why.others") if visit.others else say("why.other-none")
        yield from (f"  - {words.alternative(other)}" for other in visit.others)
    for why in whys.stops:
        yield words.stop(why.id)
        yield f"  {explanation(plan, rows[why.id], say)}"
        yield f"  {words.level(why)}"
        if plan.replanned is None:
            helps = words.otherwise(why, remedy(plan, rows[why.id], say))
            yield f"  {say('why.changes')}" if why.changes else f"  {say('why.changes')} {helps}"
        alone = len(whys.stops) == 1
        yield from (f"  - {line}" for line in words.lines(why, named=alone))
        if alone and why.changes:
            yield f"  {say('why.try-first')} {words.command(why.changes[0])}"
    if len(whys.stops) > 1 and whys.together:
        yield say("why.together")
        for change in whys.together:
            told = words.change(change), words.serves(change), words.longer(change)
            more = words.days(change), words.alone(whys, change)
            yield f"  - {words.joined(*told, *more)}"
    if not rows and not visits:
        yield say("why.served-all")


def _as_data(
    plan: Plan, whys: Whys, visits: tuple[Visited, ...], words: WhyWords
) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415  heavy

    from bookcar.advice.wording import explanation  # noqa: PLC0415  heavy

    def change(one: Change) -> dict[str, Any]:
        return {**msgspec.to_builtins(one), "text": words.change(one)}

    rows = {row.stop: row for row in plan.unserved}
    return {
        "plan": plan.id,
        "week": plan.week,
        "visits": [msgspec.to_builtins(visit) for visit in visits],
        "stops": [
            {
                **msgspec.to_builtins(why),
                "reason": rows[why.id].reason,
                "why": explanation(plan, rows[why.id], spoken()),
                "text": words.level(why),
                "changes": [change(one) for one in why.changes],
            }
            for why in whys.stops
        ],
        "together": [change(one) for one in whys.together],
    }
