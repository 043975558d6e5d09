"""A side left unsaid counts where the stream implies it, and nowhere else. The streams are invented."""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.articles.clean import seed_text
from monitor.model import Facet
from monitor.settings import TopicSettings
from monitor.topics import Background, Judge, build_profile, fit, read, recompute
from monitor.topics.unsaid import implications
from tests import make

ROOT = Path(__file__).parents[2]

# The first four were missed in weeks when they led; the others are of their kind, written before they were scored.
HEADLINES = (
    "Trump administration plans $16 billion farm aid",
    "Micron resumes some chip shipments",
    "Walmart warns tariffs may force it to raise prices",
    "New tariffs to take effect on 1 September",
    "Shoe makers ask White House to drop tariffs on footwear",
    "Tariffs will cost the average family 800 dollars, study finds",
    "Trade war hurts ethanol plants in Iowa",
    "Growers doubt farm aid will make up for lost sales",
    "Trade talks end without a deal, next round in July",
    "Furniture chain says latest tariffs will hit it in autumn",
    "Customs gives importers two weeks before tariffs rise",
    "Retailers rush goods in ahead of tariffs",
    "Chip shipments to resume under temporary licence",
    "Trump hints tariffs could be removed if trade talks go well",
)
ELSEWHERE = (
    "Trump delays tariffs on Japanese cars",
    "EU readies tariffs on bourbon",
    "Bank says its trade in bonds grew",
)

_WHO = (
    "Trump",
    "White House",
    "USTR",
    "Treasury",
    "US retailers",
    "Senate panel",
    "US farm groups",
    "Commerce Department",
)
_DOES = (
    "weighs tariffs on {} goods", "sees progress in trade talks with {}", "says trade war with {} will be short",
    "puts new tariffs on {} furniture and footwear", "blames {} tariffs for lost sales", "plans farm aid to offset {} tariffs",
    "says farm aid will answer {} tariffs on soybeans", "halts chip shipments to {} under export controls",
    "wants licence for chip shipments to {}, citing export controls", "says tariffs on {} will raise prices",
)  # fmt: skip
_OTHER = ("Mexico", "Canada", "Japan", "India", "Brussels", "Korea", "Turkey", "Brazil")
_RIVALS = ("Mexican", "Canadian", "European", "Japanese", "Indian", "Korean", "Turkish", "Brazilian")
_REST = (
    "Bakery chain opens shops in {}", "Storm closes airport at {}", "Court hears case of singer from {}", "{} elects new mayor",
    "Insurer cuts jobs in {}", "Museum in {} shows lost paintings", "Team from {} wins cup final", "Oil firm finds gas off {}",
)  # fmt: skip
_TOWNS = ("Leeds", "Porto", "Lima", "Perth", "Oslo", "Cork", "Turin", "Ghent", "Bergen", "Malmo")


def stream(*, conflict):
    """600 headlines, half of them of other things; the tariffs are China's, or everyone's."""
    rng = random.Random(5)  # noqa: S311 - repeatable, not secret
    out = []
    for n in range(300):
        partner = rng.choice(("China", "Chinese")) if conflict and n % 10 else rng.choice(_OTHER + _RIVALS)
        out.append(f"{rng.choice(_WHO)} {rng.choice(_DOES).format(partner)}")
        out.append(rng.choice(_REST).format(rng.choice(_TOWNS)))
    return [read(headline) for headline in out]


@pytest.fixture(scope="module")
def profile():
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    topic = TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))
    seeds = [seed_text(f.read_text("utf-8"), name=f.name) for f in sorted((ROOT / "seeds").glob("*.md"))]
    return build_profile(topic, seeds)


def judged(profile, background, headline):
    return Judge(profile, background).relevance(make.article(title=headline, text="", summary=""))


@pytest.fixture(scope="module")
def conflict(profile):
    return fit(stream(conflict=True), profile)


@pytest.fixture(scope="module")
def neutral(profile):
    return fit(stream(conflict=False), profile)


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_side_left_unsaid_counts_where_the_stream_implies_it(profile, conflict, neutral, headline):
    there, elsewhere = judged(profile, conflict, headline), judged(profile, neutral, headline)
    assert there.is_relevant, there
    assert not elsewhere.is_relevant, elsewhere
    assert dict(there.features)["unsaid:China"] >= 0.7
    assert "unsaid:China" not in dict(elsewhere.features)
    assert "China (unsaid" in there.why


@pytest.mark.parametrize("headline", ELSEWHERE)
def test_nothing_is_implied_beside_another_partner_or_without_the_matter(profile, conflict, headline):
    assert not judged(profile, conflict, headline).is_relevant


def test_the_name_of_one_side_implies_nothing_of_the_other(profile):
    """Seen in 2018: a newspaper that writes "United States" out, and mostly of the quarrel, brought in its car makers and refineries."""
    written_out = [f"United States {does.format('China')}" for does in _DOES] * 10
    background = fit([*stream(conflict=True), *map(read, written_out)], profile)
    (learnt,) = background.unsaid
    assert learnt.wordings
    assert not [name for name, _ in learnt.wordings if name.startswith("unit")]
    for headline in (
        "Toyota to launch talking vehicles in United States",
        "Refinery of the United States sold",
    ):
        assert not judged(profile, background, headline).is_relevant


def test_what_is_implied_is_stored_and_gives_the_score_again(profile, conflict):
    stored = Background.of_json(json.loads(json.dumps(conflict.to_json())))
    assert stored == conflict
    for headline in HEADLINES:
        there = judged(profile, conflict, headline)
        assert recompute(there.features, stored, profile) == there.value


def test_a_background_of_before_implies_nothing(profile, conflict):
    old = conflict.to_json()
    del old["unsaid"]
    assert not judged(profile, Background.of_json(old), HEADLINES[3]).is_relevant


SIDES = (
    Facet(name="who", aliases=("ruritania*",), weight=2.0, beside=("arcadia*",)),
    Facet(name="what", aliases=("tax*", "quota*")),
)
WORDS = st.lists(st.sampled_from("ruritania arcadia tax quota salt wool barley ships".split()), max_size=8)


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=60), st.randoms(use_true_random=False))
def test_what_is_learnt_does_not_hang_on_the_order_of_the_stream(texts, rng):
    readings = [read(" ".join(text)) for text in texts]
    learnt = implications(readings, SIDES)
    rng.shuffle(readings)
    assert implications(readings, SIDES) == learnt
    for each in learnt:
        assert all(0.7 <= share <= 1 for _, share in each.wordings)
