"""The graph of a BERT encoder with mean pooling: weights by name and a shape in, the bytes of an ONNX model out.

Matrices are of 8 bits with a scale for each output column, activations of 8 bits with a scale found for each run; norms,
softmax, pooling and biases stay float32. Source: Devlin et al. 2019 (the layers), ONNX operator set 17 (the operators).
One text at a time and no padding: there is no batch dimension, no mask and no second segment in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from monitor.encode.proto import FLOAT, Graph, model
from monitor.encode.weights import Array

_MOST = 127  # of int8
_MIDDLE = (
    128  # of uint8. Processors without VNNI saturate products of uint8 and int8, but none of uint8 and uint8
)
_SMALL = 1e-12  # keeps a norm finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Of the encoder, from its config.json."""

    layers: int
    heads: int
    hidden: int
    epsilon: float  # of the norms


Weights = Mapping[str, Array]
Linear = Callable[[Graph, str, Array, Array], str]  # graph, rows, matrix (inputs x outputs), bias


def quantised(weights: Weights, shape: Shape) -> bytes:
    """The model with int8 matrices, a quarter of the size."""
    return _built(weights, shape, linear=_int8_linear, embedded=_int8_rows)


def plain(weights: Weights, shape: Shape) -> bytes:
    """The model as it was trained, in float32: what the other is measured against."""
    return _built(weights, shape, linear=_float_linear, embedded=_float_rows)


def _built(
    weights: Weights, shape: Shape, *, linear: Linear, embedded: Callable[[Graph, Array], str]
) -> bytes:
    graph = Graph()
    x = _embeddings(graph, weights, shape, embedded(graph, weights["embeddings.word_embeddings.weight"]))
    for layer in range(shape.layers):
        prefix = f"encoder.layer.{layer}."
        mine = {name.removeprefix(prefix): w for name, w in weights.items() if name.startswith(prefix)}
        x = _layer(graph, x, mine, shape, linear)
    pooled = graph.one("ReduceMean", x, axes=[0], keepdims=0)
    return model(graph, source="ids", result=_unit(graph, pooled), dimension=shape.hidden)


def _embeddings(graph: Graph, weights: Weights, shape: Shape, words: str) -> str:
    """Word, position and first-segment embeddings of all tokens, normalised."""
    told = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    start = graph.constant(np.array([0], "int64"))  # and the axis
    here = graph.one("Slice", graph.constant(told), start, graph.one("Shape", "ids"), start)
    return _norm(graph, graph.one("Add", words, here), weights, "embeddings.LayerNorm", shape)


def _layer(graph: Graph, x: str, weights: Weights, shape: Shape, linear: Linear) -> str:
    """Attention and the two dense matrices, each added to what it was made from."""
    told = linear(
        graph, _attention(graph, x, weights, shape, linear), *_dense(weights, "attention.output.dense")
    )
    x = _norm(graph, graph.one("Add", told, x), weights, "attention.output.LayerNorm", shape)
    wide = _gelu(graph, linear(graph, x, *_dense(weights, "intermediate.dense")))
    told = linear(graph, wide, *_dense(weights, "output.dense"))
    return _norm(graph, graph.one("Add", told, x), weights, "output.LayerNorm", shape)


def _attention(graph: Graph, x: str, weights: Weights, shape: Shape, linear: Linear) -> str:
    """softmax(q k' / sqrt d) v of every head, side by side; q, k and v come of one matrix."""
    size = shape.hidden // shape.heads
    shares = [_dense(weights, f"attention.self.{name}") for name in ("query", "key", "value")]
    shares[0] = tuple(part / np.float32(sqrt(size)) for part in shares[0])
    together = linear(
        graph,
        x,
        np.concatenate([matrix for matrix, _ in shares], 1),
        np.concatenate([bias for _, bias in shares]),
    )
    split = graph.one("Reshape", together, graph.constant(np.array([-1, 3, shape.heads, size], "int64")))
    q, k, v = (
        graph.one("Gather", split, graph.constant(np.array(i, "int64")), axis=1) for i in range(3)
    )  # tokens x heads x size
    scores = graph.one("MatMul", _turned(graph, q, 1, 0, 2), _turned(graph, k, 1, 2, 0))
    seen = graph.one("MatMul", graph.one("Softmax", scores, axis=-1), _turned(graph, v, 1, 0, 2))
    joined = graph.constant(np.array([-1, shape.hidden], "int64"))
    return graph.one("Reshape", _turned(graph, seen, 1, 0, 2), joined)


def _turned(graph: Graph, x: str, *order: int) -> str:
    return graph.one("Transpose", x, perm=list(order))


def _dense(weights: Weights, name: str) -> tuple[Array, Array]:
    """Matrix (inputs x outputs) and bias."""
    return weights[f"{name}.weight"].T, weights[f"{name}.bias"]


def _norm(graph: Graph, x: str, weights: Weights, name: str, shape: Shape) -> str:
    scale, shift = (graph.constant(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.one("LayerNormalization", x, scale, shift, axis=-1, epsilon=shape.epsilon)


def _gelu(graph: Graph, x: str) -> str:
    """Gelu: x / 2 (1 + erf(x / sqrt 2)), written as the runtime knows to fuse it."""
    bent = graph.one("Erf", graph.one("Div", x, _number(graph, sqrt(2))))
    return graph.one(
        "Mul", graph.one("Mul", x, graph.one("Add", bent, _number(graph, 1.0))), _number(graph, 0.5)
    )


def _unit(graph: Graph, x: str) -> str:
    length = graph.one("Sqrt", graph.one("ReduceSum", graph.one("Mul", x, x), keepdims=1))
    return graph.one("Div", x, graph.one("Max", length, _number(graph, _SMALL)))


def _number(graph: Graph, value: float) -> str:
    return graph.constant(np.array(value, "float32"))


def _float_linear(graph: Graph, x: str, matrix: Array, bias: Array) -> str:
    return graph.one("Add", graph.one("MatMul", x, graph.constant(matrix)), graph.constant(bias))


def _int8_linear(graph: Graph, x: str, matrix: Array, bias: Array) -> str:
    """Rows and matrix in 8 bits, their product brought back by both scales."""
    whole, scales = _in_int8(matrix, axis=0)
    rows, scale, zero = graph.add("DynamicQuantizeLinear", x, outputs=3)
    middle = graph.constant(np.array(_MIDDLE, "uint8"))
    shifted = graph.constant((whole.astype("int16") + _MIDDLE).astype("uint8"))
    product = graph.one("MatMulInteger", rows, shifted, zero, middle)
    back = graph.one("Mul", scale, graph.constant(scales))
    scaled = graph.one("Mul", graph.one("Cast", product, to=FLOAT), back)
    return graph.one("Add", scaled, graph.constant(bias))


def _float_rows(graph: Graph, table: Array) -> str:
    return graph.one("Gather", graph.constant(table), "ids", axis=0)


def _int8_rows(graph: Graph, table: Array) -> str:
    """The rows of the tokens, each brought back by its own scale."""
    whole, scales = _in_int8(table, axis=1)
    rows = graph.one("Cast", graph.one("Gather", graph.constant(whole), "ids", axis=0), to=FLOAT)
    own = graph.one("Gather", graph.constant(scales.reshape(-1, 1)), "ids", axis=0)
    return graph.one("Mul", rows, own)


def _in_int8(values: Array, *, axis: int) -> tuple[Array, Any]:
    """`values` as int8, and the scale of each column (axis 0) or row (axis 1)."""
    scales = np.maximum(np.abs(values).max(axis), _SMALL) / _MOST
    spread = scales if axis == 0 else scales[:, None]
    return np.rint(values / spread).astype("int8"), scales.astype("float32")
