"""The addresses of alarms: from the file, the environment or a secret file, and never shown."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsError
from monitor.settings import load

URL = "https://alarm.example/hook/s3cret"


def test_an_address_may_stand_in_the_file_and_is_not_shown(home):
    settings = load(home.write("monitor.toml", f'[alarm]\nwebhook = "{URL}"\n'))
    assert settings.alarm.webhook == URL
    assert "s3cret" not in repr(settings) + str(settings.alarm)


def test_a_variable_or_a_file_it_names_counts_more(home, monkeypatch, tmp_path):
    (tmp_path / "secret").write_text(f"{URL}-filed\n")
    monkeypatch.setenv("MONITOR_ALARM_WEBHOOK_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("MONITOR_ALARM_PING", f"{URL}-ping")
    monkeypatch.setenv("MONITOR_ALARM_PING_FEEDS", f"{URL}-feeds")
    alarm = load(home.write("monitor.toml", f'[alarm]\nwebhook = "{URL}"\n')).alarm
    assert (alarm.webhook, alarm.ping, alarm.ping_feeds) == (f"{URL}-filed", f"{URL}-ping", f"{URL}-feeds")
    assert "s3cret" not in repr(alarm)


@pytest.mark.parametrize("place", ["file", "variable", "secret file"])
def test_what_is_no_address_is_refused_without_showing_it(home, monkeypatch, tmp_path, place):
    main = home.write("monitor.toml", '[alarm]\nwebhook = "s3cret"\n' if place == "file" else b"")
    if place == "variable":
        monkeypatch.setenv("MONITOR_ALARM_WEBHOOK", "s3cret")
    if place == "secret file":
        (tmp_path / "secret").write_text("s3cret")
        monkeypatch.setenv("MONITOR_ALARM_WEBHOOK_FILE", str(tmp_path / "secret"))
    with pytest.raises(SettingsError, match="no web address") as caught:
        load(main)
    assert "s3cret" not in str(caught.value)
