"""The archives of real news, read from the folder of QUALITY_DATA: dated items by outlet, in time order.

Three outlets give headlines only, People's Daily full texts. Only days are known; the times of day are made up, always alike.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADLINES, TEXTS = "headlines-2018-2019.tsv", "peoples-daily-tariff.tsv"
PEOPLES_DAILY = "peoplesdaily"


@dataclass(frozen=True)
class Piece:
    """One item of an archive; `text` is "" where only the headline is known."""

    id: str
    outlet: str
    published: datetime
    title: str
    text: str = ""


def pieces(folder: Path) -> tuple[Piece, ...]:
    """All items of both archives, oldest first."""
    found = [*_headlines(folder / HEADLINES), *_texts(folder / TEXTS)]
    return tuple(sorted(found, key=lambda piece: (piece.published, piece.id)))


def article_id(url: str) -> str:
    """The short name of a full text: what notes call it by."""
    return hashlib.sha256(url.encode()).hexdigest()[:10]


def _headlines(file):
    for row in _rows(file):
        yield Piece(row["id"], row["source"], _moment(row["date"], row["id"]), row["headline"])


def _texts(file):
    for row in _rows(file):
        identity = article_id(row["url"])
        yield Piece(identity, PEOPLES_DAILY, _moment(row["date"], identity), row["title"], row["text"])


def _rows(file):
    csv.field_size_limit(1_000_000)
    with file.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _moment(day, key):
    """Between 05:00 and 22:59 UTC of the day."""
    minutes = 300 + int(hashlib.sha256(key.encode()).hexdigest(), 16) % 1080
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes)
