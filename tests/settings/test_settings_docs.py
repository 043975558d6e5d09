"""The shipped files and the documentation name every key, with its true default."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import MISSING, fields
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor.deliver.channels.registry import kinds
from monitor.model import Feed
from monitor.settings import (
    AlertSettings,
    ChannelSettings,
    FacetSettings,
    FeedSettings,
    LimitSettings,
    MainFile,
    MeasuredSettings,
    ScheduleSettings,
    Settings,
    ThemeSettings,
    TopicSettings,
    WebhookSettings,
    WeightSettings,
    load,
    load_feeds,
    shipped,
)

MAIN = shipped("config") / "monitor.toml"
FEEDS = shipped("config") / "feeds.toml"
DOCS = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
TABLES = {name: type(field.default) for name, field in MainFile.model_fields.items()}
NESTED = {"webhooks", "alerts", "facets", "themes", "measured", "schedule", "weights", "limits"}
SECTIONS: list[tuple[str, type[BaseModel], set[str]]] = [
    *((f"[{name}]", model, set()) for name, model in TABLES.items()),
    ("[[feed]]", FeedSettings, set()),
    *((f'kind = "{kind}"', model, set(ChannelSettings.model_fields)) for kind, model in kinds().items()),
    ("Top of the file", TopicSettings, {"id", *NESTED}),
    ("[[webhooks]]", WebhookSettings, set()),
    ("[[alerts]]", AlertSettings, set()),
    ("[[facets]]", FacetSettings, set()),
    ("[[themes]]", ThemeSettings, set()),
    ("[[measured]]", MeasuredSettings, set()),
    ("[schedule]", ScheduleSettings, set()),
    ("[weights]", WeightSettings, set()),
    ("[limits]", LimitSettings, set()),
]


def documented(heading: str, level: str = "###") -> dict[str, str]:
    """The keys and defaults of the table below a heading of docs/configuration.md."""
    section = DOCS.split(f"\n{level} {heading}\n")[1].split("\n#")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", section, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "model", "elsewhere"), SECTIONS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_documentation_names_every_key_and_its_default(heading, model, elsewhere):
    rows = documented(heading)
    assert rows.keys() == model.model_fields.keys() - elsewhere
    for key, cell in rows.items():
        field = model.model_fields[key]
        if field.is_required():
            assert cell == "*required*"
        elif field.default_factory:
            assert cell == "*from the name*"
        else:
            default = tomllib.loads(f"x = {cell.strip('`')}")["x"]
            assert (default if not isinstance(default, list) else tuple(default)) == field.default, key
            assert type(default) is type(field.default) or isinstance(default, list)


def test_the_documentation_names_every_environment_variable():
    source = "".join(path.read_text() for path in (Path(__file__).parents[2] / "monitor").rglob("*.py"))
    named = set(re.findall(r"MONITOR_[A-Z_]*[A-Z]", source)) - {"MONITOR_CHANNEL"}  # a beginning of names
    assert {name for name in named if name not in DOCS} == set()


def test_the_shipped_channels_toml_names_no_place_and_its_examples_load(home, monkeypatch):
    text = (shipped("config") / "channels.toml").read_text()
    assert load(home.write("channels.toml", text).parent).channels == ()
    home.write("channels.toml", re.sub(r"^#(?=\w+ = |\[\[)", "", text, flags=re.MULTILINE))
    monkeypatch.setenv("MONITOR_CHANNEL_DESK", "https://chat.example.org/hook")
    monkeypatch.setenv("MONITOR_CHANNEL_CREW", "123456:ABC")
    assert [each.kind for each in load(home.config, kinds=kinds).channels] == ["slack", "telegram"]


def test_the_documentation_tells_what_every_block_of_a_channel_has():
    assert documented("channels.toml", level="##").keys() == ChannelSettings.model_fields.keys() - {"secret"}


def test_every_example_of_the_documentation_loads(home, monkeypatch):
    blocks = re.findall(r"```toml\n(.*?)```", DOCS, flags=re.DOTALL)
    assert len(blocks) >= 6
    home.write("topics/fishing.toml", next(block for block in blocks if block.startswith("title")))
    for block in blocks:
        if block.startswith("[[feed]]"):
            home.write("feeds.toml", block)
            assert load_feeds(home.config)
        elif block.startswith("[[channel]]"):
            home.write("channels.toml", block)
            for name in re.findall(r'^name = "(.+)"$', block, flags=re.MULTILINE):
                monkeypatch.setenv(f"MONITOR_CHANNEL_{name.upper()}", "https://chat.example.org/hook")
        elif block.startswith("recipients"):
            home.write("topics/mail.toml", 'title = "x"\nsentence = "x"\n' + block)
        elif not block.startswith("title"):
            home.write("monitor.toml", block)
        assert load(home.config, kinds=kinds)


def test_the_shipped_monitor_toml_names_every_key_in_its_section():
    assert uncommented().keys() == TABLES.keys()
    for name, model in TABLES.items():
        assert list(uncommented()[name]) == list(model.model_fields)


def uncommented() -> dict[str, dict[str, object]]:
    return tomllib.loads(re.sub(r"^#(?=\w+ = )", "", MAIN.read_text(), flags=re.MULTILINE))


def test_every_key_of_the_shipped_monitor_toml_is_explained_above_it():
    lines = MAIN.read_text().splitlines()
    bare = [
        line for before, line in pairwise(lines) if re.match(r"#\w+ = ", line) and not before.startswith("# ")
    ]
    assert bare == []


def test_the_shipped_monitor_toml_equals_the_defaults(home):
    settings = load(home.write("monitor.toml", MAIN.read_bytes()))
    assert settings == load(home.write("monitor.toml", b""))
    plain = Settings(root=home.root, data=home.root)
    assert [settings.fetch, settings.read, settings.smtp, settings.log, settings.store] == [
        plain.fetch,
        plain.read,
        plain.smtp,
        plain.log,
        plain.store,
    ]


def test_what_the_comments_of_monitor_toml_call_the_default_is_the_default(home):
    text = re.sub(r"^#(?=\w+ = )", "", MAIN.read_text(), flags=re.MULTILINE)
    assert load(home.write("monitor.toml", text)) == load(home.write("monitor.toml", b""))


# --------------------------------------------------------------------------- the shipped feeds


def test_feed_settings_have_the_fields_and_defaults_of_the_model():
    assert FeedSettings.model_fields.keys() == {field.name for field in fields(Feed)}
    for field in fields(Feed):
        if field.default is not MISSING:
            assert FeedSettings.model_fields[field.name].default == field.default, field.name
    settings = FeedSettings(name="A", url="https://a.example/")
    assert Feed(**settings.model_dump()).id == "a"


def test_the_header_of_feeds_toml_names_every_key():
    header = FEEDS.read_text().split("[[feed]]  #")[0]
    assert [key for key in FeedSettings.model_fields if not re.search(rf"\b{key}\b", header)] == []


def graded() -> list[tuple[str, FeedSettings]]:
    grades = re.findall(r"^\[\[feed\]\]  # ([ABC])$", FEEDS.read_text(), flags=re.MULTILINE)
    return list(zip(grades, load_feeds(FEEDS), strict=True))


def test_the_shipped_feeds_are_counted_by_grade():
    assert Counter(grade for grade, _ in graded()) == {"A": 19, "B": 28, "C": 5}


def test_the_doubtful_shipped_feeds_are_off_with_a_reason_and_only_they():
    for grade, feed in graded():
        assert feed.enabled == (grade != "C"), feed.id
        assert bool(feed.reason) == (grade == "C"), feed.id


def test_every_shipped_feed_states_its_id_group_language_and_trust():
    groups = {"us-official", "cn-official", "igo", "think-tank", "law", "press", "query"}
    for block in tomllib.loads(FEEDS.read_text())["feed"]:
        assert {"id", "name", "url", "group", "lang", "trust"} <= block.keys(), block
        assert block["group"] in groups


def test_no_two_shipped_feeds_share_a_name_id_or_url():
    feeds = [feed for _, feed in graded()]
    for key in ("id", "name", "url"):
        assert len({getattr(feed, key) for feed in feeds}) == len(feeds)
    assert not {feed.fallback_url for feed in feeds} & {feed.url for feed in feeds}


def test_paywalls_and_state_media_are_marked():
    feeds = [feed for _, feed in graded()]
    assert {feed.id for feed in feeds if feed.state_media} == {
        feed.id for feed in feeds if feed.group == "cn-official"
    }
    walled = (
        "scmp",
        "nyt",
        "wsj",
        "ft-",
        "economist",
        "bloomberg",
        "foreign-affairs",
        "foreign-policy",
        "nikkei",
    )
    assert {feed.id for feed in feeds if feed.paywall} == {
        feed.id for feed in feeds if feed.id.startswith(walled)
    }


def test_only_plain_http_feeds_are_off():
    assert [feed.id for _, feed in graded() if feed.enabled and not feed.url.startswith("https://")] == []


def test_special_cases_of_single_feeds():
    feeds = {feed.id: feed for _, feed in graded()}
    assert feeds["economist-china"].max_items == 60
    assert feeds["nikkei-asia"].fallback_url.startswith(
        "https://news.google.com/rss/search?q=site:asia.nikkei.com"
    )
    assert all(
        feeds[f"scmp-{part}"].url.endswith("/feed/") for part in ("china-economy", "diplomacy", "business")
    )
    assert {feed.id for feed in feeds.values() if feed.is_trusted} == {
        "federal-register-bis-ustr-ofac",
        "federal-register-ita-itc-cbp-china",
        "ustr",
        "cbp-forced-labor",
    }
