"""A topic before it is written, what an edit of its file would change, and the texts that a file had: what commands print and the desk shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An article that the edit would move across the line, with its relevance before and after."""

    article_id: int
    title: str
    outlet: str
    url: str
    published: datetime
    before: float
    after: float
    is_closed: bool  # an issue has considered it: its score stays as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueMoved:
    """An issue composed again by both files: headlines that only the edited one would tell, and only the one in force."""

    number: int
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an edit would change over four weeks."""

    looked_at: int
    came: tuple[Moved, ...]
    went: tuple[Moved, ...]
    same: int  # articles on topic by both
    issues: tuple[IssueMoved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion:
    """A text that a topic file had before it was saved from the desk."""

    name: str  # a number, older ones smaller
    saved_at: datetime  # when it was replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicText:
    """A topic file as it is, and the texts it had, newest first. `secret`: why it is not shown; "" where it is."""

    text: str
    mark: str = ""  # of the text: an edit that began with another one is refused
    versions: tuple[TextVersion, ...] = ()
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A proposed side, and what it would do: articles that hold a word of it, and those on topic that hold none."""

    name: str
    aliases: tuple[str, ...]
    brings: int
    cuts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An article to ask about."""

    article_id: int
    title: str
    outlet: str
    url: str
    published: datetime
    relevance: float
    is_relevant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a topic would be over what is stored."""

    looked_at: int
    on_topic: int
    sides: tuple[Side, ...]
    companions: tuple[str, ...]
    questions: tuple[Question, ...]
    newest: tuple[Question, ...] = field(default=())  # on topic, newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A topic that was begun on a page and is not written yet."""

    key: str  # what the page's form carries back
    title: str
    read: tuple[tuple[str, int], ...]  # articles that became seeds: title, words
    refused: tuple[tuple[str, str], ...]  # and those that did not: which, why
    outlook: Outlook
