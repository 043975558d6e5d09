"""Issues for readers: what tests of delivery begin with."""

from __future__ import annotations

from dataclasses import replace

from monitor.digests.frozen import to_json
from monitor.model import RenderedDigest
from monitor.settings import SmtpSettings, TopicSettings
from monitor.store import issues as issues_store
from tests.digests import samples

SMTP = SmtpSettings(host="127.0.0.1", sender="Monitor <monitor@example.org>", security="none")


def topic(*recipients, **values):
    return TopicSettings(
        **{
            "id": "trade",
            "title": "Trade",
            "sentence": "Trade.",
            "recipients": recipients,
            "facets": ({"name": "Measures", "aliases": ("tariff*",)},),
        }
        | values
    )


def frozen(context, *, number=1, topic="trade"):
    """An issue, frozen; its bodies are short."""
    digest = replace(samples.digest(top=1, also=0), topic=topic, issue=number, composed_at=context.now)
    rendered = RenderedDigest(
        subject=f"Issue {number}",
        html=f"<p>Issue {number}</p>",
        text=f"Issue {number}",
        markdown="",
        json=to_json(digest),
    )
    with context.store.begin() as connection:
        return issues_store.freeze(
            connection,
            topic=topic,
            number=number,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=rendered,
            told=[],
        )
