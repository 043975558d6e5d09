"""What a text's meaning is compared with: texts in words. A profile, a background and what feeds carried go in.

Examples are passages of the seeds, the topic sentence, and the newest of the feeds' texts that words alone put surely on
topic; counterexamples are those that words put surely, but least surely, off it: the topic's neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from monitor.model import TopicProfile
from monitor.topics.background import Background
from monitor.topics.meaning import EDGE
from monitor.topics.reading import Reading, read
from monitor.topics.relevance import gauge, margin

_EXAMPLES, _OTHERS = 200, 200  # 100 .. 400 differ by .0005 AP
_PASSAGE_WORDS = 40
_LEAST_WORDS = 10  # a shorter rest of a seed says nothing
_SHOWN_WORDS = 180  # of an article: about as much as an encoder reads
_KEPT_WORDS = 60  # of an example: title and summary


def wording(reading: Reading) -> str:
    """A reading as an encoder is given it."""
    return " ".join(reading.words[:_SHOWN_WORDS])


def seed_passages(profile: TopicProfile) -> tuple[str, ...]:
    """Titles and passages of the seeds, and the topic sentence."""
    out = [profile.sentence]
    for seed in profile.seeds:
        words = read("", seed.text).words
        cuts = (words[at : at + _PASSAGE_WORDS] for at in range(0, len(words), _PASSAGE_WORDS))
        out += [seed.title, *(" ".join(cut) for cut in cuts if len(cut) >= _LEAST_WORDS)]
    return tuple(text for text in out if text)


def with_examples(background: Background, readings: Iterable[Reading], profile: TopicProfile) -> Background:
    """The same background with examples and counterexamples from `readings`, oldest first, which it was made from."""
    measure = gauge(profile, background).measure
    sure: list[str] = []
    near: list[tuple[float, str]] = []
    for reading in readings:
        above = margin(measure(reading).values, background, profile)
        if abs(above) >= EDGE:
            text = " ".join(reading.words[:_KEPT_WORDS])
            sure.append(text) if above > 0 else near.append((above, text))
    near.sort(key=lambda pair: -pair[0])
    return replace(
        background,
        examples=tuple(sure[-_EXAMPLES:]),
        others=tuple(text for _, text in near[:_OTHERS]),
    )
