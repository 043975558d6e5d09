"""Reading measured: pages and their snippets, dates, speed. Readers of public corpora and the tallies made of them.

READING_DATA names a folder with any of these, as their repositories have them (none is part of the project):
  trafilatura/   the folder tests/ of adbar/trafilatura: evaldata.json, cache/, eval/
  htmldate/      the folder tests/ of adbar/htmldate: eval_mediacloud_2020.json, test_set/
  wcxb/          Murrough-Foley/web-content-extraction-benchmark: dev/ and test/, each with ground-truth/ and html/
  feedparser/    the folder tests/ of kurtmckee/feedparser: wellformed/, illformed/
  owasp/         XSS_Filter_Evasion_Cheat_Sheet.md of OWASP/CheatSheetSeries, folder cheatsheets/
"""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from monitor.articles.extract import extract
from monitor.model import Page

FOLDER = os.environ.get("READING_DATA", "")


def corpus(name):
    """The folder of one corpus, None when READING_DATA does not hold it."""
    folder = Path(FOLDER) / name
    return folder if FOLDER and folder.is_dir() else None


def missing(name):
    """Why a test is skipped."""
    return f"SKIPPED: READING_DATA {f'has no folder {name}/' if FOLDER else 'is not set'} (tests/quality/reading_measures.py says what belongs there)"


@dataclass(frozen=True)
class Document:
    """A page, and what is known of it: snippets that belong to the article and snippets that do not, its date."""

    url: str
    body: bytes
    inside: tuple = ()
    outside: tuple = ()
    published: str = ""
    author: str = ""


def trafilatura_pages(folder):
    known = json.loads((folder / "evaldata.json").read_text("utf-8"))
    for url, item in sorted(known.items()):
        path = next(
            p for p in (folder / "cache" / item["file"], folder / "eval" / item["file"]) if p.is_file()
        )
        yield Document(url, path.read_bytes(), tuple(item["with"]), tuple(item["without"]))


def dated_news(folder):
    """200 news pages; five without a date in the annotation are left out."""
    known = json.loads((folder / "eval_mediacloud_2020.json").read_text("utf-8"))
    for url, item in known.items():
        if isinstance(item["date"], str):
            yield Document(url, (folder / "test_set" / item["file"]).read_bytes(), published=item["date"])


def dateless_articles(folder):
    """Article pages whose annotation has no date."""
    for path in sorted(folder.glob("*/ground-truth/*.json")):
        known = json.loads(path.read_text("utf-8"))
        if known["_internal"]["page_type"]["primary"] == "article" and not known["ground_truth"].get(
            "publish_date"
        ):
            html = path.parents[1] / "html" / f"{path.stem}.html.gz"
            yield Document(known.get("url", ""), gzip.decompress(html.read_bytes()))


def articles_by_somebody(folder):
    """Article pages with and without an annotated author."""
    for path in sorted(folder.glob("*/ground-truth/*.json")):
        known = json.loads(path.read_text("utf-8"))
        if known["_internal"]["page_type"]["primary"] == "article":
            html = gzip.decompress((path.parents[1] / "html" / f"{path.stem}.html.gz").read_bytes())
            author = (known["ground_truth"].get("author") or "").strip()
            yield Document(known.get("url", ""), html, author=author)


@dataclass
class Snippets:
    """Found and missed snippets, and those that should not be there. The trafilatura project counts the same way."""

    found: int = 0
    leaked: int = 0
    lost: int = 0
    pages: int = 0
    took_s: float = 0.0

    def add(self, document, text):
        text = _single_spaced(text)
        found = sum(_single_spaced(snippet) in text for snippet in document.inside)
        self.found += found
        self.lost += len(document.inside) - found
        self.leaked += sum(_single_spaced(snippet) in text for snippet in document.outside)

    @property
    def f1(self):
        return 2 * self.found / (2 * self.found + self.leaked + self.lost)

    @property
    def rate(self):
        """Pages per second of processor time."""
        return self.pages / self.took_s


def _single_spaced(text):
    return " ".join(text.split())


def our_text(document):
    page = extract(document.body, url=document.url)
    return page.text if isinstance(page, Page) else ""


def plain_trafilatura(document, *, fast=False):
    import trafilatura

    return (
        trafilatura.extract(document.body, fast=fast, include_comments=False, include_formatting=False) or ""
    )


def snippets(documents, *ways):
    """One tally for each way, all measured page by page in turn: what else the machine does meets them alike."""
    tallies = [Snippets() for _ in ways]
    for number, document in enumerate(documents):
        order = list(zip(ways, tallies, strict=True))
        for way, tally in order[:: 1 if number % 2 else -1]:
            started = time.process_time()
            text = way(document)
            tally.took_s += time.process_time() - started
            tally.pages += 1
            tally.add(document, text)
    return tallies


@dataclass
class Dates:
    """How found dates compare with the annotated ones."""

    counts: Counter = field(default_factory=Counter)

    def add(self, document, found):
        self.counts[_verdict(document.published, found)] += 1

    def share(self, *verdicts):
        return sum(self.counts[v] for v in verdicts) / sum(self.counts.values())


def _verdict(said, found):
    if found is None:
        return "none"
    if not said:
        return "invented"
    # The annotation counts local days, we count UTC's.
    apart = abs((found - date.fromisoformat(said)).days)
    return "right" if apart == 0 else "next day" if apart == 1 else "wrong"


def our_date(document):
    page = extract(document.body, url=document.url)
    return page.published.date() if isinstance(page, Page) and page.published else None


def htmldate_date(document):
    """What trafilatura asks for: htmldate with its extensive search."""
    from htmldate import find_date

    text = document.body.decode("utf-8", "replace")
    found = find_date(text, original_date=True, url=document.url or None) if re.search(r"<\w", text) else None
    return date.fromisoformat(found) if found else None


def authors(documents, *ways):
    """One tally for each way; right: one of the annotated names is among those found, or what is found is a part of the annotation."""
    tallies = [Counter() for _ in ways]
    for document in documents:
        for way, tally in zip(ways, tallies, strict=True):
            found = _letters(" ".join(way(document)))
            wanted = [_letters(name) for name in re.split(r",| and |&|;|\|", document.author)]
            if not document.author:
                tally["spurious" if found else "silent"] += 1
            elif not found:
                tally["missing"] += 1
            else:
                is_right = any(name and name in found for name in wanted) or found in _letters(
                    document.author
                )
                tally["right" if is_right else "wrong"] += 1
    return tallies


def _letters(text):
    return " ".join(re.findall(r"\w+", text.casefold()))


def our_authors(document):
    page = extract(document.body, url=document.url)
    return page.authors if isinstance(page, Page) else ()


def trafilatura_authors(document):
    import trafilatura

    found = trafilatura.extract_metadata(document.body)
    return (found.author,) if found and found.author else ()


def dates(documents, *ways):
    tallies = [Dates() for _ in ways]
    for document in documents:
        for way, tally in zip(ways, tallies, strict=True):
            tally.add(document, way(document))
    return tallies


def say(line):
    """What `make quality` shows of a test."""
    print(f"\n{line}")  # noqa: T201


def table(title, rows):
    """Show measure, baseline, ours, target."""
    lines = [f"{name:56}{baseline:>12}{ours:>12}{target:>12}" for name, baseline, ours, target in rows]
    say("\n".join([title, f"{'measure':56}{'baseline':>12}{'ours':>12}{'target':>12}", *lines]))
