from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.charset import decoded


@pytest.mark.parametrize(
    ("body", "declared", "wanted"),
    [
        ("Zölle".encode(), ["iso-8859-1"], "Zölle"),
        ("Zölle".encode("latin-1"), ["iso-8859-1"], "Zölle"),
        ("Пошлины".encode("cp1251"), ["windows-1251"], "Пошлины"),
        ("商务部".encode("gbk"), ["gb2312"], "商务部"),
        ("商务部".encode("gb18030"), ["no-such-set", "gb18030"], "商务部"),
        ("貿易".encode("iso2022-jp"), ["iso-2022-jp"], "貿易"),
        ("关税".encode("utf-16"), [], "关税"),
        ("<a>关税".encode("utf-16-le"), [], "<a>关税"),
        ("\ufeffx".encode(), ["utf-16"], "x"),
        (b"plain", ["utf-16"], "plain"),
        ("“smart”".encode("cp1252"), ["iso-8859-1"], "“smart”"),
        ("“smart”".encode("cp1252"), [], "“smart”"),
    ],
)
def test_text_is_read_in_the_set_it_is_in(body, declared, wanted):
    assert decoded(body, declared)[0] == wanted


def test_one_bad_byte_does_not_spoil_the_rest():
    text, warning = decoded("Zölle für Kühe ".encode() * 20 + b"\xff", ["utf-8"])
    assert text.startswith("Zölle für Kühe")
    assert "1 characters" in warning


def test_a_wrong_declaration_is_told():
    assert "utf-8" in decoded("Zölle".encode(), ["iso-8859-1"])[1]
    assert decoded("Zölle".encode(), ["utf-8"])[1] == ""


@given(st.binary(max_size=200), st.lists(st.text(max_size=12), max_size=3))
def test_any_bytes_become_some_text(body, declared):
    assert isinstance(decoded(body, declared)[0], str)


@pytest.mark.parametrize("piece", ["отчёт".encode("cp1251"), "出口管制".encode("gb18030"), "港口".encode("cp932"), b"\xe9", b"\xff\xfe\xfd" * 5])  # fmt: skip
@pytest.mark.parametrize(
    "text", ["It’s open again.", "Häfen öffnen wieder", "The port 📚 opens", "Ports — open", "ports’ names"]
)
def test_what_was_put_into_a_utf_8_text_spoils_only_itself(text, piece):
    read, warning = decoded(text.encode() + b" AND " + piece + b" MORE", ["utf-8"])
    assert read.startswith(f"{text} AND ")
    assert read.endswith(" MORE")
    assert "could not be read as utf-8" in warning


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gb18030", "中国商务部周一宣布对美国大豆加征关税，企业们都说门已经关上"),
        ("cp1251", "Министерство торговли объявило в понедельник о пошлинах, «МИД» ответил"),
        ("cp932", "中国の商務省は月曜日に米国産大豆への関税を発表した"),
        ("cp949", "중국 상무부는 월요일 미국산 대두에 관세를 부과한다고 발표했다"),
        ("cp874", "กระทรวงพาณิชย์จีนประกาศเก็บภาษีถั่วเหลืองจากสหรัฐ แบบ เกม แต่ โบก ไม่"),
    ],
)
def test_another_set_said_to_be_utf_8_is_still_found_out(name, text):
    assert decoded(text.encode(name), [name])[0] == text
    assert not decoded(f"{text} ".encode(name) * 3, ["utf-8"])[1].endswith("could not be read as utf-8")
