"""Where does the report begin? An article's text comes in, a place in it goes out.

Pages put a picture above the report, and its caption reads like a sentence. What stands before a photo's credit, or before
a dateline that opens no line, is that caption; it is never quoted. Nor is the dateline: the outlet and the day stand beside
the quote. Reads the opening only. English credits and datelines.
"""

from __future__ import annotations

import re

from monitor.text.datelines import datelines_within

_CREDIT_WITHIN = 300  # characters; further down a credit belongs to a picture inside the report
_DATELINE_WITHIN = 650  # a caption may sum the report up
_AGENCY = "(?:Xinhua|Reuters|AP|AFP|EPA|VCG|IC|CNS|Getty|Bloomberg|Kyodo|Agencies)"
_PICTURE = r"(?:file )?(?:photos?|pictures?|images?)\b"
_CREDIT = re.compile(
    rf"(?:\[(?i:{_PICTURE})[^\]]{{0,80}}\]|\((?i:{_PICTURE})[^)]{{0,80}}\)"
    rf"|\({_AGENCY}(?:/[A-Z][\w .-]{{2,40}}|(?i: {_PICTURE}))\))\s*"
)
_NOTE = re.compile(
    r"^(?:editor[’']?s?[’']? |publisher[’']s )?note:|^the following is an? (?:edited|abridged|translated)|^this is an? (?:edited|abridged) ",
    re.IGNORECASE,
)


def is_note(sentence: str) -> bool:
    """Whether a sentence speaks of the article instead of the world: an editor's note."""
    return _NOTE.search(sentence) is not None


def report_start(text: str) -> int:
    """The offset at which the report begins: 0, or behind its dateline and the caption of the picture above it."""
    credited = (found.end() for found in _CREDIT.finditer(text, 0, _CREDIT_WITHIN))
    return max((*credited, *datelines_within(text, _DATELINE_WITHIN)), default=0)
