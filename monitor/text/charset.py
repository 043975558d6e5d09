"""Bytes from the web to text, whatever character set they are in.

In: a body and the names its envelope gives (HTTP header, XML declaration, meta tag). Out: text and a word on what was wrong.
Order: byte order mark, then UTF-8 if the bytes are valid UTF-8 beyond ASCII (no other set's text is, in practice, and
servers mislabel UTF-8 as ISO-8859-1), then the declared names. windows-1252 is tried last where letters beyond ASCII stand side by
side: it reads any bytes, and servers say it of every document; where they stand alone, as in Western words, it keeps its place. Where nothing holds: UTF-8 or the declared set with few holes (one cut character spoils no document), then what a detector
finds in text whose letters beyond ASCII stand side by side, then UTF-8 with holes, then windows-1252.
Never raises. It does not look for declarations itself.
"""

from __future__ import annotations

import codecs
import re
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
# Holes, of the characters beyond ASCII, of a text that is damaged; more are those of another set. UTF-8 is hardly ever met by chance. Judged.
_FEW_UTF_8, _FEW = 0.25, 0.1
# What no other set's text writes but by rare chance: three and four bytes that are one character of UTF-8 (a GBK text has one for ten of its
# runs of holes), (not those that begin as Thai words do), with only ASCII around them above all, and an accented letter of two bytes between two letters of ASCII. As many as there
# are runs of holes: it is UTF-8, damaged.
_LONG = re.compile(rb"(?:[\xe2\xe3][\x80-\x9f]|[\xe5-\xef][\x80-\xbf])[\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}")
_ACCENT = re.compile(rb"(?<=[A-Za-z])[\xc3-\xc5][\x80-\xbf](?=[A-Za-z])")
_ALONE = re.compile(
    rb"(?<![\x80-\xff])(?:(?:[\xe2\xe3][\x80-\x9f]|[\xe5-\xef][\x80-\xbf])[\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3})(?![\x80-\xff])"
)
_LEAST_PROOF = 2  # one may be chance; an accented letter, or a character alone, weighs two
_HOLES = re.compile("\ufffd+")
_SAMPLE_BYTES = 64 * 1024  # shown to the detector
_TAG = re.compile(rb"<[^<>]*>")
_RUN = re.compile(rb"[\x80-\xff]+")
_LEAST_RUN = 2.0  # bytes beyond ASCII in a row, on the average: accents in Western words stand alone; judged
_DETECTABLE = [
    "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "koi8_u", "iso8859_5", "cp1253", "cp1255", "cp1256", "cp874"
]  # fmt: skip
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
    if said[0] == "cp1252" and len(said) > 1 and _stand_together(_sample(body)):
        said.sort(key="cp1252".__eq__)  # stable: only the Latin one moves
    for name in said if _is_escaped(said[0]) else ["utf-8", *said]:
        text_or_none = _strict(body, name)
        if text_or_none is not None:
            is_as_said = name == said[0] or body.isascii()
            return text_or_none, "" if is_as_said else f"the text is {name}, not {said[0]} as declared"
    return _patched(body, said[0])


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


def _patched(body: bytes, said: str) -> tuple[str, str]:
    """Text that is valid in no set named."""
    if _is_damaged_utf_8(body):
        text = body.decode("utf-8", "replace")
        return text, _holes(text, "utf-8")
    for name, few in (("utf-8", _FEW_UTF_8), (said, _FEW)):
        text = body.decode(name, "replace")
        if name != "cp1252" and text.count("\ufffd") <= few * _beyond_ascii(text):
            # What these sets leave undefined are controls to a browser (https://encoding.spec.whatwg.org/#index-windows-1251).
            return text.replace("\ufffd", "") if name.startswith("cp125") else text, _holes(text, name)
    found = _detected(body)
    if found:
        return body.decode(found, "replace"), f"the text is {found}, not {said} as declared"
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * 2 <= _beyond_ascii(text):
        return text, _holes(text, "utf-8")
    return body.decode("cp1252", "replace"), "the character set is not known: read as windows-1252"


def _is_damaged_utf_8(body: bytes) -> bool:
    """Whether a text is UTF-8 into which something else was put, however long that is."""
    proof = len(_LONG.findall(body)) + len(_ALONE.findall(body)) + 2 * len(_ACCENT.findall(body))
    return proof >= _LEAST_PROOF and len(_HOLES.findall(body.decode("utf-8", "replace"))) <= proof


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _detected(body: bytes) -> str:
    """The set of a text whose letters are not Latin, "" for none."""
    sample = _sample(body)
    if not _stand_together(sample):
        return ""
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- hardly any document needs it

    best = from_bytes(sample, cp_isolation=_DETECTABLE).best()
    return best.encoding if best else ""


def _sample(body: bytes) -> bytes:
    """The start of a document without its tags."""
    return _TAG.sub(b" ", body[:_SAMPLE_BYTES].rpartition(b"<")[0] or body[:_SAMPLE_BYTES])


def _stand_together(sample: bytes) -> bool:
    """Whether bytes beyond ASCII stand side by side, as they do where letters are not Latin."""
    runs = [len(run) for run in _RUN.findall(sample)]
    return bool(runs) and sum(runs) >= _LEAST_RUN * len(runs)


def _holes(text: str, name: str) -> str:
    holes = text.count("\ufffd")
    return f"{holes} characters could not be read as {name}" if holes else ""
