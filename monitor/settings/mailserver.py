"""A mail server as people write it: `host`, `port` and `security` in, one host, port and protection out.

"mail.example.org", "mail.example.org:587", "smtp://mail.example.org", "smtps://mail.example.org:465", "[::1]:2525" all name one. What is
left open follows from the rest: port 465 means TLS from the start (RFC 8314), every other one STARTTLS. Looks nothing up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from monitor.settings.values import check_host, check_posting_url, check_web_url

Security = Literal["starttls", "tls", "none"]
SUBMISSION, SUBMISSIONS = 587, 465  # RFC 6409; RFC 8314, with TLS from the start
_PORTED = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where to connect, and how the connection is protected."""

    host: str  # a name, or an address without brackets
    port: int
    security: Security

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether the connection cannot leave this machine."""
        return is_here(self.host)


def is_here(host: str) -> bool:
    """Return whether `host` is this machine for sure. Of names only localhost is (RFC 6761): the others are looked up."""
    if host.casefold() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def check_token_url(value: str) -> str:
    """`""` or an https address; http is for this machine alone, for secrets are posted there."""
    parts = urlsplit(check_web_url(value))
    if value and parts.scheme != "https" and not is_here(parts.hostname or ""):
        raise ValueError(f"{value[:80]!r} is not encrypted, and secrets are sent there; begin with https://")
    return check_posting_url(value)


@dataclass(frozen=True, slots=True)
class WrittenHost:
    """What stands in `host`."""

    host: str
    port: int = 0  # 0: it names none
    is_tls: bool = False  # it begins with smtps://


def written(value: str) -> WrittenHost:
    """Return what `value` names. Raises ValueError with a sentence for users; it does not repeat what may be a password."""
    scheme, colon, rest = value.rpartition("://")
    if "@" in rest:
        raise ValueError(
            "names a user: put it into `username`, and its password into MONITOR_SMTP_PASSWORD (it is not shown: it may hold one)"
        )
    if colon and scheme.casefold() not in ("smtp", "smtps"):
        raise ValueError(
            f"{value!r} is no mail server; write {rest[:80]!r}, or begin with smtp:// or smtps://"
        )
    place = rest.removesuffix("/") if colon else rest
    ported = _PORTED.fullmatch(place)
    host, port = (ported[1], int(ported[2])) if ported else (place, 0)
    if ported and not 1 <= port <= 65535:
        raise ValueError(f"{value!r} has a port that is none; write 1 to 65535")
    if (colon or ported) and not host:
        raise ValueError(f"{value!r} names no host; write 'mail.example.org' or 'mail.example.org:587'")
    return WrittenHost(host=check_host(host), port=port, is_tls=scheme.casefold() == "smtps")


def check_mail_host(value: str) -> str:
    """Return `value` when it names a mail server, an address alone without its brackets; "" is none."""
    found = written(value)
    return value if found.port or "://" in value else found.host


def mail_server(host: str, port: int, security: str) -> MailServer:
    """Return the server that a checked [smtp] means; `port` 0 and `security` "auto" leave that open.

    >>> str(mail_server("smtps://mail.example.org", 0, "auto")), mail_server("::1", 465, "auto").security
    ('mail.example.org:465', 'tls')
    """
    found = written(host)
    port = port or found.port
    protections: dict[str, Security] = {"starttls": "starttls", "tls": "tls", "none": "none"}
    implied: Security = "tls" if found.is_tls or port == SUBMISSIONS else "starttls"
    protection = protections.get(security, implied)
    return MailServer(found.host, port or (SUBMISSIONS if protection == "tls" else SUBMISSION), protection)
