"""Which claim of a story or heading stands, and what it replaced, as an issue shows it. Pure: `stories.standing` decides, this names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.digests.openings import report_start
from monitor.model import Article, Candidate, Change, FormerClaim
from monitor.store.issues import Reported
from monitor.store.scores import Scored
from monitor.stories import Features, WhatsNew
from monitor.stories.facts import QUANTITIES
from monitor.stories.standing import COMMON, UNDER_ONE_HEADING, settled, standing, taken_step
from monitor.stories.states import CORRECTING, Claim, State, claim_of
from monitor.stories.window import Window
from monitor.text.sentences import spans

BESIDE = 0.35  # what two headlines of one story share of what the poorer tells, for one to be named as what the other replaced
UNDER_A_HEADING = 0.5  # the same under one heading, and for a told story that the lead's goes on with
SURELY = 0.6  # what a headline shares of what the poorer tells with one that any issue told, to be of the same event
NEAR = 12  # items of the window that a step is looked for beyond


@dataclass(frozen=True, slots=True)
class Lead:
    """The article that heads a story, what it says, and the claims of the story that it replaced."""

    member: Scored
    claim: Claim
    replaced: tuple[FormerClaim, ...] = ()


def lead_of(ranked: Sequence[Scored], window: Window) -> Lead:
    """Who heads a story of the members `ranked`, in the order in which they would lead whatever they claim."""
    claims = [claim_of_article(member.article) for member in ranked]
    found = standing(claims, range(len(ranked)), window.sense_weight)
    former = (
        _former(ranked[each.old].article, each.how)
        for each in found.replaced
        if each.shared >= BESIDE and ranked[each.old].article.title != ranked[found.head].article.title
    )
    return Lead(ranked[found.head], claims[found.head], tuple(former))


def originals_of(members: Sequence[Scored]) -> list[Scored]:
    """The members that copy none, and those whose copy says another thing of it: a correction repeats nearly every word."""
    states = {m.article.id: claim_of_article(m.article).state for m in members}
    return [
        m
        for m in members
        if m.score.duplicate_of is None
        or (
            states[m.article.id] in CORRECTING
            and states.get(m.score.duplicate_of) is not states[m.article.id]
        )
    ] or [members[0]]


def claim_of_article(article: Article) -> Claim:
    """What an article claims. It counts from its date, or from when it was first seen where that lies ahead."""
    text = article.text or article.summary
    start = report_start(text)
    first = next((text[max(a, start) : b] for a, b in spans(text) if b > start), "")
    return claim_of(
        article.title,
        min(article.published, article.seen_at),
        sentence=first,
        key=f"{article.seen_at.isoformat()} {article.id:012}",
    )


def sent_before(
    lead: Lead, told: Iterable[Reported], window: Window, *, is_followed: bool
) -> tuple[Reported, FormerClaim] | None:
    """The told story whose headline the lead replaces, with that headline; None where it replaces none.

    `is_followed`: all that is `told` was told of the lead's own story; else the headlines alone must tell that they are of one event.
    """
    newest: dict[str, Reported] = {}
    for each in sorted(told, key=lambda each: (each.issue, each.story_id)):
        newest[each.headline] = each
    claims = {claim_of(each.headline, each.at): each for each in newest.values()}
    line = UNDER_A_HEADING if is_followed else SURELY
    if is_followed and lead.claim.state in CORRECTING:
        line = UNDER_ONE_HEADING  # it goes on with the story, and takes something of it back
    older = taken_step(lead.claim, claims, window.sense_weight, line=line)
    if older is None:
        return None
    found = claims[older]
    how = lead.claim.state.value
    return found, FormerClaim(
        headline=found.headline,
        how=how,
        published=found.at,
        issue=None if found.alert else found.issue,
        sent_at=found.at if found.alert else None,
    )


class Week:
    """What the articles of a period claim; read when first asked for, and looked up by their telling words."""

    def __init__(self, waiting: Iterable[Scored]) -> None:
        self._waiting = tuple(waiting)

    @cached_property
    def _holders(self) -> dict[str, list[tuple[int, int | None, Claim]]]:
        """The articles whose headlines hold a word: place, story and claim."""
        found: dict[str, list[tuple[int, int | None, Claim]]] = defaultdict(list)
        for place, scored in enumerate(self._waiting):
            claim = claim_of_article(scored.article)
            for word in claim.words:
                found[word].append((place, scored.score.story_id, claim))
        return found

    def is_step(self, story: int, lead: Lead, features: Features, window: Window) -> bool:
        """Whether the lead of a story takes an event further than anything known of it, before the period or in it."""
        near = window.near(features, limit=NEAR)
        known = [
            claim_of(each.item.title, each.item.published, key=str(each.number))
            for each in near
            if each.item.published is not None
        ]
        telling = (word for word in lead.claim.words if window.sense_weight(word) > COMMON)
        others = {
            place: (own, claim) for word in telling for place, own, claim in self._holders.get(word, ())
        }
        known += [
            claim for _, (own, claim) in sorted(others.items()) if own != story and claim.at <= lead.claim.at
        ]
        return taken_step(lead.claim, known, window.sense_weight) is not None


def standing_news(news: WhatsNew, lead: Lead, described: Sequence[tuple[Article, Features]]) -> WhatsNew:
    """`news` without the sentences and figures of what was corrected or taken back."""
    gone = {each.article_id for each in lead.replaced if each.is_withdrawn}
    if not gone:
        return news
    before = [features for article, features in described if article.id in gone]
    now = [features for article, features in described if article.id not in gone]
    head = [features for article, features in described if article.id == lead.member.article.id]
    # A correction names what it corrects: of headlines, what the new one does not say is stale wherever it stands.
    stale = _figures(before) - _figures(now) | _figures(before, titles=True) - _figures(head, titles=True)
    return WhatsNew(
        status=news.status,
        sentences=tuple(each for each in news.sentences if each[0] not in gone),
        ranked=tuple(each for each in news.ranked if each[0] not in gone),
        facts=tuple(fact for fact in news.facts if (fact.kind, fact.value) not in stale),
        changes=tuple(change for change in news.changes if not _is_stale(change, stale)),
        nearest=news.nearest,
        why=news.why,
    )


def headed_by(
    candidates: Sequence[Candidate], weigh: Callable[[str], float]
) -> tuple[int, tuple[FormerClaim, ...]]:
    """Which of the stories under a heading heads it, and the headlines of others that it replaced.

    `candidates` stand in the order in which they would lead whatever they claim.
    """
    claims = [claim_of_candidate(each) for each in candidates]
    found = standing(claims, range(len(candidates)), weigh, is_story=False)
    head = candidates[found.head].headline
    former = (
        _former_of(candidates[each.old], each.how)
        for each in found.replaced
        if each.shared >= UNDER_A_HEADING and candidates[each.old].headline != head
    )
    return found.head, tuple(former)


def settled_among(
    candidates: Sequence[Candidate], weigh: Callable[[str], float]
) -> dict[int, tuple[FormerClaim, ...]]:
    """What of these stories each replaced of the others, by story id."""
    claims = [claim_of_candidate(each) for each in candidates]
    found: dict[int, tuple[FormerClaim, ...]] = {}
    for old, new in settled(claims, weigh):
        story = candidates[new].story_id
        found[story] = (*found.get(story, ()), _former_of(candidates[old], claims[new].state))
    return found


def _former_of(candidate: Candidate, how: State) -> FormerClaim:
    return FormerClaim(
        headline=candidate.headline,
        how=how.value,
        published=candidate.published,
        outlet=candidate.outlet,
        url=candidate.url,
        article_id=candidate.article_ids[0],
    )


def claim_of_candidate(candidate: Candidate) -> Claim:
    """What a story claims by its headline."""
    return claim_of(candidate.headline, candidate.published, key=f"{candidate.story_id:012}")


def is_withdrawn(article_id: int, replaced: Iterable[FormerClaim]) -> bool:
    """Whether what an article claimed was corrected or taken back."""
    return any(each.article_id == article_id and each.is_withdrawn for each in replaced)


def _former(article: Article, how: State) -> FormerClaim:
    return FormerClaim(
        headline=article.title,
        how=how.value,
        published=article.published,
        outlet=article.outlet,
        url=article.url,
        article_id=article.id,
    )


def _figures(described: Iterable[Features], *, titles: bool = False) -> set[tuple[str, str]]:
    """Quantities and dates that texts name, or their titles alone."""
    return {
        (fact.kind, fact.value)
        for features in described
        for sentence in features.sentences[: features.title_sentences if titles else None]
        for fact in sentence.facts
        if fact.kind in QUANTITIES or fact.kind == "date"
    }


def _is_stale(change: Change, stale: set[tuple[str, str]]) -> bool:
    """Whether the new value of a change is one that no longer stands."""
    texts = {value.partition(" ")[0] for _, value in stale}
    return any(word.strip("$€£¥%,.") in texts for word in change.new.split())
