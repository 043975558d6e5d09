from __future__ import annotations

import pytest

from monitor.articles import markup
from monitor.articles.extract import extract
from monitor.articles.markup import parsed, without_head, without_machinery
from tests.reading.samples import PROSE


def names(tree):
    return [node.tag for node in tree.iter()]


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><p>one</p><p>two</p></body></html>",
        "<html lang='en'/><body><p>one</p><p>two</p></body></html>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://w3.example/x.dtd"/ ><html><p>one<p>two</html>',
        '<?xml version="1.0" encoding="utf-16"?><html><body><p>one</p><p>two</p></body></html>',
        "<html><body><p>o\x0bn\x00e</p>\x1f<p>two\ufffe\ud800</p></body></html>",
        "<p>one</p><p>two</p>",
    ],
)
def test_a_page_is_read_to_its_end(html):
    texts = ["".join(node.itertext()).rstrip("?") for node in parsed(html).iter("p")]
    assert texts == ["one", "two"]


@pytest.mark.parametrize("html", ["", "   ", "\x00", "<!-- nothing -->"])
def test_no_markup_is_no_tree(html):
    assert parsed(html) is None


def test_scripts_players_and_fields_go_with_their_content_and_the_text_behind_them_stays():
    tree = parsed(
        "<body><p>a</p><style>x</style> b<script>x()</script> c<video>x</video> d<footer>x</footer></body>"
    )
    without_machinery(tree)
    assert "".join(tree.itertext()).split() == ["a", "b", "c", "d"]


def test_what_a_page_says_about_itself_stays_until_it_was_read():
    html = '<head><meta name="date" content="x"><script type="application/ld+json">{}</script></head><body><p>a</p></body>'
    tree = parsed(html)
    without_machinery(tree)
    assert {"meta", "script"} <= set(names(tree))
    without_head(tree)
    assert "meta" not in names(tree)


def test_a_menu_goes_and_an_article_marked_as_one_stays():
    tree = parsed("<body><nav><a>Home</a></nav><nav><div><p>The article.</p></div></nav><p>b</p></body>")
    without_machinery(tree)
    assert "".join(tree.itertext()) == "The article.b"


def test_a_button_that_nobody_closed_does_not_take_the_page_with_it():
    tree = parsed("<body><button>Menu</button><button>Search<div><h1>a</h1><p>b</p></div></body>")
    without_machinery(tree)
    assert "".join(tree.itertext()) == "Searchab"


def test_hollow_elements_go_and_empty_cells_stay():
    tree = parsed(
        "<body><div><span> </span><i></i></div><table><tr><td></td><td>1</td></tr></table><p>a</p></body>"
    )
    without_head(tree)
    assert names(tree) == ["html", "body", "table", "tr", "td", "td", "p"]


def test_attributes_that_nothing_asks_for_go_and_change_nothing():
    said = " ".join(f'{name}="7"' for name in markup._UNREAD)
    page = "<html><head><title>Dredging begins</title></head><body><article><h1>Dredging begins</h1>{}</article></body></html>"
    assert extract(page.format(PROSE.replace("<p>", f"<p {said}>"))) == extract(page.format(PROSE))
    tree = parsed(f'<body {said} class="a" id="b"><p {said} style="c" data-testid="d">e</p></body>')
    without_head(tree)
    assert [sorted(node.attrib) for node in tree.iter("body", "p")] == [
        ["class", "id"],
        ["data-testid", "style"],
    ]
