"""The mails that are checked: the invented issues of tests/digests, and the two the demo writes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.deliver.message import build, message_id
from monitor.demo import month
from monitor.digests.personal import leaving
from monitor.digests.render import _written, render
from monitor.digests.tidy import tidy
from monitor.digests.view import page
from monitor.digests.words import LANGUAGES
from monitor.model import Digest
from tests.digests.samples import COVERAGE, TOPIC, digest

CHINESE = TOPIC.model_copy(update={"language": "zh-Hans", "title": "美中贸易"})
NONE_FAILED = replace(COVERAGE, feeds_answered=31, failing=())
BLIND = replace(
    COVERAGE,
    **dict.fromkeys(
        ("feeds_answered", "entries", "articles", "relevant", "stories", "outlets", "countries"), 0
    ),
    **dict.fromkeys(("read_pages", "read_feed_only"), 0),
    near_misses=(),
    weeks=(*COVERAGE.weeks[:-1], ("2026-W47", 0)),
)
NUMBERS = {words["numbers"] for words in LANGUAGES.values()}  # a heading of the text part only
BASE_URL = "https://digest.example"
SENDER, READER = "Trade Monitor <digest@example.org>", "reader@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, with the HTML as it was before its styles were written into the elements ("" when not at hand)."""

    name: str
    html: str
    text: str
    eml: bytes
    raw: str = ""
    in_order: tuple[str, ...] = ()  # what a reader meets, first to last


def samples() -> tuple[Mail, ...]:
    """The invented issues: full, quiet, Chinese, all feeds down."""
    issues = {
        "full": digest(base_url=BASE_URL),
        "quiet": digest(0, 0, coverage=NONE_FAILED),
        "chinese": digest(topic=CHINESE),
        "feeds-down": digest(0, 0, coverage=BLIND),
    }
    return tuple(_mail(name, issue) for name, issue in issues.items())


def demo_issues(folder: Path) -> tuple[Mail, ...]:
    """The issues of the demo's two weeks; () when the demo did not end well."""
    if month.play_month(folder, say=print):
        return ()
    return tuple(
        _written_mail(name, next((folder / "out").glob(f"*issue-{number}.html")))
        for name, number in (("demo", 1), ("demo-2", 2))
    )


def _mail(name: str, issue: Digest) -> Mail:
    rendered, shown = render(issue), page(tidy(issue))
    eml = build(
        rendered,
        digest=issue,
        sender=SENDER,
        recipient=READER,
        message_id=message_id(f"{issue.topic}/{issue.issue}", READER, "example.org"),
        date=issue.composed_at,
        leave_url=leaving(issue.topic, READER, secret=b"invented", base_url=issue.base_url),
    )
    return Mail(
        name=name,
        html=rendered.html,
        text=rendered.text,
        eml=eml,
        raw=_written("body.html", shown, None),
        in_order=_order(rendered.text, [card.headline for card in shown.top]),
    )


def _written_mail(name: str, html: Path) -> Mail:
    text = html.with_suffix(".txt").read_text("utf-8")
    headlines = re.findall(r"^\d\. (.+)$", text, re.MULTILINE)
    return Mail(
        name=name,
        html=html.read_text("utf-8"),
        text=text,
        eml=html.with_suffix(".eml").read_bytes(),
        in_order=_order(text, headlines),
    )


def _order(text: str, headlines: list[str]) -> tuple[str, ...]:
    """Section titles and headlines as the text part has them: the order that is meant."""
    titles = re.findall(r"^(.+)\n-{3,}$", text, re.MULTILINE)
    return tuple(sorted({*titles, *headlines} - NUMBERS, key=text.index))
