"""The command line: parse, call, write, say. Each command is a module, imported when it is run."""

from __future__ import annotations

import sys
from copy import copy
from gettext import gettext
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from bookcar import __version__
from bookcar.cli.failures import ending_in_order, exit_code_of, say_interrupted
from bookcar.cli.helping import Context, in_words, language_of, reworded
from bookcar.cli.recovered import recovered_in_words
from bookcar.phrases import FALLBACK, Language
from bookcar.phrases.helps import click_as_before, helps, translate_click

COMMANDS = {
    "init": "Write a starter district, from nothing or from an OpenStreetMap extract.",
    "import": "Make a district's tables of any list of stops.",
    "check": "Check a district's tables and its stops against the roads.",
    "crate": "Make batches of a library system's records, with barcodes.",
    "plan": "Plan a week: routes, manifests and maps.",
    "why": "Say why a stop is not served, and what would help.",
    "what-if": "Plan a week with changes, beside the week as it is.",
    "where": "Find the best places for stops or stores, or stops to merge.",
    "replan": "Plan the rest of a week again: a car is out or late, a stop shut, a road closed.",
    "close": "Take a week that is over into the records.",
    "timetable": "Make the timetable of many weeks that people are told.",
    "barcodes": "List barcodes with their new places after a week.",
    "campaign": "Schedule a campaign beside the service, and show how far it is.",
    "rota": "Show which collection is where in which week.",
    "event": "Show how it is with a fair: brought, back, missing, to come.",
    "audit": "Re-check a plan from the district's tables and the roads.",
    "manifest": "Write the manifests of a plan again.",
    "map": "Draw the maps of a plan again.",
    "coverage": "Map who is covered, as recorded and after a plan.",
    "report": "Report a period in figures, from what was recorded.",
    "compare": "Map what changes between two plans or weeks.",
    "doctor": "Look at fonts, versions and free disk.",
    "schema": "Print the JSON Schema of plan.json.",
}


class _Lazy(click.Group):
    """A group whose commands are known by name and imported only when they are run or explained."""

    context_class = Context
    language: Language = FALLBACK

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command = import_module(f"bookcar.cli.{module}").command
        assert isinstance(command, click.Command)
        return in_words(command, cmd_name, self.language)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        said = copy(self)
        said.help = helps(self.language).get("bookcar", {}).get("about", self.help)
        click.Command.format_help_text(said, ctx, formatter)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [reworded(param) for param in super().get_params(ctx)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = helps(self.language)
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(c, words.get(c, {}).get("short", s)) for c, s in COMMANDS.items()])

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        self.language = language_of(args)
        translate_click(self.language)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except KeyboardInterrupt:  # of which click makes an "Aborted!" and a 1
            sys.exit(say_interrupted())

    def invoke(self, ctx: click.Context) -> object:
        with exit_code_of(ctx), ending_in_order(ctx), recovered_in_words():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with click_as_before():
                return super().main(*args, **kwargs)
        finally:
            self.language = FALLBACK


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bookcar")
def main() -> None:
    """Plan the week of a county library's mobile book cars.

    Begin with 'bookcar init DIR', look it over with 'bookcar check DIR', then
    'bookcar plan DIR --week 2026-W49'.

    Exit codes: 0 done, 1 a bug, 2 bad input or usage, 3 nothing feasible,
    4 stops unserved (only with --strict), 130 interrupted.
    """
