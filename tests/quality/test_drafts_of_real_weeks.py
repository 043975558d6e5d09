"""The law of the desk on real weeks: the draft stored is the issue frozen, byte for byte, with an editor who decides at random.

Eight weeks in a row in one database, polled, read and scored from a server on this machine; DRAFT_WEEKS=20 for the long form (two minutes).
"""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app import opened, prepare
from monitor.digests.frozen import to_json
from monitor.pipeline.issuing import digest, drafting
from tests.replay.archive import pieces
from tests.replay.editor import content, edit, is_obeyed, stored
from tests.replay.server import serve, write_config

FOLDER = os.environ.get("QUALITY_DATA", "")
WEEKS = int(os.environ.get("DRAFT_WEEKS", "8"))
FIRST = datetime(2018, 7, 2, 8, tzinfo=UTC)
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]


def test_the_draft_stored_is_the_issue_frozen(tmp_path, report):
    dice = random.Random(20)  # noqa: S311 - for a repeatable editor
    equal = obeyed = decided = 0
    with serve(pieces(Path(FOLDER)), FIRST) as site:
        write_config(tmp_path / "config", site)
        for week in range(WEEKS):
            end = FIRST + timedelta(weeks=week)
            site.set_now(end - timedelta(days=2))
            with opened(config=tmp_path / "config", data=tmp_path / "data", now=site.now) as context:
                (topic,) = context.settings.topics
                prepare(context)
                drafting.refresh(context, topic)
                early = stored(context, topic)
            site.set_now(end)
            with opened(config=tmp_path / "config", data=tmp_path / "data", now=end) as context:
                prepare(context)
                standing = edit(context, topic, dice)
                draft = stored(context, topic)
                issue = digest.compose_issue(context, topic, kind="issue")
            equal += to_json(issue.digest) == to_json(draft) == issue.issue.digest
            obeyed += is_obeyed(issue.digest, standing)
            decided += len(standing)
            assert content(early) != content(issue.digest), "control: two days of articles change nothing"
    report(f"drafts: weeks of {WEEKS} whose draft is the issue, byte for byte", equal / WEEKS, 1.0)
    report(f"drafts: weeks of {WEEKS} that obey each of {decided} decisions", obeyed / WEEKS, 1.0)
    assert (equal, obeyed) == (WEEKS, WEEKS)
    assert decided > WEEKS
