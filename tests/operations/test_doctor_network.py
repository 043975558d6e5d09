"""What `monitor doctor` says: each trouble with advice, and what it asks of the network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.deliver import names, smtp
from monitor.errors import DeliveryError, StoreError
from monitor.operations import doctor, doctor_network
from monitor.settings import AlarmSettings, SmtpSettings, WebhookSettings, WebSettings
from tests.daemon import due_house
from tests.deliver.chats import Discord, Telegram
from tests.deliver.name_server import answer, serving
from tests.deliver.servers import playing
from tests.operations.test_alarms import refuse

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def week(house, tmp_path):
    return due_house.week(house, tmp_path).at(MONDAY).tick()


def nobody():
    raise OSError("no name server is configured")


def found(week, what, look=doctor.examine):
    return {each.what: each for each in look(week.context)}[what]


def test_a_wrong_clock_old_backups_and_alarms_are_found(week):
    assert found(week, "clock").ok
    assert found(week, "backups").ok
    week.context.store.keep_backup(every=timedelta(hours=24), now=week.context.now)
    week.skew = timedelta(hours=3)
    refuse(week)
    week.later(days=7).tick()
    assert "behind" in found(week, "clock").detail
    assert "digests are held: set the clock" in found(week, "clock").detail
    assert "is the daemon running?" in found(week, "backups").detail
    assert not found(week, "alarm").ok


def test_a_damaged_database_is_said_with_the_backup(week):
    file = week.context.store.file
    week.context.store.close()
    with file.open("r+b") as damaged:
        damaged.seek(4096 * 3)
        damaged.write(b"\xff" * 4096 * 4)
    with pytest.raises(StoreError):
        doctor.examine(week.context)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ([b"220 here\r\n", b"250 here\r\n", b"221 bye\r\n"], ""),
        ([b"554 go away\r\n"], "554 go away"),
        ([b""], "closed"),
        ([b"220 here\r\n", None], "longer than 0.3 s"),
    ],
)
def test_a_mail_server_is_greeted_without_a_message(script, said):
    with playing(script) as (port, heard):
        settings = SmtpSettings(host="127.0.0.1", port=port, security="none", timeout_s=0.3)
        trouble = smtp.greet(sender="m@example.org", settings=settings, password="")
        assert said in trouble if said else trouble == ""
        assert b"MAIL" not in bytes(heard)


def test_what_the_mail_server_has_against_us_is_told_with_advice(week, monkeypatch):
    monkeypatch.setattr(names, "resolver", nobody)
    assert found(week, "mail server", doctor_network.reach).ok
    week.context = replace(week.context, greet=lambda: "535 wrong password; check it")
    assert found(week, "mail server", doctor_network.reach).detail == "535 wrong password; check it"
    assert not found(week, "mail server", doctor_network.reach).ok

    def broken():
        raise DeliveryError("no password", advice="set one.")

    week.context = replace(week.context, greet=broken)
    assert "no password" in found(week, "mail server", doctor_network.reach).detail


def test_without_a_name_server_the_records_are_not_checked_and_that_is_said(week, monkeypatch):
    monkeypatch.setattr(names, "resolver", nobody)
    record = found(week, "name server, MX of example.org", doctor_network.reach)
    assert record.ok
    assert "not checked" in record.detail
    assert "`dig MX example.org` does" in record.detail


def test_records_that_are_missing_are_named_with_what_follows(week, monkeypatch):
    def reply(asked):
        return answer(asked, 'TXT "v=spf1 -all"') if b"\x00\x10\x00\x01" in asked else answer(asked)

    with serving(reply) as asking:
        monkeypatch.setattr(names, "resolver", lambda: asking)
        assert found(week, "name server, TXT of example.org", doctor_network.reach).ok
        assert (
            "bounces cannot come back"
            in found(week, "name server, MX of example.org", doctor_network.reach).detail
        )
        assert (
            "no DMARC" in found(week, "name server, TXT of _dmarc.example.org", doctor_network.reach).detail
        )


def test_a_web_port_and_alarm_places_that_nobody_listens_at_are_found(week, monkeypatch):
    monkeypatch.setattr(names, "resolver", nobody)
    with playing([None]) as (port, heard):
        update = {
            "web": WebSettings(port=9),
            "alarm": AlarmSettings(webhook=f"http://127.0.0.1:{port}/x", ping="http://127.0.0.1:9/x"),
        }
        week.context = replace(week.context, settings=week.context.settings.model_copy(update=update))
        assert "is the daemon running?" in found(week, "web port 9", doctor_network.reach).detail
        assert found(week, "alarm webhook", doctor_network.reach).ok
        assert "check `ping` under [alarm]" in found(week, "alarm ping", doctor_network.reach).detail
        assert bytes(heard) == b""


def test_each_place_of_a_channel_is_looked_at_once_and_told_nothing(week):
    with Telegram() as good, Discord() as bad:
        lost = bad.place("lost").model_copy(update={"secret": f"{bad.url}/api/webhooks/1234/s3cret-else"})
        settings = week.context.settings
        topic = settings.topics[0].model_copy(update={"channels": ("crew", "lost")})
        changed = settings.model_copy(
            update={
                "topics": (topic,),
                "channels": (good.place("crew"), lost, good.place("spare")),
                "alarm": AlarmSettings(channels=("crew",)),
            }
        )
        week.context = replace(week.context, settings=changed)
        seen = {each.what: each for each in doctor_network._channels(week.context)}
        assert (good.taken, bad.taken, len(good.heard), len(bad.heard)) == ([], [], 1, 1)
    assert (seen["telegram crew"].ok, seen["discord lost"].ok) == (True, False)
    assert "404" in seen["discord lost"].detail
    assert "no topic names it" in seen["telegram spare"].detail
    assert "s3cret" not in str(seen)


def test_a_topics_own_webhook_is_looked_at_without_a_post(week):
    with Telegram() as service:
        hook = {"name": "archive", "url": f"{service.url}/hook/s3cret"}
        topic = week.context.settings.topics[0].model_copy(update={"webhooks": (WebhookSettings(**hook),)})
        changed = week.context.settings.model_copy(update={"topics": (topic,)})
        week.context = replace(week.context, settings=changed)
        (seen,) = doctor_network._channels(week.context)
        assert (seen.what, seen.ok, service.heard) == ("webhook archive", True, [])
    (seen,) = doctor_network._channels(week.context)
    assert (seen.ok, "s3cret" in seen.detail) == (False, False)
