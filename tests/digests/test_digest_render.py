"""What readers get: every row of the mail checklist that the renderings themselves can show."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import html as lxml_html

from monitor.digests.frozen import from_json
from monitor.digests.plain import COLUMNS, width
from monitor.digests.render import HTML_AIM_BYTES, HTML_MAX_BYTES, render
from monitor.model import Nearest
from tests.digests.mail_lint import complaints, links, visible
from tests.digests.samples import COVERAGE, TOPIC, UNTIL, digest, short_story, top_story

CHINESE = TOPIC.model_copy(update={"language": "zh-Hans", "title": "美中贸易"})
ALL_ANSWERED = replace(COVERAGE, feeds_answered=31, failing=())
ISSUES = {
    "full": digest(),
    "full, online": digest(base_url="https://digest.example"),
    "Chinese": digest(topic=CHINESE),
    "one story": digest(1, 0),
    "quiet": digest(0, 0, coverage=ALL_ANSWERED),
    "blind": digest(0, 0, coverage=replace(COVERAGE, feeds_answered=0, entries=0, articles=0, relevant=0, stories=0, outlets=0)),
    "long gap": digest(since=UNTIL - timedelta(days=40)),
}  # fmt: skip
RENDERED = {name: render(issue) for name, issue in ISSUES.items()}
every_issue = pytest.mark.parametrize("name", ISSUES)


def addresses(text):
    return re.findall(r"https?://[^\s<>]+", text)


@every_issue
def test_the_mail_uses_only_what_all_mail_programs_know(name):
    assert list(complaints(RENDERED[name].html)) == []


def test_the_lint_itself_bites():
    bad = '<html><body><div style="display:flex;color:#999999">x</div><svg></svg><a href="javascript:x">y</a></body></html>'
    found = "\n".join(complaints(bad))
    for word in ("flex", "<svg>", "javascript", "div for layout", "no colour", "h1"):
        assert word in found


@every_issue
def test_the_text_part_has_the_same_links_as_the_html(name):
    assert set(addresses(RENDERED[name].text)) == set(links(RENDERED[name].html))


@every_issue
def test_the_markdown_has_the_same_links_as_the_html(name):
    assert set(addresses(RENDERED[name].markdown)) == set(links(RENDERED[name].html))


@every_issue
def test_all_renderings_hold_the_same_stories_in_the_same_order(name):
    issue, rendered = ISSUES[name], RENDERED[name]
    headlines = [story.headline for story in (*issue.top, *issue.also)]
    text = "".join(rendered.text.split())
    for shown in (visible(rendered.html), text, rendered.markdown):
        wanted = ["".join(h.split()) for h in headlines] if shown is text else headlines
        places = [shown.find(headline) for headline in wanted]
        assert -1 not in places
        if shown is not text:
            continue
    assert [
        shown["headline"] for part in ("top", "also") for shown in json.loads(rendered.json)[part]
    ] == headlines


@every_issue
def test_text_lines_are_narrow_and_clean(name):
    lines = RENDERED[name].text.splitlines()
    assert [
        line for line in lines if width(line) > COLUMNS and not re.fullmatch(r"\s*\S*https?://\S+", line)
    ] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert "\n\n\n" not in RENDERED[name].text


@every_issue
def test_the_subject_is_short_and_names_topic_and_number(name):
    subject = RENDERED[name].subject
    assert len(subject) <= 70
    assert "37" in subject
    assert ISSUES[name].title in subject


def test_facts_come_first_in_the_subject():
    assert RENDERED["full"].subject.startswith("Placeholder ministry widens curbs")
    assert RENDERED["quiet"].subject == "A quiet week · US–China trade, No. 37"
    assert RENDERED["blind"].subject.startswith("No feed answered")


def test_two_short_facts_share_a_subject():
    stories = [
        replace(short_story(n), headline=h) for n, h in enumerate(("Curbs widen", "Soybean orders return"))
    ]
    subject = render(digest(candidates=stories)).subject
    assert subject == "Curbs widen; Soybean orders return · US–China trade, No. 37"


def test_no_two_issues_have_one_subject():
    assert len({render(digest(1, 0, issue=number)).subject for number in (1, 2, 12)}) == 3


@every_issue
def test_the_preheader_is_of_a_good_length_and_hidden_without_tricks(name):
    tree = lxml_html.document_fromstring(RENDERED[name].html)
    (preheader,) = tree.xpath("//*[@class='preheader']")
    assert 40 <= len(preheader.text_content()) <= 110
    assert re.sub(r"\s", "", preheader.get("style")).rstrip(";") == "display:none;mso-hide:all"
    assert tree.body[0] is preheader


@pytest.mark.parametrize("name", ["full", "Chinese"])
def test_a_full_issue_stays_under_sixty_kilobytes(name):
    assert len(RENDERED[name].html.encode()) <= 60_000


@pytest.mark.parametrize(("top", "also"), [(3, 0), (5, 20), (5, 40), (12, 40), (20, 40)])
def test_a_large_issue_loses_its_last_stories_and_says_so_everywhere(top, also):
    issue = digest(top, also)
    rendered = render(issue)
    assert len(rendered.html.encode()) <= HTML_MAX_BYTES
    shown = [
        story
        for story in (*issue.top, *issue.also)
        if f'href="{story.url.replace("&", "&amp;")}"' in rendered.html
    ]
    missing = top + also - len(shown)
    assert shown == [*issue.top, *issue.also][: len(shown)]
    for part in (rendered.html, rendered.text, rendered.markdown):
        assert (f"{missing} stor" in part) is (missing > 0)
        assert f"{len(shown)} in this issue" in part
    assert set(addresses(rendered.text)) == set(links(rendered.html))
    assert from_json(rendered.json) == issue


def test_trimming_happens_at_all():
    assert "left out here" in render(digest(20, 40)).html
    assert "left out here" not in render(digest(5, 40)).html


def test_one_enormous_story_is_still_shown():
    story = replace(top_story(0), headline="x" * 5000, why="y " * 90_000, outlets=top_story(0).outlets * 400)
    rendered = render(digest(candidates=[story]))
    assert len(rendered.html.encode()) <= HTML_MAX_BYTES
    assert story.url.replace("&", "&amp;") in rendered.html


@every_issue
def test_nothing_is_loaded_or_tracked(name):
    tree = lxml_html.document_fromstring(RENDERED[name].html)
    assert tree.xpath("//img|//link|//script|//iframe|//object|//*[@background]|//*[@src]") == []
    assert "url(" not in RENDERED[name].html


def test_links_lead_where_the_story_is_not_through_us():
    assert all("digest.example" not in link for link in links(RENDERED["full"].html))
    ours = [link for link in links(RENDERED["full, online"].html) if "digest.example" in link]
    assert ours == ["https://digest.example/us-china-trade-037.html"]


def test_without_a_base_url_nothing_points_online():
    assert "View online" in visible(RENDERED["full, online"].html)
    for part in (visible(RENDERED["full"].html), RENDERED["full"].text, RENDERED["full"].markdown):
        assert "View online" not in part


def test_every_story_has_source_date_outlets_and_a_reason_in_a_readers_words():
    tree = lxml_html.document_fromstring(RENDERED["full"].html)
    cards = [heading.getparent() for heading in tree.iter("h3")]
    assert len(cards) == 5
    for card, story in zip(cards, ISSUES["full"].top, strict=True):
        text = " ".join(" ".join(card.itertext()).split())
        assert ("Updated" if story.status == "updated" else "New") in text
        assert f"Why it is here: {story.newsrooms} newsrooms carry it" in text
        assert story.why not in text  # counts and shares belong to `monitor explain`
        assert "Carried by: Example Times" in text
        assert re.search(r"— *Example Times, \d+ Nov", text)
        for quote in (*story.quotes, *(story.whats_new if story.status == "updated" else ())):
            assert quote.text in text


def test_the_receipt_says_against_what_it_is_new():
    seen = visible(RENDERED["full"].html)
    assert "tariff on tools: 145 % → 30 %" in seen
    assert (
        "Closest already sent: issue 35, “Port fees paused as envoys meet”, August 2026 (overlap 78 %)"
        in seen
    )
    assert "Closest seed: “China pledges to buy farm goods”, May 2018 (overlap 52 %)" in seen
    assert "Closest in the archive" not in seen  # of a new story, which no reader has seen


def test_a_kind_of_neighbour_we_do_not_know_is_of_the_archive():
    story = replace(top_story(1), nearest=Nearest(kind="tweet", title="T", overlap=0.5))
    assert "Closest in the archive: “T” (overlap 50 %)" in visible(render(digest(candidates=[story])).html)


def test_no_sentence_stands_twice_on_a_card():
    story = top_story(0)
    said = replace(
        story,
        whats_new=(story.quotes[1], story.quotes[1]),
        quotes=(*story.quotes, replace(story.quotes[0], text=story.headline + ".")),
    )
    tree = lxml_html.document_fromstring(render(digest(candidates=[said])).html)
    (card,) = [heading.getparent() for heading in tree.iter("h3")]
    text = " ".join(" ".join(card.itertext()).split())
    for sentence in (story.quotes[0].text, story.quotes[1].text, story.headline):
        assert text.count(sentence) == 1


def test_who_carried_it_is_told_by_name_and_with_marks():
    names = "Carried by: Example Times, Demo Daily [paywall], Placeholder Agency [state media], Sample Post, 5 more"
    for part in (visible(RENDERED["full"].html), " ".join(RENDERED["full"].text.split())):
        assert names in part


def test_where_the_headline_leads_to_a_wall_an_open_report_is_named():
    story = top_story(0)
    first, second, *others = story.outlets
    walled = replace(story, outlets=(replace(first, url=story.url, paywall=True), second, *others))
    rendered = render(digest(candidates=[walled]))
    assert "Free to read: Placeholder Agency" in visible(rendered.html)
    assert "https://agency.example/c" in links(rendered.html)
    assert "https://agency.example/c" in rendered.text
    assert "Free to read" not in visible(RENDERED["full"].html)


def test_a_bare_headline_takes_two_lines_and_its_address():
    story = replace(top_story(4), quotes=(), whats_new=(), outlets=top_story(0).outlets[:1])
    text = render(digest(candidates=[story])).text
    block = text.partition("[New] ")[2].partition("\n\n")[0]
    assert block.splitlines() == [
        "Law · Sat 21 Nov · Example Times",
        "1. Court hears placeholder case on emergency tariff powers",
        f"   {story.url}",
    ]


def test_the_rest_of_the_week_is_one_line_a_heading():
    stories = [*map(top_story, range(5)), *map(short_story, range(16))]
    few = render(digest(5, 8, candidates=stories))
    for entry in stories[13:]:
        for part in (visible(few.html), " ".join(few.text.split()), json.loads(few.json)["rest"]):
            assert str(part).count(entry.headline) == 1


def test_the_rest_of_the_week_leaves_first_when_a_mail_grows():
    stories = [*map(top_story, range(5)), *map(short_story, range(8))]
    many = [
        replace(short_story(n), headline=f"Another headline of that week, number {'x' * (n % 40)} {chr(97 + n % 26)}{n // 26}", url=f"https://post.example/{'y' * 90}/{n}", outlet=f"Outlet {n}", rank=0.1)
        for n in range(100, 400)
    ]  # fmt: skip
    grown = render(digest(5, 8, candidates=[*stories, *many]))
    assert len(grown.html.encode()) <= HTML_AIM_BYTES
    left_out = int(re.search(r"(\d+) more are left out here", visible(grown.html))[1])
    assert 0 < left_out < len(many)
    assert all(story.headline in " ".join(grown.text.split()) for story in stories)
    assert len(json.loads(grown.json)["rest"]) == len(many)


def test_stories_of_one_side_are_counted_and_not_judged():
    seen = visible(RENDERED["full"].html)
    assert "港口吞吐量小幅回升 2 newsrooms, only from China" in seen
    for sides in ((), ("US",)):  # a topic of its own parties, or of none
        other = digest(topic=TOPIC.model_copy(update={"sides": sides}))
        assert "only from China" not in visible(render(other).html)


def test_a_headline_in_another_language_says_so():
    tree = lxml_html.document_fromstring(RENDERED["full"].html)
    assert [h.get("lang") for h in tree.iter("h3")] == [None, None, None, "zh", None]
    tree = lxml_html.document_fromstring(RENDERED["Chinese"].html)
    assert [h.get("lang") for h in tree.iter("h3")] == ["en", "en", "en", None, "en"]


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("What’s new", {"whats_new": (), "changes": (), "nearest": None}),
        ("So far", {"so_far": ()}),
        ("Carried by", {"outlets": ()}),
        ("Closest already sent", {"nearest": None}),
    ],
)
def test_an_empty_block_of_a_card_vanishes(words, changes):
    full, bare = (
        render(digest(candidates=[top_story(1)])),
        render(digest(candidates=[replace(top_story(1), **changes)])),
    )
    for one, other in (
        (visible(full.html), visible(bare.html)),
        (full.text, bare.text),
        (full.markdown, bare.markdown),
    ):
        assert words in one
        assert words not in other


def test_a_quiet_week_is_a_short_honest_note():
    rendered = RENDERED["quiet"]
    assert "A quiet week: of 96 articles on topic none told anything new." in visible(rendered.html)
    assert "→ 0 in this issue" in visible(rendered.html)
    for words in ("Top stories", "Also moving", "three lines", "min read", "word for word"):
        assert words not in visible(rendered.html)
        assert words not in rendered.text


def test_a_blind_week_says_that_we_could_not_look():
    for part in (visible(RENDERED["blind"].html), " ".join(RENDERED["blind"].text.split())):
        assert (
            "0 of 31 feeds answered: this issue says nothing about the week, only that we could not look."
            in part
        )
        assert "quiet week" not in part
        assert "Coverage, last" not in part


def test_rendering_twice_gives_the_same_bytes():
    assert render(digest()) == render(digest())
    assert render(from_json(render(digest()).json)) == render(digest())


def test_the_json_is_the_issue():
    assert from_json(RENDERED["full"].json) == ISSUES["full"]


def test_a_language_of_a_later_version_is_read_in_english():
    assert "Top stories" in render(replace(digest(), language="xx")).text


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("#566070", "#a0a8b4", "contrast"),
        ("color: #aab3c0", "color: #404040", "contrast"),
        ("font-size: 14px", "font-size: 11px", "font-size 11px"),
        ("font-size: 17px", "font-size: 15px", "body text"),
        ('role="presentation"', "", "caption"),
        ("<h2", "<h5", "element <h5>"),
        ("https://times", "ftp://times", "link"),
        ("</style>", "." + "x" * 17_000 + "{}</style>", "16 KB"),
        (".half { width: 100% !important; }", ".half { width: 100%; }", "without !important"),
        (".half {", "table > .half {", "not simple"),
    ],
)  # fmt: skip
def test_the_lint_finds_each_mistake_in_a_good_mail(good, bad, complaint):
    html = RENDERED["full"].html
    assert good in html
    assert complaint in "\n".join(complaints(html.replace(good, bad)))
