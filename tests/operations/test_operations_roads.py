"""Who watches waits for nobody that writes: each page and number is there while another transaction holds the database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, event

from monitor.errors import BusyError
from monitor.operations import alarms, doctor, health, metrics, status
from monitor.pipeline.delivering import deliver
from monitor.pipeline.issuing import digest
from monitor.settings import StoreSettings, TopicSettings
from monitor.store import Store, suppressed
from monitor.store.transactions import READING
from monitor.web import front

LOOKS = {
    "status": status.read_status,
    "metrics": metrics.metrics,
    "red": health.red,
    "notes": health.notes,
    "alarms, where nothing is new": alarms.report,
    "what did not arrive": deliver.undelivered,
    "a page to leave by": lambda context: front.answer(context, "GET", "/u/trade/" + "a" * 32),
    "an issue's feed": lambda context: digest.write_feed(context, context.settings.topics[0]),
}
PROVES = {
    "readyz": health.ready,
    "doctor": doctor.examine,
}  # begin to write, for they say whether that can be done


@pytest.fixture
def held(house, store, tmp_path, now):
    """A context on a database in which another process holds its transaction, and which waits hardly at all."""
    url = store.engine.url.render_as_string(hide_password=False)
    context = house(topics=[TopicSettings(id="trade", title="Trade", sentence="Trade.", seeds="seeds")])
    (tmp_path / "seeds").mkdir()
    alarms.report(context)  # notes that its seeds are missing
    settings = StoreSettings(url=url, busy_timeout_s=0.1)
    with Store.open(settings, tmp_path / "data") as other, store.begin() as writing:
        suppressed.add(writing, "trade", "ann@example.org", at=now, reason="unsubscribed")
        yield replace(context, store=other)


def test_who_watches_is_answered_while_another_writes_and_begins_no_write(held):
    begun = []

    def note(connection):
        if not connection.get_execution_options().get(READING, False):
            begun.append(connection)

    event.listen(Engine, "begin", note)
    try:
        for name, look in LOOKS.items():
            look(held)
            assert begun == [], name
    finally:
        event.remove(Engine, "begin", note)


@pytest.mark.parametrize("name", PROVES)
def test_who_asks_whether_rows_are_taken_waits_for_nobody(held, name):
    found = PROVES[name](held)
    if name == "readyz":
        assert found.status == 200
    else:
        assert [each.ok for each in found if each.what == "database"] == [True]


def test_what_writes_is_told_that_another_does(held):
    """The control."""
    with pytest.raises(BusyError, match="refused"), held.store.begin():
        pass
