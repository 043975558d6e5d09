"""Topic files written by the program: the text of a new one, its id, and a file with its seeds put down whole or not at all.

In: what somebody said of a topic, in words. Out: TOML with comments, which its user goes on editing. Nothing that is there is
overwritten but by `replace_text`, which keeps the text before it.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.errors import SettingsError
from monitor.settings.append import toml_value
from monitor.settings.loading import id_of, read_text, topic_files
from monitor.settings.paths import TOPICS, is_installed
from monitor.settings.sections import Settings

_ID_CHARS = 40
_HEAD = """# {comment}
# Made by `monitor topic new`. Edit it freely: `monitor topic preview FILE` tells what an edit would change,
# `monitor topic check` which words find nothing. docs/configuration.md explains every key.

title = {title}
sentence = {sentence}
seeds = {seeds}
recipients = []          # "you@example.org"

must = {must}
never = []               # an article with one of these words is left out
"""
_SIDES = """
# Sides that were proposed. A topic without [[facets]] is judged by its seeds and by what is answered; with them, an article must
# touch every side. From a few seeds that was measured to be worse: take the marks off only for lists you have gone through.
"""


def free_id(title: str, taken: Sequence[str]) -> str:
    """An id for a topic of this title that no other has: "Gun control" is gun-control."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain)[:_ID_CHARS].strip("-") or "topic"
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def topic_file(config: Path, topic: str) -> Path | None:
    """The file of a topic in the folder `config`, by its id; None where there is none."""
    return next((file for file in topic_files(config) if id_of(file) == topic), None)


def topic_text(
    *, title: str, sentence: str, seeds: str, must: Sequence[str], sides: Sequence[tuple[str, Sequence[str]]]
) -> str:
    """The text of a new topic's file; `sides`: names with their words, which stand in it as comments."""
    head = _HEAD.format(
        comment=title,
        title=toml_value(title),
        sentence=toml_value(sentence),
        seeds=toml_value(seeds),
        must=toml_value(list(must)),
    )
    blocks = (
        f"#[[facets]]\n#name = {toml_value(name)}\n#aliases = {toml_value(list(words))}\n"
        for name, words in sides
    )
    return head + (_SIDES + "\n".join(blocks) if sides else "")


def own_folder(settings: Settings) -> Path:
    """The folder of topic files. Raises SettingsError where it is the shipped one."""
    folder = settings.config / TOPICS
    if settings.origin == "shipped" or is_installed(folder):
        raise SettingsError(
            "topics are not added to the shipped configuration",
            file=str(folder),
            advice="Run `monitor init` here for one of your own, or name one with --config.",
        )
    return folder


def write_topic(file: Path, text: str, folder: Path, seeds: Mapping[str, str]) -> None:
    """Put a new topic's file and its folder of seeds (name -> text) down; the file last, so that a topic is there whole or not at all.

    Raises SettingsError, and leaves nothing behind, when either is there already or cannot be written.
    """
    for there in (file, folder):
        if there.exists():
            raise SettingsError("is there already", file=str(there), advice="Choose another id: --id NAME.")
    try:
        folder.mkdir(parents=True)
        for name, content in seeds.items():
            (folder / name).write_text(content, encoding="utf-8")
        file.parent.mkdir(parents=True, exist_ok=True)
        _put(file, text)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SettingsError(
            f"cannot be written: {error.strerror}",
            file=str(error.filename or file),
            advice="Give the user who runs monitor the right to write there, and room.",
        ) from error


def replace_text(file: Path, text: str, kept: Path) -> str:
    """Put `text` in the place of a topic file's, and the text before it into the folder `kept`; return the name it has there.

    Raises SettingsError when either cannot be written; then the file is as it was.
    """
    before = read_text(file)
    try:
        kept.mkdir(parents=True, exist_ok=True)
        name = f"{1 + max((int(each.stem) for each in kept.glob('*.toml') if each.stem.isdecimal()), default=0):06}.toml"
        _put(kept / name, before)
        _put(file, text)
    except OSError as error:
        raise SettingsError(
            f"cannot be written: {error.strerror}",
            file=str(error.filename or file),
            advice="Edit it by hand.",
        ) from error
    return name


def _put(file: Path, text: str) -> None:
    """Write a file whole or not at all; what is mounted by itself into a container can only be written over."""
    new = file.with_name(f".{file.name}.new")
    with new.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        if file.exists():
            shutil.copymode(file, new)
        new.replace(file)
    except OSError:
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        new.unlink(missing_ok=True)
