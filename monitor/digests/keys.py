"""Keys in links: what only somebody who got our mail can know. A secret and what the link is for go in, a short text comes out."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

_BYTES = 16


def key_for(secret: bytes, *parts: str) -> str:
    """22 characters that fit into an address; another for any other parts."""
    mac = hmac.new(secret, "\0".join(parts).encode(), sha256).digest()[:_BYTES]
    return urlsafe_b64encode(mac).decode("ascii").rstrip("=")


def is_key(found: str, secret: bytes, *parts: str) -> bool:
    """Whether `found` is the key for these parts; takes as long for a wrong one. Without a secret no key is right."""
    return bool(secret) and hmac.compare_digest(found.encode(), key_for(secret, *parts).encode())
