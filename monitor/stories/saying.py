"""What kind of sentence is it: news, an old figure, a stance, a caption? A sentence as it stands goes in, a weight comes out.

Novelty alone likes whatever nobody wrote before: a photo's caption, the trade of ten years ago, one more official who hopes.
The weight says how much a sentence of its kind tells of what happened. English wording only; other languages get 1.
Tried and not used: more weight for new figures, less for new names or for "last year" (docs/notes/novelty.md).
"""

from __future__ import annotations

import re
from datetime import date

STANCE = 0.75  # .6 .. .75 the same; 1 costs .03 of AUC on two thirds of tests/quality/data/whats_new.tsv
_PAST_YEAR = 0.85  # a figure of a past year is background even where nobody told it
_PICTURE = r"(?:photos?|pictures?|images?|graphics?|videos?)"
_CREDIT = re.compile(
    rf"[\[(](?:file )?{_PICTURE}\b[^\])]{{0,80}}[\])]|\b{_PICTURE} (?:by|from|courtesy|provided)\b|\bfile photo\b|\bphotos? taken\b"
    r"|\([A-Z]\w+/[A-Z][\w .-]{2,40}\)"
    r"|\bcontributed to this (?:story|report)\b|\bcontact the writers?\b|\bthe (?:author|writer) is\b|\b(?:author|editor|source) ?: |^\W*By [A-Z]\w+ [A-Z]\w+,"
    r"|^(?:related|read more|see also|also read)\b",
    re.IGNORECASE,
)
_CREDIT_NEXT = re.compile(rf"\s{{0,3}}[\[(](?:(?:file |\w+ )?{_PICTURE}\b|\w+/\w)", re.IGNORECASE)
# What somebody wants, holds or feels; what would be, and how bad it is.
_STANCE_WORDS = re.compile(
    r"\b(?:should|must|ought to|need(?:s|ed)? to|hope[sd]?|hoping|urge[sd]?|call(?:s|ed) (?:on|for)|believe[sd]?|firmly"
    r"|resolutely|unswervingly|sincerity|mutual respect|win-win|common interests?|legitimate (?:rights|interests)|in line with"
    r"|ready to|confident|confidence|regret(?:s|ted)?|welcome[sd]?|reiterate[sd]?"
    r"|gravely|violat\w+|unilateral\w*|protectionis\w*|multilateralism|obstruct\w*)\b"
    r"|^\W*if\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:in|since|of|between|from|by) ((?:19|20)\d\d)\b", re.IGNORECASE)


def can_be_news(text: str, start: int, end: int) -> bool:
    """Whether the sentence of `text` between the two places may be news: no caption, credit, byline or question."""
    said = text[start:end]
    is_question = said.rstrip("\"'”’) ").endswith("?")
    return not (is_question or _CREDIT.search(said) or _CREDIT_NEXT.match(text, end))


def is_past(said: str, published: date) -> bool:
    """Whether a sentence tells of years before the one it was published in."""
    return any(int(year) < published.year for year in _YEAR.findall(said))


def weight(said: str, published: date) -> float:
    """How much a sentence of its kind tells of what happened: 1 for a plain one, less for stances and past years."""
    is_stance = _STANCE_WORDS.search(said) is not None
    return (STANCE if is_stance else 1.0) * (_PAST_YEAR if is_past(said, published) else 1.0)
