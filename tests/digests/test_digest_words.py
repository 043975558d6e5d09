"""The frame's words and dates."""

import re
import string
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from monitor.digests import words
from monitor.digests.frame import Frame
from monitor.settings import TopicSettings
from tests.digests.samples import SINCE, UNTIL

TEMPLATES = Path(__file__).parents[2] / "templates" / "digest"
EN, ZH = Frame("en", "Europe/Berlin"), Frame("zh-Hans", "Asia/Shanghai")


def names(form):
    return {name for _, name, _, _ in string.Formatter().parse(form) if name}


def forms(phrase):
    return [phrase] if isinstance(phrase, str) else list(phrase)


def lacking(languages, countries):
    """Language -> what it does not say, or says and English does not: phrases, and countries by their codes."""
    phrases = {name: set(table) ^ set(words.ENGLISH) for name, table in languages.items()}
    codes = {name: set(countries.get(name, {})) ^ set(countries["en"]) for name in languages}
    return {name: phrases[name] | codes[name] for name in languages if phrases[name] | codes[name]}


def test_every_language_says_everything():
    assert lacking(words.LANGUAGES, words.COUNTRIES) == {}
    assert set(words.COUNTRIES) == set(words.LANGUAGES)


def test_control_a_third_language_that_lacks_something_is_found():
    third = {key: said for key, said in words.ENGLISH.items() if key != "minutes"}
    whole = {**words.COUNTRIES, "de": words.COUNTRIES["en"]}
    assert lacking({**words.LANGUAGES, "de": third}, whole) == {"de": {"minutes"}}
    assert "CN" in lacking({**words.LANGUAGES, "de": words.ENGLISH}, words.COUNTRIES)["de"]


def test_a_topic_file_takes_exactly_the_languages_there_are():
    assert set(get_args(TopicSettings.model_fields["language"].annotation)) == set(words.LANGUAGES)


def test_each_language_writes_dates_in_its_own_way():
    written = {Frame(language).full_date(SINCE) for language in words.LANGUAGES}
    assert len(written) == len(words.LANGUAGES)
    assert Frame("de").full_date(SINCE) in written  # the control: one nobody told the frame of has another's


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
        "proof",
    }  # by Nearest.kind; by the mail, not the issue
    unused = [
        key
        for key in words.ENGLISH
        if not key.startswith(("state_", "cause_", "how_"))  # made from words of feeds and of claims
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
        ("2026-11-16T08", "2026-11-23T08", "16–22 November 2026", "2026年11月16日至22日"),
        ("2026-10-26T08", "2026-11-02T08", "26 October – 1 November 2026", "2026年10月26日至11月1日"),
        (
            "2026-12-28T08",
            "2027-01-04T08",
            "28 December 2026 – 3 January 2027",
            "2026年12月28日至2027年1月3日",
        ),
        ("2026-11-16T08", "2026-11-17T08", "16 November 2026", "2026年11月16日"),
        ("2026-11-16T08", "2026-11-16T09", "16 November 2026", "2026年11月16日"),
        ("2026-11-13T17", "2026-11-20T17", "14–20 November 2026", "2026年11月14日至20日"),
    ],
)
def test_a_period_repeats_as_little_as_can_be(first, last, english, chinese):
    since, until = (datetime.fromisoformat(f"{hour}:00:00+00:00") for hour in (first, last))
    assert EN.period(since, until) == english
    assert Frame("zh-Hans", EN.time_zone).period(since, until) == chinese


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_no_day_stands_in_two_weeks(hour, zone):
    frame = Frame("en", zone)
    ends = [datetime(2026, 11, 2, hour, tzinfo=UTC) + timedelta(weeks=week) for week in range(4)]
    days = [re.findall(r"\d+", frame.period(*span).removesuffix(" 2026")) for span in pairwise(ends)]
    days = [day for first, last in days for day in range(int(first), int(last) + 1)]
    assert len(days) == 21
    assert len(set(days)) == 21


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
