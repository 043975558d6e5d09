"""channels.toml: blocks by kind, secrets from the environment alone, and every fault said with file, line and what to do."""

from __future__ import annotations

import pytest

from monitor.deliver.channels.registry import kinds
from monitor.errors import SettingsError
from monitor.settings import load

SLACK = '[[channel]]\nkind = "slack"\nname = "desk"\n'
MATRIX = (
    '[[channel]]\nkind = "matrix"\nname = "{name}"\nserver = "https://m.example"\nroom = "!a:m.example"\n'
)
TOPIC = 'title = "x"\nsentence = "x"\n'
URL = "https://chat.example.org/hook/s3cret"


@pytest.fixture
def desk(home, monkeypatch):
    monkeypatch.setenv("MONITOR_CHANNEL_DESK", URL)


def wrong(home, text):
    home.write("channels.toml", text)
    with pytest.raises(SettingsError) as caught:
        load(home.config, kinds=kinds)
    assert "s3cret" not in str(caught.value)
    return caught.value


def test_a_place_has_its_kinds_keys_and_its_secret_from_a_file_or_the_environment(
    home, monkeypatch, tmp_path
):
    (tmp_path / "token").write_text("s3cret-token\n")
    monkeypatch.setenv("MONITOR_CHANNEL_DESK", URL)
    monkeypatch.setenv("MONITOR_CHANNEL_THE_CREW_FILE", str(tmp_path / "token"))
    home.write("channels.toml", SLACK + MATRIX.format(name="the-crew"))
    settings = load(home.config, kinds=kinds)
    desk, crew = settings.channels
    assert (desk.secret, crew.secret, crew.room) == (URL, "s3cret-token", "!a:m.example")
    assert "s3cret" not in repr(settings) + str(settings.channels)


def test_a_house_without_the_file_has_no_places_and_asks_for_no_kinds(home):
    assert load(home.config, kinds=lambda: pytest.fail("asked")).channels == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[channel]]\nkind = "slak"\nname = "desk"\n', 2, "unknown kind 'slak'; did you mean 'slack'? in [[channel]]"),
        ('[[channel]]\nname = "desk"\n', 1, "no 'kind' in [[channel]]"),
        (SLACK + 'colour = "red"\n', 4, "unknown key 'colour' in [[channel]]"),
        (SLACK + f'secret = "{URL}"\n', 4, "'secret' in [[channel]] is not read from here"),
        ('[[channel]]\nkind = "slack"\n', 1, "the key 'name' is missing in [[channel]]"),
        ('\n[[channel]]\nkind = "slack"\nname = "De sk"\n', 4, "'name' in [[channel]]"),
        (SLACK + SLACK, 6, "would share the variable MONITOR_CHANNEL_DESK"),
        ('[[channels]]\nkind = "slack"\n', 1, "unknown key 'channels'"),
        ("channel = 3\n", 1, "unknown key 'channel'"),
        ('channel = ["x"]\n', 1, "unknown key 'channel'"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("desk")
def test_a_fault_is_said_with_its_line(home, text, line, said):
    error = wrong(home, text)
    assert said in error.message
    assert error.line == line
    assert error.file.endswith("channels.toml")


def test_the_second_block_of_another_kind_is_told_by_its_own_keys(home, monkeypatch):
    monkeypatch.setenv("MONITOR_CHANNEL_DESK", URL)
    monkeypatch.setenv("MONITOR_CHANNEL_CREW", "token")
    error = wrong(home, SLACK + MATRIX.format(name="crew").replace('"!a:m.example"', '"#a:m.example"'))
    assert "'room' in [[channel]]: '#a:m.example' is no room's id" in error.message
    assert error.line == 8


@pytest.mark.parametrize("value", ["", "s3cret", "ftp://chat.example.org/s3cret"])
def test_a_secret_that_is_missing_or_cannot_be_one_names_its_variable(home, monkeypatch, value):
    monkeypatch.setenv("MONITOR_CHANNEL_DESK", value)
    error = wrong(home, SLACK)
    assert ": MONITOR_CHANNEL_DESK is " in error.message
    assert "MONITOR_CHANNEL_DESK_FILE" in error.advice


def test_a_secret_of_no_channel_is_refused(home, monkeypatch):
    monkeypatch.setenv("MONITOR_CHANNEL_DSK", URL)
    monkeypatch.setenv("MONITOR_CHANNEL_DESK", URL)
    error = wrong(home, SLACK)
    assert (
        "unknown environment variable MONITOR_CHANNEL_DSK; did you mean 'MONITOR_CHANNEL_DESK'?"
        in error.message
    )


@pytest.mark.parametrize(("first", "second"), [("a-b", "a_b"), ("desk", "desk_file"), ("desk-file", "desk")])
def test_names_that_would_share_a_variable_are_refused(home, first, second):
    error = wrong(home, MATRIX.format(name=first) + MATRIX.format(name=second))
    assert "would share the variable" in error.message


@pytest.mark.usefixtures("desk")
def test_a_topic_that_names_a_channel_that_is_not_there_is_put_aside_and_said(home):
    home.write("channels.toml", SLACK)
    home.write("topics/fine.toml", 'channels = ["desk"]\n' + TOPIC)
    home.write("topics/lost.toml", 'channels = ["dsk"]\n' + TOPIC)
    home.write(
        "topics/twin.toml", 'channels = ["desk"]\n' + TOPIC + f'[[webhooks]]\nname = "desk"\nurl = "{URL}"\n'
    )
    settings = load(home.config, kinds=kinds)
    assert [topic.id for topic in settings.topics] == ["fine"]
    why = {each.id: each.why for each in settings.broken}
    assert "no channel 'dsk'; did you mean 'desk'?" in why["lost"]
    assert "a webhook and a channel are both called 'desk'" in why["twin"]


@pytest.mark.usefixtures("desk")
def test_alarms_go_to_channels_that_are_there_and_that_somebody_reads(home):
    home.write("channels.toml", SLACK + '[[channel]]\nkind = "file"\nname = "shelf"\nfolder = "x"\n')
    home.write("monitor.toml", '[alarm]\nchannels = ["desk"]\n')
    assert load(home.config, kinds=kinds).alarm.channels == ("desk",)
    for name, said in (("desc", "no channel 'desc'"), ("shelf", "by which nobody hears an alarm")):
        home.write("monitor.toml", f'[alarm]\nchannels = ["{name}"]\n')
        with pytest.raises(SettingsError, match=said) as caught:
            load(home.config, kinds=kinds)
        assert caught.value.line == 2
