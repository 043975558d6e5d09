"""Each command does what its help says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from email import message_from_bytes, policy

import pytest

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW, SOURCES
from tests.deliver.servers import Sink, serving
from tests.promised import ends

AT = "2026-03-09T12:00:00Z"
OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="One" type="rss" xmlUrl="http://one.example/feed"/><outline text="Two" type="rss" xmlUrl="http://two.example/feed"/>
</body></opml>"""


@pytest.fixture
def site(place):
    import shutil

    shutil.rmtree(place / "config")
    with serve(NOW) as opened:
        write_config(place / "config", opened)
        yield opened


def test_init_writes_what_is_missing_and_touches_nothing(monitor, tmp_path):
    home = tmp_path / "home"
    first = monitor("init", home)
    assert first.code == 0
    assert (home / "config" / "feeds.toml").exists()
    assert len(list((home / "seeds").glob("*.md"))) == 5
    (home / "config" / "monitor.toml").write_text("# mine\n")
    assert "everything is there" in monitor("init", home).out
    assert (home / "config" / "monitor.toml").read_text() == "# mine\n"


def test_doctor_finds_a_fresh_house_in_order(monitor, place, feeds):
    feeds(one="http://127.0.0.1:9/")
    run = monitor("doctor")
    assert (run.code, [line for line in run.lines if line.startswith("FAIL")]) == (0, [])


def test_doctor_fails_with_advice(monitor, place):
    (place / "seeds" / "one.md").unlink()
    run = monitor("doctor")
    assert run.code == 1
    assert re.search(r"FAIL +topic trade: no readable seed", run.out)
    assert re.search(r"FAIL +feeds.toml: none is enabled", run.out)


def test_a_poll_looks_once_for_what_all_its_feeds_suffer_from(monitor, feeds, monkeypatch):
    from monitor.pipeline.gathering import poll

    looked = []
    monkeypatch.setattr(poll, "common_cause", lambda asked: looked.append(len(list(asked))))
    feeds(**{f"f{n}": f"http://127.0.0.1:9/{n}" for n in range(5)})
    assert "f4" in monitor("poll").out
    assert looked == [5]


def test_learn_and_profile_show_what_was_learnt(monitor, place):
    assert "profile version 1 from 1 seeds" in monitor("learn").out
    assert "profile version 1" in monitor("learn").out  # nothing changed, no new version
    (place / "seeds" / "two.txt").write_text(
        (place / "seeds" / "one.md").read_text().replace("soybeans", "sorghum")
    )
    assert "profile version 2 from 2 seeds" in monitor("learn").out
    shown = monitor("profile", "show")
    assert "facet China: china, chinese, beijing" in shown.out
    assert len(monitor("profile", "show", "--json").json["seeds"]) == 2


def test_the_steps_by_hand_come_to_the_same_as_digest(monitor, site):
    assert "7 of 9 answered" in monitor("poll", "--now", AT).out
    assert "pages read" in monitor("read", "--now", AT).out
    assert "on topic" in monitor("score", "--now", AT).out
    run = monitor("digest", "--now", AT, "--out", "out", "--json")
    assert run.code == 0
    assert len(run.json["stories"]) >= 5
    assert [f.rpartition(".")[2] for f in run.json["files"]] == ["html", "txt", "eml", "ics"]


def test_a_dry_run_freezes_nothing(monitor, site):
    assert "preview of issue 1" in monitor("digest", "--now", AT, "--out", "out", "--dry-run").out
    assert monitor("status", "--json").json["topics"][0]["issues"] == 0


def test_a_dry_run_leaves_the_files_of_an_issue_as_they_are(monitor, site, tmp_path):
    out = tmp_path / "out"
    assert monitor("digest", "--now", AT, "--out", out).code == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    later = "2026-03-10T12:00:00Z"
    run = monitor("digest", "--now", later, "--since", "2026-03-01", "--out", out, "--dry-run")
    assert run.code == 0, run.err
    assert before.items() <= {file.name: file.read_bytes() for file in out.iterdir()}.items()


def test_feeds_check_judges_every_feed_and_stores_nothing(monitor, site):
    run = monitor("feeds", "check", "--now", AT)
    assert run.code == 1  # two of them are broken on purpose
    found = {line.split("\t")[0]: line.split("\t")[1] for line in run.lines}
    assert found["granite-tribune"] == "unreachable"
    assert found["copper-kettle-news"] == "html"
    assert list(found.values()).count("ok") == len(SOURCES) - 2
    assert monitor("status", "--json").json["articles"] == {}


def test_feeds_add_finds_the_feed_and_keeps_the_file(monitor, site, place):
    file = place / "config" / "feeds.toml"
    source = SOURCES[0]
    blocks = file.read_text().split("[[feed]]\n")
    file.write_text("# my feeds\n" + "[[feed]]\n".join(["", *(b for b in blocks[1:] if source.id not in b)]))
    before = file.read_text()
    run = monitor("feeds", "add", site.url(source), "--name", "Ledger")
    assert run.code == 0, run.err
    assert file.read_text().startswith(before.rstrip("\n"))
    assert any(line.startswith("ledger\t") for line in monitor("feeds", "list").lines)
    assert monitor("feeds", "add", site.url(source)).code == 2


def test_a_list_with_one_unusable_entry_is_imported_without_it(monitor, place):
    """Folders of other programs are named as people name things; an entry of no use costs no other."""
    entries = "".join(f'<outline text="Feed {n}" xmlUrl="https://s{n}.example/rss"/>' for n in range(3))
    (place / "in.opml").write_text(
        f'<opml version="2.0"><body><outline text="Tech News">{entries}</outline><outline text="新闻">'
        '<outline text="Xinwen" xmlUrl="https://x.example/rss"/></outline>'
        '<outline text="Odd" xmlUrl="https://o.example/rss" xmlns:monitor="https://example.org/monitor/opml" monitor:trust="9"/>'
        '<outline text="Elsewhere" xmlUrl="https://e.example/rss" xmlns:monitor="https://example.org/monitor/opml"'
        ' monitor:topics="whales"/></body></opml>'
    )
    imported = monitor("feeds", "import", "in.opml")
    assert imported.code == 0
    assert imported.lines[0] == "added 4 feeds, 0 were known"
    assert [line.split(":")[0] for line in imported.lines[1:]] == ["left out Odd", "left out Elsewhere"]
    groups = {feed["name"]: feed["group"] for feed in monitor("feeds", "list", "--json").json}
    assert groups == dict.fromkeys(("Feed 0", "Feed 1", "Feed 2"), "tech-news") | {"Xinwen": "press"}


def test_opml_round_trip(monitor, place):
    (place / "in.opml").write_bytes(OPML)
    assert "added 2 feeds, 0 were known" in monitor("feeds", "import", "in.opml").out
    assert "added 0 feeds, 2 were known" in monitor("feeds", "import", "in.opml").out
    exported = monitor("feeds", "export")
    assert exported.code == 0
    (place / "out.opml").write_text(exported.out)
    (place / "config" / "feeds.toml").write_text("")
    assert "added 2 feeds, 0 were known" in monitor("feeds", "import", "out.opml").out


def test_parse_gives_json_lines(monitor, place):
    (place / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>x</title><item><title>A \x0b title</title><link>/a</link></item></channel></rss>"
    )
    rows = monitor("parse", "feed.xml", "--url", "http://example.org/feed.xml").rows
    assert [(r["title"], r["url"]) for r in rows] == [("A title", "http://example.org/a")]


def test_extract_reads_pages_from_lines(monitor):
    paragraphs = "".join(
        f"<p>On day {n} the ministry said that eleven firms would need licences for {thing} they sell abroad.</p>"
        for n, thing in enumerate("tools lamps pumps drills cranes motors valves gears".split())
    )
    page = f"<html lang='en'><head><title>T</title></head><body><article><h1>Firms</h1>{paragraphs}</article></body></html>"
    lines = [{"id": 7, "url": "http://example.org/a", "html": page}, {"id": 8, "html": ""}]
    rows = monitor("extract", "--jsonl", stdin="\n".join(map(json.dumps, lines)).encode()).rows
    assert [row["id"] for row in rows] == [7, 8]
    assert "eleven firms would need licences" in rows[0]["text"]
    assert rows[0]["error"] is None
    assert set(rows[0]) == {
        "id",
        "title",
        "text",
        "published",
        "published_is_approximate",
        "authors",
        "language",
        "error",
    }
    assert rows[1]["error"]


def test_score_jsonl_is_the_same_byte_for_byte(monitor):
    articles = [
        ("a", "Washington raises tariff on Chinese steel", "2026-03-03T09:00:00Z"),
        ("b", "Washington raises tariff on Chinese steel", "2026-03-03T10:00:00Z"),
        ("c", "Village choir wins prize", "2026-03-04T09:00:00Z"),
    ]
    stdin = "\n".join(
        json.dumps(
            {"id": i, "title": t, "text": "", "published": p, "source": "x", "url": f"http://x.example/{i}"}
        )
        for i, t, p in articles
    ).encode()
    first, second = monitor("score", "--jsonl", stdin=stdin), monitor("score", "--jsonl", stdin=stdin)
    assert first.out == second.out
    rows = {row["id"]: row for row in first.rows}
    assert {"id", "relevance", "relevant", "novelty", "story", "duplicate_of", "why"} <= set(rows["a"])
    assert (rows["a"]["relevant"], rows["c"]["relevant"]) == (True, False)
    assert rows["b"]["duplicate_of"] == "a"
    assert rows["b"]["story"] == rows["a"]["story"]


@pytest.fixture
def sink():
    taker = Sink()
    with serving(taker) as port:
        taker.port = port
        yield taker


def test_the_digest_arrives_by_mail_one_message_for_each_reader(monitor, site, place, sink):
    topic = place / "config" / "topics" / "us-china-trade.toml"
    topic.write_text(
        topic.read_text().replace("recipients = []", 'recipients = ["a@example.org", "b@example.org"]', 1)
    )
    main = place / "config" / "monitor.toml"
    smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\nsender = "Monitor <m@example.org>"\n'
    main.write_text(main.read_text() + smtp)
    assert "preview" in monitor("digest", "--now", AT, "--out", "out").out
    run = monitor("digest", "--now", AT, "--out", "out", "--send", "--json")
    assert run.code == 0, run.err
    assert sorted(to for _, to, _ in sink.taken) == [["a@example.org"], ["b@example.org"]]
    headlines = [story["headline"] for story in run.json["stories"]]
    for _, to, content in sink.taken:
        message = message_from_bytes(content, policy=policy.default)
        assert message.get_content_type() == "multipart/alternative"
        assert message["To"] == to[0]
        plain, page = message.iter_parts()
        assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
        urls = [story["url"] for story in run.json["stories"]]
        assert all(url in plain.get_content() for url in urls)
        assert all(url.replace("&", "&amp;") in page.get_content() for url in urls)
        assert any(headline in " ".join(plain.get_content().split()) for headline in headlines)
    ids = {message_from_bytes(content)["Message-ID"] for _, _, content in sink.taken}
    assert len(ids) == 2
    again = monitor("digest", "--now", AT, "--out", "out", "--send")
    assert again.code == 0
    assert len(sink.taken) == 2


def test_run_once_does_what_is_due(monitor, site, place):
    assert monitor("run", "--once", "--now", AT).code == 0
    status = monitor("status", "--json", "--now", AT).json
    assert status["articles"]["scored"] > 0
    assert status["topics"][0]["issues"] == 0  # a fresh house owes nobody the past
    assert monitor("run", "--once", "--now", "2026-03-16T12:00:00Z").code == 0
    assert monitor("run", "--once", "--now", "2026-03-16T13:00:00Z").code == 0
    assert monitor("status", "--json", "--now", "2026-03-16T13:00:00Z").json["topics"][0]["issues"] == 1


def test_the_daemon_beats_and_stops_at_a_signal(place, site):
    command = [sys.executable, "-m", "monitor", "run", "--now", AT, "--tick-s", "0.5"]
    daemon = subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True)
    try:
        events = []
        for line in daemon.stderr:
            events.append(json.loads(line))
            if events[-1]["event"] == "tick.done":
                break
        assert (
            subprocess.run([sys.executable, "-m", "monitor", "health"], cwd=place, check=False).returncode
            == 0
        )
        with ends(idle_s=1):
            daemon.terminate()
            rest = daemon.stderr.read()
            assert daemon.wait() == 0
        assert '"daemon.stopped"' in rest
        assert [e for e in events if e["level"] in ("error", "critical")] == []
    finally:
        daemon.kill()
        daemon.wait()
        daemon.stderr.close()


def test_help_is_light():
    code = (
        "import sys; sys.argv = ['monitor', '--help']\n"
        "from monitor.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'trafilatura', 'aiohttp', 'feedparser', 'pydantic', 'jinja2', 'apscheduler', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stderr.strip() == "[]"


def test_a_topic_that_cannot_be_used_is_said_and_the_others_get_their_digest(monitor, place, site):
    topics = place / "config" / "topics"
    (topics / "broken.toml").write_text("title = [")
    (topics / "unseeded.toml").write_text('title = "x"\nsentence = "x"\nseeds = "nowhere"\n')
    run = monitor("digest", "--now", AT)
    assert run.code == 1
    assert "left out broken: " in run.err
    assert "unseeded: no folder of seeds" in run.err
    assert list(place.glob("out/*.html"))
    assert monitor("learn", "--topic", "broken").code == 2
    shown = monitor("status", "--now", AT)
    assert shown.code == 0
    assert "broken: SKIPPED: " in shown.out
    assert "unseeded: SKIPPED: no folder of seeds" in shown.out
    assert [each["id"] for each in monitor("status", "--json").json["broken_topics"]] == [
        "broken",
        "unseeded",
    ]
    assert "topic broken: skipped: " in monitor("doctor", "--offline").out
