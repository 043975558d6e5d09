"""Journeys in a browser. Run by the throwaway environment's Python, so it imports nothing of this project.

Standard input: {"chromium", "axe", "out", "desk", "password"} as JSON. Standard output: a list of {"step", "complaints"}. Screenshots go
into `out`. Every wait is bounded; what a journey cannot do is a complaint.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --force-color-profile=srgb"
).split()
WIDTHS, NARROW = (375, 1280), (320, 375, 600, 960, 1280)
SCHEMES = ("light", "dark")
WAIT_MS = 20_000
PLACES = {
    "week": "/", "issues": "/issues", "issue": "/issues/{topic}/1", "stories": "/stories", "story": "{story}", "article": "{article}",
    "search": "/search?q=tariff*", "nothing": "/search?q=submarine", "wrong": "/search?q=%22", "topic": "/topic", "new-topic": "/new-topic", "edit-topic": "/topics/us-china-trade/edit", "feeds": "/feeds",
    "deliveries": "/deliveries", "missing": "/nothing", "login": "/login",
}  # fmt: skip
AXE = "() => axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 120)]))"
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('button, .button, nav a, input:not([type=hidden]):not([type=checkbox]), select, summary')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))"""


class Watch:
    """What must never happen on any page: scripts' dialogs, requests elsewhere, blocked content, errors."""

    def __init__(self, context: BrowserContext, desk: str) -> None:
        self.complaints: list[str] = []
        context.on("page", self._page)
        context.on("request", lambda request: self._asked(request.url, desk))

    def _page(self, page: Page) -> None:
        page.on(
            "dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss())
        )
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._said)

    def _said(self, message: Any) -> None:
        # A browser says of each answer but 2xx that it "failed to load": journeys ask for some of those.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, url: str, desk: str) -> None:
        if not url.startswith((desk, "data:", "about:")):
            self.complaints.append(f"asked {url}")


@contextmanager
def opened(
    browser: Browser, desk: str, *, width: int, scheme: Any, script: bool = True
) -> Iterator[tuple[Page, Watch]]:
    """A page that is not logged in yet."""
    context = browser.new_context(
        base_url=desk,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=script,
    )
    context.set_default_timeout(WAIT_MS)
    watch = Watch(context, desk)
    yield context.new_page(), watch
    context.close()


def log_in(page: Page, password: str) -> None:
    """Go to the first page, by the password where it is asked for."""
    page.goto("/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Log out").wait_for()


def refused_then_let_in(page: Page, password: str) -> None:
    """A wrong password says so; the right one leads to where one wanted to go."""
    page.goto("/stories")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("That is not the password.").wait_for()
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Stories", exact=True).wait_for()


def read_a_story(page: Page) -> None:
    """From this week to an article, its why, its story and what was told."""
    page.goto("/")
    page.locator("article h3 a").first.click()
    page.get_by_text("computed again from its stored parts: the same").first.wait_for()
    page.get_by_role("link", name=re.compile(r"^story \d+")).first.click()
    page.get_by_role("heading", name="Over time").wait_for()


def judge_and_undo(page: Page) -> None:
    """Not on topic: it leaves the draft. Undo: it is back."""
    page.goto("/")
    before = page.locator("article h3").all_inner_texts()
    page.locator("article").last.get_by_role("button", name="Not on topic").click()
    page.get_by_text("What waits was judged anew").wait_for()
    lost = set(before) - set(page.locator("article h3").all_inner_texts())
    assert lost, "the answer changed nothing"
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("What waits was judged anew").wait_for()
    assert page.locator("article h3").all_inner_texts() == before, "undo did not give the draft back"


def answer_what_is_not_sure(page: Page) -> None:
    """An answer on an article's own page shows on it, and is taken back there."""
    page.goto("/search?q=tariff*")
    page.locator(".list .title a").first.click()
    page.get_by_role("button", name="Knew it").first.click()
    page.locator('button[aria-pressed="true"]', has_text="Knew it").first.wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("nothing", exact=True).first.wait_for()


def heads(page: Page) -> list[str]:
    """The headlines that would be sent, in order."""
    return page.locator("article.entry h3").all_inner_texts()


def edit_the_issue_and_take_it_back(page: Page) -> None:
    """A story to the top, one out, a line above; each is seen at once, and taken back by its button."""
    page.goto("/")
    before = heads(page)
    assert len(before) > 2, "too few entries to edit"
    page.locator("article.entry").nth(2).get_by_role("button", name="Pin to the top").click()
    page.get_by_role("heading", name="You decided of this issue").wait_for()
    assert heads(page)[0] == before[2], "the pinned story is not the first"
    page.locator("article.entry").nth(1).get_by_role("button", name="Leave out").click()
    page.get_by_text("Left out:").wait_for()
    assert before[0] not in heads(page), "the story left out is still there"
    page.get_by_label("A line above the issue").fill("Mind the <b>tariffs</b>")
    page.get_by_role("button", name="Put it above").click()
    page.locator(".receipt", has_text="From the editor: Mind the <b>tariffs</b>").wait_for()
    for left in (2, 1, 0):
        page.get_by_role("button", name=re.compile("^Take back")).first.click()
        page.locator("h1").wait_for()
        assert page.get_by_role("button", name=re.compile("^Take back")).count() == left
    assert heads(page) == before, "what was taken back did not give the draft back"


def send_a_test_to_me(page: Page) -> None:
    """To a reader of ours; a second one of the same draft does not go out, and nobody else gets one."""
    page.goto("/")
    page.get_by_label("The draft as a test").fill("reader@example.org")
    page.get_by_role("button", name="Send a test to me").click()
    page.get_by_text(
        re.compile("A test of the draft went to reader@example.org|went to that address a moment ago")
    ).wait_for()
    page.get_by_label("The draft as a test").fill("stranger@example.net")
    page.get_by_role("button", name="Send a test to me").click()
    page.get_by_text("a test goes to a reader of ours or to the sender").wait_for()


def leave_decisions(page: Page) -> None:
    """Decisions of each kind, for the pictures."""
    page.goto("/")
    page.locator("article.entry").nth(1).get_by_role("button", name="Pin to the top").click()
    page.locator("article.entry").last.get_by_role("button", name="Leave out").click()
    page.get_by_label("A line above the issue").fill(
        "The tariff dates in this issue are those of the Federal Register."
    )
    page.get_by_role("button", name="Put it above").click()
    page.get_by_text("Your line:").wait_for()


def send_it_now(page: Page) -> None:
    """A double click sends the issue once; the draft is that of the next one."""
    page.goto("/")
    shown = heads(page)
    page.get_by_text(re.compile("^Send issue 2 now")).click()
    page.get_by_role("button", name="Send now").dblclick()
    page.get_by_text(
        re.compile("Issue 2 is frozen, and went to 1 of 1|made already|being sent already")
    ).wait_for()
    page.goto("/")
    page.get_by_text("Draft of issue 3").wait_for()
    page.goto("/issues")
    page.locator("td a.title").first.click()
    told = page.frame_locator("iframe").locator("h3").all_inner_texts()
    assert told == shown, "the issue is not what the draft showed"
    page.frame_locator("iframe").get_by_text("From the editor:").wait_for()


def search_and_follow(page: Page) -> None:
    """Words, a filter, and the search as a feed that needs no log-in."""
    page.goto("/")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Words").fill("tariff*")
    page.get_by_role("button", name="Search").click()
    page.locator("mark").first.wait_for()
    page.get_by_text("Filters").click()
    page.get_by_label("on topic only").check()
    page.get_by_role("button", name="Search").click()
    page.locator("mark").first.wait_for()
    assert page.get_by_label("on topic only").is_checked()
    address = page.get_by_role("link", name="as an Atom feed").get_attribute("href")
    page.context.clear_cookies()
    answer = page.request.get(str(address))
    assert answer.ok, f"the feed answered {answer.status}"
    assert "<entry>" in answer.text()


def look_at_an_issue(page: Page) -> None:
    """The issue as it was sent, in a frame that can run nothing."""
    page.goto("/issues")
    page.locator("td a.title").first.click()
    frame = page.frame_locator("iframe")
    frame.locator("h1").wait_for()
    assert page.locator("iframe").get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    page.get_by_role("link", name="Alone on a page").click()
    page.locator("h1").first.wait_for()


def ask_a_feed(page: Page) -> None:
    """The demo's feeds ended with it: asking one says so."""
    page.goto("/feeds")
    page.get_by_role("button", name=re.compile("^Ask ")).first.click()
    page.get_by_text(re.compile("entries, |was asked a moment ago")).first.wait_for()


def by_keyboard_alone(page: Page) -> None:
    """Past the bar at the top, then through the places by Tab and Enter."""
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip", (
        "the first Tab skips to the page"
    )
    page.keyboard.press("Enter")
    page.goto("/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent") == "Deliveries":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Deliveries", exact=True).wait_for()
    outline = page.evaluate(
        "() => { const b = document.querySelector('summary'); b.focus(); return b.matches(':focus') }"
    )
    assert outline


def leave(page: Page) -> None:
    """Log out: no page is left open behind."""
    page.goto("/")
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Password").wait_for()
    page.goto("/issues")
    page.get_by_label("Password").wait_for()


JOURNEYS: tuple[Callable[[Page], None], ...] = (
    read_a_story, judge_and_undo, edit_the_issue_and_take_it_back, send_a_test_to_me, answer_what_is_not_sure, look_at_an_issue,
    ask_a_feed, search_and_follow, leave,
)  # fmt: skip


def tried(step: str, do: Callable[[], None]) -> dict[str, Any]:
    """One step and what went wrong in it."""
    try:
        do()
    except (AssertionError, Error) as error:
        return {"step": step, "complaints": [f"{type(error).__name__}: {error}"[:600]]}
    return {"step": step, "complaints": []}


def journeys(browser: Browser, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every journey at each width, light and dark, with scripts and without."""
    cases = [(width, scheme, True) for width in WIDTHS for scheme in SCHEMES] + [(375, "light", False)]
    for width, scheme, script in cases:
        name = f"{width} {scheme}{'' if script else ' without scripts'}"
        with opened(browser, job["desk"], width=width, scheme=scheme, script=script) as (page, watch):
            yield tried(f"{name}: log in", lambda p=page: refused_then_let_in(p, job["password"]))
            for journey in JOURNEYS:
                log_in(page, job["password"])
                yield tried(f"{name}: {journey.__name__.replace('_', ' ')}", lambda p=page, j=journey: j(p))
            if script:
                log_in(page, job["password"])
                yield tried(f"{name}: by keyboard alone", lambda p=page: by_keyboard_alone(p))
            yield {
                "step": f"{name}: nothing ran, nothing was asked elsewhere",
                "complaints": watch.complaints[:5],
            }


def places(page: Page) -> dict[str, str]:
    """The address of each place, of something that is there."""
    page.goto("/")
    article = page.locator("article h3 a").first.get_attribute("href")
    page.goto("/stories")
    story = page.locator("td a.title").first.get_attribute("href")
    topic = str(story).split("/")[2]
    return {name: path.format(topic=topic, story=story, article=article) for name, path in PLACES.items()}


def pages(browser: Browser, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each place: a picture, no sideways scroll, nothing too small to press, axe-core."""
    axe = Path(job["axe"]).read_text("utf-8") if job["axe"] else ""
    for scheme in SCHEMES:
        with opened(browser, job["desk"], width=1280, scheme=scheme) as (page, _):
            log_in(page, job["password"])
            for name, path in places(page).items():
                wide, small, bad = [], [], []
                for width in NARROW:
                    page.set_viewport_size({"width": width, "height": 900})
                    page.goto(path)
                    over = page.evaluate(OVER)
                    wide += [f"{over} px too wide at {width}"] if over > 0 else []
                    if width in WIDTHS:
                        small += page.evaluate(SMALL)
                        page.screenshot(
                            path=Path(job["out"]) / f"{name}-{width}-{scheme}.png", full_page=name != "issue"
                        )
                        if axe:
                            page.evaluate(axe)
                            bad += [
                                f"{each}" for each in page.evaluate(AXE) if each[0] in ("serious", "critical")
                            ]
                yield {
                    "step": f"{name} {scheme}: no sideways scroll, {NARROW[0]} to {NARROW[-1]} px",
                    "complaints": wide,
                }
                yield {"step": f"{name} {scheme}: nothing too small to press", "complaints": small[:4]}
                if axe:
                    yield {"step": f"{name} {scheme}: axe-core", "complaints": bad[:4]}


def once(browser: Browser, job: dict[str, Any], journey: Callable[[Page], None]) -> dict[str, Any]:
    """A journey that changes what all others see, taken once: narrow, without scripts."""
    with opened(browser, job["desk"], width=375, scheme="light", script=False) as (page, _):
        log_in(page, job["password"])
        return tried(journey.__name__.replace("_", " "), lambda: journey(page))


def main() -> None:
    job = json.load(sys.stdin)
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=job["chromium"], args=ARGS)
        found = [*journeys(browser, job), once(browser, job, leave_decisions), *pages(browser, job)]
        found.append(once(browser, job, send_it_now))
        browser.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
