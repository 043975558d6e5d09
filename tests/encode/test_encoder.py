"""A model folder is made of safetensors, checked, loaded, and gives vectors."""

from __future__ import annotations

import json
import math
import shutil

import pytest

from monitor.encode import check
from monitor.errors import InputError
from tests.encode import tiny

TEXTS = ["word1 word2 word3", "Word4, word5 unheardof word6 word7", "", " ".join(tiny.WORDS[:30])]


def ids(text, most=40):
    words = [tiny.TOKENIZER["model"]["vocab"].get(w, 1) for w in text.lower().replace(",", " [unk]").split()]
    return [2, *words[: most - 2], 3]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("text", TEXTS)
def test_the_plain_model_gives_what_the_network_gives_by_hand(np, published, tmp_path, text):
    from monitor.encode import Encoder, export

    export(published, tmp_path / "plain", is_quantised=False)
    [found] = Encoder.open(tmp_path / "plain").encode([text])
    assert found == pytest.approx(tiny.vector(np, tiny.weights(np), ids(text)).tolist(), abs=1e-5)


@pytest.mark.parametrize("text", TEXTS)
def test_the_int8_model_stays_close_to_the_network(np, made, text):
    from monitor.encode import Encoder

    [found] = Encoder.open(made).encode([text])
    assert dot(found, tiny.vector(np, tiny.weights(np), ids(text)).tolist()) > 0.98
    assert math.isclose(dot(found, found), 1, abs_tol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(made):
    from monitor.encode import Encoder

    encoder = Encoder.open(made)
    together = encoder.encode(TEXTS)
    assert together == [encoder.encode([text])[0] for text in TEXTS]
    assert together == Encoder.open(made).encode(TEXTS)


def test_what_is_beyond_the_last_token_changes_nothing(made):
    from monitor.encode import Encoder

    long = "word1 " * 60
    first, second = Encoder.open(made).encode([long, long + "word2 " * 100_000])
    assert first == second


def test_export_is_the_same_every_time(published, made, tmp_path):
    from monitor.encode import export

    assert export(published, tmp_path / "again") == check(made)
    assert (tmp_path / "again" / "model.onnx").read_bytes() == (made / "model.onnx").read_bytes()


@pytest.mark.parametrize("name", ["float16", "bfloat16", "a prefix"])
def test_weights_are_read_as_publishers_write_them(np, tmp_path, name):
    from monitor.encode import Encoder, export

    prefix = "bert." if name == "a prefix" else ""
    told = tiny.weights(np, prefix=prefix) | {
        prefix + "embeddings.position_ids": np.arange(40, dtype="int64")
    }
    for key, value in told.items():
        if name == "float16" and value.dtype == "float32":
            told[key] = value.astype("float16")
        if name == "bfloat16" and value.dtype == "float32":
            told[key] = (value.view("uint32") >> 16).astype("uint16")
    export(tiny.write(tmp_path / "in", told), tmp_path / "out")
    [found] = Encoder.open(tmp_path / "out").encode(TEXTS[:1])
    assert dot(found, tiny.vector(np, tiny.weights(np), ids(TEXTS[0])).tolist()) > 0.98


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "roberta"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"num_hidden_layers": 3},
    ],
)
def test_what_is_not_understood_is_refused(np, tmp_path, config):
    from monitor.encode import export

    folder = tiny.write(tmp_path / "in", tiny.weights(np), **config)
    with pytest.raises(InputError, match="MiniLM-type"):
        export(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_pooling_is_refused(np, tmp_path):
    from monitor.encode import export

    folder = tiny.write(tmp_path / "in", tiny.weights(np))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    with pytest.raises(InputError, match="pooling"):
        export(folder, tmp_path / "out")


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[:100],
        lambda b: b[:-1],
        lambda b: b"\xff" * 8 + b[8:],
        lambda _: b"",
        lambda b: b[:8] + b"[" + b[9:],
    ],
    ids=["header cut", "numbers cut", "endless header", "empty", "no JSON"],
)
def test_damaged_weights_are_an_error_for_people(np, tmp_path, damage):
    from monitor.encode import export

    folder = tiny.write(tmp_path / "in", tiny.weights(np))
    file = folder / "model.safetensors"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(InputError, match="safetensors"):
        export(folder, tmp_path / "out")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_changed_file_is_never_loaded(made, tmp_path, name):
    from monitor.encode import Encoder

    folder = tmp_path / "changed"
    shutil.copytree(made, folder)
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match=name):
        Encoder.open(folder)


@pytest.mark.parametrize(
    "card",
    [
        None,
        "",
        "[]",
        "{}",
        json.dumps({"format": 2, "sha256": {}}),
        json.dumps({"format": 1, "sha256": {"/etc/passwd": ""}}),
    ],
)
def test_a_folder_without_a_card_of_ours_is_no_model_folder(tmp_path, card):
    if card is not None:
        (tmp_path / "model.json").write_text(card)
    with pytest.raises(InputError, match="monitor models export"):
        check(tmp_path)


def test_without_the_extra_the_error_says_what_to_install():
    import subprocess
    import sys

    code = "import sys; sys.modules['numpy'] = None\nfrom monitor.encode import Encoder"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert "pip install 'monitor-digest[embeddings]'" in run.stderr


def test_looking_at_the_room_loads_none_of_its_libraries():
    import subprocess
    import sys

    code = "import sys, monitor.encode, monitor.app; print({'numpy', 'onnxruntime', 'tokenizers'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.stdout.strip() == "set()", run.stderr
