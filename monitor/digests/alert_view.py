"""What an alert tells, as its readers see it: the same `Page` as an issue's, with the words of an alert.

Templates alert.html, alert.txt and alert.md show of it the stories alone: a heading with one sentence, its source and its address.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.digests.frame import Frame
from monitor.digests.view import PREHEADER_MAX, PREHEADER_MIN, SUBJECT_MAX, Page, frame_of, page
from monitor.model import Digest
from monitor.text.normalise import clean

_TITLE_MAX = 28  # characters of a topic's title in a subject


def alert_page(digest: Digest, *, left_out: int = 0) -> Page:
    """The page of what an alert tells, tidied before; `left_out` stories were taken away to keep it small."""
    frame = frame_of(digest)
    kind = "daily" if digest.when == "daily" else "at_once"
    when = frame.full_date(digest.until) if kind == "daily" else frame.moment(digest.until)
    waiting = digest.left + left_out
    return replace(
        page(digest, left_out=left_out),
        subject=_subject(digest, frame, kind),
        preheader=_preheader(digest, frame),
        number=frame.say(f"alert_{kind}"),
        period=when,
        minutes="",
        online_url="",
        more_rest=frame.say("alert_left", n=waiting) if waiting else "",
        end=frame.say("alert_end"),
    )


def _subject(digest: Digest, frame: Frame, kind: str) -> str:
    """The first headline, and whose it is: at most 70 characters."""
    title = clean(digest.title or digest.topic, limit=_TITLE_MAX)
    end = frame.say(f"alert_subject_{kind}", title=title, date=frame.short_date(digest.until))
    start = "" if kind == "daily" else f"{frame.say('alert_at_once')}{frame.say('colon')}"
    first = digest.top[0].headline if digest.top else ""
    return start + clean(first or frame.say("untitled"), limit=SUBJECT_MAX - len(start) - len(end)) + end


def _preheader(digest: Digest, frame: Frame) -> str:
    """The first sentence, or the further headlines: what the inbox shows behind the subject."""
    said = [quote.text for each in digest.top[:1] for quote in (*each.whats_new, *each.quotes)][:1]
    others = [f"{each.headline}{frame.say('stop')}" for each in digest.top[1:]]
    text = " ".join((*said, *others))
    padded = text if len(text) >= PREHEADER_MIN else f"{text} {frame.say('preheader_pad')}".strip()
    return clean(padded, limit=PREHEADER_MAX)
