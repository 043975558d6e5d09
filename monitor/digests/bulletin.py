"""A frozen issue as a chat shows it: a digest in, a `Bulletin` of finished strings out, top stories first.

It tells headlines with one sentence each and leads to the page for the rest: accounts, questions and the rest of the week stand there.
Knows no channel, no markup and no limit; what a channel has no room for it leaves out from the end, with the words given for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from monitor.digests import links
from monitor.digests.alert_view import alert_page
from monitor.digests.cards import brief, card
from monitor.digests.frame import Frame
from monitor.digests.tidy import tidy
from monitor.digests.view import frame_of
from monitor.model import Bulletin, BulletinItem, Candidate, Digest


def bulletin(digest: Digest) -> Bulletin:
    """Return the issue's bulletin, the same for the same issue; it names no reader and holds no link that answers."""
    digest = tidy(digest)
    frame = frame_of(digest)
    if digest.alert:
        return _alert(digest, frame)
    top = [_top(each, frame) for each in digest.top]
    also = [_also(each, frame) for each in digest.also]
    items = (*_headed(top, frame.say("top")), *_headed(also, frame.say("also")))
    return Bulletin(
        title=f"{digest.title or digest.topic}{frame.say('join')}{frame.say('number', number=digest.issue)}",
        intro=(
            frame.period(digest.since, digest.until),
            *_editor(digest, frame),
            *filter(None, digest.notices),
        ),
        items=items,
        left_out=tuple(frame.say("bulletin_cut", n=n) for n in range(1, len(items) + 1)),
        url=links.online(digest),
        link=frame.say("view_online"),
    )


def _editor(digest: Digest, frame: Frame) -> Iterator[str]:
    """The editor's own line, said to be theirs."""
    if digest.editor:
        yield f"{frame.say('editor')}{frame.say('colon')}{digest.editor}"


def _alert(digest: Digest, frame: Frame) -> Bulletin:
    """What an alert tells: its stories, and how many wait."""
    shown = alert_page(digest)
    items = tuple(_top(each, frame) for each in digest.top)
    return Bulletin(
        title=f"{shown.title}{frame.say('join')}{shown.number}",
        intro=tuple(filter(None, (shown.period, shown.more_rest))),
        items=items,
        left_out=tuple(frame.say("bulletin_cut", n=n) for n in range(1, len(items) + 1)),
    )


def _top(candidate: Candidate, frame: Frame) -> BulletinItem:
    """A top story: of an update what is new, else its first sentence."""
    shown = card(candidate, frame)
    sentences = (*shown.fresh, *shown.quotes)
    return BulletinItem(
        headline=shown.headline,
        url=shown.url,
        label=f"{shown.chip}{frame.say('join')}{shown.label}" if shown.label else shown.chip,
        detail=sentences[0].text if sentences else "",
        source=shown.carried_by,
    )


def _also(candidate: Candidate, frame: Frame) -> BulletinItem:
    shown = brief(candidate, frame)
    return BulletinItem(
        headline=shown.headline, url=shown.url, label=shown.chip, detail=shown.fresh, source=shown.source
    )


def _headed(items: list[BulletinItem], title: str) -> list[BulletinItem]:
    """The items of one section, the first with its title."""
    return [replace(item, section="" if index else title) for index, item in enumerate(items)]
