"""A topic begun from a title, a sentence and a few articles: what it would be, looked at over what is stored, before it is written.

In: addresses and texts of articles, which become seeds; answers. Out: sides in readable words, each with what it brings in and
cuts off; words that go with the topic but stand in no seed; articles on both sides of the line to ask about. Answers teach as
`feedback` teaches, and what is called on topic becomes a seed besides, which only teaches (docs/notes/new-topics.md).
Nothing is stored here; `settings.topicfile` writes what came of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.articles.clean import seed_text
from monitor.articles.urls import safe_link
from monitor.errors import InputError
from monitor.model import Article, FetchRequest, Rejected, Seed, TopicProfile
from monitor.model.topic_edits import Outlook, Question, Side
from monitor.pipeline.gathering import poll
from monitor.pipeline.gathering.read import page_of
from monitor.pipeline.judging.knowledge import BACKGROUND_TEXTS
from monitor.pipeline.judging.scorer import reading_of
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import articles as articles_store
from monitor.stories import KEPT
from monitor.text.aliases import lexicon
from monitor.topics import (
    BOTH_OF_A_SITTING,
    Background,
    Judge,
    Label,
    Reading,
    Tuning,
    build_profile,
    fit,
    margin,
    read,
    refit,
    standardised,
    without_seed,
)
from monitor.topics.proposing import companions, propose

LEAST_SEEDS, MOST_SEEDS = 3, 10
QUESTIONS = 20
_ABOVE = 0.6  # share of the questions that lie above the line
CORPUS = 4000  # newest articles looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What somebody said a topic is."""

    title: str
    sentence: str
    seeds: tuple[Seed, ...]
    must: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Seeds made of addresses and texts, and those that gave none: which, and why."""

    seeds: tuple[Seed, ...]
    refused: tuple[tuple[str, str], ...] = ()


def gather(context: Context, links: Iterable[str], texts: Mapping[str, str]) -> Gathered:
    """Read pages as the product reads them, and texts (name -> content) as seed files are read."""
    addresses = list(dict.fromkeys(links))
    seeds: dict[str, Seed] = {}
    refused = [(each, "no http(s) address") for each in addresses if not safe_link(each)]
    requests = [FetchRequest(url=each, kind="page") for each in addresses if safe_link(each)]
    for request, result in context.fetcher.fetch_all(requests):
        page = page_of(context, result)
        if isinstance(page, Rejected):
            refused.append((request.url, f"{page.reason} {page.detail}".strip()))
            continue
        made = seed_text(
            seed_file(
                Seed(
                    name="",
                    title=page.title,
                    text=page.text,
                    published=page.published,
                    url=page.canonical_url or request.url,
                    language=page.language[:2],
                )
            ),
            name=request.url,
        )
        if isinstance(made, Rejected):
            refused.append((request.url, made.detail))
        else:
            seeds[request.url] = made
    ordered = [seeds[each] for each in addresses if each in seeds]
    for name, content in texts.items():
        made = seed_text(content, name=name)
        if isinstance(made, Rejected):
            refused.append((name, made.detail))
        else:
            ordered.append(made)
    return Gathered(seeds=tuple(ordered), refused=tuple(refused))


def seed_file(seed: Seed) -> str:
    """The text of a seed's file, which `seed_text` reads again."""
    keys = {
        "title": seed.title,
        "outlet": seed.outlet,
        "date": seed.published.isoformat() if seed.published else "",
        "url": seed.url,
        "language": seed.language,
        "known": "" if seed.is_known else "no",
    }
    front = "".join(f"{name}: {' '.join(value.split())}\n" for name, value in keys.items() if value)
    return f"---\n{front}---\n\n# {seed.title}\n\n" + seed.text.replace("\n", "\n\n") + "\n"


def carried(context: Context) -> tuple[Article, ...]:
    """The newest articles of eight weeks, oldest first; where nothing is stored, the feeds are asked first."""
    found = stored_articles(context)
    if not found and any(feed.enabled for feed in context.feeds):
        poll.poll_feeds(context, everything=True)
        found = stored_articles(context)
    return found


def stored_articles(context: Context) -> tuple[Article, ...]:
    """Return the newest stored articles of eight weeks, oldest first."""
    with context.store.look() as connection:
        return articles_store.newest(connection, since=context.now - KEPT, until=context.now, limit=CORPUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What an outline and answers teach: all that articles are judged with."""

    profile: TopicProfile
    background: Background
    tuning: Tuning


class Corpus:
    """Stored articles read once, to be looked at for one outline after the other."""

    __slots__ = ("articles", "readings", "texts")

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = tuple(articles)
        self.readings = [reading_of(article) for article in articles]
        newest = articles[-BACKGROUND_TEXTS:]
        self.texts: list[Reading] = [read(article.title, article.summary) for article in newest]

    def learnt(self, outline: Outline, answers: Mapping[int, bool]) -> Taught:
        """What a topic of this outline learns from these answers (article id -> on topic); those of unknown articles are left out."""
        answered = [article for article in self.articles if article.id in answers]
        taught = taught_seeds(article for article in answered if answers[article.id])
        topic = TopicSettings(id="new", title=outline.title, sentence=outline.sentence, must=outline.must)
        profile = build_profile(topic, (*outline.seeds, *taught))
        background = fit(self.texts, profile)
        labels = []
        for article in answered:
            seed = next((each for each in taught if each.url == article.url), None)
            pair = (profile, background) if seed is None else without_seed(profile, background, seed)
            features = Judge(*pair).relevance(article).features
            labels.append(
                Label(
                    margin=margin(features, background, profile),
                    standard=standardised(dict(features), background),
                    is_relevant=answers[article.id],
                )
            )
        return Taught(profile=profile, background=background, tuning=refit(labels, both=BOTH_OF_A_SITTING))

    def outlook(self, outline: Outline, answers: Mapping[int, bool]) -> Outlook:
        """What a topic of this outline would be, with these answers."""
        learnt = self.learnt(outline, answers)
        judge = Judge(learnt.profile, learnt.background, tuning=learnt.tuning)
        judged = []
        for article, reading in zip(self.articles, self.readings, strict=True):
            found = judge.relevance(article, reading)
            is_relevant = answers.get(article.id, found.is_relevant)
            judged.append(_question(article, found.value, is_relevant=is_relevant))
        seeds = [read(seed.title, seed.text) for seed in learnt.profile.seeds]
        on_topic = [reading for reading, each in zip(self.readings, judged, strict=True) if each.is_relevant]
        return Outlook(
            looked_at=len(judged),
            on_topic=len(on_topic),
            sides=self._sides(seeds, on_topic),
            companions=companions(seeds, on_topic, self.readings),
            questions=_asked(judged, answers),
            newest=tuple(each for each in reversed(judged) if each.is_relevant),
        )

    def _sides(self, seeds: Sequence[Reading], on_topic: Sequence[Reading]) -> tuple[Side, ...]:
        sides = []
        for each in propose(seeds, self.texts):
            found = lexicon(each.aliases)
            brings = sum(bool(found.find(reading.words)) for reading in self.readings)
            cuts = sum(not found.find(reading.words) for reading in on_topic)
            sides.append(Side(name=each.name, aliases=each.aliases, brings=brings, cuts=cuts))
        return tuple(sides)


def checked(outline: Outline) -> Outline:
    """The outline as it is. Raises InputError for one that cannot become a topic."""
    for what, said in (("title", outline.title), ("sentence", outline.sentence)):
        if not said.strip():
            raise InputError(f"the topic has no {what}", advice=f'Give it one: --{what} "...".')
    if not LEAST_SEEDS <= len(outline.seeds) <= MOST_SEEDS:
        raise InputError(
            f"{len(outline.seeds)} of the articles could be read; a topic is learnt from {LEAST_SEEDS} to {MOST_SEEDS}",
            advice="Name further pages, or paste texts into files and give them with --from FILE.",
        )
    return outline


def seed_of(article: Article) -> Seed:
    """An article that was called on topic, as a seed that only teaches."""
    return Seed(
        name=f"answer-{article.id}.md",
        title=article.title,
        text=article.text or article.summary,
        published=article.published,
        outlet=article.outlet,
        url=article.url,
        language=article.language[:2] or "en",
        is_known=False,
    )


def taught_seeds(articles: Iterable[Article]) -> tuple[Seed, ...]:
    """What articles called on topic become, as their files will be read; those that say too little are left out."""
    made = (seed_text(seed_file(seed), name=seed.name) for seed in map(seed_of, articles))
    return tuple(seed for seed in made if isinstance(seed, Seed))


def _question(article: Article, relevance: float, *, is_relevant: bool) -> Question:
    return Question(
        article_id=article.id,
        title=article.title,
        outlet=article.outlet,
        url=article.url,
        published=article.published,
        relevance=relevance,
        is_relevant=is_relevant,
    )


def _asked(judged: Sequence[Question], answers: Mapping[int, bool]) -> tuple[Question, ...]:
    """At most twenty not answered yet, on both sides of the line; each headline once.

    Those above are spread over all that is above, for a line that was guessed may lie anywhere among them; those below lie next to it.
    """
    ranked = sorted(judged, key=lambda each: (-each.relevance, each.article_id))
    once = {each.title.casefold(): each for each in reversed(ranked)}
    left = [each for each in ranked if once[each.title.casefold()] is each and each.article_id not in answers]
    room = max(0, QUESTIONS - len(answers))
    above = [each for each in left if each.is_relevant]
    below = [each for each in left if not each.is_relevant and each.relevance > 0]
    wanted = max(round(_ABOVE * room), room - len(below))
    upper = (
        above
        if len(above) <= wanted
        else [above[(2 * i + 1) * len(above) // (2 * wanted)] for i in range(wanted)]
    )
    return (*upper, *below[: room - len(upper)])


def file_names(seeds: Sequence[Seed]) -> dict[str, str]:
    """File name -> text of each seed: numbered, so that two of one title stay two."""
    return {
        f"{number:02}-{Path(seed.name).stem}.md" if not seed.is_known else f"{number:02}.md": seed_file(seed)
        for number, seed in enumerate(seeds, start=1)
    }
