"""Whether a line tells something of the world, or only speaks to the reader about its own page.

In: one line of plain text. Out: yes or no. Phrases alone do not tell a note or an offer from news: "become a member" sells a
subscription and joins the World Trade Organization. So what a phrase points at is only taken for a note when this second sign
agrees: the line is no whole sentence, or it addresses the reader, or it speaks of the page it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LEAST_WORDS = 7  # of a sentence that tells something; notes without a verb are shorter
LOWER_SHARE = 0.5  # of its words begin with a small letter; credits and bylines are names

_QUOTED = re.compile(r"[“\"«「][^“”\"«»「」]{2,400}[”\"»」]")
_SENTENCE_END = re.compile(r"[.!…][\"'”’)\]»]*$")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SAYING = r"(?:said|says|told|added|argued|warned|announced|wrote in)"
_REPORTED = re.compile(rf"\b(?:{_SAYING}|according to)\b", re.IGNORECASE)
# "..., the minister said": the sentence is somebody's. Not ", and what the minister said": that is what is for sale.
_ATTRIBUTED = re.compile(
    rf",\s+(?:according to\b|(?:(?!(?:what|who|whom|which|that|how|why|where|all|everything|including|and|or)\b)[^\s,]+\s+){{1,6}}{_SAYING}\b)",
    re.IGNORECASE,
)
_TO_READER = re.compile(
    r"\b(?:you|your|yours|you['’](?:re|ve|ll|d)|please|our)\b"
    r"|\bthis (?:article|story|post|report|page|content|newsletter|site|website|material|link|piece)\b"
    r"|\b(?:here|below)[.!]?$",
    re.IGNORECASE,
)
# How offers and hints begin: an order to the reader, a question, what is for sale.
_ORDER = re.compile(
    r"\W*(?:subscribe|sign (?:up|in)|log ?in|register (?:now|today|here|free|for free|to)|click|tap|download|unlock|enter|activate|upgrade"
    r"|get (?:the|our|unlimited|full|access|all|more|instant|a|an)|read (?:more|also|next|the|full|our|this|it)|join (?:us|our|the|now|today|for)"
    r"|become (?:a|an|one)|create (?:a|an|your)|try (?:it|us|our|a|the|for|unlimited)|buy (?:a|an|now|it)|follow (?:us|our|the|@?[A-Z])"
    r"|start (?:your|a|reading|today)|support (?:us|our|quality|independent|free|local|the work)|continue (?:reading|with|for|by)|keep reading"
    r"|to (?:continue|keep|read|unlock|access|see|view|get) |already (?:a|an|have|subscribed|registered)|explore|choose|cancel|watch|listen|see (?:also|more)"
    r"|write to|contact (?:us|the|our)|share (?:this|your|on|via)|don['’]t miss|want |enjoy |discover|save |for (?:subscribers|members)|only for|(?:full|unlimited|complete) (?:digital )?access)\b",
    re.IGNORECASE,
)


def spoken(words: Iterable[str], lines: Iterable[str]) -> tuple[str, ...]:
    """Return which of some words, in small letters, stand in any of the lines: hardly ever all that a rule looks for in each."""
    small = "\n".join(lines).lower()
    return tuple(word for word in words if word in small)


def tells(line: str) -> bool:
    """Return whether a line is a whole sentence about the world, not addressed to the reader and not about its own page.

    >>> tells("Beijing asked in 2001 to become a member of the World Trade Organization.")
    True
    >>> tells("Become a member to read the rest of this article.")
    False
    """
    said = _QUOTED.sub("it", line)
    words = _WORD.findall(said)
    if not _SENTENCE_END.search(line) or len(words) < LEAST_WORDS:
        return False
    if sum(word[0].islower() for word in words) < LOWER_SHARE * len(words):
        return False
    spoken = _ORDER.match(said) or _TO_READER.search(said)
    if not spoken or _ATTRIBUTED.search(said):
        return True
    reported = _REPORTED.search(said)  # before it, it governs: "The clerk said you must pay."
    return reported is not None and reported.start() < spoken.start()
