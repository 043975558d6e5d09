from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.facts import _COUNT, _DATE, _MONEY, _PERCENT, _RULES, _hinted, _worth_trying, facts
from monitor.stories.hints import DIGIT

ON = date(2025, 5, 20)


def values(sentence, kind):
    return [f.value for f in facts(sentence, ON) if f.kind == kind]


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("worth $100bn", "money", ["100000000000 USD"]),
        ("worth US$100 billion or 100 billion dollars", "money", ["100000000000 USD"]),
        ("some 1.2 trillion yuan", "money", ["1200000000000 CNY"]),
        (
            "700 to 800 yuan, $3-5 billion or $102 to $117",
            "money",
            ["700-800 CNY", "3000000000-5000000000 USD", "102-117 USD"],
        ),
        (
            "from $3 billion to $5 billion, from 200 to 210 yuan",
            "money",
            ["3000000000 USD", "5000000000 USD", "210 CNY"],
        ),
        ("$5 to 10 companies, USD 5m - 2018", "money", ["5 USD", "5000000 USD"]),
        ("under Article 22.6", "law", ["Article 22.6"]),
        (
            "Vice-Minister of Trade Ada Holm saw Fish Council President Jon Berg",
            "name",
            ["Ada Holm", "Jon Berg"],
        ),
        ("€3.5m and £20,000", "money", ["3500000 EUR", "20000 GBP"]),
        ("价值1000亿美元", "money", ["100000000000 USD"]),
        ("from 145% to 30 percent, by 2.5 percentage points", "percent", ["145 %", "30 %", "2.5 pp"]),
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


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("Under Notice No. 14 exports of magnets need a licence", "law", ["Notice No. 14"]),
        ("Under Notice No. 14 exports of magnets need a licence", "name", []),
        ("Under Secretary of Commerce Paul Ostrander spoke", "name", ["Paul Ostrander"]),
        ("He taught at the University of St. Hilda in Bergen", "name", ["Bergen"]),
        ("PRODUCTS INVOLVED The list covers a ship of the DSB", "name", ["DSB"]),
        ("HARBOUR TOWN, April 7 (Wire) -- The port shut on April 5", "date", ["2025-04-05"]),
        ("HARBOUR TOWN, April 7 (Wire) -- The port shut on April 5", "name", []),
    ],
)
def test_no_scraps_of_abbreviations_headings_and_datelines_are_facts(sentence, kind, expected):
    assert values(sentence, kind) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The list names 106 products from Northland", ["106 products"]),
        ("It took on 1,150 people and lost a dozen drone makers", ["1150 people", "12 makers"]),
        ("Twenty-five ships and 13 to 14 million metric tons", ["25 ships", "13000000-14000000 tons"]),
        ("The two sides met for two days", ["2 days"]),
        ("Its 1.4 billion population continues to grow", []),
    ],
)
def test_what_is_counted_is_the_plural_behind_the_number(sentence, expected):
    assert values(sentence, "count") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("a rate of 10 to 15 percent", ["10-15 %"]),
        ("raised from 10 to 15 percent", ["15 %"]),
        ("from 32 percent in 1953 to 8.5 percent in 2017", ["32 %", "8.5 %"]),
        ("cut by 25 basis points, not by 2 percentage points or 25%", ["25 bp", "2 pp", "25 %"]),
    ],
)
def test_ranges_and_points_are_not_taken_for_plain_per_cent(sentence, expected):
    assert values(sentence, "percent") == expected


@given(st.text(alphabet="USD $€12345,.%- percentmSpofJaly年月日", max_size=60))
def test_looking_at_digits_only_finds_what_a_search_of_everything_finds(sentence):
    patterns = {"money": _MONEY, "percent": _PERCENT, "date": _DATE, "count": _COUNT}
    for rule in _RULES:
        if rule.kind in patterns and rule.hints[0] & DIGIT:
            everywhere = [match.span() for match in patterns[rule.kind].finditer(sentence)]
            assert [match.span() for match in rule.matches(sentence)] == everywhere


@given(
    st.lists(
        st.sampled_from(
            """$ 5 1,000 US$ million % percent per cent pct basis points 2018-04-03 May 12 年5月6日 Section 301 Article IV
            Title Executive Order No. 13888 EO E.O. Public Law 112-5 19 U.S.C. CFR “five workers twenty-five, a dozen trucks two years
            3亿美元 yuan RMB Ada Lovelace""".split()
        ),
        max_size=8,
    )
)
def test_no_rule_that_finds_something_is_left_out_for_want_of_hints(words):
    sentence = " ".join(words)
    left_out = set(_RULES) - set(_worth_trying(_hinted(sentence)))
    assert [rule.kind for rule in left_out if any(rule.matches(sentence))] == []
