"""Every fault of a configuration file: what is said, and on which line."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsError
from monitor.settings import load, load_feeds

TOPIC = 'title = "Trade"\nsentence = "Trade between two countries."\n'
FEED = '[[feed]]\nname = "One"\nurl = "https://example.org/one"\n'

FAULTS = [
    # file, text, line, key, parts of what is said
    ("monitor.toml", "[fetch]\ntime_out_s = 5\n", 2, "fetch.time_out_s", ["unknown key 'time_out_s' in [fetch]", "did you mean 'timeout_s'?"]),
    ("monitor.toml", "# one\n\n[fetc]\n", 3, "fetc", ["unknown key 'fetc'; did you mean 'fetch'?", "Known keys: store, fetch"]),
    ("monitor.toml", "[log]\nxyzzy = 1\n", 2, "log.xyzzy", ["unknown key 'xyzzy' in [log]", "Known keys: level, format."]),
    ("monitor.toml", "[smtp]\nformats = []\n", 2, "smtp.formats", ["'formats' belongs to [digest]."]),
    ("monitor.toml", '[smtp]\npassword = "hunter2"\n', 2, "smtp.password", ["unknown key 'password'", "MONITOR_SMTP_PASSWORD_FILE"]),
    ("monitor.toml", FEED, 1, "feed", ["unknown key 'feed'", "feeds.toml beside monitor.toml"]),
    ("monitor.toml", 'data = "x"\n', 1, "data", ["unknown key 'data'", "MONITOR_DATA"]),
    ("monitor.toml", "[fetch]\nconcurrency = 0\n", 2, "fetch.concurrency", ["'concurrency' in [fetch] cannot be 0", "Allowed: a whole number from 1 to 256 (default 16)."]),
    ("monitor.toml", '[fetch]\nconcurrency = "16"\n', 2, "fetch.concurrency", ['cannot be "16"', "a whole number"]),
    ("monitor.toml", "[fetch]\nconcurrency = 1.5\n", 2, "fetch.concurrency", ["cannot be 1.5", "a whole number"]),
    ("monitor.toml", "[fetch]\nrobots = 1\n", 2, "fetch.robots", ["cannot be 1", "Allowed: true or false (default true)."]),
    ("monitor.toml", "[fetch]\ntimeout_s = 0\n", 2, "fetch.timeout_s", ["Allowed: a number of seconds above 0 (default 30.0)."]),
    ("monitor.toml", "[fetch]\ntimeout_s = inf\n", 2, "fetch.timeout_s", ["cannot be Infinity"]),
    ("monitor.toml", "[fetch]\ntimeout_s = nan\n", 2, "fetch.timeout_s", ["cannot be NaN"]),
    ("monitor.toml", "[fetch]\nmin_gap_s = -1\n", 2, "fetch.min_gap_s", ["Allowed: a number of seconds, 0 or more (default 1.0)."]),
    ("monitor.toml", "[fetch]\nfeed_max_bytes = -1\n", 2, "fetch.feed_max_bytes", ["Allowed: a whole number of bytes above 0 (default 10485760)."]),
    ("monitor.toml", "[fetch]\nports = [\n    80,\n    99999,\n]\n", 2, "fetch.ports", ["cannot be 99999", "from 1 to 65535"]),
    ("monitor.toml", "[fetch]\nports = 80\n", 2, "fetch.ports", ["cannot be 80", "Allowed: a list in [ ], each a whole number from 1 to 65535."]),
    ("monitor.toml", "[fetch]\nmin_interval_s = 900\nmax_interval_s = 60\n", 3, "fetch.max_interval_s", ["is shorter than 'min_interval_s'", "900 seconds or more"]),
    ("monitor.toml", '[fetch]\nallow_networks = ["10.0.0.1/8"]\n', 2, "fetch.allow_networks", ["'10.0.0.1/8' is no IP network; did you mean '10.0.0.0/8'?"]),
    ("monitor.toml", '[fetch]\nallow_networks = ["intranet"]\n', 2, "fetch.allow_networks", ["'intranet' is no IP network; write CIDR notation"]),
    ("monitor.toml", "fetch = 5\n", 1, "fetch", ["'fetch' cannot be 5", "Allowed: a table."]),
    ("monitor.toml", "[[fetch]]\n", 1, "fetch", ["'fetch' cannot be [{}]", "Allowed: a table."]),
    ("monitor.toml", '[smtp]\nsecurity = "startls"\n', 2, "smtp.security", ["cannot be \"startls\"; did you mean 'starttls'?", 'one of "auto", "starttls", "tls", "none" (default "auto")']),
    ("monitor.toml", "[smtp]\nport = -1\n", 2, "smtp.port", ["from 0 to 65535 (default 0)"]),
    ("monitor.toml", '[smtp]\nsender = "Trade Monitor"\n', 2, "smtp.sender", ["'Trade Monitor' is no mail address"]),
    ("monitor.toml", '[smtp]\nsender = "Trade <a b@c>"\n', 2, "smtp.sender", ["'Trade <a b@c>' is no mail address"]),
    ("monitor.toml", '[smtp]\nsender = "a\\nBcc: x@example.org <a@example.org>"\n', 2, "smtp.sender", ["one line of text"]),
    ("monitor.toml", '# mail\n[smtp]\nhost = "mail.example.org"\n', 2, "smtp.sender", ["'sender' in [smtp] is needed"]),
    ("monitor.toml", '[digest]\nformats = ["pdf"]\n', 2, "digest.formats", ['cannot be "pdf"', '"html", "text"']),
    ("monitor.toml", '[digest]\nbase_url = "digest.example.org"\n', 2, "digest.base_url", ["'digest.example.org' does not begin with https://", "write 'https://digest.example.org'"]),
    ("monitor.toml", '[digest]\nout = ""\n', 2, "digest.out", ["may not be empty"]),
    ("monitor.toml", '[store]\nurl = "mysql://u:hunter2@h/d"\n', 2, "store.url", ["must begin with 'postgresql://' or 'sqlite:///'"]),
    ("monitor.toml", "[store]\nurl = 5\n", 2, "store.url", ["cannot be 5", "text in quotes"]),
    ("monitor.toml", "[log]\nlevel = 2024-01-01\n", 2, "log.level", ['cannot be "2024-01-01"']),
    ("monitor.toml", "[fetch]\n[log\n", 2, "", ["not valid TOML", "https://toml.io"]),
    ("monitor.toml", "[fetch]\nports = [\n80,\n\n", 4, "", ["not valid TOML"]),
    ("monitor.toml", "[log]\n\n[log]\n", 3, "", ["not valid TOML"]),
    ("monitor.toml", f"[fetch]\nconcurrency = {'9' * 5000}\n", 2, "", ["not valid TOML"]),
    ("monitor.toml", b"[log]\n# caf\xe9\n", 2, "", ["not UTF-8 text", "Save it as UTF-8."]),
    ("topics/a.toml", 'title = "x"\n', 0, "sentence", ["the key 'sentence' is missing", "Allowed: text in quotes."]),
    ("topics/a.toml", 'id = "B C"\n' + TOPIC, 1, "id", ["'B C' must be 1 to 64"]),
    ("topics/a.toml", 'title = " "\nsentence = "x"\n', 1, "title", ["'title': may not be empty"]),
    ("topics/A B.toml", TOPIC, 0, "id", ["'A B' must be 1 to 64 lower-case letters", "rename the file"]),
    ("topics/a.toml", TOPIC + 'time_zone = "UTC"\n', 3, "time_zone", ["'time_zone' belongs to [schedule]."]),
    ("topics/a.toml", TOPIC + '[schedule]\ntime_zon = "UTC"\n', 4, "schedule.time_zon", ["unknown key 'time_zon' in [schedule]; did you mean 'time_zone'?"]),
    ("topics/a.toml", TOPIC + '[schedule]\ntime = "25:00"\n', 4, "schedule.time", ["'25:00' is not a time of day", "00:00 to 23:59"]),
    ("topics/a.toml", TOPIC + '[schedule]\ntime = "7:00"\n', 4, "schedule.time", ["'7:00' is not a time of day"]),
    ("topics/a.toml", TOPIC + "[schedule]\ntime = 07:00:00\n", 4, "schedule.time", ["'07:00:00' is not a time of day"]),
    ("topics/a.toml", TOPIC + '[schedule]\nday = "Monday"\n', 4, "schedule.day", ["did you mean 'monday'?"]),
    ("topics/a.toml", TOPIC + '[schedule]\ntime_zone = "Asia/Shangai"\n', 4, "schedule.time_zone", ["unknown time zone 'Asia/Shangai'; did you mean 'Asia/Shanghai'?"]),
    ("topics/a.toml", TOPIC + "[weights]\nnovelty = -0.5\n", 4, "weights.novelty", ["Allowed: a number, 0 or more (default 1.0)."]),
    ("topics/a.toml", TOPIC + "[limits]\ntop = 21\n", 4, "limits.top", ["from 1 to 20 (default 5)"]),
    ("topics/a.toml", TOPIC + '[[facets]]\nname = "a"\naliases = ["x"]\n\n[[facets]]\nname = "b"\naliases = []\n', 9, "facets.aliases", ["'aliases' in [[facets]] cannot be []", "at least one item"]),
    ("topics/a.toml", TOPIC + '[[facets]]\nname = "a"\naliases = ["x", " "]\n', 5, "facets.aliases", ["may not be empty"]),
    ("topics/a.toml", TOPIC + '[[facets]]\nname = "a"\naliases = ["x"]\n[[facets]]\nname = "b"\n', 6, "facets.aliases", ["the key 'aliases' is missing in [[facets]]"]),
    ("topics/a.toml", TOPIC + '[[facets]]\nname = "a"\naliases = ["x"]\n[facets.langs]\nzh = []\n', 7, "facets.langs.zh", ["'zh' in [facets.langs] cannot be []"]),
    ("topics/a.toml", TOPIC + '[facets]\nname = "a"\naliases = ["x"]\n', 3, "facets", ["'facets' cannot be a table", "a list in [ ], each a table"]),
    ("topics/a.toml", TOPIC + '[[themes]]\nname = "A"\naliases = ["x"]\n[[themes]]\nname = "a"\naliases = ["y"]\n', 3, "themes", ["'a' is listed twice"]),
    ("topics/a.toml", TOPIC + 'recipients = ["a@example.org", "not an address"]\n', 3, "recipients", ["'not an address' is no mail address"]),
    ("topics/a.toml", TOPIC + 'recipients = ["Ann <a@example.org>"]\n', 3, "recipients", ["write it bare, such as 'reader@example.org'"]),
    ("topics/a.toml", TOPIC + 'recipients = ["a@example.org", "A@example.org"]\n', 3, "recipients", ["'a@example.org' is listed twice"]),
    ("feeds.toml", '[[feeds]]\nname = "x"\n', 1, "feeds", ["unknown key 'feeds'; did you mean 'feed'?"]),
    ("feeds.toml", FEED + '\n[[feed]]\nname = "Two"\n', 5, "feed.url", ["the key 'url' is missing in [[feed]]"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nurl = ""\n', 3, "feed.url", ["the key 'url' is missing in [[feed]]"]),
    ("feeds.toml", FEED + 'folder = "mail"\n', 3, "feed.url", ["stands beside 'folder'", "leave one of them out"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nfolder = "mail"\nfallback_url = "https://example.org/"\n', 4, "feed.fallback_url", ["this one is a folder"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nfolder = "mail"\n\n[[feed]]\nname = "y"\nfolder = "./mail/"\n', 7, "feed.folder", ["two feeds have the folder 'mail'"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nurl = "ftp://example.org/"\n', 3, "feed.url", ["'ftp://example.org/' is no web address"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nurl = "https://[::1/"\n', 3, "feed.url", ["is no web address"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nurl = "https://u:p@example.org/"\n', 3, "feed.url", ["is no web address"]),
    ("feeds.toml", '[[feed]]\nname = "x"\nurl = "https:///rss"\n', 3, "feed.url", ["is no web address"]),
    ("feeds.toml", FEED + "trust = 3\n", 4, "feed.trust", ["Allowed: a number from 0 to 2 (default 1.0)."]),
    ("feeds.toml", FEED + 'country = "us"\n', 4, "feed.country", ["'us' is no country code"]),
    ("feeds.toml", FEED + 'lang = "English"\n', 4, "feed.lang", ['cannot be "English"', '(default "en")']),
    ("feeds.toml", FEED + 'id = "One!"\n', 4, "feed.id", ["'One!' must be"]),
    ("feeds.toml", FEED + 'id = ""\n', 4, "feed.id", ["'' must be"]),
    ("feeds.toml", FEED + FEED.replace("/one", "/two"), 4, "feed.id", ["two feeds have the id 'one'", "an `id` of its own"]),
    ("feeds.toml", FEED + FEED.replace("One", "Two"), 6, "feed.url", ["two feeds have the url 'https://example.org/one': 'One' and 'Two'"]),
    ("feeds.toml", FEED + 'topics = ["trad"]\n', 4, "feed.topics", ["unknown topic 'trad' in [[feed]]", "there are none"]),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[3]}: {fault[4][0]}")
def test_a_fault_is_told_with_file_line_key_and_what_is_allowed(home, fault):
    name, text, line, key, parts = fault
    error = home.error(name, text)
    assert (error.file, error.line, error.key) == (str(home.config / name), line, key)
    assert [part for part in parts if part not in str(error)] == []
    assert str(error).startswith(f"{home.config / name}:{line}: " if line else f"{home.config / name}: ")


def test_no_error_repeats_a_password(home):
    assert "hunter2" not in str(home.error("monitor.toml", '[smtp]\npassword = "hunter2"\n'))
    assert "hunter2" not in str(home.error("monitor.toml", '[store]\nurl = "mysql://u:hunter2@h/d"\n'))


def test_the_first_fault_in_the_file_is_told_and_the_others_are_counted(home):
    error = home.error("monitor.toml", '[smtp]\nport = -1\n[fetch]\nrobots = 1\n[log]\nlevel = "loud"\n')
    assert (error.line, error.key) == (2, "smtp.port")
    assert "2 more to put right" in str(error)


def test_a_missing_name_is_one_fault_although_the_id_would_come_from_it(home):
    error = home.error("feeds.toml", '[[feed]]\nurl = "https://example.org/"\n')
    assert error.key == "feed.name"
    assert "more to put right" not in str(error)


def test_a_long_value_is_shortened_in_the_error(home):
    error = home.error("monitor.toml", f'[log]\nlevel = "{"x" * 500}"\n')
    assert "xxx..." in str(error)
    assert len(str(error)) < 300


def test_faults_in_a_file_with_windows_line_ends_have_the_same_line(home):
    error = home.error("monitor.toml", "# one\r\n[fetch]\r\nports = [\r\n80,\r\n]\r\nrobots = 1\r\n")
    assert error.line == 6


def test_an_unknown_topic_of_a_feed_names_the_nearest_file(home):
    home.write("topics/trade.toml", TOPIC)
    error = home.error("feeds.toml", FEED + 'topics = ["trad"]\n')
    assert "did you mean 'trade'?" in str(error)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Shanghai", "Asia/Shanghai"),
        ("Asia/Beijing", "Asia/Shanghai"),
        ("Washington", "America/New_York"),
        ("New York", "America/New_York"),
    ],
)
def test_an_unknown_time_zone_names_a_near_one(home, written, meant):
    error = home.error("topics/a.toml", TOPIC + f'[schedule]\ntime_zone = "{written}"\n')
    assert f"did you mean '{meant}'?" in str(error)


@pytest.mark.parametrize("written", ["", "America", "../etc/passwd", "/etc/localtime", "qqqqqqqqqqqq"])
def test_nothing_odd_passes_for_a_time_zone(home, written):
    error = home.error("topics/a.toml", TOPIC + f'[schedule]\ntime_zone = "{written}"\n')
    assert f"unknown time zone '{written}'" in str(error)


@pytest.mark.parametrize("name", ["monitor.toml", "feeds.toml"])
def test_a_missing_file_says_how_to_get_one(home, name):
    home.config.joinpath(name).unlink(missing_ok=True)
    read = load_feeds if name == "feeds.toml" else load
    with pytest.raises(SettingsError, match="does not exist\n  Run `monitor init`") as caught:
        read(home.config)
    assert caught.value.file == str(home.config / name)


def test_a_folder_in_place_of_a_file_is_told(home):
    home.config.joinpath("feeds.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load_feeds(home.config)


def test_settings_errors_exit_with_2():
    assert SettingsError.exit_code == 2
