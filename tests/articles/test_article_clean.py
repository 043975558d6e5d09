from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.boilerplate import is_caption, is_note, strip_boilerplate, without_dateline
from monitor.articles.clean import seed_text, sentences_ready
from monitor.model import Rejected, Seed

ONE = "The ministry raised the duty on imported kettles to thirty percent on Monday, after months of talks."
TWO = "Makers on both sides of the strait said the step would cost jobs, and that prices would follow soon."
THREE = "Customs figures show that four kettles in five came from abroad last year, twice as many as before."
PROSE = (ONE, TWO, THREE)
AT = ONE.index("to thirty")


def seed(raw: str) -> Seed:
    result = seed_text(raw, name="kettles.md")
    assert isinstance(result, Seed), result
    return result


NOTES = [
    "Advertisement",
    "SKIP ADVERTISEMENT",
    "Supported by",
    "Story continues below advertisement",
    "Image",
    "SHARE YOUR THOUGHTS",
    "What do you make of the duty on kettles? Join the conversation below.",
    "Read more: why teapots are next",
    "READ NEXT",
    "Related: the tray war",
    "[On other fronts, trays are not safe either. Read more about their fate.]",
    "Sign up for our daily newsletter.",
    "Get the Harbour newsletter in your inbox every morning",
    "By Ann Ode and Lou Pen",
    "By ANN ODE, Associated Press",
    "Published April 7, 2025Updated April 8, 2025",
    "Published On: Mon, 07 Apr 2025 17:15:48 PKT",
    "April 7, 2025 at 5:15 p.m. EDT",
    "2025-04-07 10:30",
    "Follow Ann Ode on Twitter: @annode.",
    "Lou Pen contributed reporting.",
    "Ann Ode reported from Harbour Town, and Lou Pen from Strait City. Research was contributed by Mo Dai.",
    "(Reporting by Ann Ode; Editing by Lou Pen)",
    "Write to Ann Ode at ann@harbour.example and Lou Pen at lou@harbour.example",
    "Copyright © 2025 Harbour & Company, Inc. All rights reserved. 87990cbe",
    "© 2025 Harbour Daily",
    "A version of this article appears in print on , Section A, Page 8 with the headline: Kettles. Order Reprints",
    "This article was originally published on the Tray Blog.",
    "责任编辑：王小明",
    ".Source",
    "* * *",
]
CAPTIONS = [
    "A kettle in a shop window on Tuesday. (Joe Bloggs/Associated Press)",
    "A kettle in a shop window.Credit...Reuters",
    "Kettles on a quay in April. Photo: Joe Bloggs for The Wall Street Journal",
    "Shoppers look at kettles. REUTERS/Joe Bloggs",
    "Ministers at the talks in Strait City. Joe Bloggs/AFP via Getty Images",
    "Workers pack kettles at a plant in April 2025. [Photo/Xinhua]",
]
SENTENCES = [
    ONE,
    "By Monday the duty had been raised twice.",
    "Image is everything in the kettle trade.",
    "Related industries such as tea would suffer, the ministry said.",
    "Follow the money, he said.",
    "The photo showed a kettle and a minister who had never met before (both denied it).",
    "Subscribers to the view that kettles are strategic were in the majority.",
    "He signed up for the navy in April 2025.",
    "Read in parliament on 7 April 2025, the bill passed.",
    "“We use cookies to go with the tea,” she joked.",
    "Reuters could not reach the ministry.",
]


@pytest.mark.parametrize("line", NOTES)
def test_notes_around_the_article_are_known(line):
    assert is_note(line)


@pytest.mark.parametrize("line", CAPTIONS)
def test_captions_and_credits_are_known(line):
    assert is_caption(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences_that_look_like_notes_are_kept(line):
    assert not is_note(line)
    assert not is_caption(line)


def test_a_caption_goes_with_its_twin_without_credit():
    twin = "A kettle in a shop window on Tuesday."
    assert strip_boilerplate([twin, f"{twin}(Joe Bloggs/Associated Press)", *PROSE]) == PROSE


def test_the_repeated_title_goes():
    assert strip_boilerplate(["Duty on Kettles Rises", *PROSE], title="Duty on kettles rises") == PROSE


@pytest.mark.parametrize(
    "dateline",
    [
        "BEIJING — ",
        "BEIJING —",
        "WASHINGTON (AP) — ",
        "BEIJING/WASHINGTON (Reuters) - ",
        "NEW YORK, April 7 (Reuters) - ",
        "HARBOUR TOWN, Strait: ",
        "(Bloomberg) -- ",
        "BEIJING, April 7 (Xinhua) -- ",
        "U.N. HEADQUARTERS, N.Y. – ",
    ],
)
def test_datelines_go_from_the_front(dateline):
    assert without_dateline(dateline + ONE) == ONE


@pytest.mark.parametrize(
    "line", [ONE, "US and Chinese officials met - " + ONE, "“NO” — " + ONE, "He said — " + ONE]
)
def test_what_is_no_dateline_stays(line):
    assert without_dateline(line) == line


def test_chinese_datelines_go():
    line = (
        "商务部星期一宣布提高水壶的进口关税至百分之三十，此前双方举行了数月没有结果的谈判，市场对此反应平淡。"
    )
    assert without_dateline("新华社北京4月7日电（记者王小明）" + line) == line


def test_a_speaker_further_down_keeps_his_name():
    lines = [*PROSE, "MINISTER: " + ONE]
    assert strip_boilerplate(lines)[-1] == "MINISTER: " + ONE


@given(st.lists(st.sampled_from([*NOTES, *CAPTIONS, *PROSE]), max_size=12))
def test_whatever_stands_around_it_the_prose_survives_in_order(lines):
    assert strip_boilerplate(lines) == tuple(line for line in lines if line in PROSE)


@given(st.lists(st.text(max_size=80), max_size=8))
def test_stripping_twice_takes_nothing_more_than_datelines(lines):
    once = strip_boilerplate(lines)
    assert all(line for line in once)
    assert len(strip_boilerplate(once)) <= len(once)


def test_wrapped_lines_are_joined_and_paragraphs_kept():
    wrapped = "The ministry raised the duty\non imported kettles to thirty\npercent on Monday.\n\nMakers on both sides said\nthe step would cost jobs."
    assert (
        sentences_ready(wrapped)
        == "The ministry raised the duty on imported kettles to thirty percent on Monday.\nMakers on both sides said the step would cost jobs."
    )


def test_wrapped_lines_without_blank_lines_are_joined():
    lines = [
        "The ministry raised the duty on imported",
        "kettles to thirty percent on Monday, after",
        "months of talks.",
        "Makers on both sides of the strait said the",
        "step would cost jobs, and more would follow",
        "in June.",
    ]
    assert sentences_ready("\n".join(lines)).split("\n") == [" ".join(lines[:3]), " ".join(lines[3:])]


def test_one_paragraph_a_line_is_left_alone():
    assert sentences_ready("\n".join(PROSE)).split("\n") == list(PROSE)


def test_headings_in_capitals_are_no_sentences():
    assert sentences_ready(f"{ONE}\n\nA POLITE START AND A QUICK STALL\n\n{TWO}") == f"{ONE}\n{TWO}"


def test_front_matter_is_believed():
    raw = (
        '---\ntitle: "Kettles: a history"\noutlet: Harbour Daily\nauthors: [Ann Ode]\ndate: 2025-04-07\nurl: https://n.example/k\nlanguage: en\noriginal: k.txt\n# note\n---\n\n'
        + "\n\n".join(PROSE)
    )
    result = seed(raw)
    assert (result.title, result.outlet, result.url, result.language) == (
        "Kettles: a history",
        "Harbour Daily",
        "https://n.example/k",
        "en",
    )
    assert result.published == datetime(2025, 4, 7, tzinfo=UTC)
    assert result.text == "\n".join(PROSE)
    assert result.name == "kettles.md"


def test_a_rule_at_the_start_is_no_front_matter():
    assert seed("---\n\n" + "\n\n".join(PROSE)).text == "\n".join(PROSE)


def test_plain_text_starts_with_its_title():
    result = seed("Duty on kettles rises\n\n" + "\n\n".join(PROSE))
    assert (result.title, result.published, result.text) == ("Duty on kettles rises", None, "\n".join(PROSE))


def test_a_text_without_a_title_keeps_its_first_sentence():
    result = seed("\n\n".join(PROSE))
    assert (result.title, result.text) == ("", "\n".join(PROSE))


def test_markdown_gives_its_words():
    raw = f'# Duty on *kettles* rises\n\n![A kettle](k.jpg "kettle")\n\n{ONE[:-1]} at [the ministry](https://m.example/a_(b)).\n\n- [Home](/)\n- [Trade](/trade)\n\n**{TWO}**\n\n{THREE}\n\n## Site Index\n'
    result = seed(raw)
    assert result.title == "Duty on kettles rises"
    assert result.text == f"{ONE[:-1]} at the ministry.\n{TWO}\n{THREE}"


def test_a_page_dump_gives_prose():
    raw = f"""<div id="app">

<div class="bar">[Skip to content](#c)[Skip
to index](#i)</div>

<span>[Asia](/asia)</span><span>|</span><span>Duty on kettles rises</span>

<span>https://n.example/k</span>

<div>

Advertisement

</div>

# Duty on kettles rises

![<span>A kettle on
Tuesday.</span><span>Credit...</span><span>Joe Bloggs</span>](https://n.example/k.jpg?x=(1))

By [<span>Ann Ode</span>](/ann) and [<span>Lou
Pen</span>](/lou)

  -

    <div>

    Published April 7, 2025Updated April 9,
    2025

    </div>

{ONE[:AT]}
{ONE[AT:]}[A
note](https://n.example/note)follows.

<span>Image</span>

<span>A kettle at rest.</span><span>Credit...</span><span>Joe Bloggs</span>

{TWO}

{THREE}

  - [© <span>2025</span> <span>Harbour Daily</span>](/c)

</div>"""
    result = seed(raw)
    assert result.title == "Duty on kettles rises"
    assert result.published == datetime(2025, 4, 7, tzinfo=UTC)
    assert result.url == "https://n.example/k"
    assert result.text.replace("  ", " ").split("\n")[1:] == [TWO, THREE]
    assert result.text.endswith(THREE)
    assert "A note follows" in result.text
    for word in ("Skip", "Asia", "Credit", "Ann Ode", "Published", "<", "](", "2025 Harbour"):
        assert word not in result.text


def test_a_stray_date_before_the_title_is_both():
    result = seed(" date 2025-04-07 Duty on kettles rises\n\n" + "\n\n".join(PROSE))
    assert (result.title, result.published) == ("Duty on kettles rises", datetime(2025, 4, 7, tzinfo=UTC))


def test_a_sentence_torn_in_two_is_mended():
    assert (
        "kettles; and trays"
        in seed(
            "Title here\n\n"
            + "\n\n".join(PROSE)
            + "\n\nThe duty covers kettles\n\n; and trays from the strait."
        ).text
    )


def test_html_is_read_as_a_page():
    result = seed(
        f'<!DOCTYPE html><html><head><title>Kettles</title><meta property="article:published_time" content="2025-04-07"></head><body><article><h1>Kettles</h1>{"".join(f"<p>{p}</p>" for p in PROSE)}</article></body></html>'
    )
    assert (result.title, result.published, result.text) == (
        "Kettles",
        datetime(2025, 4, 7, tzinfo=UTC),
        "\n".join(PROSE),
    )


def test_chinese_is_noticed():
    assert (
        seed(
            "关税上调\n\n"
            + "商务部星期一宣布提高水壶的进口关税至百分之三十，此前双方举行了数月没有结果的谈判。" * 8
        ).language
        == "zh"
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ("Advertisement\n\nBy Ann Ode", "empty"),
        ("Short text.", "thin"),
        ("---\ntitle: x\n---\n", "empty"),
    ],
)
def test_too_little_is_rejected(raw, reason):
    result = seed_text(raw, name="x")
    assert isinstance(result, Rejected)
    assert result.reason == reason


@given(st.text(max_size=300))
def test_any_text_is_answered(raw):
    assert isinstance(seed_text(raw, name="x"), Seed | Rejected)


@pytest.mark.parametrize(
    "unit",
    ["[", "![", "<div ", "a](", "**", "date ", "-\n", "By A ", "(", "Published ", "—", "\n\n ", "<!--", "* "],
)
def test_long_scraps_take_no_long_time(unit):
    assert isinstance(seed_text(unit * 20_000, name="x"), Seed | Rejected)


ORIGINALS = Path(os.environ.get("QUALITY_DATA", "/nonexistent")).parent / "seeds"


@pytest.mark.quality
@pytest.mark.skipif(
    not ORIGINALS.is_dir(), reason="QUALITY_DATA names no folder with the original seeds beside it"
)
def test_the_original_seeds_come_out_as_prose():
    files = sorted(ORIGINALS.glob("*.txt"))
    seeds = [seed_text(f.read_text("utf-8"), name=f.name) for f in files]
    assert len(seeds) == 5
    assert not [s for s in seeds if isinstance(s, Rejected)]
    assert [len(s.text) > 5000 and bool(s.title) for s in seeds] == [True] * 5
    assert [s.published and s.published.date().isoformat() for s in seeds] == [
        "2020-05-28",
        None,
        None,
        None,
        "2025-04-13",
    ]
    lines = [line for s in seeds for line in s.text.split("\n")]
    assert not [line for line in lines if is_note(line) or is_caption(line)]
    for word in (
        "<div",
        "](",
        "Credit...",
        "ADVERTISEMENT",
        "Photo:",
        "All rights",
        "Published",
        "contributed reporting",
    ):
        assert not [line for line in lines if word in line]


def test_what_only_teaches_may_be_a_headline():
    found = seed_text("---\nknown: no\n---\n\n# Fed raises rates by a quarter point\n", name="a.md")
    assert (found.title, found.text, found.is_known) == ("Fed raises rates by a quarter point", "", False)
    assert seed_text("# Fed raises rates by a quarter point\n", name="a.md").reason == "empty"
    assert seed_text("---\nknown: no\n---\n\n# Fed\n", name="a.md").reason == "empty"
