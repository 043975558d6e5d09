"""The desk's pages: each asks the house for one value and puts it on paper. What changes something is a POST, and leads back to a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import structlog

from monitor.digests.tidy import EDITOR_MAX
from monitor.errors import InputError
from monitor.model import WebPage
from monitor.model.desk import TopicBrief
from monitor.web.desk import paper, search_feed
from monitor.web.desk.guard import Guard
from monitor.web.desk.house import House
from monitor.web.desk.queries import WEEKS, WEEKS_MOST, more_of, number, sought_of
from monitor.web.desk.visit import Visit

log = structlog.get_logger()
NO_TOPIC = TopicBrief(id="", title="monitor", language="en", time_zone="UTC")
Sheet = Callable[..., WebPage]  # a template's page with what all pages have
VERDICTS = ("relevant", "irrelevant", "knew_it")


class Pages:
    """What makes each page of the table; None stands for "not there"."""

    def __init__(self, house: House, guard: Guard) -> None:
        self._house = house
        self._guard = guard

    # What everybody may ask.

    def style(self, _visit: Visit) -> WebPage:
        """The style sheet."""
        return paper.file("desk.css", "text/css; charset=utf-8")

    def icon(self, _visit: Visit) -> WebPage:
        """The icon in a browser's tab."""
        return paper.file("desk.svg", "image/svg+xml")

    def alive(self, _visit: Visit) -> WebPage:
        """That the desk answers, and nothing more."""
        return WebPage(status=200, body=b"ok\n", headers=paper.HEADERS)

    def ask_in(self, visit: Visit) -> WebPage:
        """The question for the password."""
        if self._guard.lets_in(visit.asked):
            return paper.moved(_local(visit.query.get("next", "")))
        return self._login(visit, visit.query.get("next", ""))

    def log_in(self, visit: Visit) -> WebPage:
        """Try a password, if this address may."""
        guard, now, following = self._guard, self._guard.clock(), visit.form.get("next", "")
        if guard.password is None:
            return paper.moved("/")
        wait = guard.limiter.wait_s(visit.asked.visitor, now)
        if wait:
            said = f"That was tried too often. Try again in {paper.span(max(60.0, wait))}."
            page = self._login(visit, following, said, status=HTTPStatus.TOO_MANY_REQUESTS)
            return _with(page, {"Retry-After": str(round(wait) + 1)})
        if not guard.password.is_of(visit.form.get("password", "")):
            log.warning("desk.wrong_password", visitor=visit.asked.visitor)
            return self._login(visit, following, "That is not the password.", status=HTTPStatus.FORBIDDEN)
        guard.limiter.forget(visit.asked.visitor)
        log.info("desk.logged_in", visitor=visit.asked.visitor)
        cookie = guard.cookie(guard.sessions.new(now))
        return _with(paper.moved(_local(following)), {"Set-Cookie": cookie})

    def log_out(self, visit: Visit) -> WebPage:
        """End the session, here and for whoever copied its cookie."""
        if visit.session:
            self._guard.sessions.end(visit.session, self._guard.clock())
        return _with(paper.moved("/login"), {"Set-Cookie": self._guard.cookie("")})

    # The places.

    def week(self, visit: Visit) -> WebPage | None:
        """What the next issue would hold."""
        return self._week(visit, self._topic(visit))

    def issues(self, visit: Visit) -> WebPage | None:
        """The list of frozen issues."""
        topic = self._topic(visit)
        rows = self._house.issues(topic.id) if topic else ()
        return self._sheet(visit, "issues.html", "Issues", topic, issues=rows)

    def issue(self, visit: Visit) -> WebPage | None:
        """One issue: its accounts, and in a frame what was mailed."""
        topic, which = self._named(visit), int(visit.parts["number"])
        look = self._house.issue(topic.id, which) if topic else None
        if look is None:
            return None
        return self._sheet(visit, "issue.html", f"Issue {which}", topic, look=look, number=which)

    def sent(self, visit: Visit) -> WebPage | None:
        """An issue's HTML byte for byte, save that its links open beside it; it can run nothing."""
        topic = self._named(visit)
        look = self._house.issue(topic.id, int(visit.parts["number"])) if topic else None
        if look is None:
            return None
        html = look.html.replace("<head>", '<head><base target="_blank">', 1)
        return WebPage(
            status=200,
            body=html.encode("utf-8", "replace"),
            content_type=paper.HTML,
            headers=paper.SENT_HEADERS,
        )

    def stories(self, visit: Visit) -> WebPage | None:
        """The stories of the last weeks."""
        topic = self._topic(visit)
        weeks = number(visit.query.get("weeks", ""), WEEKS, most=WEEKS_MOST)
        rows = self._house.stories(topic.id, weeks=weeks) if topic else ()
        return self._sheet(visit, "stories.html", "Stories", topic, stories=rows, weeks=weeks)

    def story(self, visit: Visit) -> WebPage | None:
        """One story over time."""
        topic = self._named(visit)
        look = self._house.story(topic.id, int(visit.parts["story"])) if topic else None
        if look is None:
            return None
        return self._sheet(visit, "story.html", look.brief.headline, topic, look=look)

    def article(self, visit: Visit) -> WebPage | None:
        """One article: its text, and why it was or was not chosen."""
        look = self._house.article(int(visit.parts["article"]))
        if look is None:
            return None
        scored = {why.topic for why in look.whys}
        topic = next((each for each in self._house.topics() if each.id in scored), self._first())
        return self._sheet(visit, "article.html", look.article.title, topic, look=look)

    def search(self, visit: Visit) -> WebPage | None:
        """A search and what it found."""
        found, trouble, feed = None, "", ""
        try:
            sought = sought_of(visit)
            if sought.words.strip():
                found = self._house.search(sought)
                feed = self._feed_address(visit)
        except InputError as error:
            trouble = str(error)
        status = HTTPStatus.BAD_REQUEST if trouble else HTTPStatus.OK
        return self._sheet(
            visit,
            "search.html",
            "Search",
            self._chosen(visit) or self._first(),
            status=status,
            found=found,
            trouble=trouble,
            feed=feed,
            more=more_of(visit, found),
        )

    def atom(self, visit: Visit) -> WebPage | None:
        """What a search finds, as an Atom feed."""
        sought = sought_of(visit)
        host = visit.asked.headers.get("host", "")
        base = self._guard.url.rstrip("/") or f"http://{host}"
        found = self._house.search(sought)
        body = search_feed.feed(sought, found, address=base + visit.address(without="key"), site=base)
        return WebPage(
            status=200, body=body, content_type="application/atom+xml; charset=utf-8", headers=paper.HEADERS
        )

    def topic(self, visit: Visit) -> WebPage | None:
        """What a topic's file says, in words."""
        topic = self._topic(visit)
        look = self._house.topic(topic.id) if topic else None
        if topic and look is None:
            return None
        return self._sheet(visit, "topic.html", "Topic", topic, look=look)

    def feeds(self, visit: Visit) -> WebPage | None:
        """All feeds and how they do."""
        return self._sheet(visit, "feeds.html", "Feeds", self._first(), feeds=self._house.feeds(), done="")

    def deliveries(self, visit: Visit) -> WebPage | None:
        """What goes out, and what did not arrive."""
        look = self._house.deliveries()
        return self._sheet(visit, "deliveries.html", "Deliveries", self._first(), look=look)

    # What changes something.

    def answer(self, visit: Visit) -> WebPage | None:
        """Keep an answer about an article, and go back to the page it was given on."""
        topic, said, article = (
            visit.form.get("topic", ""),
            visit.form.get("verdict", ""),
            visit.parts["article"],
        )
        if said not in VERDICTS:
            raise InputError("there is no such answer", advice="Say relevant, irrelevant or knew_it.")
        before = self._house.own_answer(topic, int(article))
        if before is None or not self._house.answer(topic, int(article), said):
            return None
        log.info("desk.answered", topic=topic, article=int(article), verdict=said)
        return _back(visit, said=article, of=topic, was=before)

    def undo(self, visit: Visit) -> WebPage | None:
        """Put an earlier answer, or none, in the place of the present one."""
        topic, was, article = (
            visit.form.get("topic", ""),
            visit.form.get("verdict", ""),
            visit.parts["article"],
        )
        if was not in (*VERDICTS, ""):
            raise InputError("there is no such answer", advice="Go back, and press Undo again.")
        if not self._house.undo(topic, int(article), was):
            return None
        log.info("desk.undone", topic=topic, article=int(article), verdict=was)
        return _back(visit, said=article, of=topic, was=was)

    def decide(self, visit: Visit) -> WebPage | None:
        """Keep what the editor decided of the next issue, and go back to it."""
        form, topic = visit.form, visit.parts["topic"]
        is_done = self._house.decide(
            topic,
            _whole(form.get("issue", "")),
            form.get("kind", ""),
            article=_whole(form.get("article", "")),
            words=form.get("words", ""),
            who=_who(visit),
        )
        return paper.moved(f"/?topic={topic}#decided") if is_done else None

    def take_back(self, visit: Visit) -> WebPage | None:
        """Let a decision stand no more, and go back to the draft."""
        form, topic = visit.form, visit.parts["topic"]
        issue, decision = _whole(form.get("issue", "")), _whole(form.get("decision", ""))
        is_done = self._house.take_back(topic, issue, decision, who=_who(visit))
        return paper.moved(f"/?topic={topic}#decided") if is_done else None

    def send_proof(self, visit: Visit) -> WebPage | None:
        """Mail the draft to one address as a test."""
        done = self._house.send_proof(visit.parts["topic"], visit.form.get("to", ""))
        return None if done is None else self._week(visit, self._named(visit), done=done)

    def send_now(self, visit: Visit) -> WebPage | None:
        """Freeze the next issue and send it."""
        log.info("desk.sends", topic=visit.parts["topic"], issue=visit.form.get("issue", ""), who=_who(visit))
        done = self._house.send_now(visit.parts["topic"], _whole(visit.form.get("issue", "")))
        return None if done is None else self._week(visit, self._named(visit), done=done)

    def check_feed(self, visit: Visit) -> WebPage | None:
        """Ask a feed now."""
        done = self._house.check_feed(unquote(visit.parts["feed"]))
        if done is None:
            return None
        return self._sheet(visit, "feeds.html", "Feeds", self._first(), feeds=self._house.feeds(), done=done)

    # What they have in common.

    def _week(self, visit: Visit, topic: TopicBrief | None, *, done: str = "") -> WebPage | None:
        """The draft of a topic's next issue; `done` says what a form has just done to it."""
        look = self._house.week(topic.id) if topic else None
        if topic and look is None:
            return None
        return self._sheet(visit, "week.html", "This week", topic, look=look, done=done, line_max=EDITOR_MAX)

    def about(self, visit: Visit) -> tuple[TopicBrief | None, Sheet]:
        """The topic that a path names, and what makes a page about it, or about the first where it names none."""
        topic = self._named(visit) if "topic" in visit.parts else None

        def sheet(name: str, title: str, *, status: int = 200, **values: Any) -> WebPage:
            return self._sheet(visit, name, title, topic or self._first(), status=status, **values)

        return topic, sheet

    def _sheet(
        self,
        visit: Visit,
        name: str,
        title: str,
        topic: TopicBrief | None,
        *,
        status: int = 200,
        **values: Any,
    ) -> WebPage:
        return paper.sheet(
            name,
            status=status,
            title=title,
            topic=topic or NO_TOPIC,
            topics=self._house.topics(),
            tz=(topic or NO_TOPIC).time_zone,
            here=visit.path,
            query=dict(visit.query),
            token=visit.token,
            has_log_out=self._guard.password is not None,
            lately=self._lately(visit),
            **values,
        )

    def _lately(self, visit: Visit) -> dict[str, Any] | None:
        """What a page tells of the answer that led to it; None when none did."""
        said, topic, was = (visit.query.get(name, "") for name in ("said", "of", "was"))
        if not re.fullmatch(r"[1-9][0-9]{0,17}", said) or was not in (*VERDICTS, ""):
            return None
        now, look = self._house.own_answer(topic, int(said)), self._house.article(int(said))
        if now is None or look is None:
            return None
        return {"article": int(said), "title": look.article.title, "topic": topic, "now": now, "was": was}

    def _login(self, visit: Visit, following: str, said: str = "", *, status: int = 200) -> WebPage:
        return paper.sheet(
            "login.html",
            status=status,
            title="Log in",
            said=said,
            token=self._guard.sessions.form(visit.session),
            following=_local(following),
        )

    def _first(self) -> TopicBrief | None:
        return next(iter(self._house.topics()), None)

    def _chosen(self, visit: Visit) -> TopicBrief | None:
        """The topic the query names. Raises InputError for one that is not there."""
        name = visit.query.get("topic", "")
        found = next((each for each in self._house.topics() if each.id == name), None)
        if name and found is None:
            raise InputError(
                "there is no such topic", advice="The list of topics is at the top of each page."
            )
        return found

    def _topic(self, visit: Visit) -> TopicBrief | None:
        """The topic the query names, else the first; None where there is none at all."""
        return self._chosen(visit) or self._first()

    def _named(self, visit: Visit) -> TopicBrief | None:
        """The topic the path names."""
        return next((each for each in self._house.topics() if each.id == visit.parts["topic"]), None)

    def _feed_address(self, visit: Visit) -> str:
        """Where a feed reader finds this search, with the key that lets it in."""
        kept = {name: value for name, value in visit.query.items() if value and name != "n"}
        address = f"/search.atom?{urlencode(sorted(kept.items()))}"
        return address if self._guard.password is None else f"{address}&key={self._guard.key_of(address)}"


def _whole(said: str) -> int:
    """A whole number above 0 that a form carries; 0 for anything else."""
    return int(said) if re.fullmatch(r"[1-9][0-9]{0,17}", said) else 0


def _who(visit: Visit) -> str:
    """Who presses a button, as far as a desk with one password knows."""
    return f"the desk, from {visit.asked.visitor}" if visit.asked.visitor else "the desk"


def _local(address: str) -> str:
    """A path of the desk to go on to; "/" for what may lead elsewhere."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_own and address.isascii() else "/"


def _back(visit: Visit, **told: str) -> WebPage:
    """The page a form stood on, told what was done."""
    path, _, query = _local(visit.form.get("back", "")).partition("#")[0].partition("?")
    kept = {name: value for name, value in parse_qsl(query) if name not in told}
    return paper.moved(f"{path}?{urlencode(kept | told)}")


def _with(page: WebPage, headers: dict[str, str]) -> WebPage:
    return WebPage(
        status=page.status,
        body=page.body,
        content_type=page.content_type,
        headers={**page.headers, **headers},
    )
