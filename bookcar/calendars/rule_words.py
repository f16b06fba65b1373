"""How often a stop is to be visited, in words: its rule itself, not the longest time it leaves."""

from __future__ import annotations

import re

import msgspec

from bookcar.model import Stop
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence
from bookcar.recurrence import WEEKDAY_CODES, EveryWeeks, IsoWeeks, MonthWeekdays, RRule, Rule

_MONTHLY = re.compile(r"FREQ=MONTHLY;BYDAY=([^;=]+)")
_NTH = re.compile(r"([+-]?[1-5])([A-Z]{2})")


def rule_of(stop: Stop) -> Sentence | None:
    """Return the rule of a stop; None if it falls due so many weeks after its last visit."""
    return None if stop.recurs is None else rule_sentence(stop.recurs)


def rule_sentence(rule: Rule) -> Sentence:
    """Return what a rule says; of an RRULE that is none of ours, its own text."""
    if isinstance(rule, EveryWeeks) and rule.weekdays:
        return Sentence(
            key="calendar.every-weeks-on", figures={"weeks": rule.weeks, "days": rule.weekdays}
        )
    if isinstance(rule, EveryWeeks):
        return Sentence(key="calendar.every-weeks", figures={"weeks": rule.weeks})
    if isinstance(rule, IsoWeeks):
        return Sentence(key=f"calendar.{'odd' if rule.odd else 'even'}-weeks")
    nth = rule.nth if isinstance(rule, MonthWeekdays) else _nth(rule)
    if nth:
        return Sentence(key="calendar.of-month", figures={"nth": nth})
    assert isinstance(rule, RRule)
    return Sentence(key="calendar.by-rule", figures={"rule": rule.text})


def how_often(rule: Sentence | msgspec.UnsetType, *, weeks: int, language: Language) -> str:
    """Return a stop's rule in words, or, where it has none, its ``weeks``."""
    plain = Sentence(key="calendar.every-weeks", figures={"weeks": weeks})
    return (rule or plain).text_in(language)


def _nth(rule: RRule) -> tuple[tuple[int, int], ...]:
    """Return the weekdays of the month of an RRULE that names nothing else; else nothing."""
    whole = _MONTHLY.fullmatch("".join(rule.text.split()).upper().removeprefix("RRULE:").strip(";"))
    found = [_NTH.fullmatch(part) for part in whole[1].split(",")] if whole else [None]
    known = [match for match in found if match is not None]
    if len(known) < len(found):
        return ()
    return tuple(sorted((int(match[1]), WEEKDAY_CODES.index(match[2])) for match in known))
