"""Days and how often they come, in the words of several languages."""

from __future__ import annotations

import pytest

from bookcar.inputs.day_words import languages_of, read
from bookcar.inputs.rules_cells import BadCell


@pytest.mark.parametrize(
    ("text", "days", "every"),
    [
        ("Mondays", "Mon", ""),
        ("Mon & Wed", "Mon Wed", ""),
        ("Mon to Fri", "Mon Tue Wed Thu Fri", ""),
        ("1st and 3rd Tue", "", "1st Tue, 3rd Tue"),
        ("Tuesday (first)", "", "1st Tue"),
        ("first Tuesday of the month", "", "1st Tue"),
        ("Monday (1st & 3rd)", "", "1st Mon, 3rd Mon"),
        ("every other Thu", "Thu", "2 weeks"),
        ("Thursday every 4 weeks", "Thu", "4 weeks"),
        ("odd weeks Tue", "Tue", "odd weeks"),
        ("FREQ=MONTHLY;BYDAY=1TU", "", "FREQ=MONTHLY;BYDAY=1TU"),
        ("lundi et jeudi", "Mon Thu", ""),
        ("le 1er mardi du mois", "", "1st Tue"),
        ("tous les 15 jours le mardi", "Tue", "2 weeks"),
        ("semaines paires", "", "even weeks"),
        ("montags und mittwochs", "Mon Wed", ""),
        ("Mo-Fr", "Mon Tue Wed Thu Fri", ""),
        ("jeden zweiten Dienstag im Monat", "", "2nd Tue"),
        ("ungerade KW Dienstag", "Tue", "odd weeks"),
        ("lunes, miércoles y viernes", "Mon Wed Fri", ""),
        ("primer lunes de cada mes", "", "1st Mon"),
        ("cada 2 semanas los martes", "Tue", "2 weeks"),
        ("maanantaisin", "Mon", ""),
        ("joka toinen torstai", "Thu", "2 weeks"),
        ("pariton viikko ti", "Tue", "odd weeks"),
        ("ma to", "Mon Thu", ""),
        ("mandag og søndag", "Mon Sun", ""),
        ("annenhver torsdag", "Thu", "2 weeks"),
        ("første mandag i måneden", "", "1st Mon"),
        ("lunedì e giovedì", "Mon Thu", ""),
        ("ogni due settimane il venerdì", "Fri", "2 weeks"),
        ("terças e quintas", "Tue Thu", ""),
        ("2ª-feira", "Mon", ""),
        ("segunda segunda-feira do mês", "", "2nd Mon"),
    ],
)
def test_days_in_every_language(text: str, days: str, every: str) -> None:
    found = read(text)
    assert (found.days_text, found.every) == (days, every)


@pytest.mark.parametrize(
    ("text", "rule", "variant"),
    [
        ("Thursday 1", "bad-day", "numbered"),
        ("Week 1 Monday", "bad-day", "numbered"),
        ("every second Tuesday", "bad-recurrence", "second"),
        ("jeden zweiten Dienstag", "bad-recurrence", "second"),
        ("ma", "bad-day", "two"),
        ("Do", "bad-day", "two"),
        ("1st", "bad-day", ""),
        ("1st and 3rd Tue and Thu", "bad-day", ""),
        ("ma on fr", "bad-day", ""),
        ("Mon-3", "bad-day", "numbered"),
        ("3.5", "bad-day", ""),
        ("term time", "bad-day", ""),
        ("", "bad-day", ""),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(text: str, rule: str, variant: str) -> None:
    with pytest.raises(BadCell) as bad:
        read(text)
    assert (bad.value.rule, bad.value.variant) == (rule, variant)


def test_the_words_of_a_column_settle_its_language() -> None:
    assert read("ma", languages_of(["ma", "ti", "ke"])).weekdays == (0,)
    assert read("ma", languages_of(["lu", "ma", "ve"])).weekdays == (1,)
    assert read("Do", languages_of(["Mo", "Do"])).weekdays == (3,)
