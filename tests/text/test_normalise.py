from __future__ import annotations

import re
import unicodedata
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import normalise
from monitor.text.normalise import ELLIPSIS, HTML_LIMIT_CHARS, clean, plain

HOSTILE = (Path(__file__).parents[1] / "data" / "hostile.txt").read_text("utf-8").splitlines()
TAG = re.compile(r"<[A-Za-z/!?]")


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("  two \t\r\n words ", "two words"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf\u00a0g\u3000h", "a b c d e f g h"),
        ("nul\x00bell\x07esc\x1b[0m\x7f\x9b", "nulbellesc[0m"),
        ("\ufefftar\u200biff\u00ad\u2060s", "tariffs"),
        ("safe\u202egpj.exe\u202c \u2066x\u2069", "safegpj.exe x"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("cafe\u0301", "caf\u00e9"),
        ("AT&amp;T", "AT&amp;T"),
        ("t\u200da\u200crif", "tarif"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\U0001f468\u200d\U0001f4bb", "\U0001f468\u200d\U0001f4bb"),
        ("\U000e0041tag", "tag"),
        ("", ""),
        ("\x00\u200b ", ""),
    ],
)
def test_one_line_of_visible_characters_is_left(raw, wanted):
    assert clean(raw) == wanted


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet=st.characters(), max_size=200), st.integers(1, 60))
def test_a_limit_is_kept_and_says_that_it_cut(text, limit):
    whole, cut = clean(text), clean(text, limit=limit)
    assert len(cut) <= limit
    assert cut == whole or cut.endswith(ELLIPSIS)


@given(st.text())
def test_nothing_unseen_or_unnormalised_is_left(text):
    result = clean(text)
    assert unicodedata.is_normalized("NFC", result)
    assert not [c for c in result if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert result == result.strip()


@given(st.text())
def test_any_cleaned_text_can_be_a_mail_subject(text):
    message = EmailMessage()
    message["Subject"] = clean(text)
    assert message["Subject"] is not None


def test_the_cut_falls_between_words():
    assert clean("Tariffs on kettles rise again", limit=20) == "Tariffs on kettles…"
    assert clean("关税上调至百分之三十并立即生效", limit=6) == "关税上调至…"


def test_a_limit_as_long_as_the_text_cuts_nothing():
    assert clean("abc def", limit=7) == "abc def"
    assert clean("abc def", limit=0) == "abc def"


def test_piled_up_marks_are_cut():
    assert len(clean("a" + "\u0316\u0300" * 5000)) < 40
    assert len(clean("a" + "\U0001d165" * 5000)) < 80


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "贸易 ",
        "\u0300\u0316",
        "\x00a",
        " \u2028",
        "e\u0301 ",
        "\u200d",
        "<b>",
        "&amp;",
        "<ul><li>",
        "\U0001d165",
    ],
)
def test_long_input_is_read_in_linear_time(unit):
    # 100 times the input of a feed's largest text; anything quadratic would run into the test's time limit
    text = unit * (2_000_000 // len(unit))
    assert len(clean(text, limit=100)) <= 100
    assert len(plain(text)) <= HTML_LIMIT_CHARS


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("<p>One<br>two</p><p>Three &amp; four</p>", "One\ntwo\nThree & four"),
        ("Tariffs &lt;b&gt;up&lt;/b&gt;", "Tariffs up"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("AT&amp;T &#8211; &copy;", "AT&T – ©"),
        ("<td>a</td><td>b</td>", "a b"),
        ("one\n\ntwo\nthree", "one\ntwo three"),
        ("<p>one\n\ntwo</p>", "one two"),
        ("<script>x</script>y<style>z</style>", "y"),
        ("<!-- hidden -->shown", "shown"),
        ("if a <b then", "if a < b then"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_tags_become_paragraphs_and_entities_are_read_once(raw, wanted):
    assert plain(raw) == wanted


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_html_comes_out_dead(payload):
    payload = payload.encode("ascii", "backslashreplace").decode("unicode_escape")
    for text in (
        plain(payload),
        plain(f"News {payload} more"),
        plain(f"<div>{payload}</div>"),
        clean(plain(payload * 3)),
    ):
        assert not TAG.search(text)


def test_there_are_enough_hostile_examples():
    assert len(HOSTILE) >= 60


@given(
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "&lt;",
                "&gt;",
                "&amp;lt;",
                "script",
                "/",
                "!--",
                "--",
                "b",
                " ",
                "'",
                '"',
                "\x00",
                "\n",
            ]
        ),
        max_size=30,
    )
)
def test_no_text_made_of_html_scraps_comes_back_as_a_tag(scraps):
    assert not TAG.search(plain("".join(scraps)))


def test_a_text_cut_at_the_limit_does_not_end_in_half_a_tag():
    text = "w " * (HTML_LIMIT_CHARS // 2 - 5) + '<img src="https://example.org/picture.jpg">'
    assert "img" not in plain(text)


@pytest.mark.parametrize("name", ["iframe", "object", "script", "textarea"])
def test_a_hidden_element_closed_in_itself_hides_nothing_behind_it(name):
    assert plain(f"<p>one</p><{name} src='x'/><p>two</p>") == "one\ntwo"
    assert plain(f"<p>one</p><{name}>no</{name}><p>two</p>") == "one\ntwo"


def test_no_unread_character_is_printable_so_printable_lines_are_not_searched():
    junk = [char for char in map(chr, range(0x110000)) if normalise._JUNK.fullmatch(char)]
    assert len(junk) > 2000
    assert not any(map(str.isprintable, junk))


@pytest.mark.parametrize("char", ["\U000e0041", "\U000e01ef", "\U0001e8d0"])
@pytest.mark.parametrize("around", ["", "\x00", "\u00e9", "\U0001f468", "\ud800"])
def test_characters_beyond_the_basic_plane_are_seen_whatever_stands_beside_them(char, around):
    is_tag = char < "\U000e1000" and char >= "\U000e0000"
    assert (char in clean(f"a{around}{char}b")) is not is_tag
    runs = clean(f"a{around}" + "\U0001e8d0" * 80)
    assert runs.count("\U0001e8d0") == normalise.MARKS_LIMIT
