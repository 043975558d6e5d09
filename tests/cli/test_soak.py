"""Thousands of ticks in one process under a fast clock, with the real fetcher, worker and database: nothing is left open, nothing grows."""

from __future__ import annotations

import os
import threading
from array import array
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

import pytest
import structlog
from sqlalchemy import select

from monitor import app
from monitor.daemon import due
from monitor.model import Receipt
from monitor.store.schema import slots
from tests.cli.conftest import TOPIC

BEGIN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
STEP = timedelta(minutes=20)
STATM = Path("/proc/self/statm")
MAIL = '[smtp]\nhost = "127.0.0.1"\nsender = "m@example.org"\n'


@contextmanager
def news():
    """A feed that has another story every eight hours of a clock that tests move; gives (its address, the clock to set)."""
    clock = {"now": BEGIN}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            number = int(clock["now"].timestamp()) // (8 * 3600)
            items = "".join(_item(n) for n in range(number - 10, number + 1))
            body = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
            self.send_response(200 if "feed" in self.path else 404)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", clock
        server.shutdown()


def _item(number):
    when = format_datetime(datetime.fromtimestamp(number * 8 * 3600, UTC))
    what = ("batteries", "soybeans", "steel", "chips", "cars")[number % 5]
    return (
        f"<item><title>Washington sets tariff {number % 97} on Chinese {what}</title><link>http://127.0.0.1:1/{number}</link>"
        f"<guid>{number}</guid><pubDate>{when}</pubDate><description>The United States put a tariff of {number % 97} percent on "
        f"Chinese {what}; Beijing answered with duties of {number % 89} percent, a trade official said.</description></item>"
    )


class Counting:
    """A mailer that takes everything and keeps nothing."""

    sent = 0

    def __call__(self, _message, *, recipient, before_dot):
        before_dot()
        self.sent += 1
        return Receipt(recipient=recipient, state="sent")


def fds():
    return len(list(Path("/dev/fd").iterdir()))


def rss_pages():
    return int(STATM.read_text().split()[1]) if STATM.exists() else 1  # elsewhere memory is not looked at


def soak(place, feeds, ticks):
    """Tick; give the descriptors and the pages in use, by tick, and what became of the slots."""
    with news() as (address, clock):
        main = place / "config" / "monitor.toml"
        main.write_text(main.read_text() + MAIL)
        (place / "config" / "topics" / "trade.toml").write_text('recipients = ["a@example.org"]\n' + TOPIC)
        feeds(one=f"{address}/feed-one", two=f"{address}/feed-two", three=f"{address}/none")
        used = array("l"), array("l")  # the measuring must not grow itself
        structlog.configure(
            logger_factory=structlog.ReturnLoggerFactory()
        )  # nor what keeps our events for the report
        with app.opened(now=BEGIN) as opened:
            mailer = Counting()
            context = replace(opened, mailer=mailer)
            app.learn_all(context)
            for tick in range(ticks):
                clock["now"] = BEGIN + tick * STEP
                due.run_due(app.at(context, clock["now"]))
                used[0].append(fds())
                used[1].append(rss_pages())
            with context.store.begin() as connection:
                states = connection.execute(select(slots.c.state).order_by(slots.c.slot)).scalars().all()
        return used, states, mailer.sent


@pytest.fixture(autouse=True)
def _logging_as_before():
    yield
    structlog.reset_defaults()


def check(used, states, sent, *, weeks):
    """Nothing more is open in the last quarter than in the third; give by what share the memory grew between the two.

    By then the eight weeks that scoring remembers are full.
    """
    assert states == ["skipped", *["done"] * weeks]
    assert sent == weeks
    (before, after), (early, late) = (
        (rows[len(rows) // 2 : -len(rows) // 4], rows[-len(rows) // 4 :]) for rows in used
    )
    assert median(after) - median(before) == 0
    return median(late) / median(early) - 1


@pytest.mark.slow
def test_three_hundred_ticks_leave_nothing_open(place, feeds):
    used, states, sent = soak(place, feeds, 300)
    check(used, states, sent, weeks=1)


@pytest.mark.faults_long
@pytest.mark.skipif(not STATM.exists(), reason="memory is read from /proc")
def test_ten_thousand_ticks_leave_nothing_open_and_grow_by_five_percent_at_most(place, feeds, capsys):
    used, states, sent = soak(place, feeds, 10_000)
    growth = check(used, states, sent, weeks=len(states) - 1)
    with capsys.disabled():
        size = os.sysconf("SC_PAGE_SIZE") / 2**20
        said = [
            f"{fds} fds, {pages * size:.0f} MiB" for fds, pages in list(zip(*used, strict=True))[999::1500]
        ]
        print(f"\n{sent} issues; from tick 1,000 every 1,500: {'; '.join(said)}; {growth:+.1%}")  # noqa: T201
    assert growth <= 0.05


def test_the_control_a_process_that_keeps_its_connections_is_found_out(tmp_path):
    """The same measure on a leak of one descriptor in ten ticks."""
    kept, used = [], (array("l"), array("l"))
    for tick in range(100):
        if tick % 10 == 0:
            kept.append((tmp_path / str(tick)).open("w"))
        used[0].append(fds())
        used[1].append(1)
    with pytest.raises(AssertionError):
        check(used, ["skipped"], 0, weeks=0)
    for each in kept:
        each.close()
