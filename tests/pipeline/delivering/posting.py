"""What the tests of the ledger share: three readers, a mailer that gives the receipts of a list, and the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model import Receipt
from monitor.store import deliveries as ledger

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.org"


class ScriptedMailer:
    """Gives the receipts of a list, one after the other, then sends everything. Keeps what went out to the dot."""

    def __init__(self, *receipts):
        self.receipts = list(receipts)
        self.tried, self.out = [], []

    def __call__(self, message, *, recipient, before_dot):
        receipt = self.receipts.pop(0) if self.receipts else Receipt(recipient=recipient, state="sent")
        self.tried.append(recipient)
        if receipt.state in ("sent", "uncertain"):
            before_dot()
            self.out.append((recipient, message))
        return replace(receipt, recipient=recipient)


def rows(context):
    with context.store.begin() as connection:
        return {row.recipient: row for number in (1, 2, 3) for row in ledger.of_issue(connection, number)}


def later(context, **time):
    return replace(context, now=context.now + timedelta(**time))
