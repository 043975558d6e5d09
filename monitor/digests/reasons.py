"""Why is an entry in the issue, in a reader's words? A candidate's own parts of its rank go in, one line comes out.

What was counted and weighed is told by `monitor explain`; here stands what a reader would give as the reason. Every part follows from
values frozen with the issue.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.digests.frame import Frame
from monitor.model import Candidate

_SHOWN = 2
_NEWS = 0.8  # novelty 0..1 from which nothing sent before is near
_NARROW = 0.65  # relevance 0..1 below which a reader may ask what it has to do with the topic


def reason(candidate: Candidate, frame: Frame) -> str:
    """At most two parts: who carries it, how new it is, and how close to the topic where that is in doubt; "" for none."""
    return frame.say("semicolon").join(list(_reasons(candidate, frame))[:_SHOWN])


def _reasons(candidate: Candidate, frame: Frame) -> Iterator[str]:
    if candidate.newsrooms > 1:
        yield frame.say("why_newsrooms", n=candidate.newsrooms)
    if candidate.earlier_issue is None and candidate.novelty >= _NEWS:
        yield frame.say("why_new")
    if candidate.relevance < _NARROW:
        yield frame.say("why_near")
