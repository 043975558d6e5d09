"""The desk as one function from a whole request to a page: the guard first, then the table of routes, then the page.

Whatever goes wrong, the answer has the desk's headers. It writes nothing by itself: pages read, and what changes is a step of the product's.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import urlencode

import structlog

from monitor.errors import BusyError, InputError, MonitorError
from monitor.model import WebPage
from monitor.web.desk import api, paper
from monitor.web.desk.guard import Guard
from monitor.web.desk.house import House
from monitor.web.desk.pages import Pages
from monitor.web.desk.routes import PAGES, Route, matching
from monitor.web.desk.topic_pages import TopicPages
from monitor.web.desk.visit import Visit, form_of, path_of, query_of
from monitor.web.server import Asked, Limits

log = structlog.get_logger()
ROUTES = (*PAGES, *api.ROUTES)
# A first draft of a large corpus takes seconds; SQLite serves four readers beside a writer without keeping it waiting.
LIMITS = Limits(answer_s=120.0, threads=4, body_bytes=2**19)  # a topic's file, as a form has it


class Desk:
    """Everything `monitor web` serves."""

    def __init__(self, house: House, guard: Guard) -> None:
        self._house = house
        self._guard = guard
        self._pages = Pages(house, guard)
        self._topic_pages = TopicPages(house, self._pages)

    def __call__(self, asked: Asked) -> WebPage:
        """Return the answer to one request."""
        path = path_of(asked)
        if not self._guard.knows_host(asked):
            return self._refused(path, HTTPStatus.FORBIDDEN, "This desk has no such host.")
        found = list(matching(ROUTES, path))
        route, parts = next((each for each in found if each[0].method == asked.method), (None, {}))
        visit = self._visit(asked, path, parts)
        if (no := self._stopped(route, visit)) is not None:
            return no
        if route is None:
            allowed = ", ".join(sorted({row.method for row, _ in found}))
            if allowed:
                return self._refused(
                    path, HTTPStatus.METHOD_NOT_ALLOWED, f"Only {allowed} here.", Allow=allowed
                )
            return self._refused(path, HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        return self._page(route, visit)

    def _visit(self, asked: Asked, path: str, parts: dict[str, str]) -> Visit:
        session = self._guard.session(asked)
        return Visit(
            asked=asked,
            path=path,
            parts=parts,
            query=query_of(asked),
            form=form_of(asked) if asked.method == "POST" else {},
            session=session,
            token=self._guard.sessions.form(session),
        )

    def _stopped(self, route: Route | None, visit: Visit) -> WebPage | None:
        """The answer to whoever may not have this one; an address that is not there is guarded like a page."""
        guard, asked, access = self._guard, visit.asked, "page" if route is None else route.access
        if access == "program":
            if not guard.lets_program_in(asked):
                no = {"WWW-Authenticate": 'Bearer realm="desk"'}
                return self._refused(visit.path, HTTPStatus.UNAUTHORIZED, "A bearer token is needed.", **no)
        elif access == "feed" and guard.is_key(visit.query.get("key", ""), visit.address(without="key")):
            pass
        elif access != "open" and not guard.lets_in(asked):
            if asked.method == "POST" or visit.path.startswith("/api/"):
                return self._refused(visit.path, HTTPStatus.FORBIDDEN, "Log in first.")
            return paper.moved("/login?" + urlencode({"next": asked.path}))
        if asked.method == "POST":
            is_ours = guard.is_own_page(asked)
            if not is_ours or not guard.sessions.is_form(visit.form.get("token", ""), visit.session):
                return self._refused(
                    visit.path, HTTPStatus.FORBIDDEN, "This form is not one of ours, or it is too old."
                )
        return None

    def _page(self, route: Route, visit: Visit) -> WebPage:
        try:
            if route.access == "program":
                page = api.answer(self._house, route.page, visit)
            else:
                maker = self._topic_pages if hasattr(self._topic_pages, route.page) else self._pages
                page = getattr(maker, route.page)(visit)
        except InputError as error:
            return self._refused(visit.path, HTTPStatus.BAD_REQUEST, str(error))
        except BusyError as error:
            return self._refused(visit.path, HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        except MonitorError as error:
            log.warning("desk.failed", page=route.page, error=str(error))
            return self._refused(visit.path, HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        except Exception:  # a page that fails must end no other; what it was is for the log alone
            log.exception("desk.failed", page=route.page)
            said = "Something went wrong; the log knows what."
            return self._refused(visit.path, HTTPStatus.INTERNAL_SERVER_ERROR, said)
        if page is None:
            return self._refused(visit.path, HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        return page

    def _refused(self, path: str, status: HTTPStatus, said: str, **headers: str) -> WebPage:
        """A refusal: a page, or under /api/ a problem as RFC 9457 has it."""
        if path.startswith("/api/"):
            problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": said}
            made = WebPage(
                status=status,
                body=json.dumps(problem).encode(),
                content_type="application/problem+json",
                headers=paper.HEADERS,
            )
        else:
            made = paper.sheet("error.html", status=status, title=status.phrase, said=said)
        return WebPage(
            status=status,
            body=made.body,
            content_type=made.content_type,
            headers={**made.headers, **headers},
        )
