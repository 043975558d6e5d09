"""Adding a feed keeps the file as its user wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import monitor
from monitor.errors import SettingsError
from monitor.settings import FeedSettings, append_feed, append_feeds, load_feeds, new_feed, shipped
from monitor.settings.loading import parse_feeds

NEW = FeedSettings(name="New", url="https://new.example/rss")
OLD = "[[feed]]\nname = \"Old\"   # mine\nurl = 'https://old.example/'\n"


def test_the_bytes_before_the_new_feed_stay_as_they_are(home):
    for before in (
        OLD,
        "# only a comment\n\n\n",
        "",
        OLD.rstrip("\n"),
        OLD.replace("\n", "\r\n"),
        "\ufeff" + OLD,
    ):
        file = home.write("feeds.toml", before)
        append_feed(file, NEW)
        assert file.read_bytes().startswith(before.encode())
        assert load_feeds(file)[-1] == NEW


def test_only_what_differs_from_the_default_is_written(home):
    file = home.write("feeds.toml", OLD)
    append_feed(file, FeedSettings(name="New", url="https://new.example/rss", group="press", paywall=True))
    assert file.read_text() == OLD + (
        '\n[[feed]]\nid = "new"\nname = "New"\nurl = "https://new.example/rss"\npaywall = true\n'
    )


def test_windows_line_ends_stay_windows_line_ends(home):
    file = home.write("feeds.toml", OLD.replace("\n", "\r\n"))
    append_feed(file, NEW)
    body = file.read_bytes()
    assert body.count(b"\n") == body.count(b"\r\n")


def test_a_feed_is_added_to_the_shipped_file(home):
    file = home.write("feeds.toml", (shipped("config") / "feeds.toml").read_bytes())
    feeds = load_feeds(file)
    append_feed(file, NEW)
    assert load_feeds(file) == (*feeds, NEW)


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (FeedSettings(id="old", name="New", url="https://new.example/"), "two feeds have the id 'old'"),
        (FeedSettings(name="New", url="https://old.example/"), "two feeds have the url"),
        (FeedSettings(name="New", url="https://new.example/", topics=("none",)), "unknown topic 'none'"),
    ],
)
def test_a_feed_that_does_not_fit_leaves_the_file_alone(home, feed, said):
    file = home.write("feeds.toml", OLD)
    with pytest.raises(SettingsError, match=said):
        append_feed(file, feed)
    assert file.read_text() == OLD


def test_a_faulty_file_is_not_made_longer(home):
    file = home.write("feeds.toml", "feed = []\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        append_feed(file, NEW)
    assert file.read_text() == "feed = []\n"


def test_a_missing_file_is_told(home):
    with pytest.raises(SettingsError, match="monitor init"):
        append_feed(home.config / "feeds.toml", NEW)


def test_the_configuration_inside_an_installed_package_is_not_written():
    with pytest.raises(SettingsError, match=r"the next update replaces\n.*monitor init"):
        append_feed(Path(monitor.__file__).parent / "_data" / "config" / "feeds.toml", NEW)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told():
    from monitor.settings.append import _append

    with pytest.raises(SettingsError, match="cannot be written: No space left on device"):
        _append(Path("/dev/full"), b"[[feed]]\n")


def test_half_a_block_is_cut_off(home):
    from monitor.settings.append import _cut

    file = home.write("feeds.toml", OLD + "[[fe")
    _cut(file, len(OLD))
    assert file.read_text() == OLD


def test_many_feeds_are_added_in_one_reading_and_one_writing(home, monkeypatch):
    """The law of growth: ten times the feeds, the same number of readings (before: one for each feed)."""
    file = home.write("feeds.toml", OLD)
    readings = []

    def parse(text, file):
        readings.append(len(text))
        return parse_feeds(text, file)

    monkeypatch.setattr("monitor.settings.append.parse_feeds", parse)
    many = [FeedSettings(name=f"Feed {n}", url=f"https://s{n}.example/rss") for n in range(3000)]
    append_feeds(file, many[:300])
    append_feeds(file, many[300:])
    assert len(readings) == 2
    assert load_feeds(file)[1:] == tuple(many)
    before = file.read_bytes()
    with pytest.raises(SettingsError):
        append_feeds(file, [FeedSettings(name="fine", url="https://fine.example/"), many[7]])
    assert file.read_bytes() == before


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FEEDS = st.builds(
    FeedSettings,
    name=TEXT.map(lambda text: "".join(c for c in text if c.isprintable())).filter(str.strip),
    url=st.from_regex(r"https://[a-z]{1,9}\.example/[a-z%?&=\"'#]{0,9}", fullmatch=True),
    country=st.sampled_from(["", "US"]),
    trust=st.floats(0, 2),
    enabled=st.booleans(),
    reason=TEXT,
    max_items=st.integers(1, 10**9),
)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # every example writes the file anew
@given(feed=FEEDS)
def test_any_feed_comes_back_as_it_was_added(home, feed):
    file = home.write("feeds.toml", OLD)
    if feed.id == "old":
        return
    append_feed(file, feed)
    assert load_feeds(file)[-1] == feed


# --------------------------------------------------------------------------- a feed from outside values


def test_what_a_feed_says_of_itself_is_cleaned():
    feed = new_feed(name=" News\r\nBcc: x\x00 of  the day ", url="https://new.example/rss", lang="EN_us")
    assert (feed.name, feed.id, feed.lang) == ("News Bcc: x of the day", "news-bcc-x-of-the-day", "en-us")


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("", "en"),
        ("English", "en"),
        ("ZH", "zh"),
        ("zh-Hans", "zh-Hans"),
        ("de-", "en"),
        ("de DE", "en"),
        ("eng", "eng"),
    ],
)
def test_a_language_that_is_none_becomes_english(said, taken):
    assert new_feed(name="N", url="https://new.example/", lang=said).lang == taken


def test_a_feed_without_a_title_is_named_by_its_address():
    feed = new_feed(name="\n", url="https://new.example/rss")
    assert (feed.name, feed.id) == ("https://new.example/rss", "https-new-example-rss")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"url": "ftp://x/"}, "url"),
        ({"url": ""}, "name"),
        ({"group": "My group"}, "group"),
        ({"feed_id": "A b"}, "id"),
    ],
)
def test_a_feed_that_cannot_be_used_is_our_error(values, key):
    with pytest.raises(SettingsError) as caught:
        new_feed(**({"name": "", "url": "https://new.example/"} | values))
    assert caught.value.key == f"feed.{key}"


@given(name=st.text(), lang=st.text())
def test_no_title_or_language_makes_a_feed_unusable(name, lang):
    assert new_feed(name=name, url="https://new.example/", lang=lang).name.strip()
