"""A question to the name server that the standard library cannot ask: the MX and TXT records of a name.

In: a name and a kind; out: texts. One UDP datagram each way, to the servers the system is configured with; an answer too long for that
is not fetched. For the doctor's hints only: nothing is sent or refused because of it. Standards: RFC 1035, RFC 7208 3.3 (TXT parts).
"""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

CONFIGURED = Path("/etc/resolv.conf")
_KINDS = {"MX": 15, "TXT": 16}
_INTERNET = 1
_RECURSE = 0x0100
_TRUNCATED = 0x0200
_NO_SUCH_NAME = 3
_LINKS_MAX = 32  # of a compressed name: more is a loop
_LENGTH_MAX = 63  # of a label; above stands a link


def records(
    name: str, kind: str, *, timeout_s: float, servers: tuple[tuple[str, int], ...] = ()
) -> tuple[str, ...]:
    """Return the records of a kind ("MX", "TXT") of a name; () when there are none or no such name.

    Raises:
        OSError: no name server answered usably.
    """
    number = secrets.randbelow(2**16)
    question = struct.pack(">6H", number, _RECURSE, 1, 0, 0, 0) + _question(name, _KINDS[kind])
    trouble = OSError("no name server is configured")
    for server in servers or tuple(configured()):
        try:
            return tuple(_texts(_asked(server, question, timeout_s), question, _KINDS[kind]))
        except (struct.error, IndexError, ValueError):
            trouble = OSError("the name server's answer cannot be read")
        except OSError as error:
            trouble = error
    raise trouble


def configured() -> Iterator[tuple[str, int]]:
    """Yield the addresses and ports of the system's name servers."""
    try:
        lines = CONFIGURED.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return
    for words in map(str.split, lines):
        if len(words) > 1 and words[0] == "nameserver":
            yield words[1], 53


def _question(name: str, kind: int) -> bytes:
    labels = [
        label.encode("idna") if not label.isascii() else label.encode()
        for label in name.strip(".").split(".")
    ]
    if any(not 0 < len(label) <= _LENGTH_MAX for label in labels):
        raise OSError(f"{name!r} is no name of a domain")
    return b"".join(bytes([len(label)]) + label for label in labels) + struct.pack(">BHH", 0, kind, _INTERNET)


def _asked(server: tuple[str, int], question: bytes, timeout_s: float) -> bytes:
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as talk:
        talk.settimeout(timeout_s)
        talk.connect(server)  # takes answers of nobody else
        talk.send(question)
        return talk.recv(4096)


def _texts(answer: bytes, question: bytes, kind: int) -> Iterator[str]:
    number, flags, _, count, _, _ = struct.unpack_from(">6H", answer)
    if (
        number != struct.unpack_from(">H", question)[0]
        or answer[12 : len(question)].lower() != question[12:].lower()
    ):
        raise ValueError("an answer to another question")
    if flags & _TRUNCATED or flags & 15 not in (0, _NO_SUCH_NAME):
        raise OSError(
            f"the name server answers {'too much' if flags & _TRUNCATED else f'with error {flags & 15}'}"
        )
    at = len(question)
    for _ in range(count):
        _, at = _name(answer, at)
        found, _, _, length = struct.unpack_from(">HHIH", answer, at)
        at += 10
        if found == kind:
            yield _mail_server(answer, at) if kind == _KINDS["MX"] else _text(answer[at : at + length])
        at += length


def _mail_server(answer: bytes, at: int) -> str:
    return f"{struct.unpack_from('>H', answer, at)[0]} {_name(answer, at + 2)[0]}"


def _text(data: bytes) -> str:
    """The parts of a TXT record, joined without a space."""
    parts, at = b"", 0
    while at < len(data):
        parts += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return "".join(char if char.isprintable() else "?" for char in parts.decode("utf-8", errors="replace"))


def _name(answer: bytes, at: int) -> tuple[str, int]:
    """A name, and where what follows it begins."""
    labels: list[str] = []
    after = 0
    for _ in range(_LINKS_MAX * 4):
        length = answer[at]
        if length > _LENGTH_MAX:
            after = after or at + 2
            at = struct.unpack_from(">H", answer, at)[0] & 0x3FFF
        elif length:
            labels.append(answer[at + 1 : at + 1 + length].decode("ascii", errors="replace"))
            at += 1 + length
        else:
            return ".".join(labels), after or at + 1
    raise ValueError("a name without an end")
