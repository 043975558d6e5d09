"""The same two weeks on PostgreSQL: the same issues, sentence by sentence."""

from __future__ import annotations

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW, NOW_WEEK_TWO
from tests.path.conftest import TIMES, Weeks, monitor


def told(weeks, number):
    """An issue as its readers see it, whatever address this machine served the feeds under."""
    return weeks.file(number, "txt").decode().replace(weeks.address, "http://site")


def test_two_weeks_on_postgresql_tell_what_they_tell_on_sqlite(weeks, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", database_url)
    with serve(NOW) as site:
        write_config(tmp_path / "config", site)
        formats = ("--out", "out", "--format", "text,json")
        one = monitor(tmp_path, "digest", "--now", TIMES["one"], *formats)
        assert one.returncode == 0, one.stderr
        again = monitor(tmp_path, "digest", "--now", TIMES["one"], *formats)
        assert "nothing new since issue 1" in again.stdout
        site.set_now(NOW_WEEK_TWO)
        two = monitor(tmp_path, "digest", "--now", TIMES["two"], *formats)
        assert two.returncode == 0, two.stderr
        verified = monitor(tmp_path, "explain", "--verify")
        on_server = Weeks(tmp_path, {}, site.base_url)
    assert verified.returncode == 0, verified.stdout
    assert not (tmp_path / "data" / "monitor.db").exists()
    for number in (1, 2):
        assert len(told(weeks, number)) > 1000
        assert told(on_server, number) == told(weeks, number)
