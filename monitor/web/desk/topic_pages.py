"""The pages on which a topic is begun, and its file is edited: each is one form, without scripts, and brings back what was written."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

import structlog

from monitor.errors import InputError
from monitor.model import WebPage
from monitor.model.desk import TopicBrief
from monitor.web.desk import paper
from monitor.web.desk.house import House
from monitor.web.desk.pages import Pages, Sheet
from monitor.web.desk.visit import Visit

log = structlog.get_logger()
_DIGITS = 18  # longer numbers are none that a database holds


class TopicPages:
    """What makes the pages of the table that are about topics and their files."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house = house
        self._pages = pages

    def new_topic(self, visit: Visit) -> WebPage | None:
        """The form a topic is begun with."""
        return ask(self._pages.about(visit)[1])

    def begin_topic(self, visit: Visit) -> WebPage | None:
        """What the articles give: sides, and questions."""
        return begin(self._house, visit, self._pages.about(visit)[1])

    def establish_topic(self, visit: Visit) -> WebPage | None:
        """Write a topic that was begun."""
        return establish(self._house, visit, self._pages.about(visit)[1])

    def edit_topic(self, visit: Visit) -> WebPage | None:
        """A topic's file in a form."""
        topic, sheet = self._pages.about(visit)
        return None if topic is None else edit(self._house, topic, visit, sheet)

    def preview_topic(self, visit: Visit) -> WebPage | None:
        """What an edit would change; nothing is changed."""
        topic, sheet = self._pages.about(visit)
        return None if topic is None else look(self._house, topic, visit, sheet)

    def save_topic(self, visit: Visit) -> WebPage | None:
        """Save an edit."""
        topic, sheet = self._pages.about(visit)
        return None if topic is None else save(self._house, topic, visit, sheet)

    def restore_topic(self, visit: Visit) -> WebPage | None:
        """Save a text that a topic's file had."""
        topic, _ = self._pages.about(visit)
        return None if topic is None else restore(self._house, topic, visit)


def ask(sheet: Sheet, *, trouble: str = "", status: int = HTTPStatus.OK, **given: str) -> WebPage:
    """The form a topic is begun with, filled in with what was given."""
    return sheet("topic_new.html", "New topic", given=given, trouble=trouble, begun=None, status=status)


def begin(house: House, visit: Visit, sheet: Sheet) -> WebPage:
    """What the articles give, with the questions; what cannot become a topic comes back in its form."""
    given = {name: visit.form.get(name, "") for name in ("title", "sentence", "links", "texts")}
    try:
        begun = house.begin_topic(**given)
    except InputError as error:
        return ask(sheet, trouble=str(error), status=HTTPStatus.BAD_REQUEST, **given)
    return sheet("topic_new.html", "New topic", given=given, trouble="", begun=begun)


def establish(house: House, visit: Visit, sheet: Sheet) -> WebPage:
    """Write the topic and go to its page."""
    answers, sides = {}, []
    for name, value in visit.form.items():
        kind, _, number = name.partition("-")
        if not number.isdecimal() or len(number) > _DIGITS:
            continue
        if kind == "answer" and value in ("yes", "no"):
            answers[int(number)] = value == "yes"
        elif kind == "side":
            sides.append(int(number))
    made = house.establish_topic(visit.form.get("key", ""), answers, sides)
    if made is None:
        trouble = "What was begun is not there any more: the desk was started anew, or other topics were begun. Go back twice, and send the first form again."
        return ask(sheet, trouble=trouble, status=HTTPStatus.CONFLICT)
    log.info("desk.topic_made", topic=made, answers=len(answers))
    return paper.moved(f"/topic?{urlencode({'topic': made})}")


def edit(house: House, topic: TopicBrief, visit: Visit, sheet: Sheet) -> WebPage | None:
    """The file's text in a form, or one that it had."""
    found = house.topic_text(topic.id)
    if found is None:
        return None
    asked = visit.query.get("version", "")
    text = house.version_text(topic.id, asked) if asked else found.text
    if text is None:
        return None
    return _page(sheet, found, text=text, mark=found.mark)


def look(house: House, topic: TopicBrief, visit: Visit, sheet: Sheet) -> WebPage | None:
    """What the edited text would change, with the form to go on; nothing is changed."""
    found = house.topic_text(topic.id)
    if found is None:
        return None
    text, mark = visit.form.get("text", ""), visit.form.get("mark", "")
    try:
        preview = house.preview_topic(topic.id, text)
    except InputError as error:
        return _page(sheet, found, text=text, mark=mark, trouble=str(error), status=HTTPStatus.BAD_REQUEST)
    return _page(sheet, found, text=text, mark=mark, preview=preview)


def save(house: House, topic: TopicBrief, visit: Visit, sheet: Sheet) -> WebPage | None:
    """Save the text; what cannot be saved comes back in its form, and nothing of it is lost."""
    found = house.topic_text(topic.id)
    if found is None:
        return None
    text, mark = visit.form.get("text", ""), visit.form.get("mark", "")
    try:
        house.save_topic(topic.id, text, mark)
    except InputError as error:
        return _page(sheet, found, text=text, mark=mark, trouble=str(error), status=HTTPStatus.BAD_REQUEST)
    log.info("desk.topic_saved", topic=topic.id)
    return paper.moved(f"/topics/{topic.id}/edit?{urlencode({'saved': '1'})}")


def restore(house: House, topic: TopicBrief, visit: Visit) -> WebPage | None:
    """Undo: save a text that the file had; the present one is kept like any other."""
    found = house.topic_text(topic.id)
    text = house.version_text(topic.id, visit.form.get("version", ""))
    if found is None or text is None:
        return None
    house.save_topic(topic.id, text, found.mark)
    log.info("desk.topic_restored", topic=topic.id, version=visit.form.get("version", ""))
    return paper.moved(f"/topics/{topic.id}/edit?{urlencode({'saved': '1'})}")


def _page(sheet: Sheet, found: object, **values: object) -> WebPage:
    return sheet(
        "topic_edit.html", "Edit the topic", found=found, **{"preview": None, "trouble": ""} | values
    )
