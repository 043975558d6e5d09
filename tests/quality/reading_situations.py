"""Situations from public bug reports of readers and monitors, each an invented document, taken through the product's own path.

SITUATIONS_DATA names the folder that holds the documents (`NN-name.xml`, `.html`, `.http`); none is part of the project. Tests with
documents of our own for the same kinds of trouble are in tests/reading/.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.articles.extract import extract
from monitor.feeds import parse
from monitor.fetch import Fetcher
from monitor.model import FeedDocument, FetchRequest, FetchResult, Page, Stage
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.ports import Context
from monitor.settings import FetchSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store import articles as articles_store
from tests import make
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker
from tests.fetch.server import serving

FOLDER = os.environ.get("SITUATIONS_DATA", "")
SITE = "https://harbour.example"
FEED = f"{SITE}/feed"
WEEK_ONE, WEEK_TWO = datetime(2025, 5, 7, 10, tzinfo=UTC), datetime(2025, 5, 14, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Situation:
    """One document and what of it is looked at: `read` gives what was made of it, `right` what should have been."""

    name: str
    kind: str
    read: object
    right: object

    def said(self, folder):
        try:
            return self.read(next(folder.glob(f"{self.name}*.[!m]*")).read_bytes())
        except Exception as error:  # noqa: BLE001 -- one row of the table
            return f"{type(error).__name__}: {error}"


# --------------------------------------------------------------------------- ways in


def entries(body):
    document = parse(body, url=FEED)
    return document.entries if isinstance(document, FeedDocument) else ()


def fields(name):
    return lambda body: [getattr(entry, name) for entry in entries(body)]


def times(body):
    return [f"{e.published:%Y-%m-%d %H:%M}" if e.published else "" for e in entries(body)]


def page(body, url=""):
    found = extract(body, url=url)
    assert isinstance(found, Page), found
    return found


def title(body):
    return page(body).title


def dated(body):
    found = page(body)
    return f"{found.published:%Y-%m-%d %H:%M}" if found.published else ""


def own_facts(body):
    found = page(body, f"{SITE}/2025/steel")
    return found.title, f"{found.published:%Y-%m-%d %H:%M}", found.authors


def said_again(body):
    lines = page(body).text.split("\n")
    return len(lines) - len(set(lines))


def all_said(body):
    """(the paragraphs of the page that are not in its text, whether it is taken for a paid one)."""
    found = page(body)
    lines = found.text.split("\n")
    paragraphs = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<p>(.*?)</p>", body.decode())]
    return [each for each in paragraphs if each not in lines], found.paywall


def house(store, answers, *, at, country=""):
    settings = Settings(root=Path(), data=Path(), topics=())
    feed = make.feed(id="harbour", url=FEED, hosts=(), country=country)
    return Context(
        settings=settings,
        feeds=(feed,),
        store=store,
        fetcher=FakeFetcher(answers),
        worker=InlineWorker(),
        mailer=FakeMailer(),
        now=at,
        jitter=lambda: 0.5,
    )


def stored(*rounds, country=""):
    """What is stored after a poll of each document, a week apart."""
    with TemporaryDirectory() as folder, Store.open(StoreSettings(), Path(folder)) as store:
        for body, at in zip(rounds, (WEEK_ONE, WEEK_TWO), strict=False):
            poll.poll_feeds(house(store, {FEED: body}, at=at, country=country), everything=True)
        with store.begin() as connection:
            return articles_store.at_stage(connection, Stage.POLLED)


def local_times(body):
    return [
        f"{article.published:%H:%M}" for country in ("", "CN") for article in stored(body, country=country)
    ]


def addresses_after_reuse(body):
    second = (Path(FOLDER) / "22-guid-reused-2.xml").read_bytes()
    return sorted(article.url for article in stored(body, second))


def told_by_feed(final, entry_title):
    """Read a page that two addresses lead to; give the origin and note of each."""

    def run(body):
        asked = {f"{SITE}/2025/05/truce": "/a", f"{SITE}/2025/05/steel": "/b"}
        answers = {
            url: FetchResult(
                url=url, final_url=f"{SITE}{final}{mark if '?' in final else ''}", status=200, body=body
            )
            for url, mark in asked.items()
        }
        with TemporaryDirectory() as folder, Store.open(StoreSettings(), Path(folder)) as store:
            with store.begin() as connection:
                for url in answers:
                    article = make.article(url=url, title=entry_title, summary="What the feed said of it.")
                    articles_store.add(connection, article, key=url)
            read.read_pages(house(store, answers, at=WEEK_ONE))
            with store.begin() as connection:
                return [(a.origin, a.note) for a in articles_store.at_stage(connection, Stage.READ)]

    return run


def fetched(body):
    """The titles of a feed that a server on this machine answers with these very bytes."""
    with serving() as server:
        server.answers["/feed"] = body
        settings = FetchSettings(min_gap_s=0.0, timeout_s=5.0, allow_networks=("127.0.0.0/8",))
        with Fetcher(settings) as fetcher:
            [(_, result)] = fetcher.fetch_all([FetchRequest(url=server.url("/feed"))])
    assert result.ok, f"{result.error} {result.detail}"
    return [entry.title for entry in entries(result.body)]


# --------------------------------------------------------------------------- what is right

NOTHING_LOST = ([], False)
SITUATIONS = [
    Situation("01", "K1 a date decides", local_times, ["10:00", "07:20"]),
    Situation("04", "K2 prose removed", all_said, NOTHING_LOST),
    Situation("06", "K2 prose removed", all_said, NOTHING_LOST),
    Situation(
        "07",
        "K2 prose removed",
        all_said,
        (["来源：商务部新闻办公室", "编辑：张三"], False),
    ),
    Situation(
        "08",
        "K2 prose removed",
        lambda body: [e.summary for e in entries(body)][:4],
        [
            "The campaign wants children to read more and play less, the minister said.",
            "Officials met on Monday. Read more about the talks, they said, before judging the deal.",
            "Growth slowed. The post office and the customs service appeared first on the list of agencies to be cut.",
            "The judge will continue reading the ruling on Friday in Beijing.",
        ],
    ),
    Situation("10", "K3 another page", all_said, NOTHING_LOST),
    Situation("11", "K3 another page", all_said, NOTHING_LOST),
    Situation(
        "14",
        "K3 another page",
        told_by_feed("/privacy?back=", "China and United States extend tariff truce"),
        [("feed", "consent"), ("feed", "consent")],
    ),
    Situation(
        "15",
        "K3 another page",
        told_by_feed("/", "China and United States extend tariff truce"),
        [("feed", "front-page"), ("feed", "front-page")],
    ),
    Situation("17", "K4 identity", lambda body: len(stored(body)), 3),
    Situation("18", "K4 identity", lambda body: len(stored(body)), 2),
    Situation("20", "K4 identity", lambda body: len(stored(body)), 3),
    Situation(
        "22-guid-reused-1",
        "K4 identity",
        addresses_after_reuse,
        ["https://br.example/mon", "https://br.example/tue"],
    ),
    Situation(
        "23",
        "K5 character sets",
        lambda b: [(e.title, e.summary.count("�")) for e in entries(b)],
        [("关税上调", 1)],
    ),
    Situation("26", "K5 character sets", fields("title"), ["Новые пошлины"]),
    Situation("27", "K5 character sets", title, "关税新规七月实施"),
    Situation("30", "K5 character sets", fields("title"), ["关税上调"]),
    Situation(
        "31",
        "K6 dates",
        times,
        [
            "2025-05-06 00:00",
            "2025-05-06 06:20",
            "2025-05-06 00:00",
            "",
            "2025-05-06 08:30",
            "2025-05-06 00:00",
        ],
    ),
    Situation(
        "33",
        "K6 dates",
        times,
        [
            "2025-05-05 07:00",
            "2025-05-06 06:30",
            "2025-03-13 12:22",
            "2025-05-06 06:30",
            "2025-05-07 15:00",
            "2025-12-06 00:00",
        ],
    ),
    Situation(
        "35",
        "K6 dates",
        times,
        [
            "2025-04-20 15:00",
            "2025-05-06 08:30",
            "2025-05-06 08:30",
            "2025-05-06 08:30",
            "2025-05-06 15:20",
            "2025-05-06 08:30",
            "2025-05-06 08:30",
            "2025-05-06 06:30",
        ],
    ),
    Situation(
        "36",
        "K7 another thing's facts",
        own_facts,
        ("Steel duty takes effect in July", "2025-05-06 08:30", ("Ann Lee",)),
    ),
    Situation("39", "K7 another thing's facts", lambda body: page(body).authors, ("Ann Lee",)),
    Situation(
        "40",
        "K7 another thing's facts",
        lambda body: (dated(body), page(body).published_is_approximate, page(body).authors),
        ("2025-05-06 08:30", False, ("Ann Lee",)),
    ),
    Situation("41", "K7 another thing's facts", dated, ""),
    Situation("43", "K7 another thing's facts", dated, "2025-05-06 00:00"),
    Situation("45", "K7 another thing's facts", lambda body: (dated(body), *all_said(body)), ("", [], False)),
    Situation("46", "K8 words", all_said, NOTHING_LOST),
    Situation(
        "48",
        "K8 words",
        said_again,
        0,
    ),
    Situation(
        "49",
        "K8 words",
        fields("title"),
        ["A guide to <head> elements", "How should <selectedoption> work?", "<Untitled> memo leaked"],
    ),
    Situation(
        "51",
        "K9 addresses",
        fields("url"),
        [
            f"{SITE}/docs/trade%20report%202025.pdf",
            f"{SITE}/press%20releases/may%206.html",
            f"{SITE}/search?q=rare%20earth&d=2025%2005",
        ],
    ),
    Situation("53", "K9 addresses", lambda body: [a.url for a in stored(body)], [f"{SITE}/2025/05/soy?id=7"]),
    Situation("55", "K9 addresses", fields("url"), ["https://cdn.harbour.example/ep5.mp3"]),
    Situation("56", "K9 addresses", fields("url"), [f"{SITE}/1", f"{SITE}/2", f"{SITE}/3.html"]),
    Situation("58", "K10 HTTP", fetched, ["Zürich öffnet – drei Zölle"]),
    Situation("59", "K10 HTTP", fetched, ["Zürich öffnet – drei Zölle"]),
    Situation("60", "K10 HTTP", lambda body: len(fetched(body)), 1),
    Situation("63", "K11 titles", title, "Xi and Trump agree a truce in Busan - but for how long?"),
    Situation("65", "K11 titles", title, "关税新规七月实施"),
    Situation(
        "67",
        "K12 captions, authors",
        lambda body: [(e.summary, e.content) for e in entries(body)],
        [("Dockers returned to work on Monday.", "")],
    ),
    Situation(
        "69",
        "K12 captions, authors",
        lambda body: [e.authors for e in entries(body)][:4],
        [("Ann Lee",), ("Ann Lee",), ("Ann Lee",), ()],
    ),
    Situation(
        "70",
        "K13 news sitemaps",
        lambda body: [(e.url, e.title, f"{e.published:%Y-%m-%d %H:%M}") for e in entries(body)],
        [(f"{SITE}/a/1", "Tariff rises", "2025-05-06 08:30")],
    ),
]
