"""The few pages a reader's link leads to: a question with buttons, or a word of thanks. Texts in, HTML out, no script.

A link only ever asks: mail scanners follow every link of a message, so nothing may change before a button is pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from monitor.digests.frame import Frame
from monitor.model import WebPage

# The last part of the path that a button posts to, and what the button says.
_ANSWERS = (
    ("relevant", "answer_relevant"),
    ("irrelevant", "answer_irrelevant"),
    ("knew-it", "answer_knew_it"),
)
_STYLE = (
    "body{font:17px/1.5 Georgia,serif;max-width:34em;margin:3em auto;padding:0 1em;color:#1c1c1c;background:#fff}"
    "button{font:inherit;min-height:44px;padding:0 1.2em;margin:.4em .6em .4em 0}"
    "@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}}"
)


def asks_to_leave(title: str, path: str, frame: Frame) -> WebPage:
    """Whether the reader wants no more mail; the button posts to `path`."""
    return _page(title, frame.say("leave_ask"), frame, [(frame.say("leave_button"), path)])


def has_left(title: str, frame: Frame) -> WebPage:
    """The reader is off the list."""
    return _page(title, frame.say("leave_done"), frame)


def asks_about(headline: str, path: str, frame: Frame) -> WebPage:
    """Whether an article is on topic; the buttons post to `path`/relevant and so on."""
    buttons = [(frame.say(said), f"{path}/{word}") for word, said in _ANSWERS]
    return _page(headline, frame.say("not_sure"), frame, buttons)


def has_answered(headline: str, frame: Frame) -> WebPage:
    """The answer is kept."""
    return _page(headline, frame.say("answer_thanks"), frame)


def _page(title: str, said: str, frame: Frame, buttons: Sequence[tuple[str, str]] = ()) -> WebPage:
    forms = "".join(
        f'<form method="post" action="{escape(path)}"><button type="submit">{escape(label)}</button></form>'
        for label, path in buttons
    )
    html = (
        f'<!doctype html>\n<html lang="{escape(frame.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(said)}</p>{forms}</main></body></html>\n"
    )
    return WebPage(status=200, body=html.encode(), content_type="text/html; charset=utf-8")
