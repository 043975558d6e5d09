"""What the name server says about a sender's domain: its MX and TXT records, as other mail servers look them up.

In: a name and a kind; out: texts. For the doctor's hints only: nothing is sent or refused because of it. dnspython does the asking.
"""

from __future__ import annotations

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, Answer, NoAnswer, Resolver


def resolver() -> Resolver:
    """Return what asks the name servers that the system is configured with. Raises OSError when there are none."""
    try:
        return Resolver()
    except DNSException as error:
        raise OSError(str(error)) from None


def records(name: str, kind: str, *, timeout_s: float, asking: Resolver | None = None) -> tuple[str, ...]:
    """Return the records of a kind ("MX", "TXT") of a name; () when there are none or no such name.

    Raises:
        OSError: no name server answered usably.
    """
    try:
        found = (asking or resolver()).resolve(name, kind, lifetime=timeout_s)
    except (NXDOMAIN, NoAnswer):
        return ()
    except DNSException as error:
        raise OSError(str(error)) from None
    return tuple(_printable(text) for text in _texts(found, kind))


def _texts(found: Answer, kind: str) -> list[str]:
    if kind == "MX":
        return [f"{row.preference} {row.exchange.to_text(omit_final_dot=True)}" for row in found]
    return [b"".join(row.strings).decode("utf-8", errors="replace") for row in found]  # RFC 7208 3.3


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
