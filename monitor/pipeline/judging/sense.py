"""Brings encoder, profile and background together: a reading in, its meaning out; a text in, its vector out.

The encoder is opened when first asked. Vectors of examples are remembered from one background to the next: most examples stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from monitor.model import TopicProfile
from monitor.pipeline.ports import Encoding
from monitor.stories.embedding import Embedding
from monitor.topics import Background, Reading, meaning, seed_passages, wording

Vector = tuple[float, ...]

_ENOUGH = 20  # counterexamples: twice as many as are compared with
_REMEMBERED = 5000  # vectors, 15 kB each; beyond that only those in use are kept


class Sense:
    """Measures meanings; one for all topics."""

    __slots__ = ("_encoder", "_known", "_open")

    def __init__(self, open_encoder: Callable[[], Encoding]) -> None:
        self._open = open_encoder
        self._encoder: Encoding | None = None
        self._known: dict[str, Vector] = {}

    def of(self, profile: TopicProfile, background: Background) -> Callable[[Reading], float] | None:
        """What measures a reading under this profile and background; examples are encoded when it is first called.

        None while there are too few counterexamples: nearness to the topic alone says little.
        """
        if len(background.others or ()) < _ENOUGH:
            return None
        seeds = seed_passages(profile)
        compared: list[tuple[list[Vector], list[Vector]]] = []

        def measured(reading: Reading) -> float:
            if not compared:
                compared.append(self._examples(seeds, background))
            [vector] = self._opened().encode([wording(reading)])
            return meaning(vector, *compared[0])

        return measured

    def embedding(self, text: str) -> Embedding:
        """The vector of a text, as it is kept with an article's features."""
        encoder = self._opened()
        [vector] = encoder.encode([text])
        return Embedding.of(vector, model=encoder.identity)

    def _examples(self, seeds: Sequence[str], background: Background) -> tuple[list[Vector], list[Vector]]:
        near, far = (*seeds, *background.examples), background.others or ()
        unknown = [text for text in dict.fromkeys((*near, *far)) if text not in self._known]
        fresh = dict(zip(unknown, self._opened().encode(unknown), strict=True))
        known = self._known | fresh
        self._known = known if len(known) <= _REMEMBERED else {text: known[text] for text in (*near, *far)}
        return [known[text] for text in near], [known[text] for text in far]

    def _opened(self) -> Encoding:
        if self._encoder is None:
            self._encoder = self._open()
        return self._encoder
