"""A reader's links to answer by, taken back: after that they find nothing, and the next issue brings new ones.

An address of a reader goes in, how many links and answers it concerned comes out. Links to leave a list by stay good: whoever has an old
mail must always be able to leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import structlog

from monitor.deliver.channels.registry import personal
from monitor.digests import addresses, keys
from monitor.digests.addresses import Question
from monitor.digests.frozen import from_json
from monitor.errors import InputError
from monitor.pipeline.judging import feedback
from monitor.pipeline.ports import Context
from monitor.store import Connection
from monitor.store import feedback as feedback_store
from monitor.store import readers as readers_store
from monitor.store.readers import Reader
from monitor.store.transactions import SENDING

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """What was taken back from a reader, or would be."""

    issues: int  # with links that answered until now
    links: int
    answers: Mapping[str, int]  # topic -> how many the reader gave, forgotten or not


def revoke_links(context: Context, recipient: str, *, forget: bool = False, dry_run: bool = False) -> Revoked:
    """Let no link of an issue composed until now answer for a reader, and `forget` what the reader answered.

    `dry_run` only counts. Raises InputError for an address that never got a link.
    """
    with context.store.look() if dry_run else context.store.begin(SENDING) as connection:
        known = readers_store.of(connection, recipient)
        if not known:
            raise _unknown(connection, recipient)
        links = _links(connection, context, recipient, known)
        marks = {each.mark for each in known}
        answers = feedback_store.counted(connection, marks)
        if not dry_run:
            readers_store.revoke(connection, at=context.now, recipient=recipient)
    if not dry_run:
        log.info("reader.revoked", links=sum(links))
        if forget and answers:
            feedback.forget(context, marks)
    return Revoked(issues=len(links), links=sum(links), answers=answers)


def _links(
    connection: Connection, context: Context, recipient: str, known: tuple[Reader, ...]
) -> tuple[int, ...]:
    """How many links of each issue still answer, without the issues that have none: made with today's secret, and not taken back before."""
    mark = keys.mark_of(keys.token_for(context.link_key, recipient))
    mine = next((each for each in known if each.mark == mark), None)
    if mine is None:  # another secret: the links of before are none any more
        return ()
    found = []
    for composed_at, digest in readers_store.digests_to(connection, recipient, channels=personal()):
        is_dead = mine.answers_after is not None and composed_at <= mine.answers_after
        if is_dead or composed_at > context.now:
            continue
        issue = from_json(digest)
        asked = [addresses.parse(url, issue.base_url) for url in issue.answer_urls]
        found.append(sum(_is_good(context, each) for each in asked if isinstance(each, Question)))
    return tuple(count for count in found if count)


def _is_good(context: Context, asked: Question) -> bool:
    parts = keys.question_parts(asked.topic, asked.issue, asked.article)
    return keys.is_key(asked.key, context.link_key, *parts)


def _unknown(connection: Connection, recipient: str) -> InputError:
    near = get_close_matches(recipient.casefold(), set(readers_store.names(connection).values()), n=1)
    return InputError(
        f"no reader {recipient} has got a link to answer by",
        advice=f"Did you mean {near[0]}?"
        if near
        else "Readers are the `recipients` in config/topics/; they get links with a `base_url` and a port under [web].",
    )
