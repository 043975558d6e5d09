"""An issue entered for some readers."""

from __future__ import annotations

import pytest

from monitor.pipeline.delivering import deliver
from monitor.settings import DeliverySettings
from tests import mailing
from tests.pipeline.delivering.posting import ScriptedMailer


@pytest.fixture
def entered(house):
    """An issue entered for some readers: `entered(ANN, BO, mailer=..., delivery=...)` -> (context, topic)."""

    def build(*readers, mailer=None, delivery=None, **values):
        one = mailing.topic(*readers, **values)
        context = house(
            topics=[one],
            mailer=mailer or ScriptedMailer(),
            smtp=mailing.SMTP,
            delivery=delivery or DeliverySettings(),
        )
        deliver.enter(context, one, mailing.frozen(context))
        return context, one

    return build
