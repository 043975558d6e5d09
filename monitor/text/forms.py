"""What form is an article of, by its headline: report, live blog, opinion, guide, recap? A headline comes in, a verdict goes out.

An issue tells what happened. A live blog tells of many things, and its headline names some of them; opinions, cartoons and
guides come after the event. English wording only: any other headline is a report.
"""

from __future__ import annotations

import re

_LIVE = re.compile(
    r"\bas it happened\b|^business live\b|[-–—|:] live$|\blive (?:updates|blog)\b", re.IGNORECASE
)
_OPINION = re.compile(
    r"^(?:\w+ )?(?:op-?ed|opinion|commentary|editorial)s?\b|[|:–—-] (?:opinion|letters|editorial|cartoon)$"
    r"|\bcartoon\b.*\bcartoon\b|^the \w+ view on\b",
    re.IGNORECASE,
)
_BY_NAME = re.compile(r" \| [A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){1,2}$")  # "What comes next | Jane Doe"
_RECAP = re.compile(
    r"^(?:factbox|explainer|timeline|instant view|q&a|graphic|key (?:events|dates|facts|takeaways))\b"
    r"|\bcartoon\b|: (?:a )?timeline\b|, explained\b|\bexplained$|\b(?:all|everything) you need to know\b"
    r"|\bat a glance\b|^(?:what|how|why) [^:]*\?|\bwhat (?:is it|are they)\b|\bwhat's at stake\b"
    r"|^(?:\w+|\d+) things (?:to|you)\b",
    re.IGNORECASE,
)
_GUIDE = re.compile(
    r"^(?:explainer|factbox|instant view|timeline|q&a|podcast|video|in pictures)\b", re.IGNORECASE
)


def is_live(title: str) -> bool:
    """Whether the headline is a live blog's."""
    return bool(_LIVE.search(title))


def is_opinion(title: str) -> bool:
    """Whether the headline is an opinion's, an editorial's or a cartoon's."""
    return bool(_OPINION.search(title) or _BY_NAME.search(title))


def is_report(title: str) -> bool:
    """Whether the headline is a plain report's: no live blog, no opinion, no guide."""
    return not (is_live(title) or is_opinion(title) or _GUIDE.search(title))


def is_recap(title: str) -> bool:
    """Whether the headline promises what is known, put in order: a timeline, an explainer, a factbox, a cartoon."""
    return bool(_RECAP.search(title.replace("’", "'")))
