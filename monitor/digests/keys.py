"""Keys in links: what only somebody who got our mail can know. A secret and what the link is for go in, a short text comes out.

A reader has a token, which is in nobody else's mail and takes that reader off a list, and a mark, made of the token, which names the
reader in links that answer: whoever has such a link can neither leave for the reader nor answer about another article.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

_BYTES = 16
LENGTH = 22  # characters of a key, a token or a mark


def key_for(secret: bytes, *parts: str) -> str:
    """22 characters that fit into an address; another for any other parts."""
    return _text(hmac.new(secret, "\0".join(parts).encode(), sha256).digest())


def is_key(found: str, secret: bytes, *parts: str) -> bool:
    """Whether `found` is the key for these parts; takes as long for a wrong one. Without a secret no key is right."""
    return bool(secret) and hmac.compare_digest(found.encode(), key_for(secret, *parts).encode())


def token_for(secret: bytes, recipient: str) -> str:
    """The token of a reader, whatever capitals the address is written in: the same for all topics and issues."""
    return key_for(secret, "reader", recipient.strip().casefold())


def mark_of(token: str) -> str:
    """The mark of the reader with this token; the token cannot be found out from it."""
    return _text(sha256(b"mark\0" + token.encode()).digest())


def answer_parts(topic: str, issue: int, article: int, mark: str) -> tuple[str, ...]:
    """What the key of one reader's answer about one article of one issue is made for."""
    return ("answer", topic, str(issue), str(article), mark)


def question_parts(topic: str, issue: int, article: int) -> tuple[str, ...]:
    """What the key of a question in a frozen issue is made for."""
    return ("question", topic, str(issue), str(article))


def issue_parts(topic: str, issue: int) -> tuple[str, ...]:
    """What the key of an issue's page is made for."""
    return ("issue", topic, str(issue))


def _text(digest: bytes) -> str:
    return urlsafe_b64encode(digest[:_BYTES]).decode("ascii").rstrip("=")
