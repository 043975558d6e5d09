"""Issues made by the product's own command line from replayed weeks, and what its database holds about them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.path.conftest import monitor
from tests.replay.server import write_config

ENDINGS = ("html", "txt", "md", "json")
LATE = timedelta(
    days=3
)  # an article dated so long before the period may still be in it; not in a first issue
_TIME = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Edition:
    """One frozen issue, its files, and the database it was made from."""

    folder: Path
    number: int

    def __str__(self):
        return f"{self.folder.name}, issue {self.number}"

    def file(self, ending):
        return next(self.folder.glob(f"out/*issue-{self.number}.{ending}")).read_text("utf-8")

    @property
    def content(self):
        return json.loads(self.file("json"))

    @property
    def span(self):
        """Where its period begins and ends."""
        issue = self.content
        return tuple(datetime.fromisoformat(issue[name]) for name in ("since", "until"))

    def rows(self, query, **values):
        return rows(self.folder, query, number=self.number, **values)

    def members(self):
        """Of each article it chose from: id, story, outlet, country, relevance."""
        since, until = self.span
        oldest = since if self.number == 1 else since - LATE
        query = """select a.id, s.story_id, a.outlet, a.country, s.relevance from scores s
            join articles a on a.id = s.article_id join issues i on i.id = s.issue_id
            where s.is_relevant and i.number = :number and a.published > :oldest and a.published <= :until"""
        return self.rows(query, oldest=stored(oldest), until=stored(until))


def rows(folder, query, **values):
    with sqlite3.connect(f"file:{folder / 'data' / 'monitor.db'}?mode=ro", uri=True) as connection:
        found = connection.execute(query, values).fetchall()
    connection.close()
    return found


def stored(moment):
    """A moment as the database writes it."""
    return moment.astimezone(UTC).strftime(_TIME)


def make(folder, site, ends):
    """One database below `folder`, and an issue for each week that ends at `ends`."""
    folder.mkdir()
    write_config(folder / "config", site)
    for end in ends:
        site.set_now(end)
        run = monitor(
            folder, "digest", "--now", end.strftime("%Y-%m-%dT%H:%M:%SZ"), "--out", "out",
            "--format", "html,text,md,json",
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
    return [Edition(folder, number) for number in range(1, len(ends) + 1)]


def telling(folder):
    """Everything stored that may be quoted, each text on one line: titles, texts, summaries, titles as they were before."""
    query = "select title, text, summary from articles union all select old, '', '' from revisions"
    return "\n".join(" ".join(part.split()) for row in rows(folder, query) for part in row if part)
