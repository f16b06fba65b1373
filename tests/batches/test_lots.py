import datetime as dt

from builders import MONDAY, batch, stop

from bookcar.batches.lots import group
from bookcar.batches.terms import Demand, Supply


def _members(supplies, demands=(), had=None):
    _, lots = group(demands, supplies, had or {})
    return [[s.batch.id for s in members] for members in lots.members]


def _supply(id, depot="D", since=None, **fields):
    return Supply(batch=batch(id, **fields), depot=depot, since=since)


def test_equal_batches_form_one_lot_the_oldest_first():
    day = dt.date(2026, 1, 1)
    equal = [_supply("B3", since=MONDAY), _supply("B1", since=MONDAY), _supply("B2", since=MONDAY)]
    assert _members(equal) == [["B1", "B2", "B3"]]
    aged = [Supply(batch=batch(b, since=day), depot="D") for b in ("B2", "B1")]
    assert _members(aged) == [["B1", "B2"]]


def test_whatever_a_stop_could_tell_apart_is_another_lot():
    wanted = [Demand(stop=stop("s1", mix={"children": 1.0}))]
    others = [
        _supply("B1"),
        _supply("B2", books=51),
        _supply("B3", depot="E"),
        _supply("B4", since=MONDAY),
        _supply("B5", audience="school"),
        _supply("B6", mix={"children": 1.0}),
        _supply("B7"),
    ]
    lots = _members(others, wanted, {"s1": frozenset({"B7"})})
    assert lots == [["B1"], ["B2"], ["B3"], ["B4"], ["B5"], ["B6"], ["B7"]]


def test_what_no_stop_wants_makes_no_difference():
    alike = [_supply("B1", mix={"poetry": 1.0}), _supply("B2", mix={"art": 1.0}, kg=99)]
    assert _members(alike, [Demand(stop=stop("s1"))], {"s9": frozenset({"B1"})}) == [["B1", "B2"]]


def test_choices_leave_out_other_depots_later_days_and_what_it_has_had():
    supplies = [
        _supply("B1"),
        _supply("B2", depot="E"),
        _supply("B3", since=MONDAY),
        _supply("B4", since=MONDAY + dt.timedelta(days=1)),
        _supply("B5"),
    ]
    asked = Demand(stop=stop("s1"), depots=frozenset({"D"}), day=MONDAY)
    [want], lots = group([asked], supplies, {"s1": frozenset({"B5"})})
    assert [choice.depot for choice in want.choices] == ["D"]
    assert [lots.members[i][0].batch.id for i in want.choices[0].lots] == ["B1", "B3"]
