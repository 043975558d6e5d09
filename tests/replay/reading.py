"""What a reader finds in an issue: stories, sentences, addresses and numbers, taken out of each rendering again.

A rendering comes in, a `Seen` goes out. Nothing is looked up in the issue's content: it is what stands on the page.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass

from lxml import html as lxml_html

TOP, ALSO = "Top stories", "Also moving"
LISTS = (
    "Told on one side only",
    ALSO,
    "Threads gone quiet",
    "Changed after we sent it",
    "Not sure: is this about your topic?",
    "The rest of the week",
)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_SOURCE = re.compile(r"\s*—\s[^—]*$")
_MARKED = re.compile(r" — (?:\[[^]]+\]\(<[^>]*>\)|[^—]+, \d{1,2} [A-Z][a-z]{2})$")


@dataclass(frozen=True)
class Seen:
    """One rendering as it is read."""

    stories: tuple[tuple[str, str], ...]  # headline, address; in order
    passages: tuple[str, ...]  # what stands as quoted: headlines, and sentences one or several at a time
    addresses: tuple[str, ...]  # in order, repeated ones too
    words: str  # all of it on one line


def in_html(document: str) -> Seen:
    """The HTML mail: headings, paragraphs without a class, list rows."""
    tree = lxml_html.document_fromstring(document)
    for hidden in tree.xpath("//style|//title|//*[@class='preheader']"):
        hidden.drop_tree()
    addresses = tuple(link.get("href") for link in tree.xpath("//a[@href]"))
    words = _flat(" ".join(tree.body.itertext()))
    cards = [(_line(each), _address(each)) for each in tree.xpath("//h3")]
    rows = [
        (section, _line(link), link.get("href"))
        for section in LISTS
        for link in tree.xpath(f'//h2[.="{section}"]/following-sibling::table[1]//a[@class="item"]')
    ]
    events = [_line(link) for link in tree.xpath('//td[@class="event"]/a')]
    paragraphs = [_said(p) for p in tree.xpath("//p[not(@class)]")]
    also = [(name, url) for section, name, url in rows if section == ALSO]
    return Seen(
        stories=(*cards, *also),
        passages=(
            *(name for name, _ in cards),
            *(name for _, name, _ in rows),
            *(_line(each) for each in tree.xpath("//p[@class='step']/a")),
            *events,
            *paragraphs,
        ),
        addresses=addresses,
        words=words,
    )


def in_markdown(document: str) -> Seen:
    """The Markdown: headings, list rows, lines that end in a linked source."""
    lines = document.splitlines()
    cards = [_linked(line) for line in lines if line.startswith("### ")]
    rows = [
        (section, *_linked(line))
        for section in LISTS
        for line in _section(lines, "## " + section)
        if line.startswith("- ")
    ]
    quoted = [
        line for line in _section(lines, "## " + TOP) if _MARKED.search(line) and not line.startswith("- ")
    ]
    also = [(name, url) for section, name, url in rows if section == ALSO]
    sentences = [_plain(_MARKED.sub("", line).removeprefix("> ")) for line in quoted]
    return Seen(
        stories=(*cards, *also),
        passages=(*(name for name, _ in cards), *(name for _, name, _ in rows), *sentences),
        addresses=tuple(re.findall(r"\]\(<([^>]*)>\)", document)),
        words=_flat(_plain(document).replace("**", "")),
    )


def in_text(document: str) -> Seen:
    """The plain text: numbered headlines, indented blocks that end in a source, list rows up to their address."""
    blocks = document.split("\n\n")
    cards, sentences = [], []
    for block in blocks:
        lines = block.splitlines()
        if re.match(r"\[\w+\] ", lines[0]):
            cards.append(_named(lines[_numbered(lines) :]))
        at = [i for i, line in enumerate(lines) if re.match(r"   (\| )?— ", line)]
        sentences += [" ".join(line.strip(" |") for line in lines[: at[0]])] if at else []
    rows = [(section, *row) for section in LISTS for row in _text_rows(document, section)]
    also = [(name, url) for section, name, url in rows if section == ALSO]
    return Seen(
        stories=(*cards, *also),
        passages=(
            *(name for name, _ in cards),
            *(name for _, name, _ in rows),
            *(each.removeprefix("What’s new ") for each in sentences),
        ),
        addresses=tuple(ADDRESS.findall(document)),
        words=_flat(document.replace("\n   | ", "\n")),
    )


def in_json(document: str) -> Seen:
    """The frozen content: every field that holds words of an outlet."""
    issue = json.loads(document)
    told = [*issue["top"], *issue["also"]]
    quotes = [quote for story in told for quote in (*story["quotes"], *story["whats_new"])]
    others = [each for story in told for each in story["developments"]]
    quotes += [quote for each in others for quote in (*each["quotes"], *each["whats_new"])]
    passages = [
        *(story["headline"] for story in (*told, *others)),
        *(quote["text"] for quote in quotes),
        *(line for _, line in issue["lines"]),
        *(title for story in told for _, title in story["so_far"]),
        *(fact["text"] for story in told for fact in story["facts"]),
        *(fact["sentence"] for story in told for fact in story["facts"] if fact["sentence"]),
        *(mention["headline"] for mention in issue["rest"]),
        *(thread["headline"] for thread in issue["quiet"]),
        *(probe["headline"] for probe in issue["probes"]),
        *(title for title, _, _ in issue["coverage"]["near_misses"]),
    ]
    return Seen(
        stories=tuple((story["headline"], story["url"]) for story in told),
        passages=tuple(_flat(each) for each in passages),
        addresses=tuple(_urls(issue)),
        words=_flat(" ".join(passages)),
    )


READERS = {"html": in_html, "txt": in_text, "md": in_markdown, "json": in_json}


def _urls(value):
    if isinstance(value, dict):
        yield from (value["url"],) if value.get("url") else ()
        for each in value.values():
            yield from _urls(each)
    elif isinstance(value, list):
        for each in value:
            yield from (each,) if isinstance(each, str) and ADDRESS.fullmatch(each) else _urls(each)


def _numbered(lines):
    return next(i for i, line in enumerate(lines) if re.match(r"\d+\. ", line))


def _named(lines):
    """A headline that may go on over several lines, and the address below it."""
    at = next(i for i, line in enumerate(lines) if ADDRESS.search(line))
    name = " ".join(line.strip() for line in lines[:at])
    return re.sub(r"^(\d+\.|\*) ", "", name), lines[at].strip()


def _text_rows(document, section):
    lines = document.splitlines()
    if section not in lines:
        return
    start = lines.index(section) + 2
    ends = (i - 1 for i in range(start, len(lines)) if re.fullmatch("-{3,}", lines[i]))
    item = []
    for line in lines[start : next(ends, len(lines))]:
        item = [line] if line.startswith("* ") else [*item, line]
        if item and item[0].startswith("* ") and ADDRESS.fullmatch(line.strip()):
            name, url = _named(item)
            end = r" \((?:last heard|\d+ newsroom)[^()]*\)$" if section in {LISTS[0], LISTS[2]} else _SOURCE
            yield (re.sub(end, "", name) if section != LISTS[3] else name), url
            item = []


def _section(lines, title):
    starts = [i for i, line in enumerate(lines) if line == title or line.startswith(title + " · ")]
    for line in lines[starts[0] + 1 :] if starts else ():
        if line.startswith("## "):
            return
        yield line


def _linked(line):
    name, url = re.search(r"\[((?:\\.|[^\]\\])*)\]\(<([^>]*)>\)", line).groups()
    return _plain(name), url


def _plain(text):
    """Markdown without its escapes."""
    return html.unescape(re.sub(r"\\(.)", r"\1", text))


def _said(paragraph):
    """A paragraph's own words: without the label before and the source behind."""
    for part in paragraph.xpath("./span"):
        part.drop_tree()
    return _line(paragraph)


def _address(element):
    links = element.xpath(".//a/@href")
    return links[0] if links else ""


def _line(element):
    return _flat(element.text_content())


def _flat(text):
    return " ".join(text.split())
