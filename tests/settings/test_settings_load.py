"""What is loaded from where, and the values that come out."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.settings import (
    FeedSettings,
    Settings,
    SmtpSettings,
    StoreSettings,
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


# --------------------------------------------------------------------------- database URL


def test_the_database_url_of_the_environment_wins(home, monkeypatch):
    home.write("monitor.toml", '[store]\nurl = "sqlite:///a.db"\nbusy_timeout_s = 1\n')
    assert load(home.config).store == StoreSettings(url="sqlite:///a.db", busy_timeout_s=1)
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert load(home.config).store == StoreSettings(url="postgresql://u:hunter2@h/d", busy_timeout_s=1)


def test_every_section_of_the_file_arrives(home):
    home.write("monitor.toml", "[retention]\ntexts_days = 7\n[web]\nport = 8080\n[read]\nmax_pages = 5\n")
    loaded = load(home.config)
    assert (loaded.retention.texts_days, loaded.web.port, loaded.read.max_pages) == (7, 8080, 5)
    assert set(MainFile.model_fields) <= set(loaded.model_dump())


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


# --------------------------------------------------------------------------- writing the defaults


def test_the_written_defaults_load_to_the_shipped_settings(home, tmp_path):
    folder = tmp_path / "new" / "monitor"
    written = write_defaults(folder)
    assert {path.relative_to(folder).as_posix() for path in written} >= {
        "config/monitor.toml",
        "config/feeds.toml",
        "config/topics/us-china-trade.toml",
    }
    assert any(path.parent == folder / "seeds" for path in written)
    assert load_feeds(folder / "config") == load_feeds(shipped("config"))
    settings, original = load(folder / "config"), load(shipped("config"))
    assert settings.fetch == original.fetch
    assert [topic.facets for topic in settings.topics] == [topic.facets for topic in original.topics]


def test_writing_the_defaults_again_changes_nothing(home, tmp_path):
    folder = tmp_path / "new"
    write_defaults(folder)
    mine = folder / "config" / "feeds.toml"
    mine.write_text("# mine\n")
    assert write_defaults(folder) == ()
    assert mine.read_text() == "# mine\n"


def test_a_missing_file_is_written_beside_the_ones_that_exist(home, tmp_path):
    folder = tmp_path / "new"
    write_defaults(folder)
    lost = folder / "config" / "feeds.toml"
    lost.unlink()
    assert write_defaults(folder) == (lost,)


def test_writing_the_defaults_leaves_no_half_files(home, tmp_path):
    written = write_defaults(tmp_path / "new")
    assert sorted(written) == sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())


def test_defaults_that_cannot_be_written_are_told(home, tmp_path):
    (tmp_path / "new").write_text("a file where a folder should be")
    with pytest.raises(SettingsError, match=r"cannot write .*Not a directory"):
        write_defaults(tmp_path / "new")


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
