"""What the desk asks of the house behind it: a value of `monitor.model.desk` for each of its places. Built by `monitor.app`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

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


class House(Protocol):
    """Answers questions, which change nothing, and does what is asked of it. What is not there is None, what cannot be asked an InputError."""

    def topics(self) -> tuple[TopicBrief, ...]:
        """Return the topics there are, in the order of their files."""
        ...

    def week(self, topic: str) -> WeekLook | None:
        """Return a topic's next issue as its draft has it."""
        ...

    def issues(self, topic: str) -> tuple[IssueBrief, ...]:
        """Return the frozen issues of a topic, "" of all, newest first."""
        ...

    def issue(self, topic: str, number: int) -> IssueLook | None:
        """Return one frozen issue."""
        ...

    def stories(self, topic: str, *, weeks: int) -> tuple[StoryBrief, ...]:
        """Return a topic's stories of the last weeks, those that went on last first."""
        ...

    def story(self, topic: str, story: int) -> StoryLook | None:
        """Return one story."""
        ...

    def article(self, article: int) -> ArticleLook | None:
        """Return one article."""
        ...

    def search(self, sought: Sought) -> SearchResults:
        """Return what a search finds. Raises InputError for words that mean nothing."""
        ...

    def feeds(self) -> tuple[FeedLook, ...]:
        """Return all feeds, those in trouble first."""
        ...

    def deliveries(self) -> DeliveriesLook:
        """Return what goes out and what did not arrive."""
        ...

    def topic(self, topic: str) -> TopicLook | None:
        """Return one topic as its file has it."""
        ...

    def own_answer(self, topic: str, article: int) -> str | None:
        """Return what counts as answered about an article, "" for nothing; None when the topic has not scored it."""
        ...

    def answer(self, topic: str, article: int, verdict: str) -> bool:
        """Keep an answer (relevant | irrelevant | knew_it) and learn from it; False when the topic has not scored the article."""
        ...

    def undo(self, topic: str, article: int, verdict: str) -> bool:
        """Put an earlier answer, "" none, in the place of the present one; False as above."""
        ...

    def decide(self, topic: str, issue: int, kind: str, *, article: int, words: str, who: str) -> bool:
        """Keep what the editor decided of the next issue; False when there is no such topic.

        `kind`: top | in | out of the story an article leads, line (`words`) of the issue. Raises InputError for what cannot be decided.
        """
        ...

    def take_back(self, topic: str, issue: int, decision: int, *, who: str) -> bool:
        """Let a decision about the next issue stand no more; False when it does not stand. Raises InputError for another issue."""
        ...

    def send_proof(self, topic: str, to: str) -> str | None:
        """Mail the draft to one address as a test, and return what came of it; None when there is no such topic.

        Raises InputError for an address that is nobody's of ours.
        """
        ...

    def send_now(self, topic: str, issue: int) -> str | None:
        """Freeze the next issue and send it, and return what came of it; None when there is no such topic.

        Raises InputError where that is not the next one.
        """
        ...

    def topic_text(self, topic: str) -> TopicText | None:
        """Return a topic's file as it is, and the texts it had."""
        ...

    def version_text(self, topic: str, name: str) -> str | None:
        """Return a text that a topic's file had."""
        ...

    def preview_topic(self, topic: str, text: str) -> Preview | None:
        """Return what a text would change in place of a topic's file. Raises InputError for one that cannot be used."""
        ...

    def save_topic(self, topic: str, text: str, mark: str) -> bool:
        """Put a text in the place of a topic's file, whose text still has this mark, and learn it; False when there is no such topic.

        Raises InputError, and changes nothing, for a text that cannot be used or a file that holds another.
        """
        ...

    def begin_topic(self, title: str, sentence: str, links: str, texts: str) -> Begun:
        """Read the articles of a new topic, and look at what is stored. Raises InputError for what cannot become one."""
        ...

    def establish_topic(self, key: str, answers: Mapping[int, bool], sides: Sequence[int]) -> str | None:
        """Write a topic that was begun, learn and judge it, and return its id; None where it is not there any more."""
        ...

    def check_feed(self, feed: str) -> str | None:
        """Ask a feed now, store what is new, and return what came of it in one sentence; None when there is no such feed.

        Raises InputError when it was asked a moment ago.
        """
        ...
