"""channels.toml: the places besides readers' mailboxes that issues and alarms go to, each by a channel of some kind.

In: the file's document and text, what each kind of channel wants to know, and the environment for the secrets. Out: one checked block
for each place. What kinds there are is handed in, for they live in a room above this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import SettingsError
from monitor.settings.environment import secret
from monitor.settings.lines import Key, line_of
from monitor.settings.mistakes import problem
from monitor.settings.sections import TopicSettings
from monitor.settings.tables import ChannelSettings, Kinds, secret_of
from monitor.settings.values import did_you_mean

BLOCK = "channel"
Channels = tuple[ChannelSettings, ...]


def places(document: Mapping[str, Any], text: str, file: Path, kinds: Kinds) -> Channels:
    """The blocks of a channels.toml, in the file's order, each with its secret.

    Raises SettingsError: for a key, kind or value that is not known, a secret that is missing or cannot be used, two blocks alike.
    """
    blocks = document.get(BLOCK, [])
    stray = [key for key in document if key != BLOCK]
    is_list = isinstance(blocks, list) and all(isinstance(block, dict) for block in blocks)
    if stray or not is_list:
        name = stray[0] if stray else BLOCK
        raise _fault(f"unknown key {name!r}", text, file, (name,), f"Each place is a block [[{BLOCK}]].")
    known = kinds() if blocks else {}
    _check_distinct([str(block.get("name", "")) for block in blocks], text, file)
    return tuple(_place(block, (BLOCK, index), known, text, file) for index, block in enumerate(blocks))


def check_topic(topic: TopicSettings, channels: Channels, text: str, file: Path) -> None:
    """Each channel a topic names is there, and no webhook of its own has that name, too. Raises SettingsError."""
    _check_named(topic.channels, channels, text, file, ("channels",))
    for index, alert in enumerate(topic.alerts):
        _check_named(alert.channels, channels, text, file, ("alerts", index, "channels"))
    for hook in topic.webhooks:
        if hook.name in topic.channels:  # the ledger knows both by it
            message = f"a webhook and a channel are both called {hook.name!r}"
            raise _fault(message, text, file, ("channels",), "Give one of them another name.")


def check_alarm(names: tuple[str, ...], channels: Channels, text: str, file: Path) -> None:
    """Each channel that [alarm] names is there, and somebody reads it at once. Raises SettingsError."""
    here = ("alarm", "channels")
    _check_named(names, channels, text, file, here)
    for each in channels:
        if each.name in names and not each.hears_alarms:
            message = f"{each.name!r} is of the kind {each.kind!r}, by which nobody hears an alarm"
            raise _fault(message, text, file, here, "Name channels that somebody reads at once.")


def _check_named(names: tuple[str, ...], channels: Channels, text: str, file: Path, key: Key) -> None:
    known = tuple(each.name for each in channels)
    for name in names:
        if name not in known:
            advice = f"channels.toml beside monitor.toml has: {', '.join(known) or 'none'}."
            raise _fault(f"no channel {name!r}{did_you_mean(name, known)}", text, file, key, advice)


def _place(
    block: dict[str, Any], here: Key, known: Mapping[str, type[ChannelSettings]], text: str, file: Path
) -> ChannelSettings:
    kind, variable = str(block.get("kind", "")), secret_of(str(block.get("name", "NAME")))
    if kind not in known:
        said = f"unknown kind {kind!r}{did_you_mean(kind, tuple(known))}" if kind else "no 'kind'"
        advice = f"There are: {', '.join(sorted(known))}."
        raise _fault(f"{said} in [[{BLOCK}]]", text, file, (*here, "kind"), advice)
    if "secret" in block:
        advice = f"Set {variable}, or {variable}_FILE with the name of a file that holds it."
        raise _fault(f"'secret' in [[{BLOCK}]] is not read from here", text, file, (*here, "secret"), advice)
    hidden = secret(variable)
    try:
        return known[kind].model_validate_json(
            json.dumps(block | {"secret": hidden}, default=str), strict=True
        )
    except ValidationError as error:
        wrong = [each["msg"] for each in error.errors() if each["loc"] == ("secret",)]
        if not wrong or len(wrong) < len(error.errors()):
            raise problem(error, model=known[kind], text=text, file=file, block=here) from None
        why = wrong[0].removeprefix("Value error, ") if hidden else "is not set"
        advice = f"It, or the file that {variable}_FILE names, holds what opens the channel."
        # "from None": the chained error would show the secret.
        raise _fault(f"{variable} {why}", text, file, here, advice) from None


def _check_distinct(names: list[str], text: str, file: Path) -> None:
    """No two of one name, and none whose variables another one has; before any is read."""
    taken = dict[str, str]()
    for index, name in enumerate(names):
        for variable in (secret_of(name), f"{secret_of(name)}_FILE") if name else ():
            if variable in taken:
                message = f"the channels {taken[variable]!r} and {name!r} would share the variable {variable}"
                raise _fault(message, text, file, (BLOCK, index, "name"), "Give one of them another name.")
            taken[variable] = name


def _fault(message: str, text: str, file: Path, key: Key, advice: str) -> SettingsError:
    dotted = ".".join(part for part in key if isinstance(part, str))
    return SettingsError(message, file=str(file), line=line_of(text, key), key=dotted, advice=advice)
