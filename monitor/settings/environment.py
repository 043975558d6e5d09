"""The one place in the house that reads environment variables, and with them the secrets.

In: a name. Out: its value. A secret NAME comes from the variable NAME or from the file that NAME_FILE names (the way Docker
and Kubernetes hand secrets over), whatever editor wrote it. An empty variable counts as not set: compose files pass `${NAME:-}`.
"""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from monitor.errors import SettingsError
from monitor.settings.values import did_you_mean

_OURS = "MONITOR_"
_PEM = "-----BEGIN "  # RFC 7468: the one kind of secret that has several lines
_SERVICE = re.compile(
    r"MONITOR_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_SERVICE_URL = re.compile(r"(tcp|udp|sctp)://")


class Secret(str):
    """A string that does not show itself in a repr: in tracebacks, dataclasses or log fields."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')" if self else "Secret('')"


def variable(name: str) -> str:
    """The environment variable `name`, `""` when it is not set."""
    return os.environ.get(name, "")


def refuse_unknown(known: Iterable[str]) -> None:
    """Raises SettingsError for a variable MONITOR_... that means nothing to us: a slip there would go unnoticed.

    Empty ones count as not set. Left alone are those that Kubernetes and Docker set for a service called monitor.
    """
    names = tuple(sorted(known))
    for name in sorted(os.environ):
        if not name.startswith(_OURS) or not variable(name) or name in names:
            continue
        if not _SERVICE.fullmatch(name) and not _SERVICE_URL.match(variable(name)):
            raise SettingsError(
                f"unknown environment variable {name}{did_you_mean(name, names)}",
                key=name,
                advice="Unset it, or write it right; docs/configuration.md lists them.",
            )


def secret(name: str) -> Secret:
    """The secret `name`, `""` when neither NAME nor NAME_FILE is set.

    Of a file a byte order mark at its beginning and blanks and line ends at its end are dropped, for editors put them there.

    Raises SettingsError when both are set, or when the file cannot be read, is empty, or holds several lines and no PEM key.
    """
    value, file = variable(name), variable(f"{name}_FILE")
    if value and file:
        raise SettingsError(f"{name} and {name}_FILE are both set", key=name, advice="Unset one of them.")
    return Secret(_content(name, file) if file else value)


def _content(name: str, file: str) -> str:
    try:
        body = Path(file).read_bytes()
    except OSError as error:
        raise _unusable(name, file, f"cannot be read: {error.strerror or error}") from None
    try:
        text = body.decode("utf-8-sig").rstrip()
    except UnicodeDecodeError:
        # "from None" above and here: the chained error would show the secret's bytes.
        utf_16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        why = "is UTF-16: save it as UTF-8" if utf_16 else "is not UTF-8 text"
        raise _unusable(name, file, why) from None
    if not text:
        raise _unusable(name, file, "is empty")
    lines = text.splitlines()
    if len(lines) > 1 and not text.startswith(_PEM):
        raise _unusable(name, file, f"holds {len(lines)} lines: leave only the one with the secret")
    if any(unicodedata.category(character) == "Cc" for character in "".join(lines)):
        raise _unusable(name, file, "holds a control character")
    return text


def _unusable(name: str, file: str, why: str) -> SettingsError:
    return SettingsError(
        f"{name}_FILE names {file}, which {why}",
        key=f"{name}_FILE",
        advice=f"Create the file with the secret in it, correct {name}_FILE, or unset it.",
    )
