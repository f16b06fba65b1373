"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from bookcar.cli.failures import WANTS_JSON
from bookcar.cli.speech import spoken
from bookcar.phrases import LANGUAGES

Command = TypeVar("Command", bound=Callable[..., Any])


def as_day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> dt.date | None:
    """Return the day that an option names, None where it is not given."""
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError:
        raise click.BadParameter(spoken()("trouble.no-day", value=value)) from None


def routes_option(command: Command) -> Command:
    """Add ``--routes``: the top folder of plans and manifests."""
    return click.option(
        "--routes",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("routes"),
        show_default=True,
        help="Folder in which <district>/<week> with plan and manifests is written.",
    )(command)


def maps_option(command: Command) -> Command:
    """Add ``--maps``: the top folder of maps."""
    return click.option(
        "--maps",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("maps"),
        show_default=True,
        help="Folder in which <district>/<week> with the maps is written.",
    )(command)


def language_option(command: Command) -> Command:
    """Add ``--lang``: the language of everything printed and drawn."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        help="Language of manifests and maps, instead of the district's own.",
    )(command)


def font_option(command: Command) -> Command:
    """Add ``--font``: a font file for characters the installed fonts lack."""
    return click.option(
        "--font",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Font file (ttf, otf, ttc) for characters the installed fonts lack.",
    )(command)


def tiles_options(command: Command) -> Command:
    """Add ``--tiles`` and ``--tiles-credit``: a background the user names."""
    command = click.option(
        "--tiles-credit",
        default="",
        metavar="TEXT",
        help='Whose the tiles are, e.g. "© OpenStreetMap contributors"; printed on the maps.',
    )(command)
    return click.option(
        "--tiles",
        default="",
        metavar="TILES",
        help="Background of the maps: a folder of z/x/y.png, or a server's address with {z}, {x} "
        "and {y}. Without it no page asks the network for anything.",
    )(command)


def json_option(command: Command) -> Command:
    """Add ``--json``: one JSON object on stdout instead of text, errors included."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        is_eager=True,  # known before another option is refused
        callback=_remember_json,
        help="Print one JSON object instead of text.",
    )(command)


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.meta[WANTS_JSON] = value
    return value


def district_option(command: Command) -> Command:
    """Add ``--district``: where the tables are, if not where the plan says."""
    return click.option(
        "--district",
        type=click.Path(path_type=Path),
        help="The district's folder, if it is not where the plan was made from.",
    )(command)
