"""docs/templates.md names exactly what a template may use."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from monitor.digests import accounts, cards, probes, view

DOCS = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")
TEMPLATES = Path(__file__).parents[2] / "templates" / "digest"
KINDS = {
    "`page`": view.Page, "line": view.Line, "cell": accounts.Cell, "card": cards.Card, "sentence": cards.Sentence,
    "move": cards.Move, "step": cards.Step, "link": cards.Link, "brief": cards.Brief, "former claim": cards.FormerLine, "development": cards.DevelopmentLine, "chart": accounts.Chart,
    "bar": accounts.Bar, "event": accounts.Event, "correction": cards.Correction, "question": probes.Question, "ledger": accounts.Ledger,
}  # fmt: skip
SECTIONS = {
    re.split(r":| \(", title)[0].strip(): re.findall(r"^\| `(\w+)", text, re.MULTILINE)
    for title, text in re.findall(r"^### (.+)\n((?:(?!##).*\n)*)", DOCS, re.MULTILINE)
}


def names(kind):
    own = [field.name for field in fields(kind)]
    return {*own, *(name for name, member in vars(kind).items() if isinstance(member, property))}


@pytest.mark.parametrize("title", KINDS)
def test_every_name_is_documented_and_every_documented_name_exists(title):
    assert set(SECTIONS[title]) == names(KINDS[title])


def test_every_kind_has_its_section():
    assert set(SECTIONS) == {*KINDS, "`words`"}


def test_every_shipped_template_is_listed():
    for file in TEMPLATES.iterdir():
        assert f"`digest/{file.name}`" in DOCS


def test_every_filter_is_listed():
    used = {name for file in TEMPLATES.iterdir() for name in re.findall(r"\|(\w+)", file.read_text("utf-8"))}
    builtin = {"join", "batch", "format"}
    assert {"wrap", "underline", "link"} <= used
    for name in used - builtin:
        assert re.search(rf"^\| `{name}\b", DOCS, re.MULTILINE), name
