"""Keys of monitor.toml that the environment sets: MONITOR_<SECTION>_<KEY>, such as MONITOR_SMTP_HOST. For containers.

In: a checked section. Out: the same with those keys replaced, checked again. The environment is read in `environment` alone.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any, TypeVar

from pydantic import ValidationError

from monitor.errors import SettingsError
from monitor.settings.environment import variable
from monitor.settings.tables import Section

S = TypeVar("S", bound=Section)


def overridden(name: str, section: S) -> S:
    """Return the section called `name` as the environment wants it. Raises SettingsError that names the variable, not its value."""
    for key in type(section).model_fields:
        text = variable(variable_of(name, key))
        if text:
            section = _with(section, name, key, text)
    return section


def _with(section: S, name: str, key: str, text: str) -> S:
    """Taken as it stands where that is allowed, else as TOML: 8080, true, ["html"]."""
    try:
        return _checked(section, key, text)
    except ValidationError as as_text:
        try:
            return _checked(section, key, tomllib.loads(f"value = {text}")["value"])
        except tomllib.TOMLDecodeError:
            error = as_text
        except ValidationError as as_value:
            error = as_value
    why = error.errors()[0]["msg"].removeprefix("Value error, ")
    # "from None": the chained error would show the value, and a value may be a secret.
    raise SettingsError(
        f"{variable_of(name, key)}: {why}",
        key=variable_of(name, key),
        advice=f"It stands for {key!r} in [{name}]; docs/configuration.md says what is allowed.",
    ) from None


def _checked(section: S, key: str, value: Any) -> S:
    document = section.model_dump(mode="json") | {key: value}
    return type(section).model_validate_json(json.dumps(document, default=str), strict=True)


def variable_of(name: str, key: str) -> str:
    """Return the variable that stands for `key` of the section `name`."""
    return f"MONITOR_{name}_{key}".upper()
