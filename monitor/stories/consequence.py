"""How much follows from what a headline tells: an act, an act in prospect, words, a comment? A headline goes in, a number comes out.

Novelty alone ranks the odd remark over the decision everybody writes of: what was often announced is little new when it happens.
The number is about the main verb as a headline writer uses it, not about truth or importance. English wording only (`text.verbs`): any
other headline counts as one without a verb we know.
"""

from __future__ import annotations

from monitor.model import Article
from monitor.stories.pairs import SHORT_WORDS
from monitor.text.english import verbs
from monitor.text.english.forms import is_piece, is_recap, is_report

# 0..1 each. Chosen with the exponent of `weights.consequence` on ten labelled weeks of headlines (dev-headings.tsv, 29 Nov 2026):
# leading main events among the first five cards .73 -> .82, and none of four other scales was better (docs/notes/headings.md).
ACT = 1.0  # "imposes", "bans", "sues", "takes effect"
TOLD_ACT = 0.85  # "says it has banned"
PROSPECT = 0.75  # "may", "plans to", "considers", and headlines without a verb we know
WORDS = 0.6  # "says", "warns", "hopes"
COMMENT = 0.5  # markets, analysts, opinions, guides, questions


def consequence(headline: str, text: str = "") -> float:
    """How much follows from what the headline tells, 0.5 (a comment) to 1 (an act).

    `text`: what stands under it, where that is a running text. A piece whose opening reports nothing counts a step less: its headline is
    the writer's.
    """
    value = _of_headline(headline)
    if text and is_piece(text):
        return PROSPECT if value > PROSPECT else min(value, WORDS)
    return value


def consequence_of(article: Article) -> float:
    """The same of an article: by its headline, and by its text where that is a running one."""
    return consequence(article.title, article.text if len(article.text.split()) >= SHORT_WORDS else "")


def _of_headline(headline: str) -> float:
    if not is_report(headline) or is_recap(headline) or headline.rstrip().endswith("?"):
        return COMMENT
    if verbs.MARKETS.search(headline):
        return COMMENT
    if verbs.PROSPECTS.search(headline):
        return PROSPECT
    last = verbs.SPEAKER_LAST.search(headline)
    is_said = (
        verbs.SPEECH.search(headline)
        or verbs.SPEAKER_FIRST.search(headline)
        or (
            last and not verbs.ACTS.search(last.group())
        )  # "Zinc quarrel: Arcadia raises tariffs" names no speaker
    )
    if verbs.ACTS.search(headline):
        return TOLD_ACT if is_said else ACT
    return WORDS if is_said else PROSPECT


def is_remark(headline: str) -> bool:
    """Whether a headline tells what somebody says or thinks, and neither an act nor one in prospect."""
    return consequence(headline) <= WORDS
