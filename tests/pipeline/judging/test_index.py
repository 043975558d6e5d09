"""What is known is kept from tick to tick, and answers as if it were built anew each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import cos, sin

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from monitor.model import Stage
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import feedback, knowledge, learn, score
from monitor.pipeline.judging.sense import Sense
from monitor.settings import RetentionSettings, StoreSettings
from monitor.store import Store, retention
from monitor.store import articles as articles_store
from monitor.store import scores as scores_store
from monitor.store.schema import articles, issues, scores
from monitor.store.schema import metadata as tables
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC

AGES = RetentionSettings(texts_days=30, polls_days=30, sightings_days=30)
EDITED = TOPIC.model_copy(update={"never": ("storm",)})
EVENTS = (
    ("Northland cuts cod quota by {n} percent", "The cod quota of Northland falls by {n} percent, minister Ada Holm said."),
    ("Herring boats of Northland stay in port for {n} days", "Fishermen stay in port. The strike of {n} days is about quotas."),
    ("Nordic herring talks end in round {n}", "Talks on herring between Northland and Southland ended in round {n}."),
    ("Storm sinks {n} fishing boats off Northland", "A storm sank {n} boats that fish for cod, the coast guard said."),
    ("Tram line {n} opens late", "The tram opened with {n} stops and no fish at all."),
)  # fmt: skip
BODY = "Buyers pay {m} crowns for a crate of cod. Northland sells {n} tons of fish in a year. Quota number {k} stays in force. "


class Lengths:
    """An encoder of how many words a text has, and how long the first is."""

    identity = "lengths"

    def encode(self, texts):
        said = [text.split() or [""] for text in texts]
        angles = [len(words) + len(words[0]) / 10 for words in said]
        return [(cos(angle), sin(angle)) for angle in angles]


class Twins:
    """Two houses that see the same: one keeps what it knows, the other forgets it before everything it does."""

    def __init__(self, kept, forgetful):
        self.houses = [kept, forgetful]
        self.count = 0

    def each(self, act):
        self.houses[1] = replace(self.houses[1], indexes={})
        return [act(context) for context in self.houses]

    def arrive(self, event, number, hours, *, is_long):
        self.count += 1
        title, text = (each.format(n=number) for each in EVENTS[event])
        more = "".join(BODY.format(m=event * 7 + k, n=number * 11 + k, k=k) for k in range(8 * is_long))

        def act(context):
            new = make.article(
                id=0,
                url=f"http://example.org/{self.count}",
                title=title,
                text=f"{text} {more}",
                published=context.now - timedelta(hours=hours),
                seen_at=context.now,
                outlet=f"Ledger {self.count % 3}",
                stage=Stage.READ,
            )
            with context.store.begin() as connection:
                articles_store.add(connection, new, key=new.url)

        self.each(act)

    def wait(self, hours):
        self.houses = [replace(each, now=each.now + timedelta(hours=hours)) for each in self.houses]

    def tick(self, news, look_back):
        for event, number, hours, is_long in news:
            self.arrive(event, number, hours, is_long=is_long)
        self.each(lambda context: score.score_articles(context, look_back=look_back))

    def answer(self, place, verdict):
        def act(context):
            with context.store.begin() as connection:
                ids = [
                    *connection.execute(select(scores.c.article_id).order_by(scores.c.article_id)).scalars()
                ]
            if ids:
                feedback.take_answer(context, context.settings.topics[0], ids[place % len(ids)], verdict)

        self.each(act)

    def issue(self, kind):
        self.each(lambda context: digest.compose_issue(context, context.settings.topics[0], kind=kind))

    def revise(self, place, field):
        """Something changes a stored article: a new title, a new date, or a text that is read once more."""

        def act(context):
            number = 1 + place % max(1, self.count)
            changed = {
                "title": {"title": "Northland revises its cod quota"},
                "date": {"published": context.now - timedelta(hours=5)},
                "text": {"text": EVENTS[0][1].format(n=90) * 3, "stage": Stage.READ},
            }[field]
            with context.store.begin() as connection:
                connection.execute(update(articles).where(articles.c.id == number).values(**changed))

        self.each(act)

    def prune(self):
        self.each(lambda context: retention.prune(context.store, AGES, now=context.now, pause=lambda _: None))

    def edit(self, topic):
        for place, context in enumerate(self.houses):
            changed = context.settings.model_copy(update={"topics": (topic,)})
            self.houses[place] = replace(context, settings=changed)
            learn.all_topics(self.houses[place])

    def known(self):
        """All that was worked out, row by row."""
        return [self._rows(context) for context in self.houses]

    def _rows(self, context):
        with context.store.begin() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))
                ]
                for table in (*tables.sorted_tables,)
                if table.name not in ("issues", "backgrounds")
            } | {"digests": [*connection.execute(select(issues.c.digest).order_by(issues.c.id)).scalars()]}


@pytest.fixture
def store(file_store):
    """One database is enough: what is compared is worked out here."""
    return file_store


@pytest.fixture
def twins(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    with Store.open(StoreSettings(), tmp_path / "other") as other:
        kept = house(topics=[TOPIC])
        yield Twins(kept, replace(kept, store=other, indexes={}))


NEWS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(2, 6), st.sampled_from((1, 3, 50, 400, 1340, 1343)), st.booleans()
    ),
    min_size=1,
    max_size=6,
)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), NEWS, st.sampled_from((None, 2))),
        st.tuples(st.just("tick"), NEWS, st.sampled_from((None, 2))),
        st.tuples(st.just("wait"), st.sampled_from((1, 30, 200, 1400))),
        st.tuples(
            st.just("answer"), st.integers(0, 20), st.sampled_from(("relevant", "irrelevant", "knew_it"))
        ),
        st.tuples(st.just("issue"), st.sampled_from(("issue", "preview"))),
        st.tuples(st.just("revise"), st.integers(0, 20), st.sampled_from(("title", "date", "text"))),
        st.tuples(st.just("prune")),
        st.tuples(st.just("edit"), st.sampled_from((TOPIC, EDITED))),
    ),
    min_size=6,
    max_size=14,
)
ARCHIVE = [(number % 4, number, 700 - 11 * number, number % 3 > 0) for number in range(36)]


@example(  # an original that comes back under another headline
    actions=[
        ("issue", "issue"),
        ("tick", [(0, 2, 1, False)], None),
        ("tick", [(0, 3, 1, True), (0, 2, 1, True), (0, 4, 1, True)], None),
        ("answer", 9, "irrelevant"),
        ("revise", 0, "title"),
        ("edit", EDITED),
        ("tick", [(4, 4, 1340, True), (3, 5, 50, True)], None),
    ],
    sense=None,
)
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=ACTIONS, sense=st.sampled_from((None, Sense(Lengths))))
def test_what_is_kept_scores_as_what_is_built_anew(twins, actions, sense):
    for table in reversed(tables.sorted_tables):
        for context in twins.houses:
            with context.store.begin() as connection:
                connection.execute(table.delete())
    twins.count, twins.houses[0] = 0, replace(twins.houses[0], indexes={})
    twins.houses = [replace(context, sense=sense) for context in twins.houses]
    twins.edit(TOPIC)
    twins.tick(ARCHIVE, None)
    for name, *values in actions:
        getattr(twins, name)(*values)
    twins.tick(ARCHIVE[::7], None)
    kept, anew = twins.known()
    assert kept == anew


def test_only_what_came_since_the_last_tick_is_read(twins, monkeypatch):
    asked = []
    read = scores_store.features_of
    monkeypatch.setattr(
        scores_store,
        "features_of",
        lambda connection, ids, parse: read(connection, asked.append(set(ids)) or ids, parse),
    )
    twins.edit(TOPIC)
    for ticks, arriving in enumerate((8, 1, 1, 1, 1)):
        twins.houses[0] = replace(twins.houses[0], now=twins.houses[0].now + timedelta(minutes=ticks))
        for number in range(arriving):
            twins.arrive(number % 4, ticks, 10, is_long=False)
        assert score.score_articles(twins.houses[0]).relevant == arriving
    assert [len(each) for each in asked] == [0, 8, 1, 1, 1]


def test_what_failed_halfway_is_built_anew(twins, monkeypatch):
    twins.edit(TOPIC)
    context = twins.houses[0]
    twins.arrive(0, 3, 2, is_long=True)
    score.score_articles(context)
    twins.arrive(0, 4, 1, is_long=True)
    with monkeypatch.context() as broken:
        broken.setattr(knowledge.Memory, "bring_up_to_date", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            score.score_articles(context)
    assert score.score_articles(context).scored == 1
    judged = knowledge.judging(context, TOPIC)
    with context.store.begin() as connection:
        index = context.indexes[TOPIC.id]
        known = knowledge.memory(connection, context, TOPIC, judged, index=index)
        anew = knowledge.memory(connection, context, TOPIC, judged)
    assert [item.title for item in known.window.items] == [item.title for item in anew.window.items]
