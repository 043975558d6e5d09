"""Fingerprints of running text: hashed three-word shingles, one in four kept. Words in, sorted integers out.

Sampling by hash value (keep h mod 4 == 0) keeps the same shingles of a shared passage on both sides, so containment of
samples estimates containment of texts (Broder 1997; Manber 1994). crc32, because Python's hash() differs by process.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from zlib import crc32

SIZE = 3
SAMPLE = 4


def fingerprints(words: Sequence[str]) -> tuple[int, ...]:
    """The sampled shingle hashes of `words`, ascending and distinct; () for fewer than three words."""
    lower = " ".join(words).lower().encode().split(b" ")
    shingles = map(b" ".join, zip(*(lower[i:] for i in range(SIZE)), strict=False))
    return tuple(sorted({h for h in map(crc32, shingles) if h % SAMPLE == 0}))


def containment(a: Collection[int], b: Collection[int]) -> float:
    """|A and B| / min(|A|, |B|), 0..1; 0 when either is empty. Symmetric."""
    smaller = min(len(a), len(b))
    return len(set(a) & set(b)) / smaller if smaller else 0.0
