"""What a search shows of each article: what became of it under each topic, and where the words stand."""

from __future__ import annotations

import pytest

from monitor.errors import InputError
from monitor.operations.search import find_articles
from monitor.store import articles as articles_store
from monitor.store.search import Filters
from tests import make


@pytest.fixture
def context(house):
    built = house()
    with built.store.begin() as connection:
        for number, title in enumerate(("Duties on garlic rise", "Soybeans are sold", "Garlic is sold")):
            articles_store.add(connection, make.article(title=title, text=f"{title}. More."), key=str(number))
    return built


def test_a_hit_marks_the_words_in_headline_and_text(context):
    found = find_articles(context, "garlic", Filters(), limit=10)
    assert {hit.article.title for hit in found} == {"Duties on garlic rise", "Garlic is sold"}
    for hit in found:
        [(start, end)] = hit.title_marks
        assert hit.article.title[start:end].casefold() == "garlic"
        assert hit.values()["title_marks"] == hit.title_marks
        assert hit.values()["topics"] == []  # nobody has scored it
        assert "arlic" in hit.snippet.text


def test_no_more_than_asked_for(context):
    assert len(find_articles(context, "garlic", Filters(), limit=1)) == 1


def test_words_that_mean_nothing_are_refused_with_an_example(context):
    with pytest.raises(InputError) as caught:
        find_articles(context, '"', Filters(), limit=1)
    assert "tariff*" in str(caught.value)
