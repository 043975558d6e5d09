"""Topic files as the desk edits them: the text, what an edit would change, saving and what was there before. Files are written here alone.

Texts that were replaced lie in the data folder, topic-versions/ID/NUMBER.toml; undo is a save of one of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from monitor.errors import InputError, MonitorError, SettingsError
from monitor.model.topic_edits import Preview, TextVersion, TopicText
from monitor.pipeline.issuing.previewing import preview_topic
from monitor.pipeline.judging import learn
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings, read_text, topic_file, topic_of
from monitor.settings.topicfile import own_folder, replace_text

SHOWN = 20  # versions in a list
_HIDDEN = "Its file names webhooks, whose addresses are secrets that no page shows: edit it where it lies."


_GONE = "Its file is not where the configuration lies: restart the desk, which reads all files anew."


def topic_text(context: Context, topic: TopicSettings) -> TopicText:
    """Return a topic's file, and the texts it had."""
    if topic.webhooks:
        return TopicText(text="", secret=_HIDDEN)
    if topic_file(context.settings.config, topic.id) is None:
        return TopicText(text="", secret=_GONE)
    folder = _kept(context, topic)
    found = sorted(folder.glob("*.toml"), reverse=True) if folder.is_dir() else []
    versions = tuple(
        TextVersion(name=file.stem, saved_at=datetime.fromtimestamp(file.stat().st_mtime, UTC))
        for file in found[:SHOWN]
    )
    text = read_text(_file(context, topic))
    return TopicText(text=text, mark=_mark(text), versions=versions)


def preview_text(context: Context, topic: TopicSettings, text: str) -> Preview:
    """Return what a text would change in place of a topic's file. Raises InputError for one that cannot be used."""
    try:
        return preview_topic(context, topic, _read(context, topic, text))
    except MonitorError as error:
        raise InputError(error.message, advice=error.advice) from None


def save_text(context: Context, topic: TopicSettings, text: str, *, mark: str) -> TopicSettings:
    """Put a text in the place of a topic's file, learn it, and return the topic as it is now.

    `mark` is that of the text the edit began with. Raises InputError, and changes nothing, when the file has another one by now or the text
    cannot be used.
    """
    own_folder(context.settings)
    file = _file(context, topic)
    if _mark(read_text(file)) != mark:
        raise InputError(
            "the file was changed meanwhile, here or by somebody else",
            advice="Copy your text, open the page again, and put your edit into the file as it is now.",
        )
    edited = _read(context, topic, text)
    replace_text(file, _plain(text), _kept(context, topic))
    learn.learn_topic(context, edited)
    return edited


def version_text(context: Context, topic: TopicSettings, name: str) -> str | None:
    """Return a text that a topic's file had; None for one that is not kept."""
    file = _kept(context, topic) / f"{name}.toml"
    return read_text(file) if name.isdecimal() and file.is_file() and not topic.webhooks else None


def _read(context: Context, topic: TopicSettings, text: str) -> TopicSettings:
    """The topic a text would make. Raises InputError where it is another one, or none."""
    try:
        edited = topic_of(_plain(text), _file(context, topic), context.settings.root)
        learn.read_seeds(context.settings.root / edited.seeds)
    except SettingsError as error:
        where = f"line {error.line}: " if error.line else ""
        raise InputError(f"{where}{error.message}", advice=error.advice) from None
    except MonitorError as error:
        raise InputError(error.message, advice=error.advice) from None
    if edited.id != topic.id:
        raise InputError("an edit cannot change a topic's id", advice=f'Leave it at "{topic.id}".')
    if edited.webhooks:
        raise InputError("webhooks are not set from a page", advice="Edit the file where it lies.")
    return edited


def _file(context: Context, topic: TopicSettings) -> Path:
    found = topic_file(context.settings.config, topic.id)
    if found is None:
        raise InputError(f"the file of {topic.id} is gone", advice=_GONE)
    return found


def _kept(context: Context, topic: TopicSettings) -> Path:
    return context.settings.data / "topic-versions" / topic.id


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _plain(text: str) -> str:
    """A text as files have it: browsers send line ends of their own."""
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"
