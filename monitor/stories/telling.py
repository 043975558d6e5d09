"""Is a fact worth telling, where it stands? A fact and its sentence go in, yes or no comes out. What was told before is not known here.

Whoever reads "new: Los Angeles, $117, Sept. 4" has learnt nothing. A name tells something where the sentence introduces who or
what it is; a figure, where it is of this year and not the end of a range or the same sum in other money; a day, where it is no
longer past. Rather one receipt less than one that is wrong: docs/notes/novelty.md has the cases. English wording only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from monitor.model import Fact
from monitor.stories.facts import QUANTITIES, ROLES
from monitor.stories.saying import is_past

_BESIDE = 100  # characters on either side that tell: patterns must not run through a whole hostile page
_STALE = timedelta(days=31)  # a day longer past than this is background
_CAPTIONED = timedelta(days=7)  # captions write the year of a day that is this close, reports do not
_AHEAD = timedelta(days=150)  # and one without a year further ahead than this was rather meant to be past
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_SPEAKS = (
    "said|says|say|told|tells|noted|notes|added|adds|warned|warns|wrote|writes|argued|argues|explained|explains|stressed"
    "|stresses|pointed|points|stated|believes|believed|commented|remarked|suggested|predicted|estimated|announced|claimed"
)
# Tail words of what is founded, signed or held: a name that ends so stands for itself.
_BODIES = frozenset(
    """Association Administration Agency Authority Academy Alliance Bank Board Bureau Centre Center Chamber Coalition College
    Commission Committee Company Corporation Corp Council Department Federation Foundation Fund Group Holdings Institute
    Institution Ministry Office Organization Securities Society University Ltd Limited Inc Act Agreement Accord Treaty Law""".split()
)
_LEAST_OF_A_BODY = 2  # words: "Foreign Ministry", "General Office" are everywhere
_POSTS = frozenset(  # end titles and terms, never the name of a person
    "Ambassador Secretary President Minister Representative Director Associate Chairman Governor Right".split()
)
_INTRODUCED_BEFORE = re.compile(
    rf"(?:\b(?:{_SPEAKS}|[Aa]ccording to|by|with|cited|quoted|[a-z]{{3,}}(?:or|er|ist|ant|man|chief|head|expert|analyst|officer|farmer"
    rf"|fellow|official))|\b(?:{ROLES}|Mr|Ms|Mrs|Dr|Prof|Sen|Rep|Gov)\.?)[,:]? $"
)
_INTRODUCED_AFTER = re.compile(
    rf",”? (?:an?|the|former|deputy|vice|chief|senior|acting|[a-z][a-z-]+(?:or|er|ist|ant|man|head|chief|fellow|dent|tary))\b"
    rf"|,? (?:also )?(?:{_SPEAKS})\b"
)
_CUT_BEFORE = re.compile(
    r"\b(?:(?!According )[A-Z][\w'’]+ (?:on|for|of|against|to)(?: the)?|(?!(?:US|UK|EU|UN|CEO|CFO|COO|VP) )[A-Z-]{2,}) $"
    r"|[\w.]-$"
)
_CUT_AFTER = re.compile(rf"-\w|\xad| (?:on|for|against)(?: the)? (?!(?:{_DAY})\b)[A-Z]")
_WHERE = re.compile(r"\b(?:in|at|near) $")
_BODY_CUT_BEFORE = re.compile(
    r"[A-Z]\w+,(?: and)? $"
)  # "China National Cereal, | Oils and Foodstuff Corporation"
_BODY_CUT_AFTER = re.compile(r" (?:at|in) [A-Z]")  # "University of Texas | at Austin"
_FIRMS = frozenset("Company Corporation Corp Ltd Limited Inc Group Holdings Bank University".split())
_NO_END = frozenset("Although While However But The In This These It When As If Meanwhile And Or".split())
_OFTEN_FIRST = re.compile(r"[A-Z][a-z]{3,}ing ")  # "Echoing Alton": at a sentence's start only
_PLACES_SO = frozenset("Beijing Nanjing Chongqing Boeing Sterling Fleming".split())
_DATELINE_AFTER = re.compile(r" ?\([A-Z][\w ]{2,20}\)")
_BETWEEN = re.compile(
    r"\b(?:between|from)\b[^,;]{1,40}\b(?:and|to) $|(?:\d|illion|thousand) (?:to|and|or) $|\d ?[-–—~] ?$|\b(?:between|from) $"
)
_TO_MORE = re.compile(r"(?: to | ?[-–—~] ?)(?:[A-Z]{2})?[$€£¥]?\d")
_AGO = re.compile(r"(?: ago|-old| old| earlier| before)\b")
_PERIOD = re.compile(
    r"\b(?:past|last|first|previous|recent|next|every|over(?: the)?|for(?: the)?|nearly|more than|than|almost) $"
)
_PART_OF_NAME = re.compile(r"(?:\w|\b(?:Section|Article|Chapter|No\.|[Tt]op|Group of)s? )$")
_KNOWN_ONES = re.compile(r"\b(?:the|these|those|both|all|its|their) $", re.IGNORECASE)
_GOES_ON = re.compile(r" (?:and|or) [a-z]+s\b")  # "two million scientists | and engineers"
_MORE_THAN_A_WORD = re.compile(
    r" (?!across|always|besides|overseas|perhaps|plus|towards|unless|upwards|versus|whereas)[a-z]{4,}s\b"
)  # "four aircraft | carriers"
_CASES = frozenset(
    "201 232 301 337".split()
)  # sections of American trade laws that investigations are named by
_SPANS = frozenset("days weeks months years hours minutes".split())
_FEW = frozenset("2345")  # in words, of anything but time: "three major challenges" are in every comment
_LONG = frozenset("decades quarters centuries".split())  # is told of the past, never of news


def is_telling(fact: Fact, said: str, published: date) -> bool:
    """Whether a fact of the sentence that reads `said` is worth showing as new."""
    at = said.find(fact.text)
    if at < 0:
        return False
    before, after = said[:at], said[at + len(fact.text) :][:_BESIDE]
    if fact.kind == "date":
        return _day(fact, after, published)
    if fact.kind in QUANTITIES and is_past(said, published):
        return False
    if fact.kind == "money" and before.count("(") > before.count(")"):
        return False  # the same sum again, in other money
    rule = _RULES.get(fact.kind)
    return rule is None or rule(fact, before[-_BESIDE:], after)


def _day(fact: Fact, after: str, published: date) -> bool:
    """A day not long past, nor one of a report's head, "BEIJING, March 24 (Xinhua)", nor of a caption, "May 3, 2018."."""
    day = date.fromisoformat(fact.value if fact.value.count("-") > 1 else f"{fact.value}-28")
    has_year = str(day.year) in fact.text
    if day < published - _STALE or (day > published + _AHEAD and not has_year):
        return False
    is_caption = has_year and published - _CAPTIONED <= day <= published and not after.strip(".) ")
    return not (is_caption or _DATELINE_AFTER.match(after))


def _name(fact: Fact, before: str, after: str) -> bool:
    """A whole name of two words at least, of somebody introduced here or of a body."""
    words = fact.value.split()
    if len(words) < 2 or re.search(r"['’]s ", fact.value) or _is_cut(before, after):
        return False
    if not before.strip('"“‘ ') and _OFTEN_FIRST.match(fact.value) and words[0] not in _PLACES_SO:
        return False
    if words[-1] in _POSTS or not _NO_END.isdisjoint(words):
        return False
    if words[-1] in _BODIES or "of" in words:
        return _is_whole_body(words, before, after)
    if _WHERE.search(before):
        return False  # "in San Francisco Wang Donghua": a place, and who is there
    is_introduced = _INTRODUCED_BEFORE.search(before) or _INTRODUCED_AFTER.match(after)
    return "and" not in words and is_introduced is not None


def _is_whole_body(words: Sequence[str], before: str, after: str) -> bool:
    """Whether it is one body, and all of it: neither two firms nor "Workers of" one nor half an enumeration."""
    if len(words) <= _LEAST_OF_A_BODY or ("and" in words and words[-1] in _FIRMS):
        return False
    if any(word == "of" and head not in _BODIES for head, word in pairwise(words)):
        return False
    if before.endswith(("US ", "U.S. ")) and not _FIRMS.isdisjoint(words):
        return False  # "U.S. Steel Corporation" begins with its country
    return not (_BODY_CUT_BEFORE.search(before) or _BODY_CUT_AFTER.match(after))


def _is_cut(before: str, after: str) -> bool:
    """Whether a name goes on beside itself: "Council on | Foreign Relations"."""
    return bool(_CUT_BEFORE.search(before) or _CUT_AFTER.match(after))


def _figure(_: Fact, before: str, after: str) -> bool:
    """A figure that is neither the end of a range nor the value that another replaces."""
    return not (_BETWEEN.search(before) or _TO_MORE.match(after))


def _count(fact: Fact, before: str, after: str) -> bool:
    """A number of things; no period that everybody speaks of, no number that is part of a name."""
    number, _, thing = fact.value.partition(" ")
    if (
        number in _CASES
        or _GOES_ON.match(after)
        or _MORE_THAN_A_WORD.match(after)
        or _PART_OF_NAME.search(before)
        or (len(number) == 1 and _KNOWN_ONES.search(before))
    ):
        return False
    if thing not in _SPANS and fact.text[0].isalpha() and number in _FEW:
        return False
    if thing in _LONG or (thing in _SPANS and (_AGO.match(after) or _PERIOD.search(before))):
        return False
    return _figure(fact, before, after)


_RULES: dict[str, Callable[[Fact, str, str], bool]] = {
    "name": _name,
    "money": _figure,
    "percent": _figure,
    "count": _count,
}
