"""An editor who decides at random, and what must hold of the issue that follows: the draft shown is the issue sent."""

from __future__ import annotations

import json
from contextlib import suppress

from monitor.digests.frozen import from_json
from monitor.digests.render import render
from monitor.errors import InputError
from monitor.pipeline.issuing import drafting, editing
from monitor.store import decisions as decisions_store
from monitor.store import drafts as drafts_store

MOMENTS = ("composed_at", "until")  # what differs between a draft and an issue made a minute later
BY_AGE = ("rank", "rank_parts")  # of an entry: it is a minute older


def stored(context, topic):
    """The draft as it is stored, which must be fresh."""
    with context.store.look() as connection:
        kept = drafts_store.get(connection, topic.id)
    assert kept == drafting.current(context, topic), "what is stored is stale"
    return from_json(kept.digest)


def edit(context, topic, dice):
    """Some decisions about the draft at random, of which a third is taken back; returns what stands."""
    drafting.refresh(context, topic)
    draft = stored(context, topic)
    entries = [*draft.top, *draft.also, *draft.rest]
    for kind in ("top", "in", "out", "out"):
        for entry in dice.sample(entries, min(len(entries), dice.randrange(3))):
            leads = [entry.article_ids[0]]
            if kind == "out":
                leads += [each.article_ids[0] for each in getattr(entry, "named", ())]
            with suppress(InputError):  # more pins than places
                _decide(context, topic, draft, kind=kind, article_ids=leads)
    if dice.random() < 0.7:
        _decide(context, topic, draft, kind="line", words=f"Line {dice.random()} <of> the *editor*")
    with context.store.look() as connection:
        standing = decisions_store.standing(connection, topic.id, draft.issue)
    for each in standing:
        if dice.random() < 1 / 3:
            assert editing.take_back(context, topic, each.id, issue=draft.issue, who="test")
    drafting.refresh(context, topic)
    with context.store.look() as connection:
        return decisions_store.standing(connection, topic.id, draft.issue)


def _decide(context, topic, draft, **values):
    return editing.decide(context, topic, issue=draft.issue, who="test", **values)


def content(digest):
    """All of an issue but moments, and what follows from the age of a minute."""
    found = json.loads(render(digest).json)
    for entry in (*found["top"], *found["also"]):
        for each in (entry, *entry["developments"]):
            for name in BY_AGE:
                each.pop(name, None)
    return {name: value for name, value in found.items() if name not in MOMENTS}


def is_obeyed(issue, standing):
    """Whether each decision that stands can be seen in the issue."""
    shown = {i for entry in (*issue.top, *issue.also) for i in entry.article_ids}
    under = {i for entry in (*issue.top, *issue.also) for d in entry.developments for i in d.article_ids}
    mentioned = {i for each in issue.rest for i in each.article_ids}
    out = {i for each in standing if each.kind == "out" for i in each.article_ids}
    tops = [each.article_id for each in standing if each.kind == "top" and each.article_id not in out]
    pins = {each.article_id for each in standing if each.kind in ("top", "in")} - out
    line = next((each.words for each in standing if each.kind == "line"), "")
    counted = issue.coverage
    first = {i for entry in issue.top[:1] for s in (entry, *entry.developments) for i in s.article_ids}
    return (
        not out & (shown | under | mentioned)
        and pins <= shown | under
        and (not tops or tops[0] in first)
        and issue.editor == line
        and counted.told + counted.below + counted.known + counted.left_out == counted.relevant
        and bool(counted.left_out) == bool(out)
    )
