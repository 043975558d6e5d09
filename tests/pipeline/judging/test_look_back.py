"""A topic that is new, edited or back after a pause judges what was stored without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.daemon import due
from monitor.model import Stage
from monitor.pipeline.gathering import read
from monitor.pipeline.gathering.read import GATED
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain, feedback, learn, score
from monitor.store import articles as articles_store
from monitor.store import slots as slots_store
from monitor.store.schema import articles, scores
from monitor.store.schema import metadata as tables
from monitor.topics import MODES
from tests import make
from tests.cli.conftest import SEED
from tests.fakes import FakeFetcher, InlineWorker
from tests.pipeline.test_killed import TEXTS, TOPIC

OTHER = TOPIC.model_copy(update={"id": "other", "title": "Other", "recipients": ()})
FEED = make.feed()
TITLES = tuple(TEXTS.items())
PAGE = (
    "<html><body><article><h1>Tariffs</h1>"
    + "".join(
        f"<p>Washington and Beijing said in round {n} of their talks that {n * 7} American tariffs on Chinese steel would stay, "
        f"and {n * 3} duties on soybeans would go before the month was over, if all {n + 20} ministers agree.</p>"
        for n in range(2, 12)
    )
    + "</article></body></html>"
).encode()


@pytest.fixture
def place(house, tmp_path):
    """A house with one topic that was there all the time, and a way to put articles in."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    return Place(house(feeds=[FEED], topics=[TOPIC]))


class Place:
    def __init__(self, context):
        self.context = context
        self.count = 0

    def topics(self, *topics):
        changed = self.context.settings.model_copy(update={"topics": topics})
        self.context = replace(self.context, settings=changed)
        learn.all_topics(self.context)
        return self

    def arrive(self, n=1, *, age=timedelta(hours=1), feed=FEED.id, note=""):
        """`n` articles, two of three on topic, read as far as they can be."""
        rows = {}
        for _ in range(n):
            self.count += 1
            title, text = TITLES[self.count % 3]
            url = f"http://example.org/{self.count}"
            rows[url] = make.article(
                id=0,
                url=url,
                title=f"{title} ({self.count} percent)",
                summary=f"{text} It is {self.count} percent now.",
                published=self.context.now - age,
                seen_at=self.context.now - age,
                feed_id=feed,
                note=note,
                stage=Stage.READ,
            )
        with self.context.store.begin() as connection:
            articles_store.add_many(connection, rows)
        return self

    def score(self, look_back=None):
        return score.score_articles(self.context, look_back=look_back)

    def scored(self, topic="other"):
        """The topic's scores by article: version of the profile, whether on topic."""
        query = select(scores.c.article_id, scores.c.profile_version, scores.c.is_relevant)
        with self.context.store.begin() as connection:
            rows = connection.execute(query.where(scores.c.topic == topic))
            return {i: (version, bool(relevant)) for i, version, relevant in rows}

    def everything(self, topic):
        """All columns of the topic's scores."""
        with self.context.store.begin() as connection:
            query = select(scores).where(scores.c.topic == topic).order_by(scores.c.article_id)
            return connection.execute(query).all()

    def stored(self):
        with self.context.store.begin() as connection:
            return set(connection.execute(select(articles.c.id)).scalars())


def test_a_new_topic_judges_what_was_stored_and_its_first_issue_tells_it(place):
    place.arrive(6).score()
    place.topics(OTHER, TOPIC)
    assert place.scored() == {}  # the control: what is not looked back at has no score, for ever
    report = place.score()
    assert (report.looked_back, report.behind) == (6, frozenset())
    assert place.scored().keys() == place.stored()
    made = digest.compose_issue(place.context, OTHER, kind="preview")
    assert made.digest.top
    assert place.score().looked_back == 0


def test_an_article_whose_page_was_not_read_is_judged_by_the_feeds_text(place):
    place.arrive(3, note="gated").score()
    place.topics(OTHER, TOPIC).score()
    assert sorted(relevant for _, relevant in place.scored().values()) == [False, True, True]


def test_pages_nobody_wanted_are_read_when_a_new_topic_wants_them(place):
    place.arrive(3, note=GATED).score()
    digest.compose_issue(place.context, TOPIC, kind="issue")
    judged = place.everything("trade")
    assert score.ask_for_pages(place.context) == 0, "the old topic left them alone"
    place.topics(OTHER, TOPIC)
    assert score.ask_for_pages(place.context) == 2, "the third is about neither"
    pages = {f"http://example.org/{n}": PAGE for n in (1, 2, 3)}
    place.context = replace(place.context, fetcher=FakeFetcher(pages), worker=InlineWorker())
    assert read.read_pages(place.context).pages == 2
    report = place.score()
    assert (report.scored, report.looked_back, report.behind) == (2, 1, frozenset())
    stored = place.stored()
    with place.context.store.begin() as connection:
        found = articles_store.get(connection, stored)
    assert sorted(article.origin for article in found.values()) == ["feed", "page", "page"]
    assert place.scored().keys() == stored
    assert place.everything("trade") == judged, "what an issue has considered stays as it was"
    assert score.ask_for_pages(place.context) == 0


def test_pages_are_asked_for_up_to_half_of_a_round(place):
    place.arrive(9, note=GATED).score()
    limited = place.context.settings.read.model_copy(update={"max_pages": 6})
    settings_ = place.context.settings.model_copy(update={"read": limited})
    place.context = replace(place.context, settings=settings_)
    assert score.ask_for_pages(place.topics(OTHER, TOPIC).context) == 3


def test_looking_back_is_bounded_and_new_articles_wait_for_it_in_order(place):
    place.arrive(5, age=timedelta(days=2)).score()
    place.topics(OTHER, TOPIC).arrive(2)
    seen = []
    for _ in range(4):
        report = place.score(look_back=2)
        seen.append((report.looked_back, sorted(report.behind), len(place.scored())))
    assert seen == [(2, ["other"], 2), (2, ["other"], 4), (2, ["other"], 6), (1, [], 7)]
    assert place.scored("trade").keys() == place.stored()  # the other topic did not wait


def test_an_issue_waits_until_its_topic_has_looked_back(place):
    place.arrive(due.LOOK_BACK + 1).score()
    place.topics(OTHER)
    with place.context.store.begin() as connection:
        slots_store.put(
            connection,
            "other",
            place.context.now - timedelta(days=7, hours=1),
            state="skipped",
            at=place.context.now,
        )
        before = connection.execute(select(tables.tables["issues"].c.id)).all()
    due.run_due(place.context)
    with place.context.store.begin() as connection:
        assert connection.execute(select(tables.tables["issues"].c.id)).all() == before == []
    due.run_due(place.context)
    with place.context.store.begin() as connection:
        assert len(connection.execute(select(tables.tables["issues"].c.id)).all()) == 1


def test_an_edited_topic_judges_anew_what_waits_and_leaves_what_was_sent(place):
    place.arrive(3).score()
    sent = place.scored("trade")
    digest.compose_issue(place.context, TOPIC, kind="issue")
    place.arrive(3).score()
    edited = TOPIC.model_copy(update={"never": ("soybeans",)})
    place.topics(edited)
    report = place.score()
    assert report.looked_back == 3
    found = place.scored("trade")
    assert {i: found[i] for i in sent} == sent
    assert [version for i, (version, _) in sorted(found.items()) if i not in sent] == [2, 2, 2]
    assert sum(relevant for i, (_, relevant) in found.items() if i not in sent) == 1
    assert explain.verify(place.context, edited).differing == ()


@pytest.mark.parametrize(("before", "after"), [("strict", "wide"), ("wide", "strict")])
def test_another_mode_judges_anew_what_waits_and_leaves_what_was_sent(place, before, after):
    def between():
        """Which side each article is on, and which it is on by the mode of now."""
        with place.context.store.begin() as connection:
            rows = connection.execute(
                select(scores.c.article_id, scores.c.relevance, scores.c.is_relevant)
            ).all()
        return {i: bool(relevant) for i, _, relevant in rows}, {i: value for i, value, _ in rows}

    first, second = (TOPIC.model_copy(update={"mode": mode}) for mode in (before, after))
    place.topics(first).arrive(6).score()
    digest.compose_issue(place.context, first, kind="issue")
    sent, _ = between()
    place.arrive(6).score()
    with place.context.store.begin() as connection:  # as articles near the line are
        near = scores.c.article_id > max(sent)
        values = {"relevance": 0.6, "is_relevant": before == "wide"}
        connection.execute(scores.update().where(near).values(values))
    report = place.topics(second).score()
    now, values = between()
    assert report.looked_back == 6
    assert {i: now[i] for i in sent} == sent
    assert all(now[i] == (values[i] >= MODES[after]) for i in now.keys() - sent)
    assert place.score().looked_back == 0
    assert explain.verify(place.context, second).differing == ()


def test_what_a_reader_answered_is_kept_when_the_topic_is_edited(place):
    place.arrive(3).score()
    off = next(i for i, (_, relevant) in place.scored("trade").items() if not relevant)
    feedback.take_answer(place.context, TOPIC, off, "relevant")
    place.topics(TOPIC.model_copy(update={"title": "Trade anew"})).score()
    assert place.scored("trade")[off] == (1, True)


def test_what_is_older_than_eight_weeks_is_left_alone(place):
    place.arrive(2, age=timedelta(days=57)).arrive(1, age=timedelta(days=55)).score()
    assert place.topics(OTHER, TOPIC).score().looked_back == 1


def test_a_topic_looks_back_when_a_feed_comes_to_serve_it(place):
    reserved = replace(FEED, id="reserved", topics=("trade",))
    place.context = replace(place.context, feeds=(FEED, reserved))
    place.topics(OTHER, TOPIC).arrive(2).arrive(3, feed="reserved").score()
    assert len(place.scored()) == 2
    place.context = replace(place.context, feeds=(FEED, replace(reserved, topics=())))
    assert place.score().looked_back == 3


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(1, 4)),
        st.tuples(st.just("tick"), st.integers(0, 3)),
        st.tuples(st.just("topics"), st.sets(st.sampled_from(("trade", "other", "edited")), min_size=1)),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whenever_topics_come_go_and_change_each_has_judged_everything_in_the_end(place, actions):
    """The law: when nothing is left to look back at, every topic has judged every article by its profile of now."""
    known = {
        "trade": TOPIC,
        "other": OTHER,
        "edited": TOPIC.model_copy(update={"never": ("soybeans",)}),
    }
    for table in reversed(tables.sorted_tables):
        with place.context.store.begin() as connection:
            connection.execute(table.delete())
    place.topics(TOPIC)
    for name, value in actions:
        if name == "arrive":
            place.arrive(value)
        elif name == "tick":
            place.score(look_back=value)
        else:
            chosen = {known[each].id: known[each] for each in sorted(value)}
            place.topics(*chosen.values())
    place.score()
    for topic in place.context.settings.topics:
        profile = learn.learn_topic(place.context, topic).profile
        assert place.scored(topic.id).keys() == place.stored()
        assert {version for version, _ in place.scored(topic.id).values()} <= {profile.version}
        assert explain.verify(place.context, topic).differing == ()
