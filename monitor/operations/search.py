"""What a search shows: articles with what became of them, and the piece of text that holds the words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.errors import InputError
from monitor.model import Article
from monitor.pipeline.ports import Context
from monitor.store import search
from monitor.text import query
from monitor.text.snippets import Places, Snippet, marks, snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article a search found."""

    article: Article
    standings: tuple[search.Standing, ...]  # one for each topic that scored it
    title_marks: Places
    snippet: Snippet

    def values(self) -> dict[str, Any]:
        """The hit for JSON. Marks are pairs: first character, one after the last, counted in Unicode code points."""
        article = self.article
        return {
            "id": article.id,
            "published": article.published,
            "outlet": article.outlet,
            "language": article.language,
            "title": article.title,
            "title_marks": self.title_marks,
            "url": article.url,
            "snippet": self.snippet.text,
            "snippet_marks": self.snippet.marks,
            "topics": [
                {
                    "topic": each.topic,
                    "relevance": each.relevance,
                    "is_relevant": each.is_relevant,
                    "story": each.story_id,
                    "issue": each.issue,
                }
                for each in self.standings
            ],
        }


def find_articles(context: Context, sought: str, filters: search.Filters, *, limit: int) -> tuple[Hit, ...]:
    """Return the newest articles that match a query, by date of publication.

    Raises InputError when the query means nothing.
    """
    try:
        terms = query.read(sought)
    except query.QueryError as error:
        raise InputError(
            str(error),
            advice='Write words (all must stand), "a phrase", -not and begin*, for example: tariff* "trade war" -beans',
        ) from error
    with context.store.look() as connection:
        found = search.find(connection, terms, filters, limit=limit)
        standings = search.standings(connection, [each.id for each in found], filters.topics)
    return tuple(
        Hit(
            article=each,
            standings=standings.get(each.id, ()),
            title_marks=marks(each.title, terms),
            snippet=snippet((each.text, each.summary), terms),
        )
        for each in found
    )
