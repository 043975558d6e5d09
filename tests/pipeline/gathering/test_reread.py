"""Pages that change after they were read: served on this machine, by a clock that is set, to the issue that tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

import pytest
from sqlalchemy import select

from monitor import app
from monitor.daemon import due
from monitor.fetch import Fetcher
from monitor.pipeline.gathering import poll, read, reread
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain, learn, score
from monitor.pipeline.ports import Context
from monitor.settings import FetchSettings, ReadSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store import visits as visits_store
from monitor.store.schema import articles, issues, left_out, revisions, scores, visits
from tests import make
from tests.fakes import FakeMailer, InlineWorker
from tests.faults.test_model import SEED
from tests.fetch.server import redirect, reply, serving
from tests.pipeline.test_killed import TOPIC

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
OPEN = "Washington and Beijing open trade talks in Geneva"
END = "Washington and Beijing end trade talks in Geneva"
BODY = (
    "Negotiators of the United States and China met in Geneva on Monday for trade talks behind closed doors.",
    "Washington wants Beijing to take back its duties on American sorghum, officials said before the meeting.",
    "The American tariff on Chinese cranes stands at 25 percent, and both sides want to speak about it.",
    "China bought 12 million tonnes of American soybeans last year, the customs office in Beijing said.",
    "The talks are the third between the two governments since January, when the trade truce was renewed.",
    "A spokesman for the Chinese ministry of commerce said that the delegation would stay until Thursday.",
)
ENDED = (
    "Negotiators of the United States and China left Geneva on Monday evening, and the trade talks are over.",
    "The two delegations agreed to no text, officials said, and no date was set for another meeting.",
    *BODY[1:5],
)
CORRECTED = tuple(line.replace("25 percent", "35 percent") for line in BODY)
HTML = [(b"Content-Type", b"text/html")]
PATH = "/2026/03/talks-in-geneva"


def page(title=OPEN, lines=BODY, *, tag=b'"one"', head="", more=""):
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    body = f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{text}</article>{more}</body></html>"
    return reply(200, body.encode(), [*HTML, (b"ETag", tag)])


class House:
    """A server with one feed and one page, and a monitor whose clock is set."""

    def __init__(self, server, folder, **reading):
        (folder / "seeds").mkdir()
        (folder / "seeds" / "seed.md").write_text(SEED)
        self.server, self.now = server, START
        self.store = Store.open(StoreSettings(), folder)
        fetching = FetchSettings(
            min_gap_s=0.0, timeout_s=3.0, deadline_s=10.0, allow_networks=("127.0.0.0/8", "::1/128")
        )
        self.context = Context(
            settings=Settings(
                root=folder,
                data=folder,
                fetch=fetching,
                read=ReadSettings(min_chars=200, **reading),
                topics=(TOPIC.model_copy(update={"recipients": ()}),),
            ),
            feeds=(make.feed(id="wire", name="Harbour Wire", url=server.url("/feed"), hosts=()),),
            store=self.store,
            fetcher=Fetcher(fetching),
            worker=InlineWorker(),
            mailer=FakeMailer(),
            now=START,
            jitter=lambda: 0.0,
        )
        self.topic = self.context.settings.topics[0]
        self.list(OPEN)
        server.answers[PATH] = page()
        server.answers["/robots.txt"] = reply(404, b"")
        learn.learn_topic(self.context, self.topic)

    def list(self, title):
        """What the feed lists."""
        row = (
            f"<item><title>{title}</title><link>{self.server.url(PATH)}?utm_source=rss</link><guid>1</guid>"
            f"<pubDate>{format_datetime(START)}</pubDate><description>{BODY[0]}</description></item>"
        )
        self.server.answers["/feed"] = reply(
            200, f"<rss version='2.0'><channel><title>w</title>{row}</channel></rss>".encode()
        )

    def tick(self, **later):
        """One round at a later moment; return what was asked of the page."""
        self.now += timedelta(**later)
        context = replace(self.context, now=self.now)
        before = len(self.server.requests)
        for step in (poll.poll_feeds, read.read_pages, reread.reread_pages, score.score_articles):
            step(context)
        return [r for r in self.server.requests[before:] if r.target.decode().startswith("/2026")]

    def issue(self, **later):
        self.now += timedelta(**later)
        outcome = digest.compose_issue(replace(self.context, now=self.now), self.topic, kind="issue")
        self.said = outcome.rendered
        return outcome.digest

    def rows(self, *columns):
        with self.store.look() as connection:
            return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]

    def is_exact(self):
        checked = explain.verify(replace(self.context, now=self.now), self.topic)
        return checked.scores > 0 and checked.differing == ()


@pytest.fixture
def house(tmp_path):
    with serving() as server:
        made = House(server, tmp_path)
        yield made
        made.context.fetcher.close()
        made.store.close()


def told(issue):
    return [story for entry in (*issue.top, *issue.also) for story in entry.shown]


@pytest.fixture
def told_once(house):
    """The talks have opened, and issue 1 told it."""
    house.tick()
    issue = house.issue(hours=1)
    assert [(story.headline, story.status) for story in told(issue)] == [(OPEN, "new")]
    return house


def test_talks_that_end_at_one_address_are_updated_in_the_next_issue(told_once):
    house = told_once
    frozen = house.rows(*issues.c)
    judged = house.rows(*scores.c)
    house.server.answers[PATH] = page(END, ENDED, tag=b'"two"')
    house.list(END)
    assert len(house.tick(days=1)) == 1
    (story,) = told(issue := house.issue(days=5))
    assert (story.status, story.headline, story.before) == ("updated", END, OPEN)
    assert story.earlier_issue == 1
    assert issue.changed == (), "told once, as what changed"
    for text in (house.said.html, house.said.text, house.said.markdown):
        assert OPEN in text.replace("\n", " ").replace("   | ", " ")
        assert "Updated" in text or "UPDATED" in text
    assert house.rows(*issues.c)[:1] == frozen
    assert house.rows(*scores.c)[:1] == judged
    assert house.is_exact()


def test_what_is_left_out_of_a_text_is_that_of_the_page_as_it_is(house):
    house.server.answers[PATH] = page(lines=(*BODY, "Read more: Ports."))
    house.tick()
    assert house.rows(left_out.c.article_id, left_out.c.lines) == [(1, ["Read more: Ports."])]
    house.server.answers[PATH] = page(END, (*ENDED, "Read more: Geneva."), tag=b'"two"')
    house.tick(days=1)
    assert house.rows(left_out.c.article_id, left_out.c.lines) == [(1, ["Read more: Geneva."])]
    house.issue(hours=1)
    house.server.answers[PATH] = page(OPEN, (*BODY, "Read more: Berne."), tag=b'"three"')
    house.tick(days=1)
    assert house.rows(left_out.c.article_id, left_out.c.lines)[1:] == [(2, ["Read more: Berne."])]


def test_a_figure_corrected_in_silence_is_named_in_the_next_issue(told_once):
    house = told_once
    house.server.answers[PATH] = page(lines=CORRECTED, tag=b'"two"')
    house.tick(days=1)
    (story,) = told(house.issue(days=5))
    assert (story.status, story.headline, story.before) == ("updated", OPEN, "")
    assert [(change.old, change.new) for change in story.changes] == [("25 percent", "35 percent")]
    assert "25 percent → 35 percent" in house.said.text
    assert house.is_exact()


def test_what_waits_for_an_issue_is_told_as_it_is_by_then(house):
    house.tick()
    house.server.answers[PATH] = page(END, ENDED, tag=b'"two"')
    house.tick(days=1)
    judged = house.rows(*scores.c)
    (story,) = told(house.issue(days=1))
    assert (story.headline, story.status, story.before) == (END, "new", "")
    assert {quote.text for quote in story.quotes} <= set(ENDED)
    assert [row[:2] for row in house.rows(revisions.c.field, revisions.c.old)] == [
        ("text", f"{BODY[0]} {BODY[5]}"),
        ("title", OPEN),
    ]
    assert len(judged) == 1
    assert house.is_exact()


def test_a_page_is_asked_by_its_validators_at_most_twice_a_day_and_a_week_after_it_was_told(house):
    house.tick()
    asked = [(hour, len(house.tick(hours=1))) for hour in range(1, 37)]
    assert [hour for hour, count in asked if count] == [12, 24, 36]
    house.issue(hours=1)
    house.server.answers[PATH] = reply(304, b"", length=False)
    days = {day: [r for _ in range(4) for r in house.tick(hours=6)] for day in range(1, 10)}
    assert [len(days[day]) for day in days] == [2, 2, 2, 2, 2, 2, 1, 0, 0]
    assert {r.header(b"if-none-match") for r in days[1]} == {b'"one"'}
    assert house.rows(articles.c.id) == [(1,)]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(404, b"gone"), id="missing"),
        pytest.param(reply(500, b"oops"), id="error"),
        pytest.param(reply(403, b"no"), id="refused"),
        pytest.param(
            page("Just a moment...", ["Verify you are human. Checking your browser before you go on."] * 5),
            id="wall",
        ),
        pytest.param(
            page(
                "Harbour Wire: news from the ports",
                [f"Story {n} of the day is told here in one line." for n in range(9)],
            ),
            id="front page",
        ),
        pytest.param(page(END, ENDED[:2]), id="teaser"),
        pytest.param(
            page(
                END,
                ENDED,
                head='<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>',
            ),
            id="paywall",
        ),
        pytest.param(
            page(
                "Storm closes two berths of the port of Tasman",
                [
                    f"The harbour master counted {n} ships that waited in the roads for the wind to turn."
                    for n in range(9)
                ],
            ),
            id="another article",
        ),
        pytest.param(redirect(302, "/"), id="to the front page"),
        pytest.param(redirect(302, "ELSEWHERE"), id="to another owner"),
        pytest.param(page(OPEN.replace("open", "start"), BODY), id="a test of headlines"),
        pytest.param(
            page(OPEN, [*BODY, "Read more: Ports."], more="<aside><p>4 hours ago</p></aside>"), id="teasers"
        ),
    ],
)
def test_what_is_no_change_of_the_article_replaces_nothing(told_once, answer):
    house = told_once
    before = house.rows(*articles.c)
    elsewhere = f"http://localhost:{house.server.port}{PATH}".encode()
    house.server.answers[PATH] = answer.replace(b"ELSEWHERE", elsewhere)
    house.server.answers["/"] = page(END, ENDED)
    house.server.answers[PATH.replace("2026", "2027")] = page(END, ENDED)
    assert len(house.tick(days=1)) >= 1
    assert house.rows(*articles.c) == before
    assert house.rows(revisions.c.id) == []
    assert told(house.issue(days=5)) == []
    house.server.answers[PATH] = page(END, ENDED, tag=b'"two"')  # the article is there again, and has changed
    house.tick(hours=12)
    is_gone = answer.startswith(b"HTTP/1.1 404")
    assert [story.headline for story in told(house.issue(hours=12))] == ([] if is_gone else [END])


def test_a_page_that_moves_on_its_own_site_is_still_the_article(told_once):
    house = told_once
    house.server.answers[PATH] = redirect(301, "/2026/03/talks-end-in-geneva")
    house.server.answers["/2026/03/talks-end-in-geneva"] = page(END, ENDED)
    house.tick(days=1)
    assert [story.headline for story in told(house.issue(days=5))] == [END]


def test_a_page_that_robots_txt_forbids_by_now_is_not_asked(told_once):
    house = told_once
    house.server.answers["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /2026")
    house.context.fetcher.close()  # its rules are remembered for a day
    assert house.tick(days=1) == []
    assert house.rows(visits.c.failures) == [(1,)]


def test_a_page_that_fails_three_times_is_left_alone(told_once):
    house = told_once
    house.server.answers[PATH] = reply(503, b"")
    assert sum(len(house.tick(hours=12)) for _ in range(6)) == 3
    assert house.rows(visits.c.failures, visits.c.is_over) == [(3, True)]


def test_a_page_of_a_feed_that_gets_no_answer_is_left_alone(told_once):
    house = told_once
    house.server.answers["/feed"] = reply(503, b"")
    assert house.tick(days=1) == []


def test_no_page_is_asked_when_that_is_switched_off(told_once):
    house = told_once
    off = house.context.settings.model_copy(
        update={"read": house.context.settings.read.model_copy(update={"reread_pages": 0})}
    )
    house.context = replace(house.context, settings=off)
    house.server.answers[PATH] = page(END, ENDED)
    assert house.tick(days=1) == []
    assert told(house.issue(days=5)) == []


@pytest.mark.parametrize("step", [due.run_due, app.prepare], ids=["a tick", "a command"])
def test_every_way_in_asks_again(told_once, step):
    house = told_once
    house.server.answers[PATH] = page(END, ENDED, tag=b'"two"')
    step(replace(house.context, now=house.now + timedelta(days=1)))
    assert [title for _, title in house.rows(articles.c.id, articles.c.title)] == [OPEN, END]


def test_a_feed_that_tells_of_the_change_itself_changes_nothing_about_that(told_once):
    """Its headline is another than the page's, and comes before the page is asked; what the issue said stands as before."""
    house = told_once
    house.list("Trade talks of Washington and Beijing in Geneva are over")
    house.server.answers[PATH] = page(END, ENDED, tag=b'"two"')
    house.tick(days=1)
    issue = house.issue(days=5)
    assert [(story.headline, story.before, story.status) for story in told(issue)] == [(END, OPEN, "updated")]
    assert issue.changed == ()


def test_what_is_over_is_forgotten_but_for_what_told_pages_became(told_once):
    house = told_once
    house.server.answers[PATH] = page(END, ENDED, tag=b'"two"')
    house.tick(days=1)
    with house.store.begin() as connection:
        assert visits_store.forget(connection, asked_before=house.now + timedelta(1)) == 1
    assert house.rows(visits.c.article_id) == [(2,)]


def test_a_change_that_is_taken_back_is_told_no_second_time(told_once):
    house = told_once
    for title, lines in ((END, ENDED), (OPEN, BODY), (END, ENDED), (OPEN, BODY)):
        house.server.answers[PATH] = page(title, lines, tag=title.encode())
        house.tick(hours=13)
    assert len(house.rows(articles.c.id)) == 2
    assert told(house.issue(days=4)) == []
    assert house.is_exact()


def test_the_pages_longest_unasked_come_first_so_many_a_round_and_three_of_a_story(house, monkeypatch):
    house.tick()
    with house.store.begin() as connection:
        row = connection.execute(select(articles)).mappings().one()
        score_row = connection.execute(select(scores)).mappings().one()
        for n in range(2, 9):
            own = {"id": n, "key": f"https://wire.example/{n}", "url": f"https://wire.example/{n}"}
            connection.execute(articles.insert().values(dict(row) | own))
            story = score_row["story_id"] if n < 6 else None
            connection.execute(scores.insert().values(dict(score_row) | {"article_id": n, "story_id": story}))
    asked = []
    monkeypatch.setattr(
        house.context.fetcher,
        "fetch_all",
        lambda requests: asked.append([r.url for r in requests]) or iter(()),
    )
    limited = house.context.settings.read.model_copy(update={"reread_pages": 4})
    context = replace(
        house.context,
        settings=house.context.settings.model_copy(update={"read": limited}),
        now=START + timedelta(days=1),
    )
    reread.reread_pages(context)
    assert [url.rpartition("/")[2] for url in asked[0]] == ["talks-in-geneva", "2", "3", "6"]
