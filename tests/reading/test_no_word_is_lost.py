"""Words in the middle of sentences stay there, a body that is on the page twice is read once, words that look like tags stay in titles."""

from __future__ import annotations

import pytest

from monitor.articles.extract import _once, extract
from monitor.feeds import parse
from monitor.text.normalise import title

PROSE = (
    "The harbour board said on Tuesday that the work in the northern channel would take eleven weeks.",
    "Pilots expect larger tankers to call from March, once new lights along the channel have been tested.",
    "Two fishing villages had asked for a later start, but the board held that storms left no other time.",
)


def text_of(body):
    html = f"<html lang=en><head><title>Dredging</title></head><body><article><h1>Dredging begins</h1>{body}</article></body></html>"
    return extract(html).text.split("\n")


def paragraphs(lines):
    return "".join(f"<p>{line}</p>" for line in lines)


INLINE = "time q label button output center address data ins mark abbr cite dfn kbd var bdi small blink x-price".split()


@pytest.mark.parametrize("many", [1, 9])
@pytest.mark.parametrize("tag", INLINE)
def test_an_element_inside_a_sentence_keeps_its_words_in_their_place(tag, many):
    line = f"The duty of <{tag}>nine percent</{tag}> ends in May, and talks on <{tag}>a lower one</{tag}> resume in Oslo."
    bodies = [f"{number} {each}" for number in range(many) for each in PROSE]
    wanted = "The duty of nine percent ends in May, and talks on a lower one resume in Oslo."
    assert wanted in text_of(f"<p>{line}</p>{paragraphs(bodies)}")


def test_a_button_and_a_label_outside_sentences_still_go():
    extra = "<div><button>Open the menu</button><label>Your name</label></div>"
    assert text_of(extra + paragraphs(PROSE)) == list(PROSE)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda body: f"<div class=mobile>{body}</div><div class=desktop>{body}</div>",
        lambda body: f"<div>{body}</div><section class='visible-lg'>{body}</section>",
        lambda body: f"{body}{body}",
        lambda body: f"<div>{body}</div><noscript>{body}</noscript>",
        lambda body: f"<div>{body}</div><div class=print>{body}</div><div class=app>{body}</div>",
        lambda body: f"<div><p>Oslo, Tuesday, in the evening at seven.</p>{body}</div><div>{body}</div>",
    ],
)
def test_a_body_that_is_there_twice_is_read_once(wrap):
    lines = text_of(wrap(paragraphs(PROSE)))
    assert [line for line in lines if line in PROSE] == list(PROSE)


def test_a_refrain_and_short_lines_are_no_second_body():
    short = "Will the channel be closed to ferries?"
    lines = text_of(paragraphs([PROSE[0], short, PROSE[1], short, PROSE[0], PROSE[2]]))
    assert lines.count(short) == 2
    assert lines.count(PROSE[0]) == 2


CLAUSES = (
    "The carrier shall deliver the goods within thirty days of the arrival of the vessel.",
    "The consignee shall bear the cost of storage from the eleventh day after the arrival.",
)
OWN_CLAUSES = (
    "Grain is weighed at the quay, and at the mill again where the buyer asks for it.",
    "Oil is measured at the tank.",
)


@pytest.mark.parametrize(
    "lines",
    [
        ("Grain", *CLAUSES, OWN_CLAUSES[0], "Oil", *CLAUSES, OWN_CLAUSES[1]),
        ("Grain", *CLAUSES, "Oil", *CLAUSES),
        (*CLAUSES, *PROSE, *CLAUSES),
        (*CLAUSES, *PROSE, *reversed(CLAUSES)),
        (CLAUSES[0], PROSE[0], CLAUSES[1], PROSE[1], CLAUSES[1], PROSE[2], CLAUSES[0]),
    ],
)
def test_clauses_said_again_in_another_place_are_no_second_body(lines):
    assert _once(list(lines)) == list(lines)


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("between", [(), ("Photo: Ann Lee.",), ("Oslo, Tuesday, in the evening at seven.",)])
def test_the_lines_of_a_second_body_are_said_once(count, between):
    body = ["Lead", PROSE[0], "A short one.", PROSE[1], PROSE[2]]
    lines = [*body, *([*between, *body] * (count - 1))]
    assert _once(lines) == [*body, *between]


def entry_title(raw):
    feed = f"<rss version='2.0'><channel><title>Quay</title><item><title>{raw}</title><link>https://quay.example/1</link></item></channel></rss>"
    [entry] = parse(feed.encode(), url="https://quay.example/feed").entries
    return entry.title


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Why &lt;table&gt; layouts died", "Why <table> layouts died"),
        (
            "<![CDATA[The &lt;dialog&gt; element and the &lt;popover&gt; idea]]>",
            "The <dialog> element and the <popover> idea",
        ),
        ("&lt;Redacted&gt; names in the port file", "<Redacted> names in the port file"),
        ("Press &lt;Ctrl-C&gt; to stop", "Press <Ctrl-C> to stop"),
        ("Memo from &lt;unknown&gt;: cranes", "Memo from <unknown>: cranes"),
        ("The lone &lt;/footer&gt; mystery", "The lone </footer> mystery"),
    ],
)
def test_a_word_in_angle_brackets_stays_in_a_title(raw, wanted):
    assert entry_title(raw) == wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("China lifts &lt;b&gt;soy&lt;/b&gt; tariff", "China lifts soy tariff"),
        ("Ports &lt;br&gt; reopen", "Ports reopen"),
        ("A &lt;script&gt;alert(1)&lt;/script&gt; b", "A b"),
        ("A &lt;img src=x onerror=alert(1)&gt; b", "A b"),
        ("A &lt;form&gt; b", "A b"),
        ("A &lt;span class=x&gt;b&lt;/span&gt; c", "A b c"),
        ("&lt;header&gt;Ports&lt;/header&gt;", "Ports"),
    ],
)
def test_markup_in_a_title_still_goes(raw, wanted):
    assert entry_title(raw).split() == wanted.split()


def test_a_title_is_one_line_and_may_be_cut():
    assert title("A <wide>\n gap", limit=30) == "A <wide> gap"
    assert title("one two three four five", limit=12) == "one two…"
