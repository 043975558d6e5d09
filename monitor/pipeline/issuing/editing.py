"""What an editor decides about the issue to come: kept, taken back, and applied where it is composed.

A decision names a story by an article that led it, for articles stay while stories and headings are made anew. It belongs to one issue, by
number: once that is frozen, it is spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from monitor.digests.tidy import EDITOR_MAX
from monitor.errors import InputError
from monitor.model import Candidate
from monitor.pipeline.issuing.candidates import Built
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection, decisions
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.decisions import IN, LINE, OUT, TOP, WHOLE, Decision
from monitor.store.transactions import of_topics
from monitor.text.normalise import clean

log = structlog.get_logger()
OF_STORIES = (TOP, IN, OUT)


def decide(
    context: Context,
    topic: TopicSettings,
    *,
    issue: int,
    kind: str,
    article_ids: Sequence[int] = (),
    words: str = "",
    who: str,
) -> Decision:
    """Keep a decision about the issue of this number, and return it. `kind`: top | in | out of a story, line of the issue itself.

    `article_ids` lead the stories that are meant, the entry's own first; `words` is the line, of at most EDITOR_MAX characters. Saying
    again what stands changes nothing. Raises InputError for an issue that is not the next one, an article that does not wait for it, a
    line that is empty or too long, and more pins than the issue has places.
    """
    line = clean(words) if kind == LINE else ""
    if kind == LINE and not 0 < len(line) <= EDITOR_MAX:
        raise InputError(
            f"the editor's line has {len(line)} characters",
            advice=f"Write 1 to {EDITOR_MAX}; an empty one is taken back instead.",
        )
    with context.store.begin(of_topics(topic.id)) as connection:
        _refuse_spent(connection, topic, issue)
        standing = decisions.standing(connection, topic.id, issue)
        if kind != LINE:
            waiting = {s.article.id: s for s in scores_store.waiting(connection, topic.id, until=context.now)}
            if kind not in OF_STORIES or not article_ids or not waiting.keys() >= set(article_ids):
                raise InputError("no such story waits for this issue", advice="Look at the draft again.")
            line = waiting[article_ids[0]].article.title
        places = topic.limits.top + topic.limits.also
        pins = {each.article_id for each in standing if each.kind in (TOP, IN)} - {*article_ids}
        if kind in (TOP, IN) and len(pins) >= places:
            raise InputError(
                f"{places} stories are pinned", advice="The issue has no more places: take one back."
            )
        identity = decisions.add(
            connection,
            topic.id,
            issue,
            kind=kind,
            article_id=article_ids[0] if kind != LINE else WHOLE,
            article_ids=tuple(article_ids) if kind != LINE else (),
            words=line,
            who=who,
            at=context.now,
        )
        found = next(each for each in decisions.standing(connection, topic.id, issue) if each.id == identity)
    log.info("draft.decided", topic=topic.id, issue=issue, kind=kind, article=found.article_id, who=who)
    return found


def take_back(context: Context, topic: TopicSettings, identity: int, *, issue: int, who: str) -> bool:
    """Let a decision about the issue of this number stand no more; False where it does not stand. Raises InputError as above."""
    with context.store.begin(of_topics(topic.id)) as connection:
        _refuse_spent(connection, topic, issue)
        is_done = decisions.take_back(connection, topic.id, identity, issue=issue, who=who, at=context.now)
    log.info("draft.taken_back", topic=topic.id, issue=issue, decision=identity, who=who, done=is_done)
    return is_done


def _refuse_spent(connection: Connection, topic: TopicSettings, issue: int) -> None:
    if issue != issues_store.last_number(connection, topic.id) + 1:
        raise InputError(
            f"issue {issue} of {topic.id} is not the next one", advice="Look at the draft again."
        )


def line_of(standing: Iterable[Decision]) -> str:
    """The editor's own line; "" for none."""
    return next((each.words for each in standing if each.kind == LINE), "")


def parted(built: Sequence[Built], standing: Iterable[Decision]) -> tuple[list[Built], dict[int, Decision]]:
    """The stories the editor left in, and the decision by which each other one is left out, by story id."""
    out = {article: each for each in standing if each.kind == OUT for article in each.article_ids}
    kept, left_out = [], dict[int, Decision]()
    for story in built:
        why = next((out[article] for article in story.candidate.article_ids if article in out), None)
        if why is None:
            kept.append(story)
        else:
            left_out[story.candidate.story_id] = why
    return kept, left_out


def pinned(entries: Iterable[Candidate], standing: Iterable[Decision]) -> tuple[Candidate, ...]:
    """The entries, marked where the editor pinned a story of theirs; of two pins of one entry the top one counts, and the earlier."""
    pins = [each for each in standing if each.kind in (TOP, IN)]
    pins = sorted(pins, key=lambda each: (each.kind != TOP, each.id))
    found = []
    for entry in entries:
        own = {*entry.article_ids, *(article for each in entry.developments for article in each.article_ids)}
        place = next((place for place, each in enumerate(pins, 1) if each.article_id in own), None)
        if place is not None:
            kind = pins[place - 1].kind
            entry = replace(entry, pinned=kind, pin_order=place if kind == TOP else 0)  # noqa: PLW2901 - the same entry
        found.append(entry)
    return tuple(found)
