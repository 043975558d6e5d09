"""An issue that asks a question, mailed to two readers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.digests import personal
from monitor.digests.frozen import to_json
from monitor.digests.render import render
from monitor.model import Probe
from monitor.pipeline.delivering import deliver
from monitor.settings import DigestSettings, SmtpSettings, WebSettings
from monitor.store import articles as articles_store
from monitor.store import issues as issues_store
from tests import make
from tests.digests import samples
from tests.pipeline.judging.northland import SEED
from tests.web.readers import BASE, KEY, TOPIC


@pytest.fixture
def context(house, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    built = house(
        topics=[TOPIC],
        smtp=SmtpSettings(host="127.0.0.1", sender="digest@example.org"),
        digest=DigestSettings(base_url="https://digest.example"),
        web=WebSettings(port=8080),
    )
    return replace(built, link_key=KEY)


@pytest.fixture
def article(context):
    with context.store.begin() as connection:
        return articles_store.add(connection, make.article(title="Tariffs <b>rise</b>"), key="a")


@pytest.fixture
def issue(context, article):
    asked = personal.question("trade", 1, article, secret=KEY, base_url=BASE)
    probe = Probe(
        article_id=article, headline="Is it?", url="https://news.example/1", outlet="News",
        published=context.now, relevance=0.4, answer_url=asked,
    )  # fmt: skip
    digest = replace(
        samples.digest(), topic="trade", issue=1, base_url=BASE, probes=(probe,),
        online_url=personal.issue_page("trade", 1, secret=KEY, base_url=BASE),
    )  # fmt: skip
    with context.store.begin() as connection:
        frozen = issues_store.freeze(
            connection,
            topic="trade",
            number=1,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=render(digest),
            told=[],
        )
    deliver.enter(context, TOPIC, frozen)
    return frozen
