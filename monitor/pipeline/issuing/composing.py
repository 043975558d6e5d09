"""What waits and what is known -> one composed issue, not yet frozen. The same for the issue at hand, a preview and a replay of the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from monitor.digests import personal
from monitor.digests.compose import compose
from monitor.digests.probes import band
from monitor.digests.select import KNOWN, choose
from monitor.model import Candidate, Digest, Probe
from monitor.model.schedule import Lateness
from monitor.pipeline.issuing import aftermath, candidates, coverage, editing
from monitor.pipeline.issuing.alerted import Alerted, alerted
from monitor.pipeline.issuing.headed import entries
from monitor.pipeline.judging.knowledge import Index, Judging, memory
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store import visits as visits_store
from monitor.store.decisions import Decision
from monitor.store.issues import Issue, Reported
from monitor.store.scores import Scored
from monitor.topics import MODES, keeps

RECENT_ISSUES = 8  # whose stories a new one may go on with: the memory holds as many weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What an issue is made of: its number, its period, the articles it chooses from, the issue before it."""

    number: int
    since: datetime
    until: datetime
    waiting: tuple[Scored, ...]
    last: Issue | None
    late: Lateness | None = None  # None: nobody waited for it at a certain moment
    # Made between two slots it closes what it tells, and what was first seen before the slot that has passed: the rest is the next's.
    closes_until: datetime | None = None  # None: it closes all it took
    decisions: tuple[Decision, ...] = ()  # the editor's, about this issue


def composed(
    connection: Connection, context: Context, topic: TopicSettings, judged: Judging, span: Span
) -> tuple[Digest, dict[int, str], dict[int, str]]:
    """Return the issue as it would stand, seen from the end of its period, what becomes of each article it closes, and why in words.

    Nothing later is looked at. Of `span.waiting`, old entries of new feeds and what the topic's rules keep out by now are not told.
    """
    fates, chosen = sorted_out(connection, topic, span)
    sent = alerted_before(connection, topic, span)
    left_out: list[str] = []
    found = considered(connection, context, topic, judged, span, chosen=chosen, sent=sent, left_out=left_out)
    told = tuple(t for t in found.period.told if not t.alert)
    headed, out = found.headed, found.out
    stories = [each.candidate for each in found.built]
    out_of = {each.story_id: each.article_ids for each in stories if each.story_id in out}
    digest = compose(
        topic=topic,
        issue=span.number,
        since=span.since,
        until=span.until,
        now=context.now,
        candidates=headed,
        coverage=coverage.count_coverage(
            connection,
            context,
            topic,
            since=span.since,
            until=span.until,
            relevant=chosen,
            stories=len(stories),
            number=span.number,
        ),
        base_url=context.settings.digest.base_url,
        online_url=personal.issue_page(
            topic.id, span.number, secret=context.link_key, base_url=context.settings.digest.base_url
        ),
        quiet=aftermath.threads(told, found.period.everything, {c.follows for c in stories} | out.keys()),
        changed=[
            each
            for each in aftermath.revised(connection, topic, span.last, until=span.until)
            if each.article_id not in {v.of for v in found.period.versions.values()}  # told as what changed
        ],
        unsure=_unsure(connection, context, topic, span, {*chain.from_iterable(out_of.values())}),
        line=MODES[topic.mode],
        late=span.late,
        left_out=left_out,
        editor=editing.line_of(span.decisions),
    )
    asked = (replace(e, answer_url=_asked(context, topic, span, e.article_ids[0])) for e in digest.top)
    digest = replace(digest, top=tuple(asked))
    fates |= _fates(digest, stories, chosen, sent)
    because = _because(topic, digest, headed)
    for story, article_ids in out_of.items():
        fates |= dict.fromkeys(article_ids, scores_store.LEFT_OUT)
        because |= dict.fromkeys(article_ids, out[story].in_words())
    counted = Counter(fates.values())
    coverage_ = replace(
        digest.coverage,
        told=counted[scores_store.TOLD],
        below=counted[scores_store.BELOW],
        known=counted[scores_store.KNOWN],
        sent=counted[scores_store.SENT],
        backlog=counted[scores_store.BACKLOG],
        ruled=counted[scores_store.RULED],
        left_out=counted[scores_store.LEFT_OUT],
    )
    return replace(digest, coverage=coverage_), _closed(fates, span), because


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What a period's articles come to before anything is chosen from it."""

    period: candidates.Period
    built: tuple[candidates.Built, ...]  # one for each story
    out: Mapping[int, Decision]  # by story id, what the editor left out
    headed: tuple[Candidate, ...]  # of the others, one for each heading, and for each story that is known


def considered(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    judged: Judging,
    span: Span,
    *,
    chosen: Sequence[Scored],
    sent: Alerted,
    left_out: list[str],
) -> Considered:
    """Return the stories and headings of the `chosen` articles, seen from the end of the period. `left_out` gets what cannot be composed.

    What alerts told since the last issue (`sent`) is known, like everything an issue told.
    """
    told = tuple(t for t in issues_store.told(connection, topic.id) if t.issue < span.number)
    period = candidates.Period(
        topic=topic,
        profile=judged.profile,
        until=span.until,
        known=memory(
            connection,
            context,
            topic,
            judged,
            without={s.article.id for s in chosen} - sent.articles,
            before=span.number,
            index=context.indexes.setdefault(topic.id, Index()),
        ),
        told=told,
        everything=_by_story(connection, topic, span, told),
        feeds={feed.id: feed for feed in context.feeds},
        versions=visits_store.versions(connection, topic.id, [s.article.id for s in chosen]),
        kept=dict(scores_store.features_of(connection, (s.article.id for s in chosen), str)),
        alerted=sent,
    )
    built = candidates.build(chosen, period, left_out=left_out.append)
    before = [item.features for item in period.known.window.items if item.kind == "article"]
    kept, out = editing.parted(built, span.decisions)
    headed = editing.pinned(entries(kept, before, topic.weights), span.decisions)
    return Considered(period=period, built=built, out=out, headed=headed)


def alerted_before(connection: Connection, topic: TopicSettings, span: Span) -> Alerted:
    """Return what alerts told between the issue before and this one."""
    return alerted(issues_store.alerted_since(connection, topic.id, span.number - 1))


def _because(topic: TopicSettings, digest: Digest, headed: Sequence[Candidate]) -> dict[int, str]:
    """Why articles are below the told ones, by id, where it is not their rank alone."""
    _, why = choose(headed, limits=topic.limits, line=MODES[topic.mode])
    words = {story: said for entry in headed for story in entry.stories if (said := why.get(entry.story_id))}
    for entry in (*digest.top, *digest.also):
        under = f"counted under the heading of story {entry.story_id}: {entry.headline}"
        words |= {each.story_id: under for each in entry.developments if not each.is_named}
    parts = {each.story_id: each.article_ids for entry in headed for each in entry.developments}
    parts |= {entry.story_id: entry.article_ids for entry in headed}
    return {identity: said for story, said in words.items() for identity in parts[story]}


def sorted_out(
    connection: Connection, topic: TopicSettings, span: Span
) -> tuple[dict[int, str], tuple[Scored, ...]]:
    """Return what is not even looked at, by article id with its fate, and what the issue chooses from."""
    answered = feedback_store.verdicts(connection, topic.id)
    fates: dict[int, str] = {}
    chosen = []
    for scored in span.waiting:
        article = scored.article
        is_wanted = answered.get(article.id) == "relevant" or keeps(topic, scored.score.relevance, article)
        if not is_wanted:
            fates[article.id] = scores_store.RULED
        elif article.is_backlog and article.published < span.since:
            fates[article.id] = scores_store.BACKLOG
        else:
            chosen.append(scored)
    return fates, tuple(chosen)


def _fates(
    digest: Digest, found: Sequence[Candidate], chosen: Sequence[Scored], sent: Alerted
) -> dict[int, str]:
    """What becomes of each article the issue chose from and the editor left in: the four add up to all."""
    told = {identity for entry in (*digest.top, *digest.also) for identity in entry.shown_article_ids}
    fates = {scored.article.id: scores_store.BELOW for scored in chosen}
    for candidate in found:
        if candidate.status == KNOWN:
            fates |= dict.fromkeys(candidate.article_ids, scores_store.KNOWN)
    fates |= dict.fromkeys(fates.keys() & sent.articles, scores_store.SENT)
    return fates | dict.fromkeys(told, scores_store.TOLD)


def _closed(fates: dict[int, str], span: Span) -> dict[int, str]:
    """Those of the fates that are final: what was told or left out is so at once."""
    if span.closes_until is None:
        return fates
    seen = {scored.article.id: scored.article.seen_at for scored in span.waiting}
    return {
        identity: fate
        for identity, fate in fates.items()
        if fate in (scores_store.TOLD, scores_store.LEFT_OUT) or seen[identity] <= span.closes_until
    }


def _by_story(
    connection: Connection, topic: TopicSettings, span: Span, told: tuple[Reported, ...]
) -> Mapping[int, tuple[Scored, ...]]:
    """Return all members of the stories of this period and of those told in recent issues."""
    recent = max((t.issue for t in told), default=0) - RECENT_ISSUES
    ids = {s.score.story_id for s in span.waiting if s.score.story_id is not None}
    ids |= {t.story_id for t in told if t.issue > recent}
    groups: dict[int, list[Scored]] = {}
    for scored in scores_store.of_stories(connection, topic.id, ids):
        if scored.score.story_id is not None and scored.article.published <= span.until:
            groups.setdefault(scored.score.story_id, []).append(scored)
    return {story: tuple(members) for story, members in groups.items()}


def _asked(context: Context, topic: TopicSettings, span: Span, article: int) -> str:
    """Where readers are asked about an article."""
    base_url = context.settings.digest.base_url
    return personal.question(topic.id, span.number, article, secret=context.link_key, base_url=base_url)


def _unsure(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    span: Span,
    left_out: frozenset[int] | set[int],
) -> list[Probe]:
    """Return the period's articles close to the line that nobody has answered about, nor left out."""
    answered = feedback_store.answered(connection, topic.id) | left_out
    low, high = band(MODES[topic.mode])
    between = scores_store.between(
        connection, topic.id, low=low, high=high, since=span.since, until=span.until
    )
    return [
        Probe(
            article_id=s.article.id,
            headline=s.article.title,
            url=s.article.url,
            outlet=s.article.outlet,
            published=s.article.published,
            relevance=s.score.relevance.value,
            answer_url=_asked(context, topic, span, s.article.id),
        )
        for s in between
        if s.article.id not in answered and s.score.duplicate_of is None
    ]
