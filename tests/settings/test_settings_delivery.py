"""What is said of delivery: defaults that promise something, webhooks whose addresses stay secret."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsError
from monitor.settings import DeliverySettings, SmtpSettings, load

TOPIC = 'title = "x"\nsentence = "x"\n'
HOOK = '[[webhooks]]\nname = "{name}"\nurl = "{url}"\n'


def test_by_default_nothing_is_lost_and_no_server_holds_us_for_more_than_half_a_minute():
    assert DeliverySettings().on_uncertain == "resend"
    assert DeliverySettings().give_up_days >= 4  # RFC 5321 4.5.4.1
    assert SmtpSettings().timeout_s <= 30


def test_a_topic_names_its_webhooks_and_never_shows_their_addresses(home):
    home.write(
        "topics/trade.toml", TOPIC + HOOK.format(name="archive", url="https://example.org/hook/s3cret")
    )
    (topic,) = load(home.config).topics
    assert [(hook.name, hook.url) for hook in topic.webhooks] == [
        ("archive", "https://example.org/hook/s3cret")
    ]
    assert "s3cret" not in repr(topic)


@pytest.mark.parametrize(
    ("hooks", "why"),
    [
        ([("a", "https://example.org/1"), ("a", "https://example.org/2")], "listed twice"),
        ([("a b", "https://example.org/1")], "lower-case letters"),
        ([("a", "ftp://example.org/s3cret")], "no web address"),
        ([("a", "")], "url"),
    ],
)
def test_webhooks_that_cannot_work_are_refused_without_showing_the_address(home, hooks, why):
    home.write("topics/trade.toml", TOPIC + "".join(HOOK.format(name=name, url=url) for name, url in hooks))
    with pytest.raises(SettingsError, match=why) as caught:
        load(home.config)
    assert "s3cret" not in str(caught.value)
