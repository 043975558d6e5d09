"""/api/v1: the values behind the pages as JSON, for programs. Read-only; an OpenAPI 3.1 document says what each answer holds.

Answers and their schemas are made from the same dataclasses, so that they cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from monitor import __version__
from monitor.model import WebPage
from monitor.model.desk import (
    ArticleLook,
    FeedLook,
    IssueBrief,
    IssueLook,
    SearchResults,
    StoryBrief,
    StoryLook,
    TopicBrief,
    TopicLook,
    WeekLook,
)
from monitor.web.desk import paper
from monitor.web.desk.house import House
from monitor.web.desk.queries import HITS, HITS_MOST, WEEKS, WEEKS_MOST, number, sought_of
from monitor.web.desk.routes import Route
from monitor.web.desk.visit import Visit

ROOT = "/api/v1"
_REF = "#/components/schemas/{model}"
_TEXT = {"type": "string", "maxLength": 500}
_DATE = {"type": "string", "format": "date"}
_SEARCH: Mapping[str, tuple[dict[str, Any], str]] = {
    "q": (_TEXT | {"minLength": 1}, 'words that must all stand, "a phrase", -not, begin*'),
    "topic": (_TEXT, "the topic whose scores count; all when it is left out"),
    "outlet": (_TEXT, "an outlet's name, or a feed's id"),
    "language": (_TEXT, "en, zh"),
    "since": (_DATE, "published on that day (UTC) or later"),
    "until": (_DATE, "published on that day or before"),
    "relevant": ({"type": "string", "enum": ["1"]}, "only what is on topic"),
    "sent": ({"type": "string", "enum": ["1"]}, "only what an issue told"),
    "n": ({"type": "integer", "minimum": 1, "maximum": HITS_MOST, "default": HITS}, "hits at most"),
}
_WEEKS: Mapping[str, tuple[dict[str, Any], str]] = {
    "weeks": (
        {"type": "integer", "minimum": 1, "maximum": WEEKS_MOST, "default": WEEKS},
        "stories that went on within so many weeks",
    )
}
Ask = Callable[[House, Visit], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One question of the API: a GET."""

    path: str  # below ROOT
    name: str  # operationId
    summary: str
    gives: type
    ask: Ask  # None, and () where the topic is not there, stand for 404
    is_list: bool = False  # the answer is {"items": [...]}
    takes: Mapping[str, tuple[dict[str, Any], str]] | None = None  # query: name -> schema, what it means
    needs: tuple[str, ...] = ()  # of these, those that must be there


def _topic(visit: Visit) -> str:
    return visit.parts["topic"]


def _issues(house: House, visit: Visit) -> Any:
    return house.issues(_topic(visit)) if _is_topic(house, visit) else None


def _stories(house: House, visit: Visit) -> Any:
    weeks = number(visit.query.get("weeks", ""), WEEKS, most=WEEKS_MOST)
    return house.stories(_topic(visit), weeks=weeks) if _is_topic(house, visit) else None


def _is_topic(house: House, visit: Visit) -> bool:
    return any(each.id == _topic(visit) for each in house.topics())


OPERATIONS = (
    Operation(
        path="/topics", name="topics", summary="All topics.", gives=TopicBrief, is_list=True,
        ask=lambda house, _: house.topics(),
    ),
    Operation(
        path="/topics/{topic}", name="topic", summary="A topic as its file has it, and what was learnt of it.",
        gives=TopicLook, ask=lambda house, visit: house.topic(_topic(visit)),
    ),
    Operation(
        path="/topics/{topic}/draft", name="draft", summary="The draft of the next issue, and what the editor decided of it.",
        gives=WeekLook, ask=lambda house, visit: house.week(_topic(visit)),
    ),
    Operation(
        path="/topics/{topic}/issues", name="issues", summary="The frozen issues, newest first.",
        gives=IssueBrief, is_list=True, ask=_issues,
    ),
    Operation(
        path="/topics/{topic}/issues/{number}", name="issue", summary="One issue: what was composed, and its renderings.",
        gives=IssueLook, ask=lambda house, visit: house.issue(_topic(visit), int(visit.parts["number"])),
    ),
    Operation(
        path="/topics/{topic}/stories", name="stories", summary="The stories of the last weeks, those that went on last first.",
        gives=StoryBrief, is_list=True, ask=_stories, takes=_WEEKS,
    ),
    Operation(
        path="/topics/{topic}/stories/{story}", name="story", summary="One story over time.",
        gives=StoryLook, ask=lambda house, visit: house.story(_topic(visit), int(visit.parts["story"])),
    ),
    Operation(
        path="/articles/{article}", name="article", summary="One article: its text, and why it was or was not chosen.",
        gives=ArticleLook, ask=lambda house, visit: house.article(int(visit.parts["article"])),
    ),
    Operation(
        path="/search", name="search", summary="Articles that hold the words, newest first.",
        gives=SearchResults, ask=lambda house, visit: house.search(sought_of(visit)), takes=_SEARCH, needs=("q",),
    ),
    Operation(
        path="/feeds", name="feeds", summary="All feeds and how they do, those that need somebody first.",
        gives=FeedLook, is_list=True, ask=lambda house, _: house.feeds(),
    ),
)  # fmt: skip
ROUTES = (
    Route("GET", f"{ROOT}/openapi.json", "openapi", "program"),
    *(Route("GET", ROOT + each.path, each.name, "program") for each in OPERATIONS),
)
_BY_NAME = {each.name: each for each in OPERATIONS}


def answer(house: House, name: str, visit: Visit) -> WebPage | None:
    """Return the answer of an operation by its name; None for what is not there."""
    if name == "openapi":
        return _json(json.dumps(document()).encode())
    operation = _BY_NAME[name]
    found = operation.ask(house, visit)
    if found is None:
        return None
    body = _adapter(name).dump_json(found)
    return _json(b'{"items":' + body + b"}" if operation.is_list else body)


def _json(body: bytes) -> WebPage:
    return WebPage(status=200, body=body, content_type="application/json", headers=paper.HEADERS)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    gives: Any = _BY_NAME[name].gives
    return TypeAdapter(tuple[gives, ...] if _BY_NAME[name].is_list else gives)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    inputs: Any = [(each.name, "serialization", _adapter(each.name)) for each in OPERATIONS]
    schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=_REF)
    answers = {name: schema for (name, _), schema in schemas.items()}
    paths = {ROOT + each.path: {"get": _operation(each, answers[each.name])} for each in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "monitor",
            "version": __version__,
            "description": "What the desk shows, as JSON. Times are UTC, shares 0 to 1.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": {**shared["$defs"], "Problem": _PROBLEM},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "a word of MONITOR_WEB_TOKENS"}
            },
        },
    }


def _operation(operation: Operation, schema: Any) -> dict[str, Any]:
    whole = schema
    if operation.is_list:
        whole = {"type": "object", "properties": {"items": schema}, "required": ["items"]}
    refusals = {
        "400": "a query that means nothing",
        "401": "no token, or a wrong one",
        "403": "a host that is not ours",
        "404": "nothing there",
        "503": "too many ask, or the database is busy",
    }
    problem = {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_parts(operation.path), *_query(operation)],
        "responses": {
            "200": {"description": operation.summary, "content": {"application/json": {"schema": whole}}},
            **{code: {"description": said, "content": problem} for code, said in refusals.items()},
        },
    }


def _parts(path: str) -> list[dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {"topic": {"type": "string", "pattern": "^[a-z0-9_-]{1,64}$"}}
    whole = {"type": "integer", "minimum": 1, "maximum": 10**9 - 1}
    return [
        {"name": part[1:-1], "in": "path", "required": True, "schema": kinds.get(part[1:-1], whole)}
        for part in path.split("/")
        if part.startswith("{")
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name in operation.needs,
            "schema": schema,
            "description": said,
        }
        for name, (schema, said) in (operation.takes or {}).items()
    ]


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
