"""Reads a safetensors file: eight bytes of length, a JSON header, raw numbers. Source: the format's own description.

In: a path. Out: tensors by name as float32 arrays. Nothing in the file is run, and no offset leads out of it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from monitor.errors import InputError

Array = Any  # numpy's, which the type checker does not know where it is not installed
_LENGTH = struct.Struct("<Q")
_KINDS = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_ADVICE = "Give the model.safetensors of an encoder as its makers publish it."


def tensors(file: Path) -> dict[str, Array]:
    """All floating-point tensors of `file`. Raises InputError when it cannot be read or is no such file."""
    try:
        body = file.read_bytes()
        header, start = _header(body)
        named = {name: value for name, value in header.items() if name != "__metadata__"}
        return {name: _tensor(body, start, told) for name, told in named.items() if told["dtype"] in _KINDS}
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", advice=_ADVICE) from None
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise InputError(f"{file} is no safetensors file: {error}", advice=_ADVICE) from None


def _header(body: bytes) -> tuple[Mapping[str, Any], int]:
    """The header, and where the numbers start."""
    (length,) = _LENGTH.unpack_from(body)
    start = _LENGTH.size + length
    if start > len(body):
        raise ValueError("it is cut short")
    return json.loads(body[_LENGTH.size : start]), start


def _tensor(body: bytes, start: int, told: Mapping[str, Any]) -> Array:
    first, last = told["data_offsets"]
    if not 0 <= first <= last <= len(body) - start:
        raise ValueError("a tensor lies outside of it")
    raw = np.frombuffer(body[start + first : start + last], dtype=_KINDS[told["dtype"]])
    if told["dtype"] == "BF16":  # the upper half of a float32
        raw = (raw.astype("<u4") << 16).view("<f4")
    return raw.astype("<f4").reshape(told["shape"])
