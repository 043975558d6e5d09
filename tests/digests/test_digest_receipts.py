"""The receipt of a card says something or is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.digests.render import render
from monitor.model import Nearest
from tests.digests.mail_lint import visible
from tests.digests.samples import digest, top_story

BARE = {"whats_new": (), "facts": (), "changes": ()}


def nearest(overlap):
    return Nearest(kind="seed", title="China pledges to buy farm goods", overlap=overlap)


def seen(**changes):
    rendered = render(digest(candidates=[replace(top_story(0), **changes)]))
    return visible(rendered.html), rendered.text, rendered.markdown


@pytest.mark.parametrize(("overlap", "is_named"), [(0.0, False), (0.04, False), (0.05, True), (0.9, True)])
def test_the_closest_item_is_named_only_when_something_is_close(overlap, is_named):
    for part in seen(nearest=nearest(overlap)):
        assert ("Closest seed" in part) == is_named
        assert "What’s new" in part


def test_the_closest_item_alone_is_not_called_new():
    for part in seen(nearest=nearest(0.4), **BARE):
        assert "Closest seed" in part
        assert "What’s new" not in part


def test_the_receipt_in_the_text_part_has_no_holes():
    _, text, _ = seen(nearest=nearest(0.4))
    block = text[text.index("   What’s new") :].split("\n\n")[0]
    assert "Closest seed" in block
