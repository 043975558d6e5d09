"""The secret that readers' links are signed with: never short, never empty, the same for all processes."""

from __future__ import annotations

import os
import threading

import pytest

from monitor import app


@pytest.fixture
def linked(place):
    """A house with a web port; gives the file of its secret."""
    with (place / "config" / "monitor.toml").open("a") as main:
        main.write("[web]\nport = 8080\n")
    return place / "data" / "link.key"


def key(linked):
    with app.opened(data=linked.parent) as context:
        return context.link_key


def test_it_is_made_once_and_kept_to_its_owner(linked):
    first = key(linked)
    assert len(first) == 64
    assert key(linked) == first == linked.read_bytes()
    assert linked.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in linked.parent.glob("link*")] == ["link.key"]


@pytest.mark.parametrize("cut", [b"", b"ab"])
def test_one_that_was_cut_off_while_it_was_made_is_made_anew(linked, cut):
    key(linked)
    linked.write_bytes(cut)
    assert len(key(linked)) == 64
    assert key(linked) == linked.read_bytes()


def test_processes_that_begin_at_once_take_the_same(linked):
    key(linked)
    linked.unlink()
    settings, found, gate = app.load(data=linked.parent), [], threading.Barrier(8)

    def take():
        gate.wait()
        found.append(app.link_key(settings))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == [linked.read_bytes()] * 8


def test_a_disk_without_hard_links_will_do(linked, monkeypatch):
    def refuse(*_):
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    assert key(linked) == linked.read_bytes()


@pytest.mark.parametrize("short", ["a", "fifteen letters"])
def test_a_given_one_that_can_be_guessed_is_refused_and_not_shown(linked, monitor, monkeypatch, short):
    monkeypatch.setenv("MONITOR_LINK_KEY", short)
    done = monitor("status")
    assert (done.code, "MONITOR_LINK_KEY" in done.err, "16" in done.err) == (2, True, True)
    assert short == "a" or short not in done.err
    monkeypatch.setenv("MONITOR_LINK_KEY", short + "-and-some-more-of-it")
    assert monitor("status").code == 0
