"""A loaded encoder: texts in, one unit vector for each out. Same text, same machine: same vector, to the last bit.

Each text is run by itself, without padding: the scale of int8 activations is found for each run, so that in a batch a
vector would depend on its neighbours. One thread: sums in one order, and the machine stays free for others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
import tokenizers

from monitor.encode.card import MODEL, TOKENIZER, Card, check
from monitor.errors import InputError

# A longer text is cut before it is read: a hostile one costs no more than a long one.
_CHARACTERS_PER_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Encoder:
    """Makes vectors; `open` loads it. `card` says which model it is."""

    card: Card
    _session: Any
    _tokenizer: Any

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The encoder in `folder`.

        Raises InputError when the folder's files are not the ones its card names, or no encoder of ours.
        """
        card = check(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # keeps what the longest text took for ever: 50 MB more
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = tokenizers.Tokenizer.from_file(str(folder / TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=card.max_tokens)
        return cls(card, session, tokenizer)

    @property
    def identity(self) -> str:
        """Which model this is, in 12 hex digits."""
        return self.card.identity

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """A vector of norm 1 for each text; texts beyond `card.max_tokens` tokens are cut."""
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> tuple[float, ...]:
        ids = self._tokenizer.encode(text[: self.card.max_tokens * _CHARACTERS_PER_TOKEN]).ids
        (vector,) = self._session.run(None, {"ids": np.array(ids, dtype="int64")})
        found = tuple(vector.tolist())
        if len(found) != self.card.dimension:
            raise InputError(f"the model gave {len(found)} numbers, its card says {self.card.dimension}")
        return found
