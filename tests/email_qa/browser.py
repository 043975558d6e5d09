"""Checks in a browser. Run by the throwaway environment's Python, so it imports nothing of this project.

Standard input: {"chromium", "axe", "out", "mails": [{"name", "html", "raw"}]} as JSON. Standard output: a list of
{"row", "step", "complaints", "good"}. Screenshots go into `out`.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --force-color-profile=srgb"
).split()
FORCED = ["--enable-features=WebContentsForceDark", "--blink-settings=forceDarkModeEnabled=true"]
WIDTHS = (320, 375, 600, 640, 1200)
ZOOMED = 187  # CSS px that are left of 375 at 200 %
SCHEMES = ("light", "dark")
FONT_MIN, BODY_MIN, TARGET_MIN, LINE_MIN = 12, 16, 44, 24  # px; 24: WCAG 2.5.8 for links within a sentence
AA, AA_LARGE = 4.5, 3.0  # WCAG 1.4.3
LARGE_PX, LARGE_BOLD_PX = 24, 18.66
DOTS = 2  # pixels per CSS px where their colours are compared: letters have whole pixels of ink
PICTURED = ("full", "demo")

STYLES = """() => [...document.body.querySelectorAll('*')].map(e => { const s = getComputedStyle(e);
  return e.tagName + '.' + e.className + '|' + %s.map(p => p + ':' + s.getPropertyValue(p)).join(';') })"""
COMPARED = json.dumps(
    "color background-color font-family font-size font-weight line-height letter-spacing text-align text-decoration-line "
    "text-transform vertical-align white-space display width height margin-top margin-bottom padding-top padding-right "
    "padding-bottom padding-left border-top-width border-bottom-width border-left-width border-left-color border-bottom-color".split()
)
TEXTS = """() => { const out = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const n = walk.currentNode; if (!n.data.trim()) continue;
    const range = document.createRange(); range.selectNodeContents(n);
    const s = getComputedStyle(n.parentElement); const own = n.parentElement;
    for (const r of [...range.getClientRects()].slice(0, 1)) if (r.width > 4 && r.height > 4)
      out.push({text: n.data.trim().slice(0, 40), size: parseFloat(s.fontSize), bold: +s.fontWeight >= 700,
        plain: own.tagName === 'P' && !own.className, box: [r.x + scrollX, r.y + scrollY, r.width, r.height]}) }
  return out }"""
LINKS = """() => [...document.querySelectorAll('a')].map(a => ({text: a.textContent.slice(0, 40),
  alone: !!a.closest('h3, .line, .event'), line: parseFloat(getComputedStyle(a.closest('p, td, th, h3')).lineHeight),
  height: Math.max(...[...a.getClientRects()].map(r => r.height))}))"""
AXE = "() => axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.length]))"


class Report:
    """What was found so far; a check that never complains has passed."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, str], list[str]] = {}
        self.good: dict[tuple[int, str], str] = {}

    def check(self, row: int, step: str, complaints: list[str], good: str = "") -> None:
        self.rows.setdefault((row, step), []).extend(complaints)
        if good:
            self.good[row, step] = good

    def plain(self) -> list[dict[str, Any]]:
        return [
            {"row": row, "step": step, "complaints": found, "good": self.good.get((row, step), "")}
            for (row, step), found in self.rows.items()
        ]


class Browser:
    """One Chromium; pages by scheme, width and pixels per CSS px."""

    def __init__(self, engine: Any, chromium: str, *, extra: list[str]) -> None:
        self.engine = engine.chromium.launch(executable_path=chromium, args=[*ARGS, *extra])

    @contextmanager
    def page(self, html: str, *, width: int = 375, scheme: str = "light", dots: float = 1) -> Iterator[Page]:
        context = self.engine.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, device_scale_factor=dots
        )
        page = context.new_page()
        page.set_content(html)
        try:
            yield page
        finally:
            context.close()


def main() -> None:
    """Read the job, write the findings."""
    job = json.load(sys.stdin)
    out, report = Path(job["out"]), Report()
    axe = Path(job["axe"]).read_text("utf-8") if job["axe"] else ""
    with sync_playwright() as engine:
        plain = Browser(engine, job["chromium"], extra=[])
        for mail in job["mails"]:
            _widths(plain, mail, report)
            _sizes(plain, mail, report)
            for scheme in SCHEMES:
                _axe(plain, mail, scheme, axe, report)
            if mail["raw"]:
                _inlined(plain, mail, report)
            _pictures(plain, mail, out)
        plain.engine.close()
        forced = Browser(engine, job["chromium"], extra=FORCED)
        for mail in job["mails"]:
            _axe(forced, mail, "forced dark", axe, report)
            _forced(forced, mail, out, report)
        forced.engine.close()
    json.dump(report.plain(), sys.stdout)


def _widths(browser: Browser, mail: dict[str, str], report: Report) -> None:
    html = mail["html"]
    for step, shown, widths in (
        ("320-1200 px and 200 % of 375", html, (*WIDTHS, ZOOMED)),
        ("style removed, 320-1200 px", without_styles(html), WIDTHS),
        ("right to left, 320-1200 px and 200 % of 375", right_to_left(html), (*WIDTHS, ZOOMED)),
    ):
        with browser.page(shown) as page:
            for width in widths:
                page.set_viewport_size({"width": width, "height": 800})
                needed = page.evaluate("document.documentElement.scrollWidth")
                wrong = [f"{mail['name']}: {needed} px at {width}"] if needed > width else []
                report.check(17, f"no sideways scroll: {step}", wrong)


def _sizes(browser: Browser, mail: dict[str, str], report: Report) -> None:
    with browser.page(mail["html"]) as page:
        texts, links = page.evaluate(TEXTS), page.evaluate(LINKS)
    small = [t["text"] for t in texts if t["size"] < FONT_MIN or (t["plain"] and t["size"] < BODY_MIN)]
    report.check(18, "letters of 12 px, body of 16 px at least", small)
    low = [f"{a['text']}: {a['height']:.0f} px" for a in links if a["alone"] and a["height"] < TARGET_MIN]
    low += [
        f"{a['text']}: lines of {a['line']:.0f} px" for a in links if not a["alone"] and a["line"] < LINE_MIN
    ]
    report.check(18, "links alone are 44 px high, links in a sentence have lines of 24 px", low)


def _axe(browser: Browser, mail: dict[str, str], scheme: str, axe: str, report: Report) -> None:
    if not axe:
        return
    for width in (375, 640) if mail["name"] in PICTURED else (375,):
        with browser.page(mail["html"], width=width, scheme="light" if scheme == "light" else "dark") as page:
            page.evaluate(axe)
            found = [
                f"{mail['name']} {width}: {impact} {rule} ({count})"
                for impact, rule, count in page.evaluate(AXE)
                if impact in {"serious", "critical"}
            ]
        report.check(18, f"axe-core, {scheme}", found, "0 serious, 0 critical")


def _inlined(browser: Browser, mail: dict[str, str], report: Report) -> None:
    for width in (375, 640):
        for scheme in SCHEMES:
            styles = []
            for html in (mail["raw"], mail["html"]):
                with browser.page(html, width=width, scheme=scheme) as page:
                    styles.append(page.evaluate(STYLES % COMPARED))
            wrong = [
                f"{mail['name']} {width} {scheme}: {a[:60]}" for a, b in zip(*styles, strict=True) if a != b
            ]
            report.check(
                16,
                "computed styles before and after inlining are equal",
                wrong,
                "375 and 640 px, light and dark",
            )


def _forced(browser: Browser, mail: dict[str, str], out: Path, report: Report) -> None:
    """A program that darkens by itself: with our dark sheet, and one that does not know it."""
    for name, html in (("forced-dark", mail["html"]), ("forced-dark-no-sheet", without_media(mail["html"]))):
        with browser.page(html, dots=DOTS) as page:
            report.check(18, "contrast of the pixels, forced dark", _faint(page, f"{mail['name']} {name}"))
        if mail["name"] in PICTURED:
            _shot(browser, html, out / f"{mail['name']}-375-{name}.png")


def _faint(page: Page, where: str) -> list[str]:
    """Texts whose pixels stand out too little from the ground they are on."""
    texts = page.evaluate(TEXTS)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    found = []
    for text in texts:
        is_large = text["size"] >= (LARGE_BOLD_PX if text["bold"] else LARGE_PX)
        ratio = _contrast(picture, [DOTS * part for part in text["box"]])
        if ratio < (AA_LARGE if is_large else AA):
            found.append(f"{where}: {ratio:.1f} {text['text']!r}")
    return found


def _contrast(picture: Image.Image, box: list[float]) -> float:
    """Between the most frequent colour of the box and the one furthest from it."""
    x, y, width, height = (round(part) for part in box)
    found = picture.crop((x, y, x + width, y + height)).getcolors(width * height) or []
    ground = _luminance(max(found)[1])
    return max(
        (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) for ink in (_luminance(c) for _, c in found)
    )


@cache
def _luminance(colour: tuple[int, ...]) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _pictures(browser: Browser, mail: dict[str, str], out: Path) -> None:
    html, name = mail["html"], mail["name"]
    for width in (375, 640) if name in PICTURED else (375,):
        for scheme in SCHEMES:
            _shot(browser, html, out / f"{name}-{width}-{scheme}.png", width=width, scheme=scheme)
    if name not in PICTURED:
        return
    _shot(browser, without_styles(html), out / f"{name}-375-no-style.png")
    _shot(browser, right_to_left(html), out / f"{name}-375-rtl.png")
    _readme(browser, html, out / f"{name}-readme.png")


def _shot(browser: Browser, html: str, file: Path, *, width: int = 375, scheme: str = "light") -> None:
    with browser.page(html, width=width, scheme=scheme, dots=1) as page:
        page.screenshot(path=str(file), full_page=True)


def _readme(browser: Browser, html: str, file: Path) -> None:
    """The first screens of a phone in the dark, in few colours: the picture of the README."""
    with browser.page(html, scheme="dark", dots=1.25) as page:
        page.set_viewport_size({"width": 375, "height": 1180})
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(48, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def without_styles(html: str) -> str:
    """As a program shows it that drops style sheets."""
    return re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)


def without_media(html: str) -> str:
    """As a program shows it that knows neither our dark sheet nor that we have one."""
    return re.sub(r'<meta name="[a-z-]*color-scheme[a-z-]*"[^>]*>', "", without_styles(html))


def right_to_left(html: str) -> str:
    """As a program with a right-to-left frame may show it."""
    return re.sub(r'(<html[^>]*) dir="ltr"', r'\1 dir="rtl"', html, count=1)


if __name__ == "__main__":
    main()
