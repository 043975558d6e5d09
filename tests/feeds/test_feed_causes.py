"""What all feeds suffer from is ours, and said once; what one suffers from is its own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.words import LANGUAGES as PHRASES
from monitor.feeds.causes import HOSTS_MIN, WORDS, common_cause, trouble_of
from monitor.model import FetchResult
from monitor.operations import doctor, status
from monitor.pipeline.gathering import poll
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn
from tests import make
from tests.cli.conftest import SEED
from tests.fakes import FakeFetcher
from tests.pipeline.test_killed import TOPIC

OURS = sorted(WORDS - {"mixed"})


@pytest.fixture
def store(file_store):
    return file_store


@given(words=st.lists(st.sampled_from(["", *OURS, "too-large", "host-backoff"]), max_size=12))
def test_a_cause_is_ours_only_when_nobody_answered_and_several_hosts_were_asked(words):
    found = common_cause((f"https://h{n}.example/feed", word) for n, word in enumerate(words))
    judged = [word for word in words if word in ("", *OURS)]
    assert (found is not None) == (len(judged) >= HOSTS_MIN and all(judged))
    assert found is None or found.word == "mixed" or judged.count(found.word) >= 0.8 * len(judged)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        (
            [("https://a.example/1", "dns"), ("https://a.example/2", "dns"), ("https://a.example/3", "dns")],
            None,
        ),
        ([(f"https://h{n}.example/", "tls") for n in range(3)] + [("http://plain.example/", "")], "tls"),
        ([(f"https://h{n}.example/", "tls") for n in range(3)] + [("https://good.example/", "")], None),
        ([(f"https://h{n}.example/", "dns") for n in range(9)] + [("https://x.example/", "timeout")], "dns"),
        ([("https://[", "dns"), ("", "dns"), ("https://a.example/", "dns")], None),
    ],
)
def test_hosts_count_not_feeds_and_certificates_only_where_there_are_any(asked, word):
    found = common_cause(asked)
    assert (found and found.word) == word


def test_a_proxys_own_answer_is_no_answer_of_the_server():
    assert trouble_of(FetchResult(url="x", status=407)) == "proxy"
    assert trouble_of(FetchResult(url="x", status=404)) == ""


@pytest.mark.parametrize("language", PHRASES)
def test_each_cause_can_be_said_in_an_issue(language):
    assert [word for word in WORDS if f"cause_{word.replace('-', '_')}" not in PHRASES[language]] == []


def test_no_name_server_is_told_once_everywhere_and_no_feed_is_blamed(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    feeds = [make.feed(id=f"f{n}", name=f"F{n}", url=f"http://h{n}.example/feed") for n in range(9)]
    dns = {f.url: FetchResult(url=f.url, error="dns", detail="name not known") for f in feeds}
    context = replace(house(feeds=feeds, topics=[TOPIC]), fetcher=FakeFetcher(dns))
    learn.all_topics(context)
    said = "no feed answered, all for want of a name server"
    assert said in str(poll.cause(poll.check(context)))
    assert said in str(poll.poll_feeds(context).cause)
    lines = status.read_status(context).lines()
    assert [line for line in lines if said in line] == [line for line in lines if "name server" in line]
    assert not any("f3" in line for line in lines)  # before: each feed by its name, and its own advice
    assert status.read_status(context).values()["feeds"]["cause"] == "dns"
    found = [each.detail for each in doctor.examine(context) if each.what.startswith("feed") and not each.ok]
    assert len(found) == 1
    assert said in found[0]
    made = digest.compose_issue(context, TOPIC, kind="preview")
    assert any("could not find any server by its name" in notice for notice in made.digest.notices)
    assert made.digest.coverage.failing == ()
    assert json.loads(made.rendered.json)


def test_one_feed_without_a_name_is_its_own_trouble(house):
    feeds = [make.feed(id=f"f{n}", url=f"http://h{n}.example/feed") for n in range(5)]
    answers = {f.url: b"<rss version='2.0'><channel><title>x</title></channel></rss>" for f in feeds[1:]}
    answers[feeds[0].url] = FetchResult(url=feeds[0].url, error="dns", detail="name not known")
    context = house(feeds=feeds, answers=answers)
    polled = poll.poll_feeds(context)
    assert polled.cause is None
    assert "look whether the address is still right" in polled.feeds[0].advice
