"""`monitor models` as a user types it; what is fetched comes from this machine."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.encode import tiny
from tests.encode.conftest import made, np, published
from tests.fetch.fixtures import server
from tests.fetch.server import reply

__all__ = ["made", "np", "published", "server"]

LINES = "".join(
    json.dumps({"id": n, "title": title, "published": f"2026-03-{n % 28 + 1:02}"}) + "\n"
    for n, title in enumerate(
        ["Washington and Beijing trade tariffs", "Chinese duties worry farmers"]
        + [f"word{n} word{n + 1} opens late" for n in range(40)]
    )
).encode()


@pytest.fixture
def table(place, published, server):
    """A models.toml with one encoder on this machine."""
    digests = {}
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        body = (published / name).read_bytes()
        server.answers[f"/tiny/{name}"] = reply(body=body)
        digests[name] = hashlib.sha256(body).hexdigest()

    def write(**wrong):
        files = "\n".join(f'"{name}" = "{digest}"' for name, digest in (digests | wrong).items())
        (place / "config" / "models.toml").write_text(
            f'[[model]]\nname = "tiny"\nurl = "{server.url("/tiny/")}"\n[model.files]\n{files}\n'
        )

    write()
    return write


def test_the_shipped_table_is_listed_without_asking_anybody(monitor):
    run = monitor("models", "list")
    assert run.code == 0
    assert run.lines[0].startswith("all-minilm-l6-v2\thttps://")


def test_a_known_encoder_is_fetched_checked_and_made(monitor, table, place, made):
    run = monitor("models", "get", "tiny")
    assert run.code == 0, run.err
    folder = place / "data" / "models" / "tiny"
    assert (folder / "model.onnx").read_bytes() == (made / "model.onnx").read_bytes()
    assert monitor("models", "check", folder).code == 0


def test_of_a_download_that_is_not_the_one_named_nothing_is_kept(monitor, table, place):
    table(**{"model.safetensors": "0" * 64})
    run = monitor("models", "get", "tiny", "--out", place / "out")
    assert run.code == 1
    assert "SHA-256" in run.err
    assert not (place / "out").exists()


def test_a_missing_file_is_said(monitor, table, place, server):
    server.answers["/tiny/tokenizer.json"] = reply(404, b"")
    run = monitor("models", "get", "tiny", "--out", place / "out")
    assert run.code == 1
    assert "tokenizer.json could not be fetched" in run.err


def test_an_unknown_name_is_told_the_known_ones(monitor, np):
    run = monitor("models", "get", "large")
    assert run.code == 2
    assert "all-minilm-l6-v2" in run.err


def test_export_says_how_to_use_what_it_made(monitor, published, place):
    run = monitor("models", "export", published, "--out", place / "model")
    assert run.code == 0
    assert f'model_path = "{place / "model"}"' in run.out
    (place / "config" / "monitor.toml").write_text('[score]\nmodel_path = "model"\n')
    assert "in use: tiny" in monitor("models", "list").out
    assert monitor("score").code == 0


def test_a_stream_is_scored_with_an_encoder_when_asked(monitor, made):
    plain = monitor("score", "--jsonl", stdin=LINES)
    run = monitor("score", "--jsonl", "--embeddings", made, stdin=LINES)
    again = monitor("score", "--jsonl", "--embeddings", made, stdin=LINES)
    assert (run.code, run.out) == (0, again.out)
    told = [row["id"] for row in run.rows if "its meaning speaks" in row["why"]]
    assert told
    assert [row for row in run.rows if row["id"] not in told] == [
        row for row in plain.rows if row["id"] not in told
    ]


def test_a_folder_that_is_no_model_is_refused_with_advice(monitor, place, np):
    (place / "config" / "monitor.toml").write_text('[score]\nmodel_path = "nowhere"\n')
    for run in (monitor("score"), monitor("score", "--jsonl", "--embeddings", place, stdin=LINES)):
        assert run.code == 2
        assert "monitor models export" in run.err


def test_embeddings_go_with_a_stream(monitor, place):
    assert monitor("score", "--embeddings", place).code == 2


def test_the_tiny_encoder_reads_what_the_stream_says():
    assert "word1" in tiny.TOKENIZER["model"]["vocab"]
