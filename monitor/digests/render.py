"""Render one issue: a frozen `Digest` in, its subject, HTML, text, Markdown and JSON out, from templates.

Reading template files is the only thing done to the outside world here. The HTML is kept under 90 KB, because Gmail cuts a
message near 102 KB and hides the rest with the unsubscribe link: the lines of the rest of the week leave first, then stories from the
end, and every rendering says how many. Outside strings pass `tidy` and the template's escaping; templates are never made of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from pathlib import Path

import css_inline
import jinja2

from monitor.digests.alert_view import alert_page
from monitor.digests.frozen import to_json
from monitor.digests.plain import COLUMNS, markdown, unbroken, underline, wrap
from monitor.digests.tidy import tidy
from monitor.digests.view import SUBJECT_MAX, Page, page
from monitor.digests.words import phrases
from monitor.errors import SettingsError
from monitor.model import Digest, RenderedDigest
from monitor.text.normalise import clean

HTML_MAX_BYTES = 90_000  # Gmail clips near 102 KB, headers and encoding aside
HTML_AIM_BYTES = 60_000  # up to which there is room for the rest of the week
# An installed wheel carries the templates inside the package, a checkout beside it: see force-include in pyproject.toml.
_SHIPPED = (Path(__file__).parents[1] / "_data" / "templates", Path(__file__).parents[2] / "templates")
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
# Marks the sheet of media queries. The other way, keep_at_rules, puts it before <meta charset>, where it must not be.
_KEPT_SHEET = ' data-css-inline="keep"'


class _Final(str):
    """Text that a Markdown template puts out as it is."""

    __slots__ = ()


def render(digest: Digest, *, templates: Path | None = None) -> RenderedDigest:
    """All renderings of `digest`; the same bytes for the same issue and templates.

    `templates` is a folder with digest/subject.txt, body.html, body.txt, body.md, and alert.html, alert.txt, alert.md for what alerts tell;
    what it lacks comes from the shipped ones.

    Raises:
        SettingsError: a template is missing, has a syntax error or uses an unknown name.
    """
    shown, html = _fitted(tidy(digest), templates)
    body = _body(digest)
    return RenderedDigest(
        subject=clean(_written("subject.txt", shown, templates), limit=SUBJECT_MAX),
        html=html,
        text=_spaced(_written(f"{body}.txt", shown, templates)),
        markdown=_spaced(_written(f"{body}.md", shown, templates)),
        json=to_json(digest),
    )


def _fitted(digest: Digest, templates: Path | None) -> tuple[Page, str]:
    """The page and its HTML with as much of the rest of the week as there is room for, and as many stories as fit, at least one."""
    stories, lines = len(digest.top) + len(digest.also), len(digest.rest)
    shown, html = _cut(digest, stories, lines, templates)
    if lines and len(html.encode()) > HTML_AIM_BYTES:
        lines = bisect_right(
            range(lines),
            HTML_AIM_BYTES,
            key=lambda kept: len(_cut(digest, stories, kept, templates)[1].encode()),
        )
        lines = max(0, lines - 1)
        shown, html = _cut(digest, stories, lines, templates)
    if len(html.encode()) <= HTML_MAX_BYTES or not stories:
        return shown, html
    fitting = bisect_right(
        range(1, stories),
        HTML_MAX_BYTES,
        key=lambda kept: len(_cut(digest, kept, lines, templates)[1].encode()),
    )
    return _cut(digest, max(1, fitting), lines, templates)


def _cut(digest: Digest, stories: int, lines: int, templates: Path | None) -> tuple[Page, str]:
    """The page and its HTML with the first `stories` and the first `lines` of the rest only."""
    top, also = digest.top[:stories], digest.also[: max(0, stories - len(digest.top))]
    left_out = len(digest.top) + len(digest.also) - len(top) - len(also)
    cut = replace(digest, top=top, also=also, rest=digest.rest[:lines], lines=digest.lines[:stories])
    if digest.alert:
        shown = alert_page(cut, left_out=left_out)
    else:
        shown = page(cut, left_out=left_out, unmentioned=len(digest.rest) - lines)
    return shown, _inlined(_written(f"{_body(digest)}.html", shown, templates))


def _body(digest: Digest) -> str:
    return "alert" if digest.alert else "body"


def _inlined(html: str) -> str:
    """The style sheet written into the elements; what cannot be read of it is left out by css-inline."""
    return _INLINER.inline(html).replace(_KEPT_SHEET, "", 1)


def _written(name: str, shown: Page, templates: Path | None) -> str:
    kind = name.rpartition(".")[2]
    try:
        template = _environment(kind, templates).get_template(f"digest/{name}")
        return template.render(page=shown, words=phrases(shown.language))
    except jinja2.TemplateError as error:
        raise SettingsError(
            f"a digest template cannot be used: {error}",
            file=f"digest/{name}",
            line=getattr(error, "lineno", None) or 0,
            advice="docs/templates.md lists every name a template may use.",
        ) from error


@cache
def _environment(kind: str, templates: Path | None) -> jinja2.Environment:
    folders = [folder for folder in (templates, *_SHIPPED) if folder is not None]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=kind == "html",  # noqa: S701  text and Markdown are no HTML; select_autoescape() goes by file endings
        undefined=jinja2.StrictUndefined,
        finalize=_finalize_markdown if kind == "md" else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrap": wrap, "underline": underline, "link": _link, "unbroken": unbroken}
    environment.globals |= {"columns": COLUMNS}
    return environment


def _finalize_markdown(value: object) -> object:
    """Everything a Markdown template puts out is escaped, except what `link` has made."""
    return value if isinstance(value, _Final) or not isinstance(value, str) else markdown(value)


def _link(name: str, url: str) -> _Final:
    """`name` as a Markdown link; alone without a `url`. `links.safe` leaves no bracket, space or quote in it."""
    return _Final(f"[{markdown(name)}](<{url}>)" if url else markdown(name))


def _spaced(text: str) -> str:
    """No space at line ends, no two empty lines in a row, none at the ends: blocks that vanish leave no holes."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" +\n", "\n", text).strip("\n")) + "\n"
