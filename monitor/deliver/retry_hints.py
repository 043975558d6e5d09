"""How long a mail server asks to be left alone: seconds, out of the sentence it says with a 4xx answer.

In: "4.7.1 Greylisted, please try again in 5 minutes"; out: 300.0. No standard has a field for it, so the words decide: a span of time
counts only beside a word about trying again. Nothing else in such an answer (limits, sizes, moments of the day) is taken for one.
"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"gr[ae]y-?list|again|retr(?:y|ies)|wait|defer|delay|later|come back|postpone", re.IGNORECASE
)
_CLOCK = re.compile(r"\b(?:in|for|after|wait|of)\s+(\d{1,2}):([0-5]\d):([0-5]\d)\b", re.IGNORECASE)
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"(\d{1,6})\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?)(?![A-Za-z0-9])"
_SPAN = re.compile(rf"(?<![\w.:/-])(?:{_PART}(?:[\s,]|and)*)+", re.IGNORECASE)


def wait_s(answer: str) -> float:
    """Seconds `answer` asks to wait for; 0.0 when it names no span of time."""
    if not _ASKS.search(answer):
        return 0.0
    clock = _CLOCK.search(answer)
    if clock:
        hours, minutes, seconds = map(int, clock.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    span = _SPAN.search(answer)
    if span is None:
        return 0.0
    parts = re.findall(_PART, span[0], re.IGNORECASE)
    return sum(int(count) * _UNIT_S[unit[0].lower()] for count, unit in parts)
