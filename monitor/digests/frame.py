"""A digest's frame: its language and time zone, and with them words, local dates and country names.

In: aware moments and phrase keys; out: text for readers. The only place where UTC becomes local time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.digests import words

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_CHINESE_DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Frame:
    """The language of the frame texts and the IANA time zone of its dates."""

    language: str
    time_zone: str = "UTC"

    @property
    def is_chinese(self) -> bool:
        """Whether dates are written the Chinese way."""
        return self.language == "zh-Hans"

    def say(self, key: str, *, n: int = 0, **facts: object) -> str:
        """The phrase `key` in this language; see `words.say`."""
        return words.say(self.language, key, n=n, **facts)

    def country(self, code: str) -> str:
        """A country's short name in this language."""
        return words.country(self.language, code)

    def feed_state(self, status: str) -> str:
        """What a feed's status word means; an unknown one stands for itself."""
        key = f"state_{status}"
        return self.say(key) if key in words.LANGUAGES[self.language] else status

    def local(self, when: datetime) -> date:
        """The day `when` falls on for this digest's readers."""
        return when.astimezone(ZoneInfo(self.time_zone)).date()

    def day(self, when: datetime | date) -> str:
        """Thu 19 Nov / 11月19日 周四."""
        on = self._date(when)
        if self.is_chinese:
            return f"{self.short_date(on)} 周{_CHINESE_DAYS[on.weekday()]}"
        return f"{_DAYS[on.weekday()]} {self.short_date(on)}"

    def short_date(self, when: datetime | date) -> str:
        """19 Nov / 11月19日."""
        on = self._date(when)
        return f"{on.month}月{on.day}日" if self.is_chinese else f"{on.day} {_MONTHS[on.month - 1][:3]}"

    def moment(self, when: datetime) -> str:
        """19 Nov, 14:05 / 11月19日 14:05."""
        clock = f"{when.astimezone(ZoneInfo(self.time_zone)):%H:%M}"
        return f"{self.short_date(when)}{' ' if self.is_chinese else ', '}{clock}"

    def full_date(self, when: datetime | date) -> str:
        """19 November 2026 / 2026年11月19日."""
        on = self._date(when)
        if self.is_chinese:
            return f"{on.year}年{on.month}月{on.day}日"
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"

    def month(self, when: datetime | date) -> str:
        """May 2018 / 2018年5月."""
        on = self._date(when)
        return f"{on.year}年{on.month}月" if self.is_chinese else f"{_MONTHS[on.month - 1]} {on.year}"

    def period(self, since: datetime, until: datetime) -> str:
        """16–22 November 2026, with as little repeated as can be.

        A day on which one issue ends and the next begins belongs to whichever holds more of it: Monday at eight to the next.
        """
        first, last = self._nearest_midnight(since), self._nearest_midnight(until) - timedelta(days=1)
        if first > last:  # less than a day
            first = last = self.local(until)
        if first == last:
            return self.full_date(last)
        if self.is_chinese:
            return f"{self.full_date(first)}至{self._chinese_end(first, last)}"
        if first.year != last.year:
            return f"{self.full_date(first)} – {self.full_date(last)}"
        if first.month != last.month:
            return f"{first.day} {_MONTHS[first.month - 1]} – {self.full_date(last)}"
        return f"{first.day}–{self.full_date(last)}"

    def _chinese_end(self, first: date, last: date) -> str:
        if first.year != last.year:
            return self.full_date(last)
        return self.short_date(last) if first.month != last.month else f"{last.day}日"

    def _nearest_midnight(self, when: datetime) -> date:
        """The day that begins nearest to `when`."""
        return (when.astimezone(ZoneInfo(self.time_zone)) + timedelta(hours=12)).date()

    def _date(self, when: datetime | date) -> date:
        return self.local(when) if isinstance(when, datetime) else when
