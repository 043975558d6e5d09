"""Makes a model folder: a folder with config.json, tokenizer.json and model.safetensors in, one with model.onnx and a card out.

For encoders of the MiniLM kind: BERT layers, mean pooling, norm 1. Anything else is refused, never half understood.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.encode import bert
from monitor.encode.card import MODEL, TOKENIZER, Card, written
from monitor.encode.weights import Array, tensors
from monitor.errors import InputError

WEIGHTS, CONFIG, POOLING = "model.safetensors", "config.json", "1_Pooling/config.json"
_MAX_TOKENS = 256  # a lead; what MiniLM was trained on
_WORDS = "embeddings.word_embeddings.weight"
_KIND = {  # what config.json must say, and what it means when it is silent
    "model_type": ("bert", ""),
    "hidden_act": ("gelu", "gelu"),
    "position_embedding_type": ("absolute", "absolute"),
}
_ADVICE = "Give the folder of a MiniLM-type sentence encoder: a BERT with absolute positions, gelu and mean pooling."


def export(source: Path, out: Path, *, name: str = "", is_quantised: bool = True) -> Card:
    """Write `out` from the safetensors folder `source`; the card of what was written. Files of that name are replaced.

    Raises InputError when `source` is no such encoder or `out` cannot be written.
    """
    config = _config(source)
    shape = bert.Shape(
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        hidden=int(config["hidden_size"]),
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
    )
    weights = _named(tensors(source / WEIGHTS))
    try:
        body = (bert.quantised if is_quantised else bert.plain)(weights, shape)
    except KeyError as missing:
        raise InputError(f"{source / WEIGHTS} holds no {missing}", advice=_ADVICE) from None
    longest = min(_MAX_TOKENS, len(weights["embeddings.position_embeddings.weight"]))
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / TOKENIZER, out / TOKENIZER)
        (out / MODEL).write_bytes(body)
        return written(out, name=name or source.absolute().name, dimension=shape.hidden, max_tokens=longest)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error}", advice="Check both folders.") from None


def _config(source: Path) -> Mapping[str, Any]:
    """config.json, found to be that of an encoder we can write."""
    config = _json(source / CONFIG)
    for key, (wanted, silent) in _KIND.items():
        if config.get(key, silent) != wanted:
            raise InputError(
                f"{key} in {source / CONFIG} is {config.get(key)!r}, not {wanted!r}", advice=_ADVICE
            )
    pooling = source / POOLING
    if pooling.exists() and not _json(pooling).get("pooling_mode_mean_tokens"):
        raise InputError(f"{pooling} asks for another pooling than the mean", advice=_ADVICE)
    if missing := {"num_hidden_layers", "num_attention_heads", "hidden_size"} - set(config):
        raise InputError(f"{source / CONFIG} does not say {min(missing)}", advice=_ADVICE)
    return config


def _json(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", advice=_ADVICE) from None
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {error}", advice=_ADVICE) from None
    if not isinstance(found, dict):
        raise InputError(f"{file} is no JSON object", advice=_ADVICE)
    return found


def _named(weights: Mapping[str, Array]) -> dict[str, Array]:
    """The weights without the prefix some publishers put before all names ("bert.")."""
    prefix = next((name.removesuffix(_WORDS) for name in weights if name.endswith(_WORDS)), "")
    return {name.removeprefix(prefix): value for name, value in weights.items()}
