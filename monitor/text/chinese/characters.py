"""Chinese characters: which they are, and the overlapping pairs a run of them is compared by. No dictionary: pairs need none."""

from __future__ import annotations

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # for a class of a pattern


def is_han(word: str) -> bool:
    """Whether a word from `words` is a run of Chinese characters."""
    return "\u3400" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff"


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a Chinese run; a single character stands for itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
