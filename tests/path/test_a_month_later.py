"""One issue made twice from the same feeds, on a machine whose clock was a month on the second time: the same bytes."""

from __future__ import annotations

import subprocess

import pytest

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW
from tests.fetch.server import reply, serving
from tests.path.clocks import python

AT = "2026-03-09T12:00:00Z"
ENDINGS = ("html", "txt", "md", "json")
# Dates that somebody has to complete, or that are none: what is made of them must not depend on the day it is made.
DATES = (
    "2026-Q1",
    "2026-03",
    "March 2026",
    "2026",
    "09:30",
    "Sunday, 09:30",
    "8 March",
    "03/08/26",
    "yesterday",
    "0001-01-01",
    "",
)
ITEMS = "".join(
    f"<item><title>Washington and Beijing speak about tariffs, round {n}</title><link>SITE/{n}</link><guid>{n}</guid>"
    f"<pubDate>{date}</pubDate><description>The United States and China spoke about tariffs and trade for the {n}. time.</description></item>"
    for n, date in enumerate(DATES, start=1)
)  # fmt: skip
FEEDPARSER = "import feedparser; print(feedparser.parse('<rss version=\"2.0\"><channel><item><pubDate>2026-Q1</pubDate></item></channel></rss>').entries[0].get('published_parsed'))"


WORKER = """
from monitor.work import Worker
with Worker(timeout_s=60, memory_bytes=2**31) as worker:
    print(worker.run(eval, "str(__import__('datetime').datetime.now())[:10]"))
"""


def run(interpreter, folder, *arguments):
    """A command of an interpreter."""
    done = subprocess.run(
        [interpreter, *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Interpreters by the days their clock is ahead."""
    place = tmp_path_factory.mktemp("machines")
    return {days: python(place / f"clock-{days}", days) for days in (0, 31)}


@pytest.fixture(scope="module")
def issues(machines, tmp_path_factory):
    """The files of both issues by the days the clock was ahead."""
    place = tmp_path_factory.mktemp("later")
    made = {}
    with serve(NOW) as site, serving() as odd:
        document = f"<rss version='2.0'><channel><title>Odd dates</title>{ITEMS}</channel></rss>"
        odd.default = reply(404, b"")
        odd.answers["/feed"] = reply(200, document.replace("SITE", odd.url("/a")).encode())
        for days in (0, 31):
            folder = place / f"clock-{days}"
            write_config(folder / "config", site)
            # One answer after the other: the numbers of articles, which the JSON names, go by the order in which answers come.
            main = folder / "config" / "monitor.toml"
            main.write_text(main.read_text().replace("[fetch]\n", "[fetch]\nconcurrency = 1\n"))
            with (folder / "config" / "feeds.toml").open("a") as feeds:
                feeds.write(f'\n[[feed]]\nname = "Odd dates"\nurl = "{odd.url("/feed")}"\n')
            formats = ",".join(("text" if each == "txt" else each) for each in ENDINGS)
            run(
                machines[days],
                folder,
                "-m",
                "monitor",
                "digest",
                "--now",
                AT,
                "--out",
                "out",
                "--format",
                formats,
            )
            made[days] = {each: next(folder.glob(f"out/*.{each}")).read_bytes() for each in ENDINGS}
    return made


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_issue_is_the_same_bytes_a_month_later(issues, ending):
    assert issues[0][ending] == issues[31][ending]
    assert len(issues[0][ending]) > 1000


def test_the_odd_feed_is_among_what_was_told(issues):
    assert b"Odd dates" in issues[0]["json"]


def test_the_clock_is_another_one(machines, tmp_path):
    """The control: without care the machine's day shows, in a worker too."""
    for code in ("import time; print(time.strftime('%j', time.gmtime()))", "import datetime as d; print(d.datetime.now(d.UTC).date())", FEEDPARSER, WORKER):  # fmt: skip
        said = [run(machine, tmp_path, "-c", code) for machine in machines.values()]
        assert said[0] != said[1], code
