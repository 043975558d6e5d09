"""Messages of one issue differ by a few lines: what they share is kept once, and each row only what is its own. Pure.

In: the bytes of a shared message and of another one; out: the difference, and from both the other message again, byte for byte.
A difference is a zlib stream of steps: copy so many bytes from there (offset, length), then so many bytes that follow (length, bytes).
"""

from __future__ import annotations

import struct
import zlib

_STEP = struct.Struct(">III")  # offset and length of what is copied, length of what follows


def difference(shared: bytes, whole: bytes) -> bytes:
    """What `whole` has of its own. As long as `whole` when nothing is shared; any bytes will do.

    >>> shared = b"".join(b"line %d of the issue" % n + bytes([10]) for n in range(1000))
    >>> len(difference(shared, b"To: ann" + bytes([10]) + shared)) < 100
    True
    """
    lines = shared.splitlines(keepends=True)
    places: dict[bytes, int] = {}
    offsets = [0]
    for number, line in enumerate(lines):
        places.setdefault(line, number)
        offsets.append(offsets[-1] + len(line))
    steps: list[bytes] = []
    first = after = 0  # lines first..after of the shared message are copied
    own = bytearray()
    for line in whole.splitlines(keepends=True):
        if not own and after < len(lines) and lines[after] == line:
            after += 1
            continue
        at = after if after < len(lines) and lines[after] == line else places.get(line)
        if at is None:
            own += line
            continue
        steps.append(_step(offsets, first, after, own))
        first, after, own = at, at + 1, bytearray()
    steps.append(_step(offsets, first, after, own))
    return zlib.compress(b"".join(steps))


def whole(shared: bytes, own: bytes) -> bytes:
    """The message `difference` was made of.

    Raises:
        ValueError: `own` is no difference from `shared`.
    """
    try:
        steps = zlib.decompress(own)
    except zlib.error as error:
        raise ValueError(f"a damaged message: {error}") from None
    found, at = bytearray(), 0
    while at < len(steps):
        if at + _STEP.size > len(steps):
            raise ValueError("a damaged message: it ends in a step")
        offset, copied, following = _STEP.unpack_from(steps, at)
        at += _STEP.size
        if offset + copied > len(shared) or at + following > len(steps):
            raise ValueError("a damaged message: it is of another issue")
        found += shared[offset : offset + copied]
        found += steps[at : at + following]
        at += following
    return bytes(found)


def _step(offsets: list[int], first: int, after: int, own: bytearray) -> bytes:
    return _STEP.pack(offsets[first], offsets[after] - offsets[first], len(own)) + own
