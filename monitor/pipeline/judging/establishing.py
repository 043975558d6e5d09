"""A topic that was begun is written down, learnt and judged: what `topic new` and the desk's page do when everything was asked.

In: an outline, the corpus it was looked at with, answers. Out: the topic as every other command takes it. The file is written last,
so that a topic is there whole or not at all; whatever comes after can be done again by `learn` and `score`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from monitor.pipeline.judging import feedback, learn, score
from monitor.pipeline.judging.beginning import Corpus, Outline, file_names, taught_seeds
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings, topic_of, topicfile
from monitor.topics import Tuning


def write_outline(
    context: Context, topic_id: str, outline: Outline, corpus: Corpus, answers: Mapping[int, bool]
) -> Path:
    """Write a topic's file and its seeds, articles answered with yes among them, and return the file. Raises SettingsError."""
    file = topicfile.own_folder(context.settings) / f"{topic_id}.toml"
    yes = [article for article in corpus.articles if answers.get(article.id)]
    text = topicfile.topic_text(
        title=outline.title,
        sentence=outline.sentence,
        seeds=f"seeds/{topic_id}",
        must=outline.must,
        sides=[(side.name, side.aliases) for side in corpus.outlook(outline, answers).sides],
    )
    topic_of(text, file, context.settings.root)  # refuses what could not be read again
    seeds = file_names((*outline.seeds, *taught_seeds(yes)))
    topicfile.write_topic(file, text, context.settings.root / "seeds" / topic_id, seeds)
    return file


def judge_topic(context: Context, topic: TopicSettings, answers: Mapping[int, bool]) -> Tuning:
    """Learn a topic that was just written, judge what is stored, and take the answers."""
    others = tuple(each for each in context.settings.topics if each.id != topic.id)
    settings = context.settings.model_copy(update={"topics": (*others, topic)})
    context = replace(context, settings=settings)
    learn.learn_topic(context, topic)
    score.score_articles(context)
    verdicts = {number: "relevant" if said else "irrelevant" for number, said in answers.items()}
    return feedback.take_answers(context, topic, verdicts)
