"""Finding articles by their words, newest first: a query of `text.query` and filters become one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, false, func, or_, select, text

from monitor.model import Article
from monitor.store import articles as articles_store
from monitor.store import scores as scores_store
from monitor.store.schema import articles, issues, reported, scores
from monitor.store.wordindex import NAME, index
from monitor.text.lookup import entry
from monitor.text.query import Term, holds

# Issues of earlier versions wrote no fate: there the story tells.
_WAS_TOLD = or_(
    scores.c.fate == scores_store.TOLD,
    and_(
        scores.c.fate == "",
        exists().where(reported.c.issue_id == scores.c.issue_id, reported.c.story_id == scores.c.story_id),
    ),
)
_AS_QUERY = "CAST(:{} AS tsquery)"
FEW = 2000  # hits up to which sorting them is cheaper than going through all articles by date


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must be beside holding the words; empty: anything."""

    outlet: str = ""  # its name, whatever the case, or the id of its feed
    language: str = ""  # "zh" is also zh-Hans
    since: datetime | None = None  # published then or later
    until: datetime | None = None  # published before
    topics: tuple[str, ...] = ()  # whose scores count
    is_relevant: bool = False
    is_sent: bool = False  # an issue told it
    story_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of an article under a topic."""

    topic: str
    relevance: float
    is_relevant: bool
    story_id: int | None
    issue: int | None  # the number of the issue that told it


def find(
    connection: Connection, terms: Sequence[Term], filters: Filters, *, limit: int
) -> tuple[Article, ...]:
    """Return the newest articles that hold all terms and none of the barred ones, by date of publication."""
    is_long: ColumnElement[bool] = false()
    if connection.dialect.name == "sqlite":
        query = _on_sqlite(connection, terms)
    else:
        query, is_long = _on_postgresql(terms), index.c.is_long
    ordered = query.add_columns(is_long.label("is_long")).where(*_conditions(filters))
    ordered = ordered.order_by(articles.c.published.desc(), articles.c.id.desc()).limit(limit)
    found: dict[int, Article] = {}
    for page in range(0, 10**9, limit):
        rows = connection.execute(ordered.offset(page)).all()
        whole = articles_store.get(connection, (row.id for row in rows))
        for row in rows:
            each = whole[row.id]
            if not row.is_long or holds(entry(each.title, each.summary, each.text), terms):
                found[row.id] = each
        if len(rows) < limit or len(found) >= limit:
            break
    return tuple(found.values())[:limit]


def standings(
    connection: Connection, ids: Sequence[int], topics: Sequence[str]
) -> dict[int, tuple[Standing, ...]]:
    """Return what became of articles under these topics, by article."""
    told = case((_WAS_TOLD, issues.c.number))
    query = (
        select(
            scores.c.article_id,
            scores.c.topic,
            scores.c.relevance,
            scores.c.is_relevant,
            scores.c.story_id,
            told,
        )
        .outerjoin(issues, issues.c.id == scores.c.issue_id)
        .where(scores.c.article_id.in_(ids), scores.c.topic.in_(topics))
        .order_by(scores.c.topic)
    )
    found: dict[int, list[Standing]] = {}
    for article_id, *values in connection.execute(query):
        names = ("topic", "relevance", "is_relevant", "story_id", "issue")
        found.setdefault(article_id, []).append(Standing(**dict(zip(names, values, strict=True))))
    return {article_id: tuple(each) for article_id, each in found.items()}


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.outlet:
        is_named = func.lower(articles.c.outlet) == func.lower(filters.outlet)
        found.append(or_(is_named, articles.c.feed_id == filters.outlet))
    if filters.language:
        given = filters.language.lower()
        own = func.lower(articles.c.language)
        found.append(or_(own == given, own.startswith(f"{given}-", autoescape=True)))
    if filters.since is not None:
        found.append(articles.c.published >= filters.since)
    if filters.until is not None:
        found.append(articles.c.published < filters.until)
    wanted: list[ColumnElement[bool]] = []
    if filters.is_relevant:
        wanted.append(scores.c.is_relevant)
    if filters.is_sent:
        wanted.append(_WAS_TOLD)
    if filters.story_id is not None:
        wanted.append(scores.c.story_id == filters.story_id)
    if wanted:
        of_topics = (scores.c.article_id == articles.c.id, scores.c.topic.in_(filters.topics))
        found.append(exists().where(*of_topics, *wanted))
    return found


def _on_sqlite(connection: Connection, terms: Sequence[Term]) -> Select[Any]:
    match = text(f"{NAME} MATCH :sought").bindparams(sought=_for_fts5(terms))
    hits = select(index.c.rowid).where(match)
    some = select(func.count()).select_from(hits.limit(FEW + 1).subquery())
    if connection.execute(some).scalar_one() <= FEW:
        return select(articles.c.id).where(articles.c.id.in_(hits))
    # A sum is no key, so SQLite sorts no hits: it goes through the articles by date until it has enough.
    return select(articles.c.id).where((articles.c.id + 0).in_(hits))


def _for_fts5(terms: Sequence[Term]) -> str:
    """The terms as FTS5 reads them; every word stands in quotation marks, so none is an operator."""
    wanted: list[str] = []
    barred: list[str] = []
    for term in terms:
        said = f'"{" ".join(term.words)}"' + ("*" if term.is_begun else "")
        (barred if term.is_barred else wanted).append(said)
    return " NOT ".join([f"({' AND '.join(wanted)})", *barred])


def _on_postgresql(terms: Sequence[Term]) -> Select[Any]:
    loose = [_for_tsquery(term, " & ") for term in terms if not (term.is_barred and len(term.words) > 1)]
    may_hold = text(f"words @@ {_AS_QUERY.format('loose')}").bindparams(loose=" & ".join(loose))
    query = select(articles.c.id).join(index, index.c.article_id == articles.c.id).where(may_hold)
    if all(len(term.words) == 1 for term in terms):
        return query
    exact = " & ".join(_for_tsquery(term, " <-> ") for term in terms)
    holds_it = text(f"words @@ {_AS_QUERY.format('exact')}").bindparams(exact=exact)
    return query.where(or_(index.c.is_long, holds_it))


def _for_tsquery(term: Term, between: str) -> str:
    words = [f"'{word}'" for word in term.words]
    said = between.join(words) + (":*" if term.is_begun else "")
    return f"{'!' if term.is_barred else ''}({said})"
