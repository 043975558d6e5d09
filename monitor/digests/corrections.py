"""What became of what earlier issues told: threads gone quiet, and headlines changed after we sent them.

In: every story and every revised headline of earlier issues, as stored; out: the few worth a reader's line. Reads no clock
and no store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digests.tidy import bare
from monitor.model import QuietThread, Revision

QUIET_SHOWN = 4
CHANGED_SHOWN = 5
# Two weeks without a word are unusual for a story that was worth telling; after four it is an old story. A weekly issue
# names each thread twice at most.
QUIET_FROM, QUIET_UNTIL = timedelta(days=14), timedelta(days=28)
# By judgement, 29 Nov 2026: the share of a thread's telling words that one headline of now must hold to speak of it, how many at
# least, from how many letters a word tells anything, and the share of headlines from which a word is everybody's.
_SPOKEN_OF, _LEAST_WORDS, _LETTERS, _COMMON = 0.5, 2, 4, 0.2


def gone_quiet(
    threads: Iterable[QuietThread],
    *,
    heard_of: Collection[int],
    headlines: Sequence[str] = (),
    until: datetime,
) -> tuple[QuietThread, ...]:
    """The threads that fell silent two to four weeks before `until`, the youngest silence first, at most four.

    `heard_of` are the ids of the stories that have articles now, `headlines` what those say: a thread that one of them speaks of in
    other words is not silent. A story given twice counts by its newest article.
    """
    newest: dict[int, QuietThread] = {}
    for thread in sorted(threads, key=lambda each: (each.last_at, each.issue)):
        newest[thread.story_id] = thread
    silent = [
        thread
        for thread in newest.values()
        if thread.story_id not in heard_of and QUIET_FROM <= until - thread.last_at < QUIET_UNTIL
    ]
    now = [_telling(headline) for headline in headlines]
    counted = Counter(word for words in now for word in words)
    everybodys = {word for word, count in counted.items() if count > max(1, _COMMON * len(now))}
    once = {
        bare(thread.headline): thread
        for thread in silent
        if thread.headline and not _is_spoken_of(_telling(thread.headline) - everybodys, now)
    }
    return tuple(sorted(once.values(), key=lambda each: (-each.last_at.timestamp(), each.story_id)))[
        :QUIET_SHOWN
    ]


def _telling(headline: str) -> set[str]:
    return {word for word in bare(headline).split() if len(word) >= _LETTERS}


def _is_spoken_of(words: set[str], headlines: Iterable[set[str]]) -> bool:
    """Whether one of the headlines holds most of what tells a thread apart."""
    needed = max(_LEAST_WORDS, _SPOKEN_OF * len(words))
    return any(len(words & held) >= needed for held in headlines)


def corrections(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """Each article's headline as it was sent and as it is now, newest change first, at most five.

    Several changes of one article are one; a change back, or of case and punctuation only, is none.
    """
    changed: dict[int, Revision] = {}
    for revision in sorted(revisions, key=lambda each: (each.at, each.article_id)):
        first = changed.get(revision.article_id)
        changed[revision.article_id] = replace(revision, before=first.before) if first else revision
    real = [each for each in changed.values() if bare(each.before) != bare(each.headline)]
    return tuple(sorted(real, key=lambda each: (-each.at.timestamp(), each.article_id)))[:CHANGED_SHOWN]
