"""A plan made by hand is refused in words: what is wrong, where in the file, all of it at once."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from audit.clean import clean
from audit.test_reloads import reloading

from bookcar.audit import audit
from bookcar.errors import BookcarError, Fault, InputError
from bookcar.maps.compare import compare
from bookcar.plan import Plan
from bookcar.plan_file import load
from bookcar.plan_rules import RULES, faults_of

Keys = tuple[str | int, ...]

BREAKS: list[tuple[str, Keys, Any]] = [
    ("plan-week", ("week",), "2026-W54"),
    ("plan-week", ("week",), "2026w49"),
    ("plan-week", ("week",), "9999-W52"),
    ("plan-week", ("week",), "../2026-W49"),
    ("plan-time-zone", ("time_zone",), "Mars/Olympus"),
    ("plan-time-zone", ("time_zone",), "../../etc/passwd"),
    ("plan-time-zone", ("time_zone",), "America"),
    ("plan-dates", ("routes", 0, "date"), "2026-12-07"),
    ("known-ids", ("routes", 0, "vehicle"), "X"),
    ("known-ids", ("routes", 0, "depot"), "S1"),
    ("known-ids", ("routes", 0, "calls", 0, "stop"), "D"),
    ("known-ids", ("routes", 0, "calls", 0, "drops", 0), "STAYS"),
    ("known-ids", ("routes", 0, "calls", 0, "collects", 0), "OLDER"),
    ("known-ids", ("routes", 0, "calls", 0, "requests", 0), "Q2"),
    ("known-ids", ("unserved", 0, "stop"), "S9"),
    ("known-ids", ("requests", 0, "stop"), "S9"),
    ("known-ids", ("batches", 0, "at"), "S9"),
    ("ids-once", ("stops", 4, "id"), "S4"),
    ("ids-once", ("stops", 4, "id"), "D"),
    ("ids-once", ("routes", 1, "id"), "R01"),
    ("plan-numbers", ("routes", 0, "back"), 86_401),
    ("plan-numbers", ("routes", 0, "calls", 0, "arrive"), -1),
    ("plan-numbers", ("routes", 0, "metres"), -30_000),
    ("plan-numbers", ("batches", 0, "crates"), -2),
    ("plan-numbers", ("stops", 0, "windows"), [[0, 90_000]]),
    ("plan-numbers", ("stops", 0, "lat"), 90.5),
    ("plan-numbers", ("objective", "terms", "km"), 1e300),
    ("plan-lines", ("routes", 0, "last_leg", "line"), "_p~iF~ps|"),
    ("plan-lines", ("routes", 0, "last_leg", "line"), "a road"),
    ("plan-lines", ("routes", 0, "last_leg", "line"), "~~~~~~~~~?~~~~~~~~~?"),
    ("plan-calls", ("routes", 1, "calls"), []),
    ("plan-calls", ("routes", 1, "calls", 0, "moment"), "after"),
    ("plan-words", ("unserved", 0, "reason"), "too-far"),
    ("plan-words", ("objective", "terms", "bribes"), 5.0),
    ("plan-words", ("unserved", 0, "obstacles"), [{"vehicle": "V", "code": "bribes"}]),
]


def _tree(plan: Plan) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(plan.to_json())
    return tree


def _changed(tree: dict[str, Any], keys: Keys, value: Any) -> dict[str, Any]:
    tree = copy.deepcopy(tree)
    node: Any = tree
    for key in keys[:-1]:
        node = node[key]
    node[keys[-1]] = value
    return tree


def _faults(folder: Path, tree: dict[str, Any]) -> tuple[Fault, ...]:
    (folder / "plan.json").write_text(json.dumps(tree), "utf-8")
    with pytest.raises(InputError) as caught:
        load(folder)
    return caught.value.faults


@pytest.mark.parametrize("plan", [clean().plan, reloading().plan], ids=["plain", "with a reload"])
def test_a_plan_that_bookcar_made_keeps_every_rule(plan: Plan) -> None:
    assert faults_of(plan, "plan.json") == []


@pytest.mark.parametrize(("rule", "keys", "value"), BREAKS)
def test_a_broken_rule_is_told_with_its_place(
    tmp_path: Path, rule: str, keys: Keys, value: Any
) -> None:
    faults = _faults(tmp_path, _changed(_tree(clean().plan), keys, value))
    told = [fault for fault in faults if fault.rule == rule]
    assert told, faults
    assert told[0].file == str(tmp_path / "plan.json")
    assert told[0].column is not None
    assert told[0].column.startswith(str(keys[0])) or keys[0] == "stops"
    assert told[0].fix


@pytest.mark.parametrize("field", ["depot", "unloads", "loads"])
def test_what_a_reload_names_must_be_in_the_plan(tmp_path: Path, field: str) -> None:
    tree = _tree(reloading().plan)
    reload = tree["routes"][0]["calls"][1]
    assert reload["kind"] == "reload"
    reload[field] = "X" if field == "depot" else ["X"]
    assert {fault.rule for fault in _faults(tmp_path, tree)} == {"known-ids"}


def test_a_reload_comes_before_a_visit(tmp_path: Path) -> None:
    tree = _tree(reloading().plan)
    first, reload, last = tree["routes"][0]["calls"]
    tree["routes"][0]["calls"] = [first, last, reload]
    (fault,) = _faults(tmp_path, tree)
    assert (fault.rule, fault.column) == ("plan-calls", "routes[0].calls[2]")


def test_every_rule_is_broken_somewhere_in_this_file() -> None:
    assert {rule.__name__.replace("_", "-") for rule in RULES} == {rule for rule, _, _ in BREAKS}


def test_all_faults_are_told_at_once_each_at_its_path(tmp_path: Path) -> None:
    tree = _changed(_tree(clean().plan), ("routes", 0, "calls", 1, "stop"), "S9")
    tree = _changed(tree, ("routes", 1, "calls", 1, "drops", 0), "B9")
    tree = _changed(tree, ("time_zone",), "Nowhere")
    found = [(fault.column, fault.value) for fault in _faults(tmp_path, tree)]
    assert found == [
        ("time_zone", "Nowhere"),
        ("routes[0].calls[1].stop", "S9"),
        ("routes[1].calls[1].drops[0]", "B9"),
    ]


def test_words_of_the_district_are_not_taken_for_names_of_fields(tmp_path: Path) -> None:
    tree = _changed(_tree(clean().plan), ("batches", 0, "mix"), {"at": 0.5, "on": 0.5})
    (tmp_path / "plan.json").write_text(json.dumps(tree), "utf-8")
    assert load(tmp_path).batches[0].mix["on"] == 0.5


def test_brackets_without_end_are_no_plan(tmp_path: Path) -> None:
    deep = '{"x": ' + "[" * 100_000
    (tmp_path / "plan.json").write_text(deep, "utf-8")
    with pytest.raises(InputError, match="is not a plan"):
        load(tmp_path)


# A plan changed at random: whatever opens, holds.

_WRONG: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 7, 86_400, 10**6, 10**12, 2**80, 0.5, -0.5, 1e308),
    *("", "X", "S1", "B1", "D", "\n", "../x", "a\u202eb", "2026-W50", "2027-01-01", "_", "~~~~"),
    *([], {}, ["X"], [[0, 1]], {"a": 1}),
)


def _places(node: Any, keys: Keys = ()) -> Iterator[Keys]:
    yield keys
    inner = node.items() if isinstance(node, dict) else ()
    inner = enumerate(node) if isinstance(node, list) else inner
    for key, value in inner:
        yield from _places(value, (*keys, key))


def _value(node: Any, keys: Keys) -> Any:
    for key in keys:
        node = node[key]
    return node


def _mutant(tree: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Return the plan with a value of another kind, or of the same field elsewhere, or doubled."""
    places = [keys for keys in _places(tree) if keys]
    keys = rng.choice(places)
    alike = [other for other in places if other[-1] == keys[-1]]
    value = rng.choice([rng.choice(_WRONG), _value(tree, rng.choice(alike))])
    mutant = _changed(tree, keys, value)
    above = _value(mutant, keys[:-1])
    if isinstance(above, list) and rng.random() < 0.3:
        above.append(copy.deepcopy(value))
    elif isinstance(above, dict) and rng.random() < 0.2:
        del above[keys[-1]]
    return mutant


@pytest.mark.parametrize("made", [clean, reloading], ids=["plain", "with a reload"])
def test_whatever_is_changed_a_plan_is_refused_in_words_or_opens(made: Any, tmp_path: Path) -> None:
    case, opened, refused = made(), 0, 0
    tree, rng = _tree(case.plan), random.Random(49)
    for _ in range(400):
        (tmp_path / "plan.json").write_text(json.dumps(_mutant(tree, rng)), "utf-8")
        try:
            plan = load(tmp_path).with_id()
        except BookcarError:
            refused += 1
            continue
        opened += 1
        audit(plan, case.district, case.travel)
        compare(case.plan, plan)
        compare(plan, case.plan)
        assert plan.summary()
    assert opened > 50
    assert refused > 100
