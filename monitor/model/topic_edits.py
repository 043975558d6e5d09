"""What an edit of a topic file would change, and the texts that a file had: what a command prints and the desk shows."""

from __future__ import annotations

from dataclasses import dataclass
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
