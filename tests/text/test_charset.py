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
