"""Answers that curl and browsers read although they are not quite HTTP: a connection's bytes in, bytes the strict parser reads out.

Mended are up to 16 header lines that are no header field (`"X-XSS-Protection: 0"` in quotes), which are left out, and what a server sends
beyond the length it announced (it counted characters), which is cut off and counted: client.py takes the body only if its document ends
there. Whatever else is wrong stays wrong: NUL bytes, two lengths, floods of lines or of interim answers, and odd lines that speak of the
body's length or form, for without them the text would be another. Sources: RFC 9112 2.2, 5, 6.3; curl's http.c.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from aiohttp.client_proto import ResponseHandler

HEAD_BYTES = 256 * 1024  # a longer header is none that is mended: the parser refuses it
MAX_ODD_LINES = 16
MAX_INTERIM = 8  # answers 1xx before the one that counts; behind more of them nothing is mended
MAX_NOTES = 3

_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+[ \t]*:")  # RFC 9110 5.1, 5.6.2
_STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?$")
_CHUNKED = re.compile(rb"(?im)^transfer-encoding[ \t]*:")
_NO_LETTERS = re.compile(rb"[^a-z]+")
# Fields that say where a body ends or how it is to be read, as their letters.
_OF_THE_BODY = (
    b"contentlength", b"transferencoding", b"contentencoding", b"contenttype", b"contentrange", b"trailer", b"upgrade"
)  # fmt: skip


@dataclass(slots=True)
class Mended:
    """What was mended in one answer: sentences, at most three, and the bytes received beyond the announced length."""

    notes: list[str] = field(default_factory=list)
    surplus: int = 0


class Mender(asyncio.Protocol):
    """Stands between a connection and the client's protocol. `answer` is about the answer at hand."""

    def __init__(self, inner: ResponseHandler) -> None:
        self.answer = Mended()
        self._inner = inner
        self._head: bytearray | None = None  # what came of a header; None: no header is expected
        self._left: int | None = None  # bytes of the body still to come, where the header says
        self._interim = 0

    def begin(self) -> None:
        """Expect the answer to a request."""
        self.answer, self._head, self._left, self._interim = Mended(), bytearray(), None, 0

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass it on."""
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass it on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._inner.resume_writing()

    def eof_received(self) -> bool | None:
        """Pass it on; the connection then closes."""
        self._inner.eof_received()
        return None

    def data_received(self, data: bytes) -> None:
        """Pass on what the parser can read of the bytes received."""
        passed: list[bytes] = []
        while self._head is not None and data:
            head, data = self._with_head(self._head, data)
            passed.append(head)
        passed.append(data if self._left is None else self._within_length(data, self._left))
        whole = b"".join(passed)
        if whole:
            self._inner.data_received(whole)

    def _with_head(self, head: bytearray, data: bytes) -> tuple[bytes, bytes]:
        """(A mended header, what came behind it); empty while the header is not whole."""
        known = len(head)
        head += data
        end = _END.search(head, max(0, known - 3))
        is_http = b"HTTP/".startswith(bytes(head[:5]))
        if is_http and end is None and len(head) <= HEAD_BYTES:
            return b"", b""
        self._head = None
        if not is_http or end is None:
            return b"", bytes(head)
        mended = self._mended(bytes(head[: end.start()])) + b"\r\n\r\n"
        status = _STATUS.match(mended)
        code = int(status[1]) if status else 0
        lengths = _LENGTH.findall(mended)
        if 100 <= code < 200:
            self._interim += 1
            self._head = bytearray() if self._interim <= MAX_INTERIM and code != 101 else None
        elif len(lengths) == 1 and code not in {204, 304} and not _CHUNKED.search(mended):
            self._left = int(lengths[0])
        return mended, bytes(head[end.end() :])

    def _mended(self, head: bytes) -> bytes:
        """The header without lines that are no field; as it is, for the parser to refuse, where leaving them out could change the text."""
        first, *lines = head.split(b"\n")
        kept, was_odd = [first], False
        odd: list[bytes] = []
        for line in lines:
            is_fold = line[:1] in (b" ", b"\t")
            if is_fold and was_odd:
                return head
            was_odd = not (is_fold or _FIELD.match(line) or b"\0" in line or not line.strip())
            (odd if was_odd else kept).append(line)
        letters = [_NO_LETTERS.sub(b"", line.lower()) for line in odd[: MAX_ODD_LINES + 1]]
        if len(odd) > MAX_ODD_LINES or any(name in line for line in letters for name in _OF_THE_BODY):
            return head
        for line in odd[: MAX_NOTES - len(self.answer.notes)]:
            shown = line.strip().decode("latin-1")[:60]
            self.answer.notes.append(f"a line of its header is no header field: {shown}")
        return b"\n".join(kept)

    def _within_length(self, data: bytes, left: int) -> bytes:
        """What belongs to the body. What comes later than its end is passed on, for the parser to refuse."""
        surplus = len(data) - left
        if surplus <= 0:
            self._left = -surplus
            return data
        is_late = left == 0 and not self.answer.surplus
        self._left = 0
        self.answer.surplus += surplus
        self._inner.force_close()
        return data if is_late else data[:left]
