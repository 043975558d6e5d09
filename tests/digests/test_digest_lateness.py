"""What an issue says of its own lateness, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.digests.frame import Frame
from monitor.digests.lateness import lateness
from monitor.model.schedule import Lateness
from tests.digests.samples import UNTIL

EN, ZH = Frame("en"), Frame("zh-Hans")
DOWN = (UNTIL - timedelta(weeks=5), UNTIL)


def said(frame, late, weeks=1):
    return list(lateness(frame, late, since=UNTIL - timedelta(weeks=weeks), until=UNTIL))


@pytest.mark.parametrize(
    ("late", "weeks", "english", "chinese"),
    [
        (Lateness(due=UNTIL - timedelta(minutes=119)), 1, [], []),
        (
            Lateness(due=UNTIL - timedelta(minutes=121)),
            1,
            ["This issue is late: it was due on 22 November 2026."],
            ["本期延迟：原定于2026年11月22日发出。"],
        ),
        (
            Lateness(due=UNTIL, missed=4, down=DOWN),
            5,
            [
                "This issue covers 5 weeks: the service was not running from 18 October 2026 to 22 November 2026."
            ],
            ["本期涵盖 5 周：自2026年10月18日至2026年11月22日服务未运行。"],
        ),
        (
            Lateness(due=UNTIL, missed=1),
            2,
            ["1 issue before this one was due and could not be made: this one stands for it too."],
            ["此前有 1 期到期而未能发出，由本期一并涵盖。"],
        ),
        (
            Lateness(due=UNTIL - timedelta(days=1), missed=2),
            3,
            ["2 issues before this one were due and could not be made: this one stands for them too."],
            ["此前有 2 期到期而未能发出，由本期一并涵盖。"],
        ),
    ],
    ids=["in time", "late", "down", "one missed", "several missed"],
)
def test_lateness_is_said_once_and_in_time_nothing(late, weeks, english, chinese):
    assert (said(EN, late, weeks), said(ZH, late, weeks)) == (english, chinese)
