"""What every rule finds, in one place: the docs list it from here."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec

from bookcar.phrases import FALLBACK, catalogue, limit_codes


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """How bad it is to break a rule, and what the rule finds."""

    severity: str
    finds: str


@cache
def rules() -> dict[str, dict[str, Rule]]:
    """Return every rule by its name, by the part of the docs that lists it.

    ``tables`` finds what is wrong in the files, ``week`` what the roads and the plan show,
    ``board`` what is fixed by hand, ``opened`` what is wrong with a plan that is read again,
    ``records`` what is wrong with what comes back from a week, ``crates`` what is wrong with the
    records of a library system, ``what-if`` what is no change.
    """
    text = (resources.files(__package__) / "rules.toml").read_text("utf-8")
    found = msgspec.convert(tomllib.loads(text), dict[str, dict[str, Rule]])
    board = found["board"] | {f"route-{code}": _of_limit(code) for code in limit_codes()}
    return found | {"board": dict(sorted(board.items()))}


def _of_limit(code: str) -> Rule:
    return Rule(severity="error", finds=catalogue(FALLBACK)[f"limits.{code}.finds"])
