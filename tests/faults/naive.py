"""The controls: orders of sending that peers use, and a database that does not wait for its disk. Each must fail the tests.

`take_over(name)` puts one of them in the place of the real step, in a process of its own.
"""

from __future__ import annotations

from sqlalchemy import select, update

from monitor.model import Receipt
from monitor.pipeline.delivering.deliver import Delivered
from monitor.store.deliveries import message_of
from monitor.store.schema import deliveries, issues


def mark_then_send(context, topic):
    """At most once: what is killed between the mark and the answer is lost (healthchecks, listmonk)."""
    receipts = []
    for row in _waiting(context, topic):
        _mark(context, [row])
        receipts.append(_send(context, row))
    return Delivered(receipts=tuple(receipts))


def send_then_mark_the_batch(context, topic):
    """At least once, without a trace of what may have gone out (django-post_office)."""
    rows = _waiting(context, topic)
    receipts = [_send(context, row) for row in rows]
    _mark(context, rows)
    return Delivered(receipts=tuple(receipts))


def send_nothing(_context, _topic):
    """No fault, but a way to find everything in the ledger and nothing sent."""
    return Delivered()


def _waiting(context, topic):
    query = select(deliveries).join(issues).where(issues.c.topic == topic.id, deliveries.c.state != "sent")
    with context.store.begin() as connection:
        return connection.execute(query).all()


def _mark(context, rows):
    with context.store.begin() as connection:
        for row in rows:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.issue_id == row.issue_id, deliveries.c.recipient == row.recipient)
                # With the server's words beside the mark, as those programs log them; a bare mark fits into room that is there already.
                .values(state="sent", sent_at=context.now, detail="250 2.0.0 Ok: queued " * 2000)
            )


def _send(context, row):
    with context.store.begin() as connection:
        message = message_of(connection, row)
    context.mailer(message, recipient=row.recipient, before_dot=lambda: None)
    return Receipt(recipient=row.recipient, state="sent")


def normal_pragmas(connection, _record):
    """SQLite as most programs open it: a commit does not wait for the disk."""
    for statement in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {statement}")


def _take_sending(step):
    def take():
        from monitor.pipeline.delivering import deliver

        deliver.send_due = step

    return take


def _take_pragmas():
    from monitor.store import database

    database._pragmas = normal_pragmas


VARIANTS = {
    "": lambda: None,
    "mark then send": _take_sending(mark_then_send),
    "send then mark the batch": _take_sending(send_then_mark_the_batch),
    "send nothing": _take_sending(send_nothing),
    "synchronous=NORMAL": _take_pragmas,
}


def take_over(name):
    """Become the variant of this name; "": stay as it is."""
    VARIANTS[name]()
