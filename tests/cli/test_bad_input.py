"""Whatever is wrong: a clear message that says what to do, the right exit code, nothing lost, no traceback."""

from __future__ import annotations

import http.server
import threading

import pytest

DEAD = "http://127.0.0.1:9/feed.xml"  # the discard port: nobody listens
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Ledger</title>
<item><title>Washington raises tariff on Chinese steel</title><link>{base}/a</link><guid>a</guid><description>American
duties on steel from China rise to 30 percent, Beijing protests.</description></item>{rest}</channel></rss>"""
ANSWERS = {
    "/good.xml": RSS.replace("{rest}", ""),
    "/broken.xml": RSS.replace(
        "{rest}", "<item><title>Beijing & Washington talk trade</title><link>{base}/b</link>"
    ),
    "/empty.xml": "<rss version='2.0'><channel><title>Nothing yet</title></channel></rss>",
    "/page.xml": "<!doctype html><html><head><title>Sorry</title></head><body><p>No feed here.</p></body></html>",
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        body = ANSWERS.get(self.path, "").replace("{base}", base).encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if self.path == "/page.xml" else "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def verdicts(run):
    return {line.split("\t")[0]: line.split("\t")[1] for line in run.lines if line.count("\t") == 4}


def test_each_kind_of_bad_feed_gets_its_word_and_stops_no_other(monitor, feeds, site):
    urls = {name: f"{site}/{name}.xml" for name in ("good", "broken", "empty", "page", "missing")}
    feeds(**urls, dead=DEAD)
    run = monitor("poll")
    assert run.code == 0
    found = verdicts(run)
    assert (found["page"], found["empty"], found["dead"], found["missing"]) == (
        "html",
        "empty",
        "unreachable",
        "broken",
    )
    assert "3 of 6 answered, 2 new articles" in run.out


def test_broken_xml_keeps_what_can_be_read(monitor, feeds, site):
    feeds(broken=f"{site}/broken.xml")
    assert monitor("poll").code == 0
    titles = {
        row["title"]
        for row in monitor("search", "trade", "--json").json + monitor("search", "tariff", "--json").json
    }
    assert titles == {"Washington raises tariff on Chinese steel", "Beijing & Washington talk trade"}


def test_no_feed_answers_poll_fails_and_says_what_to_do(monitor, feeds):
    feeds(dead=DEAD)
    run = monitor("poll")
    assert run.code == 1
    assert "0 of 1 answered" in run.out
    assert "Refused" in run.out


def test_without_any_network_the_digest_is_written_and_honest(monitor, feeds, place):
    feeds(one=DEAD, two=DEAD + "?2")
    run = monitor("digest", "--out", "out")
    assert run.code == 0, run.err
    assert "0 of 2 answered" in run.out
    text = next(place.glob("out/*.txt")).read_text()
    assert "0 of 2 feeds answered" in text
    assert sorted(f.suffix for f in place.glob("out/*")) == [".eml", ".html", ".txt"]


def test_missing_configuration_says_how_to_get_one(monitor, tmp_path):
    run = monitor("--config", tmp_path / "nowhere", "status")
    assert run.code == 2
    assert "nowhere" in run.err
    assert "monitor init" in run.err


def test_missing_feeds_file_says_how_to_get_one(monitor, place):
    (place / "config" / "feeds.toml").unlink()
    run = monitor("status")
    assert run.code == 2
    assert "feeds.toml" in run.err
    assert "monitor init" in run.err


def test_a_wrong_key_is_named_with_file_line_and_the_nearest_right_one(monitor, place):
    (place / "config" / "monitor.toml").write_text("[fetch]\n\ntimeot_s = 3\n")
    run = monitor("status")
    assert run.code == 2
    assert "monitor.toml:3" in run.err
    assert "timeout_s" in run.err


def test_an_unknown_time_zone_names_near_ones(monitor, place):
    with (place / "config" / "topics" / "trade.toml").open("a") as file:
        file.write('[schedule]\ntime_zone = "America/New_Yrok"\n')
    run = monitor("status")
    assert run.code == 2
    assert "America/New_York" in run.err


def test_broken_toml_is_named_with_its_line(monitor, place):
    (place / "config" / "monitor.toml").write_text("[fetch\n")
    run = monitor("status")
    assert run.code == 2
    assert "monitor.toml:1" in run.err


def test_an_unwritable_data_folder_is_named(monitor, place):
    (place / "file").write_text("")
    run = monitor("--data", place / "file" / "data", "status")
    assert run.code == 1
    assert "cannot write to the data folder" in run.err


def test_an_unwritable_output_folder_is_named_and_the_issue_is_kept(monitor, feeds, place, site):
    feeds(good=f"{site}/good.xml")
    (place / "file").write_text("")
    run = monitor("digest", "--out", place / "file" / "out")
    assert run.code == 1
    assert "cannot write the digest" in run.err
    assert monitor("status", "--json").json["topics"][0]["issues"] == 1
    assert monitor("digest", "--out", "out").code == 0
    assert list(place.glob("out/*issue-1.html"))


def test_mail_refused_is_said_and_waits_in_the_ledger(monitor, feeds, place, site):
    feeds(good=f"{site}/good.xml")
    recipients = 'recipients = ["reader@example.org"]\n'
    topic = place / "config" / "topics" / "trade.toml"
    topic.write_text(recipients + topic.read_text())
    smtp = (
        '[smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nsender = "monitor <monitor@example.org>"\n'
    )
    main = place / "config" / "monitor.toml"
    main.write_text(main.read_text() + smtp)
    run = monitor("digest", "--send", "--out", "out")
    assert run.code == 1
    assert "reader@example.org: deferred" in run.out
    assert monitor("status", "--json").json["deliveries"] == {"pending": 1}


def test_no_mail_server_is_said(monitor, feeds, place, site):
    feeds(good=f"{site}/good.xml")
    topic = place / "config" / "topics" / "trade.toml"
    topic.write_text('recipients = ["reader@example.org"]\n' + topic.read_text())
    run = monitor("digest", "--send")
    assert run.code == 1
    assert "[smtp]" in run.err


def test_sending_without_recipients_is_said(monitor, feeds, place, site):
    feeds(good=f"{site}/good.xml")
    main = place / "config" / "monitor.toml"
    main.write_text(main.read_text() + '[smtp]\nhost = "127.0.0.1"\nsender = "monitor@example.org"\n')
    run = monitor("digest", "--send", "--out", "out")
    assert run.code == 1
    assert "no recipients" in run.out
    assert list(place.glob("out/*.html"))


def test_no_readable_seed_is_said(monitor, place):
    (place / "seeds" / "one.md").unlink()
    run = monitor("learn")
    assert run.code == 1
    assert "no readable seed" in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("digest", "--now", "yesterday"), "2025-05-12"),
        (("digest", "--since", "soon"), "--since"),
        (("digest", "--format", "pdf"), "html"),
        (("digest", "--send", "--dry-run"), "exclude"),
        (("digest", "--topic", "sport"), "trade"),
        (("poll", "nobody"), "feeds list"),
        (("feeds", "check", "nobody"), "feeds list"),
        (("feeds", "add", "ftp://example.org"), "http"),
        (("feeds", "import", "missing.opml"), "missing.opml"),
        (("explain", "99"), "search"),
        (("explain", "http://example.org/never-seen"), "search"),
        (("parse", "missing.xml"), "missing.xml"),
        (("extract",), "FILE"),
        (("profile", "show"), "monitor learn"),
        (("no-such-command",), "No such command"),
        (("poll", "--frequently"), "No such option"),
    ],
)
def test_wrong_use_says_what_is_right(monitor, arguments, said):
    run = monitor(*arguments)
    assert run.code == 2
    assert said in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("line", [b"{nope\n", b"[1, 2]\n", b"\xff\xfe\n"])
def test_a_line_that_is_no_json_object_is_named(monitor, line):
    run = monitor("score", "--jsonl", stdin=b'{"id": 1, "title": "t", "published": "2026-03-05"}\n' + line)
    assert run.code == 2
    assert "line 2" in run.err


def test_unreachable_health_is_said(monitor):
    run = monitor("health")
    assert run.code == 1
    assert "monitor run" in run.err


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31T23:59:59+14:00", "9999-12-31"])
@pytest.mark.parametrize("option", ["--now", "--since", "--until"])
def test_a_moment_at_the_ends_of_the_calendar_is_refused(monitor, option, moment):
    run = monitor("digest", option, moment)
    assert run.code == 2
    assert "years 1970 to 2200" in run.err or "future" in run.err
    assert "Traceback" not in run.err
