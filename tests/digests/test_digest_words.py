"""The frame's words and dates."""

import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.digests import words
from monitor.digests.frame import Frame
from tests.digests.samples import SINCE, UNTIL

TEMPLATES = Path(__file__).parents[2] / "templates" / "digest"
EN, ZH = Frame("en", "Europe/Berlin"), Frame("zh-Hans", "Asia/Shanghai")


def names(form):
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


def forms(phrase):
    return [phrase] if isinstance(phrase, str) else list(phrase)


def test_every_language_says_everything():
    keys = {language: set(table) for language, table in words.LANGUAGES.items()}
    assert keys["zh-Hans"] == keys["en"]
    assert set(words.COUNTRIES) == set(words.LANGUAGES)
    assert set(words.COUNTRIES["en"]) == set(words.COUNTRIES["zh-Hans"])


@pytest.mark.parametrize("key", words.ENGLISH)
def test_every_form_of_a_phrase_takes_the_same_facts(key):
    taken = {frozenset(names(form)) for table in words.LANGUAGES.values() for form in forms(table[key])}
    assert len(taken) == 1


def test_templates_use_only_words_that_exist_and_stand_alone():
    used = {
        name
        for file in TEMPLATES.iterdir()
        for name in re.findall(r"\bwords\.(\w+)", file.read_text("utf-8"))
    }
    assert used
    for language in words.LANGUAGES:
        assert used <= set(words.phrases(language))


def test_every_phrase_is_used():
    folder = Path(words.__file__).parent
    code = "\n".join(file.read_text("utf-8") for file in folder.glob("*.py") if file.name != "words.py")
    shown = code + "\n".join(file.read_text("utf-8") for file in TEMPLATES.iterdir())
    made = {
        "closest_issue",
        "closest_seed",
        "closest_article",
        "leave_link",
    }  # by Nearest.kind; by the mail, not the issue
    unused = [
        key
        for key in words.ENGLISH
        if not key.startswith(("state_", "cause_"))  # made from words of feeds
        and key not in made
        and not re.search(rf'"{key}"|words\.{key}\b', shown)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 stories"), (1, "1 story"), (2, "2 stories"), (1234, "1,234 stories")]
)
def test_plurals_and_thousands(n, said):
    assert EN.say("n_stories", n=n) == said


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        ("2026-11-16", "2026-11-22", "16–22 November 2026", "2026年11月16日至22日"),
        ("2026-10-26", "2026-11-01", "26 October – 1 November 2026", "2026年10月26日至11月1日"),
        ("2026-12-28", "2027-01-03", "28 December 2026 – 3 January 2027", "2026年12月28日至2027年1月3日"),
        ("2026-11-16", "2026-11-16", "16 November 2026", "2026年11月16日"),
    ],
)
def test_a_period_repeats_as_little_as_can_be(first, last, english, chinese):
    since, until = (datetime.fromisoformat(f"{day}T12:00:00+00:00") for day in (first, last))
    assert (EN.period(since, until), ZH.period(since, until)) == (english, chinese)


def test_days_are_those_of_the_readers_clock():
    assert UNTIL.hour == 23
    assert (EN.day(UNTIL), Frame("en").day(UNTIL), ZH.day(UNTIL)) == (
        "Mon 23 Nov",
        "Sun 22 Nov",
        "11月23日 周一",
    )


def test_all_months_and_days_have_names():
    months = {EN.full_date(datetime(2026, month, 3, tzinfo=UTC)) for month in range(1, 13)}
    assert len(months) == 12
    assert {EN.day(datetime(2026, 6, day, 12, tzinfo=UTC))[:3] for day in range(1, 8)} == set(
        "Mon Tue Wed Thu Fri Sat Sun".split()
    )


def test_months_countries_and_feed_states_are_named():
    assert (EN.month(SINCE), ZH.month(SINCE)) == ("November 2026", "2026年11月")
    assert (EN.country("CN"), ZH.country("US"), EN.country("ZZ")) == ("China", "美国", "ZZ")
    assert (EN.feed_state("timeout"), EN.feed_state("on fire")) == ("too slow to answer", "on fire")
