"""A news sitemap, the Federal Register's JSON and a folder of messages, in the form their publishers give them, into one issue."""

from __future__ import annotations

import json

import pytest

from monitor.demo.config import TOPIC, main
from tests.feeds.test_messages import message
from tests.feeds.test_more_sources import RULE, sitemap
from tests.fetch.server import reply, serving
from tests.fetch.test_maildir import put
from tests.path.conftest import monitor

AT = "2026-03-09T12:00:00Z"
DUTY = "Washington raises tariffs on Chinese cranes to 25 percent"
SOY = "Beijing drops its tariffs on American soybeans"
RULES = "United States tightens export controls on chips for China"
SAID = {
    DUTY: (
        "The United States raises its tariffs on Chinese cranes to 25 percent on 1 April, the trade representative in Washington said.",
        "Ports from Savannah to Seattle had asked for a delay, because 80 percent of their cranes come from Shanghai.",
        "The duty was 15 percent before, and exceptions end with contracts signed before the summer.",
        "A crane costs about 18 million dollars, so that the tariff adds almost two million to each, the association of ports said.",
        "China called the tariff a breach of the truce and said it would answer in time.",
    ),
    SOY: (
        "China drops its tariffs on soybeans from the United States from Monday on, the ministry of commerce in Beijing said.",
        "Growers in Iowa and Illinois had lost a third of their sales to Brazil since the duties came.",
        "Buyers ordered four cargoes within hours, traders in Dalian said, for loading in May.",
        "The ministry named no date for sorghum and cotton, whose tariffs stay at ten percent.",
        "American farmers sold China beans for 12 billion dollars two years ago.",
    ),
    RULES: (
        "The United States will license every export of such chips to China, the department in Washington said, and China protested.",
        "The rule covers memory for servers and the machines that test it, and names eleven plants.",
        "Makers have sixty days to hand in lists of customers whose orders are older.",
        "Officials expect two thousand applications a year under the export controls.",
        "Beijing said that the controls hurt suppliers of third countries most.",
    ),
}


@pytest.fixture(scope="module")
def issue(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    with serving() as site:
        duty = site.url("/2026/03/cranes")
        paragraphs = "".join(f"<p>{line}</p>" for line in SAID[DUTY])
        page = f"<html><head><title>{DUTY}</title></head><body><article><h1>{DUTY}</h1>{paragraphs}</article></body></html>"
        news = f"<url><loc>{duty}</loc><news:news><news:publication><news:name>Quay News</news:name><news:language>en</news:language></news:publication><news:publication_date>2026-03-06T09:30:00+01:00</news:publication_date><news:title>{DUTY}</news:title></news:news></url>"
        rule = RULE | {
            "title": RULES,
            "abstract": " ".join(SAID[RULES]),
            "html_url": site.url("/documents/2026-04711"),
            "publication_date": "2026-03-06",
        }
        answers = {"/2026/03/cranes": page.encode(), "/news.xml": sitemap(news), "/documents.json": json.dumps({"count": 1, "description": "Chips", "results": [rule]}).encode(), "/robots.txt": b""}  # fmt: skip
        site.default = reply(404, b"")
        site.answers |= {path: reply(200, body) for path, body in answers.items()}
        html = f"<h1>{SOY}</h1>" + "".join(f"<p>{line}</p>" for line in SAID[SOY])
        sent = message(html=html, subject=SOY, date="Fri, 06 Mar 2026 10:00:00 +0800", message_id="<soy@post.example>", **{"from": "Post of Beijing <news@post.example>"})  # fmt: skip
        for name in ("cur", "new", "tmp"):
            (folder / "mail" / "letters" / name).mkdir(parents=True)
        put(folder / "mail" / "letters" / "new" / "1.host", sent)
        config = folder / "config"
        (config / "topics").mkdir(parents=True)
        (config / "monitor.toml").write_text(main(site.url("/")))
        (config / "topics" / "us-china-trade.toml").write_text(TOPIC.read_text("utf-8"))
        (config / "feeds.toml").write_text(
            f'[[feed]]\nname = "Quay News"\nurl = "{site.url("/news.xml")}"\n\n'
            f'[[feed]]\nname = "Federal Register"\nurl = "{site.url("/documents.json")}"\n\n'
        )
        added = monitor(folder, "feeds", "add", "mail/letters", "--name", "Letters")
        checked = monitor(folder, "feeds", "check")
        made = monitor(folder, "digest", "--now", AT, "--out", "out", "--format", "html,text,md,json")
    assert (added.returncode, checked.returncode, made.returncode) == (0, 0, 0), made.stderr + checked.stdout
    return folder


def file(issue, ending):
    return next(issue.glob(f"out/*issue-1.{ending}")).read_text("utf-8")


def test_each_is_told_with_its_outlet_and_address(issue):
    told = json.loads(file(issue, "json"))
    found = {c["headline"]: (c["outlets"][0]["name"], c["url"]) for c in [*told["top"], *told["also"]]}
    assert set(found) == set(SAID)
    assert found[DUTY][0] == "Quay News"
    assert found[DUTY][1].endswith("/2026/03/cranes")
    assert found[RULES][1].endswith("/documents/2026-04711")
    assert found[SOY] == ("Post of Beijing", "mid:soy@post.example"), "for programs; people get no link"


@pytest.mark.parametrize("ending", ["html", "txt", "md"])
def test_a_message_is_quoted_and_no_dead_link_is_shown(issue, ending):
    text = file(issue, ending)
    assert SOY in text.replace("\n", " ").replace("  ", " ")
    assert "mid:" not in text
    assert str(issue) not in text


def test_the_folder_is_as_it_was(issue):
    found = [path.relative_to(issue / "mail").as_posix() for path in (issue / "mail").rglob("*")]
    assert sorted(found) == ["letters", "letters/cur", "letters/new", "letters/new/1.host", "letters/tmp"]


def test_the_folder_is_written_relative_into_feeds_toml(issue):
    assert 'folder = "mail/letters"' in (issue / "config" / "feeds.toml").read_text()
