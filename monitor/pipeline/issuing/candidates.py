"""The period's relevant articles, story by story -> what a digest may show of each, with its receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

import structlog

from monitor.articles.provenance import is_aggregator, owner, speaks_for
from monitor.articles.urls import host
from monitor.digests.openings import is_note, report_start
from monitor.model import Article, Candidate, Change, Feed, Outlet, Quote, TopicProfile
from monitor.pipeline.issuing.alerted import Alerted, as_sent
from monitor.pipeline.issuing.claims import (
    Lead,
    Week,
    lead_of,
    originals_of,
    sent_before,
    standing_news,
)
from monitor.pipeline.issuing.newness import is_another, is_known, last_headline, status
from monitor.pipeline.judging.corpus import Memory
from monitor.pipeline.judging.scorer import whats_new
from monitor.settings import TopicSettings
from monitor.store.issues import Reported
from monitor.store.scores import Scored
from monitor.store.visits import Version
from monitor.stories import Features, WhatsNew, described, followed
from monitor.stories.consequence import consequence_of, is_remark
from monitor.stories.headings import Report
from monitor.stories.rank import breadth, rank, recency
from monitor.stories.retelling import Told
from monitor.stories.saying import can_be_news
from monitor.stories.states import CORRECTING
from monitor.stories.versions import figures
from monitor.text.aliases import lexicon
from monitor.text.english.forms import is_live, is_recap, is_report
from monitor.text.sentences import is_whole, spans
from monitor.text.tokens import words

log = structlog.get_logger()
QUOTES = 2
OLDEST = timedelta(
    days=7
)  # a date that is older, and often wrong, costs a story first seen now no more than this
SO_FAR = 4
FOLLOW_UP = 0.5  # of a newsroom: what another article of the same newsroom adds to a story's breadth
ASIDE = 0.5  # what a story counts whose lead is no report: an opinion, a live blog (docs/notes/issues.md)
CLEAR = 0.5  # relevance from which a report may stand for its story: the first of those, a reaction is often closer to the topic
WATCHED = 8  # issues in which what a correction corrects is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What candidates are built from."""

    topic: TopicSettings
    profile: TopicProfile
    until: datetime
    known: Memory  # without the articles of this period
    told: tuple[Reported, ...]
    everything: Mapping[
        int, tuple[Scored, ...]
    ]  # story id -> all its members ever: those of the period and those told
    feeds: Mapping[str, Feed] = field(default_factory=dict)  # by id
    versions: Mapping[int, Version] = field(default_factory=dict)  # articles that told ones' pages became
    kept: Mapping[int, str] = field(default_factory=dict)  # article id -> its features as they are stored
    alerted: Alerted = field(default_factory=Alerted)  # since the last issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A candidate, and what its heading is told by: one report and one newsroom for each article that copies no other."""

    candidate: Candidate
    reports: tuple[Report, ...]
    newsrooms: tuple[str, ...]
    since: Candidate | None = None  # of a story that an alert told: what came after that, alone


def build(
    waiting: Iterable[Scored], period: Period, *, left_out: Callable[[str], object] | None = None
) -> tuple[Built, ...]:
    """Return a candidate for every story that has articles in the period, in the order of story ids.

    A story that cannot be composed is told to `left_out` by its headline, and stops no other; without `left_out` it raises.
    """
    waiting = list(waiting)
    week = Week(waiting)
    # What the reader was told before the period, and what was reported of late.
    told = Told(period.known.window, {each.story_id for each in period.told}, until=period.until)
    groups: dict[int, list[Scored]] = {}
    for scored in waiting:
        if scored.score.story_id is not None:
            groups.setdefault(scored.score.story_id, []).append(scored)
    found = (_composed(story, groups[story], period, (week, told), left_out) for story in sorted(groups))
    return tuple(built for built in found if built is not None)


def _composed(
    story: int,
    members: Sequence[Scored],
    period: Period,
    around: tuple[Week, Told],
    left_out: Callable[[str], object] | None,
) -> Built | None:
    try:
        return _sent_or_built(story, members, period, *around)
    except Exception:  # one article nobody foresaw must not keep an issue from all readers
        if left_out is None:
            raise
        log.exception("story.left_out", topic=period.topic.id, story=story, article=members[0].article.id)
        left_out(members[0].article.title)
        return None


def _sent_or_built(story: int, members: Sequence[Scored], period: Period, week: Week, told: Told) -> Built:
    """The story; one that an alert told as what was sent, with what came since."""
    whole = _built(story, members, period, week, told)
    sent = period.alerted.stories.get(story)
    later = [m for m in members if m.article.id not in period.alerted.articles]
    if sent is None or len(later) == len(members):  # an alert composes from what came since alone
        return whole
    since = _built(story, later, period, week, told).candidate if later else None
    return replace(whole, candidate=as_sent(whole.candidate, since, sent), since=since)


def _built(story: int, members: Sequence[Scored], period: Period, week: Week, told: Told) -> Built:
    versions = [m for m in members if m.article.id in period.versions]
    telling = {m.article.id for m in (*originals_of(members), *versions)}
    originals = [m for m in members if m.article.id in telling]
    said = [(m.article, described(m.article, period.kept.get(m.article.id))) for m in originals]
    thread = _thread(story, [features for _, features in said], period)
    thread |= {of for m in versions if (of := period.versions[m.article.id].story_id) is not None}
    issues = [told for told in period.told if told.story_id in thread]
    novelty = max((m.score.novelty.value for m in originals if m.score.novelty is not None), default=0.0)
    version = versions[-1] if versions and issues else None
    heading = lead_of([version] if version else _leading(originals), period.known.window)
    lead = heading.member.article
    before, corrected = _corrected(lead, period) if version else ("", ())
    told_so_far = [each for each in period.told if each.story_id in thread]
    sent = sent_before(
        heading,
        told_so_far or _lately(period.told, heading),
        period.known.window,
        is_followed=bool(told_so_far),
    )
    if sent is not None and not issues:
        thread |= {sent[0].story_id}
        issues = [told for told in period.told if told.story_id in thread]
    news = whats_new(said, period.known, period.profile, was_told=bool(issues))
    if (
        sent is None
        and issues
        and not versions
        and is_another(news, novelty, was_told=story in {told.story_id for told in period.told})
    ):
        thread, issues = frozenset({story}), []
        news = whats_new(said, period.known, period.profile, was_told=False)
    news = standing_news(news, heading, said)
    features = next(found for article, found in said if article.id == lead.id)
    was_known = is_known(news.nearest, novelty, last_headline(said))
    is_further = sent is not None or (
        was_known and not issues and week.is_step(story, heading, features, period.known.window)
    )
    is_retelling = not versions and all(
        told.retold(said_by, article.published, is_recap=is_recap(article.title)) is not None
        for article, said_by in said
    )
    feed, site = _led_by(lead, period.feeds)
    by_id = {m.article.id: m.article for m in members}
    relevance = max(m.score.relevance.value for m in members)
    newsrooms = tuple(m.article.outlet for m in originals)
    parts = {
        "relevance": relevance,
        "novelty": novelty,
        "breadth": breadth(carried(newsrooms)),
        "consequence": consequence_of(lead),
        "source": max(m.article.trust for m in members) * (1 if is_report(lead.title) else ASIDE),
        "recency": recency(min(period.until - max(m.article.published for m in members), OLDEST)),
    }
    newest = [_quote(by_id[identity], text) for identity, text in reported(news, by_id)]
    quotes, fresh = _said(lead, newest, was_told=bool(issues))
    if issues and sent is not None and not (fresh or news.changes or news.facts):
        fresh = (_quote(lead, lead.title),)
    candidate = Candidate(
        story_id=story,
        status="updated"
        if before or corrected
        else status(
            news,
            was_told=bool(issues),
            can_be_shown=bool(fresh or news.changes or news.facts),
            is_known=was_known,
            is_further=is_further,
            is_retelling=is_retelling,
        ),
        headline=lead.title,
        url=lead.url,
        published=lead.published,
        outlet=lead.outlet,
        article_ids=(lead.id, *(m.article.id for m in members if m.article.id != lead.id)),
        outlets=_outlets(lead, [m.article for m in members]),
        newsrooms=len(set(newsrooms)),
        relevance=relevance,
        novelty=novelty,
        rank=rank(parts, period.topic.weights),
        rank_parts=tuple(parts.items()),
        quotes=quotes,
        whats_new=fresh,
        facts=news.facts,
        changes=_each_once((*corrected, *news.changes)),
        before=before,
        nearest=news.nearest,
        why=max(originals, key=lambda m: m.score.relevance.value).score.relevance.why,
        theme=_theme(members, period.profile),
        so_far=_so_far([m for each in sorted(thread) for m in period.everything.get(each, ())], members),
        earlier_issue=max((each.issue for each in issues if not each.alert), default=None),
        follows=next(iter(thread - {story}), None),
        language=lead.language,
        urls=tuple(dict.fromkeys(m.article.url for m in (*originals, *members) if m.article.url)),
        feed=feed,
        site=site,
        replaced=((sent[1],) if sent else ()) + heading.replaced,
    )
    reports = tuple(
        Report(features, article.published, is_remark(article.title)) for article, features in said
    )
    return Built(candidate=candidate, reports=reports, newsrooms=newsrooms)


def _corrected(version: Article, period: Period) -> tuple[str, tuple[Change, ...]]:
    """What the page of a told article says otherwise now: the headline it was told under, if that changed, and figures."""
    known = period.versions[version.id]
    members = period.everything.get(known.story_id, ()) if known.story_id is not None else ()
    was = next((m.article for m in members if m.article.id == known.of), None)
    before = known.told_as if words(known.told_as) != words(version.title) else ""
    return before, figures(was, version) if was is not None else ()


def _each_once(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple({(change.old, change.new): change for change in reversed(tuple(changes))}.values())[::-1]


def carried(newsrooms: Sequence[str]) -> float:
    """How many newsrooms carry it, of those that tell it: one that tells it again counts as a part of another."""
    independent = len(set(newsrooms))
    return independent + FOLLOW_UP * (len(newsrooms) - independent)


def _led_by(lead: Article, feeds: Mapping[str, Feed]) -> tuple[str, str]:
    """The feed and the site that head a story: of what an aggregator carries neither, for it carries everybody's."""
    feed = feeds.get(lead.feed_id)
    if feed is None or not is_aggregator(feed):
        return lead.feed_id, owner(lead.url)
    return "", "" if speaks_for(feed, lead.url) else owner(lead.url)


def _thread(story: int, members: Sequence[Features], period: Period) -> frozenset[int]:
    """The story, and the told story it goes on with when its own id was never told."""
    told = {each.story_id for each in period.told}
    if story in told:
        return frozenset({story})
    earlier = followed(members, period.known.window, told)
    return frozenset({story} if earlier is None else {story, earlier})


def _lead(members: Sequence[Scored]) -> Article:
    """The article that stands for the story where all claim the same."""
    return _leading(members)[0].article


def _leading(members: Sequence[Scored]) -> list[Scored]:
    """The members as they stand for the story: no live blog, open access, then full text, a report, clearly on topic, earliest."""
    return sorted(
        members,
        key=lambda m: (
            is_live(m.article.title),
            m.article.paywall,
            not host(m.article.url),
            m.article.origin != "page",
            not is_report(m.article.title),
            m.score.relevance.value < CLEAR,
            m.article.seen_at,  # not the date: a feed may write any
            m.article.is_secondhand,
            m.article.published,
            m.article.id,
        ),
    )


def _lately(told: Sequence[Reported], heading: Lead) -> list[Reported]:
    """For a correction or a reversal, which shares few words with what it corrects, all that the last issues told; else nothing."""
    if heading.claim.state not in CORRECTING:
        return []
    newest = max((each.issue for each in told), default=0)
    return [each for each in told if each.issue > newest - WATCHED]


def _outlets(lead: Article, members: Sequence[Article]) -> tuple[Outlet, ...]:
    rows: dict[str, Outlet] = {}
    for article in (lead, *members):
        row = Outlet(
            name=article.outlet,
            url=article.url,
            country=article.country,
            paywall=article.paywall,
            state_media=article.state_media,
        )
        rows.setdefault(article.outlet, row)
    return tuple(rows.values())


def _said(
    lead: Article, newest: Sequence[Quote], *, was_told: bool
) -> tuple[tuple[Quote, ...], tuple[Quote, ...]]:
    """What the story is about, and what is new about it: no sentence twice.

    Whoever knows the story wants the news after one sentence of what it is about; whoever does not, its opening.
    """
    if was_told and newest:
        return _quotes(lead, newest[:1])[:1], tuple(newest[:1])
    opening = _quotes(lead, ())
    taken = {quote.text for quote in opening}
    return opening, tuple(quote for quote in newest if quote.text not in taken)[:1]


def _quotes(lead: Article, shown: Sequence[Quote]) -> tuple[Quote, ...]:
    """The lead's first whole sentences, without those shown as new: what the story is about."""
    taken = {quote.text for quote in shown} | {lead.title}
    text = lead.text or lead.summary
    first = report_start(text)
    places = ((max(start, first), end) for start, end in spans(text) if end > first)
    said = (text[start:end] for start, end in places if _can_be_quoted(text, start, end))
    return tuple(_quote(lead, each) for each in islice((each for each in said if each not in taken), QUOTES))


def _can_be_quoted(text: str, start: int, end: int) -> bool:
    return is_whole(text, start, end) and can_be_news(text, start, end) and not is_note(text[start:end])


def reported(news: WhatsNew, articles: Mapping[int, Article]) -> list[tuple[int, str]]:
    """The newest sentences, as article id and text, without datelines and the captions of pictures; the next in rank stand in for those."""
    chosen = [(identity, _in_report(articles[identity], text)) for identity, text, _ in news.sentences]
    if all(text for _, text in chosen):
        return chosen
    ranked = ((each[0], _in_report(articles[each[0]], each[1])) for each in news.ranked)
    return list(islice((each for each in ranked if each[1]), len(chosen)))


def _in_report(article: Article, sentence: str) -> str:
    """What of a sentence stands in the report: "" of a caption's, all but the dateline of the first."""
    text = article.text or article.summary
    at, start = text.find(sentence), report_start(text)
    return sentence[start - at :] if -1 < at < start else sentence


def _quote(article: Article, text: str) -> Quote:
    return Quote(
        text=text, article_id=article.id, outlet=article.outlet, url=article.url, published=article.published
    )


def _theme(members: Sequence[Scored], profile: TopicProfile) -> str:
    """The theme most of the story's headlines and openings speak of; ties go to the topic file's order."""
    said = [words(f"{m.article.title}\n{(m.article.text or m.article.summary)[:600]}") for m in members]
    counted = [sum(len(lexicon(theme.aliases).find(text)) for text in said) for theme in profile.themes]
    best = max(counted, default=0)
    return profile.themes[counted.index(best)].name if best else ""


def _so_far(everything: Sequence[Scored], members: Sequence[Scored]) -> tuple[tuple[datetime, str], ...]:
    """Earlier steps of the story: the first headline of each earlier day."""
    present = {m.article.id for m in members}
    days: dict[str, tuple[datetime, str]] = {}
    for scored in sorted(everything, key=lambda m: (m.article.published, m.article.id)):
        article = scored.article
        if article.id not in present:
            days.setdefault(f"{article.published:%Y-%m-%d}", (article.published, article.title))
    return tuple(days.values())[-SO_FAR:]
