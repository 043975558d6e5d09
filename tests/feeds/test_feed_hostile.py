"""Feeds made to harm, and any bytes at all: an answer, never a crash, and nothing that runs."""

from __future__ import annotations

import pickle
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import parse
from monitor.model import FeedDocument, Rejected
from tests.feeds.documents import DATA, FEEDS, URL, item, rss

HOSTILE = (DATA / "hostile.txt").read_text("utf-8").splitlines()


TAG = re.compile(r"<[A-Za-z/!?]")


def test_entities_that_grow_and_files_that_are_named_stay_out():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]><rss version="2.0"><channel><title>&l8;</title>{item(1, 1)}</channel></rss>'
    file = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><title>&x;</title><item><title>&x;</title></item></channel></rss>'
    assert len(pickle.dumps(parse(bomb.encode(), url=URL))) < 10_000
    hostname = Path("/etc/hostname").read_text("utf-8").strip() if Path("/etc/hostname").exists() else "\0"
    assert hostname not in repr(parse(file.encode(), url=URL)) or not hostname


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_html_in_any_field_is_dead(payload):
    payload = payload.encode("ascii", "backslashreplace").decode("unicode_escape")
    wrapped = "<![CDATA[" + payload.replace("]]>", "") + "]]>"
    body = rss(
        f"<item><title>{wrapped}</title><link>{wrapped}</link><guid>{wrapped}</guid><author>{wrapped}</author>"
        f"<category>{wrapped}</category><description>{wrapped}</description></item>",
        head=f"<title>{wrapped}</title>",
    )
    document = parse(body, url=URL)
    assert isinstance(document, FeedDocument)
    for e in document.entries:
        for text in (e.title, e.summary, e.content, *e.authors, *e.tags, document.title):
            assert not TAG.search(text)
        assert e.url == "" or e.url.startswith(("http://", "https://"))


def mutated(body: bytes, chance: random.Random) -> bytes:
    """A document with one to eight bytes changed, cut out or doubled."""
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(body) + 1), chance.randint(0, 40)
        piece = chance.choice(
            [
                b"",
                body[at : at + length] * 2,
                bytes(chance.randrange(256) for _ in range(4)),
                b"<",
                b"]]>",
                b"&",
                b"\x00",
                b"<!--",
                b"&#0;",
            ]
        )
        body = body[:at] + piece + body[at + length :]
    return body


def test_three_hundred_damaged_feeds_are_answered():
    chance = random.Random(20250413)  # noqa: S311  # repeatable, not secret
    bodies = [path.read_bytes() for path in FEEDS]
    for number in range(300):
        body = mutated(bodies[number % len(bodies)], chance)
        result = parse(body, url=URL)
        assert isinstance(result, FeedDocument | Rejected)
        assert not isinstance(result, Rejected) or result.reason in {"empty", "html", "not-a-feed", "broken"}


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(body):
    assert isinstance(parse(body, url=URL), FeedDocument | Rejected)


@given(st.text(alphabet="<>/&;'\"=![]-?rsitemchanl feed{}:,0", max_size=120))
def test_any_scraps_of_a_feed_are_answered(text):
    assert isinstance(parse(("<rss><channel><item>" + text).encode(), url=URL), FeedDocument | Rejected)
