"""How much follows from what a headline tells: an act, an act in prospect, words, a comment? A headline goes in, a number comes out.

Novelty alone ranks the odd remark over the decision everybody writes of: what was often announced is little new when it happens.
The number is about the main verb as a headline writer uses it, not about truth or importance. English wording only: any other
headline counts as one without a verb we know.
"""

from __future__ import annotations

import re

from monitor.text.forms import is_recap, is_report

# 0..1 each. Chosen with the exponent of `weights.consequence` on ten labelled weeks of headlines (dev-headings.tsv, 29 Nov 2026):
# leading main events among the first five cards .73 -> .82, and none of four other scales was better (docs/notes/headings.md).
ACT = 1.0  # "imposes", "bans", "sues", "takes effect"
TOLD_ACT = 0.85  # "says it has banned"
PROSPECT = 0.75  # "may", "plans to", "considers", and headlines without a verb we know
WORDS = 0.6  # "says", "warns", "hopes"
COMMENT = 0.5  # markets, analysts, opinions, guides, questions


def _any(words: str, *, before: str = "") -> re.Pattern[str]:
    return re.compile(rf"{before}\b(?:{'|'.join(words.split())})\b".replace("_", " "), re.IGNORECASE)


_MARKETS = _any(
    "stocks? shares futures wall_street investors? markets? traders bonds? portfolios? etfs? dow nasdaq"
    " analysts? economists? forecasters?"
)
_WORDS = _any(
    "says? said warns? warned urges? urged hopes? calls?_on calls?_for tells? deny denies denied sees expects? believes?"
    " welcomes? regrets? opposes? critici[sz]es? slams? blasts? fears? worry worries complains? accuses? insists? doubts?"
    " defends? condemns? wants? asks? vows? pledges? promises? signals? hints? claims?"
)
_SPEAKER_LAST = re.compile(
    r": [\w .-]{2,30}$|: ?['‘“\"]"
)  # "Tariffs to rise: ministry"; "Minister: 'we will answer'"
_PROSPECT = _any(
    "may might could would considers? considering weighs? weighing mulls? mulling threatens? threatening threat set_to plans?"
    " planning seeks? eyes? likely prepares? poised proposes? wants?_to to_consider ponders? aims? ready_to looks?_to"
)
_ACTS = _any(
    "imposes? imposed raises? raised hikes? bans? banned bars? barred blocks? blocked puts? adds? blacklists? blacklisted signs?"
    " signed agrees? agreed announces? announced unveils? unveiled lists? listed files? filed sues? sued charges? charged"
    " arrests? arrested halts? halted suspends? suspended cancels? cancell?ed calls?_off called_off delays? delayed exempts?"
    " exempted buys? bought orders? ordered approves? approved cuts? lifts? lifted launch(?:es|ed)? begins? began starts? started"
    " takes?_effect took_effect kicks?_in in_force retaliates? retaliated hits?_back answers_with slaps? slapped lev(?:y|ies|ied)"
    " publish(?:es|ed)? releases? released grants? granted eases? eased stops? stopped ends? ended rejects? rejected resumes?"
    " resumed wins? won rules? ruled moves?_to drops? dropped sells? sold pulls? pulled tightens? tightened restricts? restricted"
    " removes? removed reach(?:es|ed)? strikes? struck hires? hired names? named appoints? appointed meets? met targets? targeted"
    " widens? widened confirms? confirmed escalates? escalated",
    before="(?<!to )",  # "to raise" is still to come
)


def consequence(headline: str) -> float:
    """How much follows from what the headline tells, 0.5 (a comment) to 1 (an act)."""
    if not is_report(headline) or is_recap(headline) or headline.rstrip().endswith("?"):
        return COMMENT
    if _MARKETS.search(headline):
        return COMMENT
    if _PROSPECT.search(headline):
        return PROSPECT
    is_said = _WORDS.search(headline) or _SPEAKER_LAST.search(headline)
    if _ACTS.search(headline):
        return TOLD_ACT if is_said else ACT
    return WORDS if is_said else PROSPECT
