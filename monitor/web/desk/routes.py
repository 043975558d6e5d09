"""The table of the desk's pages: method, path, the page that makes it, and who may ask. That of the API is in api.py, of the same rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

# open: anybody. page: with a session, or where there is no password. feed: the same, or with the key of its address.
# program: a bearer token, or as a page.
Access = Literal["open", "page", "feed", "program"]
_PARTS = {
    "topic": r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?",  # as settings have ids
    "feed": r"[A-Za-z0-9._~%-]{1,200}",
    "number": r"[1-9][0-9]{0,8}",
    "article": r"[1-9][0-9]{0,17}",
    "story": r"[1-9][0-9]{0,8}",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table."""

    method: str  # GET | POST
    path: str  # "/issues/{topic}/{number}"
    page: str  # the name of what makes it
    access: Access = "page"
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pieces = re.split(r"\{(\w+)\}", self.path)  # text and names of parts by turns
        pieces[::2] = map(re.escape, pieces[::2])
        pieces[1::2] = (f"(?P<{name}>{_PARTS[name]})" for name in pieces[1::2])
        object.__setattr__(self, "pattern", re.compile("".join(pieces)))


PAGES = (
    Route("GET", "/desk.css", "style", "open"),
    Route("GET", "/desk.svg", "icon", "open"),
    Route("GET", "/healthz", "alive", "open"),
    Route("GET", "/login", "ask_in", "open"),
    Route("POST", "/login", "log_in", "open"),
    Route("POST", "/logout", "log_out"),
    Route("GET", "/", "week"),
    Route("POST", "/draft/{topic}/decide", "decide"),
    Route("POST", "/draft/{topic}/take-back", "take_back"),
    Route("POST", "/draft/{topic}/test", "send_proof"),
    Route("POST", "/draft/{topic}/send", "send_now"),
    Route("GET", "/issues", "issues"),
    Route("GET", "/issues/{topic}/{number}", "issue"),
    Route("GET", "/issues/{topic}/{number}/sent", "sent"),
    Route("GET", "/stories", "stories"),
    Route("GET", "/stories/{topic}/{story}", "story"),
    Route("GET", "/articles/{article}", "article"),
    Route("POST", "/articles/{article}/answer", "answer"),
    Route("POST", "/articles/{article}/undo", "undo"),
    Route("GET", "/search", "search"),
    Route("GET", "/search.atom", "atom", "feed"),
    Route("GET", "/topic", "topic"),
    Route("GET", "/new-topic", "new_topic"),
    Route("POST", "/new-topic", "begin_topic"),
    Route("POST", "/new-topic/save", "establish_topic"),
    Route("GET", "/topics/{topic}/edit", "edit_topic"),
    Route("POST", "/topics/{topic}/preview", "preview_topic"),
    Route("POST", "/topics/{topic}/save", "save_topic"),
    Route("POST", "/topics/{topic}/restore", "restore_topic"),
    Route("GET", "/feeds", "feeds"),
    Route("POST", "/feeds/{feed}/check", "check_feed"),
    Route("GET", "/deliveries", "deliveries"),
)


def matching(table: tuple[Route, ...], path: str) -> Iterator[tuple[Route, dict[str, str]]]:
    """Yield the rows whose path this is, whatever the method, with the parts of the path."""
    for route in table:
        found = route.pattern.fullmatch(path)
        if found:
            yield route, found.groupdict()
