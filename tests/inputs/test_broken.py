"""Broken input of every kind: the rule, the place and the value are named, and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from inputs import folders as given
from inputs.cases import CASES, Case

from bookcar.errors import Fault
from bookcar.phrases import FALLBACK, LANGUAGES


def _id(case: Case) -> str:
    return f"{case.rule}-{case.place}-{str(case.value)[:12]}".encode("ascii", "replace").decode()


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_broken_input_is_named_with_its_place_and_cure(case: Case, tmp_path: Path) -> None:
    checked = given.check(tmp_path / "d", **case.changed)
    found = [fault for fault in checked.faults if fault.rule == case.rule]
    assert found, [str(fault) for fault in checked.faults]
    places = [(fault.file, fault.row, fault.column, fault.value) for fault in found]
    assert case.where in places
    fault = found[places.index(case.where)]
    assert fault.severity == case.severity
    assert_sentences(fault)
    assert (checked.district is None) == any(f.severity == "error" for f in checked.faults)


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_single_mistake_causes_no_other_errors(case: Case, tmp_path: Path) -> None:
    """One mistake, one error: no rule speaks up about what another has already found."""
    checked = given.check(tmp_path / "d", **case.changed)
    errors = {fault.rule for fault in checked.faults if fault.severity == "error"}
    follow_ups = {
        "duplicate-id": {"coordinates-outside"},
        "batch-in-two-places": {"unknown-batch"},
        "two-road-sources": {"missing-extract", "missing-matrix"},
        "wrong-type": {"no-depot", "missing-key", "unknown-depot", "unknown-place"},
        "no-depot": set(),
        "bad-id": {"unknown-vehicle"},
        "unknown-profile": set(),
        "ends-before-starts": {"no-working-vehicle"},
    }
    assert errors <= {case.rule} | follow_ups.get(case.rule, set())


def test_there_are_at_least_forty_kinds() -> None:
    assert len({case.rule for case in CASES}) >= 70


def test_faults_come_all_at_once_in_the_order_of_files_and_rows(tmp_path: Path) -> None:
    stops = given.STOPS.replace("village", "vilage").replace(",68,", ",-68,")
    checked = given.check(
        tmp_path / "d",
        district="nam = 1\n" + given.TOML,
        stops=stops,
        visits=given.VISITS.replace("2026-10-01", "2026-10-32"),
    )
    places = [(fault.file, fault.row) for fault in checked.faults]
    assert places == [
        ("district.toml", 1),
        ("stops.csv", 2),
        ("stops.csv", 4),
        ("stops.csv", 5),
        ("visits.csv", 3),
    ]


def assert_sentences(fault: Fault) -> None:
    for language in LANGUAGES:
        for sentence in (fault.problem_in(language), fault.fix_in(language)):
            assert language != FALLBACK or not sentence[0].islower(), fault
            assert sentence.rstrip()[-1] in ".?…。？", fault
        assert "\n" not in fault.text_in(language).replace("\\n", "")
