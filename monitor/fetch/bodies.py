"""Undoing content encodings, with the limit counted on what comes out. Chunks in, one body or a Failure out.

Done here and not in the HTTP client because servers lie: a body announced as gzip that is plain XML is still a feed,
and a stream that ends in the middle must be an error, or its missing entries would be lost behind the next 304.
One decoder holds at most `limit` bytes more than the chunk it was given, whatever the chunk inflates to.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from functools import partial
from typing import Protocol

import brotli

from monitor.fetch.failures import Failure

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_MAX_MEMBERS = 1000  # concatenated gzip members or zstd frames; each costs a copy of the rest of the chunk
_ZSTD_WINDOW_LOG = (
    23  # RFC 9659 3: 8 MiB for the zstd content encoding; the default of 27 would allow 128 MiB
)
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b\x08"
_NO_CODING = frozenset({"", "identity", "none"})
_BROKEN = (zlib.error, brotli.error, zstd.ZstdError, EOFError, ValueError)


class _Coding(Protocol):
    """One content encoding being undone."""

    def decode(self, data: bytes, limit: int) -> bytes:
        """What `data` stands for, up to about `limit` bytes: reaching it means there is more."""

    @property
    def is_complete(self) -> bool:
        """True when the stream may end here."""


class _Plain:
    is_complete = True

    def decode(self, data: bytes, limit: int) -> bytes:
        return data[:limit]


class _Unknown:
    is_complete = False

    def decode(self, data: bytes, limit: int) -> bytes:
        raise ValueError(f"unknown, at byte {data[:1]!r}, room {limit}")


class _Stream(Protocol):
    """What zlib and zstd decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Members:
    """Streams that may be concatenated: gzip members, zstd frames."""

    def __init__(self, new_stream: Callable[[], _Stream], magic: bytes) -> None:
        self._new_stream = new_stream
        self._magic = magic
        self._stream = new_stream()
        self._members = 1

    @property
    def is_complete(self) -> bool:
        return self._stream.eof

    def decode(self, data: bytes, limit: int) -> bytes:
        parts: list[bytes] = []
        while data and limit > 0:
            if self._stream.eof and not self._begin_member(data):
                break
            parts.append(self._stream.decompress(data, limit))
            limit -= len(parts[-1])
            data = self._stream.unused_data
        return b"".join(parts)

    def _begin_member(self, data: bytes) -> bool:
        if not data.startswith(self._magic):
            return False  # padding after the last member, as gzip(1) ignores it
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise ValueError("too many members")
        self._stream = self._new_stream()
        return True


def _new_gzip() -> _Stream:
    return zlib.decompressobj(_GZIP)


def _new_zstd() -> _Stream:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


class _Deflate:
    """RFC 9110 8.4.1.2 means zlib; some servers send the bare stream."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj()
        self._started = False

    @property
    def is_complete(self) -> bool:
        return self._stream.eof

    def decode(self, data: bytes, limit: int) -> bytes:
        if not self._started and data:
            self._started = True
            if data[0] & 0x0F != zlib.DEFLATED:
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return b"" if self._stream.eof else self._stream.decompress(data, limit)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def is_complete(self) -> bool:
        return bool(self._stream.is_finished())

    def decode(self, data: bytes, limit: int) -> bytes:
        return bytes(self._stream.process(data, output_buffer_limit=limit))


_CODINGS: dict[str, Callable[[], _Coding]] = {
    "": _Plain,
    "gzip": partial(_Members, _new_gzip, b"\x1f"),
    "x-gzip": partial(_Members, _new_gzip, b"\x1f"),
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": partial(_Members, _new_zstd, b""),
}


class Body:
    """One body being received: `feed` it, then `finish`. `taken` holds what came out so far, at most `limit` bytes."""

    def __init__(self, content_encoding: str, *, limit: int) -> None:
        """Raises Failure("encoding") for stacked encodings."""
        names = [name.strip() for name in content_encoding.lower().split(",")]
        names = [name for name in names if name not in _NO_CODING]
        if len(names) > 1:
            raise Failure("encoding", f"stacked: {content_encoding[:100]}")
        self._name = names[0] if names else ""
        self._coding = _CODINGS.get(self._name, _Unknown)()
        self._limit = limit
        self._received = 0
        self.taken = bytearray()
        self.notes: list[str] = []

    def feed(self, chunk: bytes) -> None:
        """Take one received chunk. Raises Failure("too-large") or Failure("encoding")."""
        is_first = self._received == 0
        if is_first and not self._name and chunk.startswith(_GZIP_MAGIC):
            self._name, self._coding = "gzip", _CODINGS["gzip"]()
            self.notes.append("it is packed with gzip and does not say so")
        self._received += len(chunk)
        room = self._limit - len(self.taken)
        try:
            piece = self._coding.decode(chunk, room + 1)
        except _BROKEN as error:
            if not (is_first and _looks_like_markup(chunk)):
                raise Failure("encoding", f"{self._name}: {error}") from error
            self._coding = _Plain()
            piece = chunk[: room + 1]
        self.taken += piece[:room]
        if len(piece) > room or self._received > self._limit:
            raise Failure("too-large", f"over {self._limit} bytes")

    def finish(self) -> bytes:
        """The whole body. Raises Failure("encoding") when the stream ended in the middle."""
        if self._received and not self._coding.is_complete:
            raise Failure("encoding", f"{self._name}: ended in the middle")
        if not self.taken.startswith(_GZIP_MAGIC):
            return bytes(self.taken)
        return self._unpacked_again()

    def _unpacked_again(self) -> bytes:
        """A packed file that was packed once more to be sent. Raises as `feed` does."""
        inner = Body("gzip", limit=self._limit)
        inner.feed(bytes(self.taken))
        body = bytes(inner.taken) if not inner.taken.startswith(_GZIP_MAGIC) else b""
        if not body or not inner._coding.is_complete:
            raise Failure("encoding", "gzip: packed again and again, or ended in the middle")
        self.notes.append("it is packed with gzip twice")
        return body


def _looks_like_markup(chunk: bytes) -> bool:
    return chunk.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"<", b"{"}
