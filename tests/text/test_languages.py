"""The registry of languages: every pack is a folder, and a language without one says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import text
from monitor.text.languages import PACKS, pack_of


def test_every_folder_beside_the_registry_is_a_pack_and_every_pack_a_folder():
    folders = [each for each in Path(text.__file__).parent.iterdir() if (each / "__init__.py").is_file()]
    names = {"english": "en", "chinese": "zh"}
    assert {names[each.name] for each in folders} == set(PACKS)


@pytest.mark.parametrize(
    ("tag", "language"), [("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("zh-Hans", "zh"), ("zh", "zh")]
)
def test_a_tag_finds_the_pack_of_its_language(tag, language):
    assert pack_of(tag) is PACKS[language]


@pytest.mark.parametrize("tag", ["fr", "de-AT", "", "enx"])
def test_a_language_without_a_pack_says_what_is_missing(tag):
    assert "no pack" in pack_of(tag).missing


def test_english_lacks_nothing_and_chinese_says_what_it_lacks():
    assert pack_of("en").missing == ""
    assert "the" in pack_of("en").stop_words
    assert "headlines" in pack_of("zh").missing
