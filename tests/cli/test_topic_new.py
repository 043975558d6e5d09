"""`monitor topic new`: from a few links to a topic that every other command takes."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.cli import beekeeping
from tests.cli.beekeeping import served

AT = "2026-03-09T09:00:00Z"
ASKED = ("topic", "new", "--title", "Bees", "--sentence", "Beekeeping: hives, honey, mites.", "--now", AT)


@pytest.fixture(scope="module")
def news():
    with served() as base:
        yield base


@pytest.fixture
def links(news):
    return [f"{news}/bees/{number}" for number in range(1, 6)]


@pytest.fixture
def stored(monitor, feeds, news):
    """A house whose feed was polled, read and scored."""
    feeds(ledger=f"{news}/feed.xml")
    for command in ("poll", "read", "score"):
        assert monitor(command, "--now", AT).code == 0


def answered(file):
    """Fill a file of questions in as somebody who knows what is about bees."""
    lines = file.read_text().splitlines()
    said = [re.sub(r"^\?", "yes" if "/bees/" in line else "no", line) for line in lines]
    file.write_text("\n".join(said))
    return sum(line.startswith("yes") for line in said), sum(line.startswith("no") for line in said)


@pytest.mark.usefixtures("stored")
def test_five_links_and_answers_make_a_topic_that_all_commands_take(monitor, place, links):
    first = monitor(*ASKED, *links, "--answers", "answers.tsv")
    assert first.code == 0, first.err
    assert "side 1, Subject: " in first.out
    assert "articles hold a word of it" in first.out
    assert not (place / "config" / "topics" / "bees.toml").exists()
    yes, no = answered(place / "answers.tsv")
    assert yes > 0 < no <= 20
    second = monitor(*ASKED, *links, "--answers", "answers.tsv")
    assert second.code == 0, second.err
    assert f"learnt from {yes + no} answers" in second.out
    written = tomllib.loads((place / "config" / "topics" / "bees.toml").read_text())
    assert (written["title"], written["seeds"]) == ("Bees", "seeds/bees")
    assert len(list((place / "seeds" / "bees").glob("*.md"))) == 5 + yes
    status = monitor("status", "--json", "--now", AT).json
    assert [topic["id"] for topic in status["topics"]] == ["bees", "trade"]
    found = monitor("search", "honey", "--topic", "bees", "--json").json
    assert found
    assert monitor("explain", "--verify", "--topic", "bees").code == 0


@pytest.mark.usefixtures("stored")
def test_what_was_answered_yes_teaches_and_is_no_old_news(monitor, place, links):
    monitor(*ASKED, *links, "--answers", "answers.tsv")
    answered(place / "answers.tsv")
    monitor(*ASKED, *links, "--answers", "answers.tsv")
    digest = monitor(
        "digest", "--topic", "bees", "--dry-run", "--format", "json", "--out", "previews", "--now", AT
    )
    assert digest.code == 0, digest.err
    issue = next((place / "previews").glob("*.json")).read_text()
    assert "bees/1" in issue, issue


def test_words_are_readable_never_stems(monitor, feeds, news, links):
    feeds(ledger=f"{news}/feed.xml")
    run = monitor(*ASKED, *links, "--no-questions")
    assert run.code == 0, run.err
    side = next(line for line in run.lines if line.startswith("side 1"))
    told = [word for phrase in side.partition(": ")[2].split(", ") for word in phrase.split()]
    known = {word.lower() for words in beekeeping.WORDS.values() for word in words}
    assert told
    assert set(told) <= known


def test_without_a_corpus_the_feeds_are_asked(monitor, feeds, news, links):
    feeds(ledger=f"{news}/feed.xml")
    run = monitor(*ASKED, *links, "--no-questions")
    assert run.code == 0, run.err
    assert "of 60 stored articles" in run.out


def test_pasted_texts_do_as_well_as_links(monitor, place):
    for number in range(3):
        title, paragraphs = beekeeping.story("bees", number)
        (place / f"{number}.txt").write_text(title + "\n\n" + "\n\n".join(paragraphs))
    run = monitor(*ASKED, "0.txt", "--from", "1.txt", "--from", "2.txt", "--no-questions")
    assert run.code == 0, run.err
    assert (place / "config" / "topics" / "bees.toml").exists()


@pytest.mark.usefixtures("stored")
def test_a_chosen_side_is_what_an_article_must_hold(monitor, place, links):
    assert monitor(*ASKED, *links, "--sides", "1", "--no-questions").code == 0
    assert "honey" in tomllib.loads((place / "config" / "topics" / "bees.toml").read_text())["must"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--id", "Bees!"], "lower-case"),
        (["--id", "trade"], "already"),
        (["--sides", "9"], "no side '9'"),
        (["--answers", "config"], "cannot read"),
    ],
)
def test_bad_input_says_what_to_do_and_writes_nothing(monitor, place, links, more, told):
    run = monitor(*ASKED, *links, *more, "--no-questions")
    assert run.code == 2
    assert told in run.err
    assert not (place / "seeds" / "bees").exists()
    assert list((place / "config" / "topics").iterdir()) == [place / "config" / "topics" / "trade.toml"]


def test_pages_that_cannot_be_read_are_named_and_stop_it_when_too_few_are_left(monitor, news, place):
    run = monitor(*ASKED, f"{news}/bees/1", f"{news}/nothing", "ftp://x/y", "--no-questions")
    assert run.code == 2
    assert f"not read: {news}/nothing: HTTP 404" in run.err
    assert "1 of the articles could be read" in run.err
    assert not (place / "seeds" / "bees").exists()


def test_an_answer_that_cannot_be_read_is_named_by_its_line(monitor, place, links):
    (place / "answers.tsv").write_text("# so far\nyes\t1\tA\nmaybe\t2\tB\n")
    run = monitor(*ASKED, *links, "--answers", "answers.tsv")
    assert run.code == 2
    assert "answers.tsv, line 3" in run.err


def test_a_topic_is_not_written_where_nobody_was_asked(monitor, place, links):
    run = monitor(*ASKED, *links)
    assert run.code == 2
    assert "--answers FILE" in run.out
    assert not (place / "config" / "topics" / "bees.toml").exists()
