"""The fits find what made the labels, and a row holds what the shipped models give."""

from __future__ import annotations

from math import exp, log
from random import Random

import pytest

from monitor.stories import describe, pairs
from tests.fit import __main__ as fit
from tests.fit import design, logistic, weights
from tests.stories.samples import DUTIES, OTHER, RAISED, item, told, window

NAMES = ("line", "text", "title", "names", "title_held", "title_pairs", "title_told", "near")


def labelled(truth, count, *, seed=3):
    """Rows of a constant and numbers 0..1, and labels drawn with the log odds that `truth` gives."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    rows = [[-1.0, *(rng.random() for _ in truth[1:])] for _ in range(count)]
    odds = [sum(w * x for w, x in zip(truth, row, strict=True)) for row in rows]
    return rows, [rng.random() < 1 / (1 + exp(-each)) for each in odds]


def test_a_constant_alone_is_the_log_odds():
    (found,) = logistic.fit([[1.0]] * 10, [True] * 3 + [False] * 7, precision=0.0)
    assert found == pytest.approx(log(3 / 7), abs=1e-9)


def test_the_weights_that_made_the_labels_are_found():
    rows, holds = labelled((1.0, 3.0, -2.0), 6000)
    assert logistic.fit(rows, holds) == pytest.approx([1.0, 3.0, -2.0], abs=0.35)


def test_the_order_of_rows_does_not_matter():
    rows, holds = labelled((1.0, 3.0, -2.0), 300)
    assert logistic.fit(rows[::-1], holds[::-1]) == logistic.fit(rows, holds)


def test_what_tells_all_apart_stays_finite():
    found = logistic.fit([[1.0, 1.0], [1.0, -1.0]] * 5, [True, False] * 5)
    assert 3 < found[1] < 30


def test_offsets_are_not_fitted_again():
    rows, holds = labelled((1.0, 3.0, -2.0), 4000)
    fixed = [row[1] * 3.0 for row in rows]
    found = logistic.fit([[row[0], row[2]] for row in rows], holds, offsets=fixed)
    assert found == pytest.approx([1.0, -2.0], abs=0.35)


@pytest.mark.parametrize(("one", "other"), [(DUTIES, RAISED), (DUTIES, OTHER)])
def test_a_row_of_headlines_times_the_shipped_weights_is_what_the_model_gives(one, other):
    held = window(item(DUTIES, story=7), item(OTHER, story=8))
    own, there = held.weighed(describe(one)), held.weighed(describe(other))
    model, row = design.measured(own, there, None, 1.5)
    assert model == "_HEADLINES"
    total = sum(
        getattr(pairs._HEADLINES, name) * x
        for name, x in zip(design._units(pairs._HEADLINES), row, strict=True)
    )
    assert total == pytest.approx(pairs._of_headlines(own, there, 1.5), abs=1e-12)


def test_a_row_of_texts_times_the_shipped_weights_is_what_the_model_gives():
    text = " ".join([DUTIES.text] * 3)
    long, again = told(1, DUTIES.title, text), told(2, RAISED.title, " ".join([RAISED.text] * 3), days=2)
    held = window(item(long, story=7), item(OTHER, story=8))
    features = describe(again)
    (near,) = [n for n in held.near(features, limit=9) if n.item.article_id == 1]
    own, there, common = (
        held.weighed(features),
        held.weighed_at(near.number),
        held.common(features, near.number),
    )
    model, row = design.measured(own, there, common, 2.0)
    assert model == "_TEXTS"
    total = sum(
        getattr(pairs._TEXTS, name) * x for name, x in zip(design._units(pairs._TEXTS), row, strict=True)
    )
    assert max(-6.0, min(6.0, total)) == pytest.approx(pairs.of_texts(own, there, common, 2.0), abs=1e-12)


def test_labelled_articles_of_a_stream_become_pairs():
    records = [
        {"id": n, "title": f"China and US {what} tariff on steel pipe", "published": f"2018-07-0{n + 1}"}
        for n, what in enumerate(("agree on", "settle", "argue about"))
    ]
    found = design.of_sets("_HEADLINES", [(records, {0: "deal", 1: "deal", 2: "other"})])
    assert found.names[0] == "line"
    assert found.column("line") == [-1.0] * 3
    assert sorted(found.column("a_day")) == [1.0, 1.0, 2.0]
    assert sorted(found.holds) == [False, False, True]


def invented():
    found = design.Design(NAMES)
    found.rows, found.holds = labelled((6.0, 6.0, 1.0, 2.0, 2.0, 0.5, 0.5, 0.0), 1500)
    for row in found.rows:
        row[-1] = 1.0 - row[1] / 10
    return found


def test_the_weights_of_texts_tell_more_than_a_constant():
    found = weights.of_texts(invented())
    assert [name for _, name in found.weights] == [f"_TEXTS.{name}" for name in NAMES[1:]]
    assert found.loss < found.constant
    assert found.plain < found.constant


def test_a_weight_that_is_not_what_the_files_give_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("QUALITY_DATA", str(tmp_path))
    monkeypatch.setattr(design, "texts", lambda _: invented())
    assert fit.main([]) == 1
    assert "stories/pairs.py _TEXTS.text: " in capsys.readouterr().out


def test_shipped_weights_that_are_what_the_files_give_pass(monkeypatch, capsys, tmp_path):
    shipped = {name: getattr(pairs._TEXTS, name) for name in NAMES if name != "line"}
    found = weights.of_texts(invented())
    exact = {(weights.MODULE, f"_TEXTS.{name}"): value + 1e-4 for name, value in shipped.items()}
    monkeypatch.setenv("QUALITY_DATA", str(tmp_path))
    monkeypatch.setattr(design, "texts", lambda _: None)
    monkeypatch.setattr(weights, "of_texts", lambda _: weights.Fitted(**(vars(found) | {"weights": exact})))
    assert fit.main([]) == 0
    assert "what ships is what the labelled files give" in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_without_the_labelled_files_it_says_so(monkeypatch, capsys, tmp_path, folder):
    monkeypatch.setenv("QUALITY_DATA", folder and str(tmp_path / folder))
    assert fit.main([]) == 2
    assert "QUALITY_DATA" in capsys.readouterr().err


def test_what_was_set_by_hand_of_headlines_is_not_fitted(monkeypatch, capsys, tmp_path):
    names = tuple(design._units(pairs._HEADLINES))
    rows, holds = labelled((2.0, 1.0, 0.5, 2.0, 1.0, -0.5, 1.0, -2.0, -4.0, -1.0, -2.0, -1.0), 600)
    found = weights.of_headlines(design.Design(names, rows, holds))
    assert {name.split(".")[1] for _, name in found.weights} == set(names) - set(weights.BY_HAND)
    assert found.loss < found.constant
    monkeypatch.setenv("QUALITY_DATA", str(tmp_path))
    monkeypatch.setattr(design, "headlines", lambda _: design.Design(names, rows, holds))
    assert fit.main(["--headlines"]) == 0
    assert "_HEADLINES.things: " in capsys.readouterr().out
