"""Pages that are not the article: bot walls, consent screens, paywalls, error pages.

In: title and paragraphs that were extracted. Out: the reason word (`blocked`, `consent`, `paywall`, `missing`) or "". Only
short texts are judged: an article about cookies or captchas is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WALL_CHARS = 1500  # no wall says more
TEASER_CHARS = 900  # what paywalls show before the wall
OFFER_CHARS = 400  # no offer says more

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


def wall(title: str, text: str) -> str:
    """Return what stands instead of the article: `blocked`, `consent`, `missing`, or "" for an article."""
    if len(text) > WALL_CHARS:
        return ""
    both = f"{title}\n{text}"
    if _BLOCKED.search(title) or len(_BLOCKED.findall(both)) >= 2:
        return "blocked"
    if len({found.lower() for found in _CONSENT.findall(both)}) >= 3:
        return "consent"
    return "missing" if _MISSING.search(title) else ""


def without_offers(paragraphs: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """Return (paragraphs that do not sell a subscription, whether any did)."""
    lines = tuple(paragraphs)
    kept = tuple(line for line in lines if not _is_offer(line))
    return kept, len(kept) < len(lines)


def _is_offer(line: str) -> bool:
    if len(line) > OFFER_CHARS:
        return False
    small = line.lower()
    return any(word in small for word in _PAYWALL_WORDS) and bool(_PAYWALL.search(line))
