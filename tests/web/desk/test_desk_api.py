"""/api/v1: what the pages show, as JSON that fits its own description; a token reads it, and nothing else opens."""

from __future__ import annotations

import json
import random
import re
from datetime import datetime
from urllib.parse import urlencode

import pytest

from monitor.web.desk import api
from monitor.web.desk.dispatch import Desk
from tests.web.desk.conftest import TOKEN, Browser, Text

BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def program(locked):
    """Ask as a program does: `program(path)` gives status and JSON."""

    def ask(path, **headers):
        page = locked.get(f"/api/v1{path}", **(headers or BEARER))
        return int(page.status), json.loads(page.body)

    return ask


def faults(value, schema, shared, at="$"):
    """Where a value differs from a JSON schema, of the words that OpenAPI documents here use."""
    if "$ref" in schema:
        return faults(value, shared[schema["$ref"].rpartition("/")[2]], shared, at)
    if "anyOf" in schema:
        every = [faults(value, each, shared, at) for each in schema["anyOf"]]
        return [] if [] in every else every[0]
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
        "array": list,
        "object": dict,
    }
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [f"{at}: {value!r} is no {kind}"]
    found = []
    if (
        kind == "string"
        and schema.get("format") == "date-time"
        and datetime.fromisoformat(value).tzinfo is None
    ):
        found.append(f"{at}: {value} has no zone")
    if kind == "object":
        known = schema.get("properties", {})
        found += [f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value]
        for name, each in value.items():
            more = schema.get("additionalProperties")
            inner = known.get(name, more if isinstance(more, dict) else None)
            found += (
                faults(each, inner, shared, f"{at}.{name}")
                if inner is not None
                else [f"{at}.{name}: not described"]
            )
    if kind == "array":
        fixed = schema.get("prefixItems", [])
        for number, each in enumerate(value):
            inner = fixed[number] if number < len(fixed) else schema.get("items", {})
            found += faults(each, inner, shared, f"{at}[{number}]")
    return found


EXAMPLES = {
    "topics": "/topics",
    "topic": "/topics/fish",
    "draft": "/topics/fish/draft",
    "issues": "/topics/fish/issues",
    "issue": "/topics/fish/issues/1",
    "stories": "/topics/fish/stories?weeks=52",
    "story": "/topics/fish/stories/1",
    "article": "/articles/1",
    "search": "/search?q=cod",
    "feeds": "/feeds",
}


def test_every_operation_has_an_example():
    assert set(EXAMPLES) == {each.name for each in api.OPERATIONS}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_answer_fits_its_description(program, name):
    status, value = program(EXAMPLES[name])
    assert status == 200
    _, document = program("/openapi.json")
    paths = document["paths"]
    operation = next(each["get"] for each in paths.values() if each["get"]["operationId"] == name)
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert faults(value, schema, document["components"]["schemas"]) == []
    assert value not in ({}, {"items": []})


def test_control_an_answer_that_does_not_fit_is_found():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert faults({"a": 1}, schema, {}) == []
    for wrong in ({"a": "1"}, {}, {"a": 1, "b": 2}, {"a": True}, []):
        assert faults(wrong, schema, {})


def test_the_document_describes_every_route_and_no_other(program):
    _, document = program("/openapi.json")
    assert {*document["paths"], "/api/v1/openapi.json"} == {route.path for route in api.ROUTES}
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert refs <= set(document["components"]["schemas"])


def test_what_the_pages_show_is_what_programs_read(program, open_desk):
    _, found = program("/search?q=cod")
    page = Text(open_desk.get("/search?q=cod")).text
    assert found["items" if "items" in found else "hits"]
    assert all(hit["article"]["title"] in page for hit in found["hits"])
    _, draft = program("/topics/fish/draft")
    week = Text(open_desk.get("/")).text
    assert all(entry["headline"] in week for entry in draft["digest"]["top"])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 401), ("/topics/other", 404), ("/topics/other/issues", 404), ("/topics/other/stories", 404),
     ("/topics/fish/issues/9", 404), ("/articles/99999", 404), ("/search", 400), ("/search?q=%22", 400),
     ("/search?q=cod&topic=other", 400), ("/search?q=cod&since=9999-99-99", 400)],
)  # fmt: skip
def test_a_refusal_is_a_problem_as_rfc_9457_has_it(locked, path, status):
    page = locked.get(f"/api/v1{path}", **BEARER)
    told = json.loads(page.body)
    assert page.content_type == "application/problem+json"
    if path == "/nothing":  # an address that is not there needs a session, whatever token it brings
        assert page.status in (401, 403)
        return
    assert (page.status, told["status"]) == (status, status)
    assert told["detail"]


@pytest.mark.parametrize("authorization", ["", "Bearer x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN])
def test_without_its_token_nothing_is_read(locked, authorization):
    for route in api.ROUTES:
        page = locked.get(re.sub(r"\{\w+\}", "1", route.path), authorization=authorization)
        assert page.status == 401


def test_no_mutated_token_of_390_is_taken(locked):
    dice = random.Random(2)  # noqa: S311 - for repeatable forgery
    for _ in range(390):
        at = dice.randrange(len(TOKEN))
        forged = TOKEN[:at] + dice.choice("abcXYZ019-_. ") + TOKEN[at + dice.randrange(2) :]
        if forged.strip() != TOKEN:
            assert locked.get("/api/v1/topics", authorization=f"Bearer {forged}").status == 401


def test_a_token_opens_no_page_and_posts_nothing(locked):
    assert locked.get("/", **BEARER).status == 303
    assert locked.post("/logout", {"token": "x"}, **BEARER).status == 403
    assert locked.post("/api/v1/topics", {"token": "x"}, **BEARER).status in (403, 405)


def test_a_session_reads_the_api_too(locked):
    locked.log_in()
    assert locked.get("/api/v1/topics").status == 200


def test_any_query_gets_an_answer_and_no_failure(rooms, guarded):
    """Two thousand questions made by chance from the document: nothing answers 500."""
    browser = Browser(Desk(rooms, guarded(password="", tokens="")))
    dice = random.Random(3)  # noqa: S311 - for repeatable questions
    odd = ["", "0", "-1", "1", "25", "10000000000000000000000", "cod", '"cod quota"', "-x", "*", "\x00", "%", "'", "é", "关税", "2026-03-09",
           "9999-12-31", "0001-01-01", "fish", "ledger", "NaN", "a" * 600, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]  # fmt: skip
    for _ in range(2000):
        operation = dice.choice(api.OPERATIONS)
        path = re.sub(
            r"\{(\w+)\}", lambda _: dice.choice(["fish", "1", "2", "999999999", "0", "x"]), operation.path
        )
        names = [*(operation.takes or {}), "other"]
        query = urlencode({dice.choice(names): dice.choice(odd) for _ in range(dice.randrange(4))})
        page = browser.get(f"/api/v1{path}?{query}")
        assert page.status in (200, 400, 404), (path, query, page.body)
        json.loads(page.body)
