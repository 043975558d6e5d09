"""To whom a draft went as a proof: claimed before it is sent, so that a second press of the button sends no second one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_

from monitor.store.database import upsert
from monitor.store.draft_tables import proofs


def claim(
    connection: Connection, topic: str, recipient: str, *, mark: str, at: datetime, after: datetime
) -> bool:
    """Write down that a draft goes to somebody now; False where the same one went there later than `after`."""
    keys = {"topic": topic, "recipient": recipient.casefold()}
    values = {"mark": mark, "at": at}
    statement = upsert(connection, proofs).values(keys | values)
    claimed = statement.on_conflict_do_update(
        index_elements=list(keys),
        set_=values,
        where=or_(proofs.c.mark != mark, proofs.c.at <= after, proofs.c.at > at),
    ).returning(proofs.c.topic)
    return connection.execute(claimed).first() is not None
