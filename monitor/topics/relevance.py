"""Does an article belong to the topic? A reading, a profile and a background go in, a `Relevance` comes out.

The value is 1 / (1 + exp(-margin)), where the margin is how far the combined features stand above the line:
- a topic with its own facets: weighted mean of the facets' logarithms over the whole text and over the lead (so a
  product: no side can make up for another) against a line that depends on length alone, plus a little of theme and
  cosine, less the share of what stands in a facet's place. Nothing here has to be learnt before the first article can be scored.
- a topic known by its seeds only: the logarithm of how close it is, in left-out seeds (see seeded; with what clear texts
  of the stream taught, see stream), and a little of the places all seeds name, against a line found in the distribution of what the feeds carry (see fitting).
With a sentence encoder, what words leave between .1 and .9 is moved by its meaning (see meaning).
Readers' answers move the margin (see tuning). `recompute` gives the same value again from stored features, background,
profile and tuning. User rules (must, never, muted) come before all this and say so. Measurements: docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import exp, fsum, log
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.model import Article, Relevance, TopicProfile
from monitor.text.aliases import lexicon
from monitor.topics.background import Background
from monitor.topics.meaning import EDGE, FEATURE, LINE, shift
from monitor.topics.measures import Gauge, Measured
from monitor.topics.reading import Reading, read
from monitor.topics.seeded import Learnt, SeedGauge, reach
from monitor.topics.self_training import FEATURE as STREAM
from monitor.topics.self_training import SHARE
from monitor.topics.tuning import UNTUNED, Tuning

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.settings import TopicSettings

MODES = {"wide": 1 / 3, "balanced": 0.5, "strict": 0.8}  # value from which an article is relevant

_SHORT_WORDS, _SHORT_LINE = 15, -0.68  # a headline that touches the heavy facets is in
_LONG_WORDS, _LONG_LINE = 300, -0.52  # a full text has to keep at it
# The same where what stands beside a facet is held against it: a headline, title and snippet from 30 words, a full text from 300.
# Chosen on 459 news articles of 2016-20 cut at 25 and 60 words and whole, half "a" of the invented texts, and the headlines of 2018-19
# (tests/quality: test_look_alikes, test_kinds_of_text, test_real_sets), 2026-11-29.
_LINES_BESIDE = {1.0: -0.68, 30.0: -0.82, 300.0: -0.84}
_HEADLINE_ALONE = 0.26  # mean log facet: so far above a headline's line, the headline of a text decides for it (docs/notes/relevance.md)
_FACET_SLOPE = 10.0  # margin per unit of mean log facet: puts the seeds near .9
_HINT = 0.02  # weight of standardised theme and cosine beside own facets
_MOST_HINT = 3.0
# Of the share of what stands in a facet's place; a running text has more room to say what it is about.
_BESIDE, _BESIDE_IN_TEXTS = 0.4, 1.0
_RUNNING_TEXT, _FULL_TEXT = 30, 120  # words, title included
_SEED_SLOPE = 3.0  # margin per unit of log closeness for topics without own facets
_NOT_CLOSE = 0.01  # keeps the logarithm finite
_PLACES = 0.2  # of two places or more that all seeds name; one alone only tells where the news is from
_UNKNOWN_ANCHOR, _USUAL_WORDS = 0.3, 400.0  # before there is a background
_JUST, _MUCH = 0.9, 0.45  # in left-out seeds, of what clear texts of the stream say
_CLIP = 6.0  # standardised values beyond say nothing more
_LEAST_SD = 1e-3


class Judge:
    """A profile, a background and what readers answered, ready to score many articles."""

    __slots__ = ("_background", "_gauge", "_line", "_meaning", "_profile", "_tuning")

    def __init__(
        self,
        profile: TopicProfile,
        background: Background,
        *,
        mode: str = "balanced",
        tuning: Tuning = UNTUNED,
        meaning: Callable[[Reading], float] | None = None,
    ) -> None:
        """`meaning` measures what words alone leave undecided; None without an encoder."""
        self._profile = profile
        self._background = background
        self._tuning = tuning
        self._gauge = gauge(profile, background)
        self._line = MODES[mode]
        self._meaning = meaning

    def relevance(self, article: Article, reading: Reading | None = None) -> Relevance:
        """The relevance of `article`; `reading` when it has been read already."""
        reading = reading or read(article.title, article.text or article.summary)
        measured = self._gauge.measure(reading)
        verdict = _ruled_out(article, reading, self._profile)
        if self._meaning is not None and not verdict:
            measured = self._with_meaning(measured, reading, self._meaning)
        value = 0.0 if verdict else self._value(measured)
        return Relevance(
            value=value,
            is_relevant=value >= self._line,
            features=measured.values,
            matched=_matched(measured),
            why=verdict or self._why(measured, is_chosen=value >= self._line),
        )

    def _with_meaning(
        self, measured: Measured, reading: Reading, meaning: Callable[[Reading], float]
    ) -> Measured:
        """The same, with the meaning of what words alone leave undecided: costly, and elsewhere it would change no verdict."""
        if abs(margin(measured.values, self._background, self._profile)) >= EDGE:
            return measured
        return replace(measured, values=(*measured.values, (FEATURE, meaning(reading))))

    def _value(self, measured: Measured) -> float:
        return recompute(measured.values, self._background, self._profile, self._tuning)

    def _why(self, measured: Measured, *, is_chosen: bool) -> str:
        """One sentence: what was found, of what is not chosen also what is missing, and how it compares."""
        found = dict(measured.values)
        sides = [
            _side(name, hits, found.get(f"unsaid:{name}"))
            for name, hits in measured.matched
            if hits or not is_chosen or f"unsaid:{name}" in found
        ]
        share = self._background.share_below(combined(dict(measured.values), self._background, self._profile))
        parts = [", ".join(sides)] if sides else []
        if self._background.quantiles:
            parts.append(f"closer to the topic than {_percent(share)} of what the feeds carried")
        parts += [_worded(measured, self._background)] if self._background.stream else []
        parts += [_meant(value) for name, value in measured.values if name == FEATURE]
        return "; ".join(parts)


def recompute(
    features: Sequence[tuple[str, float]],
    background: Background,
    profile: TopicProfile,
    tuning: Tuning = UNTUNED,
) -> float:
    """The relevance value 0..1 of stored features; exactly the value that was given then."""
    above = margin(features, background, profile)
    if tuning.answers:
        above += tuning.shift(standardised(dict(features), background))
    return 1 / (1 + exp(-max(-50.0, min(50.0, above))))


def margin(features: Sequence[tuple[str, float]], background: Background, profile: TopicProfile) -> float:
    """How far the combined features stand above the line as shipped, in units of the logistic curve."""
    slope = _SEED_SLOPE if profile.facets_learnt else _FACET_SLOPE
    found = dict(features)
    above = slope * (combined(found, background, profile) - background.threshold)
    return above + shift(found[FEATURE]) if FEATURE in found else above


def combined(features: Mapping[str, float], background: Background, profile: TopicProfile) -> float:
    """All features as one number, larger is closer; `Background.threshold` is its line."""
    if profile.facets_learnt:
        return log(closeness(features, background) + _NOT_CLOSE) + _PLACES * _between_places(features)
    standard = standardised(features, background)
    hints = [standard[name] for name in ("theme", "cosine") if name in standard]
    modest = fsum(max(-_MOST_HINT, min(_MOST_HINT, hint)) for hint in hints)
    besides = [value for name, value in sorted(features.items()) if name.startswith("beside:")]
    above = _facets(features, profile) - (line_beside if besides else line_for)(features["words"])
    if "title" in features:
        above = max(above, features["title"] - _SHORT_LINE - _HEADLINE_ALONE)
    return (
        above
        + _HINT * modest
        - (_BESIDE if features["words"] < _RUNNING_TEXT else _BESIDE_IN_TEXTS) * fsum(besides)
    )


def closeness(features: Mapping[str, float], background: Background) -> float:
    """Mean of theme and cosine, 1 where a left-out seed stands; a headline is measured by what headlines can reach.

    What clear texts of the stream say has its share beside them where it was learnt.
    """
    anchors = dict(background.anchors) or {"theme": _UNKNOWN_ANCHOR, "cosine": _UNKNOWN_ANCHOR}
    streamed = anchors.pop(STREAM, None)
    own = fsum(features[name] / anchor for name, anchor in sorted(anchors.items())) / len(anchors)
    if streamed is not None:
        own = (1 - SHARE) * own + SHARE * features[STREAM] / streamed
    return own / reach(features["words"])


def _between_places(features: Mapping[str, float]) -> float:
    """How far the places are named beyond one hit in a summary, 0 for a topic with fewer than two."""
    places = [value for name, value in sorted(features.items()) if name.startswith("facet:")]
    return fsum(places) / len(places) + 1 if len(places) > 1 else 0.0


def standardised(features: Mapping[str, float], background: Background) -> dict[str, float]:
    """Features in standard deviations from the background's mean, clipped to +-6."""
    return {
        name: max(-_CLIP, min(_CLIP, (features[name] - mean) / (sd + _LEAST_SD)))
        for name, mean, sd in background.scale
        if name in features
    }


def line_for(word_count: float) -> float:
    """The mean log facet a text of that length must reach: -.75 for headlines rising to -.52 for articles."""
    steps = log(max(word_count, _SHORT_WORDS) / _SHORT_WORDS) / log(_LONG_WORDS / _SHORT_WORDS)
    return _SHORT_LINE + min(1.0, steps) * (_LONG_LINE - _SHORT_LINE)


def line_beside(word_count: float) -> float:
    """The same for a topic that tells what stands beside its facets: by kind of text, and between a snippet and 300 words by length."""
    headline, short, full = _LINES_BESIDE.values()
    if word_count < _RUNNING_TEXT:
        return headline
    steps = log(word_count / _RUNNING_TEXT) / log(_LONG_WORDS / _RUNNING_TEXT)
    return short + min(1.0, steps) * (full - short)


def _facets(features: Mapping[str, float], profile: TopicProfile) -> float:
    """Mean of the weighted mean log facet over the text and over its lead."""
    total = fsum(facet.weight for facet in profile.facets) or 1.0
    whole = fsum(facet.weight * features[f"facet:{facet.name}"] for facet in profile.facets) / total
    return (whole + features["lead"]) / 2


def gauge(profile: TopicProfile, background: Background) -> Gauge | SeedGauge:
    """The gauge of a profile: with the background's theme and centroid once there is one."""
    theme, centroid = background.theme or profile.theme, background.centroid or profile.centroid
    if not profile.facets_learnt:
        return Gauge(profile.facets, theme, centroid, background.vocabulary(), background.unsaid)
    learnt = Learnt(theme=theme, centroid=centroid, stream=background.stream)
    return SeedGauge(profile.facets, learnt, background.vocabulary(), background.usual_words or _USUAL_WORDS)


def kind_of(word_count: float) -> str:
    """The kind of text by its words, title included: "headline", "short" (title and snippet) or "full"."""
    return "headline" if word_count < _RUNNING_TEXT else "short" if word_count < _FULL_TEXT else "full"


def keeps(topic: TopicSettings, relevance: Relevance, article: Article) -> bool:
    """Whether an article stays on topic by the topic file as it is now: its line, `must`, `never` and `muted`."""
    if relevance.value < MODES[topic.mode]:
        return False
    has_words = (
        topic.must or topic.never
    )  # reading all texts again for nothing would double what an issue costs
    reading = read(article.title, article.text or article.summary) if has_words else read("")
    return not _ruled_out(article, reading, topic)


def _ruled_out(article: Article, reading: Reading, profile: TopicProfile | TopicSettings) -> str:
    """Which of the user's own rules keeps the article out, "" for none."""
    muted = next((m for m in profile.muted if _is_from(article, m)), "")
    if muted:
        return f"muted: {muted}"
    unwanted = lexicon(profile.never).hits(reading.words) if profile.never else {}
    if unwanted:
        return f"holds {min(unwanted)}, which the topic file never wants"
    if profile.must and not lexicon(profile.must).hits(reading.words):
        return f"holds none of {', '.join(profile.must)}, one of which the topic file asks for"
    return ""


def _is_from(article: Article, muted: str) -> bool:
    """Whether an outlet or host name means this article's source."""
    name = muted.casefold()
    host = (urlsplit(article.url).hostname or "").removeprefix("www.")
    return name == article.outlet.casefold() or host == name or host.endswith("." + name)


def _matched(measured: Measured) -> tuple[tuple[str, int], ...]:
    """All aliases found, most frequent first; one that stands in two facets is told once."""
    every = {alias: count for _, hits in measured.matched for alias, count in hits}
    return tuple(sorted(every.items(), key=lambda item: (-item[1], item[0])))


def _side(facet: str, hits: Sequence[tuple[str, int]], implied: float | None) -> str:
    """What was found of one facet, for people: "China x14 (china, beijing)"."""
    if implied is not None:
        return f"{facet} (unsaid: {implied:.0%} of such texts name it)"
    if not hits:
        return f"no {facet}"
    count = sum(n for _, n in hits)
    names = "/".join(alias.rstrip("*") for alias, _ in hits[:2])
    return f"{facet} ({names}) x{count}" if count > 1 else f"{facet} ({names})"


def _worded(measured: Measured, background: Background) -> str:
    """What the terms of the stream say, for people."""
    found = dict(measured.values)
    share = found[STREAM] / dict(background.anchors)[STREAM] / reach(found["words"])
    how = "just" if share >= _JUST else "much" if share >= _MUCH else "little"
    return f"worded {how} like clear articles before it ({share:.2f})"


def _meant(value: float) -> str:
    """What the meaning says, for people."""
    side = "for it" if shift(value) >= 0 else "against it"
    return f"its meaning speaks {side} ({value:.2f}, {LINE:.2f} would say nothing)"


def _percent(share: float) -> str:
    """A share as people write it; never "100 %" for what is not all."""
    return f"{min(99.9, 100 * share):.1f} %" if share < 1 else "all"
