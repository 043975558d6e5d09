"""The house as the desk asks it (web.desk.house.House): each question is answered as of now, from the database as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import TypeVar

from monitor.digests.frozen import from_json
from monitor.errors import InputError
from monitor.model.desk import (
    ArticleLook,
    DeliveriesLook,
    FeedLook,
    IssueBrief,
    IssueLook,
    SearchResults,
    Sought,
    StoryBrief,
    StoryLook,
    TopicBrief,
    TopicLook,
    WeekLook,
)
from monitor.model.topic_edits import Begun, Preview, TopicText
from monitor.operations.desk import drawers, rounds, shelves
from monitor.operations.desk.nursery import Nursery
from monitor.pipeline.issuing import drafting, editing
from monitor.pipeline.judging import feedback
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store.drafts import Draft

T = TypeVar("T")

BEFORES = 20  # answers of late that undo gives back to the bit


class Rooms:
    """Answers from one context; any number of threads may ask."""

    def __init__(self, context: Context, clock: Callable[[], datetime]) -> None:
        self._context = context
        self._clock = clock
        self._topics = {topic.id: topic for topic in context.settings.topics}
        self._drafts: dict[str, Draft] = {}  # made here because the stored one was stale
        self._drafting = Lock()
        self._checking = Lock()
        self._sending = Lock()
        self._nursery = Nursery()
        self._befores: dict[tuple[str, int], tuple[str, feedback.Before | None]] = {}

    def topics(self) -> tuple[TopicBrief, ...]:
        """Return the topics that can be used, in the order of their files."""
        return tuple(map(shelves.brief, self._topics.values()))

    def week(self, topic: str) -> WeekLook | None:
        """Return a topic's next issue as its draft has it: the stored one, or where that is stale one made for this look and the next ones."""
        return self._of(topic, lambda settings: shelves.week(self._now(), settings, self._draft(settings)))

    def issues(self, topic: str) -> tuple[IssueBrief, ...]:
        """Return the frozen issues of a topic, "" of all, newest first."""
        chosen = [each for each in self._topics.values() if topic in ("", each.id)]
        return tuple(row for each in chosen for row in shelves.issues(self._context, each))

    def issue(self, topic: str, number: int) -> IssueLook | None:
        """Return one frozen issue."""
        return self._of(topic, lambda settings: shelves.issue(self._context, settings, number))

    def stories(self, topic: str, *, weeks: int) -> tuple[StoryBrief, ...]:
        """Return a topic's stories of the last weeks, those that went on last first."""
        return self._of(topic, lambda settings: shelves.stories(self._now(), settings, weeks=weeks)) or ()

    def story(self, topic: str, story: int) -> StoryLook | None:
        """Return one story."""
        return self._of(topic, lambda settings: shelves.story(self._now(), settings, story))

    def article(self, article: int) -> ArticleLook | None:
        """Return one article."""
        return shelves.article(self._context, article)

    def search(self, sought: Sought) -> SearchResults:
        """Return what a search finds. Raises InputError for words that mean nothing."""
        return rounds.search(self._context, sought)

    def feeds(self) -> tuple[FeedLook, ...]:
        """Return all feeds, those that need somebody first."""
        return rounds.feeds(self._now())

    def deliveries(self) -> DeliveriesLook:
        """Return what goes out and what did not arrive."""
        return rounds.deliveries(self._now())

    def topic(self, topic: str) -> TopicLook | None:
        """Return one topic as its file has it."""
        return self._of(topic, lambda settings: shelves.topic(self._now(), settings))

    def own_answer(self, topic: str, article: int) -> str | None:
        """Return what counts as answered about an article, "" for nothing; None when the topic has not scored it."""
        return self._of(topic, lambda settings: shelves.answer_of(self._context, settings, article))

    def answer(self, topic: str, article: int, verdict: str) -> bool:
        """Keep an answer and learn from it; False when the topic has not scored the article."""
        if self.own_answer(topic, article) is None:
            return False
        answered = feedback.take_answer(self._now(), self._topics[topic], article, verdict)
        with self._drafting:
            self._befores.pop((topic, article), None)
            self._befores[topic, article] = answered.earlier or "", answered.before
            while len(self._befores) > BEFORES:
                del self._befores[next(iter(self._befores))]
        self._refresh(self._topics[topic])
        return True

    def undo(self, topic: str, article: int, verdict: str) -> bool:
        """Put an earlier answer, "" none, in the place of the present one; False when the topic has not scored the article."""
        if self.own_answer(topic, article) is None:
            return False
        with self._drafting:
            earlier, before = self._befores.pop((topic, article), ("", None))
        known = before if earlier == verdict else None
        feedback.undo(self._now(), self._topics[topic], article, verdict, before=known)
        self._refresh(self._topics[topic])
        return True

    def decide(self, topic: str, issue: int, kind: str, *, article: int, words: str, who: str) -> bool:
        """Keep what the editor decided of the next issue; False when there is no such topic."""
        settings = self._topics.get(topic)
        if settings is None:
            return False
        articles: tuple[int, ...] = ()
        if kind != "line":
            draft = self._draft(settings)
            found = shelves.under_heading(from_json(draft.digest), article) if draft else ()
            articles = found if kind == "out" else found[:1]
        editing.decide(
            self._now(), settings, issue=issue, kind=kind, article_ids=articles, words=words, who=who
        )
        self._refresh(settings)
        return True

    def take_back(self, topic: str, issue: int, decision: int, *, who: str) -> bool:
        """Let a decision about the next issue stand no more; False when it does not stand."""
        settings = self._topics.get(topic)
        if settings is None or not editing.take_back(self._now(), settings, decision, issue=issue, who=who):
            return False
        self._refresh(settings)
        return True

    def send_proof(self, topic: str, to: str) -> str | None:
        """Mail the draft to one address as a test, and return what came of it in one sentence; None when there is no such topic."""
        return self._of(topic, lambda settings: self._sent(rounds.send_proof, settings, to))

    def send_now(self, topic: str, issue: int) -> str | None:
        """Freeze the next issue and send it, and return what came of it in one sentence; None when there is no such topic."""
        settings = self._topics.get(topic)
        if settings is None:
            return None
        done = self._sent(rounds.send_now, settings, issue)
        self._refresh(settings)
        return done

    def topic_text(self, topic: str) -> TopicText | None:
        """Return a topic's file as it is, and the texts it had."""
        return self._of(topic, lambda settings: drawers.topic_text(self._context, settings))

    def version_text(self, topic: str, name: str) -> str | None:
        """Return a text that a topic's file had."""
        return self._of(topic, lambda settings: drawers.version_text(self._context, settings, name))

    def preview_topic(self, topic: str, text: str) -> Preview | None:
        """Return what a text would change in place of a topic's file. Raises InputError for one that cannot be used."""
        return self._of(topic, lambda settings: drawers.preview_text(self._now(), settings, text))

    def save_topic(self, topic: str, text: str, mark: str) -> bool:
        """Put a text in the place of a topic's file, and learn it; False when there is no such topic."""
        settings = self._topics.get(topic)
        if settings is None:
            return False
        self._topics[topic] = drawers.save_text(self._now(), settings, text, mark=mark)
        self._refresh(self._topics[topic])
        return True

    def begin_topic(self, title: str, sentence: str, links: str, texts: str) -> Begun:
        """Read the articles of a new topic, and look at what is stored. Raises InputError for what cannot become one."""
        return self._nursery.begin(self._now(), title, sentence, links, texts)

    def establish_topic(self, key: str, answers: Mapping[int, bool], sides: Sequence[int]) -> str | None:
        """Write a topic that was begun, learn and judge it, and return its id; None where it is not there any more."""
        made = self._nursery.establish(self._now(), key, answers, sides)
        if made is None:
            return None
        self._topics[made.id] = made
        return made.id

    def check_feed(self, feed: str) -> str | None:
        """Ask a feed now and return what came of it in one sentence; None when there is no such feed."""
        if not self._checking.acquire(blocking=False):
            raise InputError("another feed is being asked", advice="Try again in a moment.")
        try:
            return rounds.check(self._now(), feed)
        finally:
            self._checking.release()

    def _sent(
        self, send: Callable[[Context, TopicSettings, T], str], settings: TopicSettings, what: T
    ) -> str:
        if not self._sending.acquire(blocking=False):
            raise InputError("something is being sent already", advice="Look again in a moment.")
        try:
            return send(self._now(), settings, what)
        finally:
            self._sending.release()

    def _draft(self, settings: TopicSettings) -> Draft | None:
        with self._drafting:  # whoever asks meanwhile gets the same one
            known = self._drafts.pop(settings.id, None)
            found = drafting.current(self._now(), settings, known=known)
            if found is not None:
                self._drafts[settings.id] = found
        return found

    def _refresh(self, settings: TopicSettings) -> None:
        """Store the draft anew after something was changed here: the next look need not make it."""
        with self._drafting:
            drafting.refresh(self._now(), settings)

    def _now(self) -> Context:
        return replace(self._context, now=self._clock())

    def _of(self, topic: str, look: Callable[[TopicSettings], T | None]) -> T | None:
        settings = self._topics.get(topic)
        return None if settings is None else look(settings)
