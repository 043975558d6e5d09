"""Three hundred slow visitors at the pages of a real daemon: it goes on polling, and whoever watches it still gets an answer."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.cli.daemons import TICKED, feed_of_one_story, with_feed, write_main
from tests.ports import free_port
from tests.web.crowds import SLOW, asked, crowd

ROUNDS = 2  # polls that begin while a crowd of one kind is there


@pytest.mark.faults
def test_polling_goes_on_beside_three_hundred_slow_visitors_of_each_kind(place, daemon, server):
    polled = []

    def counted(it, talk):
        polled.append(talk)
        feed_of_one_story(it, talk)
        talk.close()

    pages, ops = free_port(), free_port()
    write_main(place, f"[web]\nport = {pages}\nops_port = {ops}\n")
    with_feed(place, server(counted).port)
    running = daemon()
    running.until(TICKED)
    seen = []
    for sent in SLOW.values():
        with ExitStack() as stack:
            before = len(polled)
            crowd(stack, pages, sent)
            while len(polled) < before + ROUNDS:
                running.until("poll.done")
            seen.append(asked(pages, path="/healthz")[0])
            assert [asked(ops, path=path)[0] for path in ("/healthz", "/readyz", "/metrics")] == [200] * 3
    assert set(seen) <= {200, 503}
    assert seen.count(200) >= 4  # 503 is for crowds of whole requests
    assert running.end() == 0
