from __future__ import annotations

import json
from datetime import timedelta

import pytest

from monitor.errors import InputError
from monitor.model import Seed
from monitor.pipeline.judging.scorer import Memory, Scorer, Sent, whats_new
from monitor.pipeline.judging.stream import stream
from monitor.settings import FacetSettings, TopicSettings
from monitor.stories import Features, Item
from monitor.stories.told import keys_of_pairs
from monitor.topics import build_profile, fit, read
from tests.make import AT, article

TOPIC = TopicSettings(
    id="cheese",
    title="Cheese",
    sentence="Cheese duties between Northland and Southland",
    facets=tuple(
        FacetSettings(name=n, aliases=a)
        for n, a in [("Northland", ("northland",)), ("Cheese", ("cheese", "dut*"))]
    ),
)
SEEDS = [
    Seed(
        name="a.md",
        title="Northland eyes cheese",
        text="Northland eyes a duty on cheese. Talks go on in May.",
    )
]
FEED = [
    "Tram opens",
    "Bank closes",
    "Northland sings",
    "Cheese recipe",
    "Harbour bridge shut",
    "Opera season",
] * 10
FIRST = article(
    id=1,
    title="Northland puts 10 percent duty on cheese",
    text="The Northland duty of 10 percent starts in June.",
)
SAME = article(
    id=3, title="Northland cheese duty of 10 percent starts in June", published=AT + timedelta(hours=5)
)
LATER = article(
    id=4,
    title="Northland doubles cheese duty to 20 percent",
    text="The Northland duty of 20 percent starts in July. Premier Ada Holm named wine next.",
    published=AT + timedelta(days=2),
)
OFF = article(id=5, title="Tram line opens", published=AT)


def profile():
    return build_profile(TOPIC, SEEDS)


def background():
    return fit([read(title) for title in FEED], profile())


def scorer(**values):
    return Scorer(TOPIC, profile(), background(), **values)


def test_relevant_articles_get_everything_and_others_only_a_relevance():
    scored = scorer().score(FIRST)
    assert scored.score.relevance.is_relevant
    assert scored.score.story_id == 1
    assert scored.score.novelty.is_new
    assert ". New 0." in scored.score.why or ". New 1." in scored.score.why
    off = scorer().score(OFF)
    assert (off.features, off.score.story_id, off.score.novelty) == (None, None, None)


def test_a_copy_takes_its_originals_story_and_is_not_new():
    at_work = scorer(next_story_id=40)
    body = " ".join(f"Northland cheese line {i} tells a thing." for i in range(30))
    at_work.score(article(id=1, title="Northland cheese report", text=body))
    copy = at_work.score(article(id=2, title="Wire", text=body, published=AT + timedelta(days=9))).score
    assert (copy.duplicate_of, copy.story_id) == (1, 40)
    assert all(novelty == 0 for sentence, novelty in copy.novelty.sentences)


def test_reports_of_one_event_share_a_story_and_the_second_is_less_new():
    at_work = scorer()
    first, second = (at_work.score(a).score for a in (FIRST, SAME))
    assert first.story_id == second.story_id
    assert second.novelty.value < first.novelty.value


def test_the_first_run_measures_against_the_seeds():
    again = scorer().score(article(id=1, title=SEEDS[0].title, text=SEEDS[0].text)).score
    assert again.novelty.value < 0.01
    assert again.novelty.nearest.kind == "seed"


def test_a_restart_from_stored_rows_changes_nothing():
    at_work = scorer()
    rows = []
    for each in (FIRST, SAME):
        done = at_work.score(each)
        stored = Features.of_json(json.loads(json.dumps(done.features.to_json())))
        rows.append(
            Item(
                article_id=each.id,
                story_id=done.score.story_id,
                title=each.title,
                published=each.published,
                features=stored,
            )
        )
    memory = Memory.of(background(), items=reversed(rows), seeds=SEEDS)
    restarted = scorer(memory=memory, next_story_id=max(r.story_id for r in rows) + 1)
    assert restarted.score(LATER) == at_work.score(LATER)


def test_old_articles_are_forgotten_after_eight_weeks():
    at_work = scorer()
    at_work.score(FIRST)
    late = at_work.score(
        article(id=7, title=FIRST.title, text=FIRST.text, published=AT + timedelta(weeks=9))
    ).score
    assert late.duplicate_of is None
    assert late.story_id == 2


def test_what_was_sent_is_known_for_good():
    sent = [
        Sent(
            text="The Northland duty of 10 percent starts in June.", issue=3, published=AT, title=FIRST.title
        )
    ]
    memory = Memory.of(background(), seeds=SEEDS, sent=sent)
    assert scorer(memory=memory).score(FIRST).score.novelty.nearest.issue == 3
    told = [(a, scorer().score(a).features) for a in (SAME,)]
    assert whats_new(told, memory, profile(), was_told=True).status == "known"
    told = [(a, scorer().score(a).features) for a in (LATER,)]
    news = whats_new(told, memory, profile(), was_told=True)
    assert news.status == "updated"
    assert "Ada Holm" in {fact.value for fact in news.facts}


def test_facts_of_articles_on_the_topic_are_told_and_no_others():
    off = article(id=8, title="Tram opens", text="Mayor Ada Holm opened 14 stops.")
    far = scorer().score(off)
    assert far.features is None
    assert far.fact_keys == frozenset(), "an off-topic page would empty a true story's receipt"
    near = scorer().score(FIRST)
    assert near.fact_keys >= near.features.told_keys


def test_what_was_told_at_any_time_is_no_fact_of_an_issue():
    told = keys_of_pairs(("Mayor", "Ada", "Holm"))
    known = [(LATER, scorer().score(LATER).features)]
    for memory, expected in (
        (Memory.of(background(), seeds=SEEDS, told=lambda _: frozenset()), True),
        (Memory.of(background(), seeds=SEEDS, told=lambda asked: asked & told), False),
    ):
        news = whats_new(known, memory, profile(), was_told=True)
        assert ("Ada Holm" in {fact.value for fact in news.facts}) is expected


def lines():
    titles = [
        *FEED[:30],
        FIRST.title,
        *FEED[30:],
        "Northland cheese duty of 10 percent to start",
        FIRST.title,
        *FEED,
    ]
    return [
        {"id": f"a{i}", "title": t, "published": f"2026-03-{1 + i // 20:02d}"} for i, t in enumerate(titles)
    ]


def test_a_stream_tells_every_line_in_order():
    rows = list(stream(lines(), TOPIC, SEEDS))
    assert [r["id"] for r in rows] == [r["id"] for r in lines()]
    assert list(rows[0]) == ["id", "relevance", "relevant", "novelty", "story", "duplicate_of", "why"]
    assert [r["id"] for r in rows if r["relevant"]] == ["a30", "a61", "a62"]
    assert rows[62]["duplicate_of"] == "a30"
    assert len({rows[i]["story"] for i in (30, 61, 62)}) == 1
    assert all(0 <= r["relevance"] <= 1 and 0 <= r["novelty"] <= 1 and r["story"] for r in rows)


def test_a_stream_is_the_same_twice_and_never_looks_ahead():
    first = [json.dumps(r) for r in stream(lines(), TOPIC, SEEDS)]
    assert first == [json.dumps(r) for r in stream(lines(), TOPIC, SEEDS)]
    many = [{"id": i, "title": f"{t} {i}", "published": "2026-03-01"} for i, t in enumerate(FEED * 6)]
    ahead = [*many, {"id": "x", "title": "Northland cheese duty", "published": "2026-03-02"}]
    assert list(stream(many, TOPIC, SEEDS))[:250] == list(stream(ahead, TOPIC, SEEDS))[:250]


def test_a_line_that_is_nearly_relevant_is_compared_with_relevant_ones():
    near = {"id": "near", "title": "Cheese to start", "published": "2026-03-05"}
    relevant = {"a30", "a61", "a62"}
    alone = [row for row in lines() if row["id"] not in relevant]
    found, without = (list(stream([*rows, near], TOPIC, SEEDS))[-1] for rows in (lines(), alone))
    assert not found["relevant"]
    assert found["relevance"] > 0.1
    assert found["novelty"] < without["novelty"]


def test_a_stream_forgets_relevant_lines_with_short_titles_like_others():
    titles = [
        ("Zebra Northland cheese duty", "2026-01-05"),
        ("Northland cheese duty percent", "2026-01-05"),
        ("Zebra duty cheese Northland percent", "2026-06-06"),
    ]
    rows = [{"id": title, "title": title, "published": day} for title, day in titles]
    assert [row["duplicate_of"] for row in stream(rows, TOPIC, SEEDS)] == [None] * 3


def test_an_empty_stream_gives_nothing():
    assert list(stream([], TOPIC, SEEDS)) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [({"title": "No id"}, "has no id"), ({"id": 1, "title": "T", "published": "yesterday"}, "is no date")],
)
def test_a_line_that_cannot_be_used_is_told(line, message):
    with pytest.raises(InputError, match=message):
        list(stream([line], TOPIC, SEEDS))


def test_dates_may_miss_or_carry_a_zone():
    rows = [
        {"id": 1},
        {"id": 2, "title": None, "published": "2026-03-05T12:00:00+02:00"},
        {"id": 3, "published": None},
    ]
    assert [r["relevant"] for r in stream(rows, TOPIC, SEEDS)] == [False, False, False]


def test_a_line_without_a_date_came_with_the_newest_before_it():
    again = {"id": "again", "title": FIRST.title, "published": ""}
    first, second = stream([lines()[30], again], TOPIC, SEEDS)
    assert (second["story"], second["duplicate_of"]) == (first["story"], "a30")
