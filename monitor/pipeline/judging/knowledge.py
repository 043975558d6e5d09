"""What a topic's articles are judged with, brought in from the store: profile, background, and the memory of what is known."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from monitor.articles.urls import key
from monitor.errors import StoreError
from monitor.model import Article, Seed, TopicProfile
from monitor.pipeline.judging import learn
from monitor.pipeline.judging.corpus import Memory, Sent, known_seeds
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store import decisions as decisions_store
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store import told as told_store
from monitor.store import topics as topics_store
from monitor.store.database import parsed
from monitor.store.scores import WindowRow
from monitor.store.transactions import of_topics
from monitor.stories import KEPT, Item
from monitor.stories.packed import of_store
from monitor.topics import (
    RELEVANT_TEXTS,
    UNTUNED,
    Background,
    Judge,
    Label,
    Reading,
    Tuning,
    fit,
    margin,
    read,
    recompute,
    standardised,
    with_examples,
    without_seed,
)

BACKGROUND_TEXTS = 2000  # newest entries that say what the feeds carry; 600 gave the same ranking
BACKGROUND_AGE = timedelta(hours=24)
GROWTH = 1.25  # a background made of few texts is made anew when there are this many times more


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Everything a score is computed with, and where it is stored."""

    profile: TopicProfile
    background: Background
    background_id: int
    tuning: Tuning


class Parts:
    """What stored scores of one topic were computed with; each part is read once."""

    __slots__ = ("_backgrounds", "_connection", "_profiles", "_topic", "_tunings")

    def __init__(self, connection: Connection, topic: str) -> None:
        self._connection = connection
        self._topic = topic
        self._backgrounds: dict[int, Background] = {}
        self._profiles: dict[int, TopicProfile | None] = {}
        self._tunings: dict[int, Tuning] = {}

    def background(self, identity: int) -> Background:
        """The background with this id."""
        if identity not in self._backgrounds:
            stored = topics_store.background(self._connection, identity)
            self._backgrounds[identity] = _background(stored)
        return self._backgrounds[identity]

    def profile(self, version: int) -> TopicProfile | None:
        """The profile of this version; None when it is gone."""
        if version not in self._profiles:
            found = topics_store.profile_of(self._connection, self._topic, version=version)
            self._profiles[version] = found
        return self._profiles[version]

    def tuning(self, version: int) -> Tuning:
        """The tuning of this version."""
        if version not in self._tunings:
            self._tunings[version] = tuning_of(self._connection, self._topic, version=version)
        return self._tunings[version]

    def value(
        self, made: scores_store.BareScore | scores_store.Scored, tuning: Tuning | None = None
    ) -> float | None:
        """Relevance from stored features, with the tuning of then or another; None when the profile is gone."""
        profile = self.profile(made.profile_version)
        if profile is None:
            return None
        background = self.background(made.background_id)
        used = self.tuning(made.tuning_version) if tuning is None else tuning
        return recompute(made.score.relevance.features, background, profile, used)

    def label(
        self, made: scores_store.BareScore, *, is_relevant: bool, article: Article | None = None
    ) -> Label | None:
        """An answer as the fit wants it; None when the profile is gone.

        `article`, where it may be one of the seeds: its features are then those it would have if it were none.
        """
        profile = self.profile(made.profile_version)
        if profile is None:
            return None
        background, features = self.background(made.background_id), made.score.relevance.features
        if article is not None and (seed := _seed_of(profile, article)) is not None:
            others, alone = without_seed(profile, background, seed)
            features = Judge(others, alone).relevance(article).features
        return Label(
            margin=margin(features, background, profile),
            standard=standardised(dict(features), background),
            is_relevant=is_relevant,
        )


def _seed_of(profile: TopicProfile, article: Article) -> Seed | None:
    """The seed that an article became, by its address; None where it is none."""
    own = key(article.url)
    return next((seed for seed in profile.seeds if seed.url and key(seed.url) == own), None)


def judging(context: Context, topic: TopicSettings) -> Judging:
    """Return the topic's profile, what readers' answers taught, and a background not older than a day; made when missing."""
    with context.store.look() as connection:
        profile = topics_store.profile_of(connection, topic.id)
    if profile is None:
        profile = learn.learn_topic(context, topic).profile
    found, documents, before = _judging(context, profile)
    if found.background_id:
        return found
    with context.store.begin(of_topics(topic.id)) as connection:
        newest = topics_store.newest_background(connection, topic.id, profile_version=profile.version)
        if newest is not None and newest.id != before:  # another process was faster
            return replace(found, background=_background(newest), background_id=newest.id)
        identity = topics_store.add_background(
            connection,
            topic.id,
            json.dumps(found.background.to_json(), ensure_ascii=False),
            profile_version=profile.version,
            documents=documents,
            at=context.now,
        )
    return replace(found, background_id=identity)


def looking(context: Context, topic: TopicSettings) -> Judging | None:
    """Return the same for whoever only looks: nothing is stored, and a background made now has the id 0.

    None while nothing was learnt of the topic.
    """
    with context.store.look() as connection:
        profile = topics_store.profile_of(connection, topic.id)
    return None if profile is None else _judging(context, profile)[0]


def judging_by(context: Context, profile: TopicProfile) -> Judging:
    """Return what articles would be judged with by a profile that is stored nowhere, on a background made now; nothing is stored."""
    with context.store.look() as connection:
        tuning = tuning_of(connection, profile.topic)
        texts = articles_store.recent_texts(connection, until=context.now, limit=BACKGROUND_TEXTS)
        earlier = _relevant(connection, profile, context)
    made = _fitted([read(title, summary) for title, summary in texts], profile, context, earlier)
    return Judging(profile=profile, background=made, background_id=0, tuning=tuning)


def _judging(context: Context, profile: TopicProfile) -> tuple[Judging, int, int | None]:
    """What is judged with, its background's texts, and the id of the stored one it takes the place of.

    The id of the background is 0 where the stored one is too old, or there is none, and it was made now.
    """
    topic = profile.topic
    with context.store.look() as connection:
        tuning = tuning_of(connection, topic)
        stored = topics_store.newest_background(connection, topic, profile_version=profile.version)
        texts = articles_store.recent_texts(connection, until=context.now, limit=BACKGROUND_TEXTS)
        if stored is not None and _is_fresh(stored, len(texts), context):
            found = _background(stored)
            if context.sense is None or found.others is not None:
                known = Judging(profile=profile, background=found, background_id=stored.id, tuning=tuning)
                return known, len(texts), stored.id
        earlier = _relevant(connection, profile, context)
    made = _fitted([read(title, summary) for title, summary in texts], profile, context, earlier)
    new = Judging(profile=profile, background=made, background_id=0, tuning=tuning)
    return new, len(texts), None if stored is None else stored.id


def tuning_of(connection: Connection, topic: str, *, version: int | None = None) -> Tuning:
    """Return the topic's tuning: the newest, or the version asked for; `UNTUNED` without any.

    Raises StoreError for a version that is not there.
    """
    stored = None if version == 0 else feedback_store.tuning(connection, topic, version=version)
    if stored is None:
        if version:
            raise StoreError(
                f"tuning {version} of {topic} is gone, but scores name it",
                advice="The database is damaged: restore a backup.",
            )
        return UNTUNED
    return parsed(
        f"tuning {stored.version} of {topic}",
        lambda body: Tuning.of_json(json.loads(body), version=stored.version),
        stored.body,
    )


class Index:
    """What is known of a topic, kept from tick to tick: what came since is read, what is gone is forgotten.

    It answers as one that is built anew: rows of articles are compared with those it was made of, whoever changed
    them, and where seeds or what was sent have changed, all is built anew.
    """

    __slots__ = ("_background_id", "_before", "_memory", "_rows", "_size")

    def __init__(self) -> None:
        self._memory: Memory | None = None
        self._rows: dict[int, WindowRow] = {}  # that it holds, by article
        self._before: tuple[tuple[Seed, ...], tuple[Sent, ...]] = (), ()
        self._size = 0  # of the memory without articles
        self._background_id = 0

    def memory(
        self,
        connection: Connection,
        judged: Judging,
        *,
        rows: Iterable[WindowRow],
        seeds: tuple[Seed, ...],
        sent: tuple[Sent, ...],
    ) -> Memory:
        """The memory of exactly these. Articles added to it meanwhile are read again."""
        known, self._memory = self._memory, None  # should anything be raised, the next is built anew
        wanted = {row.article_id: row for row in rows}
        held = frozenset[int]()
        gone: list[int] = []
        if known is not None and self._before == (seeds, sent):
            held = frozenset(known.window.articles)
            gone = [each for each in held if each not in self._rows or self._rows[each] != wanted.get(each)]
        if known is None or 2 * len(gone) >= len(held) or len(known.window) != self._size + len(held):
            known = Memory.of(judged.background, seeds=seeds, sent=sent)
            self._before, self._size, self._rows = (seeds, sent), len(known.window), {}
            held, gone = frozenset(), []
        elif self._background_id != judged.background_id:
            known.reweigh(judged.background)
        for each in gone:
            self._rows.pop(each, None)
        came = {each: wanted[each] for each in wanted.keys() - held.difference(gone)}
        self._rows |= came
        known.bring_up_to_date(gone, _items(connection, came))
        self._memory, self._background_id = known, judged.background_id
        return known


def memory(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    judged: Judging,
    *,
    without: Container[int] = (),
    before: int | None = None,
    index: Index | None = None,
) -> Memory:
    """Return what is known already: seeds, all that was sent or answered "knew it", and eight weeks of relevant articles.

    Articles in `without` are not among those of the eight weeks. For composing issue number `before`, only the issues before it
    count, and no article dated later than now. `index`, where one is given, holds most of it already.
    """
    rows = scores_store.window(connection, topic.id, since=context.now - KEPT)
    found = (Index() if index is None else index).memory(
        connection,
        judged,
        rows=(
            row
            for row in rows
            if row.article_id not in without and (before is None or row.published <= context.now)
        ),
        # A replay of the past must not know what was written later.
        seeds=tuple(
            seed
            for seed in known_seeds(judged.profile)
            if seed.published is None or seed.published <= context.now
        ),
        sent=(
            *_sent(connection, topic, before),
            *_known(connection, topic),
            *_left_out(connection, topic, before),
        ),
    )
    found.facts_before = None if before is None else partial(_told, connection, context, topic, without)
    return found


def _told(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    without: Container[int],
    keys: frozenset[int],
) -> frozenset[int]:
    """The keys of facts told at any time; asked while an issue is composed, so while the connection is open."""
    return told_store.before(connection, topic.id, keys, until=context.now, without=without)


def _relevant(connection: Connection, profile: TopicProfile, context: Context) -> list[Reading]:
    """What was judged relevant and a topic known by its seeds only may learn from; a topic with own facets does not."""
    if not profile.facets_learnt:
        return []
    found = scores_store.relevant_texts(connection, profile.topic, until=context.now, limit=RELEVANT_TEXTS)
    return [read(title, summary) for title, summary in found]


def _fitted(
    readings: list[Reading], profile: TopicProfile, context: Context, earlier: list[Reading]
) -> Background:
    """The background of readings, oldest first; with what meanings are compared with where there is an encoder."""
    made = fit(readings, profile, earlier)
    return made if context.sense is None else with_examples(made, readings, profile)


def _background(stored: topics_store.StoredBackground) -> Background:
    return parsed(
        topics_store.named_background(stored.id),
        lambda body: Background.of_json(json.loads(body)),
        stored.body,
    )


def _is_fresh(stored: topics_store.StoredBackground, texts: int, context: Context) -> bool:
    return context.now - stored.made_at < BACKGROUND_AGE and texts <= GROWTH * stored.documents


def _items(connection: Connection, rows: Mapping[int, WindowRow]) -> Iterator[Item]:
    """The articles of rows as a memory takes them."""
    for article_id, features in scores_store.features_of(connection, rows, of_store):
        row = rows[article_id]
        yield Item(
            title=row.title,
            published=row.published,
            features=features,
            article_id=article_id,
            story_id=row.story_id,
            duplicate_of=row.duplicate_of,
            outlet=row.outlet,
        )


def _sent(connection: Connection, topic: TopicSettings, before: int | None) -> list[Sent]:
    return [
        Sent(text=sentence, issue=told.issue, published=told.at, title=told.headline, alert=told.alert)
        for told in issues_store.told(connection, topic.id)
        if before is None or told.issue < before
        for sentence in told.sentences or (told.headline,)
    ]


def _left_out(connection: Connection, topic: TopicSettings, before: int | None) -> list[Sent]:
    """What an editor left out of earlier issues: it comes back with something new alone, so it counts as known."""
    return [
        Sent(text=each.text or each.summary, issue=0, published=each.published, title=each.title)
        for each in decisions_store.left_out(connection, topic.id, before=before)
    ]


def _known(connection: Connection, topic: TopicSettings) -> list[Sent]:
    """What readers said they knew: for novelty as good as sent, but by no issue."""
    return [
        Sent(text=known.text, issue=0, published=known.published, title=known.title)
        for known in feedback_store.known(connection, topic.id)
    ]
