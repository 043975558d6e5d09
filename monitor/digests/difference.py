"""What two issues tell differently: two composed issues in, lines for people out. For `issues diff` and `replay`.

Stories are the same when they have one id, or go on with it; what is compared is what a reader would notice: which stories are
there, where, with what status, headline and new sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.model import Candidate, Digest


def difference(old: Digest, new: Digest) -> tuple[str, ...]:
    """Lines that begin with "-" for what only `old` has, "+" for what only `new` has, "~" for what moved or changed; () for none."""
    before, after = _placed(old), _placed(new)
    return (
        *(f"- {place} {story.headline}" for id_, (place, story) in before.items() if id_ not in after),
        *(f"+ {place} {story.headline}" for id_, (place, story) in after.items() if id_ not in before),
        *(line for id_ in after if id_ in before for line in _changed(*before[id_], *after[id_])),
    )


def _placed(digest: Digest) -> Mapping[int, tuple[str, Candidate]]:
    """Story id -> its place ("top 1", "also 3") and the story."""
    rows = [(f"top {n}", story) for n, story in enumerate(digest.top, start=1)]
    rows += [(f"also {n}", story) for n, story in enumerate(digest.also, start=1)]
    return {story.follows or story.story_id: (place, story) for place, story in rows}


def _changed(was: str, old: Candidate, now: str, new: Candidate) -> Iterator[str]:
    if was != now:
        yield f"~ {was} -> {now}: {new.headline} (rank {old.rank:.3f} -> {new.rank:.3f})"
    for name, a, b in (
        ("headline", old.headline, new.headline),
        ("status", old.status, new.status),
        ("new sentence", _first(old), _first(new)),
    ):
        if a != b:
            yield f"~ {now} {name}: {a or 'none'} -> {b or 'none'}"


def _first(story: Candidate) -> str:
    return story.whats_new[0].text if story.whats_new else ""
