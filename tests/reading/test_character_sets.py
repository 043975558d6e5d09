"""Documents whose character set is damaged, undeclared or wrongly declared; and Western ones that stay what they were."""

from __future__ import annotations

import pytest

from monitor.articles.extract import extract
from monitor.feeds import parse
from monitor.text.charset import decoded

RU = "Порт открыт после забастовки. Докеры вернулись к работе в понедельник, сообщило министерство."
ZH = "码头工人罢工十一天后复工，首批货轮中午卸货，港务局星期一表示一切正常。"
ZHT = "碼頭工人罷工十一天後復工，首批貨輪中午卸貨，港務局星期一表示一切正常。"
JA = "港湾労働者は十一日間のストライキの後、月曜日に仕事に戻りました。"
KO = "부두노동자들은이 11일간의 파업 끝에 월요일 업무에 복귀했다."
EL = "Οι λιμενεργάτες επέστρεψαν στην εργασία τους τη Δευτέρα μετά από απεργία."
DE = "Die Häfen öffnen wieder, sagte das Ministerium für Verkehr am Montag in Düsseldorf."


def feed(said, text):
    head = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
    return f"{head}<rss version='2.0'><channel><title>Quay</title><item><title>{text[:8]}</title><link>https://quay.example/1</link><description>{text}</description></item></channel></rss>"


def read(body, content_type="text/xml"):
    [entry] = parse(body, url="https://quay.example/feed", content_type=content_type).entries
    return entry.title, entry.summary


@pytest.mark.parametrize(
    ("said", "codec", "text"),
    [
        ("gb2312", "gbk", ZH),
        ("big5", "big5", ZHT),
        ("shift_jis", "cp932", JA),
        ("euc-kr", "cp949", KO),
        ("windows-1251", "cp1251", RU),
        ("iso-8859-7", "iso8859_7", EL),
    ],
)
def test_one_cut_character_spoils_no_document(said, codec, text):
    body = feed(said, text).encode(codec)
    at = body.rindex(text[-6:].encode(codec))
    hole = {"cp1251": b"\x98", "cp932": b"\x85\x01"}.get(codec, b"\xff")
    title, summary = read(body[:at] + hole + body[at:])
    assert title == text[:8]
    assert summary[:-8] == text[: len(summary[:-8])]
    assert summary.count("\ufffd") == (codec != "cp1251")


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("gbk", ZH),
        ("big5", ZHT),
        ("cp932", JA),
        ("cp949", KO),
        ("cp1251", RU),
        ("koi8_r", RU),
        ("cp1253", EL),
    ],
)
@pytest.mark.parametrize("said", ["", "utf-8"])
def test_a_set_that_is_not_declared_or_wrongly_is_found(codec, text, said):
    assert read(feed(said, text).encode(codec)) == (text[:8], text)


@pytest.mark.parametrize(
    ("codec", "text"),
    [("gbk", ZH), ("cp1251", RU), ("cp932", JA), ("euc_jp", JA), ("cp949", KO), ("big5", ZHT)],
)
def test_a_page_that_declares_nothing_is_read(codec, text):
    html = f"<html><head><title>{text[:8]}</title></head><body><article><h1>{text[:8]}</h1><p>{text}</p><p>{text}</p></article></body></html>"
    found = extract(html.encode(codec))
    assert (found.title, found.text.split("\n")[0]) == (text[:8], text)


def test_a_header_that_says_latin_for_everything_yields_to_the_document():
    for said in ("windows-1251", "koi8-r"):
        codec = said.replace("windows-", "cp")
        assert read(feed(said, RU).encode(codec), "text/xml; charset=ISO-8859-1") == (RU[:8], RU)


FR = "Les dockers ont cessé la grève à Marseille et à Fos, déclare le ministère, après onze journées très agitées."


@pytest.mark.parametrize("text", [DE, FR, "Zölle"])
@pytest.mark.parametrize("meta", ["windows-1251", "gb2312", "big5", "iso-8859-7", "koi8-r", "windows-1250"])
def test_a_latin_header_that_is_true_holds_against_a_templates_set(meta, text):
    assert decoded(text.encode("cp1252"), ["ISO-8859-1", meta])[0] == text


@pytest.mark.parametrize(
    ("meta", "codec", "text"),
    [
        ("windows-1251", "cp1251", RU),
        ("gb2312", "gbk", ZH),
        ("big5", "big5", ZHT),
        ("shift_jis", "cp932", JA),
        ("euc-kr", "cp949", KO),
        ("iso-8859-7", "iso8859_7", EL),
    ],
)
def test_a_latin_header_that_is_false_yields_to_what_stands_in_the_document(meta, codec, text):
    assert decoded(text.encode(codec), ["ISO-8859-1", meta])[0] == text


@pytest.mark.parametrize("codec", ["cp1252", "iso8859_15"])
@pytest.mark.parametrize("said", ["", "iso-8859-1"])
def test_western_text_stays_western(codec, said):
    assert read(feed(said, DE).encode(codec)) == (DE[:8], DE)


def test_a_damaged_utf_8_stays_utf_8():
    body = DE.encode() * 3
    assert decoded(body[:9] + b"\xe4" + body[9:], ["utf-8"])[0].count("\ufffd") == 1
    assert decoded(ZH.encode()[:-1], [])[0] == ZH[:-1] + "\ufffd"


def test_what_was_found_instead_of_the_declared_set_is_said():
    warnings = parse(feed("utf-8", ZH).encode("gbk"), url="https://quay.example/feed").warnings
    assert warnings == ("the text is gb18030, not utf-8 as declared",)
