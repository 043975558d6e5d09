"""One reader's copy of an issue, and everybody's. A rendered issue and who it is for go in, the same texts come out.

A frozen issue is the same for all readers: where it can be answered, there stands the address of a question, which opens nothing.
In a reader's mail each becomes the address of that reader's answer; what others may see holds no action at all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape

from monitor.digests import addresses, keys
from monitor.model import Candidate, Digest, RenderedDigest


def leaving(topic: str, recipient: str, *, secret: bytes, base_url: str) -> str:
    """Where a reader leaves a topic's list with one click; "" without an address or a secret of ours."""
    if not secret or not base_url:
        return ""
    return addresses.build(addresses.Leaving(topic=topic, token=keys.token_for(secret, recipient)), base_url)


def question(topic: str, issue: int, article: int, *, secret: bytes, base_url: str) -> str:
    """Where an article can be answered, before it is anybody's; "" without an address or a secret of ours."""
    if not secret or not base_url:
        return ""
    key = keys.key_for(secret, *keys.question_parts(topic, issue, article))
    return addresses.build(addresses.Question(topic=topic, issue=issue, article=article, key=key), base_url)


def issue_page(topic: str, issue: int, *, secret: bytes, base_url: str) -> str:
    """Where an issue is served, for those who know; "" without an address or a secret of ours."""
    if not secret or not base_url:
        return ""
    key = keys.key_for(secret, *keys.issue_parts(topic, issue))
    return addresses.build(addresses.IssuePage(topic=topic, issue=issue, key=key), base_url)


def for_reader(rendered: RenderedDigest, digest: Digest, recipient: str, *, secret: bytes) -> RenderedDigest:
    """The mail's texts with this reader's answers in place of the questions; the same without questions.

    Only a question that stands alone is replaced: within a longer address, which a stranger may have written, it would carry a
    reader's key to that stranger.
    """
    mark = keys.mark_of(keys.token_for(secret, recipient))
    html, text = rendered.html, rendered.text
    for question_url in digest.answer_urls:
        asked = addresses.parse(question_url, digest.base_url)
        if isinstance(asked, addresses.Question):
            key = keys.key_for(secret, *keys.answer_parts(asked.topic, asked.issue, asked.article, mark))
            answer = addresses.Answer(
                topic=asked.topic, issue=asked.issue, article=asked.article, reader=mark, key=key
            )
            url = addresses.build(answer, digest.base_url)
            html = _put(html, escape(question_url), escape(url))
            text = _put(text, question_url, url)
    return replace(rendered, html=html, text=text)


def for_nobody(digest: Digest) -> Digest:
    """The issue as whoever runs this keeps it: what is answered by a click in a mail is answered by a command here."""
    return replace(
        digest,
        top=_unasked(digest),
        probes=tuple(replace(probe, answer_url="") for probe in digest.probes),
    )


def for_all(digest: Digest) -> Digest:
    """The issue without anything a reader could do: what may be shown to whoever has its address."""
    return replace(digest, top=_unasked(digest), probes=(), base_url="", online_url="")


def _unasked(digest: Digest) -> tuple[Candidate, ...]:
    return tuple(replace(entry, answer_url="") for entry in digest.top)


def _put(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![^\s\"'>]){re.escape(old)}(?![^\s\"'<])", lambda _: new, text)
