"""The extra where it is installed, and a tiny encoder made with it. Without it the tests that need it are skipped, and say so."""

from __future__ import annotations

import pytest

from tests.encode import tiny

WITHOUT = "the extra `embeddings` is not installed"


@pytest.fixture(scope="session")
def np():
    for name in ("onnxruntime", "tokenizers"):
        pytest.importorskip(name, reason=WITHOUT)
    return pytest.importorskip("numpy", reason=WITHOUT)


@pytest.fixture(scope="session")
def published(np, tmp_path_factory):
    """A folder as publishers offer it."""
    return tiny.write(tmp_path_factory.mktemp("published") / "tiny", tiny.weights(np))


@pytest.fixture(scope="session")
def made(published, tmp_path_factory):
    """The model folder made of it."""
    from monitor.encode import export

    folder = tmp_path_factory.mktemp("made") / "tiny"
    export(published, folder)
    return folder
