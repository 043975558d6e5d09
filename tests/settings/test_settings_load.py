"""What is loaded from where, and the values that come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.settings import (
    FeedSettings,
    Settings,
    SmtpSettings,
    TopicSettings,
    load,
    load_feeds,
    shipped,
    write_defaults,
)
from monitor.settings.sections import MainFile

TOPIC = 'title = "Trade"\nsentence = "Trade between two countries."\n'


def test_empty_files_give_the_defaults(home):
    expected = Settings(root=home.root, data=home.root / "data", config=home.config)
    assert load(home.config) == expected.model_copy(
        update={"digest": expected.digest.model_copy(update={"out": str(home.root / "out")})}
    )


def test_values_come_through(home):
    home.write(
        "monitor.toml", '[fetch]\ntimeout_s = 5\nports = [80]\n[smtp]\nhost = "h"\nsender = "A <a@b>"\n'
    )
    home.write("topics/b.toml", TOPIC + '[[facets]]\nname = "x"\naliases = ["x"]\nlangs = {zh = ["中国"]}\n')
    settings = load(home.config)
    assert (settings.fetch.timeout_s, settings.fetch.ports) == (5.0, (80,))
    assert settings.smtp == SmtpSettings(host="h", sender="A <a@b>")
    assert settings.topics[0].id == "b"
    assert settings.topics[0].facets[0].langs == {"zh": ("中国",)}


def test_settings_cannot_be_changed(home):
    with pytest.raises(ValueError, match="frozen"):
        load(home.config).fetch.per_host = 4


def test_topics_are_sorted_and_hidden_files_are_no_topics(home):
    for name in ("b", "a", ".draft"):
        home.write(f"topics/{name}.toml", TOPIC)
    assert [topic.id for topic in load(home.config).topics] == ["a", "b"]


def test_an_id_in_the_file_outlives_the_name_of_the_file(home):
    home.write("topics/renamed.toml", 'id = "a"\n' + TOPIC)
    home.write("topics/b.toml", TOPIC)
    file = home.write("feeds.toml", '[[feed]]\nname = "x"\nurl = "https://a.example/"\ntopics = ["a"]\n')
    assert {t.id: t.is_id_given for t in load(home.config).topics} == {"a": True, "b": False}
    assert load_feeds(home.config)[0].topics == ("a",), file
    home.write("topics/a.toml", TOPIC)
    found = load(home.config)
    assert {t.id for t in found.topics} == {"a", "b"}
    assert [(b.id, "another topic file has the id 'a'" in b.why) for b in found.broken] == [("renamed", True)]


def test_a_byte_order_mark_is_no_fault(home):
    home.write("monitor.toml", b"\xef\xbb\xbf[fetch]\nper_host = 2\n")
    assert load(home.config).fetch.per_host == 2


def test_the_configuration_may_be_named_by_its_file(home):
    other = home.write("test.toml", "[fetch]\nper_host = 3\n")
    settings = load(other)
    assert (settings.fetch.per_host, settings.root, settings.config) == (3, home.root, home.config)


def test_the_configuration_may_be_named_by_the_environment(home, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("MONITOR_CONFIG", str(home.config))
    assert load().config == home.config


def test_the_argument_wins_over_the_environment(home, monkeypatch):
    monkeypatch.setenv("MONITOR_CONFIG", "/nowhere")
    assert load(home.config).config == home.config


@pytest.mark.parametrize(("argument", "variable"), [(Path("nowhere"), ""), (None, "nowhere")])
def test_a_named_configuration_must_exist(home, monkeypatch, argument, variable):
    monkeypatch.setenv("MONITOR_CONFIG", variable)
    with pytest.raises(SettingsError, match=r"nowhere .* does not exist\n.*monitor init"):
        load(argument)


def test_config_in_the_working_directory_is_found(home):
    assert load().config == home.config


def test_a_config_folder_without_monitor_toml_is_a_fault_not_a_fall_back(home):
    (home.config / "monitor.toml").rename(home.config / "feeds.toml")
    with pytest.raises(SettingsError, match="monitor init"):
        load()


def test_without_a_configuration_the_shipped_one_is_used(home):
    (home.config / "monitor.toml").unlink()
    assert load().config == shipped("config")


def test_a_configuration_folder_of_another_name_is_itself_the_root(home):
    folder = home.config.rename(home.root / "etc")
    settings = load(folder)
    assert (settings.root, settings.data) == (folder, folder / "data")


def test_relative_folders_start_at_the_root_and_absolute_ones_stay(home):
    home.write("monitor.toml", '[digest]\nout = "a/b"\ntemplates = "/t"\n')
    home.write("topics/a.toml", TOPIC + 'seeds = "s"\n')
    settings = load(home.config)
    assert (settings.digest.out, settings.digest.templates) == (str(home.root / "a/b"), "/t")
    assert settings.topics[0].seeds == str(home.root / "s")


def test_a_tilde_is_the_home_folder(home, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    home.write("monitor.toml", '[digest]\nout = "~/out"\n')
    assert load(home.config).digest.out == "/home/ann/out"


def test_the_home_of_nobody_is_a_fault(home):
    home.write("monitor.toml", '[digest]\nout = "~nobody-of-this-name/out"\n')
    with pytest.raises(SettingsError, match="no home folder is known"):
        load(home.config)


def test_only_the_shipped_topic_learns_from_the_shipped_seeds_by_itself(home):
    home.write("topics/us-china-trade.toml", TOPIC)
    home.write("topics/cocoa.toml", TOPIC)
    cocoa, trade = load(home.config).topics
    assert trade.seeds == str(shipped("seeds"))
    assert cocoa.seeds == str(home.root / "seeds")  # which is missing, as `learn` will say
    write_defaults(home.root)
    settings = load(home.config)
    assert [(topic.id, topic.seeds) for topic in settings.topics] == [
        ("us-china-trade", str(home.root / "seeds"))
    ]
    assert [each.id for each in settings.broken] == ["cocoa"]
    assert "no seeds of its own" in settings.broken[0].why
    home.write("topics/cocoa.toml", TOPIC + 'seeds = "seeds"\n')  # asked for
    assert load(home.config).topics[0].seeds == str(home.root / "seeds")


def test_a_topic_finds_its_own_folder_below_the_seeds(home):
    home.write("topics/cocoa.toml", TOPIC)
    write_defaults(home.root)
    (home.root / "seeds" / "cocoa").mkdir()
    assert load(home.config).topics[0].seeds == str(home.root / "seeds" / "cocoa")


def test_a_topic_file_that_cannot_be_used_is_put_aside(home):
    home.write("topics/a.toml", TOPIC)
    home.write("topics/b.toml", TOPIC.replace("title", "titel"))
    settings = load(home.config)
    assert [topic.id for topic in settings.topics] == ["a"]
    assert [(each.id, each.is_served) for each in settings.broken] == [("b", False)]
    assert "b.toml: the key 'title' is missing" in settings.broken[0].why


def test_a_topics_folder_that_cannot_be_read_is_a_fault_and_not_an_empty_one(home):
    (home.config / "topics").symlink_to("topics")  # a loop
    with pytest.raises(SettingsError, match=r"topics: cannot be read"):
        load(home.config)


def test_seeds_named_otherwise_are_never_replaced(home):
    home.write("topics/a.toml", TOPIC + 'seeds = "missing"\n')
    assert load(home.config).topics[0].seeds == str(home.root / "missing")


def test_the_data_folder_is_the_argument_else_the_environment_else_below_the_root(home, monkeypatch):
    assert load(home.config).data == home.root / "data"
    monkeypatch.setenv("MONITOR_DATA", "there")
    assert load(home.config).data == home.root / "there"
    monkeypatch.setenv("MONITOR_DATA", "/there")
    assert load(home.config).data == Path("/there")
    assert load(home.config, data=Path("/here")).data == Path("/here")
    assert load(home.config, data=Path("here")).data == Path.cwd() / "here"


def test_loading_creates_nothing(home):
    before = sorted(home.root.rglob("*"))
    load(home.config)
    assert sorted(home.root.rglob("*")) == before


def test_all_topics_and_sections_have_an_example_that_loads(home):
    topic = load(shipped("config")).topics[0]
    assert isinstance(topic, TopicSettings)
    assert topic.facets


# --------------------------------------------------------------------------- feeds


def test_feeds_come_in_the_order_of_the_file_disabled_ones_too(home):
    home.write(
        "feeds.toml",
        '[[feed]]\nname = "Zeta"\nurl = "https://z.example/"\nenabled = false\nreason = "slow"\n'
        '[[feed]]\nid = "mine"\nname = "Alpha"\nurl = "https://a.example/"\ntopics = []\n',
    )
    assert load_feeds(home.config) == (
        FeedSettings(id="zeta", name="Zeta", url="https://z.example/", enabled=False, reason="slow"),
        FeedSettings(id="mine", name="Alpha", url="https://a.example/"),
    )


def test_feeds_may_be_read_by_the_name_of_their_file(home):
    file = home.write("other.toml", '[[feed]]\nname = "A"\nurl = "https://a.example/"\n')
    assert [feed.id for feed in load_feeds(file)] == ["a"]


def test_a_feed_may_name_a_topic_that_has_a_file(home):
    home.write("topics/trade.toml", TOPIC)
    home.write("feeds.toml", '[[feed]]\nname = "A"\nurl = "https://a.example/"\ntopics = ["trade"]\n')
    assert load_feeds(home.config)[0].topics == ("trade",)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("SCMP: China economy", "scmp-china-economy"),
        ("  Économie & Cie. ", "economie-cie"),
        ("x" * 100, "x" * 64),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_the_id_of_a_feed_is_the_slug_of_its_name(name, slug):
    assert FeedSettings(name=name, url="https://a.example/").id == slug


def test_names_without_latin_letters_get_an_id_from_the_url():
    one, two = (FeedSettings(name="商务部", url=f"https://{host}.example/").id for host in "ab")
    assert one.startswith("feed-")
    assert one != two


def test_every_section_of_the_file_arrives(home):
    home.write("monitor.toml", "[retention]\ntexts_days = 7\n[web]\nport = 8080\n[read]\nmax_pages = 5\n")
    loaded = load(home.config)
    assert (loaded.retention.texts_days, loaded.web.port, loaded.read.max_pages) == (7, 8080, 5)
    assert set(MainFile.model_fields) <= set(loaded.model_dump())
