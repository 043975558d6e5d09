"""Feeds that say badly which article is which, or when: served for two weeks, and what becomes of their entries in two issues.

Every document is taken the whole way, as bytes, through the command line: a rule that holds for entries is of no use when the
reading before it has merged them.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from monitor.demo.config import TOPIC, main
from tests.path.conftest import monitor
from tests.replay.editions import rows

TIMES = ("2026-03-09T12:00:00Z", "2026-03-16T12:00:00Z")
SAID = "China and the United States said so on Monday; Washington kept its tariffs on steel, Beijing its export controls."
DATE = "<pubDate>Sun, 08 Mar 2026 08:30:00 GMT</pubDate>"


def item(title, link, guid="", date=DATE):
    said = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return (
        f"<item><title>{title}</title><link>{link}</link>{said}{date}<description>{SAID}</description></item>"
    )


SOY = "China and United States extend tariff truce on soybeans"
CHIPS = "Washington adds Chinese chip makers to export control list as Beijing vows tariffs"
# Feed -> (what it shows in the first week, in the second; how many articles that makes after each). SITE is the server.
DOCUMENTS = {
    "status page with ids": (item(SOY, "SITE/s", "1") + item(CHIPS, "SITE/s", "2"), "", 2, 2),
    "one address and no ids": (item(SOY, "SITE/n") + item(CHIPS, "SITE/n"), item(CHIPS, "SITE/n"), 2, 2),
    "the address as every id": (item(SOY, "SITE/i", "SITE/i") + item(CHIPS, "SITE/i", "SITE/i"), "", 2, 2),
    "front page and no ids": (item(SOY, "SITE") + item(CHIPS, "SITE"), "", 2, 2),
    "told by a parameter": (item(SOY, "SITE/p?ref=1", "1") + item(SOY, "SITE/p?ref=2", "2"), "", 2, 2),
    "an id used again": (item(SOY, "SITE/mon", "latest"), item(CHIPS, "SITE/tue", "latest"), 1, 2),
    "ahead, no zone": (item(SOY, "SITE/a", "1", "<pubDate>2026-03-09 17:20:33</pubDate>"), "", 1, 1),
    "all alike": (item(SOY, "SITE/o", "1") * 2, item(SOY, "SITE/o", "1"), 1, 1),
    "all alike, no ids": (item(SOY, "SITE/m") * 2, item(SOY, "SITE/m"), 1, 1),
    "another id": (item(SOY, "SITE/x", "1"), item(SOY, "SITE/x", "2"), 1, 1),
    "another tracker": (item(SOY, "SITE/t?utm_source=a"), item(SOY, "SITE/t?utm_source=b"), 1, 1),
}


class _Feeds(BaseHTTPRequestHandler):
    """`/<week>/<number>` is a feed's document; there is nothing else, so that the feed's own text is all there is to read."""

    def do_GET(self):
        _, *parts = self.path.split("/")
        site = f"http://127.0.0.1:{self.server.server_port}"
        if len(parts) == 2 and parts[0] == "feed":
            shown = list(DOCUMENTS.values())[int(parts[1])][self.server.week]
            body = f'<rss version="2.0"><channel><title>F</title><link>{site}/</link>{shown}</channel></rss>'
            body = body.replace("SITE", f"{site}/{parts[1]}").encode()
        else:
            body = b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Stay silent."""


@contextmanager
def served():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Feeds) as server:
        server.week = 0
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Of each week: the articles as (feed, title, issue), the revisions, and the issue as JSON."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "config" / "topics").mkdir(parents=True)
    shutil.copy(TOPIC, folder / "config" / "topics")
    weeks = []
    with served() as server:
        site = f"http://127.0.0.1:{server.server_port}"
        (folder / "config" / "monitor.toml").write_text(main(site), "utf-8")
        feeds = [
            f'[[feed]]\nid = "f{n}"\nname = "{name}"\nurl = "{site}/feed/{n}"\n'
            for n, name in enumerate(DOCUMENTS)
        ]
        (folder / "config" / "feeds.toml").write_text("\n".join(feeds), "utf-8")
        for number, now in enumerate(TIMES, start=1):
            run = monitor(folder, "digest", "--now", now, "--out", "out", "--format", "json")
            assert run.returncode == 0, run.stderr
            articles = rows(
                folder,
                """select a.feed_id, a.title, i.number from articles a join scores s on s.article_id = a.id
                    left join issues i on i.id = s.issue_id""",
            )
            issue = json.loads(next(folder.glob(f"out/*issue-{number}.json")).read_text("utf-8"))
            weeks.append((articles, rows(folder, "select old, new from revisions"), issue))
            server.week = 1
    return weeks


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_entry_is_the_article_it_is_in_the_first_issue_after_it_was_seen(found, name):
    feed = f"f{list(DOCUMENTS).index(name)}"
    for week, (articles, _, _) in enumerate(found):
        of_feed = [(title, number) for each, title, number in articles if each == feed]
        assert len(of_feed) == DOCUMENTS[name][2 + week], (week, of_feed)
        assert all(number is not None for _, number in of_feed), of_feed
        assert sum(number == 1 for _, number in of_feed) == DOCUMENTS[name][2], of_feed


def test_nothing_is_said_to_have_changed(found):
    for _, revisions, issue in found:
        assert revisions == []
        assert issue["changed"] == []
