"""Cells as people and spreadsheets write them."""

from __future__ import annotations

from bookcar.inputs import text as tx


def test_a_guard_against_formulas_is_taken_off() -> None:
    assert tx.unguarded("'+86 23") == "+86 23"
    assert tx.unguarded("'s Hertogenbosch") == "'s Hertogenbosch"
    assert tx.unguarded("'") == "'"
