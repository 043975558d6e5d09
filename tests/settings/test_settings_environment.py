"""What the environment sets, and which of its variables are faults."""

from __future__ import annotations

import re
from operator import attrgetter

import pytest

from monitor.errors import SettingsError
from monitor.settings import (
    StoreSettings,
    load,
    shipped,
)

# --------------------------------------------------------------------------- database URL


def test_the_database_url_of_the_environment_wins(home, monkeypatch):
    home.write("monitor.toml", '[store]\nurl = "sqlite:///a.db"\nbusy_timeout_s = 1\n')
    assert load(home.config).store == StoreSettings(url="sqlite:///a.db", busy_timeout_s=1)
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert load(home.config).store == StoreSettings(url="postgresql://u:hunter2@h/d", busy_timeout_s=1)


def test_the_environments_database_leaves_the_other_keys_alone(home, monkeypatch):
    home.write("monitor.toml", "[store]\nbackup_every_h = 3\n")
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://h/d")
    assert load(home.config).store.backup_every_h == 3


@pytest.mark.parametrize(
    ("given", "place", "value"),
    [
        ("MONITOR_SMTP_HOST=mail", "smtp.host", "mail"),
        ("MONITOR_SMTP_PORT=1025", "smtp.port", 1025),
        ("MONITOR_FETCH_ROBOTS=false", "fetch.robots", False),
        ('MONITOR_DIGEST_FORMATS=["md"]', "digest.formats", ("md",)),
        ("MONITOR_FETCH_CONTACT=true", "fetch.contact", "true"),
    ],
)
def test_the_environment_sets_a_key(home, monkeypatch, given, place, value):
    home.write("monitor.toml", '[smtp]\nsender = "a@example.org"\nhost = "other"\n')
    monkeypatch.setenv(*given.split("="))
    assert attrgetter(place)(load(home.config)) == value


@pytest.mark.parametrize("text", ["hunter2", "99999", "[1", "-1"])
def test_a_bad_value_of_the_environment_names_the_variable_and_not_the_value(home, monkeypatch, text):
    monkeypatch.setenv("MONITOR_SMTP_PORT", text)
    with pytest.raises(SettingsError, match=r"(?s)MONITOR_SMTP_PORT: .*'port' in \[smtp\]") as caught:
        load(home.config)
    assert text not in str(caught.value)


def test_rules_over_several_keys_hold_for_the_environment_too(home, monkeypatch):
    monkeypatch.setenv("MONITOR_SMTP_HOST", "mail")
    with pytest.raises(SettingsError, match=r"'sender' in \[smtp\] is needed"):
        load(home.config)


def test_a_database_url_is_not_shown(home, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert "hunter2" not in repr(load(home.config))


def test_a_bad_database_url_of_the_environment_names_the_variable_and_not_the_value(home, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgres:hunter2")
    with pytest.raises(SettingsError, match="MONITOR_DATABASE_URL: the database URL must begin") as caught:
        load(home.config)
    assert "hunter2" not in str(caught.value)


# --------------------------------------------------------------------------- the environment


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("MONITOR_SMPT_HOST", "; did you mean 'MONITOR_SMTP_HOST'?"),
        ("MONITOR_DATABASE_ULR_FILE", "; did you mean 'MONITOR_DATABASE_URL_FILE'?"),
        ("MONITOR_SMPT_PORT", "; did you mean 'MONITOR_SMTP_PORT'?"),
        ("MONITOR_FETCH_ROBOT", "; did you mean 'MONITOR_FETCH_ROBOTS'?"),
    ],
)
def test_an_unknown_variable_is_an_error_with_the_nearest_name(home, monkeypatch, name, near):
    monkeypatch.setenv(name, "587")
    with pytest.raises(SettingsError, match=re.escape(f"unknown environment variable {name}{near}")):
        load(home.config)
    monkeypatch.setenv(name, "")  # as compose files pass what is not set
    load(home.config)


def test_what_kubernetes_sets_for_a_service_called_monitor_is_left_alone(home, monkeypatch):
    for name, value in {
        "MONITOR_SERVICE_HOST": "10.0.0.1",
        "MONITOR_SERVICE_PORT_HTTP": "80",
        "MONITOR_PORT": "tcp://10.0.0.1:80",
        "MONITOR_PORT_80_TCP_ADDR": "10.0.0.1",
        "MONITOR_MAIL_SERVICE_HOST": "10.0.0.2",
        "MONITOR_MAIL_PORT": "tcp://10.0.0.2:25",
    }.items():
        monkeypatch.setenv(name, value)
    load(home.config)


def test_every_variable_the_program_reads_is_known(home, monkeypatch):
    package = shipped("config").parent / "monitor"
    text = "\n".join(file.read_text() for file in package.rglob("*.py"))
    read = set(re.findall(r'"(MONITOR_[A-Z_]*[A-Z])"', text))
    free = {name for name in read if not re.search("CONFIG|DATABASE|ALARM", name)}  # those are looked into
    assert len(free) > 5
    for name in free:
        monkeypatch.setenv(name, "here")
    load(home.config)
