"""Makes an archive to measure with: `python -m bench.archive FOLDER ARTICLES`.

A thousand invented articles are scored by the product, and the same rows stored again and again, each time eight weeks older, so that
the archive grows and the news does not. One of them holds the word zzyzx.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from bench.score import NOW, PERIOD, RARE, ROOT, invent, repeat, store
from monitor import app
from monitor.cli.logs import configure
from monitor.pipeline.gathering import readdress
from monitor.pipeline.judging import learn, score
from monitor.pipeline.ports import Context
from monitor.store import articles as articles_store
from monitor.store import wordindex
from monitor.store.schema import articles, issues, scores, sightings
from monitor.stories import KEPT


def fill(folder: Path, size: int) -> None:
    """Make a configuration without feeds and a database of `size` articles, one in RARE on the topic, all of them scored."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (config / "feeds.toml").write_text("")
    with app.opened(config=config, data=folder / "data", now=NOW) as context:
        learn.learn_topic(context, context.settings.topics[0])
        store(context, invent(5, PERIOD, relevant=RARE))
        score.score_articles(context)
        readdress.readdress_articles(context)  # what is done once to all that an earlier version stored
        _show(context, 0)
        for age in range(1, size // PERIOD):
            repeat(context, age)
            _show(context, age)
        _close(context)
        with context.store.begin() as connection:
            one = articles_store.get(connection, [7])[7]
            articles_store.put(connection, [replace(one, title=f"{one.title} zzyzx")])


def _close(context: Context) -> None:
    """Give all but the newest copy to an issue of then."""
    at = NOW - KEPT
    texts = dict.fromkeys(("subject", "html", "text", "markdown", "json", "sha256"), "")
    issue = {
        "id": 1,
        "topic": "none",
        "number": 1,
        "since": at,
        "until": at,
        "composed_at": at,
        "digest": "{}",
    }
    with context.store.begin() as connection:
        connection.execute(issues.insert().values(issue | texts))
        connection.execute(
            scores.update().where(scores.c.article_id > PERIOD).values(issue_id=1, fate="below")
        )


def _show(context: Context, age: int) -> None:
    """Sightings and words of the articles of one copy."""
    with context.store.begin() as connection:
        first = age * PERIOD
        query = articles.select().where(articles.c.id > first, articles.c.id <= first + PERIOD)
        rows = connection.execute(query).all()
        connection.execute(
            sightings.insert(),
            [
                {"feed_id": "f", "guid": each.key, "article_id": each.id, "seen_at": each.seen_at}
                for each in rows
            ],
        )
        texts = {each.id: wordindex.Texts(each.title, each.summary, each.text) for each in rows}
        wordindex.enter(connection, texts)


if __name__ == "__main__":
    configure(level="error", style="auto")
    fill(Path(sys.argv[1]), int(sys.argv[2]))
