from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.facts import facts

ON = date(2025, 5, 20)


def values(sentence, kind):
    return [f.value for f in facts(sentence, ON) if f.kind == kind]


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("worth $100bn", "money", ["100000000000 USD"]),
        ("worth US$100 billion or 100 billion dollars", "money", ["100000000000 USD"]),
        ("some 1.2 trillion yuan", "money", ["1200000000000 CNY"]),
        ("€3.5m and £20,000", "money", ["3500000 EUR", "20000 GBP"]),
        ("价值1000亿美元", "money", ["100000000000 USD"]),
        ("from 145% to 30 percent, by 2.5 percentage points", "percent", ["145 %", "30 %", "2.5 %"]),
        ("加征34%关税", "percent", ["34 %"]),
        ("Some 34 Chinese companies bought 12 million tonnes", "count", ["34 companies", "12000000 tonnes"]),
        ("in 2018 officials said", "count", []),
        ("on 12 May, on May 3, 2024 and in June 2023", "date", ["2025-05-12", "2024-05-03", "2023-06"]),
        ("since Dec. 30 and by 4月10日", "date", ["2024-12-30", "2025-04-10"]),
        ("on Feb 31", "date", []),
        ("under Section 301 and Executive Order 14257", "law", ["Section 301", "Executive Order 14257"]),
        (
            "Treasury Secretary Scott Bessent met He Lifeng at USTR",
            "name",
            ["Scott Bessent", "He Lifeng", "USTR"],
        ),
        ("They met in Geneva on Monday", "name", ["Geneva"]),
    ],
)
def test_facts_have_one_spelling(sentence, kind, expected):
    assert values(sentence, kind) == expected


def test_the_text_stands_in_the_sentence_and_no_fact_comes_twice():
    sentence = "Duties of 25% on $50 billion, then 25 percent again."
    found = facts(sentence, ON)
    assert all(f.text in sentence for f in found)
    assert len({(f.kind, f.value) for f in found}) == len(found)


@given(st.text(alphabet="19,.$%亿元月日 billionMayDce30-"))
def test_no_text_breaks_it(text):
    assert all(f.value and f.text in text for f in facts(text, ON))
