"""The house under fault: the real program with its feeds and its mail server on loopback, and a checker that compares all three.

with House(folder) as house:
    house.site.publish(2, at=house.now)
    house.tick(kill_after_s=0.1)       # `monitor run --once --now ...` in a process of its own
    house.tick()
    house.check()  ->  Found(lost=0, repeats=0, ...)
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from monitor.store.schema import articles, deliveries, issues, scores
from tests.cli import conftest as cli
from tests.faults.sink import Sink
from tests.faults.site import Site

ROOT = Path(__file__).parents[2]
MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # half an hour after a slot
RECIPIENTS = ("a@example.org", "b@example.org", "c@example.org")
# What a step says when it is done; the next one is at work then.
STEPS = {
    "": "open and learn",
    "topic.learnt": "poll",
    "poll.done": "read",
    "read.done": "score",
    "score.done": "digest or deliver",
    "issue.frozen": "enter",
    "slot.done": "deliver",
    "delivery": "deliver",
}
MAIN = """
[fetch]
allow_networks = ["127.0.0.0/8"]
min_gap_s = 0.0
min_interval_s = 0
max_interval_s = 1
robots = false
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "monitor <monitor@example.org>"
timeout_s = {timeout_s}
[digest]
out = "{out}"
[log]
format = "json"
level = "debug"
[store]
busy_timeout_s = {busy_timeout_s}
"""
TOPIC = "recipients = {recipients}\n" + cli.TOPIC


@dataclass(frozen=True)
class Ticked:
    """What became of one tick."""

    code: int
    took_s: float
    is_killed: bool
    log: str

    @property
    def events(self):
        """What it logged, as far as it came; a line cut off in the middle does not count."""
        lines = self.log.splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    @property
    def step(self):
        """The step it was at when it ended."""
        known = [STEPS[e["event"]] for e in self.events if e["event"] in STEPS]
        return known[-1] if known else STEPS[""]


@dataclass(frozen=True)
class Found:
    """What a comparison of the newspaper, the database and the mail server gave. All but the first four should be 0 or empty."""

    served: int
    issues: int
    deliveries: int
    repeats: int  # messages the mail server took more than once, with the same bytes
    unexplained: int  # of these, without a mark that the dot may have gone out
    articles_lost: int
    articles_doubled: int
    articles_waiting: int
    stories_lost: int  # on the topic, and in no issue's account
    slots_wrong: int  # without exactly one issue
    lost: int  # issue x recipient the mail server never took
    other_bytes: int  # messages repeated with other bytes
    unsettled: int  # deliveries the ledger does not call sent
    integrity: str

    @property
    def wrong(self):
        """What must not be, by name."""
        good = ("served", "issues", "deliveries", "repeats")
        values = {name: value for name, value in vars(self).items() if name not in good}
        return {name: value for name, value in values.items() if value not in (0, "ok")}


@dataclass
class House:
    """A folder with a configuration, a newspaper, a mail server, and the process ticks are forked from."""

    folder: Path
    url: str = ""  # of a PostgreSQL database; "": SQLite
    recipients: tuple[str, ...] = RECIPIENTS
    delay_s: float = 0.0  # of the mail server's last answer
    busy_timeout_s: float = 30.0
    timeout_s: float = 20.0  # for an answer of the mail server
    data: Path | None = None  # the data folder; None: one in `folder`
    now: datetime = MONDAY
    first: datetime = MONDAY
    uncertain: Counter = field(default_factory=Counter)  # Message-ID -> kills in its dot window
    ticks: int = 0

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data = self.data or self.folder / "data"
        self.site = Site().__enter__()
        self.sink = Sink(self.folder / "sink.jsonl", delay_s=self.delay_s).__enter__()
        self._configure()
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        return self

    def __exit__(self, *_):
        self._zygote.stdin.close()
        self._zygote.stdout.close()
        self._zygote.wait(10)
        self.sink.__exit__()
        self.site.__exit__()

    # ------------------------------------------------------------------ doing

    def warm_up(self):
        """Run a whole week in a folder of its own, so that every tick finds all it imports; the newspaper is empty again after it."""
        data = self.folder / "warm"
        for days in (0, 7):
            self.site.publish(2, at=self.first + timedelta(days=days))
            self._ask(data=data, now=self.now + timedelta(days=days), is_warm_up=True, environment={})
        self.anew()

    def anew(self):
        """Begin again: no database, no articles, no mail."""
        self.site.published.clear()
        self.sink.forget()
        self.uncertain.clear()
        self.now = self.first
        shutil.rmtree(self.data, ignore_errors=True)

    def tick(self, *, kill_after_s=None, variant="", strace=(), limits=None, arguments=(), environment=None):
        """Do what is due, in a process of its own; `kill_after_s`: killed after that long."""
        ticked = self._ask(
            data=self.data, now=self.now, kill_after_s=kill_after_s, variant=variant, strace=strace,
            limits=limits or {}, arguments=arguments, environment={"MONITOR_DATABASE_URL": self.url} | (environment or {}),
        )  # fmt: skip
        if ticked.code and not self.url:  # a server may be away or stand still: then the test says when
            self.note_uncertain()
        return ticked

    def keep(self):
        """Remember how everything is now; `give_back` makes it so again."""
        self._kept = (list(self.site.published), self.now)
        shutil.rmtree(self.folder / "kept", ignore_errors=True)
        shutil.copytree(self.data, self.folder / "kept")

    def give_back(self):
        """Make everything as it was kept; no mail has been sent."""
        published, self.now = self._kept
        self.site.published[:] = published
        self.sink.forget()
        self.uncertain.clear()
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.folder / "kept", self.data)

    def passes(self, **time):
        """Let time pass."""
        self.now += timedelta(**time)

    def settle(self, *, ticks=2, variant=""):
        """Give everything that was put off its time."""
        for _ in range(ticks):
            self.passes(hours=2)
            ticked = self.tick(variant=variant)
            assert ticked.code == 0, ticked.log

    # ------------------------------------------------------------------ looking

    def rows(self, *columns):
        """Read columns as the database is now. An SQLite file is copied first: looking at it must not mend what a kill left."""
        if self.url:
            return self._rows(self.url, columns)
        scratch = self.folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        for file in self.data.glob("monitor.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, scratch)
        if not (scratch / "monitor.db").exists():
            return []
        return self._rows(f"sqlite:///{scratch}/monitor.db", columns)

    def live_rows(self, *columns):
        """The same while programs are at work."""
        return self._rows(self.url or f"sqlite:///{self.data}/monitor.db", columns)

    def check(self):
        """Compare what was served, what is stored, and what was taken. Everything should have come to rest before."""
        served = {s.path: s for s in self.site.published}
        stored = Counter(url.removeprefix(self.site.base) for (url,) in self.rows(articles.c.url))
        relevant = self.rows(articles.c.url, scores.c.is_relevant, scores.c.issue_id)
        considered = {url.removeprefix(self.site.base) for url, yes, issue in relevant if yes and issue}
        made = self.rows(issues.c.id, issues.c.until)
        sent = self.rows(
            deliveries.c.message_id, deliveries.c.recipient, deliveries.c.issue_id, deliveries.c.state
        )
        taken = Counter(t.id for t in self.sink.taken())
        bodies = {(t.id, t.sha256) for t in self.sink.taken()}
        again = {identity: count - 1 for identity, count in taken.items() if count > 1}
        ids = {(issue, recipient): identity for identity, recipient, issue, _ in sent}
        expected = [ids.get((issue, recipient), "") for issue, _ in made for recipient in self.recipients]
        return Found(
            served=len(served),
            issues=len(made),
            deliveries=len(expected),
            repeats=sum(again.values()),
            unexplained=sum(max(0, count - self.uncertain[identity]) for identity, count in again.items()),
            articles_lost=len(served.keys() - stored.keys()),
            articles_doubled=sum(count > 1 for count in stored.values()) + len(stored.keys() - served.keys()),
            articles_waiting=sum(stage != "scored" for (stage,) in self.rows(articles.c.stage)),
            stories_lost=sum(
                s.is_on_topic and path not in considered and s.at < made[-1][1] for path, s in served.items()
            ),
            slots_wrong=self._slots_wrong([until for _, until in made]),
            lost=sum(taken[identity] == 0 for identity in expected),
            other_bytes=len(bodies) - len(taken),
            unsettled=sum(state != "sent" for *_, state in sent) + len(expected) - len(sent),
            integrity=self._integrity(),
        )

    def _slots_wrong(self, ends):
        """Count the slots since the first day that have no issue or more than one. An issue serves the newest slot before it."""
        weeks = Counter((end - self.first + timedelta(minutes=30)) // timedelta(weeks=1) for end in ends)
        passed = (self.now - self.first + timedelta(minutes=30)) // timedelta(weeks=1)
        return sum(weeks[week] != 1 for week in range(1, passed + 1)) + sum(
            weeks[week] for week in weeks if not 1 <= week <= passed
        )

    def _integrity(self):
        if self.url:
            return "ok"
        said = [row[0] for row in self.rows(text("PRAGMA integrity_check"))]
        broken = self.rows(text("PRAGMA foreign_key_check"))
        return "ok" if said == ["ok"] and not broken else repr((said, broken))

    def note_uncertain(self):
        """After a tick that ended badly: which messages may have been taken without the ledger knowing."""
        found = self.rows(deliveries.c.message_id, deliveries.c.state, deliveries.c.dot)
        self.uncertain.update(identity for identity, state, dot in found if dot and state == "sending")

    def _rows(self, url, columns):
        engine = create_engine(url, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                if "pragma" in str(columns[0]).lower():
                    return connection.execute(columns[0]).all()
                return connection.execute(_joined(columns)).all()
        except Exception as error:
            if "no such table" in str(error) or "does not exist" in str(error):
                return []  # killed before there was a schema
            raise
        finally:
            engine.dispose()

    # ------------------------------------------------------------------ asking

    def _ask(
        self, *, data, now, kill_after_s=None, is_warm_up=False, variant="", strace=(), limits=None, arguments=(), environment=None
    ):  # fmt: skip
        self.ticks += 1
        log = self.folder / "tick.log"
        log.unlink(missing_ok=True)
        words = arguments or ("run", "--once", "--now", now.isoformat())
        asked = {
            "arguments": ["--config", str(self.folder / "config"), "--data", str(data), *words],
            "environment": {"MONITOR_DATABASE_URL": self.url} if environment is None else environment,
            "log": str(log),
            "kill_after_s": kill_after_s,
            "is_warm_up": is_warm_up,
            "variant": variant,
            "strace": [str(word) for word in strace],
            "limits": limits or {},
        }
        self._zygote.stdin.write(json.dumps(asked) + "\n")
        self._zygote.stdin.flush()
        answer = self._zygote.stdout.readline()
        assert answer, f"the zygote died: {log.read_text() if log.exists() else ''}"
        said = json.loads(answer)
        assert said.pop("threads", 1) == 1
        return Ticked(**said, log=log.read_text(errors="replace") if log.exists() else "")

    def _configure(self):
        config = self.folder / "config"
        (config / "topics").mkdir(parents=True, exist_ok=True)
        (self.folder / "seeds").mkdir(exist_ok=True)
        main = MAIN.format(
            port=self.sink.port,
            out=self.folder / "out",
            busy_timeout_s=self.busy_timeout_s,
            timeout_s=self.timeout_s,
        )
        (config / "monitor.toml").write_text(main)
        (config / "feeds.toml").write_text(
            f'[[feed]]\nid = "ledger"\nname = "Ledger"\nurl = "{self.site.feed_url}"\n'
        )
        (config / "topics" / "trade.toml").write_text(TOPIC.format(recipients=json.dumps(self.recipients)))
        (self.folder / "seeds" / "one.md").write_text(cli.SEED)


def _joined(columns):
    """A query over these columns; scores belong to their articles."""
    query = select(*columns)
    tables = {column.table for column in columns}
    return query.where(articles.c.id == scores.c.article_id) if {articles, scores} <= tables else query
