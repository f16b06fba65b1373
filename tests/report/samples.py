"""Reports for the tests of the writers: one with everything, one with nothing, one hostile."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
from report.records import FIRST, LAST, random_district
from report.weeks import write_plans

from bookcar.model import District
from bookcar.phrases import Language
from bookcar.report.build import report_of
from bookcar.report.figures import Form, Report

HOSTILE = "{{ x }}</script><script>alert(1)</script> =1+1 #let $ *b* \u202e\x07"


def full(folder: Path, *, language: Language = "en", form: Form = "plain", seed: int = 1) -> Report:
    """Return the report of random records with plans of most weeks."""
    district = random_district(seed)
    write_plans(folder, district, seed=seed, first=FIRST, last=LAST)
    return report_of(district, FIRST, LAST, plans=folder, language=language, form=form)


def empty(language: Language = "en") -> Report:
    """Return the report of a half-year in which nothing was recorded."""
    first, last = dt.date(2020, 1, 1), dt.date(2020, 6, 30)
    return report_of(random_district(1), first, last, language=language, form="us")


def hostile(language: Language = "en") -> Report:
    """Return a report in which every name and note is what no template must run."""
    return report_of(_named(random_district(2)), FIRST, LAST, language=language, form="no")


def _named(district: District) -> District:
    change = msgspec.structs.replace
    return change(
        district,
        name=HOSTILE,
        stops=tuple(change(s, name=HOSTILE, area=HOSTILE) for s in district.stops),
        vehicles=tuple(change(v, name=HOSTILE) for v in district.vehicles),
        visits=tuple(change(v, note=HOSTILE) for v in district.visits),
    )
