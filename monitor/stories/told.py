"""Under which numbers is a fact remembered for good? Facts go in, small numbers come out; where they are kept is not known here.

The memory of articles reaches eight weeks back, what a reader was told reaches further: a name of spring is no news in autumn.
A number (CRC-32) is all that is kept of a fact, so that a year of a busy topic takes a few megabytes and a look-up the same
time whatever is stored. Two facts share a number once in four thousand million: then one of them is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from monitor.model import Change, Fact
from monitor.stories.facts import QUANTITIES

_REMEMBERED = 1 << 14  # facts: the same names and figures stand in all reports
_SIGNED = 1 << 31  # databases' integers reach from minus that

_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_UP = 1 + 1e-9  # a half is rounded up, as papers do
_UNITS = {"tonnes": "tons", "kilometres": "kilometers"} | dict.fromkeys(
    ("items", "goods", "types", "kinds"), "products"
)


def keys(fact: Fact) -> tuple[int, ...]:
    """The numbers of a fact; of a name that of its last two words: what stands before them comes and goes."""
    return (_key_of(fact.kind, fact.value),)


@lru_cache(maxsize=_REMEMBERED)
def _key_of(kind: str, value: str) -> int:
    if kind == "name":
        return _key(_last_two(value))
    return _key(f"{kind} {_rounded(value) if kind in QUANTITIES else value}")


def keys_of(facts: Iterable[Fact]) -> frozenset[int]:
    """The numbers of several facts."""
    return frozenset(key for fact in facts for key in keys(fact))


def keys_of_pairs(words: Sequence[str]) -> frozenset[int]:
    """The numbers of all names that any two words of a text which follow one another may end.

    A tenth of what finding facts costs: for what is known of articles off the topic, and of names spelt another way.
    """
    # Most words start with a small letter, which a comparison tells in half the time.
    capital = [at for at, word in enumerate(words) if not "a" <= word <= "{" and word[0].isupper()]
    return frozenset(
        _key(f"{words[one]} {words[next_]}") for one, next_ in pairwise(capital) if next_ == one + 1
    )


def keys_of_figures(words: Sequence[str], *, apart: int) -> frozenset[int]:
    """The numbers of all two figures that stand at most so many words apart: one may have replaced the other. No years."""
    at = [
        place
        for place, word in enumerate(words)
        if not "A" <= word <= "{" and word[0].isdigit() and not _YEAR.fullmatch(word)
    ]
    return frozenset(
        _key_of_two(words[one], words[other])
        for number, one in enumerate(at)
        for other in at[number + 1 : number + 1 + apart]
        if other - one <= apart
    )


def key_of_change(change: Change) -> int:
    """The number that its old and its new figure have together."""
    old, new = (_FIGURE.search(said) for said in (change.old, change.new))
    return _key_of_two(old.group() if old else change.old, new.group() if new else change.new)


def _key_of_two(one: str, other: str) -> int:
    return _key("figures {} {}".format(*sorted(each.replace(",", "") for each in (one, other))))


def _key(told: str) -> int:
    return crc32(told.encode()) - _SIGNED


def _last_two(name: str) -> str:
    """The last two words in capitals, or all there are."""
    return " ".join([word for word in name.replace("-", " ").split() if word[0].isupper()][-2:])


def _rounded(figure: str) -> str:
    """A figure to three digits: 32.85 million tonnes are the 32.9 million tons of another paper."""
    number, _, unit = figure.rpartition(" ")
    ends = (f"{float(end) * _UP:.3g}" for end in number.split("-"))
    return f"{'-'.join(ends)} {_UNITS.get(unit, unit)}"
