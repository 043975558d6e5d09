"""Mail addresses: what people write in, what a server and a header take out. Refuses what no server would take.

In: "Reader <reader@bücher.example>"; out: a `Mailbox` whose domain is ASCII (IDNA). The local part must be ASCII,
for servers without SMTPUTF8 (RFC 6531) refuse the rest. No look-ups: whether a mailbox exists is the server's answer.
The configuration and delivery both go by this, so what one takes the other takes.
Standards: RFC 5321 section 4.1.2 and 4.5.3.1, RFC 5322 section 3.4, RFC 3490 (the standard library's codec).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOCAL_MAX = 64  # RFC 5321 4.5.3.1.1
_SPEC_MAX = 254  # RFC 5321 4.5.3.1.3: a path of 256 holds two angle brackets
_TEXT_MAX = 1000  # characters, name and all: the codec's time grows with the square of a length
_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)  # RFC 5322 dot-atom
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NAMED = re.compile(r"\s*(?P<name>[^<>]*?)\s*<(?P<spec>[^<>]*)>\s*")
_QUOTED = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name ("" for none) and an ASCII address specification, ready for an envelope."""

    name: str
    spec: str

    @property
    def domain(self) -> str:
        """The part after the @, ASCII, lower case."""
        return self.spec.rpartition("@")[2]


def mailbox(text: str) -> Mailbox:
    """The address in `text`: "a@b.example", "Name <a@b.example>" or '"Name, the" <a@b.example>'.

    Raises:
        ValueError: not one mail address, or one that needs SMTPUTF8; the text says why.
    """
    if len(text) > _TEXT_MAX:
        raise ValueError(f"it is longer than {_TEXT_MAX} characters")
    if any(not character.isprintable() for character in text):
        raise ValueError("it holds a control character")
    named = _NAMED.fullmatch(text)
    name, spec = (named["name"], named["spec"]) if named else ("", text.strip())
    quoted = _QUOTED.fullmatch(name)
    if quoted:
        name = re.sub(r"\\(.)", r"\1", quoted["text"]).strip()
    local, at, domain = spec.rpartition("@")
    if not at:
        raise ValueError("there is no @ in it")
    if not local.isascii():
        raise ValueError("the part before the @ is not ASCII, which few servers accept")
    if not _LOCAL.fullmatch(local) or len(local) > _LOCAL_MAX:
        raise ValueError("the part before the @ is not valid")
    spec = f"{local}@{ascii_domain(domain)}"
    if len(spec) > _SPEC_MAX:
        raise ValueError(f"it is longer than {_SPEC_MAX} characters")
    return Mailbox(name, spec)


def ascii_domain(domain: str) -> str:
    """`domain` in lower case ASCII: bücher.example -> xn--bcher-kva.example.

    Raises:
        ValueError: not a host name with at least one character per label.
    """
    try:
        plain = domain.strip().encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError("the domain is not valid") from None
    if not all(_LABEL.fullmatch(label) for label in plain.split(".")):
        raise ValueError("the domain is not valid")
    return plain
