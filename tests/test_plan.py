"""plan.json: read back as written, told apart from anything else, described by its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest
from audit.clean import clean

from bookcar import plan as plans
from bookcar.errors import Fault, InputError
from bookcar.plan_file import load


def test_a_plan_reads_back_as_it_was(tmp_path: Path) -> None:
    plan = clean().plan
    plan.save(tmp_path / "plan.json")
    assert load(tmp_path / "plan.json") == plan
    assert load(tmp_path) == plan
    assert load(tmp_path).to_json() == (tmp_path / "plan.json").read_bytes()


def test_the_id_is_that_of_the_content() -> None:
    plan = clean().plan
    assert plan.with_id() == plan
    other = msgspec.structs.replace(plan, week="2026-W50").with_id()
    assert other.id != plan.id


def test_a_plan_keeps_the_published_schema(root: Path) -> None:
    published = json.loads((root / "docs" / "plan.schema.json").read_text("utf-8"))
    assert published == json.loads(json.dumps(plans.json_schema()))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads(clean().plan.to_json()), published)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a plan"),
        (b"[]", "is not a plan"),
        (b"\xff\xfe", "is not a plan"),
        (b'{"schema_version": 99}', "has schema version 99"),
        (b'{"schema_version": 7}', "is not a plan"),
        (b'{"schema_version": 6}', "has schema version 6"),
    ],
)
def test_what_is_not_a_plan_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load(path)
    assert caught.value.faults[0].fix


def test_a_missing_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"no plan\.json.*e\.g\. routes/"):
        load(tmp_path)


def test_the_summary_has_the_weeks_figures() -> None:
    assert clean().plan.summary() == (
        "Testshire 2026-W49: 3 of 4 due stops served in 2 routes, 50 km, 150 books; 1 unserved."
    )


def test_files_that_are_new_gone_or_changed_are_told_in_their_order() -> None:
    then = {"stops.csv": "a", "batches.csv": "b", "vehicles.csv": "c"}
    made = plans.Provenance(
        bookcar="0", folder="county", inputs=then, seed=1, effort="quick", iterations=0
    )
    assert made.changed(then) == ()
    now = {"vehicles.csv": "c", "visits.csv": "d", "stops.csv": "e"}
    assert made.changed(now) == ("batches.csv", "stops.csv", "visits.csv")


def test_a_plan_whose_warning_has_no_words_is_refused(tmp_path: Path) -> None:
    plan = clean().plan
    for warning in (Fault(rule="no-such-rule", file="x"), Fault(rule="two-sources", file="x")):
        path = tmp_path / "plan.json"
        msgspec.structs.replace(plan, warnings=(warning,)).save(path)
        with pytest.raises(InputError, match=r"warnings\[0\]: bookcar has no words"):
            load(path)
