from __future__ import annotations

import pytest

from monitor.text.months import LANGUAGES, month_number


def test_every_language_has_twelve_months_and_no_name_means_two():
    meant = {}
    for language, months in LANGUAGES.items():
        assert len(months) == 12, language
        for number, month in enumerate(months, start=1):
            for name in month.split("/"):
                assert meant.setdefault(name, number) == number, (language, name)
    assert len(LANGUAGES) >= 20


@pytest.mark.parametrize(
    ("name", "number"),
    [("Мая", 5), ("DÉC.", 12), ("août", 8), ("października", 10), ("Αύγουστος", 8), ("Monday", 0), ("ma", 0)],
)
def test_a_name_is_known_in_any_case_with_or_without_its_dot(name, number):
    assert month_number(name) == number
