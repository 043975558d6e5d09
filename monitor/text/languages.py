"""The languages there is a pack for, one registry: a language's tag goes in, what is known of it comes out.

A pack is a folder beside this file (`english/`, `chinese/`). What no pack knows is never dropped in silence: it is counted as it stands,
and `monitor doctor` names the feeds it concerns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from monitor.text.english.lists import STOP_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What is known of one language. `missing` says to people what its articles are read without; "" for nothing."""

    language: str  # the first part of its tags (BCP 47), in small letters
    stop_words: frozenset[str] = frozenset()
    missing: str = ""


PACKS: Mapping[str, Pack] = MappingProxyType(
    {
        pack.language: pack
        for pack in (
            Pack(language="en", stop_words=STOP_WORDS),
            Pack(
                language="zh",
                missing="what verbs of its headlines do and which forms its articles have is not known: each counts as a report",
            ),
        )
    }
)


def pack_of(tag: str) -> Pack:
    """Return what is known of the language of a tag ("zh-Hans"); of one without a pack a pack that says so."""
    language = tag.replace("_", "-").partition("-")[0].strip().lower()
    nothing = "there is no pack for it: words count as they stand, each headline as a report"
    return PACKS.get(language) or Pack(language=language, missing=nothing)
