"""A feed with a second address: polls go on there when the first fails for long, or is gone, and all is one feed to the reader."""

from __future__ import annotations

from tests.checklist.watch import feed, targets
from tests.fetch.server import reply


def test_polls_go_on_at_the_fallback_after_five_failures(watch, server):
    watch.change(fallback_url=server.url("/spare"))
    server.answers = {"/feed": reply(200, feed(1)), "/spare": reply(200, feed(1, 2))}
    watch.poll()
    server.answers["/feed"] = reply(404)
    asked = [targets(watch.poll(days=1)) for _ in range(8)]
    assert asked == [["/feed"]] * 5 + [["/spare"]] * 3
    assert (watch.state().status, watch.state().failures) == ("ok", 0)
    assert watch.titles() == ["Entry number 1", "Entry number 2"]


def test_polls_go_on_at_the_fallback_at_once_when_the_feed_is_gone_and_end_when_both_are(watch, server):
    watch.change(fallback_url=server.url("/spare"))
    server.default = reply(410)
    assert [target for _ in range(20) for target in targets(watch.poll(days=1))] == ["/feed", "/spare"]


def test_an_address_edited_in_feeds_toml_is_asked_at_once(watch, server):
    server.default = reply(410)
    watch.poll()
    server.default = reply(200, feed(1))
    watch.change(url=server.url("/new"))
    assert targets(watch.poll(minutes=1)) == ["/new"]


def test_two_feeds_that_have_come_to_one_address_are_both_asked(watch, server):
    server.default = reply(200, feed(1))
    watch.name("/a", "/b")
    watch.feeds = [type(each)(id=each.id, name=each.name, url=server.url("/same")) for each in watch.feeds]
    assert len(watch.poll()) == 2
    assert {watch.state(name).status for name in "ab"} == {"ok"}
