"""Articles: the text of a page or a seed file, when it was published, and which addresses mean the same article."""

from __future__ import annotations

from monitor.articles.boilerplate import strip_boilerplate
from monitor.articles.clean import seed_text, sentences_ready
from monitor.articles.dates import page_date
from monitor.articles.extract import extract
from monitor.articles.robots import joined, marks_of_headers
from monitor.articles.urls import host, key, safe_link, same_site, unwrap

__all__ = [
    "extract",
    "host",
    "joined",
    "key",
    "marks_of_headers",
    "page_date",
    "safe_link",
    "same_site",
    "seed_text",
    "sentences_ready",
    "strip_boilerplate",
    "unwrap",
]
