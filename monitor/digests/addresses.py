"""Every address we give to readers, built and read here and nowhere else: what `build` writes, `parse` understands.

In: what an address is for; out: its text, and back. Whoever has an address holds its key: nothing here can be guessed without the
secret (see keys). A path in front of all of them, where a reverse proxy serves more than us, is part of the base URL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from monitor.digests.keys import LENGTH
from monitor.digests.links import safe

_TOPIC = r"(?P<topic>[a-z0-9][a-z0-9_-]{0,63})"  # as settings take them
_NUMBER = r"[1-9]\d{0,8}"
_KEY = rf"[A-Za-z0-9_-]{{{LENGTH}}}"
VERDICTS = ("relevant", "irrelevant", "knew-it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Where one reader leaves a topic's list."""

    topic: str
    token: str  # 22 characters; 40 in mails sent before tokens were no Message-IDs


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where one reader answers about one article of one issue."""

    topic: str
    issue: int
    article: int
    reader: str  # the reader's mark, see keys
    key: str
    verdict: str = ""  # "": only asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The same before it is anybody's: what stands in a frozen issue, and opens nothing."""

    topic: str
    issue: int
    article: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePage:
    """Where an issue is served."""

    topic: str
    issue: int
    key: str


Address = Leaving | Answer | Question | IssuePage
_FORMS: tuple[tuple[type[Leaving | Answer | Question | IssuePage], re.Pattern[str]], ...] = (
    (Leaving, re.compile(rf"/unsubscribe/{_TOPIC}/(?P<token>{_KEY}|[0-9a-f]{{40}})")),
    (IssuePage, re.compile(rf"/issue/{_TOPIC}/(?P<issue>{_NUMBER})/(?P<key>{_KEY})")),
    (
        Question,
        re.compile(
            rf"/question/{_TOPIC}/(?P<issue>{_NUMBER})/(?P<article>{_NUMBER}\d{{0,6}})/(?P<key>{_KEY})"
        ),
    ),
    (
        Answer,
        re.compile(
            rf"/feedback/{_TOPIC}/(?P<issue>{_NUMBER})/(?P<article>{_NUMBER}\d{{0,6}})/(?P<reader>{_KEY})/(?P<key>{_KEY})"
            rf"(?:/(?P<verdict>{'|'.join(VERDICTS)}))?"
        ),
    ),
)


def build(address: Address, base_url: str = "") -> str:
    """The address in full, or only its path without a base URL; "" for a base URL that is not safe to show."""
    match address:
        case Leaving():
            path = f"/unsubscribe/{address.topic}/{address.token}"
        case IssuePage():
            path = f"/issue/{address.topic}/{address.issue}/{address.key}"
        case Question():
            path = f"/question/{address.topic}/{address.issue}/{address.article}/{address.key}"
        case Answer():
            path = (
                f"/feedback/{address.topic}/{address.issue}/{address.article}/{address.reader}/{address.key}"
            )
            path += f"/{address.verdict}" if address.verdict else ""
    return safe(f"{base_url.rstrip('/')}{path}") if base_url else path


def parse(target: str, base_url: str = "") -> Address | None:
    """What an address or a request's path is for; None for what is none of ours. The base URL's own path may be left out."""
    path = _path(target)
    front = _path(base_url).rstrip("/")
    for kind, form in _FORMS:
        found = form.fullmatch(path) or form.fullmatch(path.removeprefix(front))
        if found:
            parts: dict[str, Any] = {name: text or "" for name, text in found.groupdict().items()}
            parts |= {name: int(parts[name]) for name in ("issue", "article") if name in parts}
            return kind(**parts)
    return None


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path)
    except ValueError:  # half an IPv6 address, where a path was to be
        return ""
