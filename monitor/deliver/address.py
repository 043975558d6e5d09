"""Mail addresses: what people write in, what a server and a header take out. Refuses what no server would take.

In: "Reader <reader@bücher.example>"; out: an `Address` whose domain is ASCII (IDNA). The local part must be ASCII,
for servers without SMTPUTF8 (RFC 6531) refuse the rest. No look-ups: whether a mailbox exists is the server's answer.
Standards: RFC 5321 section 4.1.2 and 4.5.3.1, RFC 5322 section 3.4, RFC 3490 (the standard library's codec).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.errors import DeliveryError

_LOCAL_MAX = 64  # RFC 5321 4.5.3.1.1
_ADDRESS_MAX = 254  # RFC 5321 4.5.3.1.3: a path of 256 holds two angle brackets
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)  # RFC 5322 dot-atom
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NAMED = re.compile(r'\s*"?(?P<name>[^"<>]*?)"?\s*<(?P<spec>[^<>]*)>\s*')


@dataclass(frozen=True, slots=True)
class Address:
    """A display name ("" for none) and an ASCII address specification, ready for an envelope."""

    name: str
    spec: str

    @property
    def domain(self) -> str:
        """The part after the @, ASCII, lower case."""
        return self.spec.rpartition("@")[2]


def address(text: str) -> Address:
    """The address in `text`: "a@b.example" or "Name <a@b.example>".

    Raises:
        DeliveryError: not one mail address, or one that needs SMTPUTF8.
    """
    if any(not character.isprintable() for character in text):
        raise _refused(text, "it holds a control character")
    named = _NAMED.fullmatch(text)
    name, spec = (named["name"].strip(), named["spec"]) if named else ("", text.strip())
    local, at, domain = spec.rpartition("@")
    if not at:
        raise _refused(text, "there is no @ in it")
    if not local.isascii():
        raise _refused(text, "the part before the @ is not ASCII, which few servers accept")
    if not _LOCAL.fullmatch(local) or len(local) > _LOCAL_MAX:
        raise _refused(text, "the part before the @ is not valid")
    spec = f"{local}@{ascii_domain(domain)}"
    if len(spec) > _ADDRESS_MAX:
        raise _refused(text, f"it is longer than {_ADDRESS_MAX} characters")
    return Address(name, spec)


def ascii_domain(domain: str) -> str:
    """`domain` in lower case ASCII: bücher.example -> xn--bcher-kva.example.

    Raises:
        DeliveryError: not a host name with at least one character per label.
    """
    try:
        plain = domain.strip().encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _refused(domain, "the domain is not valid") from None
    if not all(_LABEL.fullmatch(label) for label in plain.split(".")):
        raise _refused(domain, "the domain is not valid")
    return plain


def _refused(text: str, why: str) -> DeliveryError:
    return DeliveryError(
        f"not a usable mail address: {text[:80]!r}: {why}",
        advice="correct `recipients` in the topic file, or `sender` under [smtp].",
        is_permanent=True,
    )
