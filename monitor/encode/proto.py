"""Writes ONNX models: nodes, tensors and values in, the bytes of a ModelProto out. Writing only, and only what we use.

Source: onnx.proto3 (field numbers behind each name) and the protocol buffers encoding. Why not the package `onnx`: it and
what it brings are 45 MB, for sixty lines of writing.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

FLOAT, UINT8, INT8, INT32, INT64 = 1, 2, 3, 6, 7  # TensorProto.DataType
_TYPES = {"float32": FLOAT, "uint8": UINT8, "int8": INT8, "int32": INT32, "int64": INT64}
_IR_VERSION, _OPSET = 8, 17  # 17: LayerNormalization
_VARINT, _LENGTH, _FIXED32 = 0, 2, 5
_A_FLOAT, _AN_INT, _INTS = 1, 2, 7  # AttributeProto.AttributeType

Attribute = int | float | Sequence[int]


@dataclass(slots=True)
class Graph:
    """A graph under construction: names of values are handed out, what they come from is written at once."""

    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)
    _count: int = 0

    def constant(self, array: Any) -> str:
        """The name of a fixed numpy array."""
        name = self._name("c")
        dims = b"".join(_varint(1, size) for size in array.shape)
        kind = _TYPES[str(array.dtype)]
        raw = array.astype(array.dtype.newbyteorder("<")).tobytes()
        self.tensors.append(dims + _varint(2, kind) + _text(8, name) + _bytes(9, raw))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Attribute) -> list[str]:
        """The names of what `operator` makes of `inputs`."""
        made = [self._name("v") for _ in range(outputs)]
        body = [_text(1, name) for name in inputs] + [_text(2, name) for name in made]
        body += [_text(4, operator)] + [
            _bytes(5, _attribute(key, value)) for key, value in sorted(attributes.items())
        ]
        self.nodes.append(b"".join(body))
        return made

    def one(self, operator: str, *inputs: str, **attributes: Attribute) -> str:
        """The same, for an operator that makes one value."""
        return self.add(operator, *inputs, outputs=1, **attributes)[0]

    def _name(self, start: str) -> str:
        self._count += 1
        return f"{start}{self._count}"


def model(graph: Graph, *, source: str, result: str, dimension: int) -> bytes:
    """The model that turns token ids `source` (int64, any length) into `result` (float32, `dimension`)."""
    last = graph.one("Identity", result)
    body = [_bytes(1, node) for node in graph.nodes] + [_text(2, "encoder")]
    body += [_bytes(5, tensor) for tensor in graph.tensors]
    body.append(_bytes(11, _value(source, INT64, _text(2, "tokens"))))
    body.append(_bytes(12, _value(last, FLOAT, _varint(1, dimension))))
    return b"".join(
        [
            _varint(1, _IR_VERSION),
            _text(2, "monitor"),
            _bytes(7, b"".join(body)),
            _bytes(8, _text(1, "") + _varint(2, _OPSET)),
        ]
    )


def _value(name: str, kind: int, dimension: bytes) -> bytes:
    """ValueInfoProto of a tensor with one dimension."""
    shape = _bytes(1, dimension)
    return _text(1, name) + _bytes(2, _bytes(1, _varint(1, kind) + _bytes(2, shape)))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _float(2, value) + _varint(20, _A_FLOAT)
    if isinstance(value, int):
        return _text(1, name) + _varint(3, value) + _varint(20, _AN_INT)
    return _text(1, name) + b"".join(_varint(8, each) for each in value) + _varint(20, _INTS)


def _varint(number: int, value: int) -> bytes:
    return _raw_varint(number << 3 | _VARINT) + _raw_varint(value & (2**64 - 1))


def _bytes(number: int, value: bytes) -> bytes:
    return b"".join((_raw_varint(number << 3 | _LENGTH), _raw_varint(len(value)), value))


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _float(number: int, value: float) -> bytes:
    return _raw_varint(number << 3 | _FIXED32) + struct.pack("<f", value)


def _raw_varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
