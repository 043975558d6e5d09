"""[[alerts]] in a topic file: what is told between two issues, to whom, and when not. The rules over several keys of one alert.

In: a checked topic, the text of its file. Out: nothing, or the first rule that is broken, with its line.
"""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from monitor.errors import SettingsError
from monitor.settings.lines import line_of
from monitor.settings.tables import Id, Section
from monitor.settings.values import check_address, check_clock_or_none, check_hours, check_unique

Hours = tuple[time, time]  # of a day, from when to when
_clock = time.fromisoformat
NAME_MAX = 40  # letters: the name stands in message ids, files and one column
URGENT = 0.6  # see docs/notes/alerts.md
_ONLY = {"daily": ("time", "headings"), "at once": ("bar", "at_most", "quiet_hours")}


class AlertSettings(Section):
    """[[alerts]] in a topic file."""

    name: Annotated[Id, Field(max_length=NAME_MAX)]
    when: Literal["daily", "at once"]
    # daily: a brief of what came since the last brief or issue
    time: Annotated[str, AfterValidator(check_clock_or_none)] = ""  # local wall clock, in the topic's zone
    headings: int = Field(default=5, ge=1, le=20)  # in one brief
    # at once: what is as urgent as the bar, or more
    bar: float = Field(default=URGENT, ge=0, le=1)
    at_most: int = Field(default=3, ge=1, le=24)  # messages a day, in the topic's zone
    quiet_hours: Annotated[str, AfterValidator(check_hours)] = ""  # "22:00-07:00"; "": none
    # Both empty: whoever gets the issue.
    recipients: Annotated[
        tuple[Annotated[str, AfterValidator(check_address)], ...], AfterValidator(check_unique)
    ] = ()
    channels: Annotated[tuple[Id, ...], AfterValidator(check_unique)] = ()  # names in channels.toml

    @property
    def is_daily(self) -> bool:
        """Whether it is a brief at a certain time."""
        return self.when == "daily"

    @property
    def quiet(self) -> Hours | None:
        """From when to when nothing is told, which may be over midnight; None: told at any hour."""
        if not self.quiet_hours:
            return None
        start, _, end = self.quiet_hours.partition("-")
        return _clock(start), _clock(end)


def check_alerts(alerts: tuple[AlertSettings, ...], text: str, file: Path) -> None:
    """Each alert has the keys of its kind and no others. Raises SettingsError."""
    for index, alert in enumerate(alerts):
        here = ("alerts", index)
        if alert.is_daily and not alert.time:
            raise _fault(
                f"the alert {alert.name!r} is daily and has no 'time'",
                text, file, (*here, "time"), 'For example: time = "07:30".',
            )  # fmt: skip
        for kind, keys in _ONLY.items():
            for key in keys:
                if kind != alert.when and key in alert.model_fields_set:
                    raise _fault(
                        f"{key!r} in [[alerts]] is for when = {kind!r}, and {alert.name!r} is {alert.when!r}",
                        text, file, (*here, key), "Take it out, or make it an alert of its own.",
                    )  # fmt: skip


def _fault(message: str, text: str, file: Path, key: tuple[str | int, ...], advice: str) -> SettingsError:
    return SettingsError(
        message, file=str(file), line=line_of(text, key), key=f"alerts.{key[-1]}", advice=advice
    )
