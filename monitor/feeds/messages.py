"""Messages (newsletters, press releases by mail) as entries of a feed.

In: the files of a folder, packed into one body so that they go to the worker as any document does. Out: a `FeedDocument`. Subject, date
and sender are the message's; its text is the HTML part, else the plain one, attachments left aside; its id is the Message-ID, its
address the one it can be read at on the web, where it names one. A message that cannot be read is named and stops no other. Never
raises, follows no link, loads no picture.
Standards: RFC 5322 (messages), RFC 2045-2047 (MIME), RFC 2392 (mid:), RFC 2919 (List-Id), RFC 5064 (Archived-At), RFC 3676 (flowed).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256
from urllib.parse import quote, unquote

from monitor.feeds.entries import NAME_CHARS, TITLE_CHARS, headline, language, link, texts
from monitor.model import Entry, FeedDocument, MessageFile
from monitor.text.charset import decoded
from monitor.text.moments import is_zoneless, moment
from monitor.text.normalise import clean, plain
from monitor.text.normalise import title as one_line
from monitor.text.wrapping import unwrapped

NAMED = 5  # messages that cannot be read, told by name
LINK_CHARS = 200  # a longer text of a link is no "view in your browser"
SUBJECT_CHARS = 16  # of a link's text that is the subject's: fewer are chance

# The words of a link to the message as a page, in the languages newsletters are written in most.
_IN_BROWSER = re.compile(
    r"\b(?:view|read|open|see|show)\b.{0,40}\b(?:browser|online|web ?page|on the web|website)\b|\bweb ?version\b|\bonline version\b"
    r"|\bim browser\b|\bonline[- ]?(?:version|ansicht|lesen)\b|\ben ligne\b|\bdans (?:le|votre) navigateur\b|\ben (?:el|tu|su) navegador\b"
    r"|\bnel browser\b|在线(?:阅读|查看|版)|浏览器|網頁版|网页版",
    re.IGNORECASE,
)
# What signs its receiver in or names him to the sender: a parameter that is a key, or JSON in base64 (`{"`), as tokens and redirectors hold it.
_KEY = re.compile(
    r"[?&;](?:\w*token|jwt|auth\w*|api_?key|secret|signature)=|(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{16,}",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s<>\"'）」]+")
_LIST_ID = re.compile(r"\s*(?:\"?(?P<name>[^<>\"]*?)\"?\s*)?<(?P<id>[^<>]*)>\s*")
_NO_TEXT = ("script", "style", "head", "title", "template", "svg", "object", "iframe")
_INLINE = ("span", "font", "b", "strong", "i", "em", "u", "a", "small", "big", "center", "img")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)


def packed(files: Iterable[MessageFile]) -> bytes:
    """Return files as one body: before each a line of JSON with its name, its trouble and how many bytes follow."""
    parts = []
    for file in files:
        head = {"name": file.name, "bytes": len(file.content), "trouble": file.trouble}
        parts += [json.dumps(head).encode(), b"\n", file.content]
    return b"".join(parts)


def parse_messages(body: bytes, *, max_entries: int) -> FeedDocument:
    """Return the messages of a body made by `packed` as entries, in their order and each id once, at most `max_entries`."""
    entries: dict[str, Entry] = {}
    unread: list[str] = []
    count = 0
    for file in _unpacked(body):
        count += 1
        if file.trouble:
            unread.append(f"{file.name} ({file.trouble})")
            continue
        try:
            entry = _entry(file.content)
        except Exception as error:  # noqa: BLE001  # the parser promises to raise nothing and yet does: one bad message
            unread.append(f"{file.name} ({type(error).__name__})")
            continue
        if entry is None:
            unread.append(f"{file.name} (no message)")
            continue
        entries.setdefault(entry.guid, entry)
    kept = tuple(entries.values())[:max_entries]
    return FeedDocument(
        format="mail", entries=kept, warnings=_warnings(unread), dropped=len(entries) - len(kept)
    )


def _warnings(unread: list[str]) -> tuple[str, ...]:
    if not unread:
        return ()
    more = f" and {len(unread) - NAMED} more" if len(unread) > NAMED else ""
    named = clean(", ".join(unread[:NAMED]), limit=400)
    return (f"{len(unread)} of its files cannot be read as messages: {named}{more}",)


def _unpacked(body: bytes) -> Iterator[MessageFile]:
    at = 0
    while at < len(body):
        start = body.index(b"\n", at) + 1
        head = json.loads(body[at:start])
        at = start + head["bytes"]
        yield MessageFile(head["name"], body[start:at], head["trouble"])


def _entry(raw: bytes) -> Entry | None:
    """One message as an entry; None for bytes without a subject and a text."""
    message = message_from_bytes(raw)
    markup, unmarked = _parts(message)
    links: list[tuple[str, str]] = []
    text = ""
    if markup:
        text, links = _shown(markup)
    if not text:
        text = "\n".join(unwrapped(unmarked.replace("\r\n", "\n")))
        links = links or _links_of_lines(unmarked)
    subject = one_line(_header(message, "Subject"), limit=TITLE_CHARS)
    if not (subject or text) or not message.keys():
        return None
    own_id = clean(_header(message, "Message-ID")).strip("<> ")
    date = _header(message, "Date")
    summary, content = texts("", text)
    return Entry(
        guid=own_id[:NAME_CHARS] or "sha256:" + sha256(raw).hexdigest(),
        url=_address(message, subject, links) or (f"mid:{quote(own_id, safe='@.-_~+')}" if own_id else ""),
        title=subject or headline(text),
        summary=summary,
        content=content,
        published=moment(date),
        language=language(_header(message, "Content-Language")),
        source_name=_sender(message),
        zoneless=date if is_zoneless(date) else "",
    )


def _header(message: Message, name: str) -> str:
    """A header's text, encoded words decoded where they can be; "" for none."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, ValueError, TypeError):  # a set that is none, bytes that are not of it
        return str(value)


def _sender(message: Message) -> str:
    """Who sent it: the name before the address, else the list's, else the host of the address."""
    name, spec = parseaddr(_header(message, "From"))
    listed = _LIST_ID.fullmatch(_header(message, "List-Id"))
    of_list = clean(listed["name"] or "") if listed else ""
    return clean(name, limit=NAME_CHARS).strip("\"' ") or of_list or clean(spec.rpartition("@")[2])


def _parts(message: Message) -> tuple[str, str]:
    """(the first HTML part, the first plain one), "" for none; of what is attached nothing."""
    found = {"text/html": "", "text/plain": ""}
    inside: set[int] = set()  # of attached messages
    for part in message.walk():
        is_attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
        if id(part) in inside or is_attached or (part.get_content_type() == "message/rfc822"):
            inner = part.get_payload()
            inside |= set(map(id, inner)) if isinstance(inner, list) else set()
            continue
        kind = part.get_content_type()
        payload = part.get_payload(decode=True) if kind in found and not found[kind] else None
        if isinstance(payload, bytes):
            charset = part.get_content_charset()
            found[kind] = decoded(payload, [charset] if charset else [])[0]
    return found["text/html"], found["text/plain"]


def _shown(markup: str) -> tuple[str, list[tuple[str, str]]]:
    """(what a reader sees of an HTML part, its links as text and address); ("", []) where there is no markup."""
    from lxml import etree  # noqa: PLC0415 -- slow to import, and most feeds are no folders

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, no_network=True)
    tree = etree.fromstring(markup.encode("utf-8", "replace"), parser) if markup.strip() else None
    if tree is None:
        return "", []
    for node in list(tree.iter(*_NO_TEXT)):
        node.tag = "style"
    for node in list(tree.iter(etree.Element)):
        if _HIDDEN.search(node.get("style") or ""):
            node.tag = "style"
    etree.strip_elements(tree, "style", with_tail=False)
    links = [(clean("".join(node.itertext())), node.get("href") or "") for node in tree.iter("a")]
    for node in tree.iter(etree.Element):
        node.attrib.clear()
    etree.strip_tags(tree, *_INLINE)
    return plain(etree.tostring(tree, encoding="unicode", method="html")), links


def _links_of_lines(text: str) -> list[tuple[str, str]]:
    """The addresses of a plain text, each with the words before it on its line, or those of the line before."""
    links: list[tuple[str, str]] = []
    before = ""
    for line in text.splitlines():
        found = _URL.search(line)
        said = line[: found.start()] if found else line
        if found:
            links.append((clean(said).rstrip(":(<- ") or before, found[0].rstrip(".,;)")))
        before = clean(said).rstrip(":") or before
    return links


def _address(message: Message, subject: str, links: list[tuple[str, str]]) -> str:
    """Where the message, or the article it announces, stands on the web; "" where it does not say.

    What holds an address or a key of the receiver's is not taken: whoever reads the digest could sign in or unsubscribe in his place.
    (`List-Post` is where to post by RFC 2369, a mail address; Substack gives the page there.)
    """
    stated = [_header(message, name).strip("<> \t") for name in ("Archived-At", "List-Post")]
    in_browser = [url for said, url in links if len(said) <= LINK_CHARS and _IN_BROWSER.search(said)]
    named = [url for said, url in links if _is_subject(said, subject)]
    receivers = _receivers(message)
    for url in (*stated, *in_browser, *named):
        address = link(url, "")
        said = unquote(address)
        if address and not _KEY.search(said) and not any(each in said.casefold() for each in receivers):
            return address
    return ""


def _receivers(message: Message) -> set[str]:
    specs = (parseaddr(_header(message, name))[1] for name in ("To", "Delivered-To", "X-Original-To"))
    return {spec.casefold() for spec in specs if "@" in spec}


def _is_subject(said: str, subject: str) -> bool:
    """Whether a link's text is a message's subject, or the one holds the other."""
    one, other = sorted((said.casefold(), subject.casefold()), key=len)
    return len(one) >= SUBJECT_CHARS and one in other
