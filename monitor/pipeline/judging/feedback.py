"""A reader's answer about one article: kept, learnt from at once, and what still waits for an issue is judged anew.

`relevant` and `irrelevant` change the weights; `knew_it` makes the article's sentences known, for novelty. An answer also
stands for the article itself while it waits, whatever its value. What an issue has considered is never touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import structlog

from monitor.model import Score
from monitor.pipeline.judging.knowledge import Judging, Parts, judging, memory, tuning_of
from monitor.pipeline.judging.scorer import Scorer
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection, befores
from monitor.store import articles as articles_store
from monitor.store import feedback as feedback_store
from monitor.store import judged as judged_store
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from monitor.store.befores import Rows
from monitor.store.feedback import Standing
from monitor.store.scores import BareScore
from monitor.store.transactions import of_topics
from monitor.stories import to_keep
from monitor.topics import BOTH_OF_A_SITTING, MODES, UNTUNED, Label, Tuning, refit, versioned

log = structlog.get_logger()
VERDICTS = ("relevant", "irrelevant", "knew_it")
_LABELS = {"relevant": True, "irrelevant": False}  # knew_it says nothing of the topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How scores were before an answer moved them."""

    tuning: Tuning
    rows: Rows = field(default_factory=dict)  # of those that it moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an answer changed."""

    topic: str
    article_id: int
    verdict: str
    earlier: str | None  # the answer it replaces
    tuning: Tuning
    gained: int  # waiting articles that are on topic now
    lost: int  # and that no longer are
    is_one_sided: bool = False  # whether all answers so far say the same
    before: Before = Before(tuning=UNTUNED)

    def line(self) -> str:
        """One line for people."""
        replaced = (
            f" instead of {_spoken(self.earlier)}" if self.earlier and self.earlier != self.verdict else ""
        )
        return (
            f"{self.topic}: article {self.article_id} is {_spoken(self.verdict)}{replaced}; {self._effect()}"
        )

    def _effect(self) -> str:
        if self.verdict == "knew_it":
            return "what it says counts as known from now on"
        answers = f"{self.tuning.answers} answer" + ("s" if self.tuning.answers != 1 else "")
        learnt = f"learnt from {answers} (tuning {self.tuning.version})"
        effect = f"{learnt}; of what waits for an issue, {self.gained} came on topic and {self.lost} left it"
        other = "irrelevant" if self.verdict == "relevant" else "relevant"
        return (
            f"{effect}; other articles follow from the first answer {other} on"
            if self.is_one_sided
            else effect
        )


def take_answer(
    context: Context, topic: TopicSettings, article_id: int, verdict: str, *, reader: str = ""
) -> Answered:
    """Keep an answer about an article that is scored under `topic`, and use it. Repeating it changes nothing more.

    `reader` is the mark of who answers by a link; "" stands for whoever runs this, whose word goes before all readers'.
    """
    judged = judging(context, topic)
    with context.store.begin(of_topics(topic.id)) as connection:
        rows = befores.waiting_rows(connection, topic.id)
        tuned = tuning_of(connection, topic.id)
        earlier = feedback_store.put(
            connection, topic.id, article_id, verdict=verdict, at=context.now, reader=reader
        )
        tuning, verdicts, gained, lost = _learnt_anew(connection, context, topic, judged)
        after = befores.waiting_rows(connection, topic.id)
    log.info("feedback.kept", topic=topic.id, article=article_id, verdict=verdict, tuning=tuning.version)
    return Answered(
        topic=topic.id,
        article_id=article_id,
        verdict=verdict,
        earlier=earlier,
        tuning=tuning,
        gained=gained,
        lost=lost,
        is_one_sided=len({_LABELS[said] for said in verdicts.values() if said in _LABELS}) == 1,
        before=Before(tuning=tuned, rows={key: row for key, row in rows.items() if row != after.get(key)}),
    )


def take_answers(context: Context, topic: TopicSettings, verdicts: Mapping[int, str]) -> Tuning:
    """Keep several answers of whoever runs this, by article id, and learn from all at once; articles the topic has not scored are left out."""
    judged = judging(context, topic)
    with context.store.begin(of_topics(topic.id)) as connection:
        scored = {
            made.score.article_id
            for made in scores_store.bare(connection, topic.id, article_ids=tuple(verdicts))
        }
        for article_id in sorted(scored):
            feedback_store.put(connection, topic.id, article_id, verdict=verdicts[article_id], at=context.now)
        tuning, *_ = _learnt_anew(connection, context, topic, judged)
    log.info("feedback.kept", topic=topic.id, answers=len(scored), tuning=tuning.version)
    return tuning


def undo(
    context: Context, topic: TopicSettings, article_id: int, verdict: str, *, before: Before | None = None
) -> None:
    """Put an earlier answer of whoever runs this in the place of the present one, "" none, and judge what waits by what stands.

    What readers answered by links counts again. `before`, of the answer that is undone, gives the scores it moved back to the bit,
    unless other answers have come between.
    """
    judged = judging(context, topic)
    with context.store.begin(of_topics(topic.id)) as connection:
        if verdict:
            feedback_store.put(connection, topic.id, article_id, verdict=verdict, at=context.now)
        else:
            feedback_store.withdraw(connection, topic.id, article_id)
        tuning, *_ = _learnt_anew(connection, context, topic, judged)
        if before is not None and replace(tuning, version=0) == replace(before.tuning, version=0):
            befores.put_back(connection, topic.id, before.rows)
    log.info("feedback.undone", topic=topic.id, article=article_id, verdict=verdict)


def forget(context: Context, marks: Collection[str]) -> None:
    """Forget what readers answered by links, and judge what waits by what is left; `marks` are those readers'.

    A topic that no file configures learns nothing anew: its articles wait for no issue.
    """
    with context.store.look() as connection:
        topics = feedback_store.counted(connection, marks)
    judged = [(each, judging(context, each)) for each in context.settings.topics if each.id in topics]
    with context.store.begin(of_topics(*topics)) as connection:
        feedback_store.forget(connection, marks)
        for topic, known in judged:
            _learnt_anew(connection, context, topic, known)
    log.info("feedback.forgotten", answers=sum(topics.values()), topics=list(topics))


def _learnt_anew(
    connection: Connection, context: Context, topic: TopicSettings, judged: Judging
) -> tuple[Tuning, dict[int, str], int, int]:
    """Learn from the answers that stand now; return the tuning, article id -> verdict, and how many waiting articles came and went."""
    standing = feedback_store.standing(connection, topic.id)
    verdicts = {key: each.verdict for key, each in standing.items()}
    tuning = _learnt(connection, context, topic, standing)
    gained, lost = _rescored(connection, context, topic, replace(judged, tuning=tuning), verdicts)
    return tuning, verdicts, gained, lost


def _learnt(
    connection: Connection, context: Context, topic: TopicSettings, standing: Mapping[int, Standing]
) -> Tuning:
    """The tuning of all answers so far, stored under a version of its own unless nothing changed."""
    answered = {article: each for article, each in standing.items() if each.verdict in _LABELS}
    parts = Parts(connection, topic.id)
    articles = articles_store.get(connection, answered)
    by_link: list[Label] = []
    by_command: list[Label] = []
    for made in scores_store.bare(connection, topic.id, article_ids=tuple(answered)):
        identity = made.score.article_id
        each, article = answered[identity], articles.get(identity)
        label = (
            None
            if _is_ruled(made.score)
            else parts.label(made, is_relevant=_LABELS[each.verdict], article=article)
        )
        if label is not None:
            (by_link if each.is_by_link else by_command).append(label)
    profile = topics_store.profile_of(connection, topic.id)
    is_of_sitting = profile is not None and any(not seed.is_known for seed in profile.seeds)
    tuning = refit(by_command, by_link, **({"both": BOTH_OF_A_SITTING} if is_of_sitting else {}))
    if tuning == UNTUNED and tuning_of(connection, topic.id) == UNTUNED:
        return UNTUNED
    body = json.dumps(tuning.to_json())
    return versioned(tuning, feedback_store.add_tuning(connection, topic.id, body, at=context.now))


def _rescored(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    judged: Judging,
    verdicts: Mapping[int, str],
) -> tuple[int, int]:
    """Give what waits its value under the new tuning; return how many came on topic and how many left it."""
    parts = Parts(connection, topic.id)
    gained: list[BareScore] = []
    lost = 0
    for made in list(scores_store.bare_open(connection, topic.id)):
        value = parts.value(made, judged.tuning)
        if value is None or _is_ruled(made.score):
            continue
        before = made.score.relevance.is_relevant
        is_relevant = _LABELS.get(verdicts.get(made.score.article_id, ""), value >= MODES[topic.mode])
        after = _moved(made, value, is_relevant=is_relevant, version=judged.tuning.version)
        if is_relevant and not before:
            gained.append(after)
            continue
        lost += before and not is_relevant
        judged_store.put_again(connection, after)
    _place(connection, context, topic, judged, gained)
    return len(gained), lost


def _moved(made: BareScore, value: float, *, is_relevant: bool, version: int) -> BareScore:
    """A score with another relevance; off topic it has neither novelty nor story."""
    relevance = replace(made.score.relevance, value=value, is_relevant=is_relevant)
    score = replace(made.score, relevance=relevance)
    if not is_relevant:
        score = Score(article_id=score.article_id, topic=score.topic, relevance=relevance, why=relevance.why)
    return replace(made, score=score, column=value, tuning_version=version)


def _place(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    judged: Judging,
    gained: list[BareScore],
) -> None:
    """Duplicate, novelty and story for what came on topic, in time order."""
    if not gained:
        return
    made = {each.score.article_id: each for each in gained}
    known = memory(connection, context, topic, judged)
    next_story = scores_store.last_story_id(connection, topic.id) + 1
    scorer = Scorer(
        topic, judged.profile, judged.background, sense=context.sense, memory=known, next_story_id=next_story
    )
    articles = articles_store.get(connection, made)
    for article in sorted(articles.values(), key=lambda a: (a.published, a.id)):
        scored = scorer.place(article, made[article.id].score, known)
        features = scored.features
        judged_store.put(
            connection,
            [
                judged_store.Made(
                    score=scored.score,
                    at=made[article.id].scored_at,
                    published=article.published,
                    profile_version=made[article.id].profile_version,
                    background_id=made[article.id].background_id,
                    tuning_version=made[article.id].tuning_version,
                    features_json=None if features is None else to_keep(article, features),
                    fact_keys=scored.fact_keys,
                )
            ],
        )


def _is_ruled(score: Score) -> bool:
    """Whether the topic file's own rules kept the article out: no answer changes that."""
    return score.relevance.value == 0


def _spoken(verdict: str) -> str:
    return {"relevant": "on topic", "irrelevant": "not on topic", "knew_it": "known already"}[verdict]
