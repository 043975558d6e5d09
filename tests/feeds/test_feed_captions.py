"""Captions of pictures and an item's own text: the words of an item are never lost for those of another element."""

from __future__ import annotations

import pytest

from monitor.feeds import parse

MEDIA = "xmlns:media='http://search.yahoo.com/mrss/' xmlns:content='http://purl.org/rss/1.0/modules/content/'"


def said(*items, head="<description>News of the quay.</description>"):
    listed = "".join(f"<item><guid>{n}</guid><title>T</title>{item}</item>" for n, item in enumerate(items))
    text = f"<rss version='2.0' {MEDIA}><channel><title>Q</title>{head}{listed}</channel></rss>"
    return [e.summary or e.content for e in parse(text.encode(), url="https://quay.example/feed").entries]


CAPTION = "<media:description>The port at dawn.</media:description>"


@pytest.mark.parametrize(
    "empty",
    [
        "",
        "<description></description>",
        "<description/>",
        "<description> \n </description>",
        "<description><![CDATA[]]></description>",
        "<description><![CDATA[ ]]></description>",
        "<content:encoded></content:encoded>",
    ],
)
def test_a_media_text_is_kept_where_the_item_has_no_other(empty):
    assert said(empty + CAPTION, empty + CAPTION) == ["The port at dawn."] * 2
    assert said(CAPTION + empty, head="<description>Q</description><image><title>Q</title></image>") == [
        "The port at dawn."
    ]


@pytest.mark.parametrize(
    "own",
    [
        "<description>Ports reopen.</description>",
        "<description><![CDATA[Ports reopen.]]></description>",
        "<description><![CDATA[<p>Ports reopen.</p>]]></description>",
        "<description>\n  Ports reopen.</description>",
        "<content:encoded>&lt;p>Ports reopen.</content:encoded>",
    ],
)
@pytest.mark.parametrize(
    "caption",
    [
        CAPTION,
        "<media:content url='a'><media:title>The port</media:title><media:credit>Lee</media:credit></media:content>",
        "<media:title/>" + CAPTION,
        "<media:text>A<media:title>B</media:title></media:text>",
    ],
)
def test_a_caption_goes_where_the_item_has_words(own, caption):
    assert said(own + caption, caption + own) == ["Ports reopen."] * 2
