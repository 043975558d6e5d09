"""What reading takes out of a page's text is kept beside it, and `explain` names it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.articles.extract import LEFT_OUT_CHARS, LEFT_OUT_LINES, extract
from monitor.model import Stage
from monitor.pipeline.gathering import read
from monitor.pipeline.judging.explain import article_lines, article_values
from monitor.settings import RetentionSettings
from monitor.store import articles as articles_store
from monitor.store import leavings, retention
from tests import make
from tests.conftest import NOW

URL = "http://example.org/a"
PROSE = "The ministry said on Thursday that {n} firms would need licences for the equipment they sell abroad."
OFFER = "Subscribe now to read the rest of this article and get full access."
NOTE = "Read more: How the licences came about"
CREDIT = "Reporting by Ann Lee in Geneva; editing by Joe Bloggs"


def page(*lines):
    prose = [PROSE.format(n=n) for n in range(20, 40)]
    text = "".join(f"<p>{line}</p>" for line in (*prose[:10], *lines, *prose[10:]))
    return f"<html><head><title>A headline</title></head><body><article><h1>A headline</h1>{text}</article></body></html>".encode()


def told(context):
    with context.store.begin() as connection:
        article = articles_store.find(connection, key=URL)
        kept = leavings.of(connection, article.id)
    return article, kept


def test_offers_notes_and_credits_are_kept_and_named(house):
    context = house(answers={URL: page(OFFER, NOTE, CREDIT)}, feeds=[make.feed()])
    with context.store.begin() as connection:
        articles_store.add(connection, make.article(url=URL), key=URL)
    read.read_pages(context)
    article, (lines, more) = told(context)
    assert sorted(lines) == sorted([OFFER, NOTE, CREDIT])
    assert [line for line in lines if line in article.text] == []
    said = list(article_lines(article, lines, more))
    assert [line.strip() for line in said if line.strip() in lines] == list(lines)
    assert article_values(article, lines, more)["left_out"] == list(lines)


def test_a_page_with_nothing_else_leaves_nothing(house):
    context = house(answers={URL: page()}, feeds=[make.feed()])
    with context.store.begin() as connection:
        articles_store.add(connection, make.article(url=URL), key=URL)
    read.read_pages(context)
    article, (lines, more) = told(context)
    assert (article.origin, lines, more) == ("page", (), 0)
    assert "left out" not in "\n".join(article_lines(article, lines, more))


def test_a_dateline_is_kept():
    found = extract(page().replace(b"The ministry said", b"GENEVA (Reuters) - The ministry said", 1))
    assert found.left_out == ("GENEVA (Reuters) -",)
    assert found.text.startswith("The ministry said")


@pytest.mark.parametrize("count", [LEFT_OUT_LINES, LEFT_OUT_LINES + 7])
def test_of_many_lines_the_rest_is_counted(count):
    found = extract(page(*(f"Read more: The story of case {n} {'and more ' * 30}" for n in range(count))))
    assert (len(found.left_out), found.left_out_more) == (LEFT_OUT_LINES, count - LEFT_OUT_LINES)
    assert max(map(len, found.left_out)) <= LEFT_OUT_CHARS
    said = list(article_lines(make.article(), found.left_out, found.left_out_more))
    assert ("            and 7 more" in said) == (count > LEFT_OUT_LINES)


def test_every_line_of_a_page_is_in_its_text_or_left_out():
    """The law: nothing that was extracted is gone."""
    lines = (
        OFFER,
        NOTE,
        CREDIT,
        "By Ann Lee",
        "Published 5 March 2026",
        "A crane. (Joe Bloggs/Reuters)",
    )
    found = extract(page(*lines))
    assert sorted(found.left_out) == sorted(lines)
    assert found.text.split("\n") == [PROSE.format(n=n) for n in range(20, 40)]


def test_it_is_forgotten_with_the_text(house):
    context = house()
    old = NOW - timedelta(days=500)
    with context.store.begin() as connection:
        for key, seen in (("old", old), ("new", NOW)):
            made = make.article(text="Text.", seen_at=seen, published=seen, stage=Stage.SCORED)
            leavings.put(connection, articles_store.add(connection, made, key=key), [NOTE], 2)
    for dry_run, left in ((True, ((NOTE,), 2)), (False, ((), 0))):
        retention.prune(context.store, RetentionSettings(), now=NOW, dry_run=dry_run)
        with context.store.begin() as connection:
            ids = articles_store.ids_of(connection, ["old", "new"])
            assert leavings.of(connection, ids["old"]) == left
            assert leavings.of(connection, ids["new"]) == ((NOTE,), 2)


def test_what_is_read_again_replaces_it(house):
    context = house()
    with context.store.begin() as connection:
        number = articles_store.add(connection, make.article(), key="a")
        for lines, more in (([NOTE, OFFER], 3), ([CREDIT], 0), ([], 0)):
            leavings.put(connection, number, lines, more)
            assert leavings.of(connection, number) == (tuple(lines), more)
