"""Alerts over real weeks, by the daemon's tick every four hours: the laws of tests/replay/alert_laws.py. Figures: docs/notes/alerts.md."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.replay import alert_laws
from tests.replay.alert_weeks import lived
from tests.replay.archive import pieces

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]


def test_two_real_weeks_keep_the_laws(tmp_path):
    with lived(pieces(Path(FOLDER)), tmp_path / "weeks", weeks=2) as context:
        found = alert_laws.past(context, context.settings.topics[0])
    assert alert_laws.breaches(found) == []
    assert {each.alert for each in found.alerts} == {"breaking", "evening"}
    assert len(found.weekly) == 2
    shown = [entry.status for issue in found.weekly for entry in (*issue.top, *issue.also)]
    assert shown.count("sent") >= 3
