"""What anyone would do first, run in the same process as ours: single-pass tf-idf stories, MinHash duplicates."""

from __future__ import annotations

import random
from datetime import timedelta
from operator import eq
from zlib import crc32

from monitor.text.tokens import terms
from monitor.text.vectors import Vocabulary, cosine, counts, weigh


def single_pass(rows, *, line=0.25, days=7):
    """Story numbers for (text, moment) rows in time order: join the nearest earlier text within a week, or open a story."""
    counted = [counts(terms(text)) for text, _ in rows]
    vocabulary = Vocabulary.of(counted)
    vectors = [weigh(c, vocabulary) for c in counted]
    stories = []
    for i, (_, moment) in enumerate(rows):
        near = [j for j in range(i) if moment - rows[j][1] <= timedelta(days=days)]
        alike, best = max(((cosine(vectors[i], vectors[j]), -j) for j in near), default=(0.0, 0))
        stories.append(stories[-best] if near and alike >= line else i)
    return stories


def minhash(texts, *, hashes=128, line=0.7):
    """For each text the first earlier one with an estimated 3-word Jaccard of at least `line`, or None."""
    rng = random.Random(5)  # noqa: S311 - repeatable, not secret
    masks = [rng.getrandbits(32) for _ in range(hashes)]
    signatures, found = [], []
    for text in texts:
        words = text.lower().split()
        shingles = {crc32(" ".join(words[i : i + 3]).encode()) for i in range(max(1, len(words) - 2))}
        own = [min(s ^ m for s in shingles) for m in masks]
        same = (i for i, other in enumerate(signatures) if sum(map(eq, own, other)) >= line * hashes)
        found.append(next(same, None))
        signatures.append(own)
    return found
