"""One request as the desk's pages see it: parts of the path, query, form and session, each read once and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.web.server import Asked

_FIELDS_MAX = 40
_VALUE_MAX = 500  # characters of one field
_LONG = {"text": 100_000, "texts": 100_000, "links": 10_000}  # ... of those that hold a topic's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is asked, and by whom."""

    asked: Asked
    path: str
    parts: Mapping[str, str] = field(default_factory=dict)  # of the path
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    session: str = ""  # "": none
    token: str = ""  # what each form carries back

    def address(self, *, without: str = "") -> str:
        """The path with its query in one order, for a key to be made of."""
        kept = sorted((name, value) for name, value in self.query.items() if name != without)
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


def path_of(asked: Asked) -> str:
    """The path of a request, as it was sent."""
    return urlsplit(asked.path).path if asked.path.startswith("/") and asked.path[:2] != "//" else ""


def query_of(asked: Asked) -> dict[str, str]:
    """The fields of the query: of several with one name the last."""
    return _fields(urlsplit(asked.path).query)


def form_of(asked: Asked) -> dict[str, str]:
    """The fields of a form that was posted; {} when it is none."""
    kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    return _fields(asked.body.decode("utf-8", "replace"))


def _fields(said: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(said, keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError:  # too many
        return {}
    return {name: value[: _LONG.get(name, _VALUE_MAX)] for name, value in pairs}
