"""Phrases of notes, offers and plug-ins inside news: the sentence stays. The notes, offers and tails themselves still go."""

from __future__ import annotations

import pytest

from monitor.articles.extract import extract
from monitor.articles.prose import tells
from monitor.feeds import parse

OPENING = "The harbour board said on Tuesday that dredging of the northern channel would begin before the autumn storms."
CLOSING = "Pilots expect the larger tankers to call from March, once the new lights along the channel have been tested."


def page(*lines, lang="en"):
    said = "".join(f"<p>{line}</p>" for line in (OPENING, *lines, CLOSING))
    html = f"<html lang={lang}><head><title>Channel to be dredged</title></head><body><article><h1>Channel to be dredged</h1>{said}</article></body></html>"
    return extract(html, url="https://quay.example/2025/channel")


PROSE = [
    "Kazakhstan hopes to become a member of the bank before the end of the decade.",
    "Ship owners already have a digital certificate for nine of the ten ports.",
    "Copyright law does not cover charts that the state has drawn, the court held.",
    "Four institutes contributed to the story of the wreck, which divers found in May.",
    "Crews must sign in to access the berth between midnight and six.",
    "First published in 1871, the tide table is still printed on yellow paper.",
    "Last updated in 2016, the list of forbidden cargoes runs to forty pages.",
    "Editing in the registry will be forbidden from January, the clerk announced.",
    "Investigators said the cookie settings of the ticket shop hid a tracker.",
    "The two unions want to join the conversation about night shifts.",
    "The subsidy would unlock full use of the dry dock, engineers believe.",
    "Officers must register to continue in the reserve after the age of fifty.",
    "The owners sued the yard in March (the claim was filed in Delaware/Texas).",
]
PROSE_ZH = [
    "记者：港口何时恢复对油轮开放？",
    "编辑委员会星期二决定公布全部数据，并邀请专家评议。",
    "责任编辑制度是否会扩大到短视频平台，目前没有定论。",
    "点击率下降百分之三，广告收入随之减少。",
    "来源国的认定标准将于九月修订，企业需要重新申报。",
    "记者：谢谢部长，第二个问题关于出口许可。",
]
NOTES = [
    "Become a member to read the rest of this article.",
    "Copyright 2025 Quay Media. All rights reserved.",
    "Ann Lee contributed to this report.",
    "Sign in to access your saved stories.",
    "First published on 6 May 2025",
    "Reporting by Ann Lee in Oslo; editing by Bo Tan",
    "Unlock the full story with a trial for one euro.",
    "See our cookie policy",
    "Tankers wait outside the bar at dawn. (Ann Lee/Quay Pictures)",
    "Ann Lee and Bo Tan contributed to the report.",
]
NOTES_ZH = ["编辑：李四", "来源：港湾网", "（责任编辑：王五）", "记者：张三", "点击查看更多内容"]


@pytest.mark.parametrize("line", PROSE)
def test_a_sentence_with_a_notes_phrase_stays(line):
    found = page(line)
    assert line in found.text.split("\n")
    assert not found.paywall


@pytest.mark.parametrize("line", PROSE_ZH)
def test_a_chinese_sentence_that_begins_like_a_credit_stays(line):
    assert line in page(line, lang="zh").text.split("\n")


@pytest.mark.parametrize("line", [*NOTES, *NOTES_ZH])
def test_the_notes_themselves_still_go(line):
    assert page(line).text.split("\n") == [OPENING, CLOSING]


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        (PROSE[0], True),
        ('"You must register to read your file," the clerk told them on Friday.', True),
        ("Register now to read this article and three more every month.", False),
        ("By Ann Lee, Bo Tan and Cy Dee in Oslo.", False),
        ("You can become a member for the price of a coffee every week.", False),
    ],
)
def test_what_tells_something_is_a_whole_sentence_to_nobody(line, is_told):
    assert tells(line) is is_told


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to continue reading what the minister told our reporter about the tariff deal.",
        "Sign in to read the full story of what the minister said about the tariff deal.",
        "You have reached your limit of free articles this month, which we announced in the spring.",
        "Already a subscriber and want to know what the minister told our reporter about the deal.",
        "Subscribe now to unlock this story, and all that the ministers said behind closed doors.",
        "Become a member to read the rest of what experts warned of.",
    ],
)
def test_an_offer_of_what_somebody_said_is_an_offer(line):
    found = page(line)
    assert found.text.split("\n") == [OPENING, CLOSING]
    assert found.paywall


@pytest.mark.parametrize(
    "line",
    [
        "Register to continue in the reserve after the age of fifty, the ministry told all officers.",
        "The clerk told residents that you must register to read the plans of the northern channel.",
        "Sign in to access the berth between midnight and six, according to the new rules of the port.",
        "Subscribe now for $1 was all the letter said, the court heard from the widow, a clerk said.",
    ],
)
def test_an_order_that_somebody_gave_is_news(line):
    assert line in page(line).text.split("\n")


def summary(text):
    feed = f"<rss version='2.0'><channel><title>Quay</title><item><title>Channel</title><link>https://quay.example/1</link><description>{text}</description></item></channel></rss>"
    [entry] = parse(feed.encode(), url="https://quay.example/feed").entries
    return entry.summary


@pytest.mark.parametrize(
    "text",
    [
        "Teachers urge pupils to read more books, and parents agree.",
        "The clerk promised to continue reading names until dawn.",
        "Dredging stopped. Read more about it in the annex, the board said, and then decide.",
        "Fees rose. The post of harbour master appeared first on the list of vacancies.",
        "The poem first appeared on a wall in Oslo and in print a year later.",
        "She wants to keep reading the charts as her father did",
    ],
)
def test_a_summary_with_a_plug_ins_words_stays_whole(text):
    assert summary(text) == text


@pytest.mark.parametrize(
    "tail",
    [
        " [...]",
        " Continue reading →",
        " The post Channel to be dredged appeared first on Quay News.",
        " The post Channel first appeared on quay.example.",
        " Read more",
        " Continue reading Channel to be dredged →",
    ],
)
def test_a_plug_ins_tail_still_goes(tail):
    assert summary(f"Dredging begins in May.{tail}") == "Dredging begins in May."
