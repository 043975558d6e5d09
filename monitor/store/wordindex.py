"""The index a search asks: for every article the words it is known by. Kept in step by whoever writes articles.

SQLite: a table of FTS5 without content; its tokenizer only splits at spaces, for `text.lookup` has made the words. To take an entry out
FTS5 must be told the words it was made of: they are made again from the row as it was. PostgreSQL: a table with a tsvector and GIN.
Its places end at 16,383 and at 255 of one word: what has more is marked `is_long`, and a search compares its phrases itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import ColumnClause, Connection, column, delete, select, table, text

from monitor.store.schema import articles
from monitor.text.lookup import GAP, entry

NAME = "word_index"
BATCH = 500
PLACES, PLACES_OF_A_WORD = 16_383, 255  # as PostgreSQL counts them
# `words` is the entry: a line on SQLite, a tsvector on PostgreSQL.
index = table(NAME, column("rowid"), column("article_id"), column("words"), column("is_long"))
_SQLITE = f"CREATE VIRTUAL TABLE {NAME} USING fts5(words, content='', tokenize='ascii')"
_TABLE = f"""CREATE TABLE {NAME} (article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    words TSVECTOR NOT NULL, is_long BOOLEAN NOT NULL)"""
_POSTGRESQL = (_TABLE, f"CREATE INDEX ix_{NAME}_words ON {NAME} USING gin (words)")
_INTO_SQLITE = text(f"INSERT INTO {NAME} (rowid, words) VALUES (:id, :words)")  # noqa: S608 - our own name
_OUT_OF_SQLITE = text(f"INSERT INTO {NAME} ({NAME}, rowid, words) VALUES ('delete', :id, :words)")  # noqa: S608
_INTO_POSTGRESQL = text(
    f"INSERT INTO {NAME} (article_id, words, is_long) VALUES (:id, CAST(:words AS tsvector), :is_long)"  # noqa: S608
)
_PARTS = (articles.c.id, articles.c.title, articles.c.summary, articles.c.text)


class Texts(NamedTuple):
    """What an article is known by."""

    title: str
    summary: str
    text: str

    def stored(self) -> Texts:
        """As the columns hold them: see `columns.Words`."""
        return Texts(*(each.replace("\0", "") for each in self))


def create(connection: Connection) -> None:
    """Make the empty index; what was there is dropped. For migrations."""
    connection.execute(text(f"DROP TABLE IF EXISTS {NAME}"))
    for statement in (_SQLITE,) if _is_sqlite(connection) else _POSTGRESQL:
        connection.execute(text(statement))


def fill(connection: Connection) -> None:
    """Enter every article that is stored into an empty index, BATCH at a time."""
    after = 0
    while True:
        query = select(*_PARTS).where(articles.c.id > after).order_by(articles.c.id).limit(BATCH)
        rows = {row.id: entry(row.title, row.summary, row.text) for row in connection.execute(query)}
        if not rows:
            return
        _put_in(connection, rows)
        after = max(rows)


def enter(connection: Connection, added: Mapping[int, Texts]) -> None:
    """Enter articles that were just added, by id; those that have an entry keep it."""
    key = _key(connection)
    for part in _parts(added):
        there = set(connection.execute(select(key).where(key.in_(part))).scalars())
        new = {each: added[each].stored() for each in part if each not in there}
        _put_in(connection, {each: entry(*texts) for each, texts in new.items()})


def follow(connection: Connection, after: Mapping[int, Texts]) -> None:
    """Bring the entries of articles up to what is about to be written over them; an article that is not there gets none."""
    before = {each: texts for part in _parts(after) for each, texts in _texts(connection, part).items()}
    _change(connection, before, {each: after[each].stored() for each in before})


@contextmanager
def kept(connection: Connection, ids: Collection[int]) -> Iterator[None]:
    """Let the entries of these articles follow what the block writes of title, summary and text."""
    before = {each: texts for part in _parts(ids) for each, texts in _texts(connection, part).items()}
    yield
    after = {each: texts for part in _parts(before) for each, texts in _texts(connection, part).items()}
    _change(connection, before, after)


def _change(connection: Connection, before: Mapping[int, Texts], after: Mapping[int, Texts]) -> None:
    old = {each: entry(*texts) for each, texts in before.items() if texts != after[each]}
    new = {each: entry(*after[each]) for each in old}
    changed = [each for each in old if old[each] != new[each]]
    _take_out(connection, {each: old[each] for each in changed})
    _put_in(connection, {each: new[each] for each in changed})


def _texts(connection: Connection, ids: Collection[int]) -> dict[int, Texts]:
    rows = connection.execute(select(*_PARTS).where(articles.c.id.in_(ids)))
    return {row.id: Texts(row.title, row.summary, row.text) for row in rows}


def _take_out(connection: Connection, entries: Mapping[int, str]) -> None:
    key = _key(connection)
    for part in _parts(entries):
        if _is_sqlite(connection):
            there = connection.execute(select(key).where(key.in_(part))).scalars().all()
            rows = [{"id": each, "words": entries[each]} for each in there]
            if rows:
                connection.execute(_OUT_OF_SQLITE, rows)
        else:
            connection.execute(delete(index).where(key.in_(part)))


def _put_in(connection: Connection, entries: Mapping[int, str]) -> None:
    rows = [{"id": each, "words": words} for each, words in sorted(entries.items())]
    if not rows:
        return
    if _is_sqlite(connection):
        connection.execute(_INTO_SQLITE, rows)
        return
    connection.execute(_INTO_POSTGRESQL, [row | _vector(str(row["words"])) for row in rows])


def _vector(words: str) -> dict[str, object]:
    """An entry as PostgreSQL reads it: each word with its places. Words hold letters and digits alone, so none needs care."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words.split(), start=1):
        if word != GAP:
            places.setdefault(word, []).append(place)
    last = max((each[-1] for each in places.values()), default=0)
    most = max(map(len, places.values()), default=0)
    written = [f"'{word}':{','.join(map(str, each[:PLACES_OF_A_WORD]))}" for word, each in places.items()]
    return {"words": " ".join(written), "is_long": last > PLACES or most > PLACES_OF_A_WORD}


def _key(connection: Connection) -> ColumnClause[Any]:
    return index.c.rowid if _is_sqlite(connection) else index.c.article_id


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))
