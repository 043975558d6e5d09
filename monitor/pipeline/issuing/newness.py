"""Is a story new, updated or known? One decision: what is known of it, what was told, what it retells. Values in, a verdict out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Article, Nearest
from monitor.stories import NEW, Features, WhatsNew
from monitor.stories.retelling import BARE, LATELY, SAME

# Novelty 0..1 of a story's newest report, below which a story that no issue told is known all the same (a seed told again: .02 to .19).
# On ten labelled weeks of headlines, 2026-11-29: 4 of 171 stories with a first report and 1 of 112 such headings lie below; at .5
# (the line between a single first report and a repeat) 38 and 9 would be lost. `make quality`, docs/notes/novelty.md.
KNOWN_BELOW = 0.25
ALREADY_SENT = 0.8  # overlap with one sent item from which a story under another id is the same news
# ... and from which it is when its novelty is that of something known (below NEW). On the ten labelled weeks of headlines, 2026-11-29: 4 of
# 29 repeats and 7 of 165 details are kept back by it, and 1 of 129 first reports; from .5 on 4, 7 and 0, but fewer retellings.
RETOLD = 0.45


def status(
    news: WhatsNew,
    *,
    was_told: bool,
    can_be_shown: bool,
    is_known: bool,
    is_further: bool,
    is_retelling: bool,
) -> str:
    """The verdict: new, updated or known.

    Known as well is a story no issue told that a seed or an earlier article told, or an issue under another id (`is_known`), one that
    retells what was told (`is_retelling`), and a told one whose only news is a caption. None of these is one whose event has taken a step
    (`is_further`: planned -> done, claimed -> corrected).
    """
    if is_further:
        return "updated" if was_told else "new"
    if is_retelling:
        return "known"
    if was_told:
        return news.status if can_be_shown else "known"
    return "known" if is_known else news.status


def is_another(news: WhatsNew, novelty: float, *, was_told: bool) -> bool:
    """Whether a story that resembles a told one is another event all the same: new, and nothing in the told one changed by it.

    On ten labelled weeks of headlines (2026-11-29, `python -m tests.replay.main_events`) the line at NEW kept 22 of 148 first reports and 27 of
    65 repeats from the reader as known; here it keeps 10 and 21, and no more retellings are told.
    """
    return not was_told and news.status == "known" and novelty >= KNOWN_BELOW


def is_known(nearest: Nearest | None, novelty: float, bare_at: datetime | None = None) -> bool:
    """Whether it was known before its period, or an issue sent it under another id, or a reader knew it.

    `bare_at`: when it was published, where it is bare headlines: what was sent long ago proves little by their words.
    """
    if novelty < KNOWN_BELOW:
        return True
    if nearest is None or nearest.kind not in ("issue", "alert", "known"):
        return False
    if bare_at is not None and nearest.published is not None and bare_at - nearest.published > LATELY:
        return nearest.overlap >= SAME
    return nearest.overlap >= (RETOLD if novelty < NEW else ALREADY_SENT)


def last_headline(said: Sequence[tuple[Article, Features]]) -> datetime | None:
    """When the last of a story's articles was published, if all are bare headlines."""
    if any(features.words >= BARE for _, features in said):
        return None
    return max(article.published for article, _ in said)
