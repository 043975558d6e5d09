"""Topics that are begun in the desk: the pages that were read and what is stored, kept in memory until the last form comes back.

A restart forgets them; the first form, which its browser still has, begins them again.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from threading import Lock

from monitor.errors import InputError, MonitorError
from monitor.model.topic_edits import Begun
from monitor.pipeline.judging import beginning, establishing
from monitor.pipeline.judging.beginning import Corpus, Outline
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings, read_text, topic_of
from monitor.settings.topicfile import free_id, own_folder

MOST = 3  # begun at a time: each holds the articles of eight weeks
_APART = re.compile(r"(?m)^={3,}[ \t]*$")  # between pasted texts


class Nursery:
    """Any number of threads may ask; one topic is read at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun: dict[str, tuple[Outline, Corpus]] = {}

    def begin(self, context: Context, title: str, sentence: str, links: str, texts: str) -> Begun:
        """Read the articles and look at what is stored. Raises InputError for what cannot become a topic."""
        _refuse_shipped(context)
        pasted = {
            f"text {n}": text
            for n, text in enumerate(_APART.split(texts.replace("\r\n", "\n")), 1)
            if text.strip()
        }
        with self._lock:
            gathered = beginning.gather(context, links.split(), pasted)
            outline = Outline(title=title.strip(), sentence=sentence.strip(), seeds=gathered.seeds)
            try:
                beginning.checked(outline)
            except InputError as error:
                told = "; ".join(f"{what}: {why}" for what, why in gathered.refused)
                advice = "Name further pages, or paste texts." + (f" Not read: {told}" if told else "")
                raise InputError(error.message, advice=advice) from None
            corpus = Corpus(beginning.carried(context))
            key = secrets.token_hex(8)
            self._begun[key] = outline, corpus
            while len(self._begun) > MOST:
                del self._begun[next(iter(self._begun))]
        return Begun(
            key=key,
            title=outline.title,
            read=tuple((seed.title or seed.name, len(seed.text.split())) for seed in outline.seeds),
            refused=gathered.refused,
            outlook=corpus.outlook(outline, {}),
        )

    def establish(
        self, context: Context, key: str, answers: Mapping[int, bool], sides: Sequence[int]
    ) -> TopicSettings | None:
        """Write the topic, learn and judge it, and return it; None where nothing was begun under this key, or is any more."""
        with self._lock:
            outline, corpus = self._begun.get(key, (None, None))
            if outline is None or corpus is None:
                return None
            proposed = corpus.outlook(outline, {}).sides
            words = [word for n in sides if 0 < n <= len(proposed) for word in proposed[n - 1].aliases]
            outline = replace(outline, must=tuple(dict.fromkeys(words)))
            taken = [
                *(each.id for each in context.settings.topics),
                *(each.id for each in context.settings.broken),
            ]
            folder = own_folder(context.settings)
            taken += [file.stem for file in folder.glob("*.toml")]
            try:
                file = establishing.write_outline(
                    context, free_id(outline.title, taken), outline, corpus, answers
                )
            except MonitorError as error:
                raise InputError(error.message, advice=error.advice) from None
            del self._begun[key]
        topic = topic_of(read_text(file), file, context.settings.root)
        establishing.judge_topic(context, topic, answers)
        return topic


def _refuse_shipped(context: Context) -> None:
    try:
        own_folder(context.settings)
    except MonitorError as error:
        raise InputError(error.message, advice=error.advice) from None
