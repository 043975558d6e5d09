"""What form is an article of: report, live blog, opinion, guide, recap? A headline, or the opening of a text, comes in, a verdict goes out.

An issue tells what happened. A live blog tells of many things, and its headline names some of them; opinions, cartoons and
guides come after the event. English wording only: any other headline is a report.
"""

from __future__ import annotations

import re

from monitor.text.sentences import spans
from monitor.text.tokens import term

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
    r"|^(?:\w+|\d+) things (?:to|you)\b"
    r"|\bwhat we know\b|^(?:a )?look(?:ing)?[ -]back\b|^from the archives?\b|^(?:how|what) [^:?]*, and what\b"
    r"|\bin (?:brief|(?:\w+|\d+) (?:charts|graphics|maps))$|^the week in\b|^recap\b|\bso far\b.*: a recap\b",
    re.IGNORECASE,
)
# Of what a recap's headline says of its form and not of its subject; terms, as `text.tokens` gives them.
FORM_WORDS = frozenset(
    term(word)
    for word in """factbox explainer explained timeline view graphic key events dates facts takeaways cartoon need know glance things
    brief charts graphics maps look looking back archive recap week what why how five three four six seven ten five""".split()
) - {""}
_OPENING = 3  # sentences
_REPORTED = re.compile(
    r"\b(?:said|says|told|announce[sd]|according to|reports?|reported|reporters|confirmed|stated|claimed|showed|yesterday"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\b(?:the|of|and)\b", re.IGNORECASE)
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


def is_piece(text: str) -> bool:
    """Whether a running text is somebody's view or a story rather than a report: its opening names nobody who said anything, and no day.

    False of texts in other languages.

    Of the texts of a state newspaper under "Commentary", "Op-ed" and the like 12 of 32 are such, of its others 38 of 458; of texts of
    Reuters 2 %, The Hill 7 %, Fox 8 %, National Review 19 %, Townhall 33 % (AllSides 2016-18; 30 Nov 2026).
    """
    places = spans(text)[:_OPENING]
    opening = text[: places[-1][1]] if places else ""
    return _ENGLISH.search(opening) is not None and not _REPORTED.search(opening)
