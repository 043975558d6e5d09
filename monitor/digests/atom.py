"""The issues of a topic as one Atom feed, for readers who do not want mail. Frozen issues in, bytes out.

Ids are made of topic and number alone, so a reader sees each issue once, whatever address the feed lies at. RFC 4287.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from monitor.model import Digest, RenderedDigest
from monitor.text.normalise import clean

_ATOM = "http://www.w3.org/2005/Atom"
_OURS = "https://monitor.invalid/"


def feed(issues: Sequence[tuple[Digest, RenderedDigest]]) -> bytes:
    """An Atom document of at least one issue of one topic, newest first whatever the order given. The same issues give the same bytes.

    Raises ValueError when there is no issue.
    """
    ordered = sorted(issues, key=lambda each: -each[0].issue)
    if not ordered:
        raise ValueError("a feed needs an issue")
    newest = ordered[0][0]
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": newest.language})
    _text(root, "title", newest.title)
    _text(root, "id", _id(newest.topic))
    _text(root, "updated", newest.composed_at.isoformat())
    _text(ET.SubElement(root, "author"), "name", "monitor")
    if newest.base_url:
        ET.SubElement(root, "link", href=newest.base_url)
    for digest, rendered in ordered:
        _entry(root, digest, rendered)
    document: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return document + b"\n"


def _entry(root: ET.Element, digest: Digest, rendered: RenderedDigest) -> None:
    entry = ET.SubElement(root, "entry")
    _text(entry, "title", rendered.subject)
    _text(entry, "id", _id(f"{digest.topic}/{digest.issue}"))
    _text(entry, "updated", digest.composed_at.isoformat())
    _text(entry, "published", digest.composed_at.isoformat())
    _text(entry, "summary", " ".join(sentence for _, sentence in digest.lines))
    content = ET.SubElement(entry, "content", type="html")
    content.text = rendered.html


def _text(parent: ET.Element, name: str, said: str) -> None:
    ET.SubElement(parent, name).text = clean(said)


def _id(name: str) -> str:
    return uuid5(NAMESPACE_URL, _OURS + name).urn
