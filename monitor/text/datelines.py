"""Where does a dateline end? A line or a running text comes in, places behind datelines go out.

A dateline is what an agency writes in front of a report: "BEIJING, April 7 (Xinhua) -- ", "LONDON (Reuters) - ", "Paris (AFP) - ",
"新华社北京4月7日电（记者王小明）". It opens a line, or stands behind a caption in the middle of one; there only what can be nothing else is
taken for one. Articles are stored and quoted without it, by this one table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE_CHARS = 160  # of a line, in which its dateline ends
_LEAST_BEHIND = 40  # characters that follow a dateline; less is no report

_AGENCIES = (
    "AFP|ANI|AP|Agencies|Bloomberg|CNBC|CNN|CNS|dpa|ECNS|EFE|EPA|IANS|Kyodo|MarketWatch|Nikkei|PTI|Reuters|SCMP|TASS|UPI"
    "|Xinhua|Yonhap"
)
_BY_AGENCY = rf"\((?:{_AGENCIES})[^()]{{0,30}}\)"
_BY_ANYBODY = r"\([\w ]{2,20}\)"  # behind a place in capitals: "PORTAMAR (Meridian Wire) -- "
_DASH = r"(?:—|–|--|-)"
_MARK = r"(?:—|–|--|-(?=\s)|:(?=\s))"  # "HANOI: "; not behind any name in brackets: "ANN LEE (HOST): " speaks
_DAY = r",? [A-Z][a-z]{2,8}\.? \d{1,2}"
# BEIJING / BEIJING/WASHINGTON / NEW YORK / SEOUL, South Korea
_PLACE = r"[A-Z][A-Z.'’-]+(?:[ /,]+(?:[A-Z][A-Z.'’-]+|[A-Z][a-z]+\.?))*"
_OPENING = re.compile(
    rf"(?:{_PLACE}(?:{_DAY})?\s*(?:(?:{_BY_AGENCY})?\s*{_MARK}|{_BY_ANYBODY}\s*{_DASH})\s*"
    rf"|(?:[A-Z][\w./, '’-]{{2,60}}\s)?{_BY_AGENCY}\s*{_DASH}\s*"
    r"|(?:新华社|中新社|中新网|人民网|央视网)[^,，。]{2,24}?电\s*(?:[(（][^()（）]{2,40}[)）])?\s*)(?=\S)"
)
_PLACE_WITHIN = r"[A-Z][A-Z.]{2,}(?: [A-Z][A-Z.]+){0,2}"
_WITHIN = re.compile(
    rf"(?:\A|(?<=[.\])\d]\s))(?:{_PLACE_WITHIN}(?:{_DAY})?(?: {_BY_ANYBODY})?"
    rf"|[A-Z][a-z]+(?: [A-Z][a-z]+)? {_BY_AGENCY}) (?:--|-|—|–) (?=[\"“‘]?[A-Z0-9])"
)


def dateline_end(line: str) -> int:
    """Return where the dateline that opens a line ends, 0 for a line without one.

    >>> line = "LONDON (Reuters) - The ports of the north opened again on Monday."
    >>> line[dateline_end(line) :]
    'The ports of the north opened again on Monday.'
    """
    found = _OPENING.match(line[:_LINE_CHARS])
    return found.end() if found and len(line) > found.end() + _LEAST_BEHIND else 0


def datelines_within(text: str, end: int) -> Iterator[int]:
    """Give where datelines end that open a sentence before the offset `end`: behind a caption, or at the start."""
    return (found.end() for found in _WITHIN.finditer(text, 0, end))
