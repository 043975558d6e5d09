"""robots.txt as RFC 9309 reads it: a fetched answer in, `Rules` out; and how long each may be remembered. No I/O.

An answer of 4xx means no rules; 5xx, or no answer at all, means everything is forbidden for the time being.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import monotonic

from protego import Protego

PRODUCT = "monitor"  # RFC 9309 2.2.1: the token that robots.txt addresses us by, also first in the User-Agent
MAX_BYTES = 500 * 1024  # RFC 9309 2.5: parse at least this much
_KEPT_S = 24 * 3600.0  # RFC 9309 2.4: not longer than this
_RETRY_S = 600.0  # an unreachable robots.txt is asked for again after this
_MAX_DELAY_S = 30.0  # a larger Crawl-delay would use up a whole round for one host
_AGENT_LINE = re.compile(r"\s*user[ -]?agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]*")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows us. `parsed` None: everything or nothing, by `allows_all`."""

    parsed: Protego | None
    allows_all: bool
    delay_s: float  # 0.. : Crawl-delay for us, capped
    expires_at: float  # monotonic seconds
    detail: str = ""

    def allow(self, url: str) -> bool:
        """True when we may fetch this page."""
        if self.parsed is None:
            return self.allows_all
        return bool(self.parsed.can_fetch(url, PRODUCT))


def rules_of(status: int, body: bytes) -> Rules:
    """The rules in an answer to /robots.txt after redirects. `status` 0: no answer."""
    if 200 <= status < 300:
        parsed = Protego.parse(_for_us(body[:MAX_BYTES].decode("utf-8-sig", "replace")))
        delay_s = min(parsed.crawl_delay(PRODUCT) or 0.0, _MAX_DELAY_S)
        return Rules(parsed, allows_all=True, delay_s=delay_s, expires_at=monotonic() + _KEPT_S)
    if 300 <= status < 500:
        return Rules(None, allows_all=True, delay_s=0.0, expires_at=monotonic() + _KEPT_S)
    detail = f"robots.txt answered {status}" if status else "robots.txt did not answer"
    return Rules(None, allows_all=False, delay_s=0.0, expires_at=monotonic() + _RETRY_S, detail=detail)


def _for_us(text: str) -> str:
    """The same file with every product token that is neither ours nor "*" replaced by one stand-in.

    The parser copies each rule to each user agent of its group: 15,000 agents and 30,000 rules fit into 500 KiB and
    would hold the event loop for minutes.
    """
    return "\n".join(_AGENT_LINE.sub(_plain_agent, line, count=1) for line in text.splitlines())


def _plain_agent(line: re.Match[str]) -> str:
    value = line.group(1).strip()
    token = _TOKEN.match(value)
    if value.startswith("*"):
        return "User-agent: *"
    is_ours = token is not None and token.group().lower() == PRODUCT
    return f"User-agent: {PRODUCT if is_ours else 'another'}"
