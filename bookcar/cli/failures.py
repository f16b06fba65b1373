"""What the command line says when something goes wrong, and the exit code it gives."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
import msgspec

from bookcar.cli.fault_groups import grouped
from bookcar.cli.speech import spoken
from bookcar.errors import (
    AuditError,
    BookcarError,
    BrokenPlanError,
    Ended,
    Fault,
    InputError,
    finding_in,
)
from bookcar.phrases import Phrases

INTERRUPTED = 130
SIGNALLED = 128
JSON_VERSION = 1
_PRESSED = "bookcar.pressed"  # set in the context's meta by Ctrl-C
WANTS_JSON = "bookcar.json"  # set in the context's meta by the option --json


@contextmanager
def exit_code_of(ctx: click.Context) -> Iterator[None]:
    """Turn bookcar's errors into messages on stderr (JSON on stdout with --json) and exit codes."""
    try:
        yield
    except BookcarError as error:
        of_faults = error.language if isinstance(error, InputError) else None
        _say(error, spoken(ctx, of_faults=of_faults), as_json=ctx.meta.get(WANTS_JSON, False))
        ctx.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        ctx.exit(say_interrupted(ctx))
    except (ImportError, SystemError):  # what compiled modules make of Ctrl-C as they are loaded
        if not was_pressed(ctx):
            raise
        ctx.exit(say_interrupted(ctx))
    except Ended as ended:
        click.echo(spoken(ctx)("cli.ended"), err=True)
        ctx.exit(SIGNALLED + ended.signal)


def was_pressed(ctx: click.Context | None = None) -> bool:
    """Tell whether Ctrl-C was pressed, whatever became of it."""
    ctx = ctx or click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(_PRESSED))


def say_interrupted(ctx: click.Context | None = None) -> int:
    """Say that Ctrl-C ended the program, and return its exit code."""
    click.echo(spoken(ctx)("cli.interrupted"), err=True)
    return INTERRUPTED


@contextmanager
def ending_in_order(ctx: click.Context | None = None) -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the program the way Ctrl-C does, with everything cleared up.

    And remember a Ctrl-C, as a library may make another error of it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may ask for signals
        return

    def press(number: int, frame: FrameType | None) -> None:
        if ctx is not None:
            ctx.meta[_PRESSED] = True
        signal.default_int_handler(number, frame)

    asked = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, _end) for number in asked}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise Ended(number)


def _say(error: BookcarError, say: Phrases, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_data(error, say))
    elif isinstance(error, InputError):
        say_faults(error.faults, say)
    elif isinstance(error, AuditError):
        click.secho(say("cli.broken"), fg="red", err=True)
        for finding in error.findings:
            click.echo(f"  {printable(finding_in(finding, say.language))}", err=True)
        if not isinstance(error, BrokenPlanError):
            click.echo(say("cli.bug"), err=True)
    else:
        click.secho(f"{say('cli.error')}: {error.text_in(say.language)}", fg="red", err=True)


def _as_data(error: BookcarError, say: Phrases) -> dict[str, object]:
    if isinstance(error, InputError):
        return faults_as_data(error.faults, say)
    if isinstance(error, BrokenPlanError):
        return {"findings": _found(error, say)}
    if isinstance(error, AuditError):
        return {"error": say("cli.bug"), "findings": _found(error, say)}
    return {"error": error.text_in(say.language)}


def _found(error: AuditError, say: Phrases) -> list[str]:
    return [finding_in(finding, say.language) for finding in error.findings]


def print_json(data: dict[str, object]) -> None:
    """Print an answer of --json: one object with its schema version first."""
    text = msgspec.json.encode({"schema_version": JSON_VERSION, **data})
    click.echo(msgspec.json.format(text, indent=1).decode())


def say_faults(faults: Sequence[Fault], say: Phrases) -> None:
    """Print faults to stderr by their kinds: where, what is wrong, how to fix it; errors first."""
    for group in grouped(faults):
        severity = group.first.severity
        colour = "red" if severity == "error" else "yellow"
        click.secho(f"{say(f'cli.{severity}')}: ", fg=colour, bold=True, err=True, nl=False)
        for line in group.lines(say):
            click.echo(printable(line), err=True)


def faults_as_data(faults: Sequence[Fault], say: Phrases) -> dict[str, object]:
    """Return every fault, and their kinds with a count each, as ``--json`` prints them."""
    return {
        "groups": [group.told_in(say) for group in grouped(faults)],
        "faults": [fault.told_in(say.language) for fault in faults],
    }


def to_type(path: Path) -> str:
    """Return a path as one types it after a command."""
    text = str(path)
    return f'"{text}"' if " " in text else text


NO_BREAK = "\N{NO-BREAK SPACE}"
"""Stands before marks in French, and steers nothing."""


def printable(text: str) -> str:
    """Return text that cannot steer the terminal: control and bidi characters are shown escaped."""
    return "".join(c if c.isprintable() or c == NO_BREAK else ascii(c)[1:-1] for c in text)
