"""Articles and items for the tests of stories: invented, short, with figures that change."""

from __future__ import annotations

from datetime import timedelta

from monitor.stories import Item, Window, describe, document
from tests.make import AT, article


def at(days=0.0):
    return AT + timedelta(days=days)


def told(number, title, text="", *, days=0.0, **values):
    return article(id=number, title=title, text=text, published=at(days), **values)


def item(of, *, story=None, kind="article", issue=None, features=None):
    return Item(
        kind=kind,
        title=of.title,
        published=of.published,
        features=features or describe(of),
        article_id=of.id if kind == "article" else None,
        story_id=story,
        issue=issue,
        text=document(of),
    )


DUTIES = told(
    1,
    "Northland puts duty of 10 percent on Southland cheese",
    "Northland will charge a duty of 10 percent on cheese from Southland from 1 March. Trade Minister Ada Holm said on "
    "Monday that the step answers a Southland subsidy worth $40 million a year. Dairy farmers in Southland were angry.",
)
RAISED = told(
    2,
    "Northland raises duty on Southland cheese to 25 percent",
    "Northland will charge a duty of 25 percent on cheese from Southland from 1 April. Southland's premier Jon Berg called "
    "off his visit to the capital. Dairy farmers in Southland were angry.",
    days=3,
)
OTHER = told(
    3,
    "Harbour bridge closes for repair",
    "The old bridge at the harbour mouth closes for two years. Engineers found rust in its cables.",
    days=1,
)
FILLER = [
    told(
        100 + i,
        f"{a} {b} in town {i}",
        f"The {a} {b} was seen by many people. It cost little and pleased {c}.",
        days=-10 + i / 10,
    )
    for i, (a, b, c) in enumerate(
        [
            ("new", "tram", "riders"),
            ("old", "opera", "critics"),
            ("small", "museum", "children"),
            ("local", "choir", "parents"),
        ]
        * 8
    )
]


def window(*items):
    return Window.of([*(item(f, story=900 + f.id) for f in FILLER), *items])
