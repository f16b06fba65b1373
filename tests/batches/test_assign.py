import datetime as dt
import itertools
import signal
from fractions import Fraction
from statistics import median_low

import numpy as np
import pytest
from builders import MONDAY, batch, stop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookcar.batches.again import choose_again
from bookcar.batches.assign import Assignment, Demand, Supply, assign_batches
from bookcar.batches.bundles import nothing
from bookcar.batches.lots import group
from bookcar.batches.prices import Prices
from bookcar.batches.terms import Wished
from bookcar.model import Stop

NOBODY: dict[str, frozenset[str]] = {}
WEDNESDAY = MONDAY + dt.timedelta(days=2)


def demand(id: str, **fields) -> Demand:
    own = {
        key: fields.pop(key)
        for key in ("depots", "day", "weight", "wishes", "doubles")
        if key in fields
    }
    return Demand(stop=stop(id, **fields), **own)


def supply(id: str, depot: str = "D", since: dt.date | None = None, **fields) -> Supply:
    return Supply(batch=batch(id, **fields), depot=depot, since=since)


def assign(demands, supplies, had=NOBODY) -> Assignment:
    return assign_batches(demands, supplies, had=had)


# What a stop wants


def test_ctrl_c_is_left_as_it_was() -> None:
    """CP-SAT by itself would have it end the process from then on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        shelf = [supply(f"B{i}", books=20 + 3 * i) for i in range(9)]
        assign(
            [demand(f"S{i}", books=60 + i, depots=None, day=None, weight=1.0) for i in range(4)],
            shelf,
        )
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_nothing_wanted_and_nothing_there_is_no_fault():
    nothing = Assignment(drops={}, depot={}, short={}, fit=1.0, cost=0, bound=0)
    assert assign([], []) == nothing
    assert assign([], [supply("B1")]) == nothing


def test_a_stop_gets_as_many_batches_as_it_takes():
    result = assign([demand("s1", books=140)], [supply(f"B{i}") for i in range(5)])
    assert len(result.drops["s1"]) == 3
    assert result.short == {}


def test_without_any_batch_all_its_books_are_short():
    result = assign([demand("s1", books=68)], [])
    assert (result.drops, result.depot, result.short) == ({}, {}, {"s1": 68})


def test_a_partial_supply_is_brought_and_the_rest_reported():
    result = assign([demand("s1", books=120)], [supply("B1")])
    assert result.drops == {"s1": ("B1",)}
    assert result.short == {"s1": 70}


def test_a_stop_that_wants_no_books_gets_none():
    result = assign([demand("s1", books=0)], [supply("B1")])
    assert (result.drops, result.short) == ({}, {})


def test_an_empty_batch_is_not_brought():
    assert assign([demand("s1")], [supply("B1", books=0)]).drops == {}


def test_ids_are_sorted():
    result = assign([demand("s1", books=150)], [supply(b) for b in ("B2", "B10", "B1")])
    assert result.drops["s1"] == ("B1", "B10", "B2")


def test_the_batch_of_the_right_size_is_taken():
    sizes = (20, 49, 52, 90)
    result = assign([demand("s1", books=52)], [supply(f"B{n}", books=n) for n in sizes])
    assert result.drops == {"s1": ("B52",)}


def test_a_few_books_missing_are_better_than_a_whole_batch_too_many():
    result = assign([demand("s1", books=50)], [supply(f"B{i}", books=49) for i in range(3)])
    assert len(result.drops["s1"]) == 1
    assert result.short == {"s1": 1}


def test_many_books_missing_are_worse_than_a_batch_too_many():
    result = assign([demand("s1", books=50)], [supply(f"B{i}", books=40) for i in range(3)])
    assert len(result.drops["s1"]) == 2


# Fit


def test_the_set_of_batches_makes_the_mix():
    wanted = demand("s1", books=100, mix={"children": 0.5, "farming": 0.5})
    classes = ("children", "children", "farming", "culture")
    batches = [supply(f"B{i}", mix={c: 1.0}) for i, c in enumerate(classes)]
    result = assign([wanted], batches)
    assert {classes[int(b[1:])] for b in result.drops["s1"]} == {"children", "farming"}
    assert result.fit == 1.0


def test_classes_and_audiences_are_compared_without_case():
    wanted = demand("s1", mix={"Children": 1.0})
    result = assign([wanted], [supply("B1"), supply("B2", mix={" children": 1.0})])
    assert result.drops["s1"] == ("B2",)


def test_children_s_books_go_to_the_school():
    pupils, village = demand("s1", kind="school"), demand("s2")
    given = [supply("B1", audience="village"), supply("B2", audience="children")]
    assert assign([pupils, village], given).drops == {"s1": ("B2",), "s2": ("B1",)}


def test_a_class_counts_more_than_nothing_but_less_than_a_book_missing():
    wanted = demand("s1", books=50, mix={"farming": 1.0})
    given = [supply("B1", books=40, mix={"farming": 1.0}), supply("B2", mix={"culture": 1.0})]
    assert assign([wanted], given).drops["s1"] == ("B2",)


def test_fit_is_half_class_and_half_audience():
    wanted = demand("s1", mix={"farming": 1.0})
    mixed = supply("B1", mix={"farming": 0.5, "culture": 0.5}, audience="school")
    assert assign([wanted], [mixed]).fit == pytest.approx(0.25)


# Ties


def test_the_batch_longest_in_the_store_goes_first_then_the_lowest_id():
    given = [
        supply("B1", since=None, at="D"),
        Supply(batch=batch("B2", since=dt.date(2026, 1, 5)), depot="D"),
        Supply(batch=batch("B3", since=dt.date(2025, 1, 5)), depot="D"),
        Supply(batch=batch("B4", since=dt.date(2025, 1, 5)), depot="D"),
    ]
    order = []
    while given:
        [taken] = assign([demand("s1")], given).drops["s1"]
        order.append(taken)
        given = [s for s in given if s.batch.id != taken]
    assert order == ["B1", "B3", "B4", "B2"]


def test_a_batch_in_the_store_goes_before_one_still_to_be_collected():
    given = [supply("B1", since=WEDNESDAY), supply("B2")]
    assert assign([demand("s1")], given).drops["s1"] == ("B2",)


# Limits


def test_a_stop_gets_nothing_it_has_had():
    had = {"s1": frozenset({"B1"})}
    result = assign([demand("s1"), demand("s2")], [supply("B1"), supply("B2")], had)
    assert result.drops == {"s1": ("B2",), "s2": ("B1",)}


def test_equal_batches_with_different_pasts_are_told_apart():
    had = {"s1": frozenset({"B1", "B2"}), "s2": frozenset({"B2", "B3"})}
    result = assign(
        [demand(s) for s in ("s1", "s2", "s3")], [supply(f"B{i}") for i in (1, 2, 3)], had
    )
    assert result.drops == {"s1": ("B3",), "s2": ("B1",), "s3": ("B2",)}


def test_a_collected_batch_is_there_from_its_day_on():
    given = [supply("B1", since=WEDNESDAY)]
    days = {"s1": WEDNESDAY - dt.timedelta(days=1), "s2": WEDNESDAY, "s3": None}
    for stop_id, day in days.items():
        assert bool(assign([demand(stop_id, day=day)], given).drops) == (stop_id != "s1")


def test_all_batches_of_a_stop_come_from_one_depot():
    given = [supply("B1", "D"), supply("B2", "E"), supply("B3", "E")]
    result = assign([demand("s1", books=100)], given)
    assert result.drops == {"s1": ("B2", "B3")}
    assert result.depot == {"s1": "E"}


def test_a_stop_is_supplied_only_from_its_depots():
    given = [supply("B1", "D"), supply("B2", "E")]
    demands = [demand("s1", depots=frozenset({"E"})), demand("s2", depots=frozenset())]
    result = assign(demands, given)
    assert result.drops == {"s1": ("B2",)}
    assert result.short == {"s2": 50}


def test_a_scarce_batch_goes_to_the_stop_worth_more():
    for first, second in ((60.0, 300.0), (300.0, 60.0), (float("inf"), 1.0)):
        result = assign([demand("s1", weight=first), demand("s2", weight=second)], [supply("B1")])
        assert set(result.drops) == {"s1" if first > second else "s2"}


def test_every_stop_gets_something_before_one_of_the_same_worth_gets_all():
    demands = [demand("s1", books=100), demand("s2", books=100)]
    result = assign(demands, [supply("B1"), supply("B2")])
    assert result.short == {"s1": 50, "s2": 50}


@pytest.mark.parametrize(
    ("demands", "supplies", "message"),
    [
        ([demand("s1"), demand("s1", day=MONDAY)], [], "two demands of stop 's1'"),
        ([], [supply("B1"), supply("B1", "E")], "two supplies of batch 'B1'"),
    ],
)
def test_the_same_stop_or_batch_twice_is_refused(demands, supplies, message):
    with pytest.raises(ValueError, match=message):
        assign(demands, supplies)


def test_progress_is_told_once_through():
    class Log(list):
        def start(self, step, total):
            assert total > 0
            self.append(("start", step))

        def advance(self, done, note, count):
            assert note == "steps.bundles"
            assert count > 0
            self.append(("advance", done))

        def finish(self, summary, **figures):
            self.append(("finish", summary, figures))

    log = Log()
    assign_batches([demand("s1")], [supply("B1")], had=NOBODY, progress=log)
    assert log[0] == ("start", "steps.batches")
    assert log[-1] == ("finish", "steps.batches-done", {"batches": 1, "served": 1, "stops": 1})


def test_302_bookhouses_of_68_books_from_600_equal_batches():
    demands = [demand(f"s{i:03d}", kind="bookhouse", books=68) for i in range(302)]
    supplies = [supply(f"B{i:03d}", books=68) for i in range(600)]
    result = assign(demands, supplies)
    assert result.proved
    assert result.drops == {f"s{i:03d}": (f"B{i:03d}",) for i in range(302)}


# What readers wish for


def _wish(*batches: str, readers: int = 1) -> tuple[Wished, ...]:
    return (Wished(readers, dict.fromkeys(batches, 1)),)


def test_of_batches_as_good_a_stop_gets_the_one_that_a_reader_wishes_for():
    shelf = [supply("B1", since=None), supply("B2"), supply("B3")]
    assert assign([demand("s1", wishes=_wish("B2"))], shelf).drops == {"s1": ("B2",)}
    assert assign([demand("s1")], shelf).drops == {"s1": ("B1",)}


@pytest.mark.parametrize(("wrong", "expected"), [(19, "B2"), (21, "B1")])
def test_a_wish_weighs_as_twenty_books_of_the_wrong_class(wrong, expected):
    shelf = [
        supply("B1", books=100, mix={"art": 1.0}),
        supply("B2", books=100, mix={"art": 1 - wrong / 100, "law": wrong / 100}),
    ]
    wanting = demand("s1", books=100, mix={"art": 1.0}, wishes=_wish("B2"))
    assert assign([wanting], shelf).drops == {"s1": (expected,)}


def test_all_wishes_of_a_stop_weigh_less_than_a_missing_book():
    wishes = tuple(wish for _ in range(9) for wish in _wish("B2"))
    shelf = [supply("B1", books=50), supply("B2", books=49)]
    assert assign([demand("s1", wishes=wishes)], shelf).drops == {"s1": ("B1",)}


@pytest.mark.parametrize(("books", "expected"), [(9, ("B1", "B2")), (11, ("B1",))])
def test_a_batch_comes_beside_one_that_is_enough_if_it_is_too_many_by_less_than_ten(
    books, expected
):
    shelf = [supply("B1", books=50), supply("B2", books=books)]
    assert assign([demand("s1", wishes=_wish("B2"))], shelf).drops == {"s1": expected}


def test_no_set_is_taken_that_is_enough_without_its_largest_batch():
    """For both readers 15 books too many would do, were such a set considered."""
    shelf = [supply("B1", books=10), supply("B2", books=15)]
    wanting = demand("s1", books=10, mix={}, wishes=_wish("B2", readers=1) + _wish("B2"))
    assert assign([wanting], shelf).drops == {"s1": ("B2",)}
    assert assign([demand("s1", books=10)], shelf).drops == {"s1": ("B1",)}


def test_a_title_that_two_stops_wish_for_goes_where_it_matters_more():
    demands = [
        demand("s1", weight=30.0, wishes=_wish("B1")),
        demand("s2", weight=60.0, wishes=_wish("B1")),
    ]
    assert assign(demands, [supply("B1"), supply("B2")]).drops == {"s1": ("B2",), "s2": ("B1",)}


def test_a_required_stop_gets_its_batch_before_a_wish_elsewhere():
    demands = [
        demand("s1", weight=1e6, books=1, wishes=_wish("B1")),
        demand("s2", weight=1.0, required=True),
    ]
    assert assign(demands, [supply("B1")]).drops == {"s2": ("B1",)}


# Against every possible assignment, with the objective computed anew from its description


CLASSES = ("children", "farming", "culture")
MIXES = st.sampled_from(
    [{}]
    + [{c: 1.0} for c in CLASSES]
    + [{a: 0.5, b: 0.5} for a, b in itertools.combinations(CLASSES, 2)]
    + [{"children": 0.25, "farming": 0.75}, {"culture": 0.5}]
)
SIZES = st.integers(1, 8).map(lambda n: 8 * n)
DAYS = st.none() | st.integers(0, 4).map(lambda i: MONDAY + dt.timedelta(days=i))
DEPOTS = st.sampled_from([None, frozenset("D"), frozenset("E"), frozenset("DE")])


WISHES = st.builds(
    Wished,
    st.integers(1, 2),
    st.dictionaries(st.sampled_from([f"B{i}" for i in range(6)]), st.integers(1, 2), max_size=3),
)


DOUBLES = st.dictionaries(
    st.sampled_from([f"B{i}" for i in range(6)]), st.integers(1, 40), max_size=3
)


@st.composite
def counties(draw, stops: int = 4, batches: int = 6, most: int = 1):
    demands = [
        demand(
            f"s{i}",
            books=draw(SIZES) * draw(st.integers(1, most + 1)),
            mix=draw(MIXES),
            kind=draw(st.sampled_from(["village", "school"])),
            depots=draw(DEPOTS),
            day=draw(DAYS),
            weight=draw(st.sampled_from([0.0, 40.0, 60.0, 95.0, 1e6])),
            wishes=tuple(draw(st.lists(WISHES, max_size=3))),
            doubles=draw(DOUBLES),
        )
        for i in range(draw(st.integers(1, stops)))
    ]
    supplies = [
        Supply(
            batch=batch(
                f"B{i}",
                books=draw(SIZES),
                mix=draw(MIXES),
                audience=draw(st.sampled_from(["", "children", "village", "poets"])),
                since=draw(st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2026, 1, 1))),
            ),
            depot=draw(st.sampled_from("DDE")),
            since=draw(DAYS) if draw(st.booleans()) else None,
        )
        for i in range(draw(st.integers(0, batches)))
    ]
    ids = [s.batch.id for s in supplies]
    had = {
        d.stop.id: frozenset(draw(st.lists(st.sampled_from(ids), max_size=3)) if ids else ())
        for d in demands
    }
    return demands, supplies, had


def _may(d: Demand, s: Supply, had) -> bool:
    there = d.day is None or s.since is None or s.since <= d.day
    return there and s.batch.id not in had[d.stop.id] and (d.depots is None or s.depot in d.depots)


def _suited(audience: str, at: Stop) -> bool:
    known = {at.kind, *at.mix} | ({"children"} if at.kind == "school" else set())
    return audience in known | {""}


def _weights(demands) -> dict[str, int]:
    usual = median_low([d.weight for d in demands if d.weight > 0] or [1.0])
    return {d.stop.id: round(min(max(30 * d.weight / usual, 10), 100)) for d in demands}


def _ages(supplies) -> dict[str, int]:
    days = {s.batch.id: s.batch.since or dt.date.min for s in supplies if s.since is None}
    order = sorted(set(days.values()))
    ages = {b: order.index(day) * 9 // len(order) for b, day in days.items()}
    return {s.batch.id: ages.get(s.batch.id, 9) for s in supplies}


def _held(s: Supply) -> dict[str, Fraction]:
    mix = s.batch.mix or ({s.batch.audience: 1.0} if s.batch.audience else {})
    return {c: s.batch.books * Fraction(share) for c, share in mix.items()}


def _unwished(wishes: tuple[Wished, ...], chosen: tuple[Supply, ...]) -> int:
    """Return the readers whose wishes no copy in a set meets."""
    return sum(max(0, w.readers - sum(w.copies.get(s.batch.id, 0) for s in chosen)) for w in wishes)


def _points(d: Demand, weight: int, ages: dict[str, int], chosen: tuple[Supply, ...]) -> int:
    at = d.stop
    got = sum(s.batch.books for s in chosen)
    unmet = sum(
        max(0, at.books * Fraction(share) - sum(_held(s).get(c, 0) for s in chosen))
        for c, share in at.mix.items()
    )
    unsuited = sum(s.batch.books for s in chosen if not _suited(s.batch.audience, at))
    amiss = 40 * max(0, at.books - got) + 2 * max(0, got - at.books) + unmet + unsuited
    amiss += min(20 * _unwished(d.wishes, chosen), 39)
    amiss += sum(d.doubles.get(s.batch.id, 0) for s in chosen)
    points = weight * 1000 * amiss // at.books + sum(ages[s.batch.id] for s in chosen)
    return int(points if chosen else points + weight * 1000 * 40)


def _cheapest(demands, supplies, had) -> int:
    """Return the least points by dynamic programming over every subset of batches for each stop."""
    weights, ages = _weights(demands), _ages(supplies)
    rows = range(len(supplies))
    best = {frozenset(): 0}
    for d in demands:
        may = [i for i in rows if _may(d, supplies[i], had)]
        after: dict[frozenset[int], int] = {}
        for size in range(len(may) + 1):
            for some in itertools.combinations(may, size):
                chosen = tuple(supplies[i] for i in some)
                sizes = [s.batch.books for s in chosen]
                if len({s.depot for s in chosen}) > 1:
                    continue
                if sizes and sum(sizes) - max(sizes) >= d.stop.books:
                    continue  # enough without the largest
                points = _points(d, weights[d.stop.id], ages, chosen)
                for used, before in best.items():
                    if used.isdisjoint(some):
                        key = used | set(some)
                        after[key] = min(after.get(key, before + points), before + points)
        best = after
    return min(best.values())


def _check(demands, supplies, had, result: Assignment) -> None:
    """Assert every limit, and every figure of the result, from the given alone."""
    by_id = {s.batch.id: s for s in supplies}
    wanted = {d.stop.id: d for d in demands}
    moved = [b for some in result.drops.values() for b in some]
    assert len(moved) == len(set(moved))
    assert all(result.drops.values())
    assert set(result.depot) == set(result.drops) <= set(wanted)
    for stop_id, some in result.drops.items():
        assert list(some) == sorted(some)
        assert {by_id[b].depot for b in some} == {result.depot[stop_id]}
        assert all(_may(wanted[stop_id], by_id[b], had) for b in some)
    missing = {
        d.stop.id: d.stop.books - sum(by_id[b].batch.books for b in result.drops.get(d.stop.id, ()))
        for d in demands
    }
    assert result.short == {stop_id: n for stop_id, n in missing.items() if n > 0}
    assert 0 <= result.fit <= 1
    weights, ages = _weights(demands), _ages(supplies)
    assert result.cost == sum(
        _points(
            d,
            weights[d.stop.id],
            ages,
            tuple(by_id[b] for b in result.drops.get(d.stop.id, ())),
        )
        for d in demands
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(counties())
def test_no_assignment_of_a_small_county_costs_less(county):
    demands, supplies, had = county
    result = assign(demands, supplies, had)
    _check(demands, supplies, had, result)
    assert result.cost == _cheapest(demands, supplies, had)
    assert result.proved


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(counties())
def test_nor_does_one_where_a_batch_each_is_tried_first_as_in_large_counties(county):
    demands, supplies, had = county
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bookcar.batches.assign._FEW", 0)
        result = assign(demands, supplies, had)
    _check(demands, supplies, had, result)
    assert result.cost == _cheapest(demands, supplies, had)
    assert result.proved


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(counties())
def test_so_does_one_group_of_all_stops_that_chooses_again_from_nothing(county):
    demands, supplies, had = county
    wants, lots = group(sorted(demands, key=lambda d: d.stop.id), supplies, had)
    zero = np.zeros(len(lots), dtype=np.int64)
    least = np.array([nothing(want).points for want in wants], dtype=np.int64)
    duals = Prices(lots=zero, reduced=zero, cheapest=least, bound=int(least.sum()))
    none = [nothing(want) for want in wants]
    found, bound = choose_again(wants, lots, none, duals=duals, groups=1, seed=0)
    used = np.bincount([k for bundle in found for k in bundle.lots], minlength=len(lots))
    assert (used <= lots.counts).all()
    if len(wants) > 1:
        best = _cheapest(demands, supplies, had)
        assert bound <= sum(bundle.points for bundle in found) == best


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(counties(stops=9, batches=20, most=4), st.randoms(use_true_random=False))
def test_every_limit_is_kept_and_the_order_of_the_input_does_not_matter(county, random):
    demands, supplies, had = county
    result = assign(demands, supplies, had)
    _check(demands, supplies, had, result)
    random.shuffle(demands)
    random.shuffle(supplies)
    assert assign(demands, supplies, had) == result
