"""An issue rendered, whatever one of its stories holds: a story that cannot be shown is left out and named, and the issue goes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import structlog

from monitor.digests.compose import without
from monitor.digests.render import render
from monitor.model import Candidate, Digest, RenderedDigest

log = structlog.get_logger()


def rendered(digest: Digest, *, templates: Path | None = None) -> tuple[Digest, RenderedDigest]:
    """Return the issue as it can be shown, and its renderings. Raises what rendering raises when no single story is to blame."""
    try:
        return digest, render(digest, templates=templates)
    except Exception as error:  # one story nobody foresaw must not keep an issue from all readers
        log.exception("digest.not_rendered", topic=digest.topic, issue=digest.issue)
        sound = without(digest, _guilty(digest, templates, error))
        return sound, render(sound, templates=templates)


def _guilty(digest: Digest, templates: Path | None, error: Exception) -> frozenset[int]:
    """The stories that cannot be shown even alone; raises the error when an issue of no story at all cannot either."""
    empty = replace(digest, top=(), also=(), lines=())
    guilty = set()
    for entry in (*digest.top, *digest.also):
        if _can_be_shown(empty, entry, templates):
            continue
        lead = replace(entry, developments=())
        if not _can_be_shown(empty, lead, templates):
            guilty.add(entry.story_id)
        for each in entry.named:
            if not _can_be_shown(empty, replace(lead, developments=(each,)), templates):
                guilty.add(each.story_id)
    if not guilty or not _can_be_shown(empty, None, templates):
        raise error
    return frozenset(guilty)


def _can_be_shown(empty: Digest, story: Candidate | None, templates: Path | None) -> bool:
    try:
        render(replace(empty, top=() if story is None else (story,)), templates=templates)
    except Exception:  # noqa: BLE001 - the question is whether anything at all is raised
        return False
    return True
