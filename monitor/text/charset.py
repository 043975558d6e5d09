"""Bytes from the web to text, whatever character set they are in.

In: a body and the names its envelope gives (HTTP header, XML declaration, meta tag). Out: text and a word on what was wrong.
Order: byte order mark, then UTF-8 if the bytes are valid UTF-8 beyond ASCII (no other set's text is, in practice, and
servers mislabel UTF-8 as ISO-8859-1), then the declared names, then UTF-8 with holes, then windows-1252.
Never raises. It does not look for declarations itself.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark starts the same way
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00\x00\x00", "utf-32-le"),  # no mark, but a first "<"
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# What people declare and what they mean: https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
# Declared inside bytes that were read as ASCII to find the declaration: it cannot be true.
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32", "utf-7")


def decoded(body: bytes, declared: Iterable[str] = ()) -> tuple[str, str]:
    """Return the text of `body` and a warning, "" when it read as declared.

    `declared` are the names given, the most trusted first; unknown names are passed over.
    """
    for mark, wide in _MARKS:
        if body.startswith(mark):
            text = body.decode(wide, "replace").removeprefix("\ufeff")
            return text, _holes(text, wide)
    said = [name for name in map(_codec, declared) if name] or ["utf-8"]
    for name in said if _is_escaped(said[0]) else ["utf-8", *said]:
        text_or_none = _strict(body, name)
        if text_or_none is not None:
            is_as_said = name == said[0] or body.isascii()
            return text_or_none, "" if is_as_said else f"the text is {name}, not {said[0]} as declared"
    return _patched(body)


def _codec(name: str) -> str:
    """The codec meant by a declared name, "" when there is none."""
    try:
        found = codecs.lookup(name.strip().strip("'\"").strip()[:40])
    except (LookupError, ValueError):
        return ""
    if not getattr(found, "_is_text_encoding", True) or found.name.startswith(_WIDE):
        return ""
    return _MEANT.get(found.name, found.name)


def _is_escaped(name: str) -> bool:
    """True for sets that write everything in ASCII bytes and so look like UTF-8."""
    return name == "hz" or name.startswith("iso2022")


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (UnicodeError, ValueError):
        return None


def _patched(body: bytes) -> tuple[str, str]:
    """Text that is valid in no set named: UTF-8 with holes when it is mostly that, else windows-1252."""
    text = body.decode("utf-8", "replace")
    holes = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if holes * 2 <= beyond_ascii:
        return text, _holes(text, "utf-8")
    return body.decode("cp1252", "replace"), "the character set is not known: read as windows-1252"


def _holes(text: str, name: str) -> str:
    holes = text.count("\ufffd")
    return f"{holes} characters could not be read as {name}" if holes else ""
