"""Write the pages of the docs that come from the code: run ``python docs/build.py`` after a change.

``tests/test_docs.py`` compares them with what stands in the folder.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from bookcar.audit import GROUND, LOADS, RULES
from bookcar.audit.campaign import CAMPAIGN_GROUND, CAMPAIGN_RULES
from bookcar.audit.timetable import TIMETABLE_GROUND, TIMETABLE_RULES
from bookcar.campaigns.progress import campaign_schema
from bookcar.cli import COMMANDS, main
from bookcar.inputs.reference import renewed
from bookcar.plan import json_schema
from bookcar.scenarios.data import what_if_schema
from bookcar.siting.where import where_schema
from bookcar.timetable import timetable_schema

HERE = Path(__file__).resolve().parent
WITH_TABLES = (
    "inputs.md",
    "import.md",
    "board.md",
    "records.md",
    "replan.md",
    "books.md",
    "what-if.md",
    "where.md",
)

AUDIT = """\
# The audit

`bookcar audit PLAN` checks a plan from scratch: from the district's tables as they stood before the
week, and the travel times between its stops, with code that shares nothing with the search that
made it. `bookcar plan`, `bookcar manifest` and `bookcar map` do the same and write nothing if a
rule is broken. A plan that somebody edited is told by its id, which is that of its content.

Tables move on while a week lasts: visits are recorded, a stop is closed, a car is sold. A plan
that was clean when it was made then breaks rules, and lost sheets must be printed all the same. So
where a file of the district is not the one the plan was made from (`inputs-unchanged`),
`bookcar manifest` and `bookcar map` write the plan **as it was made**, and say so with the files
that changed. Only `board.html` goes by the tables as they are now, for a plan adjusted today is
held to them. Three things are never waived, whatever became of the tables: a plan that names an
id which none of its own rows has is opened by no command (`known-ids`), and one whose id is not
that of its content (`plan-id`) or with a route outside its week (`dates-in-week`) is not printed.
`bookcar audit` waives nothing.

Each rule is a named function in `bookcar/audit/` with a test that breaks it.

| rule | what it holds |
| --- | --- |
"""

TIMETABLES = """
## Timetables

`bookcar timetable` writes none that breaks one of these rules (`bookcar/audit/timetable.py`);
`bookcar audit` holds a timetable.json to them again:

| rule | what it holds |
| --- | --- |
"""

CAMPAIGNS = """
## Campaigns

What `bookcar campaign` wrote is held to these (`bookcar/audit/campaign.py`). The routes that it
shares with the regular service are those of the weeks, and are audited with their plans:

| rule | what it holds |
| --- | --- |
"""

CAMPAIGN_RULES_ALL = (*CAMPAIGN_GROUND, *CAMPAIGN_RULES)

TIMETABLE_RULES_ALL = (*TIMETABLE_GROUND, *TIMETABLE_RULES)

COMMANDS_HEAD = """\
# The commands

`bookcar COMMAND --help` shows what stands here. Results go to stdout, progress and warnings to
stderr; `--json` prints one JSON object with a `schema_version` instead.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | a bug in bookcar (its message says what to report), or the disk failed |
| 2 | bad input or usage; nothing was written |
| 3 | nothing feasible: no vehicle works that week, or no due stop gets a visit |
| 4 | planned, with stops unserved (only with `--strict`) |
| 129, 143 | ended by the system (SIGHUP, SIGTERM), cleared up as after Ctrl-C; nothing written |
| 130 | interrupted; nothing was written, or `bookcar plan` wrote its best plan so far and says so |
"""


def pages() -> dict[str, str]:
    """Return the text of each generated page by its file name."""
    made = {
        "audit.md": _audit(),
        "commands.md": _commands(),
        "plan.schema.json": _schema(json_schema()),
        "timetable.schema.json": _schema(timetable_schema()),
        "campaign.schema.json": _schema(campaign_schema()),
        "what-if.schema.json": _schema(what_if_schema()),
        "where.schema.json": _schema(where_schema()),
    }
    return made | {name: renewed((HERE / name).read_text("utf-8")) for name in WITH_TABLES}


def _schema(schema: dict[str, object]) -> str:
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


def _audit() -> str:
    weeks = f"{AUDIT}{_rows((*GROUND, *LOADS, *RULES))}"
    timetables = f"{TIMETABLES}{_rows(TIMETABLE_RULES_ALL)}"
    return f"{weeks}{timetables}{CAMPAIGNS}{_rows(CAMPAIGN_RULES_ALL)}"


def _rows(rules: tuple[object, ...]) -> str:
    rows = (f"| {rule.__name__.replace('_', '-')} | {_rule(rule.__doc__)} |" for rule in rules)
    return "\n".join(rows) + "\n"


def _rule(doc: str | None) -> str:
    return " ".join((doc or "").split())


def _commands() -> str:
    context = click.Context(main, info_name="bookcar", **main.context_settings)
    return COMMANDS_HEAD + "".join(_command(context, name) for name in COMMANDS)


def _command(parent: click.Context, name: str) -> str:
    command = main.get_command(parent, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=parent, max_content_width=96)
    return f"\n## bookcar {name}\n\n```text\n{context.get_help()}\n```\n"


def write() -> None:
    """Write every generated page."""
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
