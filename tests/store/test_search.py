"""Searching by index finds what a plain scan of the stored texts finds, whatever happened to them, on both databases.

The scan shares nothing with the index: it looks for a query's words in each text with regular expressions.
"""

from __future__ import annotations

import contextlib
import dataclasses
import random
import re
import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import text

from monitor.model import Stage
from monitor.settings import RetentionSettings, StoreSettings
from monitor.store import Store, backup, database, migrate, retention, schema, search, wordindex
from monitor.store import articles as articles_store
from monitor.text import query
from monitor.text.lookup import entry
from tests.make import AT, article

HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
LATIN = "tariff tariffs war Warsaw trade US U.S. China's Peña São 5G 35.5 1,000 a_b don't soy soya ESPAÑA straße near AND x".split()
CHINESE = "贸易战 关税 美国 中国 贸易谈判 中美贸易战 税 5月".split()
MARKS = (" ", " ", " ", " ", ", ", "-", ". ", "\n", " (", "”", " * ")
ALL = search.Filters()


def drawing(seed):
    return random.Random(seed)  # noqa: S311 - no secret


def invented(draw, most=40):
    """A text of common and rare words, Latin and Chinese, with and without spaces between."""
    pieces = []
    for _ in range(draw.randint(0, most)):
        word = draw.choice(LATIN + CHINESE) if draw.random() < 0.8 else f"w{draw.randint(1, 300)}"
        pieces += [word, "" if word in CHINESE and draw.random() < 0.5 else draw.choice(MARKS)]
    return "".join(pieces)


def plain(given):
    """A text as the scan reads it: initials joined, no accents, small letters."""
    joined = re.sub(r"\b(?:[a-z]\.)+[a-z]\b", lambda m: m[0].replace(".", ""), given, flags=re.IGNORECASE)
    bare = "".join(c for c in unicodedata.normalize("NFD", joined) if not unicodedata.combining(c))
    return bare.casefold()


def pattern(given, *, is_begun):
    """What a term means, as a regular expression over `plain` texts."""
    words = re.findall(f"[{HAN}]+|[^\\W_{HAN}]+", plain(given))
    pieces = []
    for number, word in enumerate(words):
        is_run = re.match(f"[{HAN}]", word) is not None
        is_last = number == len(words) - 1
        if is_run:  # found anywhere in a run; before another word it ends there
            pieces.append(re.escape(word) + ("" if is_last else f"(?![{HAN}])"))
        else:
            end = "" if is_last and is_begun else f"(?![^\\W_{HAN}])"
            pieces.append(f"(?<![^\\W_{HAN}])" + re.escape(word) + end)
    return re.compile(r"[\W_]*".join(pieces))


def scanned(texts, parts):
    """The ids of the articles that a plain scan finds, in the order of `texts`. `parts`: (given, is_begun, is_barred)."""
    sought = [(pattern(given, is_begun=is_begun), is_barred) for given, is_begun, is_barred in parts]
    found = []
    for identity, fields in texts.items():
        stands = [any(map(each.search, fields)) != is_barred for each, is_barred in sought]
        if all(stands):
            found.append(identity)
    return found


def plain_texts(stored):
    """The texts a scan reads of each article, newest first."""
    ordered = sorted(stored, key=lambda each: (each.published, each.id), reverse=True)
    return {each.id: [plain(field) for field in (each.title, each.summary, each.text)] for each in ordered}


def drawn(draw):
    """A query in the language, and its parts for the scan."""
    parts = []
    for number in range(draw.randint(1, 4)):
        words = draw.sample(LATIN + CHINESE, draw.choice((1, 1, 2, 3)))
        if len(words) == 1 and draw.random() < 0.2:
            words = [words[0][: draw.randint(1, 3)].strip(".,_'")]
        parts.append((" ".join(words), draw.random() < 0.2, number > 0 and draw.random() < 0.3))
    said = []
    for given, is_begun, is_barred in parts:
        shown = f'"{given}"' if " " in given or draw.random() < 0.3 else given
        said.append(f"{'-' if is_barred else ''}{shown}{'*' if is_begun else ''}")
    return " ".join(said), parts


def stored_in(store):
    with store.look() as connection:
        rows = connection.execute(text("SELECT id FROM articles")).scalars().all()
        return list(articles_store.get(connection, rows).values())


def found_by(store, sought, filters=ALL, *, limit=1000):
    with store.look() as connection:
        return [each.id for each in search.find(connection, query.read(sought), filters, limit=limit)]


def fill(store, draw, count=250):
    made = {
        f"k{n}": article(
            title=invented(draw, 8),
            summary=invented(draw, 15),
            published=AT - timedelta(hours=draw.randint(0, 500)),
            seen_at=AT - timedelta(days=draw.randint(0, 400)),
            stage="scored",
        )
        for n in range(count)
    }
    with store.begin() as connection:
        return list(articles_store.add_many(connection, made).values())


def edit(store, draw, ids):
    """All that writes a text: reading a page, a headline and a page that changed, a feed that takes over."""
    for identity in draw.sample(ids, len(ids) * 3 // 4):
        with store.begin() as connection:
            now = articles_store.find(connection, article_id=identity)
            kind = draw.randint(0, 3)
            if kind == 0:
                articles_store.put(connection, [dataclasses.replace(now, text=invented(draw, 80))])
            elif kind == 1:
                new = invented(draw, 8)
                articles_store.revise(connection, identity, at=AT, field="title", old=now.title, new=new)
            elif kind == 2:
                now = dataclasses.replace(now, text=invented(draw, 60))
                articles_store.retext(connection, now, at=AT, old="", new="")
            else:
                values = {"title": invented(draw, 8), "summary": invented(draw, 9)}
                articles_store.take_over(connection, identity, values, text=invented(draw), stated=None)


def agree(store, draw, *, queries, words=0):
    """Compare index and scan on random queries, and on single words."""
    stored = plain_texts(stored_in(store))
    hits = 0
    for _ in range(queries):
        said, parts = drawn(draw)
        wanted = scanned(stored, parts)
        assert found_by(store, said) == wanted, said
        hits += bool(wanted)
    for _ in range(words):
        word = draw.choice([draw.choice(LATIN), draw.choice(CHINESE), f"w{draw.randint(1, 400)}"])
        assert found_by(store, word) == scanned(stored, [(word, False, False)]), word
    return hits


def test_the_index_finds_what_a_scan_finds_after_edits_and_prunes(store):
    draw = drawing(26)
    ids = fill(store, draw)
    assert agree(store, draw, queries=40, words=200) > 10
    edit(store, draw, ids)
    assert agree(store, draw, queries=80, words=400) > 20
    before = sum(len(each.text) for each in stored_in(store))
    pruned = retention.prune(
        store, RetentionSettings(texts_days=200, polls_days=0, sightings_days=0), now=AT, pause=lambda _: None
    )
    assert 0 < pruned.text_chars < before
    edit(store, draw, ids[:40])
    assert agree(store, draw, queries=80, words=400) > 20
    assert entries(store) == {
        each.id: entry(each.title, each.summary, each.text) for each in stored_in(store)
    }


def entries(store):
    """What the index itself holds, made into the lines it was made of; the gaps between parts are put back by place."""
    with store.begin() as connection:
        if connection.dialect.name != "sqlite":
            return {each.id: entry(each.title, each.summary, each.text) for each in stored_in(store)}
        connection.execute(
            text("CREATE VIRTUAL TABLE temp.inside USING fts5vocab(main, word_index, instance)")
        )
        rows = connection.execute(text('SELECT doc, "offset", term FROM temp.inside')).all()
        connection.execute(text("DROP TABLE temp.inside"))
        every = connection.execute(text("SELECT rowid FROM word_index")).scalars().all()
        lines = {identity: [] for identity in every}
        for identity, _, term in sorted(rows):
            lines[identity].append(term)
        return {identity: " ".join(words) for identity, words in lines.items()}


def test_a_restored_copy_and_one_of_before_the_index_are_searched_alike(file_store, tmp_path):
    draw = drawing(27)
    fill(file_store, draw, count=80)
    copy = backup.make(file_store.file, now=AT).file
    edit(file_store, draw, [each.id for each in stored_in(file_store)])
    migrate.downgrade(file_store.engine, "0013")
    old = backup.make(file_store.file, now=AT + timedelta(days=1)).file
    for number, each in enumerate((copy, old)):
        target = tmp_path / f"restored-{number}" / "monitor.db"
        target.parent.mkdir()
        backup.restore(each, target, now=AT, try_out=database.try_out)
        with Store.open(StoreSettings(), target.parent) as restored:
            assert agree(restored, draw, queries=40, words=40) > 5
            edit(restored, draw, [one.id for one in stored_in(restored)])
            assert agree(restored, draw, queries=20, words=20) > 2
            restored.check()


def test_a_migration_fills_the_index_in_lots(store, monkeypatch):
    monkeypatch.setattr(wordindex, "BATCH", 7)
    fill(store, drawing(28), count=50)
    with store.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO word_index (word_index) VALUES ('delete-all')"))
        else:
            connection.execute(text("DELETE FROM word_index"))
    assert found_by(store, "t*") == []
    with store.begin() as connection:
        wordindex.fill(connection)
    assert agree(store, drawing(29), queries=20, words=20) > 2


def test_what_is_longer_than_an_entry_of_postgresql_is_found_by_its_phrases(store):
    """16,383 places, and 255 of one word: behind them a phrase is compared with the text itself."""
    long = "common " * 300 + "filler " * 17_000 + "rare phrase here"
    with store.begin() as connection:
        one = articles_store.add(connection, article(title="one", text=long + " common end"), key="1")
        articles_store.add(
            connection, article(title="two", text=long.replace("rare phrase", "phrase rare")), key="2"
        )
    assert found_by(store, '"rare phrase here"') == [one]
    assert found_by(store, '"common end"', limit=1) == [one]
    assert found_by(store, 'common -"phrase rare"') == [one]
    assert found_by(store, '"here rare"') == []


def test_an_article_of_any_size_is_taken(store):
    odd = " ".join(f"{'語' * 63}{n:07}" for n in range(30_000)) + " " + "𠀀x" * 200_000
    with store.begin() as connection:
        identity = articles_store.add(connection, article(title="first", text=odd), key="1")
    assert found_by(store, "first") == [identity]


@pytest.mark.parametrize(
    "sought",
    ["NEAR(a b)", "a AND b OR c NOT d", "title:x", "words:x", "^a", "a + b", "{a}", "a'b\"c", "'; DROP TABLE articles; --", "a & b | !c",
     "a <-> b", "a:*", "\\", "a\\", "x\0y", "\udcff x", "%_", "🙂 x", "x" * 5000, "-x y*", "ß", "İ", "½", "℀a", "e\u0301"],
)  # fmt: skip
def test_a_hostile_query_is_words_or_is_refused_in_a_sentence(store, sought):
    with store.begin() as connection:
        articles_store.add(connection, article(title="a near b and c or not d title x words y"), key="1")
    with contextlib.suppress(query.QueryError):
        assert len(found_by(store, sought)) <= 1
    assert found_by(store, "NEAR AND not") == found_by(store, "words")


def test_filters_leave_out_what_is_otherwise(store):
    with store.begin() as connection:
        rows = {
            "1": article(title="x", outlet="Journal É", language="zh-Hans", published=AT),
            "2": article(title="x", outlet="Japan Times", language="en", published=AT + timedelta(days=1)),
            "3": article(
                title="x", outlet="AP", language="zh", feed_id="wire", published=AT + timedelta(days=2)
            ),
        }
        one, two, three = (articles_store.add_many(connection, rows)[key] for key in "123")
        connection.execute(
            schema.backgrounds.insert().values(
                id=1, topic="t", profile_version=1, documents=1, made_at=AT, body=b""
            )
        )
        connection.execute(schema.stories.insert().values(topic="t", id=7, first_at=AT, last_at=AT))
        texts = dict.fromkeys(("digest", "subject", "html", "text", "markdown", "json", "sha256"), "")
        issue = {"id": 4, "topic": "t", "number": 9, "since": AT, "until": AT, "composed_at": AT}
        connection.execute(schema.issues.insert().values(issue | texts))
        same = {"topic": "t", "scored_at": AT, "profile_version": 1, "background_id": 1, "body": "{}"}
        for identity, values in (
            (one, {"relevance": 0.9, "is_relevant": True, "story_id": 7, "issue_id": 4, "fate": "told"}),
            (two, {"relevance": 0.8, "is_relevant": True, "story_id": 7, "issue_id": 4, "fate": "below"}),
            (three, {"relevance": 0.1, "is_relevant": False}),
        ):
            connection.execute(schema.scores.insert().values(same | {"article_id": identity} | values))

    def left(**values):
        return found_by(store, "x", search.Filters(topics=("t",), **values))

    assert left() == [three, two, one]
    assert left(outlet="ap") == [three]
    assert left(outlet="wire") == [three]
    assert left(language="ZH") == [three, one]
    assert left(since=AT + timedelta(days=1)) == [three, two]
    assert left(until=AT + timedelta(days=1)) == [one]
    assert left(is_relevant=True) == [two, one]
    assert left(is_sent=True) == [one]
    assert left(story_id=7) == [two, one]
    assert left(story_id=8) == []
    assert found_by(store, "x", limit=2) == [three, two]
    with store.look() as connection:
        told = search.standings(connection, [one, two, three], ["t"])
    assert [(told[each][0].relevance, told[each][0].issue) for each in (one, two, three)] == [
        (0.9, 9),
        (0.8, None),
        (0.1, None),
    ]


def test_many_hits_are_gone_through_by_date_and_are_the_same(store, monkeypatch):
    draw = drawing(30)
    fill(store, draw, count=120)
    whole = found_by(store, "t*")
    monkeypatch.setattr(search, "FEW", 0)
    assert len(whole) > 20
    assert found_by(store, "t*") == whole
    assert found_by(store, "t*", limit=5) == whole[:5]


def test_many_articles_written_at_once_are_found_as_they_are_now(store):
    draw = drawing(30)
    ids = fill(store, draw, count=60)
    was = {each.id: each for each in stored_in(store)}
    texts = {each: {"text": f"{invented(draw, 30)}\0{invented(draw, 9)}"} for each in ids[:40]}
    changed = [dataclasses.replace(was[each], **texts.get(each, {})) for each in ids]
    nobody = dataclasses.replace(changed[0], id=max(ids) + 1)
    with store.begin() as connection:
        articles_store.put(connection, [nobody, *reversed(changed)])
    assert len(stored_in(store)) == 60
    assert agree(store, draw, queries=40, words=100) > 5
    assert entries(store) == {
        each.id: entry(each.title, each.summary, each.text) for each in stored_in(store)
    }


def test_an_article_that_is_added_twice_is_found_by_what_is_stored(store):
    with store.begin() as connection:
        twice = {"k": article(title="first words"), "k\0": article(title="other words")}
        articles_store.add_many(connection, twice)
    with store.begin() as connection:
        articles_store.add_many(connection, {"k": article(title="third words")})
    assert len(found_by(store, "first")) == len(stored_in(store)) == 1
    assert found_by(store, "other") == found_by(store, "third") == []


def test_who_comes_to_a_stage_keeps_what_was_edited_meanwhile(store):
    with store.begin() as connection:
        one = articles_store.add(connection, article(title="before"), key="1")
    with store.begin() as connection:
        articles_store.revise(connection, one, at=AT, field="title", old="before", new="after")
        articles_store.advance(connection, [one, one + 1], Stage.SCORED)
    (now,) = stored_in(store)
    assert (now.title, now.stage) == ("after", Stage.SCORED)
    assert found_by(store, "after") == [one]
