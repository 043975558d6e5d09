"""Checks by other programs than a browser: SpamAssassin, html-validate, w3m, and the scales."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.digests.render import HTML_MAX_BYTES, render
from monitor.model import Digest
from tests.digests.samples import digest, short_story, top_story
from tests.email_qa.mails import Mail
from tests.email_qa.results import SKIPPED, Result, result
from tests.email_qa.tools import Tools

SPAM_MAX = 0.0
FULL_MAX_BYTES = 60_000
LIMIT_S = 60.0
# Recommended rules, with five that are wrong for mail turned off or down.
MAIL_RULES = {
    "root": True,
    "extends": ["html-validate:recommended"],
    "rules": {
        "no-inline-style": "off",  # mail programs drop style sheets
        "no-deprecated-attr": "off",  # align, width, cellpadding: Outlook reads nothing else
        "void-style": "off",  # <br> and <meta> as HTML, not as XHTML
        "long-title": "off",  # the title is the subject, up to 70 characters and never cut
        "tel-non-breaking": "off",  # no telephone numbers here; figures in news look like them
    },
}


def programs(mails: Sequence[Mail], found: Tools, out: Path) -> Iterator[Result]:
    """Every check that needs no browser."""
    yield _sizes(mails)
    yield _no_images(mails)
    yield _spam(mails, found)
    yield _valid(mails, found, out)
    yield _order(mails, found)


def absent(row: int, step: str, *names: str) -> Result:
    """A check that cannot run, with the reason."""
    return Result(row=row, step=step, state=SKIPPED, detail=f"not installed: {', '.join(names)}")


def _sizes(mails: Sequence[Mail]) -> Result:
    at = {n: len(render(_of_candidates(n)).html.encode()) for n in (3, 12, 40, 200)}
    complaints = [
        f"{mail.name}: {len(mail.html.encode()):,} bytes"
        for mail in mails
        if len(mail.html.encode()) > FULL_MAX_BYTES
    ]
    complaints += [f"{n} candidates: {size:,} bytes" for n, size in at.items() if size > HTML_MAX_BYTES]
    shown = ", ".join(f"{mail.name} {len(mail.html.encode()) / 1000:.1f}" for mail in mails)
    many = ", ".join(f"{n} candidates {size / 1000:.1f}" for n, size in sorted(at.items()))
    return result(13, "size of the HTML", complaints, good=f"{shown} KB; {many} KB")


def _of_candidates(number: int) -> Digest:
    """The largest issue that the settings allow, of so many candidates."""
    top = min(number, 20)
    return digest(20, 40, candidates=[*map(top_story, range(top)), *map(short_story, range(number - top))])


def _no_images(mails: Sequence[Mail]) -> Result:
    complaints = [mail.name for mail in mails if re.search(r"<img|<svg|url\(|background=", mail.html)]
    return result(20, "nothing to load: complete with images off", complaints)


def _spam(mails: Sequence[Mail], found: Tools) -> Result:
    step = "SpamAssassin -L -t -x"
    if found.spamassassin is None:
        return absent(12, step, "spamassassin")
    scores = {mail.name: _score(mail.eml, found.spamassassin) for mail in mails}
    complaints = [f"{name}: {score}" for name, score in scores.items() if score is None or score > SPAM_MAX]
    return result(12, step, complaints, good=", ".join(f"{name} {score}" for name, score in scores.items()))


def _score(eml: bytes, spamassassin: Path) -> float | None:
    done = subprocess.run(
        [spamassassin, "-L", "-t", "-x"], input=eml, check=False, capture_output=True, timeout=LIMIT_S
    )
    score = re.search(rb"^X-Spam-Status: \w+, score=(-?[\d.]+)", done.stdout, re.MULTILINE)
    return None if score is None else float(score[1])


def _valid(mails: Sequence[Mail], found: Tools, out: Path) -> Result:
    step = "html-validate"
    if found.html_validate is None:
        return absent(19, step, "html-validate")
    folder = out / "html"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".htmlvalidate.json").write_text(json.dumps(MAIL_RULES), "utf-8")
    for mail in mails:
        (folder / f"{mail.name}.html").write_text(mail.html, "utf-8")
    files = [f"{mail.name}.html" for mail in mails]
    done = subprocess.run(
        [found.html_validate, "--formatter", "text", *files],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    complaints = done.stdout.splitlines() if done.returncode else []
    return result(
        19,
        step,
        complaints or ([done.stderr[-300:]] if done.returncode else []),
        good=f"{len(files)} mails, 0 complaints",
    )


def _order(mails: Sequence[Mail], found: Tools) -> Result:
    step = "w3m reads it in the order that is meant"
    if found.w3m is None:
        return absent(20, step, "w3m")
    complaints = [
        f"{mail.name}: {problem}"
        for mail in mails
        for problem in _disorder(mail, _dumped(mail.html, found.w3m))
    ]
    return result(
        20, step, complaints, good=f"{sum(len(mail.in_order) for mail in mails)} headings and headlines"
    )


def _dumped(html: str, w3m: Path) -> str:
    done = subprocess.run(
        [w3m, "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "72"],
        input=html.encode(),
        check=True,
        capture_output=True,
        timeout=LIMIT_S,
    )
    return done.stdout.decode()


def _disorder(mail: Mail, seen: str) -> Iterator[str]:
    bare, at = "".join(seen.split()).casefold(), 0
    for words in mail.in_order:
        place = bare.find("".join(words.split()).casefold(), at)
        if place < 0:
            yield f"{words!r} is not where it belongs"
        else:
            at = place
