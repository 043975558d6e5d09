"""What an issue told comes again a week later in other words, inside a real stream: none of it is news.

Twenty headlines of our own that retell what the issue of 9 July 2018 told from replayed feeds, shown by another outlet in the days after.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.replay.archive import Piece, pieces
from tests.replay.editions import make
from tests.replay.server import serve

FOLDER = os.environ.get("QUALITY_DATA", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set"),
]

# The target is 0. 29 Nov 2026, before what was told lately stopped fading: 3. What is left: "appoints new senior managers on way to end of
# U.S. ban" for "names new top executives in step towards U.S. ban lifting": "end" is not "lift", and too much else differs.
AT_MOST = 1
MONDAY = datetime(2018, 7, 9, 8, tzinfo=UTC)
RETOLD = (
    "ZTE appoints new senior managers on way to end of U.S. ban",
    "China's ZTE replaces executives as step to have American ban lifted",
    "China says it will not be first to levy tariffs on $34 billion of American goods",
    "Beijing: China won't fire the first shot in trade war with U.S.",
    "U.S. gives ZTE temporary reprieve; Chinese firm removes more executives",
    "China will use tariffs on American goods to ease trade war's impact",
    "Chinese ports delay American cargoes amid confusion, trade disrupted",
    "EU calls U.S.-China tariff increases damaging, says trade wars are not easy to win",
    "Duelling tariffs stoke fear of a long battle over trade between U.S. and China",
    "Foreign ministry: American tariff move violates WTO rules and hurts global trade order",
    "COSCO Shipping of China gets U.S. security clearance for OOIL takeover",
    "Xiaomi of China says ties with American firms will smooth its U.S. push despite trade tension",
    "U.S. trade dispute widens, casting doubt on China's push for ethanol",
    "USTR gives firms 90 days to request exclusions from China tariffs",
    "Trump moves to bar China Mobile from U.S. over security concerns",
    "BMWs to cost more in China because of tariffs on U.S.-made cars",
    "Huawei does not expect to face U.S. sanctions, it tells press",
    "China presses Europe for alliance against U.S. on trade",
    "China leaves LNG off its tariff list for now and keeps it as trade weapon",
    "China urges United States to treat Chinese firms fairly",
)


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """The issue that told it, and the next one."""
    again = [
        Piece(f"again{n}", "cnbc", MONDAY + timedelta(days=1 + n % 5, hours=n % 7), title)
        for n, title in enumerate(RETOLD)
    ]
    archive = sorted((*pieces(Path(FOLDER)), *again), key=lambda piece: (piece.published, piece.id))
    with serve(archive, MONDAY) as site:
        return make(tmp_path_factory.mktemp("retold") / "weeks", site, [MONDAY, MONDAY + timedelta(weeks=1)])


def test_what_was_told_is_not_told_again_in_other_words(editions, report):
    _, second = editions
    entries = [*second.content["top"], *second.content["also"]]
    shown = [
        each for entry in entries for each in (entry, *entry["developments"]) if each.get("is_named", True)
    ]
    again = sorted(each["headline"] for each in shown if each["headline"] in RETOLD)
    on_topic = second.rows("select count(*) from scores s join articles a on a.id = s.article_id where s.is_relevant and a.outlet = 'CNBC' and a.url like '%/again%'")  # fmt: skip
    report(f"of {on_topic[0][0]} retellings on topic a week later, told again", float(len(again)), 0.0)
    assert on_topic[0][0] >= 17
    assert len(shown) > 10
    assert len(again) <= AT_MOST, again
