"""Invented issues for the tests of rendering: a full week, a quiet one, a blind one, and their parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.digests.compose import compose
from monitor.model import (
    Candidate,
    Change,
    Coverage,
    Digest,
    Fact,
    FeedHealth,
    Nearest,
    Outlet,
    Probe,
    QuietThread,
    Quote,
    Revision,
)
from monitor.settings import LimitSettings, ScheduleSettings, TopicSettings

SINCE = datetime(2026, 11, 16, 7, tzinfo=UTC)
UNTIL = datetime(2026, 11, 22, 23, tzinfo=UTC)
NOW = UNTIL + timedelta(minutes=4)

TOPIC = TopicSettings(
    id="us-china-trade",
    title="US–China trade",
    sentence="Trade, tariffs and export controls between the United States and China.",
    recipients=("reader@example.org",),
    sides=("US", "CN"),
    schedule=ScheduleSettings(time_zone="Europe/Berlin"),
)

_OUTLETS = (
    Outlet(name="Example Times", url="https://times.example/a", country="US"),
    Outlet(name="Demo Daily", url="https://demo.example/b", country="US", paywall=True),
    Outlet(name="Placeholder Agency", url="https://agency.example/c", country="CN", state_media=True),
    Outlet(name="Sample Post", url="https://post.example/d", country="GB"),
    Outlet(name="中文示例报", url="https://zh.example/e", country="CN"),
    Outlet(name="Harbour Ledger", url="https://harbour.example/f", country="US"),
    Outlet(name="Policy Notes", url="https://policy.example/g", country="US"),
    Outlet(name="Strait Review", url="https://strait.example/h", country="SG"),
    Outlet(name="Freight Observer", url="https://freight.example/i", country="CN"),
)

_TOP = (
    (
        "Placeholder ministry widens curbs on chip-making tools",
        "new",
        "Export controls",
        (
            "The ministry said on Thursday that eleven firms would need licences for eight classes of equipment.",
            "The rule takes effect on 1 December and covers maintenance contracts signed after that date.",
        ),
        ("Eleven firms were added to the list, up from four in the rule published last spring.",),
        (
            Fact(kind="count", value="11 firms", text="eleven firms"),
            Fact(kind="date", value="2026-12-01", text="1 December"),
            Fact(kind="name", value="Example Ministry", text="Example Ministry"),
        ),
        (Change(what="firms on the list", old="4", new="11"),),
        Nearest(kind="issue", title="Ministry consults on tool licences", issue=36, overlap=0.41),
        "Names both sides and export licences; three passages are closest to the seed on chip tools.",
        9,
        7,
    ),
    (
        "Port fees stay paused for ninety days as talks slip",
        "updated",
        "Tariffs",
        (
            "Both sides extended the pause hours before it lapsed, according to two notices published the same evening.",
            "Shippers had booked around 4 December, the old deadline, and spot rates eased within a day.",
        ),
        ("The tariff on tools falls from 145 % to 30 % for the length of the pause.",),
        (
            Fact(kind="percent", value="30 %", text="30 %"),
            Fact(kind="date", value="2026-12-04", text="4 December"),
        ),
        (Change(what="tariff on tools", old="145 %", new="30 %"), Change(what="length of the pause", old="60 days", new="90 days")),
        Nearest(kind="issue", title="Port fees paused as envoys meet", issue=35, overlap=0.78, published=datetime(2026, 8, 22, tzinfo=UTC)),
        "Changes what issue 35 told; names tariffs, ports and both governments.",
        7,
        6,
    ),
    (
        "Soybean orders return for the first time since spring",
        "new",
        "Agriculture",
        (
            "Buyers booked six cargoes for January loading, the weekly export table shows.",
            "Traders quoted in three reports call the volume modest but say the timing matters more than the size.",
        ),
        ("Six cargoes, or about 390,000 tonnes, are the first booking since April.",),
        (Fact(kind="count", value="390000 tonnes", text="390,000 tonnes"), Fact(kind="count", value="6 cargoes", text="Six cargoes")),
        (),
        Nearest(kind="seed", title="China pledges to buy farm goods", overlap=0.52, published=datetime(2018, 5, 20, tzinfo=UTC)),
        "Matches soybean, export and purchase pledges from the seeds.",
        5,
        5,
    ),
    (
        "出口许可新规征求意见 涉及稀土磁材",
        "new",
        "Rare earths",
        ("征求意见稿将于十二月九日截止，涵盖七类磁材出口许可。",),
        ("七类磁材首次列入出口许可清单。",),
        (Fact(kind="date", value="2026-12-09", text="十二月九日"),),
        (),
        Nearest(kind="article", title="Rare-earth permits: two more exporters licensed", overlap=0.33, published=datetime(2026, 11, 3, tzinfo=UTC)),
        "Names rare earths and export licences in Chinese.",
        2,
        2,
    ),
    (
        "Court hears placeholder case on emergency tariff powers",
        "new",
        "Law",
        (
            "Three judges asked whether a trade deficit can be an emergency at all.",
            "A ruling is expected before the spring, lawyers for both sides said.",
        ),
        (),
        (),
        (),
        None,
        "Names tariffs and the emergency powers act; nothing like it was sent before.",
        4,
        3,
    ),
)  # fmt: skip

_ALSO = (
    ("Rare-earth permits: two more exporters licensed", "updated"),
    ("Solar duty review opens; comments due 9 December", "new"),
    ("Survey: four in ten members moved a supplier this year", "new"),
    ("港口吞吐量小幅回升", "new"),
    ("Customs agency clarifies small-parcel rule", "new"),
    ("Chamber asks both capitals for a standing hotline", "new"),
    ("Battery maker pauses second plant", "updated"),
    ("Freight index falls for a third week", "new"),
)


def top_story(number: int) -> Candidate:
    """The `number`th of the invented top stories, from 0; they repeat with other ids and headlines."""
    headline, status, theme, quotes, fresh, facts, changes, nearest, why, outlets, newsrooms = _TOP[
        number % len(_TOP)
    ]
    turn = number // len(_TOP)
    url = f"https://times.example/2026/{number}?ref=feed&id={number}"
    published = SINCE + timedelta(days=1 + number % 5, hours=3)
    return Candidate(
        story_id=100 + number,
        status=status,
        headline=headline if not turn else f"{headline} ({chr(96 + turn)})",
        url=url,
        published=published,
        outlet="Example Times",
        article_ids=(number,),
        outlets=_OUTLETS[:outlets],
        newsrooms=newsrooms,
        relevance=0.9,
        novelty=0.8,
        rank=0.9 - number / 1000,
        rank_parts=(("relevance", 0.9), ("novelty", 0.8)),
        quotes=tuple(
            Quote(text=text, article_id=number, outlet="Example Times", url=url, published=published)
            for text in quotes
        ),
        whats_new=tuple(
            Quote(
                text=text,
                article_id=number,
                outlet="Demo Daily",
                url="https://demo.example/b",
                published=published,
            )
            for text in fresh
        ),
        facts=tuple(
            replace(fact, sentence=next((text for text in quotes if fact.text in text), ""))
            if fact.kind == "date"
            else fact
            for fact in facts
        ),
        changes=changes,
        nearest=nearest,
        why=why,
        theme=theme,
        so_far=(
            (
                (datetime(2026, 10, 12, tzinfo=UTC), "draft rule leaks"),
                (datetime(2026, 11, 2, tzinfo=UTC), "comment period ends"),
            )
            if number % 5 < 2
            else ()
        ),
        earlier_issue=35 if status == "updated" else None,
        language="zh" if number % 5 == 3 else "en",
    )


def short_story(number: int) -> Candidate:
    """The `number`th of the invented shorter stories, from 0."""
    headline, status = _ALSO[number % len(_ALSO)]
    turn = number // len(_ALSO)
    return Candidate(
        story_id=500 + number,
        status=status,
        headline=headline if not turn else f"{headline} ({chr(96 + turn)})",
        url=f"https://post.example/news/{number}",
        published=SINCE + timedelta(days=number % 6),
        outlet="Sample Post",
        article_ids=(900 + number,),
        outlets=_OUTLETS[2:5:2] if number == 3 else _OUTLETS[3 : 5 + number % 3],
        newsrooms=2,
        relevance=0.6,
        novelty=0.5,
        rank=0.5 - number / 1000,
        earlier_issue=36 if status == "updated" else None,
        language="zh" if number == 3 else "en",
    )


COVERAGE = Coverage(
    feeds_enabled=31,
    feeds_answered=29,
    entries=1204,
    articles=311,
    relevant=96,
    stories=22,
    shown=0,
    outlets=23,
    countries=7,
    read_pages=250,
    read_feed_only=61,
    failing=(
        FeedHealth(name="Example Statistics Office", status="timeout", since=datetime(2026, 11, 12, tzinfo=UTC)),
        FeedHealth(name="Harbour Ledger", status="html", since=datetime(2026, 11, 20, tzinfo=UTC)),
    ),
    near_misses=(
        ("Steel talks with a third country continue", "https://post.example/steel", 0.47),
        ("Toy makers look for new suppliers", "https://post.example/toys", 0.46),
    ),
    weeks=tuple((f"2026-W{week}", count) for week, count in zip(range(36, 48), (34, 51, 44, 58, 49, 71, 64, 47, 53, 66, 82, 96), strict=True)),
)  # fmt: skip


QUIET = (
    QuietThread(
        story_id=80, headline="Envoys to agree on a date for the farm talks", last_at=UNTIL - timedelta(days=19), issue=34,
        url="https://post.example/farm-talks",
    ),
    QuietThread(
        story_id=81, headline="稀土出口配额待定", last_at=UNTIL - timedelta(days=16), issue=35, url="https://zh.example/quota"
    ),
)  # fmt: skip
UNSURE = (
    Probe(
        article_id=903, headline="Soybean ships return to the river terminals", url="https://harbour.example/ships",
        outlet="Harbour Ledger", published=UNTIL - timedelta(days=2), relevance=0.46,
    ),
    Probe(
        article_id=911, headline="航运公司重画跨太平洋航线", url="https://zh.example/routes", outlet="中文示例报",
        published=UNTIL - timedelta(days=4), relevance=0.55,
    ),
    Probe(
        article_id=915, headline="Steel talks with a third country continue", url="https://post.example/steel",
        outlet="Sample Post", published=UNTIL - timedelta(days=1), relevance=0.41,
    ),
)  # fmt: skip
CHANGED = (
    Revision(
        article_id=880, before="Customs agency to end small-parcel rule", headline="Customs agency to review small-parcel rule",
        outlet="Demo Daily", at=UNTIL - timedelta(days=5), issue=36, url="https://demo.example/parcels",
    ),
)  # fmt: skip


def digest(top: int = 5, also: int = 8, **changes: object) -> Digest:
    """A full week's issue with so many stories; `changes` go to `compose`."""
    given = {
        "topic": TOPIC.model_copy(update={"limits": LimitSettings(top=max(1, top), also=also)}),
        "issue": 37,
        "since": SINCE,
        "until": UNTIL,
        "now": NOW,
        "candidates": [*map(top_story, range(top)), *map(short_story, range(also))],
        "coverage": COVERAGE,
        "quiet": QUIET,
        "changed": CHANGED,
        "unsure": UNSURE,
    }
    return compose(**{**given, **changes})
