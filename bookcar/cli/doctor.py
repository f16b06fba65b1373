"""``bookcar doctor``: what this computer has and lacks."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path

import click

from bookcar import __version__
from bookcar.cli.failures import print_json
from bookcar.cli.helping import columns_of
from bookcar.cli.options import json_option
from bookcar.cli.speech import spoken
from bookcar.phrases import Phrases

ENOUGH_DISK_MB = 500
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


@click.command("doctor", short_help="Look at fonts, versions and free disk.")
@json_option
def command(*, as_json: bool) -> None:
    """Look at what this computer has: versions, fonts, free disk, browser, cache.

    Exits with 2 if something that printing or planning needs is missing.
    """
    versions = {name: _version(name) for name in _libraries()}
    free_mb = shutil.disk_usage(Path.cwd()).free // 1_000_000
    say = spoken()
    fonts, lacking = _fonts(say)
    problems = [*_missing(versions, say), *lacking]
    if free_mb < ENOUGH_DISK_MB:
        problems.append(say("trouble.doctor-disk", free=free_mb, enough=ENOUGH_DISK_MB))
    report = {
        "bookcar": __version__,
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "libraries": versions,
        "fonts": fonts,
        "free_mb": free_mb,
        "browser": next((name for name in BROWSERS if shutil.which(name)), None),
        "cache": str(_cache_folder()),
        "problems": problems,
    }
    if as_json:
        print_json(report)
    else:
        _say(report, say)
    raise SystemExit(2 if problems else 0)


def _libraries() -> list[str]:
    """Return what bookcar cannot do without, by its own package: what tests or lints is extra."""
    try:
        wanted = metadata.requires("bookcar") or []
    except metadata.PackageNotFoundError:  # run from a folder of sources
        return ["bookcar"]
    names = (re.match(r"[\w.-]+", line) for line in wanted if "extra ==" not in line)
    return sorted(name[0] for name in names if name)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _missing(versions: dict[str, str | None], say: Phrases) -> list[str]:
    return [
        say("trouble.doctor-library", name=name)
        for name, version in versions.items()
        if version is None
    ]


def _fonts(say: Phrases) -> tuple[list[str], list[str]]:
    from bookcar.manifests.fonts import font_report  # noqa: PLC0415  heavy

    report = font_report()
    found, problems = (
        [line.text_in(say.language) for line in lines] for lines in (report.found, report.problems)
    )
    return found, problems


def _cache_folder() -> Path:
    from bookcar.roads.cache import cache_folder  # noqa: PLC0415  heavy

    return cache_folder()


def _say(report: dict[str, object], say: Phrases) -> None:
    for name, value in report.items():
        if name != "problems":
            row = "bookcar" if name == "bookcar" else say(f"trouble.doctor-row-{name}")
            gap = " " * (10 - columns_of(row))
            click.echo(f"{row}{gap} {_line(value, say)}")
    problems = report["problems"]
    assert isinstance(problems, list)
    for problem in problems:
        click.secho(f"{say('trouble.doctor-problem')}: {problem}", fg="red")
    if not problems:
        click.echo(say("trouble.doctor-well"))


def _line(value: object, say: Phrases) -> str:
    if isinstance(value, dict):
        missing = say("trouble.doctor-missing")
        return ", ".join(f"{name} {version or missing}" for name, version in value.items())
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    return say("trouble.doctor-none") if value is None else str(value)
