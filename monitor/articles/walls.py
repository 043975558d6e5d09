"""Pages that are not the article: bot walls, consent screens, paywalls, error pages.

In: title and paragraphs that were extracted. Out: the reason word (`blocked`, `consent`, `paywall`, `missing`) or "". Only
short texts are judged, and only those that are not mostly sentences about the world: a word of the headline makes no wall
("China adds 404 firms to its list", "Exchange flags unusual activity").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor.articles.prose import spoken, tells

WALL_CHARS = 1500  # no wall says more
TEASER_CHARS = 900  # what paywalls show before the wall
OFFER_CHARS = 400  # no offer says more
TOLD_SHARE = 0.5  # of a text in sentences about the world, above which it is no wall

_BLOCKED = re.compile(
    r"\bjust a moment\b|\battention required\b|\baccess (?:to this page has been )?denied\b|\bare you (?:a robot|human)\b|\bverify(?:ing)? (?:that )?you are (?:a )?human\b"
    r"|\bunusual (?:traffic|activity)\b|\benable (?:javascript|js|cookies)\b|\bchecking your browser\b|\brequest (?:was |has been )?(?:blocked|rejected)\b|\bpardon our interruption\b"
    r"|\bddos protection\b|\bcaptcha\b|\b403 forbidden\b|\bsecurity (?:check|verification)\b|\bbot detection\b|\byou have been blocked\b|\bautomated (?:access|requests)\b"
    r"|\bnot available in your (?:region|country|location)\b|\bunavailable for legal reasons\b|\bdisable any ad ?blocker\b|\bincapsula\b|\bcloudflare ray id\b",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\bwe (?:and our (?:\d+ )?(?:partners|vendors) )?(?:use|store|value)\b.{0,60}\b(?:cookies|privacy)|\bbefore you continue\b|\bstore and/or access information\b|\bcookie (?:policy|settings|preferences|consent)\b"
    r"|\baccept all\b|\breject all\b|\bmanage (?:your )?(?:choices|options|preferences|settings)\b|\byour privacy (?:choices|matters)\b|\blegitimate interest\b|\bpersonali[sz]ed (?:ads|content)\b|\bconsent\b",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"\bto (?:continue|keep) reading\b|\bcontinue reading (?:this|with|by)\b|\balready (?:a|have a) (?:subscri|digital|member|paid)|\bfor (?:paid |premium |registered )?(?:subscribers|members) only\b|\b(?:exclusive|only) (?:to|for|available to) (?:our )?(?:subscribers|members)\b"
    r"|\bthis (?:article|content|story) is (?:only |exclusively )?(?:for|available (?:to|for)|reserved for) (?:paid |premium |registered )?(?:subscribers|members)\b|\b(?:register|sign in|log in|subscribe) (?:now )?to (?:read|unlock|access|continue|view|get)\b"
    r"|\bunlock (?:this|the full|unlimited|full)\b|\bto read the (?:full|rest|whole)\b|\bsubscribe (?:now |today )?(?:for|from) (?:just |only |as little as )?(?:[$£€]|US\$|HK\$)|\byou(?:'|’)ve (?:reached|read) your\b|\bfree articles? (?:left|remaining|this month)\b"
    r"|\bcomplete digital access\b|\bcancel any ?time\b|\bexplore more offers\b|\bbecome a (?:subscriber|member)\b|订阅后(?:阅读|继续)|登录后(?:阅读|查看)|付费(?:阅读|内容)",
    re.IGNORECASE,
)
# One of these stands in every line that _PAYWALL finds: looking for them first is ten times faster.
_PAYWALL_WORDS = (
    "reading", "already", "subscribe", "member", "register", "sign in", "log in", "unlock", "read the ", "ve read", "ve reached",
    "free article", "digital access", "cancel any", "explore more", "订阅后", "登录后", "付费",
)  # fmt: skip
_MISSING = re.compile(
    r"\b(?:page|article|story|content) (?:was |is |could )?(?:not (?:be )?found|no longer (?:available|exists))|\b404\b|页面不存在|找不到(?:网|页)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s+(?:[|–—·»•-]|::)\s+|\s*[|｜_]\s*")
_STATUS = re.compile(
    r"\b(?:error|http|status|code|oops|sorry|the|this|that|requested|[45]\d\d|not found)\b|[\W_]+",
    re.IGNORECASE,
)
_SITE_WORDS = 4  # the other parts of such a title: a site's name; judged
# What a missing page says of itself in whole sentences.
_GONE = re.compile(
    r"\b(?:page|link|address|url|article|story|document|content|file|resource)s?\b.{0,60}\b(?:removed|moved|deleted|renamed|expired|unavailable|not found|no longer|not exist"
    r"|broken|mistyped|incorrect|could not be|cannot be|can['’]t be)\b",
    re.IGNORECASE,
)


def wall(title: str, text: str) -> str:
    """Return what stands instead of the article: `blocked`, `consent`, `missing`, or "" for an article."""
    if len(text) > WALL_CHARS:
        return ""
    for reason, pattern in (("blocked", _BLOCKED), ("missing", _MISSING)):
        if _says_only(title, pattern):
            return reason
    if _is_news(text, is_gone=bool(_MISSING.search(title))):
        return ""
    both = f"{title}\n{text}"
    if _BLOCKED.search(title) or len(_BLOCKED.findall(both)) >= 2:
        return "blocked"
    if len({found.lower() for found in _CONSENT.findall(both)}) >= 3:
        return "consent"
    return "missing" if _MISSING.search(title) else ""


def _says_only(title: str, pattern: re.Pattern[str]) -> bool:
    """Whether a title is a wall's phrase and nothing else, but for a status and the name of a site."""
    parts = [part for part in _PARTS.split(title) if part.strip()]
    others = [part for part in parts if not pattern.search(part) or _STATUS.sub("", pattern.sub("", part))]
    return len(others) < len(parts) and sum(len(part.split()) for part in others) <= _SITE_WORDS


def _is_news(text: str, *, is_gone: bool) -> bool:
    """Whether more than half of a text tells something of the world: a wall speaks to who reads it, or of its own page (`is_gone`)."""
    lines = text.split("\n")
    notes = (_BLOCKED, _GONE) if is_gone else (_BLOCKED,)
    told = sum(len(line) for line in lines if tells(line) and not any(note.search(line) for note in notes))
    return told > TOLD_SHARE * sum(map(len, lines))


def without_offers(paragraphs: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (paragraphs that do not sell a subscription, those that do), both in their order."""
    kept: list[str] = []
    offers: list[str] = []
    lines = list(paragraphs)
    words = spoken(_PAYWALL_WORDS, lines)
    for line in lines:
        (offers if words and _is_offer(line, words) else kept).append(line)
    return tuple(kept), tuple(offers)


def _is_offer(line: str, words: Sequence[str]) -> bool:
    if len(line) > OFFER_CHARS:
        return False
    small = line.lower()
    return any(word in small for word in words) and bool(_PAYWALL.search(line)) and not tells(line)
