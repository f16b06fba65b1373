"""Some of the random districts that `make soak` tries thousands of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from soak.checker import Outcome, check, check_ring
from soak.features import FEATURES

CHUNK = 20
RARE = {
    "cars that wait for carriers",
    "carriers with several stops",
    "climbs on foot",
    "meetings further off",
    "several carriers at a stop",
    "several trips on foot",
    "batches handed on",
    "batches handed on along a route",
    "batches left aboard",
    "batches of a pool dropped",
    "books brought to events",
    "books fetched from events",
    "breaks",
    "cars that stay",
    "closures",
    "mending",
    "parts",
    "reloads",
    "reloads elsewhere",
    "repeats",
    "reserves",
    "rings",
    "second calls",
    "several parts",
    "stays for weeks",
    "visits without books",
}
"""Features that not every few districts use."""


def _outcomes(first: int, folder: Path) -> list[Outcome]:
    outcomes = []
    for seed in range(first, first + CHUNK):
        place = folder / str(seed)
        place.mkdir()
        outcomes.append(check(seed, place))
    return outcomes


@pytest.mark.parametrize("first", range(1, 121, CHUNK))
def test_nothing_is_wrong_with_random_districts(first: int, tmp_path: Path) -> None:
    outcomes = _outcomes(first, tmp_path)
    wrong = [(outcome.seed, *found) for outcome in outcomes for found in outcome.found]
    assert wrong == []
    used = sum((outcome.counts for outcome in outcomes), Counter())
    unused = {name for name in FEATURES if not used[f"with {name}"]} - RARE
    assert unused == set()
    assert sum(outcome.counts["planned"] for outcome in outcomes) > CHUNK // 2


MENDED = {
    80719: "a reload that no visit follows was the shorter way",
    100024: "a car that had left with what its stop gets again was refused",
    90671: "the batches aboard a car that had left were not counted",
    101755: "a route with a nearer batch that fitted nowhere alone lacked less",
    103077: "a search ended with a reload for nothing",
    103475: "what was aboard counted against a stop that is closed",
    105118: "a batch that fits alone nowhere was not put into a route that is shorter",
    100137: "two visits that are fixed both counted what their stop holds",
    108550: "a fixed visit that no route made lost its batch to the last pass",
    200256: "a car of a day too near to the visit made was told to lack way",
    200947: "one limit of such a car was the reason, and hid what the others lack",
    202468: "the visit held against was taken to have emptied its own stop",
    202515: "a figure that does was held against a dearer way, not worth its while",
    202892: "a reload of a car that had left with the visit made was told as too long",
    300147: "a required stop took the place of a visit that was fixed, which was refused",
    302114: "a stop was said to lose a visit without books that what came back kept it from",
    500808: "two batches that a visit gets again were both swapped for the same older one",
    501421: "a visit that evens out the hours of the drivers was taken to cost what its way does",
    501754: "a visit whose batch went to another was held to lose nothing, and had one seen before",
    509741: "a pool was said to be empty whose batch a car had left with",
    600064: "a load of a fair was looked for among the stops, for the titles that it keeps",
    600021: "a car that stays at a fair was taken to come",
    600052: "the first day of its stay was taken for a holiday of all cars",
    600229: "a campaign was held to the direct way where one over a regular stop is shorter",
    600352: "a load of a fair was taken to come on any day of its week",
    503018: "the same of one whose own batch came back too near to the other visits",
    940049: "a stop off every road was said to have no carrier; it had, and no path led to him",
    940087: "with more days a carrier was taken to hand over where the car had waited",
    930047: "nobody's place stood near a path, and the paths were numbered by the places",
}
"""Seeds in which something was wrong, and what it was."""


WITH_CARRIERS = {
    910044: "a stop that was not due was no meeting place in the plan, and was one in its audit",
    1001183: "the working time told was that of the earliest return",
    1004267: "of those who carry the first was asked, not who has days for both visits",
    1004503: "who carries a lighter batch is there earlier, and the stop was shut",
    1007997: "who had nothing to fetch any more had still the times of a car that waits",
    1005219: "a carrier who is elsewhere on the day of one more visit",
    1006558: "a day of a timetable without times for a stop less",
    1002256: "the only batch in reach was too heavy for its carriers, and the hours were blamed",
    1002816: "no road led to where its carriers could be met, who were said to be elsewhere",
    1004512: "a closure of a later week cut a depot off, whose coordinates were blamed",
    1020000: "a crew with one day told why, another could have come on three",
    1020620: "the same, of a batch that came back after that day",
    1040172: "a day too near to the other visit was said to be every day left",
    2000888: "a pool with nothing in the store was said to keep what is there for its stops",
    2001381: "one of two carriers could not bear the batch, and was the one who told why",
    2001778: "a store was too far straight, and near by way of a stop in a table of its own",
    3000184: "ways on foot led no further than 3 km beyond the places, and a carrier had none",
    3000033: "a visit on foot was left out because it made the days of the week less level",
    4000349: "no road led to the nearest meeting place, and nobody was met at the next",
    4001076: "a way further than anybody walks was no path at all where fewer stops were due",
    4003642: "a closure of a later week cut a depot off, and the way to a meeting place blamed it",
    4003085: "what an event gave back was not there for others, beside what promises need",
    4004757: "a load that nobody can carry was told as a matter of opening hours",
    4005221: "what a visit on foot brought back was not tried at the stop that had lacked it",
    4006653: "a batch that a visit never made would have brought back was worth a visit elsewhere",
    5000479: "a batch at an event was looked for at the stops, in the audit of costs",
    1021437: "a visit put in by hand to which a path leads and nobody carries",
}
"""The same since there are carriers; those before are of districts as they were then."""


@pytest.mark.parametrize("seed", MENDED)
def test_nothing_is_wrong_any_more(seed: int, tmp_path: Path) -> None:
    assert check(seed, tmp_path, carriers=False).found == []


@pytest.mark.parametrize("seed", WITH_CARRIERS)
def test_nothing_is_wrong_any_more_with_carriers(seed: int, tmp_path: Path) -> None:
    assert check(seed, tmp_path).found == []


@pytest.mark.parametrize("first", [1, 21])
def test_nothing_is_wrong_with_rings(first: int, tmp_path: Path) -> None:
    outcomes = [check_ring(seed, tmp_path) for seed in range(first, first + CHUNK)]
    assert [(outcome.seed, *found) for outcome in outcomes for found in outcome.found] == []
    used = sum((outcome.counts for outcome in outcomes), Counter())
    assert used["with batches handed on along a route"] > CHUNK // 4
    assert used["with two visits a week"] > CHUNK // 4
